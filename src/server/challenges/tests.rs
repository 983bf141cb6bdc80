//! Challenges on a real Postgres: what is counted step by step equals what the stored history says, whatever
//! comes in whatever order; what is won is given once.

use jiff::{SignedDuration, civil::Date};
use sqlx::PgPool;

use super::{editing, fills::Challenges, join, of_member, settle_member, store};
use crate::{
    domain::{
        badge::{Level, Revoke},
        challenge::{Challenge, ChallengeRule, Join, Progress, Reward, State, Step},
        earning::Audience,
        ids::{AccountId, MemberId},
        metric::Metric,
        refusal::Code,
        returns::{Return, What},
    },
    server::{
        badges::{Chance, bought, seed, staff, stream},
        context::{Context, new_id},
        earning,
        error::Error,
        fills,
        identity::Member,
        jobs::Pace,
        ledger, moments, returns, rules,
        testing::{at, context, reward, wait},
        verify::verify,
    },
};

pub fn step(metric: &str, target: i64) -> Step {
    let metric: Metric = serde_json::from_str(metric).expect("a metric");
    Step { title: format!("{target} of it"), metric, target }
}

pub fn challenge(name: &str, days: (&str, &str), steps: Vec<Step>) -> Challenge {
    let day = |text: &str| text.parse::<Date>().expect("a day");
    Challenge {
        challenge: name.to_owned(),
        version: 1,
        name: name.to_owned(),
        description: "For trying".to_owned(),
        glyph: "star".to_owned(),
        state: State::Draft,
        rule: ChallengeRule {
            steps,
            from: day(days.0),
            until: day(days.1),
            join: Join::OptIn,
            progress: Progress::Enrolment,
            rounds: 1,
            audience: Audience::default(),
            reward: Reward::Points(100),
            revoke: Revoke::Never,
        },
    }
}

pub fn with(mut challenge: Challenge, change: impl FnOnce(&mut ChallengeRule)) -> Challenge {
    change(&mut challenge.rule);
    challenge
}

pub const TEA: &str =
    r#"{"on":["purchase"],"where":{"lines":{"category":["tea"]}},"measure":{"sum":"amount"}}"#;
pub const COUNT: &str = r#"{"on":["purchase"],"measure":"count"}"#;

pub async fn fill(ctx: &Context) {
    fills::finish_all::<Challenges>(ctx).await;
}

pub async fn live(ctx: &Context, challenges: Vec<Challenge>) {
    let staff = staff_once(ctx).await;
    for challenge in challenges {
        let name = challenge.challenge.clone();
        editing::save(ctx, &staff, challenge).await.expect("saved");
        editing::make_live(ctx, &staff, &name).await.expect("live");
    }
}

async fn staff_once(ctx: &Context) -> crate::server::identity::Staff {
    let known: Option<uuid::Uuid> =
        sqlx::query_scalar("select account_id from accounts where staff_name = 'Ines'")
            .fetch_optional(&ctx.pool)
            .await
            .expect("read");
    match known {
        Some(id) => crate::server::identity::Staff { account_id: AccountId(id), name: "Ines".to_owned() },
        None => staff(ctx).await,
    }
}

/// Makes the member by a purchase if there is none.
async fn member(ctx: &Context, who: &str) -> Member {
    let first = bought(&format!("first-{who}"), who, "2026-01-02T10:00:00Z");
    let outcome = earning::record(ctx, &[first]).await.expect("recorded").remove(0);
    let (earning::Outcome::New(receipt) | earning::Outcome::Known(receipt)) = outcome else {
        panic!("refused");
    };
    Member { member_id: receipt.member_id, account_id: AccountId(new_id()) }
}

async fn buys(ctx: &Context, id: &str, who: &str, when: &str) {
    earning::record(ctx, &[bought(id, who, when)]).await.expect("recorded");
}

async fn points(ctx: &Context, member: &Member) -> i64 {
    sqlx::query_scalar(
        "select coalesce(sum(available_delta), 0)::bigint from ledger_entries
         where member_id = $1 and (reason like 'Challenge %')",
    )
    .bind(member.member_id.0)
    .fetch_one(&ctx.pool)
    .await
    .expect("a sum")
}

