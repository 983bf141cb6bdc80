//! Replay on a real Postgres: it agrees with what was booked, and writes nothing.

use sqlx::PgPool;

use super::{replay, runs};
use crate::{
    domain::{
        activity::Activity,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        replay::Draft,
        tier::policy::{Basis, TierPolicy, Window},
    },
    server::{
        context::Context,
        earning::{self, Outcome, activities},
        identity::operator,
        jobs::Pace,
        rules::drafts,
        testing::{at, context},
        tiers::editing,
        verify::verify,
    },
};

fn purchase(id: &str, customer: &str, amount: i64, when: &str) -> Purchase {
    let line = |category: &str, amount| Line {
        sku: None,
        category: Some(category.to_owned()),
        quantity: 1,
        amount: Money(amount),
        flags: Flags::default(),
    };
    Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId(customer.to_owned()),
        store: None,
        purchased_at: at(when),
        amount: Money(amount),
        lines: vec![line("tea", amount / 2), line("cake", amount - amount / 2)],
    }
}

async fn history(ctx: &Context) {
    let batch = [
        purchase("1", "a", 8_000, "2026-10-01T10:00:00Z"),
        purchase("2", "a", 1_000, "2026-10-02T10:00:00Z"),
        purchase("3", "b", 2_000, "2026-10-03T10:00:00Z"),
    ];
    earning::record(ctx, &batch).await.expect("recorded");
}

