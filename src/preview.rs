//! The badge editor's preview, while staff type: what the badge says, what is wrong, and how a few made-up
//! purchases would count. It is `domain::badge`, the engine of the server, in a module of its own that only
//! the editor's page asks for; `ui::staff::badges::preview` draws the place that it fills.

use std::cell::RefCell;

use laurel::domain::{
    badge::{
        example::{Bought, reached, such_as},
        form::BadgeForm,
        words::says,
    },
    form::typed,
    refusal::FieldError,
    words::Currency,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, window};

fn main() {
    let Some(preview) = Preview::find() else { return };
    preview.show();
    let document = preview.document.clone();
    let typing = Closure::<dyn Fn()>::new(move || preview.show());
    let listens = document.add_event_listener_with_callback("input", typing.as_ref().unchecked_ref());
    if listens.is_ok() {
        // For as long as the page is open.
        typing.forget();
    }
}

/// The place that is filled, and the form around it.
struct Preview {
    document: Document,
    form: HtmlFormElement,
    says: Element,
    rows: Vec<Element>,
    currency: Currency,
    /// The category and the store that the example has by itself.
    such_as: RefCell<(String, String)>,
}

impl Preview {
    fn find() -> Option<Self> {
        let document = window()?.document()?;
        let place = document.get_element_by_id("preview")?;
        let form = place.closest("form").ok()??.dyn_into().ok()?;
        let says = place.query_selector("[data-says]").ok()??;
        let found = place.query_selector_all("[data-row]").ok()?;
        let rows: Vec<Element> =
            (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect();
        let code = place.get_attribute("data-currency")?;
        let digits = place.get_attribute("data-digits")?.parse().ok()?;
        // Without a script the example could not be changed: it was hidden until now.
        let example: HtmlElement = place.query_selector("[data-example]").ok()??.dyn_into().ok()?;
        example.set_hidden(false);
        let currency = Currency { code, digits };
        let preview = Self { document, form, says, rows, currency, such_as: RefCell::default() };
        let begun = preview.typed().map(|form| such_as(&form.metric.filter)).unwrap_or_default();
        preview.such_as.replace(begun);
        Some(preview)
    }

    fn show(&self) {
        let Some(form) = self.typed() else { return };
        self.follow(such_as(&form.metric.filter));
        let digits = self.currency.digits;
        match form.sound_rule(digits) {
            Ok(rule) => {
                self.say(&says(&rule, &self.currency));
                let read = |row| Some((row, bought(row, digits)?));
                let (rows, bought): (Vec<&Element>, Vec<Bought>) = self.rows.iter().filter_map(read).unzip();
                self.rows.iter().for_each(|row| tell(row, "—"));
                let words = reached(&rule, &bought, &self.currency);
                rows.into_iter().zip(words).for_each(|(row, words)| tell(row, &words));
            }
            Err(refusal) => {
                self.list(&refusal.fields);
                self.rows.iter().for_each(|row| tell(row, "—"));
            }
        }
    }

    /// The example follows what the rule asks for, where nobody typed something else into it.
    fn follow(&self, now: (String, String)) {
        let before = self.such_as.replace(now.clone());
        for row in &self.rows {
            for (name, before, now) in [("category", &before.0, &now.0), ("store", &before.1, &now.1)] {
                if let Some(input) = part(row, name).filter(|input| input.value() == *before) {
                    input.set_value(now);
                }
            }
        }
    }

    /// The form as it stands now.
    fn typed(&self) -> Option<BadgeForm> {
        let data = FormData::new_with_form(&self.form).ok()?;
        let entries = data.entries().into_iter().filter_map(|entry| {
            let pair: js_sys::Array = entry.ok()?.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        });
        typed::read(entries)
    }

    fn say(&self, words: &str) {
        let Ok(sentence) = self.document.create_element("p") else { return };
        sentence.set_text_content(Some(words));
        self.says.replace_children_with_node_1(&sentence);
    }

    /// What is wrong, each with the way to its field.
    fn list(&self, wrong: &[FieldError]) {
        let Ok(list) = self.document.create_element("ul") else { return };
        for error in wrong {
            let item = || -> Option<()> {
                let (item, link) =
                    (self.document.create_element("li").ok()?, self.document.create_element("a").ok()?);
                link.set_attribute("href", &format!("#{}", error.field)).ok()?;
                link.set_text_content(Some(&error.message));
                item.append_child(&link).ok()?;
                list.append_child(&item).ok()?;
                Some(())
            };
            item();
        }
        self.says.replace_children_with_node_1(&list);
    }
}

fn part(row: &Element, name: &str) -> Option<HtmlInputElement> {
    row.query_selector(&format!("[data-part={name}]")).ok()??.dyn_into().ok()
}

/// What was typed into a row of the example; the field that can't be read is marked.
fn bought(row: &Element, digits: u32) -> Option<Bought> {
    let read = Bought::read(|name| part(row, name).map_or_else(String::new, |input| input.value()), digits);
    for name in ["at", "quantity", "amount"] {
        if let Some(input) = part(row, name) {
            let _ = match read {
                Err(wrong) if wrong == name => input.set_attribute("aria-invalid", "true"),
                _ => input.remove_attribute("aria-invalid"),
            };
        }
    }
    read.ok()
}

fn tell(row: &Element, words: &str) {
    if let Ok(Some(place)) = row.query_selector("[data-reached]") {
        place.set_text_content(Some(words));
    }
}
