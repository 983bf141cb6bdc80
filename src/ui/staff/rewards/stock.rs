//! How many there are of a reward. Units are added or taken away: what members redeem meanwhile is never
//! lost.

use leptos::prelude::*;

use crate::{
    domain::catalogue::Listed,
    rpc::forms::Flash,
    ui::{
        components::{Button, Field, Kind, StockMeter},
        href,
    },
};

#[component]
pub fn Stock(reward: Listed, flash: Flash) -> impl IntoView {
    let (id, version) = (reward.reward_id.to_string(), reward.version.to_string());
    let now = match reward.stock {
        Some((left, capacity)) => view! { <StockMeter id="now" left capacity/> }.into_any(),
        None => view! { <p class="muted">"There is no limit: it can be had again and again."</p> }.into_any(),
    };
    let (label, hint) = match reward.stock {
        Some(_) => ("Add or take away", "Such as 20, or -3 when three have broken."),
        None => ("Limit it to", "How many there are."),
    };
    let unlimit = reward.stock.map(|_| {
        view! {
            <form method="post" action=href::unlimit_reward()>
                <input type="hidden" name="reward_id" value=id.clone()/>
                <input type="hidden" name="version" value=version.clone()/>
                <Button kind=Kind::Quiet>"No limit on stock"</Button>
            </form>
        }
    });
    view! {
        {now}
        <form class="tools" method="post" action=href::restock_reward() novalidate>
            <input type="hidden" name="reward_id" value=id.clone()/>
            <input type="hidden" name="version" value=version.clone()/>
            <Field name="units" label hint value=flash.value("units", "") error=flash.error("units")
                inputmode="text" unit="units"/>
            <Button kind=Kind::Quiet>"Change the stock"</Button>
        </form>
        {unlimit}
    }
}
