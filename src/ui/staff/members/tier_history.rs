//! How a member moved between tiers, and why.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    rpc::members::TierMove,
    ui::{components::IndexTable, format::day},
};

#[component]
pub fn TierHistory(moves: Vec<TierMove>, today: Date) -> impl IntoView {
    if moves.is_empty() {
        return ().into_any();
    }
    let rows = moves.into_iter().map(|one| {
        view! {
            <tr>
                <th scope="row">{one.from}" to "{one.to}</th>
                <td class="wraps">{one.reason}</td>
                <td>{day(one.on, today)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let heads = view! {
        <th scope="col">"Change"</th>
        <th scope="col">"Why"</th>
        <th scope="col">"On"</th>
    };
    view! {
        <section class="panel stack" aria-labelledby="h-tiers">
            <h2 id="h-tiers">"Tiers until now"</h2>
            <IndexTable caption="Changes of tier, newest first" heads>{rows}</IndexTable>
        </section>
    }
    .into_any()
}
