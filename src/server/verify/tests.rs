//! Each law finds what it is for: every kind of corruption is made by hand and must be reported by name.

mod winnings;

use sqlx::{PgConnection, PgPool};

use super::verify;
use crate::{
    domain::{
        ids::{AccountId, MemberId},
        metric::Period,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        returns::{Return, What},
        streak::{Milestone, StreakTerms},
    },
    server::{
        context::Context,
        dispatcher,
        earning::{Outcome, record},
        holds::{self, NewHold},
        identity::Member,
        jobs::Pace,
        ledger::anchors::anchor_step,
        returns, rewards, streaks,
        testing::{at, context, reward},
    },
};

/// A member with purchases and a voucher, the board up to date.
async fn alive(pool: PgPool) -> Context {
    let ctx = context(pool).await;
    let batch: Vec<Purchase> = (0..12_i64)
        .map(|n| Purchase {
            source: "till".to_owned(),
            document_id: format!("r-{n}"),
            member: MemberRef::ExternalId(format!("c-{}", n % 3)),
            store: None,
            purchased_at: at("2026-11-20T08:00:00Z"),
            amount: Money(1_000 + n),
            lines: vec![Line {
                sku: None,
                category: None,
                quantity: 1,
                amount: Money(1_000 + n),
                flags: Flags::default(),
            }],
        })
        .collect();
    let outcomes = record(&ctx, &batch).await.expect("recorded");
    let Outcome::New(receipt) = &outcomes[0] else { panic!("new") };
    redeem_mug(&ctx, receipt.member_id).await;
    let lasts = jiff::SignedDuration::from_hours(1);
    let new = NewHold { wallet: "points", points: 20, reason: "Basket 12", lasts };
    holds::hold(&ctx, receipt.member_id, &new, ("shop", "h-1")).await.expect("held");
    let back = Return {
        source: "till".to_owned(),
        document_id: "b-1".to_owned(),
        purchase_id: "r-1".to_owned(),
        returned_at: at("2026-11-21T08:00:00Z"),
        what: What::Amount(Money(400)),
    };
    returns::record(&ctx, &back).await.expect("returned");
    run_of_one(&ctx, receipt.member_id).await;
    while dispatcher::step(ctx.clone()).await.expect("dispatched") == Pace::More {}
    ctx
}

/// A streak whose first day gives points, of a member who moved before they bought.
async fn run_of_one(ctx: &Context, member_id: MemberId) {
    let moved =
        "insert into member_zones (member_id, since, zone) values ($1, '2026-01-01', 'Pacific/Pago_Pago')";
    sqlx::query(moved).bind(member_id.0).execute(&ctx.pool).await.expect("moved");
    let terms = StreakTerms {
        unit: Period::Day,
        kinds: vec!["purchase".to_owned()],
        freeze_every: 0,
        freeze_most: 0,
        milestones: vec![Milestone { periods: 1, points: 5 }],
    };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    streaks::editing::found(&mut conn, &terms, at("2026-11-01T00:00:00Z")).await.expect("terms");
    dispatcher::step(ctx.clone()).await.expect("dispatched");
    streaks::pay_step(ctx.clone()).await.expect("paid");
}

async fn redeem_mug(ctx: &Context, member_id: MemberId) {
    let reward = reward(ctx, 50, Some(5)).await;
    let member = Member { member_id, account_id: AccountId(uuid::Uuid::nil()) };
    rewards::redeem(ctx, &member, reward, "a").await.expect("redeemed");
}

