//! A basket as staff try it: by the rules as they are, and by a draft.

use jiff::Timestamp;

use super::Here;
use crate::{
    domain::{
        card::CardNo,
        catalogue::whole_number,
        earning::{Rulebook, Trace, explain, words},
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        refusal::{Code, FieldError, Refusal},
        replay::Draft,
        words::{Currency, micro_points},
    },
    rpc::drafts::{Basket, BasketForm, BasketLine, Tried, TriedRow},
    server::{
        context::{Context, new_id},
        earning,
        error::{Error, Result},
        http::api::instant,
        identity::Staff,
    },
};

/// How many lines the form has.
const LINES: usize = 4;

/// The form, and what was typed into it tried. Nothing is written.
pub async fn show(
    ctx: &Context,
    _by: &Staff,
    typed: Option<BasketForm>,
    draft: Option<&Draft>,
) -> Result<Basket> {
    let here = Here::of(ctx).await?;
    let code = here.program.currency.clone();
    let Some(mut form) = typed else {
        let at = here.local(here.now).strftime("%Y-%m-%dT%H:%M").to_string();
        let lines = vec![BasketLine::default(); LINES];
        let form = BasketForm { at, lines, ..BasketForm::default() };
        return Ok(Basket { form, code, ..Basket::default() });
    };
    form.lines.resize(LINES.max(form.lines.len().min(20)), BasketLine::default());
    let (mut tried, mut refusal) = (Vec::new(), None);
    match read(&form, &here) {
        Ok(purchase) => match both(ctx, &purchase, draft).await {
            Ok(found) => tried = found,
            Err(Error::Refused(refused)) => refusal = Some(placed(refused)),
            Err(broken) => return Err(broken),
        },
        Err(refused) => refusal = Some(refused),
    }
    Ok(Basket { form, refusal, tried, code })
}

async fn both(ctx: &Context, purchase: &Purchase, draft: Option<&Draft>) -> Result<Vec<Tried>> {
    let mut tried = vec![by(ctx, purchase, None, "By the rules as they are").await?];
    if draft.is_some() {
        tried.push(by(ctx, purchase, draft, "With this draft").await?);
    }
    Ok(tried)
}

async fn by(ctx: &Context, purchase: &Purchase, draft: Option<&Draft>, title: &str) -> Result<Tried> {
    let (member, receipt, book) = earning::preview_by(ctx, purchase, draft).await?;
    let is_named =
        !matches!(&purchase.member, MemberRef::ExternalId(name) if uuid::Uuid::parse_str(name).is_ok());
    if is_named && member.is_none() {
        return Err(Error::refused(
            Code::MemberNotFound,
            "Nobody goes by this; leave it empty for somebody new",
        ));
    }
    let rows = rows(&book, &receipt.trace, purchase.purchased_at);
    Ok(Tried { title: title.to_owned(), points: receipt.points, rows })
}

/// Every rule that was looked at: those that counted in the order of the arithmetic, then the others.
fn rows(book: &Rulebook, trace: &Trace, at: Timestamp) -> Vec<TriedRow> {
    let currency = Currency { code: book.program.currency.clone(), digits: book.program.currency_digits };
    let told = explain(book, trace);
    let fired = told.told.iter().map(|step| {
        let (said, _, note) = words::step(step, &currency);
        let name =
            step.campaign.clone().filter(|_| step.name.is_empty()).unwrap_or_else(|| step.name.clone());
        TriedRow {
            name: if name.is_empty() { "Rounding".to_owned() } else { name },
            fired: true,
            words: note.map_or(said.clone(), |note| format!("{said}: {note}")),
            points: micro_points(step.micro, true),
        }
    });
    let missed = told.missed.iter().map(|one| TriedRow {
        name: one.name.clone(),
        fired: false,
        words: words::why_not(one.why).to_owned(),
        points: "0".to_owned(),
    });
    let mut rows: Vec<TriedRow> = fired.chain(missed).collect();
    rows.extend(not_running(book, trace, at));
    rows
}

