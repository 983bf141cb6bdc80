//! Activity as an account book: each line with its amount and the answer to "why did I get this?".

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::{
        earning::{Explanation, words},
        ledger::Kind,
    },
    rpc::{activity::ActivityLine, badges::Currency},
    ui::{
        components::Tag,
        emblems::{Icon, Symbol},
        format::{counted, day, money, sentence as sentence_case, signed, when},
    },
};

/// Draws lines, newest first.
#[component]
pub fn Ledger(lines: Vec<ActivityLine>, currency: Currency, today: Date) -> impl IntoView {
    let lines = lines.into_iter().map(|line| view! { <OneLine line currency=currency.clone() today/> });
    view! { <ol class="ledger" role="list">{lines.collect_view()}</ol> }.into_any()
}

#[component]
fn OneLine(line: ActivityLine, currency: Currency, today: Date) -> impl IntoView {
    let waits = line.spendable_on.map(|on| view! { <Tag>"spendable "{day(on, today)}</Tag> });
    let amount = match (line.points > 0, line.spendable_on) {
        (true, None) => "amount is-in",
        (true, Some(_)) => "amount is-wait",
        _ => "amount",
    };
    let at = when(line.at, today);
    view! {
        <li>
            <b>{title(&line)}</b>
            <span class=amount>{signed(line.points)}</span>
            <span class="meta">{at}{waits}</span>
            <Why line currency today/>
        </li>
    }
    .into_any()
}

/// What happened, in a few words.
fn title(line: &ActivityLine) -> String {
    let reason = line.reason.clone().unwrap_or_default();
    match (line.kind, &line.purchase) {
        (Kind::Accrual, Some(purchase)) => {
            let place = purchase.store.clone().unwrap_or_else(|| "Purchase".to_owned());
            match purchase.things {
                0 => place,
                things => format!("{place}, {}", counted(things, "thing", "things")),
            }
        }
        (Kind::Accrual, None) if line.activity.is_some() => {
            sentence_case(&line.activity.clone().unwrap_or_default().replace(['-', '_'], " "))
        }
        (Kind::Redemption, _) => format!("Redeemed: {reason}"),
        (Kind::Expiration, _) => "Expired".to_owned(),
        (Kind::Reversal, _) if reason.is_empty() && line.points <= 0 => "Taken back".to_owned(),
        _ if reason.is_empty() => "Points".to_owned(),
        _ => reason,
    }
}

/// The question that fits a line.
fn question(line: &ActivityLine) -> &'static str {
    match line.kind {
        Kind::Accrual | Kind::Adjustment if line.points > 0 => "Why did I get this?",
        Kind::Redemption => "Where did they come from?",
        _ => "What happened?",
    }
}

/// The answer: the arithmetic in words where rules decided, a sentence where something else did.
#[component]
fn Why(line: ActivityLine, currency: Currency, today: Date) -> impl IntoView {
    let question = question(&line);
    // The trace of a return tells what is left of the purchase, not what was taken.
    let answer = match &line.explanation {
        Some(told) if line.kind != Kind::Reversal => {
            view! { <Arithmetic told=told.clone() line=line.clone() currency today/> }.into_any()
        }
        _ => view! { <div class="sumup"><p>{sentence(&line, today)}</p></div> }.into_any(),
    };
    view! {
        <details class="why-did">
            <summary>{question}<Symbol icon=Icon::Down/></summary>
            {answer}
        </details>
    }
    .into_any()
}

/// What happened to a line that no rule decided.
fn sentence(line: &ActivityLine, today: Date) -> String {
    let until =
        line.lasts_until.map(|on| format!(" They last until {}.", day(on, today))).unwrap_or_default();
    match line.kind {
        Kind::Redemption => "Taken from the points that would have expired first.".to_owned(),
        Kind::Expiration => "Points last for a while, and these were not used in time.".to_owned(),
        Kind::Reversal if line.points > 0 => {
            "What had taken these points was undone, and they came back.".to_owned()
        }
        Kind::Reversal if line.explanation.as_ref().is_some_and(|left| left.points > 0) => {
            let left = line.explanation.as_ref().map_or(0, |left| left.points);
            format!("Something that you had bought was taken back. What you kept still gives {left} points.")
        }
        Kind::Reversal => "A purchase was taken back, and with it the points it had given.".to_owned(),
        Kind::Accrual => format!("Everybody who joins starts with these points.{until}"),
        Kind::Adjustment if line.points > 0 => {
            format!("Given for the reason above, beside what purchases earn.{until}")
        }
        _ => "A correction by hand, for the reason above. The earlier line stays as it was.".to_owned(),
    }
}

/// The steps of an evaluation as a sum.
#[component]
fn Arithmetic(told: Explanation, line: ActivityLine, currency: Currency, today: Date) -> impl IntoView {
    let spent = (told.amount > 0).then(|| money(told.amount, &currency.code, currency.digits));
    let spent = spent.map(|spent| view! { <li><span>"You spent"</span><span>{spent}</span></li> });
    let steps = told.told.iter().map(|step| {
        let (words, amount, note) = words::step(step, &currency);
        let note = note.map(|note| view! { <small>{note}</small> });
        view! { <li><span>{words}</span><span>{amount}</span>{note}</li> }
    });
    let steps: Vec<_> = steps.collect();
    view! {
        <div class="sumup">
            <ol role="list">
                {spent}
                {steps}
                <li class="total"><span>"Points you got"</span><span>{signed(told.points)}</span></li>
            </ol>
            {validity(&line, today).map(|words| view! { <p>{words}</p> })}
        </div>
    }
    .into_any()
}

/// From when and until when the points can be spent.
fn validity(line: &ActivityLine, today: Date) -> Option<String> {
    let until = line.lasts_until.map(|on| day(on, today));
    match (line.spendable_on, until) {
        (Some(from), Some(until)) => {
            let from = day(from, today);
            Some(format!(
                "They can be spent from {from}, when the time for returns is over, and last until {until}."
            ))
        }
        (Some(from), None) => {
            Some(format!("They can be spent from {}, when the time for returns is over.", day(from, today)))
        }
        (None, Some(until)) => Some(format!("They last until {until}.")),
        (None, None) => None,
    }
}
