//! The earning rules: every version with its state, and a draft that can be made live.

use leptos::prelude::*;

use crate::{
    domain::earning::words,
    rpc::{
        badges::Currency,
        rules::{RuleState, RuleView, RulesPage as Page, load_rules},
    },
    ui::{
        components::{Button, Tag, TextArea, Tone},
        failure::answered,
        format::moment,
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
pub fn StaffRulesPage() -> impl IntoView {
    view! {
        <StaffLayout title="Earning rules" at=Desk::Rules>
            {Suspend::new(async move { answered(load_rules().await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let flash = page.flash.of("draft");
    let rows: Vec<_> =
        page.rules.into_iter().map(|rule| view! { <Row rule currency=page.currency.clone()/> }).collect();
    view! {
        <h1>"Earning rules"</h1>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="Rules">
            <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
                <table class="table">
                    <caption class="visually-hidden">"Versions of rules, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Rule"</th>
                            <th scope="col">"State"</th>
                            <th scope="col" class="only-wide">"From"</th>
                            <th scope="col" class="only-wide">"Until"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
        <section class="panel stack" aria-label="A draft">
            <h2>"Make a draft live"</h2>
            <p class="muted">
                "What has the name of a live rule or campaign replaces it from now on. What was earned before
                 stays, and purchases from before are judged as before. "
                <code>"laurel replay"</code>" tells what a draft would have given over your whole history."
            </p>
            <form class="stack" method="post" action=href::apply_rules() novalidate>
                <TextArea name="draft" label="The draft" hint="JSON, as docs/rules.md describes it." rows=16
                    value=flash.value("draft", EXAMPLE) error=flash.error("draft")/>
                <div class="row"><Button>"Make it live"</Button></div>
            </form>
        </section>
    }
}

#[component]
fn Row(rule: RuleView, currency: Currency) -> impl IntoView {
    let does = words::effect(&rule.definition.effect, &currency);
    let when = (!rule.definition.when.is_always()).then_some(", under conditions");
    let campaign = rule.campaign.map(|name| format!("{name}: "));
    let (tone, word) = match rule.state {
        RuleState::Planned => (Tone::Line, "Planned"),
        RuleState::Live => (Tone::On, "Live"),
        RuleState::Ended => (Tone::Plain, "Ended"),
    };
    view! {
        <tr>
            <th scope="row" class="wraps">
                {campaign}{rule.definition.name}
                <br/>
                <small class="muted">{does}{when}" ("{rule.rule}", version "{rule.version}")"</small>
            </th>
            <td><Tag tone>{word}</Tag></td>
            <td class="only-wide">{rule.from.map_or_else(|| "ever".to_owned(), moment)}</td>
            <td class="only-wide">{rule.until.map_or_else(|| "further notice".to_owned(), moment)}</td>
        </tr>
    }
}