/// Rules of purchases whose campaign does not run at the time of the basket, which the evaluator passes over.
fn not_running(book: &Rulebook, trace: &Trace, at: Timestamp) -> Vec<TriedRow> {
    use crate::domain::earning::{Step, Trigger};
    let (rules, _) = book.parts();
    let looked_at = |rule_no: i32| {
        trace.missed.0.iter().any(|(no, _)| *no == rule_no)
            || trace.steps.iter().any(|step| match step {
                Step::Rule { rule_no: no, .. } | Step::Cap { rule_no: no, .. } => *no == rule_no,
                _ => false,
            })
    };
    let goes_on = |until: Option<Timestamp>| until.is_none_or(|until| until > at);
    let passed_over = rules.into_iter().filter(|rule| {
        !matches!(rule.definition.on, Trigger::Activity(_))
            && goes_on(rule.live_until)
            && !looked_at(rule.rule_no)
    });
    let row = |rule: crate::domain::earning::Rule| {
        let campaign = rule.campaign_no.and_then(|no| book.campaign(no));
        let (from, until) = campaign.map_or((rule.live_from, Timestamp::MAX), |campaign| {
            let (from, until) = campaign.settings.schedule.span(&book.zone());
            (from.max(campaign.live_from).max(rule.live_from), until)
        });
        let why = if from > at {
            "has not begun by then"
        } else if until <= at {
            return None;
        } else {
            "does not run at that hour"
        };
        Some(TriedRow {
            name: rule.definition.name,
            fired: false,
            words: why.to_owned(),
            points: "0".to_owned(),
        })
    };
    passed_over.filter_map(row).collect()
}

/// A name that is nobody's stands at its field.
fn placed(mut refusal: Refusal) -> Refusal {
    if refusal.code == Code::MemberNotFound {
        refusal.fields = vec![FieldError::new("member", refusal.message.clone())];
    }
    for error in &mut refusal.fields {
        if error.field == "purchased_at" {
            "at".clone_into(&mut error.field);
        }
    }
    refusal
}

fn read(form: &BasketForm, here: &Here) -> std::result::Result<Purchase, Refusal> {
    let mut errors = Vec::new();
    let digits = here.program.currency_digits;
    let purchased_at = instant(&form.at, &here.zone);
    if purchased_at.is_none() {
        errors.push(FieldError::new("at", "Give a day and a time, such as 2026-11-28T10:00"));
    }
    let mut lines = Vec::new();
    for (place, line) in form.lines.iter().enumerate() {
        let texts = [&line.category, &line.sku, &line.quantity, &line.amount];
        if texts.iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        let amount = Money::parse(line.amount.trim(), digits).filter(|amount| amount.0 >= 0);
        if amount.is_none() {
            let how = format!("Give an amount, such as {}", Money(350).decimal(digits));
            errors.push(FieldError::new(&format!("amount{place}"), how));
        }
        let quantity = if line.quantity.trim().is_empty() { Some(1) } else { whole_number(&line.quantity) };
        if quantity.is_none() {
            errors.push(FieldError::new(&format!("quantity{place}"), "Give a whole number"));
        }
        let text = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        lines.push(Line {
            sku: text(&line.sku),
            category: text(&line.category),
            quantity: quantity.unwrap_or(1),
            amount: amount.unwrap_or_default(),
            flags: Flags::default(),
        });
    }
    if lines.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("amount0", "Put at least one thing into the basket"));
    }
    if !errors.is_empty() {
        return Err(Refusal::invalid(errors));
    }
    let who = form.member.trim();
    let member = if who.is_empty() {
        MemberRef::ExternalId(new_id().to_string())
    } else if who.contains('@') {
        MemberRef::Email(who.to_owned())
    } else if let Some(card) = CardNo::parse(who) {
        MemberRef::Card(card.digits().to_owned())
    } else {
        MemberRef::ExternalId(who.to_owned())
    };
    let store = Some(form.store.trim().to_owned()).filter(|store| !store.is_empty());
    let amount = Money(lines.iter().map(|line| line.amount.0).sum());
    let (source, document_id) = ("preview".to_owned(), new_id().to_string());
    let purchased_at = purchased_at.unwrap_or_default();
    Ok(Purchase { source, document_id, member, store, purchased_at, amount, lines })
}
