//! A badge is made or changed: typed into fields or as JSON, seen, made live.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{fields::RuleFields, metal, preview::BadgePreview};
use crate::{
    domain::{
        badge::{Level, State, form::BadgeForm},
        form::{field, typed},
        points::grouped,
    },
    rpc::staff_badges::{BadgeEditor, StaffBadge, load_badge_editor},
    ui::{
        components::{Button, Kind, TextArea},
        emblems::Medal,
        failure::answered,
        href,
        outcome::Outcome,
        staff::{
            fields::{KnownWords, Named, Typed, Unheard},
            layout::{Desk, StaffLayout},
        },
    },
};

#[component]
pub fn BadgeEditorPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let (badge, way) = (query.get("badge").unwrap_or_default(), query.get("as").unwrap_or_default());
    let typed = typed::read::<BadgeForm>(query.into_iter().map(|(name, value)| (name.into_owned(), value)));
    view! {
        <StaffLayout title="Badge" at=Desk::Badges>
            {Suspend::new(async move {
                answered(load_badge_editor(badge, typed, way).await, |page| view! { <Editor page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Editor(page: BadgeEditor) -> impl IntoView {
    let mut flash = page.flash.clone();
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let errors = Typed(flash.clone());
    let form = page.form.clone();
    let heading =
        if page.known.is_some() { format!("Change {}", form.name) } else { "Make a badge".to_owned() };
    let seen = page.preview.map(|(levels, members)| {
        let unheard = page.unheard.clone();
        view! { <Seen name=form.name.clone() glyph=form.glyph.clone() levels members unheard/> }
    });
    let retire =
        page.known.filter(|known| known.state != State::Retired).map(|badge| view! { <Retire badge/> });
    let named = form.clone();
    let is_json = !form.rule.is_empty();
    let rule = if is_json {
        view! { <RuleJson rule=form.rule.clone() errors=errors.clone()/> }.into_any()
    } else {
        let (badges, tiers, code) = (page.badges, page.tiers, page.currency.code.clone());
        view! { <RuleFields form=form.clone() errors=errors.clone() badges tiers code/> }.into_any()
    };
    view! {
        <p><a href=href::staff_badges()>"All badges"</a></p>
        <h1>{heading}</h1>
        <Outcome flash/>
        {seen}
        <form class="stack" method="post" action=href::save_badge() novalidate>
            <input type="hidden" name=field("version") value=form.version.clone()/>
            <Named noun="badge" slug=named.badge name=named.name glyph=named.glyph
                description=named.description about="What it is for" errors/>
            {rule}
            <BadgePreview form currency=page.currency days=page.days/>
            <KnownWords known=page.known_words/>
            <Endings is_json/>
        </form>
        {retire}
    }
}

/// What can be done with what was typed.
#[component]
fn Endings(is_json: bool) -> impl IntoView {
    let (way, words) = if is_json { ("fields", "As fields") } else { ("json", "As JSON") };
    view! {
        <div class="row">
            <button class="btn" type="submit" formmethod="get" formaction=href::staff_edit_badge()>
                "See who would have it"
            </button>
            <Button kind=Kind::Quiet>"Make it live"</Button>
            <button class="btn btn--quiet" type="submit" formmethod="get" name="as" value=way
                formaction=href::staff_edit_badge()>{words}</button>
        </div>
        <p class="muted">
            "Once it is live, what was before is counted and awarded too. Nothing that was awarded is lost
             when it is changed."
        </p>
    }
}

#[component]
fn RuleJson(rule: String, errors: Typed) -> impl IntoView {
    view! {
        <section class="panel stack" aria-labelledby="h-rule">
            <h2 id="h-rule">"In JSON"</h2>
            <TextArea name=field("rule") label="The rule"
                hint="As docs/badges.md describes it. Money is in the smallest unit of the currency."
                rows=18 value=rule error=errors.error("rule")/>
        </section>
    }
}

/// Who would have the badge.
#[component]
fn Seen(
    name: String,
    glyph: String,
    levels: Vec<(Level, i64)>,
    members: i64,
    unheard: Vec<String>,
) -> impl IntoView {
    let medals: Vec<_> = levels
        .into_iter()
        .map(|(level, having)| {
            let words = format!("{} of {} members would have it", grouped(having), grouped(members));
            view! {
                <li class="badge">
                    <Medal glyph=glyph.clone() metal=metal(level) size=72/>
                    <h3>{name.clone()}", "{level.as_str()}</h3>
                    <p>{words}</p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="panel stack" aria-labelledby="h-seen">
            <h2 id="h-seen">"By what is stored today"</h2>
            <ul class="grid medals" role="list">{medals}</ul>
            <Unheard sentences=unheard/>
            <p class="muted">
                "They get it with the day on which they earned it, and are told nothing. Whoever reaches it
                 from now on is told."
            </p>
        </section>
    }
}

#[component]
fn Retire(badge: StaffBadge) -> impl IntoView {
    view! {
        <section class="panel stack" aria-labelledby="h-retire">
            <h2 id="h-retire">"Retire it"</h2>
            <p>"Nobody gets it any more. Who has it keeps it. It can be made live again."</p>
            <form method="post" action=href::retire_badge()>
                <input type="hidden" name="badge" value=badge.badge/>
                <Button kind=Kind::Bad>"Retire "{badge.name}</Button>
            </form>
        </section>
    }
}
