//! A badge is made or changed: typed, seen, made live. The rule is JSON, as docs/badges.md describes it.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::metal;
use crate::{
    domain::{
        badge::{Level, State},
        points::grouped,
    },
    rpc::staff_badges::{BadgeEditor, BadgeForm, StaffBadge, load_badge_editor},
    ui::{
        components::{Button, ButtonLink, Field, Kind, Select, TextArea},
        emblems::{GLYPHS, Medal},
        failure::answered,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn BadgeEditorPage() -> impl IntoView {
    let (badge, typed) =
        use_query_map().with_untracked(|query| (query.get("badge").unwrap_or_default(), typed(query)));
    view! {
        <StaffLayout title="Badge" at=Desk::Badges>
            {Suspend::new(async move {
                answered(load_badge_editor(badge, typed).await, |page| view! { <Editor page/> })
            })}
        </StaffLayout>
    }
}

/// What the form sent to this page, if anything.
fn typed(query: &ParamsMap) -> Option<BadgeForm> {
    let of = |name: &str| query.get(name).unwrap_or_default();
    Some(BadgeForm {
        rule: query.get("rule")?,
        badge: of("badge"),
        name: of("name"),
        description: of("description"),
        glyph: of("glyph"),
    })
}

#[component]
fn Editor(page: BadgeEditor) -> impl IntoView {
    let mut flash = page.flash.of("badge");
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let form = BadgeForm {
        badge: flash.value("badge", page.form.badge),
        name: flash.value("name", page.form.name),
        description: flash.value("description", page.form.description),
        glyph: flash.value("glyph", page.form.glyph),
        rule: flash.value("rule", page.form.rule),
    };
    let heading =
        if page.known.is_some() { format!("Change {}", form.name) } else { "Make a badge".to_owned() };
    let seen = page.preview.map(|(levels, members)| {
        view! { <Seen form=form.clone() levels members/> }
    });
    let retire =
        page.known.filter(|known| known.state != State::Retired).map(|badge| view! { <Retire badge/> });
    let errors = ["badge", "name", "description", "glyph", "rule"].map(|field| flash.error(field));
    view! {
        <h1>{heading}</h1>
        <Outcome flash=flash/>
        {seen}
        <Fields form errors/>
        {retire}
    }
}

#[component]
fn Fields(form: BadgeForm, errors: [Option<String>; 5]) -> impl IntoView {
    let [no_badge, no_name, no_description, no_glyph, no_rule] = errors;
    let glyphs = GLYPHS.iter().map(|glyph| ((*glyph).to_owned(), glyph.replace('-', " "))).collect();
    view! {
        <form class="panel stack" method="get" action=href::staff_edit_badge() novalidate>
            <div class="form-grid">
                <Field name="name" label="Name" hint="Members read it." value=form.name error=no_name
                    maxlength=60/>
                <Field name="badge" label="Short name"
                    hint="Lower case letters, digits and dashes; stays for ever." value=form.badge
                    error=no_badge maxlength=60/>
                <Select name="glyph" label="Picture" value=form.glyph options=glyphs error=no_glyph/>
            </div>
            <Field name="description" label="What it is for" hint="Members read it." value=form.description
                error=no_description maxlength=200/>
            <TextArea name="rule" label="The rule"
                hint="JSON, as docs/badges.md describes it. Money is in the smallest unit of the currency."
                rows=18 value=form.rule error=no_rule/>
            <div class="row">
                <Button>"See who would have it"</Button>
                <ButtonLink href=href::staff_badges() kind=Kind::Quiet>"All badges"</ButtonLink>
            </div>
        </form>
    }
}

/// Who would have the badge, and the button that makes it live.
#[component]
fn Seen(form: BadgeForm, levels: Vec<(Level, i64)>, members: i64) -> impl IntoView {
    let glyph = form.glyph.clone();
    let medals: Vec<_> = levels
        .into_iter()
        .map(|(level, having)| {
            let words = format!("{} of {} members would have it", grouped(having), grouped(members));
            view! {
                <li class="badge">
                    <Medal glyph=glyph.clone() metal=metal(level) size=72/>
                    <h3>{form.name.clone()}", "{level.as_str()}</h3>
                    <p>{words}</p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="panel stack" aria-labelledby="h-seen">
            <h2 id="h-seen">"By what is stored today"</h2>
            <ul class="grid medals" role="list">{medals}</ul>
            <p class="muted">
                "They get it with the day on which they earned it, and are told nothing. Whoever reaches it
                 from now on is told."
            </p>
            <form method="post" action=href::save_badge()>
                <input type="hidden" name="badge" value=form.badge/>
                <input type="hidden" name="name" value=form.name.clone()/>
                <input type="hidden" name="description" value=form.description/>
                <input type="hidden" name="glyph" value=form.glyph/>
                <input type="hidden" name="rule" value=form.rule/>
                <Button>"Make it live"</Button>
            </form>
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
