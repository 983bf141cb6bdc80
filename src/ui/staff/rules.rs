//! The earning rules: what is live and what will be, drafts, and ways to a new rule.

pub mod basket;
pub mod draft;
pub mod edit;
pub mod json;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    rpc::rules::{DraftLine, RuleState, RuleView, RulesPage as Page, load_rules},
    ui::{
        components::{Button, ButtonLink, Empty, IndexTable, Kind, Tag, Tone},
        failure::answered,
        format::sentence,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffRulesPage() -> impl IntoView {
    let shown = use_query_map().with_untracked(|query| query.get("show")).unwrap_or_default();
    view! {
        <StaffLayout title="Earning rules" at=Desk::Rules>
            {Suspend::new(async move { answered(load_rules(shown).await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let is_empty = page.rules.is_empty();
    let rows: Vec<_> = page.rules.into_iter().map(|rule| view! { <Row rule/> }).collect();
    let list = if is_empty {
        view! { <Empty title="No rule here"><p>"Choose another view, or make a rule."</p></Empty> }.into_any()
    } else {
        view! { <RuleTable>{rows}</RuleTable> }.into_any()
    };
    view! {
        <div class="row row--apart">
            <h1>"Earning rules"</h1>
            <ButtonLink href=href::staff_rule_edit("", "")>"New rule"</ButtonLink>
        </div>
        <Outcome flash=page.flash/>
        <p class="muted">
            "A version that was live never changes: what was earned by it stays. "
            <a href=href::staff_basket()>"Try a basket"</a>", or write "
            <a href=href::staff_rules_json()>"a draft in JSON"</a>"."
        </p>
        <Drafts drafts=page.drafts/>
        <section class="panel stack" aria-label="Rules">
            <Shown shown=page.shown of=href::staff_rules()/>
            {list}
        </section>
    }
}

/// Which part of a list is shown: what counts now or will, what is over, or all.
#[component]
pub fn Shown(shown: String, of: String) -> impl IntoView {
    let links = [("now", "Live and scheduled"), ("ended", "Ended"), ("all", "All")].map(|(which, words)| {
        let here = (which == shown).then_some("true");
        view! { <a href=href::shown(&of, which) aria-current=here>{words}</a> }
    });
    view! { <nav class="chips" aria-label="What is shown">{links.into_iter().collect_view()}</nav> }
}

#[component]
fn RuleTable(children: Children) -> impl IntoView {
    let heads = view! {
        <th scope="col">"Rule"</th>
        <th scope="col">"State"</th>
        <th scope="col" class="only-wide">"Runs"</th>
        <th scope="col" class="only-wide">"Version"</th>
        <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
    };
    view! {
        <IndexTable caption="Versions of rules, newest first" heads>{children()}</IndexTable>
    }
}

/// Whether it counts, in a word.
#[component]
pub fn State(state: RuleState) -> impl IntoView {
    let (tone, word) = match state {
        RuleState::Scheduled => (Tone::Line, "Scheduled"),
        RuleState::Live => (Tone::On, "Live"),
        RuleState::Ended => (Tone::Plain, "Ended"),
    };
    view! { <Tag tone>{word}</Tag> }
}

#[component]
fn Row(rule: RuleView) -> impl IntoView {
    let campaign = rule.campaign.map(|name| format!("{name}: "));
    let said: Vec<String> = std::iter::once(rule.does).chain(rule.conditions).collect();
    let name = rule.name.clone();
    let change = rule.can_change.then(|| {
        let words = format!(" {name}");
        view! {
            <div class="row tight">
                <a href=href::staff_rule_edit(&rule.rule, "")>
                    "Change"<span class="visually-hidden">{words.clone()}</span>
                </a>
                <End name=rule.rule.clone() words/>
            </div>
        }
    });
    view! {
        <tr>
            <th scope="row" class="wraps">
                {campaign}{rule.name}
                <br/>
                <small class="muted">{said.join("; ")}</small>
            </th>
            <td><State state=rule.state/></td>
            <td class="only-wide wraps">{sentence(&rule.runs)}</td>
            <td class="only-wide">{rule.version}</td>
            <td>{change}</td>
        </tr>
    }
}

/// A button that begins a draft in which something ends: nothing ends by it yet.
#[component]
pub fn End(name: String, words: String) -> impl IntoView {
    view! {
        <form method="post" action=href::end_rule()>
            <input type="hidden" name="name" value=name/>
            <button class="link" type="submit">"End…"<span class="visually-hidden">{words}</span></button>
        </form>
    }
}

#[component]
fn Drafts(drafts: Vec<DraftLine>) -> impl IntoView {
    if drafts.is_empty() {
        return ().into_any();
    }
    let rows = drafts.into_iter().map(|draft| {
        view! {
            <tr>
                <th scope="row" class="wraps"><a href=href::staff_draft(draft.id)>{draft.title}</a></th>
                <td><Tag tone=Tone::Line>"Draft"</Tag></td>
                <td class="only-wide">{draft.saved}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let heads = view! {
        <th scope="col">"Draft"</th>
        <th scope="col">"State"</th>
        <th scope="col" class="only-wide">"Saved"</th>
    };
    view! {
        <section class="panel stack" aria-labelledby="h-drafts">
            <h2 id="h-drafts">"Drafts"</h2>
            <IndexTable caption="Drafts that do not count yet, newest first" heads>{rows}</IndexTable>
        </section>
    }
    .into_any()
}

/// The two ways in which a form of the rules ends, and a look at what it says before either.
#[component]
pub fn Endings(look: String) -> impl IntoView {
    view! {
        <div class="row">
            <Button name="then" value="draft">"Keep as a draft"</Button>
            <Button kind=Kind::Quiet name="then" value="live">"Make it live now"</Button>
            <button class="btn btn--quiet" type="submit" formmethod="get"
                formaction=look>"See what it says"</button>
        </div>
    }
}
