//! The top of the home page: the balance in its wreath, the next reward, the member's card.

use leptos::prelude::*;

use crate::{
    domain::points::grouped,
    rpc::home::{Hero, NextReward},
    ui::{
        components::{ButtonLink, Goal, Kind, Tag, Tone},
        emblems::{QrCode, Wreath, grown},
        format::{card, counted, day, number_word, points, sentence},
        href,
    },
};

const LEAVES: usize = 32;

#[component]
pub fn HeroSection(hero: Hero) -> impl IntoView {
    let goal = hero.next.as_ref().map_or(0, |next| next.price);
    let sum = grouped(hero.available);
    let size = match sum.len() {
        ..5 => "sum",
        5 | 6 => "sum is-long",
        _ => "sum is-longest",
    };
    let to_rewards = see_rewards(&hero);
    let filled = if hero.has_rewards { grown(hero.available, goal, LEAVES) } else { 0 };
    view! {
        <section class="hero on-grove" aria-label="Your balance and next reward">
            <div class="wrap">
                <div class="wreath-box">
                    <Wreath leaves=LEAVES filled size=320/>
                    <p class="hero__sum">
                        <span class=size data-balance="">{sum}</span>
                        <span>{if hero.available == 1 { "point" } else { "points" }}</span>
                    </p>
                </div>
                <div class="hero__next">
                    <NextUp hero=hero.clone()/>
                    <div class="row hero__hi">
                        <ButtonLink href=href::rewards() kind=Kind::Grove>{to_rewards}</ButtonLink>
                        <Hints hero=hero.clone()/>
                    </div>
                </div>
                <MemberCard program=hero.program member=hero.member tier=hero.tier digits=hero.card/>
            </div>
        </section>
    }
    .into_any()
}

fn see_rewards(hero: &Hero) -> &'static str {
    if hero.ready > 0 { "Choose a reward" } else { "See all rewards" }
}

/// What is next, the missing number first.
#[component]
fn NextUp(hero: Hero) -> impl IntoView {
    match hero.next {
        Some(next) => view! { <Missing next available=hero.available ready=hero.ready/> }.into_any(),
        None if hero.ready > 0 => {
            let ready = sentence(&number_word(hero.ready));
            view! {
                <h1>{ready}" "{if hero.ready == 1 { "reward is" } else { "rewards are" }}" yours today"</h1>
                <p class="muted">"You have enough points for everything that you can have."</p>
            }
            .into_any()
        }
        None => view! {
            <h1>"Your points are growing"</h1>
            <p class="muted">"The rewards they turn into will be here soon."</p>
        }
        .into_any(),
    }
}

#[component]
fn Missing(next: NextReward, available: i64, ready: i64) -> impl IntoView {
    let missing = points(next.price - available);
    let pace = next.purchases.map(|count| {
        let purchases = if count == 1 { "purchase" } else { "purchases" };
        format!(" About {} more {purchases} at your pace.", number_word(count))
    });
    let already = (ready > 0).then(|| {
        let verb = if ready == 1 { "is" } else { "are" };
        format!(" {} {verb} yours already.", sentence(&counted_rewards(ready)))
    });
    view! {
        <h1><span class="gain">{missing}</span>" to "{next.name.clone()}</h1>
        <Goal id="next" label=format!("Next reward: {}", next.name) value=available max=next.price>
            {format!("{} of {}.", grouped(available), points(next.price))}{pace}{already}
        </Goal>
    }
    .into_any()
}

fn counted_rewards(count: i64) -> String {
    if count <= 10 {
        let noun = if count == 1 { "reward" } else { "rewards" };
        format!("{} {noun}", number_word(count))
    } else {
        counted(count, "reward", "rewards")
    }
}

/// What is due: points that come, points that go, points that are owed.
#[component]
fn Hints(hero: Hero) -> impl IntoView {
    let today = hero.today;
    let owed = (hero.debt > 0)
        .then(|| format!("{} are owed after a return; your next points pay them.", points(hero.debt)));
    let expiring = hero
        .expiring
        .map(|due| format!("{} {} on {}", points(due.points), expire(due.points), day(due.on, today)));
    let coming =
        hero.coming.map(|due| format!("{} more to spend from {}", grouped(due.points), day(due.on, today)));
    let hint = |words: String| view! { <span class="muted"><small>{words}</small></span> };
    view! { {owed.map(hint)} {coming.map(hint)} {expiring.map(hint)} }
}

fn expire(count: i64) -> &'static str {
    if count == 1 { "expires" } else { "expire" }
}

/// The card for the till: the same in both themes.
#[component]
pub fn MemberCard(program: String, member: String, tier: String, digits: String) -> impl IntoView {
    let number = card(&digits);
    view! {
        <section class="mcard" aria-label="Your member card">
            <span class="mcard__shop">{program}</span>
            <QrCode text=digits label=format!("QR code of card {number}")/>
            <span><b>{member}</b><br/><Tag tone=Tone::Line>{tier}" member"</Tag></span>
            <span class="mcard__no">{number}</span>
        </section>
    }
    .into_any()
}