/// Changes what the application itself can't: triggers are off for this connection.
async fn corrupt(conn: &mut PgConnection, sql: &'static str) {
    sqlx::query("set session_replication_role = replica")
        .execute(&mut *conn)
        .await
        .expect("without triggers");
    let done = sqlx::query(sql).execute(&mut *conn).await.expect("corrupted");
    assert!(done.rows_affected() > 0, "{sql} changed nothing");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn every_corruption_is_reported_under_its_law(pool: PgPool) {
    let ctx = alive(pool.clone()).await;
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
    assert_eq!((report.members, report.entries), (3, 18), "three runs of a day were paid");
    let corruptions = [
        ("balances", "update wallets set available = available + 1, earned = earned + 1"),
        ("conservation", "update wallets set available = available + 7"),
        ("entries", "update ledger_entries set available = available + 1 where entry_no = 2"),
        ("hashes", "update ledger_entries set reason = 'because' where entry_no = 1"),
        (
            "hashes",
            "update ledger_entries set trace = jsonb_set(trace::jsonb, '{amount}', '1') where entry_no = 3",
        ),
        ("hashes", "update wallets set last_hash = sha256('x')"),
        ("lots", "update lots set remaining = remaining - 1 where lot_no = 2"),
        ("allocations", "update lot_allocations set points = points - 1"),
        ("allocations", "update lots set amount = amount + 1, remaining = remaining + 1"),
        ("holds", "update lots set held = held - 1, remaining = remaining + 1 where held > 0"),
        ("holds", "update holds set released_at = expires_at"),
        ("holds", "delete from hold_allocations"),
        ("due", "update wallets set next_due = null where held > 0"),
        ("due", "update lots set expires_at = activates_at + interval '1 day' where held = 0"),
        ("documents", "delete from documents where kind = 'purchase'"),
        ("documents", "update purchases set points = points + 1"),
        ("documents", "delete from documents where kind = 'return'"),
        ("documents", "update returns set points = points - 1"),
        ("counters", "update returns set amount = amount - 1"),
        ("documents", "delete from return_lines"),
        ("stock", "update reward_stock set remaining = remaining - 1"),
        ("vouchers", "delete from voucher_codes"),
        ("counters", "update counters set value = value + 1 where metric = 'spend'"),
        ("counters", "delete from counters where metric = 'qualifying'"),
        (
            "leaderboard",
            "update leaderboard_scores s set score = score - 1 from leaderboard_lists l \
             where l.list = s.list and l.period = 'all'",
        ),
        (
            "leaderboard",
            "delete from leaderboard_scores s using leaderboard_lists l \
             where l.list = s.list and l.period <> 'all'",
        ),
        (
            "leaderboard",
            "update leaderboard_nodes n set at_least[1] = at_least[1] + 1 from leaderboard_lists l \
             where l.list = n.list and l.period = 'all' and n.node >> 54 = 2",
        ),
        ("leaderboard", "delete from leaderboard_nodes where node >> 54 = 0"),
        ("leaderboard", "update leaderboard_lists set members = members + 1 where period = 'all'"),
        ("streaks", "update streaks set days = days || date '2026-11-19'"),
        ("streaks", "delete from streaks"),
        ("streaks", "update streak_milestones set points = points + 1"),
        ("streaks", "update streak_milestones set paid_at = null"),
        ("streaks", "delete from member_zones"),
    ];
    for (law, sql) in corruptions {
        reports(&ctx, law, sql).await;
    }
}

/// Corrupts, expects it to be reported under its law, and puts everything back.
async fn reports(ctx: &Context, law: &str, sql: &'static str) {
    let copy = snapshot(&ctx.pool).await;
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    corrupt(&mut conn, sql).await;
    let report = verify(ctx).await.expect("a report");
    let found = report.findings.iter().find(|finding| finding.law == law).expect("the law");
    assert!(found.differences > 0 && !found.shown.is_empty(), "{law} did not see: {sql}");
    restore(&mut conn, &copy).await;
    conn.close().await.expect("closed");
    assert!(verify(ctx).await.expect("a report").holds(), "not restored after: {sql}");
}

const TABLES: [&str; 22] = [
    "wallets",
    "holds",
    "hold_allocations",
    "ledger_entries",
    "lots",
    "lot_allocations",
    "documents",
    "purchases",
    "returns",
    "return_lines",
    "reward_stock",
    "voucher_codes",
    "counters",
    "leaderboard_lists",
    "leaderboard_scores",
    "leaderboard_nodes",
    "leaderboard_winnings",
    "awards",
    "redemptions",
    "streaks",
    "streak_milestones",
    "member_zones",
];

async fn snapshot(pool: &PgPool) -> Vec<(&'static str, serde_json::Value)> {
    let mut copy = Vec::new();
    for table in TABLES {
        let sql = format!("select coalesce(jsonb_agg(to_jsonb(t)), '[]') from {table} t");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(pool).await.expect("rows");
        copy.push((table, rows));
    }
    copy
}

async fn restore(conn: &mut PgConnection, copy: &[(&'static str, serde_json::Value)]) {
    for (table, rows) in copy {
        let sql = format!("truncate {table} cascade");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *conn).await.expect("emptied");
        let sql = format!("insert into {table} select * from jsonb_populate_recordset(null::{table}, $1)");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(rows).execute(&mut *conn).await.expect("restored");
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_entry_can_be_neither_changed_nor_removed(pool: PgPool) {
    let _ctx = alive(pool.clone()).await;
    for sql in
        ["update ledger_entries set reason = 'x'", "delete from ledger_entries", "truncate ledger_entries"]
    {
        let error = sqlx::query(sql).execute(&pool).await.expect_err("refused");
        assert!(error.to_string().contains("immutable"), "{sql}: {error}");
    }
}

/// What somebody does who can write to the database and knows how hashes are made: changes an old entry and
/// makes the whole chain after it again.
async fn rewrite_first_chain(pool: &PgPool) {
    let mut conn = pool.acquire().await.expect("a connection");
    let entries =
        super::store::hashed_entries(&mut conn, (uuid::Uuid::nil(), "", 0), 100).await.expect("read");
    let mut hash = Vec::new();
    sqlx::query("set session_replication_role = replica").execute(&mut *conn).await.expect("no triggers");
    let member = entries[0].member;
    for mut row in entries.into_iter().filter(|row| row.member == member) {
        row.entry.draft.reason = Some("as it never was".to_owned());
        hash = crate::server::ledger::entry_hash(&hash, MemberId(member), &row.entry);
        sqlx::query(
            "update ledger_entries set reason = $3, hash = $4 where member_id = $1 and entry_no = $2",
        )
        .bind(member)
        .bind(row.entry.entry_no)
        .bind(&row.entry.draft.reason)
        .bind(&hash)
        .execute(&mut *conn)
        .await
        .expect("rewritten");
    }
    sqlx::query("update wallets set last_hash = $2 where member_id = $1")
        .bind(member)
        .bind(&hash)
        .execute(&mut *conn)
        .await
        .expect("rewritten");
    conn.close().await.expect("closed");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_chain_that_was_made_again_does_not_fit_its_anchor(pool: PgPool) {
    let ctx = alive(pool.clone()).await;
    anchor_step(ctx.clone()).await.expect("a step");
    assert_eq!(verify(&ctx).await.expect("a report").anchor, None, "nothing is an hour old yet");
    crate::server::testing::wait(&ctx, jiff::SignedDuration::from_mins(69));
    anchor_step(ctx.clone()).await.expect("a step");
    assert_eq!(verify(&ctx).await.expect("a report").anchor, None, "some transaction may still be writing");
    crate::server::testing::wait(&ctx, jiff::SignedDuration::from_mins(1));
    for _ in 0..2 {
        anchor_step(ctx.clone()).await.expect("a step");
    }
    // What comes later is not covered, and breaks nothing.
    crate::server::ledger::sweep_step(ctx.clone()).await.expect("swept");
    crate::server::testing::wait(&ctx, jiff::SignedDuration::from_mins(65));
    anchor_step(ctx.clone()).await.expect("a step");
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds() && report.anchor.is_some_and(|anchor| anchor.starts_with("2026-11-21T11:00")));
    let anchors: i64 =
        sqlx::query_scalar("select count(*) from ledger_anchors").fetch_one(&pool).await.expect("a count");
    assert_eq!(anchors, 2);
    rewrite_first_chain(&pool).await;
    let report = verify(&ctx).await.expect("a report");
    let broken: Vec<&str> =
        report.findings.iter().filter(|found| found.differences > 0).map(|found| found.law).collect();
    assert_eq!(broken, ["anchors"], "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_anchor_that_was_changed_breaks_the_chain_of_anchors(pool: PgPool) {
    let ctx = alive(pool.clone()).await;
    crate::server::testing::wait(&ctx, jiff::SignedDuration::from_mins(70));
    anchor_step(ctx.clone()).await.expect("a step");
    assert!(sqlx::query("update ledger_anchors set wallets = 0").execute(&pool).await.is_err());
    let mut conn = pool.acquire().await.expect("a connection");
    corrupt(&mut conn, "update ledger_anchors set entries = entries - 1").await;
    conn.close().await.expect("closed");
    let report = verify(&ctx).await.expect("a report");
    let found = report.findings.iter().find(|finding| finding.law == "anchors").expect("the law");
    assert_eq!(found.differences, 2, "its hash, and what it says of the journal");
}