async fn rounds(ctx: &Context, member: &Member, name: &str) -> Vec<(i32, String, String)> {
    sqlx::query_as(
        "select round, from_day::text, completed_on::text from challenge_completions
         where member_id = $1 and challenge = $2 and revoked_at is null order by round",
    )
    .bind(member.member_id.0)
    .bind(name)
    .fetch_all(&ctx.pool)
    .await
    .expect("rounds")
}

fn round(number: i32, from: &str, on: &str) -> (i32, String, String) {
    (number, from.to_owned(), on.to_owned())
}

async fn holds(ctx: &Context, told: &str) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{told}: {report:#?}");
}

/// Somebody joins as if on some day, and gets what is there already.
async fn joins(ctx: &Context, chance: &mut Chance, names: &[&str]) {
    let mut tx = ctx.pool.begin().await.expect("a transaction");
    let who: Vec<uuid::Uuid> = sqlx::query_scalar("select member_id from members order by member_id")
        .fetch_all(&mut *tx)
        .await
        .expect("members");
    if who.is_empty() {
        return;
    }
    let member = MemberId(who[usize::try_from(chance.below(who.len() as u64)).expect("small")]);
    let day: Date = "2026-08-22".parse().expect("a day");
    let day = day.saturating_add(jiff::Span::new().days(chance.number(88)));
    let name = chance.one(names);
    ledger::lock(&mut tx, &[member], ledger::Lots::WhenDue, ctx.clock.now()).await.expect("locked");
    let book = rules::current(ctx, &mut tx).await.expect("a book");
    let Some(compiled) = book.game.challenge(name) else { return };
    store::join(&mut tx, member, name, day, ctx.clock.now()).await.expect("joined");
    settle_member(ctx, &mut tx, &book, compiled, &[member]).await.expect("settled");
    tx.commit().await.expect("committed");
}

