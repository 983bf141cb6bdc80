//! A member's ledger as staff read it: numbered entries, each with the rules that made it.

use leptos::prelude::*;

use crate::{
    domain::{
        earning::{Step, Trace, Why},
        ledger::Kind,
    },
    rpc::{activity::ActivityLine, badges::Currency},
    ui::format::{micro_points, moment, money, signed},
};

#[component]
pub fn Entries(lines: Vec<ActivityLine>, currency: Currency, is_cut: bool) -> impl IntoView {
    let rows: Vec<_> =
        lines.into_iter().map(|line| view! { <Entry line currency=currency.clone()/> }).collect();
    let cut =
        is_cut.then(|| view! { <p class="muted">"The newest are shown; the ledger keeps them all."</p> });
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
            <table class="table">
                <caption class="visually-hidden">"Ledger entries, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="n only-wide">"No."</th>
                        <th scope="col">"Entry"</th>
                        <th scope="col" class="only-wide">"When"</th>
                        <th scope="col" class="n">"Points"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {cut}
    }
}

#[component]
fn Entry(line: ActivityLine, currency: Currency) -> impl IntoView {
    let place = line.purchase.as_ref().and_then(|purchase| purchase.store.clone());
    let about = line.reason.or(place);
    let about = about.map(|about| view! { ": "{about} });
    let trace = line.trace.map(|trace| view! { <TraceTable trace currency/> });
    view! {
        <tr>
            <td class="n only-wide">{line.entry_no}</td>
            <th scope="row" class="wraps">{said(line.kind)}{about}{trace}</th>
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

/// Which rules fired, with their versions and numbers, and which did not.
#[component]
fn TraceTable(trace: Trace, currency: Currency) -> impl IntoView {
    let amount = money(trace.amount, &currency.code, currency.digits);
    let steps: Vec<_> = trace
        .steps
        .iter()
        .map(|step| {
            let (rule, points) = fired(step);
            view! { <li>{rule}": "{points}</li> }
        })
        .collect();
    let skipped: Vec<_> = trace
        .skipped
        .iter()
        .map(|skipped| {
            let why = match skipped.why {
                Why::NotYet => "had not begun",
                Why::Over => "was over",
            };
            view! { <li class="muted">{skipped.rule.clone()}" "{why}</li> }
        })
        .collect();
    view! {
        <details class="why-did">
            <summary>"Trace"</summary>
            <ul class="muted"><li>"Eligible amount: "{amount}</li>{steps}{skipped}</ul>
        </details>
    }
}

/// A rule that fired, with its version, and what it added.
fn fired(step: &Step) -> (String, String) {
    match step {
        Step::Base { rule, version, per_unit, micro } => {
            (format!("{rule}, version {version} ({per_unit} a unit)"), micro_points(*micro, true))
        }
        Step::Tier { name, percent, micro, .. } => {
            (format!("tier {name} ({percent} %)"), micro_points(*micro, true))
        }
        Step::Campaign { campaign, version, percent, micro, .. } => {
            (format!("{campaign}, version {version} ({percent} %)"), micro_points(*micro, true))
        }
        Step::Round { micro } => ("rounded".to_owned(), micro_points(*micro, true)),
    }
}
