//! How the form that was just sent ended, above the form: what to put right, with links to the fields, or
//! what was done.

use leptos::prelude::*;

use crate::{
    rpc::forms::Flash,
    ui::{
        components::Notice,
        emblems::{Icon, Symbol},
    },
};

/// Draws nothing when no form was sent. Hand it `flash.of("the form")` where a page has several forms.
#[component]
pub fn Outcome(flash: Flash) -> impl IntoView {
    let notice = flash.notice.map(|notice| view! { <Notice><p>{notice}</p></Notice> });
    let refusal = flash.refusal.map(|refusal| {
        let fields = refusal.fields.into_iter().map(|error| {
            view! { <li><a href=format!("#{}", error.field)>{error.message}</a></li> }
        });
        let fields: Vec<_> = fields.collect();
        let list = (!fields.is_empty()).then(|| view! { <ul>{fields}</ul> });
        view! {
            <div class="notice notice--bad" role="alert" tabindex="-1" autofocus>
                <Symbol icon=Icon::Alert/>
                <h2>{refusal.message}</h2>
                {list}
            </div>
        }
    });
    view! { {notice} {refusal} }
}
