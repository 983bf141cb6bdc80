//! The write path on a real Postgres: one effect a document, balances that add up, the same end whatever the
//! batches.

mod history;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::{Outcome, Writer, record};
use crate::{
    domain::{
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        refusal::Code,
    },
    server::{
        context::{Context, new_id},
        dispatcher,
        error::Error,
        identity::addresses,
        leaderboards::{self, List},
        ledger,
        members::joining::{Joining, join},
        rewards,
        testing::{at, context, reward, wait},
        verify::verify,
    },
};

fn purchase(id: &str, customer: &str, amount: i64, when: &str) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId(customer.to_owned()),
        store: Some("Canal Street".to_owned()),
        purchased_at: at(when),
        amount: Money(amount),
        lines: vec![Line {
            sku: None,
            category: Some("coffee".to_owned()),
            quantity: 2,
            amount: Money(amount),
            flags: Flags::default(),
        }],
    }
}

fn earned(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::New(receipt) => receipt.points,
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

async fn holds(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_document_has_one_effect_for_ever(pool: PgPool) {
    let ctx = context(pool).await;
    let first = purchase("r-1", "c-1", 1_250, "2026-11-20T08:00:00Z");
    let outcomes = record(&ctx, &[first.clone(), first.clone()]).await.expect("recorded");
    assert_eq!(earned(&outcomes[0]), 125);
    assert!(matches!(outcomes[1], Outcome::Known { .. }));
    let again = record(&ctx, std::slice::from_ref(&first)).await.expect("recorded");
    assert!(matches!(again[0], Outcome::Known { .. }));
    let other_body = Purchase { amount: Money(1_251), lines: Vec::new(), ..first.clone() };
    let clash = record(&ctx, &[other_body]).await.expect("answered");
    assert!(matches!(&clash[0], Outcome::Refused(refusal) if refusal.code == Code::DocumentConflict));
    let elsewhere = Purchase { source: "web".to_owned(), ..first };
    assert_eq!(earned(&record(&ctx, &[elsewhere]).await.expect("recorded")[0]), 125);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_document_that_is_sent_again_gets_the_same_answer(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let sql = "update wallet_kinds set expiry = 'months', expiry_span = 12 where wallet = 'points'";
    sqlx::query(sql).execute(&pool).await.expect("a setting");
    // Badges, a tier that is crossed, one that multiplies, and points that expired long ago.
    let stream = [
        purchase("old", "c", 7_777, "2019-01-01T10:00:00Z"),
        purchase("a", "c", 8_000, "2026-10-01T10:00:00Z"),
        purchase("b", "c", 1_000, "2026-10-02T10:00:00Z"),
        purchase("b", "c", 1_000, "2026-10-02T10:00:00Z"),
        purchase("other", "d", 100, "2026-10-02T10:00:00Z"),
    ];
    let outcomes = record(&ctx, &stream).await.expect("recorded");
    wait(&ctx, SignedDuration::from_hours(24));
    record(&ctx, &[purchase("later", "c", 500, "2026-11-21T10:00:00Z")]).await.expect("recorded");
    let again = record(&ctx, &stream).await.expect("recorded");
    for (first, again) in outcomes.iter().zip(&again) {
        let (Outcome::New(first) | Outcome::Known(first), Outcome::Known(again)) = (first, again) else {
            panic!("{first:?} {again:?}")
        };
        assert_eq!(first, again);
    }
    let Outcome::Known(crossing) = &again[1] else { panic!("known") };
    assert!(!crossing.awards.is_empty());
    assert_eq!((crossing.tier.as_deref(), crossing.balances.available), (Some("Silver"), 800));
    let Outcome::Known(old) = &again[0] else { panic!("known") };
    assert_eq!((old.points, old.balances.available), (778, 0), "its points expired when they were booked");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_batch_lands_but_for_what_is_wrong_in_it(pool: PgPool) {
    let ctx = context(pool).await;
    let wrong = Purchase {
        amount: Money(-1),
        lines: Vec::new(),
        ..purchase("r-2", "c-1", 100, "2026-11-20T08:00:00Z")
    };
    let nobody = Purchase {
        member: MemberRef::Card("999999999".into()),
        ..purchase("r-3", "", 100, "2026-11-20T08:00:00Z")
    };
    // What our own checks let through and Postgres does not: a zero byte in a text.
    let poison =
        Purchase { store: Some("a\0b".into()), ..purchase("r-4", "c-1", 100, "2026-11-20T08:00:00Z") };
    let batch = [
        purchase("r-1", "c-1", 500, "2026-11-20T08:00:00Z"),
        wrong,
        nobody,
        poison,
        purchase("r-5", "c-2", 300, "2026-11-20T08:00:00Z"),
    ];
    let outcomes = record(&ctx, &batch).await.expect("answered");
    assert_eq!((earned(&outcomes[0]), earned(&outcomes[4])), (50, 30));
    assert!(matches!(&outcomes[1], Outcome::Refused(refusal) if refusal.fields[0].field == "amount"));
    assert!(matches!(&outcomes[2], Outcome::Refused(refusal) if refusal.code == Code::MemberNotFound));
    assert!(matches!(&outcomes[3], Outcome::Refused(_)));
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_purchase_that_crosses_a_tier_earns_at_the_old_rate(pool: PgPool) {
    let ctx = context(pool).await;
    let outcomes = record(
        &ctx,
        &[
            purchase("a", "c", 8_000, "2026-10-01T10:00:00Z"),
            purchase("b", "c", 1_000, "2026-10-02T10:00:00Z"),
        ],
    )
    .await
    .expect("recorded");
    assert_eq!((earned(&outcomes[0]), earned(&outcomes[1])), (800, 125));
    let Outcome::New(receipt) = &outcomes[0] else { panic!("new") };
    assert_eq!(receipt.tier.as_deref(), Some("Silver"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_purchase_that_comes_late_is_answered_with_the_tier_of_today(pool: PgPool) {
    let ctx = context(pool).await;
    let bought = async |id: &str, amount, when: &str| {
        let outcomes = record(&ctx, &[purchase(id, "c-1", amount, when)]).await.expect("recorded");
        let Outcome::New(receipt) = &outcomes[0] else { panic!("{outcomes:?}") };
        receipt.tier.clone()
    };
    let reached = bought("r-1", 500_000, "2026-11-21T08:00:00Z").await;
    assert_eq!(reached.as_deref(), Some("Gold"));
    assert_eq!(bought("late", 100, "2026-11-20T08:00:00Z").await, reached);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_end_is_the_same_however_a_stream_is_cut_into_batches(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let stream: Vec<Purchase> = (0..60_i64)
        .map(|n| {
            let when = at("2026-01-05T10:00:00Z") + SignedDuration::from_hours(n * 90);
            let customer = format!("c-{}", n % 7);
            Purchase {
                purchased_at: when,
                ..purchase(&format!("r-{n}"), &customer, 700 + n * 37, "2026-01-01T00:00:00Z")
            }
        })
        .collect();
    for chunk in stream.chunks(7) {
        record(&ctx, chunk).await.expect("recorded");
    }
    let piecewise = balances(&pool).await;
    sqlx::query(
        "truncate members, external_ids, cards, wallets, lots, counters, awards, purchases, \
                 documents, tier_changes, outbox cascade",
    )
    .execute(&pool)
    .await
    .expect("emptied");
    let mut conn = pool.acquire().await.expect("a connection");
    sqlx::query("set session_replication_role = replica")
        .execute(&mut *conn)
        .await
        .expect("without triggers");
    sqlx::query("truncate ledger_entries").execute(&mut *conn).await.expect("emptied");
    drop(conn);
    record(&ctx, &stream).await.expect("recorded");
    assert_eq!(piecewise, balances(&pool).await);
    holds(&ctx).await;
}

async fn balances(pool: &PgPool) -> Vec<(String, i64, i64, i64)> {
    sqlx::query_as(
        "select external_id, available, earned, version from wallets join external_ids using \
                    (member_id) order by 1",
    )
    .fetch_all(pool)
    .await
    .expect("wallets")
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_same_documents_at_once_are_booked_once(pool: PgPool) {
    let ctx = context(pool).await;
    let batch: Vec<Purchase> = (0..40)
        .map(|n| purchase(&format!("r-{n}"), &format!("c-{}", n % 5), 1_000, "2026-11-20T08:00:00Z"))
        .collect();
    let tasks: Vec<_> = (0..8_usize)
        .map(|shift| {
            let ctx = ctx.clone();
            let mut batch = batch.clone();
            batch.rotate_left(shift * 5);
            tokio::spawn(async move { record(&ctx, &batch).await })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        let outcomes = task.await.expect("no panic").expect("recorded");
        new += outcomes.iter().filter(|outcome| matches!(outcome, Outcome::New(_))).count();
    }
    assert_eq!(new, 40);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn single_purchases_that_arrive_together_commit_together(pool: PgPool) {
    let ctx = context(pool).await;
    let writer = Writer::start(&ctx);
    let mut sent = tokio::task::JoinSet::new();
    for n in 0..100 {
        let writer = writer.clone();
        // Every document twice, for ten customers.
        let (id, customer) = (format!("r-{}", n / 2), format!("c-{}", n / 2 % 10));
        sent.spawn(async move { writer.record(purchase(&id, &customer, 500, "2026-11-20T08:00:00Z")).await });
    }
    let outcomes: Vec<Outcome> =
        sent.join_all().await.into_iter().map(|outcome| outcome.expect("an answer")).collect();
    let new = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::New(_))).count();
    let known = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Known { .. })).count();
    assert_eq!((new, known), (50, 50));
    let commits: i64 = sqlx::query_scalar("select count(distinct xmin::text) from purchases")
        .fetch_one(&ctx.pool)
        .await
        .expect("how many transactions wrote them");
    assert!(commits < 25, "{commits} commits for 50 purchases are no group commit");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_hangs_up_cancels_nothing(pool: PgPool) {
    let ctx = context(pool).await;
    let writer = Writer::start(&ctx);
    for n in 0..20 {
        let mut sent =
            Box::pin(writer.record(purchase(&format!("r-{n}"), "c-1", 500, "2026-11-20T08:00:00Z")));
        // Asked once and dropped while it waits, as the future of a request whose client is gone.
        let asked = std::future::poll_fn(|context| std::task::Poll::Ready(sent.as_mut().poll(context)));
        assert!(asked.await.is_pending());
    }
    let last = writer.record(purchase("last", "c-2", 500, "2026-11-20T08:00:00Z")).await.expect("recorded");
    assert_eq!(earned(&last), 50);
    let mut stored = 0;
    for _ in 0..100 {
        stored = sqlx::query_scalar::<_, i64>("select count(*) from purchases")
            .fetch_one(&ctx.pool)
            .await
            .expect("a count");
        if stored == 21 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(stored, 21, "all that were sent are in the books");
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn points_expire_for_everyone_even_while_no_job_runs(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let sql = "update wallet_kinds set expiry = 'months', expiry_span = 12 where wallet = 'points'";
    sqlx::query(sql).execute(&pool).await.expect("set");
    let outcomes =
        record(&ctx, &[purchase("r-1", "c-1", 1_000, "2025-11-22T08:00:00Z")]).await.expect("recorded");
    let Outcome::New(receipt) = &outcomes[0] else { panic!("new") };
    let member = receipt.member_id;
    assert_eq!(ledger::balances(&ctx, member).await.expect("balances").available, 100);
    ctx.clock.set(at("2026-11-22T08:00:00Z"));
    assert_eq!(ledger::balances(&ctx, member).await.expect("balances").available, 0);
    holds(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn badges_are_awarded_once_and_history_is_not_celebrated(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let old = purchase("r-1", "c-1", 1_000, "2024-01-01T08:00:00Z");
    let new = purchase("r-2", "c-2", 1_000, "2026-11-21T08:00:00Z");
    record(&ctx, &[old, new]).await.expect("recorded");
    dispatcher::step(ctx.clone()).await.expect("news");
    let awards: Vec<(String, i64)> = sqlx::query_as(
        "select external_id,
             (select count(*) from moments m where m.member_id = a.member_id and kind = 'badge')
         from awards a join external_ids using (member_id) where badge = 'first-purchase' order by 1",
    )
    .fetch_all(&pool)
    .await
    .expect("awards");
    assert_eq!(awards, vec![("c-1".to_owned(), 0), ("c-2".to_owned(), 1)]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_board_follows_the_outbox_and_ranks_exactly(pool: PgPool) {
    let ctx = context(pool).await;
    let batch: Vec<Purchase> = [("a", 500), ("b", 900), ("c", 500), ("d", 100)]
        .into_iter()
        .map(|(who, amount)| purchase(who, who, amount, "2026-11-20T08:00:00Z"))
        .collect();
    record(&ctx, &batch).await.expect("recorded");
    holds(&ctx).await; // with everything still in the outbox
    let before: Timestamp =
        leaderboards::page(&ctx, &List::of_points("2026-11"), None, 10).await.expect("a board").as_of;
    assert!(before <= ctx.clock.now());
    dispatcher::step(ctx.clone()).await.expect("dispatched");
    holds(&ctx).await;
    for period in ["2026-11", "all"] {
        let board = leaderboards::page(&ctx, &List::of_points(period), None, 10).await.expect("a board");
        let ranks: Vec<(i64, i64)> = board.rows.iter().map(|row| (row.rank, row.score)).collect();
        assert_eq!((ranks, board.total), (vec![(1, 90), (2, 50), (2, 50), (4, 10)], 4));
        let around = leaderboards::around(&ctx, &List::of_points(period), board.rows[2].member_id, 1)
            .await
            .expect("a board");
        let ranks: Vec<i64> = around.rows.iter().map(|row| row.rank).collect();
        assert_eq!(ranks, vec![2, 2, 4]);
    }
    assert!(
        leaderboards::page(&ctx, &List::of_points("2026-10"), None, 10)
            .await
            .expect("a board")
            .rows
            .is_empty()
    );
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_source_that_knows_customers_by_e_mail_reaches_who_joined_with_it(pool: PgPool) {
    let ctx = context(pool).await;
    let joining = Joining {
        display_name: "Maya".to_owned(),
        email: "maya@example.org".to_owned(),
        password: "correct horse".to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    let maya = join(&ctx, "192.0.2.1", &joining).await.expect("joined");
    let hers = purchase("r-1", "Maya@Example.org", 1_000, "2026-11-20T08:00:00Z");
    let somebody = purchase("r-2", "nobody@example.org", 1_000, "2026-11-20T08:00:00Z");
    let outcomes = record(&ctx, &[hers, somebody]).await.expect("recorded");
    let member = |outcome: &Outcome| match outcome {
        Outcome::New(receipt) => receipt.member_id,
        other => panic!("expected a new purchase, not {other:?}"),
    };
    assert_eq!(member(&outcomes[0]), maya.member_id);
    assert_ne!(member(&outcomes[1]), maya.member_id);
    holds(&ctx).await;
}

/// The token of the newest mail that asks whose address it is.
async fn confirmation(ctx: &Context) -> String {
    let body: String =
        sqlx::query_scalar("select body from mails where body like '%/confirm/%' order by mail_id desc")
            .fetch_one(&ctx.pool)
            .await
            .expect("a mail");
    body.split("/confirm/").nth(1).and_then(|rest| rest.lines().next()).expect("a link").to_owned()
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_an_address_earned_is_spent_by_its_owner_alone(pool: PgPool) {
    let ctx = context(pool).await;
    let joining = Joining {
        display_name: "Somebody".to_owned(),
        email: "ana@example.org".to_owned(),
        password: "correct horse".to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    let member = join(&ctx, "192.0.2.1", &joining).await.expect("joined");
    let mug = reward(&ctx, 100, None).await;
    let redeem = async |request: &str| rewards::redeem(&ctx, &member, mug, request).await;
    let refused = async |request: &str| match redeem(request).await {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    };

    let by_id = Purchase {
        member: MemberRef::Id(member.member_id),
        ..purchase("1", "", 5_000, "2026-11-18T08:00:00Z")
    };
    record(&ctx, &[by_id]).await.expect("recorded");
    redeem("a").await.expect("nothing came by the address yet");

    let named = purchase("2", "Ana@Example.org", 5_000, "2026-11-18T09:00:00Z");
    let outcomes = record(&ctx, &[named]).await.expect("recorded");
    assert_eq!(earned(&outcomes[0]), 500, "credited at once");
    assert_eq!(refused("b").await, Code::AddressUnconfirmed);

    let old = confirmation(&ctx).await;
    addresses::ask(&ctx, &member).await.expect("mailed");
    assert!(addresses::confirm(&ctx, &old).await.is_err(), "the newer link counts");
    let token = confirmation(&ctx).await;
    addresses::confirm(&ctx, &token).await.expect("confirmed");
    assert!(addresses::confirm(&ctx, &token).await.is_err(), "a link works once");
    redeem("b").await.expect("theirs to spend");
    holds(&ctx).await;
}
