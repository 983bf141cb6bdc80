//! Rewards: the vouchers one has, and everything that can be had or says why not.

mod card;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    confirm::ConfirmAddress,
    layout::{MemberLayout, Place},
    ticket::Ticket,
};
use crate::{
    domain::{points::grouped, reward::WhyNot},
    rpc::rewards::{RewardView, RewardsView, VoucherState, VoucherView, load_rewards},
    ui::{
        components::Empty,
        failure::answered,
        format::{number_word, points, sentence},
        href,
        islands::busy::Busy,
        outcome::Outcome,
    },
};

/// The ways to look at the catalogue: the value in the URL and its words.
const FILTERS: [(&str, &str); 6] = [
    ("now", "I can have now"),
    ("drink", "Drinks"),
    ("food", "Food"),
    ("thing", "Things"),
    ("event", "Events"),
    ("good", "Good causes"),
];

#[component]
pub fn RewardsPage() -> impl IntoView {
    let show = use_query_map().read_untracked().get("show").unwrap_or_default();
    view! {
        <MemberLayout title="Rewards" at=Place::Rewards>
            {Suspend::new(async move { answered(load_rewards().await, move |page| rewards(page, show)) })}
        </MemberLayout>
    }
}

fn rewards(page: RewardsView, show: String) -> impl IntoView {
    let ready = page.rewards.iter().filter(|reward| reward.why_not.is_none()).count();
    let ready = match i64::try_from(ready).unwrap_or(0) {
        0 => String::new(),
        1 => " One of these is yours today.".to_owned(),
        ready => format!(" {} of these are yours today.", sentence(&number_word(ready))),
    };
    let catalogue = view! { <Catalogue rewards=page.rewards available=page.available show/> };
    view! {
        <div class="wrap">
            <div class="page-head">
                <h1>"Rewards"</h1>
                <p>"You have "<b>{points(page.available)}</b>"."{ready}</p>
            </div>
            <div class="stack">
                <Outcome flash=page.flash.of("redeem")/>
                <ConfirmAddress email=page.to_confirm/>
                <Vouchers vouchers=page.vouchers today=page.today/>
            </div>
            {catalogue}
        </div>
        <Busy/>
    }
    .into_any()
}

/// The vouchers that can be used, and the others behind a fold.
#[component]
fn Vouchers(vouchers: Vec<VoucherView>, today: jiff::civil::Date) -> impl IntoView {
    let (ready, past): (Vec<_>, Vec<_>) =
        vouchers.into_iter().partition(|voucher| voucher.state == VoucherState::Ready);
    if ready.is_empty() && past.is_empty() {
        return ().into_any();
    }
    let tickets = |vouchers: Vec<VoucherView>| {
        vouchers.into_iter().map(|voucher| view! { <Ticket voucher today/> }).collect_view()
    };
    let past = (!past.is_empty()).then(|| {
        let count = past.len();
        view! {
            <details class="why-did gap-top">
                <summary>"Used, expired or cancelled ("{count}")"</summary>
                <div class="grid tickets gap-top">{tickets(past)}</div>
            </details>
        }
    });
    let none = ready.is_empty().then(|| view! { <p class="muted">"None to use at the moment."</p> });
    view! {
        <section aria-labelledby="h-vouchers" id="vouchers">
            <div class="panel__head"><h2 id="h-vouchers">"Your vouchers"</h2></div>
            {none}
            <div class="grid tickets">{tickets(ready)}</div>
            {past}
        </section>
    }
    .into_any()
}

/// Whether a reward belongs to what was asked for.
fn shown(reward: &RewardView, show: &str) -> bool {
    match show {
        "now" => reward.why_not.is_none(),
        category if FILTERS.iter().any(|(filter, _)| *filter == category) => reward.category == category,
        _ => true,
    }
}

/// What can be had first, then what is nearest, then what only something else than points is missing for.
fn nearness(reward: &RewardView) -> (u8, i64) {
    match reward.why_not {
        None => (0, reward.price),
        Some(WhyNot::PointsMissing { points }) => (1, points),
        Some(_) => (2, reward.price),
    }
}

#[component]
fn Catalogue(mut rewards: Vec<RewardView>, available: i64, show: String) -> impl IntoView {
    rewards.sort_by_key(nearness);
    let next = rewards.iter().find(|reward| matches!(reward.why_not, Some(WhyNot::PointsMissing { .. })));
    let next = next.map(|reward| reward.reward_id);
    let is_filtered = !rewards.is_empty();
    let filters = is_filtered.then(|| view! { <Filters rewards=rewards.clone() show=show.clone()/> });
    rewards.retain(|reward| shown(reward, &show));
    let empty = rewards.is_empty().then(|| {
        let all = is_filtered.then(|| view! { <p><a href=href::rewards()>"Look at everything"</a></p> });
        view! {
            <Empty title="Nothing here at the moment">
                <p class="muted">"Your points are kept. Come back soon."</p>
                {all}
            </Empty>
        }
    });
    let cards = rewards.into_iter().map(|reward| {
        let is_next = next == Some(reward.reward_id);
        view! { <card::RewardCard reward available is_next/> }
    });
    view! {
        <section class="section" aria-labelledby="h-catalogue" id="catalogue">
            <h2 id="h-catalogue">"What you can get"</h2>
            {filters}
            {empty}
            <ul class="grid three gap-top" role="list">{cards.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Chips for everything there is; what would be empty is left out.
#[component]
fn Filters(rewards: Vec<RewardView>, show: String) -> impl IntoView {
    let all = !FILTERS.iter().any(|(filter, _)| *filter == show);
    let chips = FILTERS.iter().filter_map(|(filter, words)| {
        let count = rewards.iter().filter(|reward| shown(reward, filter)).count();
        let current = (*filter == show).then_some("true");
        (count > 0).then(|| {
            view! {
                <a href=href::rewards_shown(filter) aria-current=current>{*words}" "{grouped_count(count)}</a>
            }
        })
    });
    let chips: Vec<_> = chips.collect();
    view! {
        <nav class="chips" aria-label="Show">
            <a href=href::rewards() aria-current=all.then_some("true")>
                "All "{grouped_count(rewards.len())}
            </a>
            {chips}
        </nav>
    }
    .into_any()
}

fn grouped_count(count: usize) -> String {
    grouped(i64::try_from(count).unwrap_or(i64::MAX))
}
