//! A draft of the rules in JSON, for what the forms do not cover and for those who keep rules in files.

use leptos::prelude::*;

use crate::{
    rpc::{forms::Flash, rules::load_rules_json},
    ui::{
        components::{Button, TextArea},
        failure::answered,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

/// What a draft looks like, to begin with.
const EXAMPLE: &str = r#"{
  "rules": [
    {
      "rule": "double-tea",
      "definition": {
        "name": "Double points on tea",
        "when": { "lines": { "category": ["tea"] } },
        "effect": { "type": "multiplier", "percent": 200 }
      }
    }
  ]
}"#;

#[component]
pub fn RulesJsonPage() -> impl IntoView {
    view! {
        <StaffLayout title="A draft in JSON" at=Desk::Rules>
            {Suspend::new(async move {
                answered(load_rules_json().await, |flash| view! { <Content flash/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(flash: Flash) -> impl IntoView {
    let typed = flash.of("draft");
    view! {
        <p><a href=href::staff_rules()>"All rules"</a></p>
        <h1>"A draft in JSON"</h1>
        <Outcome flash/>
        <section class="panel stack" aria-label="A draft">
            <p class="muted">
                "What has the name of a live rule or campaign replaces it from now on. What was earned before
                 stays, and purchases from before are judged as before. "
                <code>"laurel replay"</code>" tells what a draft would have given over your whole history."
            </p>
            <form class="stack" method="post" action=href::apply_rules() novalidate>
                <TextArea name="draft" label="The draft" hint="JSON, as docs/rules.md describes it." rows=16
                    value=typed.value("draft", EXAMPLE) error=typed.error("draft")/>
                <div class="row"><Button>"Make it live"</Button></div>
            </form>
        </section>
    }
}
