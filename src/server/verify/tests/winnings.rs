//! What boards gave, against what was won.

use sqlx::PgPool;

use super::reports;
use crate::{
    domain::{
        challenge::Reward,
        ids::AccountId,
        leaderboard::{
            board::{Board, Prize},
            period::PeriodKind,
        },
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        context::Context,
        dispatcher,
        earning::record,
        identity::Staff,
        jobs::Pace,
        leaderboards::{closing::close_due, editing},
        testing::{at, champion, context, reward},
        verify::verify,
    },
};

/// November is over: the first won points, the second a badge, the third a voucher, and for the fourth there
/// was none left.
async fn closed(pool: PgPool) -> Context {
    let ctx = context(pool).await;
    let mug = Reward::Voucher(reward(&ctx, 90, Some(1)).await);
    let wins = [Reward::Points(500), champion(&ctx).await, mug.clone(), mug];
    let prizes = (1..).zip(wins).map(|(rank, wins)| Prize {
        kind: PeriodKind::Month,
        from_rank: rank,
        to_rank: rank,
        wins,
    });
    let board = Board { prizes: prizes.collect(), ..Board::of_points() };
    let staff = Staff { account_id: AccountId(uuid::Uuid::nil()), name: "Ada".to_owned() };
    editing::change(&ctx, &staff, &board, 1).await.expect("prizes");
    let bought = |(who, euros): (&str, i64)| Purchase {
        source: "till".to_owned(),
        document_id: who.to_owned(),
        member: MemberRef::ExternalId(who.to_owned()),
        store: None,
        purchased_at: at("2026-11-20T08:00:00Z"),
        amount: Money(euros * 100),
        lines: Vec::new(),
    };
    let bought: Vec<Purchase> = [("ann", 50), ("bea", 40), ("cis", 30), ("dan", 20)].map(bought).into();
    record(&ctx, &bought).await.expect("recorded");
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
    ctx.clock.set(at("2026-12-02T12:00:00Z"));
    while close_due(ctx.clone()).await.expect("a step") == Pace::More {}
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
    ctx
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_prize_that_nobody_has_or_nobody_won_is_reported(pool: PgPool) {
    let ctx = closed(pool).await;
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
    for sql in [
        "update leaderboard_winnings set points = points + 1 where points is not null",
        "update leaderboard_winnings set missed = null where missed is not null",
        "update leaderboard_winnings set missed = 'Gone' where reward_id is not null and missed is null",
        "delete from documents where kind = 'adjustment'",
        "delete from awards where badge = 'champion'",
        "delete from redemptions",
        "delete from ledger_entries where kind = 'adjustment' and reason like 'Rank 1 of %'",
        "insert into ledger_entries (member_id, wallet, entry_no, kind, available_delta, held_delta,
             pending_delta, debt_delta, available, held, pending, debt, contra, effective_at, recorded_at,
             document_key, reason, hash)
         select member_id, wallet, entry_no + 9, kind, available_delta, held_delta, pending_delta, debt_delta,
             available, held, pending, debt, contra, effective_at, recorded_at, document_key, reason, hash
         from ledger_entries where kind = 'adjustment' and reason like 'Rank 1 of %'",
        "delete from leaderboard_winnings where points is not null",
        "delete from leaderboard_winnings where badge is not null",
        "delete from leaderboard_winnings where reward_id is not null",
    ] {
        reports(&ctx, "winnings", sql).await;
    }
}
