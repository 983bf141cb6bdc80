//! Challenges: what there is to do and how far it is, what can be joined, and what was done.

use jiff::civil::Date;
use leptos::prelude::*;

use super::layout::{MemberLayout, Place};
use crate::{
    domain::{
        metric::{Measure, Metric, Number},
        points::grouped,
    },
    rpc::{
        badges::Currency,
        challenges::{ChallengeView, ChallengesView, Mine, StepView, load_challenges},
    },
    ui::{
        components::{Button, Empty, Kind, Panel, Tag, Tone},
        emblems::{Glyph, Icon, Symbol},
        failure::answered,
        format::{counted, day, ended, money},
        href,
        outcome::Outcome,
    },
};

/// How many of them stand on the home page.
const SHOWN: usize = 3;

#[component]
pub fn ChallengesPage() -> impl IntoView {
    view! {
        <MemberLayout title="Challenges" at=Place::Challenges>
            {Suspend::new(async move { answered(load_challenges().await, challenges) })}
        </MemberLayout>
    }
}

fn challenges(page: ChallengesView) -> impl IntoView {
    let (currency, today) = (page.currency, page.today);
    let of = |state: &[Mine]| {
        let all = page.challenges.iter().filter(|one| state.contains(&one.state));
        all.cloned().collect::<Vec<ChallengeView>>()
    };
    let (active, open) = (of(&[Mine::Active, Mine::Ahead]), of(&[Mine::Open]));
    let done: Vec<ChallengeView> =
        page.challenges.iter().filter(|one| !one.given.is_empty()).cloned().collect();
    let nothing = active.is_empty() && open.is_empty();
    let words = if active.is_empty() {
        "Goals for a while, with something to gain.".to_owned()
    } else {
        format!(
            "You are in {}.",
            counted(i64::try_from(active.len()).unwrap_or(0), "challenge", "challenges")
        )
    };
    view! {
        <div class="wrap">
            <div class="page-head"><h1>"Challenges"</h1><p>{words}</p></div>
            <Outcome flash=page.flash/>
            <div class="split">
                <div class="stack gap8">
                    {nothing.then(|| view! { <Nothing/> })}
                    <List id="active" title="Yours" challenges=active currency=currency.clone() today/>
                    <List id="open" title="Open to join" challenges=open currency=currency today/>
                </div>
                <aside class="stack"><Done challenges=done today/></aside>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="panel" aria-label="Challenges">
            <Empty title="No challenge is open today">
                <p class="muted">
                    "New ones appear here. Until then, "<a href=href::badges()>"badges"</a>" are to be had."
                </p>
            </Empty>
        </section>
    }
}

#[component]
fn List(
    id: &'static str,
    title: &'static str,
    challenges: Vec<ChallengeView>,
    currency: Currency,
    today: Date,
) -> impl IntoView {
    if challenges.is_empty() {
        return ().into_any();
    }
    let items =
        challenges.into_iter().map(|one| view! { <One challenge=one currency=currency.clone() today/> });
    let items: Vec<_> = items.collect();
    view! { <Panel id title><ul class="challenges" role="list">{items}</ul></Panel> }.into_any()
}

/// Those with something to do, for the home page.
#[component]
pub fn Active(challenges: Vec<ChallengeView>, currency: Currency, today: Date) -> impl IntoView {
    if challenges.is_empty() {
        return ().into_any();
    }
    let more = if challenges.len() > SHOWN { "All challenges" } else { "Look for more" };
    let items = challenges.into_iter().take(SHOWN);
    let items: Vec<_> =
        items.map(|one| view! { <One challenge=one currency=currency.clone() today/> }).collect();
    view! {
        <Panel id="challenges" title="Challenges" more=(href::challenges(), more)>
            <ul class="challenges" role="list">{items}</ul>
        </Panel>
    }
    .into_any()
}

