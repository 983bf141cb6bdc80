//! Streaks on a real Postgres: stored dates against the domain, milestones paid and told once, zones that
//! move.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use sqlx::{PgPool, query_scalar};

use super::{Standing, all_zones, check, editing, fill_step, move_to, pay_step, standing, store};
use crate::{
    domain::{
        activity::Activity,
        ids::{AccountId, MemberId},
        metric::Period,
        moment::MomentKind,
        points::Money,
        purchase::{MemberRef, Purchase},
        returns::{Return, What},
        streak::{Leaf, Milestone, StreakTerms, zones::Zones},
    },
    server::{
        context::{Context, new_id},
        dispatcher, earning,
        identity::{Member, Staff},
        jobs::Pace,
        ledger, members, moments, returns,
        testing::{at, context, wait},
    },
};

async fn member(ctx: &Context) -> Member {
    let member_id = MemberId(new_id());
    let new = members::NewMember { member_id, display_name: "Maya".to_owned(), joined_at: ctx.clock.now() };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    members::create(&mut conn, &[new], ctx.clock.now()).await.expect("a member");
    Member { member_id, account_id: AccountId(new_id()) }
}

async fn ines(ctx: &Context) -> Staff {
    let staff = Staff { account_id: AccountId(new_id()), name: "Ines".to_owned() };
    sqlx::query("insert into accounts (account_id, staff_name, created_at) values ($1, 'Ines', now())")
        .bind(staff.account_id.0)
        .execute(&ctx.pool)
        .await
        .expect("an account");
    staff
}

fn days() -> StreakTerms {
    let milestones = [(3, 0), (5, 20)].map(|(periods, points)| Milestone { periods, points }).to_vec();
    let kinds = vec!["purchase".to_owned(), "visit".to_owned()];
    StreakTerms { unit: Period::Day, kinds, freeze_every: 2, freeze_most: 1, milestones }
}

/// A shop that counts days, since some days ago.
async fn counting_days(pool: PgPool) -> Context {
    let ctx = context(pool).await;
    wait(&ctx, SignedDuration::from_hours(-24 * 30));
    editing::publish(&ctx, &ines(&ctx).await, &days(), 1).await.expect("published");
    wait(&ctx, SignedDuration::from_hours(24 * 30));
    while fill_step(ctx.clone()).await.expect("a step") == Pace::More {}
    ctx
}

async fn buys(ctx: &Context, member: &Member, id: &str, at: Timestamp) {
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::Id(member.member_id),
        store: None,
        purchased_at: at,
        amount: Money(1_000),
        lines: Vec::new(),
    };
    earning::record(ctx, &[purchase]).await.expect("recorded");
}

async fn returns(ctx: &Context, id: &str, at: Timestamp) {
    let back = Return {
        source: "till".to_owned(),
        document_id: format!("back-{id}"),
        purchase_id: id.to_owned(),
        returned_at: at,
        what: What::Everything,
    };
    returns::record(ctx, &back).await.expect("returned");
}

/// Everything that follows.
async fn follow(ctx: &Context) {
    loop {
        let told = dispatcher::step(ctx.clone()).await.expect("a step");
        let paid = pay_step(ctx.clone()).await.expect("a step");
        if (told, paid) == (Pace::Rest, Pace::Rest) {
            return;
        }
    }
}

async fn of(ctx: &Context, member: &Member) -> Standing {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    standing(&mut conn, member.member_id, ctx.clock.now()).await.expect("a streak")
}

async fn differences(ctx: &Context) -> usize {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    check::differences(&mut conn).await.expect("checked").len()
}

