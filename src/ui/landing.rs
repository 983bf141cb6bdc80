//! The landing page: what a visitor can get here, from the program's own rewards, badges and tiers.

use leptos::prelude::*;

use super::{
    components::{ButtonLink, Kind},
    emblems::{Medal, Metal, Picture, PointsPill, TierMark, Wreath},
    failure::answered,
    format::{money, points},
    href,
    visitor::layout::VisitorLayout,
};
use crate::{
    domain::points::grouped,
    rpc::landing::{LandingView, Shown, ShownBadge, ShownTier, load_landing},
};

/// How many rewards are shown.
const REWARDS: usize = 4;

#[component]
pub fn LandingPage() -> impl IntoView {
    view! {
        <VisitorLayout title="">
            {Suspend::new(async move { answered(load_landing().await, landing) })}
        </VisitorLayout>
    }
}

fn landing(page: LandingView) -> impl IntoView {
    let some_rewards = (!page.rewards.is_empty()).then(|| view! { <Rewards rewards=page.rewards.clone()/> });
    let some_badges = (!page.badges.is_empty()).then(|| view! { <Badges badges=page.badges.clone()/> });
    let some_tiers = (page.tiers.len() > 1).then(|| view! { <Tiers tiers=page.tiers.clone()/> });
    view! {
        <Top page=page.clone()/>
        <div class="wrap">
            <How rewards=page.rewards/>
            {some_rewards}
            {some_badges}
            {some_tiers}
        </div>
        <section class="closing on-grove">
            <div class="wrap row row--apart">
                <div class="stack gap2">
                    <h2>"Ours, and yours."</h2>
                    <p class="muted">
                        "We run this ourselves, on our own machine. No tracker, no data broker: what you buy "
                        "stays between you and us."
                    </p>
                </div>
                <ButtonLink href=href::join() kind=Kind::Grove>"Join free"</ButtonLink>
            </div>
        </section>
    }
    .into_any()
}

/// "10 points for every €1".
fn rate(page: &LandingView) -> String {
    let unit = 10_i64.pow(page.currency.digits);
    let one = money(unit, &page.currency.code, page.currency.digits);
    let one = one.trim_end_matches('0').trim_end_matches('.').to_owned();
    match page.points_per_unit {
        Some(rate) => format!("{} for every {one} at {}.", points(rate), page.program),
        None => format!("Points for every purchase at {}.", page.program),
    }
}

#[component]
fn Top(page: LandingView) -> impl IntoView {
    let rate = rate(&page);
    let heading =
        if page.tagline.is_empty() { "Every purchase grows a leaf.".to_owned() } else { page.tagline };
    let join = match page.welcome_points {
        0 => "Join free".to_owned(),
        welcome => format!("Join free, start with {}", grouped(welcome)),
    };
    // Neither the smallest nor the largest: something to look forward to.
    let picture = page.rewards.get(page.rewards.len() / 3).map(|reward| reward.picture.clone());
    let picture = picture.map(|name| {
        view! { <img src=format!("/rewards/{name}.svg") alt="" width="320" height="240"/> }
    });
    view! {
        <section class="land on-grove">
            <div class="wrap">
                <div class="stack gap5">
                    <h1>{heading}</h1>
                    <p>{rate}" When your wreath closes, the next reward is yours."</p>
                    <div class="row">
                        <ButtonLink href=href::join() kind=Kind::Grove>{join}</ButtonLink>
                        <ButtonLink href="#how" kind=Kind::GhostGrove>"How it works"</ButtonLink>
                    </div>
                </div>
                <div class="wreath-box"><Wreath leaves=28 filled=19 size=480/>{picture}</div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn How(rewards: Vec<Shown>) -> impl IntoView {
    let names: Vec<String> = rewards.iter().take(3).map(|reward| reward.name.clone()).collect();
    let pick = match names.as_slice() {
        [] => "Spend your points when you like; they are as good as money here.".to_owned(),
        [one] => format!("{one}, and more to come."),
        [first, rest @ ..] => {
            format!("{first}, {}, and more. You choose when.", rest.join(", ").to_lowercase())
        }
    };
    view! {
        <section class="section" aria-labelledby="h-how" id="how">
            <h2 class="visually-hidden" id="h-how">"How it works"</h2>
            <ol class="how" role="list">
                <li>
                    <Wreath leaves=12 filled=0 size=96/>
                    <h3>"Show your card"</h3>
                    <p>"At the till, on your phone or on paper. That is all there is to do."</p>
                </li>
                <li>
                    <Wreath leaves=12 filled=7 size=96/>
                    <h3>"Watch it grow"</h3>
                    <p>"One leaf after another, and each one tells you why you got it."</p>
                </li>
                <li>
                    <Wreath leaves=12 filled=12 size=96/>
                    <h3>"Take your pick"</h3>
                    <p>{pick}</p>
                </li>
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn Rewards(rewards: Vec<Shown>) -> impl IntoView {
    // From the whole range of prices, the cheapest first.
    let step = rewards.len().div_ceil(REWARDS).max(1);
    let cards = rewards.into_iter().step_by(step).take(REWARDS).map(|reward| {
        view! {
            <li class="reward">
                <Picture name=reward.picture/>
                <div class="reward__body">
                    <h3>{reward.name}</h3>
                    <div class="reward__foot"><PointsPill points=reward.price/></div>
                </div>
            </li>
        }
    });
    view! {
        <section class="section" aria-labelledby="h-rewards">
            <h2 id="h-rewards">"What leaves turn into"</h2>
            <ul class="grid four" role="list">{cards.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Badges(badges: Vec<ShownBadge>) -> impl IntoView {
    let medals = badges.into_iter().enumerate().map(|(index, badge)| {
        let level = badge.levels.get(index % badge.levels.len().max(1));
        let metal = level.map_or(Metal::Bronze, |level| Metal::named(level.as_str()));
        view! { <li class="badge"><Medal glyph=badge.glyph metal/><h3>{badge.name}</h3></li> }
    });
    view! {
        <section class="section" aria-labelledby="h-badges">
            <h2 id="h-badges">"Small medals for good habits"</h2>
            <ul class="grid case" role="list">{medals.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Tiers(tiers: Vec<ShownTier>) -> impl IntoView {
    let rows = tiers.into_iter().map(|tier| {
        let takes = tier.takes.unwrap_or_else(|| "when you join".to_owned());
        view! {
            <tr>
                <th scope="row">
                    <span class="who">
                        <TierMark rank=u8::try_from(tier.rank).unwrap_or(1) size=44/>
                        <span><b>{tier.name}</b><br/><small class="muted">{takes}</small></span>
                    </span>
                </th>
                <td>{tier.benefits}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let title = format!("{} tiers, and no small print", super::format::sentence(&number_of(rows.len())));
    view! {
        <section class="section" aria-labelledby="h-tiers">
            <h2 id="h-tiers">{title}</h2>
            <div class="panel">
                <table class="table">
                    <caption>"Spending points never lowers your tier."</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Tier, and what it takes"</th><th scope="col">"What you get"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn number_of(count: usize) -> String {
    super::format::number_word(i64::try_from(count).unwrap_or(0))
}