#[component]
fn One(challenge: ChallengeView, currency: Currency, today: Date) -> impl IntoView {
    let is_open = challenge.state == Mine::Open;
    let name = challenge.name.clone();
    let slug = challenge.challenge.clone();
    let steps = challenge.steps.iter().enumerate().map(|(place, step)| {
        let id = format!("ch-{slug}-{place}");
        view! { <Step id step=step.clone() currency=currency.clone() is_open/> }
    });
    let steps: Vec<_> = steps.collect();
    let join = is_open.then(|| view! { <Join challenge=slug.clone() name=name.clone()/> });
    let time = time_words(&challenge, today);
    let round = round_words(&challenge);
    view! {
        <li>
            <span class="chip-glyph"><Glyph name=challenge.glyph.clone()/></span>
            <div class="stack gap2">
                <div class="row row--apart">
                    <h3>{name}</h3>
                    <Tag tone=Tone::Gain>{challenge.reward.clone()}</Tag>
                </div>
                <p class="muted"><small>{ended(&challenge.description)}</small></p>
                {steps}
                <p class="meta"><span><Symbol icon=Icon::Clock/>{time}</span>{round}</p>
                {join}
            </div>
        </li>
    }
}

#[component]
fn Step(id: String, step: StepView, currency: Currency, is_open: bool) -> impl IntoView {
    let value = step.value.min(step.target);
    let number = |count: i64| number(&step.metric, count, &currency);
    let have = format!("{} of {}", number(value), number(step.target));
    if is_open {
        return view! { <p class="meta"><span>{step.title}</span></p> }.into_any();
    }
    let missing = step.target - value;
    let rest = if missing > 0 { format!("{} to go", number(missing)) } else { "done".to_owned() };
    view! {
        <div>
            <label for=id.clone()><small>{step.title}</small></label>
            <progress id=id value=value.to_string() max=step.target.to_string()>{have.clone()}</progress>
            <p class="meta"><span><b>{have}</b></span><span>{rest}</span></p>
        </div>
    }
    .into_any()
}

/// A number of what is measured: money as money.
fn number(metric: &Metric, count: i64, currency: &Currency) -> String {
    match metric.measure {
        Measure::Sum(Number::Amount) | Measure::Max(Number::Amount) => {
            money(count, &currency.code, currency.digits)
        }
        _ => grouped(count),
    }
}

#[component]
fn Join(challenge: String, name: String) -> impl IntoView {
    view! {
        <form method="post" action=href::join_challenge()>
            <input type="hidden" name="challenge" value=challenge/>
            <Button kind=Kind::Quiet small=true>"Join"<span class="visually-hidden">": "{name}</span></Button>
        </form>
    }
}

/// "from 1 December", "today is the last day", "2 days left", "until 30 November".
fn time_words(challenge: &ChallengeView, today: Date) -> String {
    if today < challenge.from {
        return format!("from {} until {}", day(challenge.from, today), day(challenge.last_day, today));
    }
    match (challenge.last_day - today).get_days() {
        0 => "today is the last day".to_owned(),
        1 => "until tomorrow".to_owned(),
        2..=6 => format!("{} more days", (challenge.last_day - today).get_days()),
        _ => format!("until {}", day(challenge.last_day, today)),
    }
}

fn round_words(challenge: &ChallengeView) -> Option<impl IntoView + use<>> {
    let begins = (challenge.state == Mine::Open && challenge.from_joining)
        .then_some("counts from the day on which you join");
    let words = if challenge.rounds > 1 && challenge.done > 0 {
        let next = if challenge.done < challenge.rounds && challenge.state == Mine::Active {
            "; each round begins on the day after the one before"
        } else {
            ""
        };
        Some(format!("done {} of {} times{next}", challenge.done, challenge.rounds))
    } else if challenge.rounds > 1 {
        Some(format!("can be done {}", counted(challenge.rounds.into(), "time", "times")))
    } else {
        None
    };
    let words: Vec<String> = words.into_iter().chain(begins.map(str::to_owned)).collect();
    (!words.is_empty()).then(|| view! { <span>{words.join("; ")}</span> })
}

/// What was completed, and what it gave.
#[component]
fn Done(challenges: Vec<ChallengeView>, today: Date) -> impl IntoView {
    if challenges.is_empty() {
        return ().into_any();
    }
    let lines = challenges.into_iter().flat_map(|challenge| {
        let ChallengeView { name, glyph, given, .. } = challenge;
        given.into_iter().map(move |(on, words)| {
            view! {
                <li>
                    <span class="chip-glyph"><Glyph name=glyph.clone()/></span>
                    <div>
                        <h3>{name.clone()}</h3>
                        <p class="muted"><small>{ended(&words)}" Completed "{day(on, today)}"."</small></p>
                    </div>
                </li>
            }
        })
    });
    let lines: Vec<_> = lines.collect();
    view! { <Panel id="done" title="Completed"><ul class="challenges" role="list">{lines}</ul></Panel> }
        .into_any()
}
