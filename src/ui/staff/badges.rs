//! The badges: which there are, how far those are that are being filled, and the library.

mod editor;
mod fields;
mod preview;

use leptos::prelude::*;

pub use self::editor::BadgeEditorPage;
use crate::{
    domain::metric::words::unit,
    domain::{
        badge::{Level, LevelThreshold, State, Visibility},
        metric::Metric,
        points::grouped,
    },
    rpc::{
        badges::Currency,
        staff_badges::{StaffBadge, StaffBadgesPage as Page, load_staff_badges},
    },
    ui::{
        components::{Button, ButtonLink, Kind, Tag, Tone},
        emblems::{Medal, Metal},
        failure::answered,
        format::money,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffBadgesPage() -> impl IntoView {
    view! {
        <StaffLayout title="Badges" at=Desk::Badges>
            {Suspend::new(async move {
                answered(load_staff_badges().await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let currency = page.currency;
    let rows: Vec<_> =
        page.badges.into_iter().map(|badge| view! { <Row badge currency=currency.clone()/> }).collect();
    let groups: Vec<_> = page
        .library
        .into_iter()
        .map(|(name, badges)| view! { <Group name badges currency=currency.clone()/> })
        .collect();
    view! {
        <div class="row row--apart">
            <h1>"Badges"</h1>
            <ButtonLink href=href::staff_new_badge()>"Make a badge"</ButtonLink>
        </div>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="Badges">
            <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
                <table class="table">
                    <caption class="visually-hidden">"Badges with their state"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Badge"</th>
                            <th scope="col">"State"</th>
                            <th scope="col" class="only-wide">"Who has it"</th>
                            <th scope="col"><span class="visually-hidden">"Change"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
        <h2>"Ready to be switched on"</h2>
        {groups}
    }
}

#[component]
fn Row(badge: StaffBadge, currency: Currency) -> impl IntoView {
    let counts = asks_for(&badge, &currency);
    let holders = badge.holders.map_or_else(
        || "not counted yet".to_owned(),
        |(holders, members)| format!("{} of {}", grouped(holders), grouped(members)),
    );
    view! {
        <tr>
            <th scope="row" class="wraps">
                {badge.name.clone()}
                <br/>
                <small class="muted">{counts}" ("{badge.badge.clone()}", version "{badge.version}")"</small>
            </th>
            <td><StateTag badge=badge.clone()/></td>
            <td class="only-wide">{holders}</td>
            <td><a href=href::staff_badge(&badge.badge)>"Change"</a></td>
        </tr>
    }
}

/// The state in a word; while a badge is being filled, with how far that is.
#[component]
fn StateTag(badge: StaffBadge) -> impl IntoView {
    let seen = match badge.visibility {
        Visibility::Public => "",
        Visibility::Hidden => ", hidden",
        Visibility::Secret => ", secret",
    };
    let (tone, word) = match badge.state {
        State::Live => (Tone::On, "Live"),
        State::Counting => (Tone::Warn, "Counting"),
        State::Awarding => (Tone::Warn, "Awarding"),
        State::Retired => (Tone::Plain, "Retired"),
    };
    let filling = badge.filling.filter(|_| matches!(badge.state, State::Counting | State::Awarding));
    let progress = filling.map(|(done, total, awarded)| {
        let id = format!("fill-{}", badge.badge);
        let words = format!("{} of {} members, {} awards", grouped(done), grouped(total), grouped(awarded));
        let max = total.max(1).to_string();
        view! {
            <br/>
            <label for=id.clone()><small>{words.clone()}</small></label>
            <progress id=id value=done.min(total).to_string() max=max>{words}</progress>
        }
    });
    view! { <Tag tone>{word}{seen}</Tag>{progress} }
}

#[component]
fn Group(name: String, badges: Vec<StaffBadge>, currency: Currency) -> impl IntoView {
    let (id, labelled) = (group_id(&name), group_id(&name));
    let medals: Vec<_> =
        badges.into_iter().map(|badge| view! { <Ready badge currency=currency.clone()/> }).collect();
    view! {
        <section class="panel stack" aria-labelledby=labelled>
            <h3 id=id>{name}</h3>
            <ul class="grid medals" role="list">{medals}</ul>
        </section>
    }
}

fn group_id(name: &str) -> String {
    format!("lib-{}", name.to_lowercase().replace(' ', "-"))
}

#[component]
fn Ready(badge: StaffBadge, currency: Currency) -> impl IntoView {
    let counts = asks_for(&badge, &currency);
    let (of_switch, of_change) = (badge.name.clone(), badge.name.clone());
    let metal = badge.levels.last().map_or(Metal::Bronze, |step| metal(step.level));
    view! {
        <li class="badge">
            <Medal glyph=badge.glyph.clone() metal size=72/>
            <h4>{badge.name.clone()}</h4>
            <p>{badge.description.clone()}</p>
            <p class="muted"><small>{counts}</small></p>
            <form class="row" method="post" action=href::switch_on_badge()>
                <input type="hidden" name="badge" value=badge.badge.clone()/>
                <Button kind=Kind::Quiet small=true>
                    "Switch on"<span class="visually-hidden">": "{of_switch}</span>
                </Button>
                <a href=href::staff_badge(&badge.badge)>
                    "Change first"<span class="visually-hidden">": "{of_change}</span>
                </a>
            </form>
        </li>
    }
}

/// What the levels ask for: "10, 50, 100 purchases".
fn asks_for(badge: &StaffBadge, currency: &Currency) -> String {
    let metric = badge.metric.as_ref();
    let is_money = metric.is_some_and(Metric::is_money);
    let threshold = |step: &LevelThreshold| {
        if is_money {
            money(step.threshold, &currency.code, currency.digits)
        } else {
            grouped(step.threshold)
        }
    };
    let thresholds: Vec<String> = badge.levels.iter().map(threshold).collect();
    let is_one = badge.levels.last().is_some_and(|step| step.threshold == 1);
    format!("{} {}", thresholds.join(", "), unit(metric, is_one))
}

fn metal(level: Level) -> Metal {
    Metal::named(level.as_str())
}
