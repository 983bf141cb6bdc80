//! The kinds of wallets: what each counts, and how long it lasts.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{
        expiry::Expiry,
        wallet::{POINTS, WalletKind},
    },
    rpc::{
        forms::Flash,
        wallets::{WalletKindsPage as Page, load_wallet_kinds},
    },
    ui::{
        components::{Button, Check, Field, IndexTable, Select},
        failure::answered,
        href,
        outcome::Outcome,
        staff::{
            layout::{Desk, StaffLayout},
            wallet_rates::WalletRates,
        },
    },
};

/// The policies, as they are chosen.
const POLICIES: [(&str, &str); 5] = [
    ("never", "They never expire"),
    ("months", "Some months after they can be spent"),
    ("end_of_month", "At the end of the month, some months later"),
    ("calendar_year", "At the end of the year, some years later"),
    ("inactivity", "When nothing was earned or spent for some months"),
];

#[component]
pub fn WalletKindsPage() -> impl IntoView {
    let chosen = use_query_map().with_untracked(|query| query.get("wallet"));
    view! {
        <StaffLayout title="Kinds of wallets" at=Desk::Members>
            {Suspend::new(async move {
                answered(load_wallet_kinds(chosen).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let kinds = page.kinds.clone();
    let rows = page.kinds.into_iter().map(|kind| {
        let spends = if kind.spendable { "Can be spent" } else { "Only counts" };
        view! {
            <tr>
                <th scope="row"><a href=href::staff_wallet(&kind.wallet)>{kind.name}</a></th>
                <td>{kind.unit_many}</td>
                <td>{spends}</td>
                <td class="wraps">{kind.expiry.words()}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let heads = view! {
        <th scope="col">"Wallet"</th>
        <th scope="col">"Unit"</th>
        <th scope="col">"Use"</th>
        <th scope="col">"How long they last"</th>
    };
    view! {
        <p><a href=href::staff_members()>"All members"</a></p>
        <h1>"Kinds of wallets"</h1>
        <Outcome flash=page.flash.clone()/>
        <section class="panel stack" aria-label="Kinds">
            <IndexTable caption="Kinds of wallets, points first" heads>{rows}</IndexTable>
        </section>
        <WalletRates kinds rates=page.rates flash=page.flash.of("rate")/>
        <Editor chosen=page.chosen flash=page.flash.of("kind")/>
    }
}

#[component]
fn Editor(chosen: Option<WalletKind>, flash: Flash) -> impl IntoView {
    let heading = chosen.as_ref().map_or_else(|| "Another kind".to_owned(), |kind| kind.name.clone());
    let of = |field: fn(&WalletKind) -> &str| chosen.as_ref().map(field).unwrap_or_default().to_owned();
    let (policy, span) = chosen.as_ref().map_or(Expiry::Never, |kind| kind.expiry).stored();
    let policies = POLICIES.iter().map(|(word, says)| ((*word).to_owned(), (*says).to_owned())).collect();
    let spendable = chosen.as_ref().is_none_or(|kind| kind.spendable);
    let wallet = match &chosen {
        Some(kind) => view! { <input type="hidden" name="wallet" value=kind.wallet.clone()/> }.into_any(),
        None => view! {
            <Field name="wallet" label="Short name" hint="Small letters and digits, such as stars. It stays."
                value=flash.value("wallet", "") error=flash.error("wallet") maxlength=30/>
        }
        .into_any(),
    };
    // What rewards cost can always be spent.
    let spends = if chosen.as_ref().is_some_and(|kind| kind.wallet == POINTS) {
        view! { <input type="hidden" name="spendable" value="true"/> }.into_any()
    } else {
        view! { <Check name="spendable" label="It can be spent" checked=spendable/> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="h-kind">
            <form class="stack" method="post" action=href::save_wallet_kind() novalidate>
                <h2 id="h-kind">{heading}</h2>
                {wallet}
                <Field name="name" label="Name" value=flash.value("name", of(|kind| &kind.name))
                    error=flash.error("name") maxlength=60/>
                <Field name="unit_one" label="One of it"
                    value=flash.value("unit_one", of(|kind| &kind.unit_one))
                    error=flash.error("unit_one") maxlength=30/>
                <Field name="unit_many" label="Many of it"
                    value=flash.value("unit_many", of(|kind| &kind.unit_many))
                    error=flash.error("unit_many") maxlength=30/>
                {spends}
                <Select name="expiry" label="How long do they last?" value=flash.value("expiry", policy)
                    options=policies error=flash.error("expiry")/>
                <Field name="expiry_span" label="Months or years" inputmode="numeric"
                    value=flash.value("expiry_span", span.to_string()) error=flash.error("expiry_span")/>
                <div class="row"><Button>"Save"</Button></div>
                <p class="note-foot">
                    "What members have already keeps the time that it was given. Where points come to \
                     last as long as a member is active, that time begins today."
                </p>
            </form>
        </section>
    }
}
