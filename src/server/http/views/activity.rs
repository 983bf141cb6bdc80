//! Activity: every point that came and went, and why.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use sqlx::PgConnection;

use super::Here;
use crate::{
    domain::{
        earning::{Rulebook, explain},
        ids::MemberId,
        ledger::Kind,
        program::{day_of, day_start},
    },
    rpc::activity::{ActivityLine, ActivityView, PurchaseView},
    server::{
        context::Context,
        documents,
        error::Result,
        identity::Member,
        ledger::{
            self,
            history::{self, Line},
        },
        origins,
        purchases::{self, Made},
        rules,
    },
};

/// Nothing that is stored is older.
const BEGINNING: Date = jiff::civil::date(1990, 1, 1);

/// How many lines of a month are shown.
const LINES: i64 = 200;

pub async fn show(ctx: &Context, member: &Member, month: Option<Date>) -> Result<ActivityView> {
    let here = Here::of(ctx).await?;
    let balances = ledger::balances(ctx, member.member_id).await?;
    let mut conn = ctx.pool.acquire().await?;
    let conn = &mut *conn;
    let me = member.member_id;
    let this_month = here.today.first_of_month();
    let newest = history::newest_before(conn, me, Timestamp::MAX).await?;
    let newest = newest.map_or(this_month, |at| day_of(at, &here.zone).first_of_month());
    let asked = month.map_or(newest, Date::first_of_month).clamp(BEGINNING, this_month);
    // Before anything happened there is nothing to see, whatever a link says.
    let until = day_start(asked.saturating_add(1.month()), &here.zone);
    let month = if history::newest_before(conn, me, until).await?.is_some() { asked } else { newest };
    let next_month = month.saturating_add(1.month());
    let span = (day_start(month, &here.zone), day_start(next_month, &here.zone));
    let mut lines = lines(&here, conn, me, span, LINES + 1).await?;
    let is_cut = lines.len() > usize::try_from(LINES).unwrap_or(usize::MAX);
    if is_cut {
        lines.pop();
    }
    let earlier = history::newest_before(conn, me, span.0).await?;
    Ok(ActivityView {
        month,
        lines,
        is_cut,
        earlier: earlier.map(|at| here.day(at).first_of_month()),
        later: (month < newest).then_some(next_month),
        available: balances.available,
        coming: here.due(history::next_activation(conn, me, &here.program.time_zone).await?),
        expiring: here.due(history::next_expiry(conn, me, &here.program.time_zone).await?),
        currency: here.currency(),
        today: here.today,
    })
}

/// The lines of a member between two instants, each with the purchase that caused it.
pub(super) async fn lines(
    here: &Here,
    conn: &mut PgConnection,
    member: MemberId,
    span: (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<ActivityLine>> {
    let lines = history::between(conn, member, span, limit).await?;
    let Some((first, last)) = lines.last().zip(lines.first()) else { return Ok(Vec::new()) };
    // Entries of purchases stand at the time of the purchase.
    let until = last.effective_at.max(first.effective_at) + jiff::SignedDuration::from_secs(1);
    let made = purchases::made(conn, member, (first.effective_at, until)).await?;
    let made: HashMap<Vec<u8>, Made> = made
        .into_iter()
        .map(|made| (documents::key(&made.source, &made.document_id).to_vec(), made))
        .collect();
    let others: Vec<_> = lines
        .iter()
        .filter(|line| line.kind == Kind::Accrual)
        .filter_map(|line| Some((line.entry_no, line.effective_at, line.document.as_deref()?)))
        .filter(|(_, _, key)| !made.contains_key(*key))
        .collect();
    let origins = origins::of_entries(conn, member, &others).await?;
    let book = rules::rulebook(conn).await?;
    let view = |line: Line| {
        let origin = line.document.as_ref().and_then(|key| origins.get(key));
        let activity = origin.and_then(|origin| origin.activity.clone());
        ActivityLine { activity, ..view(here, &book, line, &made) }
    };
    Ok(lines.into_iter().map(view).collect())
}

fn view(here: &Here, book: &Rulebook, line: Line, made: &HashMap<Vec<u8>, Made>) -> ActivityLine {
    let purchase = line.document.as_ref().and_then(|key| made.get(key));
    ActivityLine {
        entry_no: line.entry_no,
        kind: line.kind,
        points: line.points,
        at: here.local(line.effective_at),
        reason: line.reason,
        purchase: purchase.map(|made| PurchaseView { store: made.store.clone(), things: made.quantity }),
        activity: None,
        explanation: line.trace.map(|trace| explain(book, &trace)),
        spendable_on: line.activates_at.filter(|at| *at > here.now).map(|at| here.day(at)),
        lasts_until: line.expires_at.map(|at| here.day(at)),
    }
}
