//! Fields of forms, as GOV.UK does them: label, hint, error, field, in this order. The id of a field is its
//! name, so that the summary of errors can link to it.

use leptos::prelude::*;

use crate::ui::{
    emblems::{Icon, Symbol},
    escape::escaped,
};

/// What describes a field to screen readers: its hint and its error.
fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    let hint = hint.then(|| format!("{name}-hint"));
    let error = error.then(|| format!("{name}-error"));
    let ids: Vec<_> = hint.into_iter().chain(error).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Label, hint and error around any control.
#[component]
fn Labelled(
    name: String,
    label: String,
    hint: Option<String>,
    error: Option<String>,
    children: Children,
) -> impl IntoView {
    let hint = hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> });
    let error = error.map(|error| {
        view! { <p class="error" id=format!("{name}-error")><Symbol icon=Icon::Alert/>{error}</p> }
    });
    view! { <div class="field"><label for=name>{label}</label>{hint}{error}{children()}</div> }
}

/// A field of one line. `kind` is the input's type; `unit` stands behind the field ("points").
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] autocomplete: Option<&'static str>,
    #[prop(optional, into)] inputmode: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] unit: Option<String>,
    /// The id of a `<datalist>` on the page, with what may be typed.
    #[prop(optional, into)]
    list: Option<&'static str>,
) -> impl IntoView {
    let described = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let input = view! {
        <input class="input" id=name.clone() name=name.clone() type=kind value=value autocomplete=autocomplete
            inputmode=inputmode placeholder=placeholder maxlength=maxlength.map(|length| length.to_string())
            required=required list=list aria-invalid=invalid aria-describedby=described/>
    };
    let input = match unit {
        Some(unit) => view! { <div class="affix">{input}<span>{unit}</span></div> }.into_any(),
        None => input.into_any(),
    };
    view! { <Labelled name label hint error>{input}</Labelled> }
}

/// A field of several lines.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
) -> impl IntoView {
    let described = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    // Browsers drop one line break at the start; the value may begin with one of its own.
    let content = format!("\n{}", escaped(&value));
    let area = view! {
        <textarea class="input" id=name.clone() name=name.clone() rows=rows.to_string()
            maxlength=maxlength.map(|length| length.to_string())
            aria-invalid=invalid aria-describedby=described inner_html=content></textarea>
    };
    view! { <Labelled name label hint error>{area}</Labelled> }
}

/// One of several. `options` are values and their words.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    let described = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let options = options.into_iter().map(|(option, words)| {
        let chosen = option == value;
        view! { <option value=option selected=chosen>{words}</option> }
    });
    let options: Vec<_> = options.collect();
    let select = view! {
        <select class="input" id=name.clone() name=name.clone() aria-invalid=invalid
            aria-describedby=described>
            {options}
        </select>
    };
    view! { <Labelled name label hint error>{select}</Labelled> }
}

/// A tick. An unticked one sends nothing.
#[component]
pub fn Check(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "true".into(), into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let described = described_by(&name, hint.is_some(), false);
    let hint = hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> });
    view! {
        <div class="check">
            <input type="checkbox" id=name.clone() name=name.clone() value=value checked=checked
                aria-describedby=described/>
            <label for=name>{label}</label>
            {hint}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_never_leaves_its_field() {
        let value = "\nTwo </textarea><meta http-equiv=\"refresh\" content=\"0\"> & more";
        let html = view! { <TextArea name="description" label="Describe it" value=value/> }.to_html();
        let (_, content) = html.split_once("<textarea").expect("a field");
        let (content, after) = content.split_once("</textarea>").expect("its end");
        let text = content.split_once('>').expect("its start").1;
        assert_eq!(
            text,
            "\n\nTwo &lt;/textarea&gt;&lt;meta http-equiv=\"refresh\" content=\"0\"&gt; &amp; more"
        );
        assert!(!after.contains("meta"), "{after}");
    }
}
