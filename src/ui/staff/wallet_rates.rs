//! At what rates points may move between the wallets of a member.

use leptos::prelude::*;

use crate::{
    domain::wallet::{Rate, WalletKind},
    rpc::forms::Flash,
    ui::{
        components::{Button, Field, Kind, Select},
        href,
    },
};

#[component]
pub fn WalletRates(
    kinds: Vec<WalletKind>,
    rates: Vec<(String, String, Rate)>,
    flash: Flash,
) -> impl IntoView {
    if kinds.len() < 2 {
        return ().into_any();
    }
    let counted = |wallet: &str, number: i64| {
        let kind = kinds.iter().find(|kind| kind.wallet == wallet);
        kind.map_or_else(|| number.to_string(), |kind| kind.counted(number))
    };
    let rows = rates.iter().map(|(from, to, rate)| {
        view! { <li>{counted(from, rate.from)}" become "{counted(to, rate.to)}</li> }
    });
    let rows: Vec<_> = rows.collect();
    let options: Vec<_> = kinds.iter().map(|kind| (kind.wallet.clone(), kind.name.clone())).collect();
    view! {
        <section class="panel" aria-labelledby="h-rates">
            <form class="stack" method="post" action=href::declare_wallet_rate() novalidate>
                <h2 id="h-rates">"Moving points between wallets"</h2>
                <ul>{rows}</ul>
                <div class="form-grid">
                    <Select name="from" label="From" value=flash.value("from", "") options=options.clone()/>
                    <Field name="from_points" label="So many" inputmode="numeric"
                        value=flash.value("from_points", "") error=flash.error("from_points")/>
                    <Select name="to" label="To" value=flash.value("to", "") options/>
                    <Field name="to_points" label="Become so many" inputmode="numeric"
                        value=flash.value("to_points", "") error=flash.error("to_points")/>
                </div>
                <div class="row"><Button kind=Kind::Quiet>"Save the rate"</Button></div>
            </form>
        </section>
    }
    .into_any()
}
