//! Rules and campaigns as staff type them, on a real Postgres.

use jiff::SignedDuration;
use sqlx::PgPool;

use crate::{
    domain::{
        earning::{Trace, campaign_form::CampaignForm, form::RuleForm},
        points::Money,
        purchase::{MemberRef, Purchase},
        refusal::Code,
    },
    rpc::drafts::{BasketForm, BasketLine},
    server::{
        audit,
        context::Context,
        earning::{Outcome, record},
        error::Error,
        http::views::{campaigns, drafts as draft_page, rules},
        identity::operator,
        rules::drafts,
        testing::{at, context, wait},
        verify::verify,
    },
};

fn purchase(id: &str, when: &str) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId(format!("c-{id}")),
        store: None,
        purchased_at: at(when),
        amount: Money(1_000),
        lines: Vec::new(),
    }
}

async fn trace_of(ctx: &Context, purchase: &Purchase) -> Trace {
    match record(ctx, std::slice::from_ref(purchase)).await.expect("recorded").remove(0) {
        Outcome::New(receipt) => receipt.trace,
        other => panic!("expected a new purchase, not {other:?}"),
    }
}

/// What staff type to make a weekend of double points.
fn weekend() -> CampaignForm {
    CampaignForm {
        name: "Double Points Weekend".to_owned(),
        from: "2026-11-28".to_owned(),
        until: "2026-11-29".to_owned(),
        ..CampaignForm::empty()
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_weekend_of_double_points_takes_three_fields(pool: PgPool) {
    let ctx = context(pool).await;
    let saved = campaigns::save(&ctx, &operator(), &weekend(), true).await.expect("it is live");
    assert!(matches!(saved, rules::Saved::Live));
    wait(&ctx, SignedDuration::from_hours(24 * 10));
    // Midnight in Amsterdam is an hour before that of UTC.
    for (id, when, points) in [
        ("1", "2026-11-27T22:59:59Z", 100),
        ("2", "2026-11-27T23:00:00Z", 200),
        ("3", "2026-11-29T22:59:59Z", 200),
        ("4", "2026-11-29T23:00:00Z", 100),
    ] {
        assert_eq!(trace_of(&ctx, &purchase(id, when)).await.points, points, "{when}");
    }
    let (log, _) = audit::list(&ctx, &operator(), None, None).await.expect("a log");
    let told = log.iter().find(|event| event.action == "rules.apply").expect("it is on record").changes();
    let said =
        "New campaign “Double Points Weekend”: from 28 November 2026, 0:00 until 30 November 2026, 0:00";
    assert!(told[0].contains(said), "{told:?}");
    assert!(verify(&ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_campaign_keeps_its_rules_and_what_it_gave_when_it_is_changed(pool: PgPool) {
    let ctx = context(pool).await;
    let by = operator();
    let form = CampaignForm { budget: "150".to_owned(), from: String::new(), ..weekend() };
    let _ = campaigns::save(&ctx, &by, &form, true).await.expect("it is live");
    wait(&ctx, SignedDuration::from_hours(1));
    assert_eq!(trace_of(&ctx, &purchase("1", "2026-11-21T09:30:00Z")).await.points, 200);
    // A rule of its own beside the multiplier, then a larger budget: both rules go on.
    let mut rule = RuleForm::empty("double-points-weekend");
    (rule.name, rule.effect, rule.points) = ("Cake".to_owned(), "fixed".to_owned(), "7".to_owned());
    rule.stage = "bonus".to_owned();
    let _ = rules::save(&ctx, &by, &rule, true).await.expect("it is live");
    wait(&ctx, SignedDuration::from_hours(1));
    assert_eq!(trace_of(&ctx, &purchase("2", "2026-11-21T10:30:00Z")).await.points, 150, "50 were left");
    let typed = CampaignForm { campaign: "double-points-weekend".to_owned(), ..form };
    let more = CampaignForm { budget: "1000".to_owned(), percent: String::new(), ..typed };
    let _ = campaigns::save(&ctx, &by, &more, true).await.expect("it is live");
    wait(&ctx, SignedDuration::from_hours(1));
    assert_eq!(trace_of(&ctx, &purchase("3", "2026-11-21T11:30:00Z")).await.points, 207);
    let page = campaigns::show(&ctx, &by, "now".to_owned(), None).await.expect("a page");
    let [one] = page.campaigns.as_slice() else { panic!("{:?}", page.campaigns) };
    assert_eq!((one.budget, one.rules.len(), one.version), (Some((1_000 - 257, 1_000)), 2, 3));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_draft_counts_only_when_it_is_made_live_and_only_once(pool: PgPool) {
    let ctx = context(pool).await;
    let by = operator();
    let saved = rules::end(&ctx, &by, "per-unit").await.expect("a draft");
    let rules::Saved::Draft(id) = saved else { panic!("not live") };
    let page = draft_page::show(&ctx, &by, id, None).await.expect("a page");
    assert_eq!(page.changes, ["“Points on every purchase” ends"]);
    assert_eq!(trace_of(&ctx, &purchase("1", "2026-11-21T08:30:00Z")).await.points, 100);
    let (first, second) = tokio::join!(drafts::apply(&ctx, &by, id), drafts::apply(&ctx, &by, id));
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    wait(&ctx, SignedDuration::from_hours(1));
    assert_eq!(trace_of(&ctx, &purchase("2", "2026-11-21T09:30:00Z")).await.points, 0);
    assert!(drafts::list(&ctx, &by).await.expect("drafts").is_empty());
    let gone = rules::end(&ctx, &by, "nothing").await.map(|_| ());
    assert!(matches!(gone, Err(Error::Refused(refusal)) if refusal.code == Code::NotFound));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_basket_tells_every_rule_that_was_looked_at(pool: PgPool) {
    let ctx = context(pool).await;
    let by = operator();
    let _ = campaigns::save(&ctx, &by, &weekend(), true).await.expect("it is live");
    let mut tea = RuleForm::empty("");
    (tea.name, tea.effect, tea.percent) = ("Tea".to_owned(), "multiplier".to_owned(), "200".to_owned());
    tea.filter.category = "tea".to_owned();
    let saved = rules::save(&ctx, &by, &tea, false).await.expect("a draft");
    let rules::Saved::Draft(id) = saved else { panic!("not live") };
    let line = BasketLine { category: "tea".to_owned(), amount: "3.50".to_owned(), ..BasketLine::default() };
    let basket = |at: &str, member: &str| BasketForm {
        at: at.to_owned(),
        member: member.to_owned(),
        lines: vec![line.clone()],
        ..BasketForm::default()
    };
    let page = draft_page::show(&ctx, &by, id, Some(basket("2026-11-21T12:00", ""))).await.expect("a page");
    let told: Vec<_> = page.basket.tried.iter().map(|tried| tried.points).collect();
    assert_eq!((told, page.basket.refusal), (vec![35, 70], None));
    let late = page.basket.tried[0].rows.iter().find(|row| row.name == "Double Points Weekend");
    assert_eq!(late.map(|row| (row.fired, row.words.as_str())), Some((false, "has not begun by then")));
    let fired = page.basket.tried[1].rows.iter().filter(|row| row.fired).count();
    assert_eq!(fired, 2, "the base and the draft: {:?}", page.basket.tried[1].rows);
    let nobody = draft_page::show(&ctx, &by, id, Some(basket("soon", "jo"))).await.expect("a page");
    assert_eq!(nobody.basket.refusal.expect("refused").fields[0].field, "at");
    let nobody = draft_page::show(&ctx, &by, id, Some(basket("2026-11-21", "jo"))).await.expect("a page");
    assert_eq!(nobody.basket.refusal.expect("refused").fields[0].field, "member");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_form_of_a_rule_says_how_points_are_rounded(pool: PgPool) {
    let ctx = context(pool).await;
    let shown = async || rules::form(&ctx, &operator(), ("", ""), None).await.expect("a form").form.rounding;
    assert_eq!(shown().await, "half_up");
    // 10.00 earn 100 and a third of a point.
    let third = RuleForm {
        name: "A third".to_owned(),
        points: "1".to_owned(),
        per: "30.00".to_owned(),
        stage: "bonus".to_owned(),
        ..RuleForm::empty("")
    };
    for (id, rounding, points) in [("1", "up", 101), ("2", "down", 100), ("3", "half_up", 100)] {
        let typed =
            RuleForm { rounding: rounding.to_owned(), name: format!("A third {id}"), ..third.clone() };
        let rule = if id == "1" { "" } else { "a-third-1" }.to_owned();
        rules::save(&ctx, &operator(), &RuleForm { rule, ..typed }, true).await.expect("it is live");
        assert_eq!(shown().await, rounding);
        let bought = trace_of(&ctx, &purchase(id, "2026-11-21T09:00:00Z")).await;
        assert_eq!(bought.points, points, "{rounding}");
    }
    let (log, _) = audit::list(&ctx, &operator(), None, None).await.expect("a log");
    let told = log.iter().flat_map(crate::domain::audit::AuditEvent::changes).collect::<Vec<_>>().join("\n");
    assert!(told.contains("Points are rounded down"), "{told}");
}