/// Every measure, way of joining and policy at least once.
fn all_kinds() -> Vec<Challenge> {
    let window = ("2026-08-25", "2026-11-22");
    vec![
        with(
            challenge("visits", window, vec![step(r#"{"on":["purchase","visit"],"measure":"count"}"#, 4)]),
            |r| {
                r.rounds = 4;
            },
        ),
        with(
            challenge(
                "mixed",
                window,
                vec![
                    step(r#"{"on":["purchase"],"measure":{"distinct":"category"}}"#, 2),
                    step(TEA, 600),
                    step(r#"{"on":["review","visit"],"measure":"count"}"#, 1),
                ],
            ),
            |r| (r.join, r.progress) = (Join::Automatic, Progress::Window),
        ),
        with(
            challenge(
                "basket",
                window,
                vec![step(r#"{"on":["purchase"],"measure":{"max":"amount"}}"#, 1_500)],
            ),
            |r| {
                (r.revoke, r.rounds, r.join) = (Revoke::OnReversal, 3, Join::Automatic);
            },
        ),
        with(
            challenge(
                "local",
                window,
                vec![step(r#"{"on":["purchase"],"measure":"count","by":"store"}"#, 3)],
            ),
            |r| (r.revoke, r.rounds) = (Revoke::OnReversal, 3),
        ),
        with(
            challenge(
                "days",
                ("2026-09-10", "2026-11-23"),
                vec![
                    step(r#"{"on":["purchase"],"measure":{"distinct":"day"}}"#, 3),
                    step(r#"{"on":["purchase"],"measure":{"sum":"quantity"}}"#, 9),
                ],
            ),
            |r| (r.progress, r.rounds) = (Progress::Window, 2),
        ),
        with(challenge("over", ("2026-08-25", "2026-11-24"), vec![step(COUNT, 2)]), |r| {
            r.reward = Reward::Badge { badge: "first-purchase".to_owned(), level: Level::Bronze };
            r.join = Join::Automatic;
        }),
    ]
}

async fn agree_in(pool: PgPool, zone: &str) {
    let ctx = context(pool).await;
    let seed = seed();
    let told = format!("LAUREL_SEED={seed} in {zone}");
    println!("{told}");
    sqlx::query("update programs set time_zone = $1").bind(zone).execute(&ctx.pool).await.expect("a zone");
    let mut chance = Chance(seed);
    let mut challenges = all_kinds();
    let later = challenges.split_off(3);
    let names = ["visits", "local", "days"];
    live(&ctx, challenges).await;
    fill(&ctx).await;
    for part in 0..6 {
        stream(&ctx, &mut chance, part * 20, 10).await;
        joins(&ctx, &mut chance, &names).await;
        joins(&ctx, &mut chance, &names).await;
    }
    holds(&ctx, &told).await;
    // The others go live over what is there, and while more comes.
    live(&ctx, later).await;
    let filling = tokio::spawn({
        let ctx = ctx.clone();
        async move { fill(&ctx).await }
    });
    for part in 0..6 {
        stream(&ctx, &mut chance, 1_000 + part * 20, 10).await;
        joins(&ctx, &mut chance, &names).await;
        joins(&ctx, &mut chance, &names).await;
    }
    filling.await.expect("filled");
    holds(&ctx, &told).await;
    let completed: i64 = sqlx::query_scalar("select count(*) from challenge_completions")
        .fetch_one(&ctx.pool)
        .await
        .expect("a count");
    assert!(completed > 15, "{told}: only {completed} completions prove little");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn steps_and_history_agree_in_amsterdam(pool: PgPool) {
    agree_in(pool, "Europe/Amsterdam").await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn steps_and_history_agree_in_auckland(pool: PgPool) {
    agree_in(pool, "Pacific/Auckland").await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_done_on_the_day_of_joining_counts_and_no_day_before_it(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx, "maya").await;
    live(&ctx, vec![challenge("two", ("2026-11-01", "2026-12-01"), vec![step(COUNT, 2)])]).await;
    fill(&ctx).await;
    buys(&ctx, "before", "maya", "2026-11-20T18:00:00Z").await;
    // Half past midnight in Amsterdam, on the day of joining.
    buys(&ctx, "night", "maya", "2026-11-20T23:30:00Z").await;
    join(&ctx, &maya, "two").await.expect("joined");
    assert!(rounds(&ctx, &maya, "two").await.is_empty(), "one of two");
    let standing = of_member(&ctx, maya.member_id).await.expect("read");
    assert_eq!(standing[0].progress, [1]);
    buys(&ctx, "after", "maya", "2026-11-21T08:30:00Z").await;
    assert_eq!(rounds(&ctx, &maya, "two").await, [round(1, "2026-11-21", "2026-11-21")]);
    join(&ctx, &maya, "two").await.expect("again is the same");
    buys(&ctx, "more", "maya", "2026-11-21T08:40:00Z").await;
    assert_eq!(points(&ctx, &maya).await, 100, "once");
    holds(&ctx, "joined").await;
    crate::server::dispatcher::step(ctx.clone()).await.expect("dispatched");
    let told = moments::take_untold(&ctx, &maya).await.expect("moments");
    let heard = |heading: &str| told.iter().filter(|moment| moment.heading == heading).count();
    assert_eq!(heard("two completed"), 1);
    let Err(Error::Refused(refusal)) = join(&ctx, &maya, "three").await else { panic!("there is none") };
    assert_eq!(refusal.code, Code::NotFound);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn each_round_begins_anew_and_is_paid_once_for_ever(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx, "maya").await;
    let twice = with(challenge("two", ("2026-11-01", "2026-12-01"), vec![step(COUNT, 2)]), |rule| {
        (rule.join, rule.rounds) = (Join::Automatic, 2);
    });
    live(&ctx, vec![twice]).await;
    fill(&ctx).await;
    let days = ["10", "11", "11", "12", "14", "15", "16"];
    for (place, day) in days.iter().enumerate() {
        buys(&ctx, &format!("p-{place}"), "maya", &format!("2026-11-{day}T10:00:00Z")).await;
    }
    // The third purchase, on the day that completed the first round, is in none.
    let both = [round(1, "2026-11-01", "2026-11-11"), round(2, "2026-11-12", "2026-11-14")];
    assert_eq!(rounds(&ctx, &maya, "two").await, both);
    assert_eq!(points(&ctx, &maya).await, 200);
    holds(&ctx, "two rounds").await;
    // Whoever loses a row does not make anybody rich: the document is known.
    sqlx::query("delete from challenge_completions where round = 2").execute(&ctx.pool).await.expect("gone");
    let report = verify(&ctx).await.expect("a report");
    let law = report.findings.iter().find(|finding| finding.law == "challenges").expect("the law");
    assert_eq!(law.differences, 1, "{law:?}");
    buys(&ctx, "late", "maya", "2026-11-17T10:00:00Z").await;
    assert_eq!(rounds(&ctx, &maya, "two").await.len(), 2);
    assert_eq!(points(&ctx, &maya).await, 200);
    // Points that are told otherwise than in the ledger are found, too.
    sqlx::query("update challenge_completions set points = 1000 where round = 1")
        .execute(&ctx.pool)
        .await
        .expect("corrupted");
    let report = verify(&ctx).await.expect("a report");
    assert!(report.findings.iter().any(|finding| finding.law == "challenges" && finding.differences == 1));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_completion_that_nobody_made_is_found(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx, "maya").await;
    live(&ctx, vec![challenge("two", ("2026-11-01", "2026-12-01"), vec![step(COUNT, 2)])]).await;
    fill(&ctx).await;
    holds(&ctx, "nothing yet").await;
    sqlx::query(
        "insert into challenge_completions (member_id, challenge, round, from_day, completed_on, completed_at,
             recorded_at, missed) values ($1, 'two', 1, '2026-11-01', '2026-11-20', now(), now(), 'made up')",
    )
    .bind(maya.member_id.0)
    .execute(&ctx.pool)
    .await
    .expect("corrupted");
    let report = verify(&ctx).await.expect("a report");
    let law = report.findings.iter().find(|finding| finding.law == "challenges").expect("the law");
    assert_eq!((law.differences, law.shown[0].found.as_str()), (1, "completed"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_told_late_counts_for_a_week_and_nothing_after_it(pool: PgPool) {
    let ctx = context(pool).await;
    let (maya, noor) = (member(&ctx, "maya").await, member(&ctx, "noor").await);
    let all = with(challenge("two", ("2026-11-01", "2026-11-22"), vec![step(COUNT, 2)]), |rule| {
        rule.join = Join::Automatic;
    });
    live(&ctx, vec![all]).await;
    fill(&ctx).await;
    buys(&ctx, "m-1", "maya", "2026-11-20T10:00:00Z").await;
    buys(&ctx, "n-1", "noor", "2026-11-20T10:00:00Z").await;
    ctx.clock.set(at("2026-11-28T20:00:00Z"));
    buys(&ctx, "m-out", "maya", "2026-11-22T10:00:00Z").await;
    assert!(rounds(&ctx, &maya, "two").await.is_empty(), "the day after the last one");
    buys(&ctx, "m-2", "maya", "2026-11-21T10:00:00Z").await;
    assert_eq!(rounds(&ctx, &maya, "two").await, [round(1, "2026-11-01", "2026-11-21")]);
    assert_eq!(editing::end_due(ctx.clone()).await.expect("a step"), Pace::Rest);
    // Midnight in Amsterdam: the week is over.
    ctx.clock.set(at("2026-11-28T23:00:00Z"));
    buys(&ctx, "n-2", "noor", "2026-11-21T10:00:00Z").await;
    assert!(rounds(&ctx, &noor, "two").await.is_empty());
    assert_eq!(editing::end_due(ctx.clone()).await.expect("a step"), Pace::More);
    holds(&ctx, "over").await;
    let standing = of_member(&ctx, maya.member_id).await.expect("read");
    assert_eq!(standing.len(), 1, "what was completed stays in sight");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_return_takes_back_only_where_the_challenge_says_so(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx, "maya").await;
    let days = ("2026-11-01", "2026-12-01");
    let kept = with(challenge("kept", days, vec![step(COUNT, 2)]), |rule| rule.join = Join::Automatic);
    let lost = with(challenge("lost", days, vec![step(COUNT, 2)]), |rule| {
        (rule.join, rule.revoke) = (Join::Automatic, Revoke::OnReversal);
    });
    live(&ctx, vec![kept, lost]).await;
    fill(&ctx).await;
    buys(&ctx, "p-1", "maya", "2026-11-19T10:00:00Z").await;
    buys(&ctx, "p-2", "maya", "2026-11-20T10:00:00Z").await;
    assert_eq!(points(&ctx, &maya).await, 200);
    let everything = Return {
        source: "till".to_owned(),
        document_id: "r-1".to_owned(),
        purchase_id: "p-2".to_owned(),
        returned_at: at("2026-11-21T08:30:00Z"),
        what: What::Everything,
    };
    returns::record(&ctx, &everything).await.expect("returned");
    assert_eq!(points(&ctx, &maya).await, 100);
    assert_eq!(rounds(&ctx, &maya, "kept").await.len(), 1);
    assert!(rounds(&ctx, &maya, "lost").await.is_empty());
    holds(&ctx, "returned").await;
    // It can be done again, and is paid again.
    buys(&ctx, "p-3", "maya", "2026-11-21T08:40:00Z").await;
    assert_eq!(rounds(&ctx, &maya, "lost").await, [round(2, "2026-11-01", "2026-11-21")]);
    assert_eq!(points(&ctx, &maya).await, 200);
    holds(&ctx, "again").await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn vouchers_are_given_while_there_are_any_and_the_completion_stays(pool: PgPool) {
    let ctx = context(pool).await;
    let (maya, noor) = (member(&ctx, "maya").await, member(&ctx, "noor").await);
    let mug = reward(&ctx, 90, Some(1)).await;
    let voucher = with(challenge("mug", ("2026-11-01", "2026-12-01"), vec![step(COUNT, 1)]), |rule| {
        (rule.join, rule.reward) = (Join::Automatic, Reward::Voucher(mug));
    });
    live(&ctx, vec![voucher]).await;
    fill(&ctx).await;
    let before = ledger::balances(&ctx, maya.member_id).await.expect("balances").available;
    buys(&ctx, "m-1", "maya", "2026-11-20T10:00:00Z").await;
    buys(&ctx, "n-1", "noor", "2026-11-20T10:00:00Z").await;
    let earned = ledger::balances(&ctx, maya.member_id).await.expect("balances").available - before;
    assert_eq!(earned, 100, "a voucher takes no points");
    let given = async |member: &Member| {
        of_member(&ctx, member.member_id).await.expect("read").remove(0).given.remove(0)
    };
    assert!(given(&maya).await.redemption_id.is_some());
    let missed = given(&noor).await;
    assert!(missed.redemption_id.is_none() && missed.missed.is_some_and(|why| why.contains("Stoneware mug")));
    holds(&ctx, "given").await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_live_stays_as_it_is_until_it_is_ended(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    let maya = member(&ctx, "maya").await;
    let mut two = challenge("two", ("2026-11-01", "2026-12-01"), vec![step(COUNT, 2)]);
    two.rule.join = Join::Automatic;
    assert_eq!(editing::save(&ctx, &staff, two.clone()).await.expect("saved").version, 1);
    buys(&ctx, "p-1", "maya", "2026-11-19T10:00:00Z").await;
    buys(&ctx, "p-2", "maya", "2026-11-20T10:00:00Z").await;
    let preview = editing::preview(&ctx, &staff, &two).await.expect("a preview");
    assert_eq!((preview.members, preview.begun, preview.done), (1, 1, 1));
    assert_eq!(
        preview.until,
        "2026-11-21".parse::<Date>().expect("a day"),
        "days to come are looked for before"
    );
    two.rule.steps[0].target = 3;
    assert_eq!(editing::save(&ctx, &staff, two.clone()).await.expect("saved").version, 2);
    editing::make_live(&ctx, &staff, "two").await.expect("live");
    let refused = editing::save(&ctx, &staff, two).await;
    assert!(matches!(refused, Err(Error::Refused(_))));
    for change in ["update challenges set name = 'other'", "delete from challenges"] {
        assert!(sqlx::query(change).execute(&ctx.pool).await.is_err(), "{change}");
    }
    fill(&ctx).await;
    buys(&ctx, "p-3", "maya", "2026-11-21T08:00:00Z").await;
    assert_eq!(rounds(&ctx, &maya, "two").await.len(), 1, "what was before it was counted");
    editing::end(&ctx, &staff, "two").await.expect("ended");
    let noor = member(&ctx, "noor").await;
    for day in ["18", "19", "20"] {
        buys(&ctx, &format!("n-{day}"), "noor", &format!("2026-11-{day}T10:00:00Z")).await;
    }
    assert!(rounds(&ctx, &noor, "two").await.is_empty());
    wait(&ctx, SignedDuration::from_hours(1));
    holds(&ctx, "ended").await;
}