fn ago(ctx: &Context, days: i64) -> Timestamp {
    ctx.clock.now() - SignedDuration::from_hours(24 * days)
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_milestone_is_told_once_and_paid_once_whatever_comes_late(pool: PgPool) {
    let ctx = counting_days(pool).await;
    let maya = member(&ctx).await;
    // Day 3 is missed and covered by the freeze that the first two days earned.
    for (id, back) in [("a", 5), ("b", 4), ("d", 2), ("e", 1)] {
        buys(&ctx, &maya, id, ago(&ctx, back)).await;
    }
    follow(&ctx).await;
    let now = of(&ctx, &maya).await;
    assert_eq!((now.streak.current, now.streak.leaf(now.streak.now() - 3)), (4, Leaf::Frozen));
    assert_eq!(now.next(), Some(Milestone { periods: 5, points: 20 }));
    moments::take_untold(&ctx, &maya).await.expect("moments");
    let before = ledger::balances(&ctx, maya.member_id).await.expect("a balance").available;
    buys(&ctx, &maya, "f", ctx.clock.now()).await;
    follow(&ctx).await;
    let told = moments::take_untold(&ctx, &maya).await.expect("moments");
    let told: Vec<_> = told.iter().filter(|moment| moment.kind == MomentKind::Streak).collect();
    assert_eq!(told.iter().map(|moment| moment.heading.as_str()).collect::<Vec<_>>(), ["5 days in a row"]);
    assert_eq!(told[0].words, "20 points for it are yours. A freeze lent a hand on the way.");
    let after = ledger::balances(&ctx, maya.member_id).await.expect("a balance").available;
    assert_eq!(after - before, 100 + 20);
    let reason: String = query_scalar("select reason from ledger_entries where kind = 'adjustment'")
        .fetch_one(&ctx.pool)
        .await
        .expect("one entry");
    assert_eq!(
        reason,
        "5 days in a row, 16 November 2026 to 21 November 2026; a freeze covered 18 November 2026"
    );
    // The missed day is told late, and a day comes back and is bought again: nothing is given twice.
    buys(&ctx, &maya, "c", ago(&ctx, 3)).await;
    returns(&ctx, "f", ctx.clock.now()).await;
    follow(&ctx).await;
    assert_eq!(of(&ctx, &maya).await.streak.current, 5);
    buys(&ctx, &maya, "g", ctx.clock.now()).await;
    follow(&ctx).await;
    assert_eq!(of(&ctx, &maya).await.streak.current, 6);
    let given: i64 = query_scalar("select count(*) from ledger_entries where kind = 'adjustment'")
        .fetch_one(&ctx.pool)
        .await
        .expect("a count");
    assert_eq!(given, 1);
    let again = moments::take_untold(&ctx, &maya).await.expect("moments");
    assert!(again.iter().all(|moment| moment.kind != MomentKind::Streak), "{again:?}");
    assert_eq!(differences(&ctx).await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_reached_before_the_policy_is_history(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx).await;
    for back in 2..8 {
        buys(&ctx, &maya, &format!("r-{back}"), ago(&ctx, back)).await;
    }
    follow(&ctx).await;
    editing::publish(&ctx, &ines(&ctx).await, &days(), 1).await.expect("published");
    while fill_step(ctx.clone()).await.expect("a step") == Pace::More {}
    follow(&ctx).await;
    let now = of(&ctx, &maya).await;
    assert_eq!((now.streak.longest, now.given.len()), (6, 0));
    assert_eq!(differences(&ctx).await, 0);
}

/// A stream of purchases, visits and returns in any order, with moves between: what is stored is what the
/// domain says, and the law of `laurel verify` holds.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn stored_dates_are_those_of_the_domain(pool: PgPool) {
    let ctx = counting_days(pool).await;
    let mut chance: u64 = 0x5eed;
    let mut dice = |sides: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((chance >> 33) % sides).unwrap_or(0)
    };
    let zones = ["America/Los_Angeles", "Asia/Tokyo", "Pacific/Kiritimati", "Australia/Lord_Howe"];
    for round in 0..2 {
        let maya = member(&ctx).await;
        let home = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let mut mine = Zones::of(home);
        // Both of the year's clock changes of Amsterdam lie in the span.
        let mut conn = ctx.pool.acquire().await.expect("a connection");
        for month in [4, 7, 11] {
            let name = zones[usize::try_from(dice(4)).unwrap_or(0)];
            let since = at(&format!("2026-{month:02}-{:02}T{:02}:30:00Z", dice(19) + 1, dice(24)));
            store::insert_move(&mut conn, maya.member_id, name, since).await.expect("moved");
            mine.moves.push((since, TimeZone::get(name).expect("a zone")));
        }
        drop(conn);
        let mut kept: Vec<(String, Timestamp)> = Vec::new();
        for number in 0..30 {
            let id = format!("{round}-{number}");
            let hours = if number % 3 == 0 { 24 * 260 } else { 24 * 40 };
            let when = ctx.clock.now() - SignedDuration::from_mins(dice(hours) * 60 + dice(60));
            match dice(5) {
                0 => {
                    let activity = Activity {
                        source: "door".to_owned(),
                        document_id: id.clone(),
                        member: MemberRef::Id(maya.member_id),
                        kind: if dice(2) == 0 { "visit" } else { "survey" }.to_owned(),
                        occurred_at: when,
                        attributes: std::collections::BTreeMap::new(),
                    };
                    let counts = activity.kind == "visit";
                    earning::activities::record(&ctx, &[activity]).await.expect("recorded");
                    kept.extend(counts.then_some((String::new(), when)));
                }
                1 if kept.iter().any(|(id, _)| !id.is_empty()) => {
                    let place = kept.iter().position(|(id, _)| !id.is_empty()).expect("one");
                    let (id, _) = kept.remove(place);
                    returns(&ctx, &id, ctx.clock.now()).await;
                }
                _ => {
                    buys(&ctx, &maya, &id, when).await;
                    kept.push((id, when));
                }
            }
            if dice(6) == 0 {
                follow(&ctx).await;
            }
        }
        follow(&ctx).await;
        let expected: BTreeSet<Date> = kept.iter().map(|(_, at)| mine.day(*at)).collect();
        let mut conn = ctx.pool.acquire().await.expect("a connection");
        let stored = store::days(&mut conn, maya.member_id).await.expect("dates");
        assert_eq!(stored, expected.into_iter().collect::<Vec<_>>());
    }
    assert_eq!(differences(&ctx).await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_move_changes_what_comes_and_nothing_that_was(pool: PgPool) {
    let ctx = counting_days(pool).await;
    let maya = member(&ctx).await;
    // 00:30 in Amsterdam on the 21st.
    buys(&ctx, &maya, "a", at("2026-11-20T23:30:00Z")).await;
    follow(&ctx).await;
    let refused = move_to(&ctx, &maya, "Middle/Earth").await.expect_err("refused");
    assert!(format!("{refused:?}").contains("one of the zones"), "{refused:?}");
    move_to(&ctx, &maya, "America/New_York").await.expect("moved");
    // 19:30 in New York on the 20th is told late: it happened before the move.
    buys(&ctx, &maya, "b", at("2026-11-21T00:30:00Z")).await;
    wait(&ctx, SignedDuration::from_hours(16));
    // One in the morning of the 22nd, Amsterdam; seven in the evening of the 21st, New York.
    buys(&ctx, &maya, "c", at("2026-11-22T00:00:00Z")).await;
    follow(&ctx).await;
    let now = of(&ctx, &maya).await;
    assert_eq!((now.streak.current, now.today.to_string()), (1, "2026-11-21".to_owned()));
    for zone in ["Asia/Tokyo", "Europe/Paris", "Asia/Tokyo"] {
        move_to(&ctx, &maya, zone).await.expect("moved");
        wait(&ctx, SignedDuration::from_hours(1));
    }
    let refused = move_to(&ctx, &maya, "Europe/Paris").await.expect_err("refused");
    assert!(format!("{refused:?}").contains("30 days"), "{refused:?}");
    // Where one is already is no move.
    move_to(&ctx, &maya, "Asia/Tokyo").await.expect("nothing to do");
    assert!(all_zones(&ctx).await.expect("zones").len() > 300);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_new_version_counts_other_kinds_over_what_was_before(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx).await;
    let visit = Activity {
        source: "door".to_owned(),
        document_id: "v".to_owned(),
        member: MemberRef::Id(maya.member_id),
        kind: "visit".to_owned(),
        occurred_at: ctx.clock.now(),
        attributes: std::collections::BTreeMap::new(),
    };
    earning::activities::record(&ctx, &[visit]).await.expect("recorded");
    follow(&ctx).await;
    assert_eq!(of(&ctx, &maya).await.streak.current, 0);
    let seen = editing::preview(&ctx, &ines(&ctx).await, &days()).await.expect("a preview");
    assert_eq!((seen.now, seen.ended), (0, 0));
    editing::publish(&ctx, &ines(&ctx).await, &days(), 1).await.expect("published");
    let stale = editing::publish(&ctx, &ines(&ctx).await, &days(), 1).await.expect_err("stale");
    assert!(stale.to_string().contains("Open the page again"), "{stale}");
    while fill_step(ctx.clone()).await.expect("a step") == Pace::More {}
    assert_eq!(of(&ctx, &maya).await.streak.current, 1);
    assert_eq!(differences(&ctx).await, 0);
    let changed = sqlx::query("update streak_policies set freeze_most = 9").execute(&ctx.pool).await;
    assert!(changed.is_err(), "a version never changes");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_new_is_added_and_a_return_reads_all(pool: PgPool) {
    let ctx = counting_days(pool).await;
    let maya = member(&ctx).await;
    let stored = async || {
        let mut conn = ctx.pool.acquire().await.expect("a connection");
        store::days(&mut conn, maya.member_id).await.expect("days")
    };
    let day = |days: i64| ago(&ctx, days).to_zoned(TimeZone::get("Europe/Amsterdam").expect("a zone")).date();
    buys(&ctx, &maya, "first", ago(&ctx, 9)).await;
    follow(&ctx).await;
    assert_eq!(stored().await, [day(9)]);
    sqlx::query("delete from streaks").execute(&ctx.pool).await.expect("deleted");
    let since = new_id();
    buys(&ctx, &maya, "second", ago(&ctx, 7)).await;
    buys(&ctx, &maya, "third", ago(&ctx, 8)).await;
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let members = [maya.member_id];
    let added = store::add(&mut conn, &days().kinds, &members, since).await.expect("added");
    assert_eq!(added, [(maya.member_id, vec![day(8), day(7)])], "the first is older than that");
    let again = store::add(&mut conn, &days().kinds, &members, since).await.expect("added");
    assert!(again.is_empty(), "nothing changed");
    returns(&ctx, "third", ctx.clock.now()).await;
    follow(&ctx).await;
    assert_eq!(stored().await, [day(9), day(7)]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_a_till_dates_ahead_has_its_date_of_the_zone_that_it_falls_into(pool: PgPool) {
    let ctx = counting_days(pool).await;
    let maya = member(&ctx).await;
    buys(&ctx, &maya, "ahead", ctx.clock.now() + SignedDuration::from_hours(20)).await;
    follow(&ctx).await;
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        move_to(&ctx, &maya, zone).await.expect("moved");
        assert_eq!(differences(&ctx).await, 0, "{zone}");
    }
}
