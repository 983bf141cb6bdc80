//! A challenge is made or changed: typed, seen, kept as a draft, made live.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{
        challenge::form::{ChallengeForm, StepForm},
        form::{field, typed},
        points::grouped,
    },
    rpc::staff_challenges::{ChallengeEditor, ChallengePreview, load_challenge_editor},
    ui::{
        components::{Button, Field, Kind, Notice, Select, TextArea},
        failure::answered,
        format::whole_day,
        href,
        outcome::Outcome,
        staff::{
            fields::{Audience, CATEGORIES, KINDS, KnownWords, Named, SKUS, STORES, Typed, Unheard, options},
            layout::{Desk, StaffLayout},
            measures::of_step,
        },
    },
};

#[component]
pub fn ChallengeEditorPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let challenge = query.get("challenge").unwrap_or_default();
    let typed =
        typed::read::<ChallengeForm>(query.into_iter().map(|(name, value)| (name.into_owned(), value)));
    view! {
        <StaffLayout title="Challenge" at=Desk::Challenges>
            {Suspend::new(async move {
                answered(load_challenge_editor(challenge, typed).await, |page| view! { <Editor page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Editor(page: ChallengeEditor) -> impl IntoView {
    let mut flash = page.flash.clone();
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let errors = Typed(flash.clone());
    let form = page.form.clone();
    let heading = if form.name.is_empty() { "Make a challenge".to_owned() } else { form.name.clone() };
    let steps = form.steps.iter().enumerate().map(|(place, step)| {
        view! { <Step place step=step.clone() errors=errors.clone()/> }
    });
    let mut steps: Vec<_> = steps.collect();
    // What is filled and one more stand there; the rest can be opened.
    let more = steps.split_off(form.open_steps().min(steps.len()));
    let more = (!more.is_empty()).then(|| {
        view! { <details><summary>"More steps"</summary><div class="stack gap-top">{more}</div></details> }
    });
    let seen = page.preview.map(|preview| view! { <Seen preview/> });
    view! {
        <p><a href=href::staff_challenges()>"All challenges"</a></p>
        <h1>{heading}</h1>
        <Outcome flash/>
        {seen}
        <form class="stack" method="post" action=href::save_challenge() novalidate>
            <Named noun="challenge" slug=form.challenge.clone() name=form.name.clone()
                glyph=form.glyph.clone() description=form.description.clone() about="What it is about"
                errors=errors.clone()/>
            {steps}
            {more}
            <How form=form.clone() errors=errors.clone()/>
            <Gives form=form.clone() errors=errors.clone() badges=page.badges rewards=page.rewards/>
            <section class="panel stack" aria-labelledby="h-who">
                <h2 id="h-who">"For whom"</h2>
                <Audience tiers=page.tiers chosen=form.tier tag=form.tag errors/>
            </section>
            <KnownWords known=page.known/>
            <div class="row">
                <button class="btn" type="submit" formmethod="get" formaction=href::staff_edit_challenge()>
                    "See who would have done it"
                </button>
                <Button kind=Kind::Quiet name="then" value="draft">"Keep as a draft"</Button>
                <Button kind=Kind::Quiet name="then" value="live">"Make it live now"</Button>
            </div>
            <p class="muted">
                "From the moment it is live it stays as it is: members have read it. It can be ended early."
            </p>
        </form>
    }
}

#[component]
fn Seen(preview: ChallengePreview) -> impl IntoView {
    let ChallengePreview { members, begun, done, first, last, unheard } = preview;
    let number = |count: usize| grouped(i64::try_from(count).unwrap_or(i64::MAX));
    let (first, last) = (whole_day(first), whole_day(last));
    let words = format!(
        "{} of {} members would have done it once, and {} would have begun, had it run from {first} to \
         {last} with everybody in it.",
        number(done),
        number(members),
        number(begun),
    );
    view! {
        <Notice title="By what is stored today"><p>{words}</p><Unheard sentences=unheard/></Notice>
    }
}

/// A step: what is to be done, what counts, how much of it.
#[component]
fn Step(place: usize, step: StepForm, errors: Typed) -> impl IntoView {
    let name = |part: &str| field(&format!("steps][{place}][{part}"));
    let error = |part: &str| errors.error(&format!("steps][{place}][{part}"));
    let (heading, labelled, number) = (format!("h-step-{place}"), format!("h-step-{place}"), place + 1);
    let is_rare = !step.metric.is_empty() || error("metric").is_some();
    let optional = if place == 0 { "" } else { " Leave it empty if there is none." };
    view! {
        <section class="panel stack" aria-labelledby=labelled>
            <h2 id=heading>"Step "{number}</h2>
            <div class="form-grid">
                <Field name=name("title") label=format!("Step {number}: what is to be done")
                    hint=format!("Members read it.{optional}") value=step.title error=error("title")
                    maxlength=60/>
                <Select name=name("measure") label=format!("Step {number}: measured") value=step.measure
                    options=of_step()/>
                <Field name=name("target") label=format!("Step {number}: how much")
                    hint="A number; of money, an amount." value=step.target error=error("target")/>
                <Field name=name("kinds") label=format!("Step {number}: of which activities")
                    hint="visit, review, referral …; empty: purchases." value=step.kinds
                    list=KINDS error=error("kinds")/>
                <Field name=name("category") label=format!("Step {number}: only these categories")
                    hint="With commas between; empty: all." value=step.category list=CATEGORIES/>
                <Field name=name("sku") label=format!("Step {number}: only these articles")
                    hint="SKUs with commas between; empty: all." value=step.sku list=SKUS/>
                <Field name=name("store") label=format!("Step {number}: only these stores")
                    hint="With commas between; empty: all." value=step.store list=STORES/>
                <Field name=name("weekdays") label=format!("Step {number}: only these days")
                    hint="sat, sun; empty: every day." value=step.weekdays error=error("weekdays")/>
            </div>
            <details open=is_rare>
                <summary>"Something rarer, in JSON"</summary>
                <TextArea name=name("metric")
                    label=format!("Step {number}: a metric in place of these fields")
                    hint="JSON, as docs/badges.md describes it." value=step.metric error=error("metric")
                    rows=4/>
            </details>
        </section>
    }
}

#[component]
fn How(form: ChallengeForm, errors: Typed) -> impl IntoView {
    let join = options(&[("opt_in", "whoever joins"), ("automatic", "everybody, without joining")]);
    let progress = options(&[
        ("window", "everything since the first day"),
        ("enrolment", "everything since the day of joining"),
    ]);
    view! {
        <section class="panel stack" aria-labelledby="h-how">
            <h2 id="h-how">"When and how often"</h2>
            <div class="form-grid">
                <Field name=field("first") label="First day" kind="date" value=form.first
                    error=errors.error("first")/>
                <Field name=field("last") label="Last day" kind="date"
                    hint="What is told up to a week later still counts." value=form.last
                    error=errors.error("last")/>
                <Select name=field("join") label="Who is in it" value=form.join options=join/>
                <Select name=field("progress") label="What counts" value=form.progress options=progress/>
                <Field name=field("rounds") label="How often it can be completed" inputmode="numeric"
                    hint="Each time begins with nothing, on the day after." value=form.rounds
                    error=errors.error("rounds")/>
            </div>
        </section>
    }
}

#[component]
fn Gives(
    form: ChallengeForm,
    errors: Typed,
    badges: Vec<(String, String)>,
    rewards: Vec<(String, String)>,
) -> impl IntoView {
    let kinds = options(&[("points", "points"), ("badge", "a badge"), ("voucher", "a voucher")]);
    let revoke =
        options(&[("on_reversal", "what a return undoes is taken back"), ("never", "what was given stays")]);
    let none = || (String::new(), "none".to_owned());
    let badges = std::iter::once(none()).chain(badges).collect();
    let rewards = std::iter::once(none()).chain(rewards).collect();
    view! {
        <section class="panel stack" aria-labelledby="h-gives">
            <h2 id="h-gives">"What it gives"</h2>
            <div class="form-grid">
                <Select name=field("reward") label="It gives" value=form.reward options=kinds/>
                <Field name=field("points") label="Points" inputmode="numeric" value=form.points
                    error=errors.error("points")/>
                <Select name=field("badge") label="Badge" value=form.badge options=badges
                    error=errors.error("badge")/>
                <Select name=field("voucher") label="Voucher for" value=form.voucher options=rewards
                    hint="Free of points, while there is stock." error=errors.error("voucher")/>
                <Select name=field("revoke") label="After a return" value=form.revoke options=revoke
                    hint="Points, also as a debt, or the badge. A voucher always stays."
                    error=errors.error("revoke")/>
            </div>
        </section>
    }
}
