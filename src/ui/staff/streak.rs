//! The streak: its unit, freezes and milestones, and what a change would mean before it is made.

use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    domain::streak::form::StreakForm,
    rpc::streak::{StreakPage as Page, load_streak_policy},
    ui::{
        components::{Button, ButtonLink, Field, Kind, Select, TextArea},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffStreakPage() -> impl IntoView {
    let typed = use_query_map().with_untracked(typed);
    view! {
        <StaffLayout title="Streak" at=Desk::Streak>
            {Suspend::new(async move {
                answered(load_streak_policy(typed).await, |page| view! { <Streak page/> })
            })}
        </StaffLayout>
    }
}

/// What the form sent to this page, if anything.
fn typed(query: &ParamsMap) -> Option<StreakForm> {
    let of = |name: &str| query.get(name).unwrap_or_default();
    Some(StreakForm {
        unit: query.get("unit")?,
        kinds: of("kinds"),
        freeze_every: of("freeze_every"),
        freeze_most: of("freeze_most"),
        milestones: of("milestones"),
    })
}

#[component]
fn Streak(page: Page) -> impl IntoView {
    let mut flash = page.flash.of("streak");
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let seen = page.preview.map(|preview| {
        view! { <Seen preview form=page.form.clone() version=page.version/> }
    });
    view! {
        <h1>"Streak"</h1>
        <Outcome flash=flash.clone()/>
        {seen}
        <form class="stack" method="get" action=href::staff_streak()>
            <Terms form=page.form flash/>
            <p class="muted">{as_of(page.version, page.since, page.today)}</p>
            <div class="row">
                <Button>"See what it means"</Button>
                <ButtonLink href=href::staff_streak() kind=Kind::Quiet>"As it is"</ButtonLink>
            </div>
        </form>
    }
    .into_any()
}

fn as_of(version: i32, since: Date, today: Date) -> String {
    let since = format::day(since, today);
    format!(
        "Version {version} counts since {since}. A change makes a new version, and every streak is counted \
         again by it from the same days. Milestones that were given stay and are not given again; what runs \
         came to before the change is history and pays nothing."
    )
}

#[component]
fn Terms(form: StreakForm, flash: crate::rpc::forms::Flash) -> impl IntoView {
    let error = |field: &str| flash.error(field);
    let units = [("day", "Days"), ("week", "Weeks, from Monday"), ("month", "Months")];
    let units = units.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec();
    view! {
        <section class="panel stack" aria-labelledby="h-terms">
            <h2 id="h-terms">"What keeps a run"</h2>
            <div class="form-grid">
                <Select name="unit" label="Counted in" value=form.unit options=units
                    hint="By each member's own calendar."/>
                <Field name="kinds" label="Kept by" value=form.kinds error=error("kinds")
                    hint="Kinds of activities, with commas: purchase, visit."/>
            </div>
        </section>
        <section class="panel stack" aria-labelledby="h-freezes">
            <h2 id="h-freezes">"Freezes"</h2>
            <p>"A freeze covers a missed period by itself, and members see which."</p>
            <div class="form-grid">
                <Field name="freeze_every" label="One is earned by" unit="kept in a row" inputmode="numeric"
                    hint="0: there are none." value=form.freeze_every error=error("freeze_every")/>
                <Field name="freeze_most" label="Held at most" inputmode="numeric" unit="freezes"
                    value=form.freeze_most error=error("freeze_most")/>
            </div>
        </section>
        <section class="panel stack" aria-labelledby="h-milestones">
            <h2 id="h-milestones">"Milestones"</h2>
            <TextArea name="milestones" label="A line each: how many in a row, and its points" rows=6
                hint="12: 50 gives 50 points for twelve in a row, once for each member; 4 only tells them."
                value=form.milestones error=error("milestones")/>
        </section>
    }
    .into_any()
}

/// What it would mean, and the button that makes it so.
#[component]
fn Seen(preview: (i64, i64, i64), form: StreakForm, version: i32) -> impl IntoView {
    let (now, then, ended) = preview;
    let members = |count: i64| format::counted(count, "member has", "members have");
    let ended = match ended {
        0 => "Every run of today goes on.".to_owned(),
        many => format!("{} of today would not go on.", format::counted(many, "run", "runs")),
    };
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    view! {
        <section class="panel stack" aria-labelledby="h-seen">
            <h2 id="h-seen">"What it means today"</h2>
            <p>{members(now)}" a run now, "{format::counted(then, "member", "members")}" would. "{ended}</p>
            <form method="post" action=href::save_streak()>
                {hidden("version", version.to_string())}
                {hidden("unit", form.unit)}
                {hidden("kinds", form.kinds)}
                {hidden("freeze_every", form.freeze_every)}
                {hidden("freeze_most", form.freeze_most)}
                {hidden("milestones", form.milestones)}
                <Button>"Make it so"</Button>
            </form>
        </section>
    }
    .into_any()
}