fn draft(json: &str) -> Draft {
    serde_json::from_str(json).expect("a draft")
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_empty_draft_changes_nothing_and_a_better_one_is_told_by_tier_and_member(pool: PgPool) {
    let ctx = context(pool).await;
    history(&ctx).await;
    let mut heard = Vec::new();
    let same =
        replay(&ctx, &Draft::default(), &mut |done, total| heard.push((done, total))).await.expect("told");
    assert_eq!((same.points_before, same.points_after, same.documents), (1_125, 1_125, 3));
    assert!(same.most_changed.is_empty());
    assert_eq!(heard, vec![(2, 2)]);

    let double_tea = draft(
        r#"{"rules":[{"rule":"tea","definition":{"name":"Tea","when":{"lines":{"category":["tea"]}},
            "effect":{"type":"multiplier","percent":300}}}]}"#,
    );
    let told = replay(&ctx, &double_tea, &mut |_, _| ()).await.expect("told");
    // a: 800 + 800, who is Gold for the second, 150 + 100. b: 200 + 200.
    assert_eq!((told.points_before, told.points_after, told.liability_change), (1_125, 2_250, 1_125));
    let tiers: Vec<(u64, u64)> = told.tiers.iter().map(|tier| (tier.members, tier.members_after)).collect();
    assert_eq!(tiers, vec![(1, 1), (1, 0), (0, 1)]);
    let most: Vec<(i64, i64)> = told.most_changed.iter().map(|one| (one.before, one.after)).collect();
    assert_eq!(most, vec![(925, 1_850), (200, 400)]);
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_draft_that_means_nothing_is_refused_with_its_place(pool: PgPool) {
    let ctx = context(pool).await;
    let wrong =
        draft(r#"{"rules":[{"rule":"x","definition":{"name":"","effect":{"type":"fixed","points":0}}}]}"#);
    let refused = replay(&ctx, &wrong, &mut |_, _| ()).await.expect_err("refused");
    let crate::server::error::Error::Refused(refusal) = refused else { panic!("refused") };
    let fields: Vec<&str> = refusal.fields.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, vec!["rules.0.definition.name", "rules.0.definition.effect.points"]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_activity_earns_once_and_counts_for_tier_board_and_replay(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    sqlx::query(
        r#"insert into rules (rule_no, rule, version, definition, live_from) values (2, 'review', 1,
           '{"name":"A review","on":{"activity":["review"]},"effect":{"type":"fixed","points":30},
             "limits":[{"times":2,"per":"month"}]}', '2026-01-01T00:00:00Z')"#,
    )
    .execute(&pool)
    .await
    .expect("a rule");
    let review = |id: &str| Activity {
        source: "shop".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId("a".to_owned()),
        kind: "review".to_owned(),
        occurred_at: at("2026-11-20T08:00:00Z"),
        attributes: std::collections::BTreeMap::new(),
    };
    let all = [review("1"), review("1"), review("2"), review("3")];
    let outcomes = activities::record(&ctx, &all).await.expect("recorded");
    let points = |outcome: &Outcome| match outcome {
        Outcome::New(receipt) => (true, receipt.points),
        Outcome::Known(receipt) => (false, receipt.points),
        Outcome::Refused(refusal) => panic!("{refusal}"),
    };
    let earned: Vec<(bool, i64)> = outcomes.iter().map(points).collect();
    assert_eq!(earned, vec![(true, 30), (false, 30), (true, 30), (true, 0)]);
    let other = Activity { kind: "visit".to_owned(), ..review("1") };
    let clash = activities::record(&ctx, &[other]).await.expect("answered");
    assert!(matches!(&clash[0], Outcome::Refused(_)));
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
    let replayed = replay(&ctx, &Draft::default(), &mut |_, _| ()).await.expect("told");
    assert_eq!((replayed.points_before, replayed.points_after, replayed.documents), (60, 60, 3));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_replay_that_was_asked_for_runs_once_and_keeps_its_report(pool: PgPool) {
    let ctx = context(pool).await;
    history(&ctx).await;
    let by = operator();
    let told = draft(
        r#"{"rules": [{"rule": "tea", "definition": {"name": "Tea", "when": {"lines": {"category": ["tea"]}},
            "effect": {"type": "multiplier", "percent": 200}}}]}"#,
    );
    let id = drafts::save(&ctx, &by, "Tea", &told).await.expect("a draft");
    assert_eq!(runs::follow(&ctx, &by, id).await.expect("none yet"), None);
    runs::ask(&ctx, &by, id).await.expect("asked for");
    runs::ask(&ctx, &by, id).await.expect("asked for while it waits");
    assert_eq!(runs::step(ctx.clone()).await.expect("a step"), Pace::More);
    assert_eq!(runs::step(ctx.clone()).await.expect("a step"), Pace::Rest);
    let run = runs::follow(&ctx, &by, id).await.expect("a run").expect("it was asked for");
    let report = run.report.expect("a report");
    assert_eq!(report, replay(&ctx, &told, &mut |_, _| {}).await.expect("the same"));
    assert_eq!((report.points_before, report.points_after), (1_125, 1_675), "half of each was tea");
    assert_eq!((run.members_done, run.members_total), (2, 2));
    assert!(run.finished_at.is_some() && verify(&ctx).await.expect("a report").holds());
    drafts::discard(&ctx, &by, id).await.expect("thrown away");
    assert_eq!(runs::follow(&ctx, &by, id).await.expect("gone with its draft"), None);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_replay_judges_tiers_as_the_program_does(pool: PgPool) {
    let ctx = context(pool).await;
    let (mut tiers, version) = editing::current(&ctx, &operator()).await.expect("the tiers");
    tiers.policy = TierPolicy { basis: Basis::Spend, window: Window::CalendarYear, ..TierPolicy::default() };
    (tiers.tiers[1].threshold, tiers.tiers[2].threshold) = (20_000, 50_000);
    editing::change(&ctx, &operator(), &tiers, version).await.expect("changed");
    // a: more than 800 points and less than 200.00. b: Silver of last year, who earns a quarter more.
    let batch = [
        purchase("1", "a", 9_000, "2026-10-01T10:00:00Z"),
        purchase("2", "a", 1_000, "2026-10-02T10:00:00Z"),
        purchase("3", "b", 20_000, "2025-03-01T10:00:00Z"),
        purchase("4", "b", 2_000, "2026-10-03T10:00:00Z"),
    ];
    earning::record(&ctx, &batch).await.expect("recorded");
    let same = replay(&ctx, &Draft::default(), &mut |_, _| ()).await.expect("told");
    assert_eq!((same.points_before, same.points_after), (3_250, 3_250));
    let members: Vec<(u64, u64)> = same.tiers.iter().map(|tier| (tier.members, tier.members_after)).collect();
    assert_eq!(members, vec![(1, 1), (1, 1), (0, 0)]);
}
