//! The catalogue: every reward with its state, its stock and its price.

pub mod editor;
pub mod stock;
pub mod withdraw;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{
        catalogue::{CATEGORIES, Listed, RewardState, Search},
        points::grouped,
    },
    rpc::catalogue::{CataloguePage as Page, load_catalogue},
    ui::{
        components::{
            Button, ButtonLink, Empty, Field, IndexTable, Kind, Pager, Select, SortHead, Tag, Tone,
        },
        emblems::{Icon, Symbol, picture::field_of},
        failure::answered,
        format::counted,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffRewardsPage() -> impl IntoView {
    let search = use_query_map().with_untracked(|query| Search {
        words: query.get("q").unwrap_or_default(),
        state: query.get("state").unwrap_or_default(),
        sort: query.get("sort").unwrap_or_default(),
        after: query.get("after").and_then(|after| after.parse().ok()),
    });
    view! {
        <StaffLayout title="Rewards" at=Desk::Rewards>
            {Suspend::new(async move {
                answered(load_catalogue(search).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let search = page.search;
    let is_filtered = !search.words.is_empty() || !search.state.is_empty();
    let list = match (page.rewards.is_empty(), is_filtered) {
        (false, _) => {
            let next = page
                .next
                .map(|after| href::staff_rewards_found(&Search { after: Some(after), ..search.clone() }));
            let first = search
                .after
                .is_some()
                .then(|| href::staff_rewards_found(&Search { after: None, ..search.clone() }));
            let words = counted(page.total, "reward", "rewards");
            view! {
                <RewardTable rewards=page.rewards search=search.clone()/>
                <Pager words first next/>
            }
            .into_any()
        }
        (true, true) => view! {
            <Empty title="No reward is like that">
                <ButtonLink href=href::staff_rewards() kind=Kind::Quiet>"Show all rewards"</ButtonLink>
            </Empty>
        }
        .into_any(),
        (true, false) => view! {
            <Empty title="No rewards yet">
                <p>"Points are worth what can be had for them. Make the first reward."</p>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <div class="row row--apart">
            <h1>"Rewards"</h1>
            <ButtonLink href=href::staff_new_reward()><Symbol icon=Icon::Plus/>"New reward"</ButtonLink>
        </div>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="Rewards">
            <Tools search/>
            {list}
        </section>
    }
}

/// Search and filter: a plain form whose answer has a URL of its own.
#[component]
fn Tools(search: Search) -> impl IntoView {
    let mut states = vec![(String::new(), "Any".to_owned())];
    states.extend(RewardState::ALL.map(|state| (state.as_str().to_owned(), said(state).1.to_owned())));
    let sort = (!search.sort.is_empty())
        .then(|| view! { <input type="hidden" name="sort" value=search.sort.clone()/> });
    view! {
        <form class="tools" method="get" action=href::staff_rewards() role="search">
            <div class="grow"><Field name="q" label="Search" kind="search" value=search.words/></div>
            <Select name="state" label="State" value=search.state options=states/>
            {sort}
            <Button kind=Kind::Quiet><Symbol icon=Icon::Search/>"Search"</Button>
        </form>
    }
}

#[component]
fn RewardTable(rewards: Vec<Listed>, search: Search) -> impl IntoView {
    let by =
        |sort: &str| href::staff_rewards_found(&Search { sort: sort.into(), after: None, ..search.clone() });
    let sorted = |sort: &str, down: bool| (search.sort == sort).then_some(down);
    let rows: Vec<_> = rewards.into_iter().map(|reward| view! { <RewardRow reward/> }).collect();
    let heads = view! {
        <th scope="col" class="only-wide"><span class="visually-hidden">"Picture"</span></th>
        <SortHead href=by("name") label="Reward" sorted=sorted("name", false)/>
        <th scope="col">"State"</th>
        <th scope="col" class="n only-wide">"Left"</th>
        <SortHead
            href=by("") label="In 30 days" sorted=sorted("", true) number=true wide=true
        />
        <SortHead href=by("price") label="Points" sorted=sorted("price", false) number=true/>
    };
    view! {
        <IndexTable caption="Rewards" heads>{rows}</IndexTable>
    }
}

#[component]
fn RewardRow(reward: Listed) -> impl IntoView {
    let kind =
        CATEGORIES.iter().find(|(key, _)| *key == reward.terms.category).map_or("", |(_, words)| words);
    let left = reward.stock.map_or_else(
        || "no limit".to_owned(),
        |(left, capacity)| format!("{} of {}", grouped(left), grouped(capacity)),
    );
    let only = reward.minimum_tier_name.map(|tier| format!(", {tier} only"));
    view! {
        <tr>
            <td class="only-wide">
                <div class=format!("art thumb {}", field_of(&reward.terms.picture))>
                    <img src=format!("/rewards/{}.svg", reward.terms.picture) alt="" width="160"
                        height="120"/>
                </div>
            </td>
            <th scope="row">
                <a href=href::staff_reward(reward.reward_id)>{reward.terms.name}</a>
                <br/>
                <small class="muted">{kind}{only}</small>
            </th>
            <td><State state=reward.state/></td>
            <td class="n only-wide">{left}</td>
            <td class="n only-wide">{grouped(reward.redeemed_recently)}</td>
            <td class="n">{grouped(reward.terms.price)}</td>
        </tr>
    }
}

const fn said(state: RewardState) -> (Tone, &'static str) {
    match state {
        RewardState::Draft => (Tone::Line, "Draft"),
        RewardState::Live => (Tone::On, "Live"),
        RewardState::LowStock => (Tone::Warn, "Low stock"),
        RewardState::SoldOut => (Tone::Bad, "Sold out"),
        RewardState::Withdrawn => (Tone::Plain, "Withdrawn"),
    }
}

/// Where a reward stands, in a word.
#[component]
pub fn State(state: RewardState) -> impl IntoView {
    let (tone, word) = said(state);
    view! { <Tag tone>{word}</Tag> }
}
