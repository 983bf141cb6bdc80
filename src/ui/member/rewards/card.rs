//! One reward: its picture, its price, and exactly one thing to do or the reason why not.

use leptos::prelude::*;

use crate::{
    domain::{
        points::grouped,
        reward::{WhyNot, opening},
    },
    rpc::rewards::RewardView,
    ui::{
        components::{StockMeter, Tag, Tone},
        emblems::{Icon, Picture, PointsPill, Symbol},
        format::{points, sentence},
        href,
    },
};

#[component]
pub fn RewardCard(reward: RewardView, available: i64, is_next: bool) -> impl IntoView {
    let away = matches!(reward.why_not, Some(WhyNot::OutOfStock | WhyNot::Inactive));
    let class = if away { "reward is-away" } else { "reward" };
    let scarce = reward.stock.filter(|(left, capacity)| *left > 0 && left * 5 <= *capacity);
    let tag = if scarce.is_some() {
        view! { <Tag tone=Tone::Warn>"Nearly gone"</Tag> }.into_any()
    } else if is_next {
        view! { <Tag tone=Tone::Gain>"Your next"</Tag> }.into_any()
    } else {
        ().into_any()
    };
    let opening = reward.opening.clone().map(|words| view! { <p class="muted">{sentence(&words)}"."</p> });
    let id = reward.reward_id.to_string();
    let stock = reward
        .stock
        .filter(|(left, _)| *left > 0)
        .map(|(left, capacity)| view! { <StockMeter id=id left capacity/> });
    view! {
        <li class=class>
            <Picture name=reward.picture.clone()>{tag}</Picture>
            <div class="reward__body">
                <h3>{reward.name.clone()}</h3>
                <p>{reward.description.clone()}</p>
                {opening}
                <div class="reward__foot">
                    <PointsPill points=reward.price/>
                    {stock}
                    <Way reward available/>
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// The button, the bar, or the reason with what would change it.
#[component]
fn Way(reward: RewardView, available: i64) -> impl IntoView {
    match reward.why_not.clone() {
        None => view! { <Redeem reward available/> }.into_any(),
        Some(WhyNot::PointsMissing { points: missing }) => {
            view! { <Need id=reward.reward_id.to_string() price=reward.price available missing/> }.into_any()
        }
        Some(WhyNot::TierTooLow { tier }) => {
            let missing = format!("You are {} from {tier}.", reward.tier_missing);
            view! {
                <Reason icon=Icon::Lock strong=format!("{tier} members only.") words=missing/>
                <a class="btn btn--quiet" href=href::home_tier()>"See the way to "{tier}</a>
            }
            .into_any()
        }
        Some(WhyNot::NotYet { from, .. }) => {
            let words = format!("From {}.", opening::said(from));
            view! { <Reason icon=Icon::Clock strong="Not open to you yet." words/> }.into_any()
        }
        Some(WhyNot::LimitReached { limit }) => {
            let words = match limit {
                1 => "It is once for each member.".to_owned(),
                limit => format!("It is {limit} times for each member."),
            };
            view! { <Reason icon=Icon::Check strong="You have had it." words/> }.into_any()
        }
        Some(WhyNot::OutOfStock) => view! {
            <Reason icon=Icon::Clock strong="Sold out." words="It comes back when there is new stock."/>
        }
        .into_any(),
        Some(WhyNot::Inactive) => {
            view! { <Reason icon=Icon::Clock strong="No longer here." words=""/> }.into_any()
        }
    }
}

#[component]
fn Reason(icon: Icon, #[prop(into)] strong: String, #[prop(into)] words: String) -> impl IntoView {
    view! { <p class="why"><Symbol icon/><span><b>{strong}</b>" "{words}</span></p> }.into_any()
}

#[component]
fn Need(id: String, price: i64, available: i64, missing: i64) -> impl IntoView {
    let id = format!("need-{id}");
    view! {
        <label class="visually-hidden" for=id.clone()>"Points towards this"</label>
        <progress id=id value=available.to_string() max=price.to_string()>{available}" of "{price}</progress>
        <p class="why">
            <span>
                {grouped(available)}" of "{grouped(price)}", "<b>"you need "{grouped(missing)}" more"</b>
            </span>
        </p>
    }
    .into_any()
}

/// Asks once more before points are taken. It needs no script; with one, the button says that it is
/// being done.
#[component]
fn Redeem(reward: RewardView, available: i64) -> impl IntoView {
    let left = points(available - reward.price);
    let name = reward.name.clone();
    view! {
        <details class="confirm">
            <summary class="btn">"Redeem"<span class="visually-hidden">" "{name.clone()}</span></summary>
            <form method="post" action=href::redeem_reward() data-busy="Redeeming…" class="stack gap2">
                <input type="hidden" name="reward_id" value=reward.reward_id.to_string()/>
                <input type="hidden" name="request_id" value=reward.request_id.to_string()/>
                <p class="why"><span>"You will have "<b>{left}</b>" left."</span></p>
                <button class="btn" type="submit">
                    "Yes, for "{points(reward.price)}<span class="visually-hidden">": "{name}</span>
                </button>
            </form>
        </details>
    }
    .into_any()
}
