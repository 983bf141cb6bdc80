//! A member's ledger as staff read it: numbered entries, each with the rules that made it.

use leptos::prelude::*;

use crate::{
    domain::{
        earning::{Explanation, words},
        ledger::Kind,
    },
    rpc::{activity::ActivityLine, badges::Currency},
    ui::{
        components::IndexTable,
        format::{moment, money, signed},
    },
};

#[component]
pub fn Entries(lines: Vec<ActivityLine>, currency: Currency, is_cut: bool) -> impl IntoView {
    let rows: Vec<_> =
        lines.into_iter().map(|line| view! { <Entry line currency=currency.clone()/> }).collect();
    let cut =
        is_cut.then(|| view! { <p class="muted">"The newest are shown; the ledger keeps them all."</p> });
    let heads = view! {
        <th scope="col" class="n only-wide">"No."</th>
        <th scope="col">"Entry"</th>
        <th scope="col" class="only-wide">"When"</th>
        <th scope="col" class="n">"Points"</th>
    };
    view! {
        <IndexTable caption="Ledger entries, newest first" heads>{rows}</IndexTable>
        {cut}
    }
}

#[component]
fn Entry(line: ActivityLine, currency: Currency) -> impl IntoView {
    let place = line.purchase.as_ref().and_then(|purchase| purchase.store.clone());
    let about = line.reason.or(place);
    let about = about.map(|about| view! { ": "{about} });
    let trace = line.explanation.map(|told| view! { <TraceTable told currency/> });
    view! {
        <tr>
            <td class="n only-wide">{line.entry_no}</td>
            <th scope="row" class="wraps">
                {said(line.kind)}{about}
                <small class="muted only-narrow">{moment(line.at)}</small>
                {trace}
            </th>
            <td class="only-wide">{moment(line.at)}</td>
            <td class="n">{signed(line.points)}</td>
        </tr>
    }
}

const fn said(kind: Kind) -> &'static str {
    match kind {
        Kind::Accrual => "Earned",
        Kind::Activation => "Became spendable",
        Kind::Hold => "Set aside",
        Kind::Release => "Released",
        Kind::Redemption => "Redeemed",
        Kind::Expiration => "Expired",
        Kind::Reversal => "Reversed",
        Kind::Adjustment => "Adjusted",
        Kind::Transfer => "Transferred",
        Kind::Forfeiture => "Forfeited",
    }
}

/// Which rules counted, with their versions and numbers, and which did not.
#[component]
fn TraceTable(told: Explanation, currency: Currency) -> impl IntoView {
    let amount = money(told.amount, &currency.code, currency.digits);
    let steps: Vec<_> = told
        .told
        .iter()
        .map(|step| {
            let (words, points, note) = words::step(step, &currency);
            let version = step.version.map(|version| format!(", version {version}"));
            let note = note.map(|note| format!(" ({note})"));
            view! { <li>{words}{version}{note}": "{points}</li> }
        })
        .collect();
    let missed: Vec<_> = told
        .missed
        .iter()
        .map(|one| view! { <li class="muted">{one.name.clone()}" "{words::why_not(one.why)}</li> })
        .collect();
    view! {
        <details class="why-did">
            <summary>"Trace"</summary>
            <ul class="muted"><li>"Eligible amount: "{amount}</li>{steps}{missed}</ul>
        </details>
    }
}
