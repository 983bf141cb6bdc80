//! The engine on a real Postgres: what is counted step by step equals what the statement over history says,
//! whatever comes in whatever order; a badge that goes live beside purchases misses nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use sqlx::PgPool;
use uuid::Uuid;

use super::{differences, editing, fills::Badges};
use crate::{
    domain::{
        activity::Activity,
        badge::{Badge, form::BadgeForm},
        ids::AccountId,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        refusal::Code,
        returns::{LineReturn, Return, What},
    },
    server::{
        context::{Context, new_id},
        dispatcher, earning,
        error::Error,
        fills,
        identity::Staff,
        jobs::Pace,
        returns,
        testing::{at, context},
        verify::verify,
    },
};

/// Every measure, window, filter and policy at least once. Thresholds are bronze and silver.
const RULES: &str = r#"[
 [{"on":["purchase"],"where":{"lines":{"category":["tea"]}},"measure":{"sum":"amount"}},
   500, 2500, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":{"distinct":"store"}}, 2, 3, {}],
 [{"on":["purchase"],"measure":{"distinct":"sku"},
   "window":{"calendar":"month"}}, 2, 4, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":{"max":"amount"}}, 900, 2000, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":"count","by":"store"}, 3, 6, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":"count","window":{"rolling_days":7}}, 2, 4, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":{"streak":"week"}}, 3, 5, {"revoke":"on_reversal"}],
 [{"on":["purchase","visit"],"measure":{"streak":"day"}}, 2, 3, {}],
 [{"on":["purchase"],"measure":{"ratio":{"part":{"weekdays":["sat","sun"]},"least":3}}},
   20, 40, {"revoke":"while_true"}],
 [{"on":["purchase"],"where":{"hours":{"from":"20:00","until":"02:30"},"weekdays":["fri","sat"]},
   "measure":"count"}, 1, 2, {}],
 [{"on":["purchase"],"measure":"count","window":{"calendar":"month"}}, 2, 4,
   {"repeat":"month","revoke":"on_reversal"}],
 [{"on":["review","visit"],"measure":{"sum":{"attribute":"stars"}},"by":{"attribute":"product"}},
   4, 9, {}],
 [{"on":["purchase","visit"],"measure":{"distinct":"day"},"window":{"calendar":"quarter"}}, 3, 8, {}],
 [{"on":["purchase"],"where":{"amount":{"min":300},"lines":{"except_category":["cake"]},"store":["a","b"],
   "from":"2026-09-01T00:00:00","until":"2026-11-01T00:00:00"},"measure":"count"},
   2, 4, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":{"sum":"quantity"},"window":{"calendar":"month"}},
   5, 12, {"repeat":"year"}],
 [{"on":["review"],"measure":{"max":{"attribute":"stars"}}}, 3, 5, {}],
 [{"on":["purchase"],"measure":{"ratio":{"part":{"lines":{"category":["coffee"]}},
   "sum":"amount","least":1000}},
   "window":{"calendar":"month"}}, 30, 60, {}],
 [{"on":["purchase","visit","review"],"measure":{"distinct":"kind"}}, 2, 3, {}],
 [{"on":["purchase"],"where":{"quantity":{"min":2,"max":5}},"measure":{"sum":"quantity"},"by":"sku"},
   3, 8, {"revoke":"on_reversal"}],
 [{"on":["purchase"],"measure":{"max":"quantity"},"window":{"rolling_days":10},"by":"weekday"}, 3, 6, {}]
]"#;

/// Chance that can be had again: a seed is printed with every failure.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    pub fn number(&mut self, most: u64) -> i64 {
        i64::try_from(self.below(most)).expect("small")
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).expect("small")]
    }
}

pub fn seed() -> u64 {
    let given = std::env::var("LAUREL_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| u64::try_from(new_id().as_u128() & u128::from(u32::MAX)).expect("32 bits"))
}

fn rules() -> Vec<(String, serde_json::Value)> {
    let rules: Vec<(serde_json::Value, i64, i64, serde_json::Value)> =
        serde_json::from_str(RULES).expect("rules");
    let rule = rules.into_iter().enumerate().map(|(place, (metric, bronze, silver, rest))| {
        let levels = serde_json::json!([
            { "level": "bronze", "threshold": bronze }, { "level": "silver", "threshold": silver }]);
        let mut rule = rest;
        rule["metric"] = metric;
        rule["levels"] = levels;
        (format!("b-{place}"), rule)
    });
    rule.collect()
}

fn draft(badge: &str, rule: &serde_json::Value) -> Badge {
    let form = BadgeForm {
        badge: badge.to_owned(),
        name: badge.to_owned(),
        description: "For trying".to_owned(),
        glyph: "star".to_owned(),
        ..BadgeForm::default()
    };
    form.with(editing::read_rule(&rule.to_string()).expect("a rule"))
}

pub async fn staff(ctx: &Context) -> Staff {
    let staff = Staff { account_id: AccountId(Uuid::from_u128(7)), name: "Ines".to_owned() };
    sqlx::query("insert into accounts (account_id, staff_name, created_at) values ($1, 'Ines', now())")
        .bind(staff.account_id.0)
        .execute(&ctx.pool)
        .await
        .expect("an account");
    staff
}

/// Runs fills until nothing is left.
pub async fn fill(ctx: &Context) {
    fills::finish_all::<Badges>(ctx).await;
}

fn purchase(chance: &mut Chance, id: usize) -> Purchase {
    let line = |chance: &mut Chance| {
        let free = chance.below(12) == 0;
        Line {
            sku: (chance.below(5) > 0).then(|| chance.one(&["s1", "s2", "s3", "s4", "s5"]).to_owned()),
            category: (chance.below(5) > 0).then(|| chance.one(&["tea", "coffee", "cake"]).to_owned()),
            quantity: if free { 0 } else { 1 + chance.number(4) },
            amount: Money(if free { 0 } else { chance.number(900) }),
            flags: Flags::default(),
        }
    };
    let lines: Vec<Line> = (0..chance.below(4)).map(|_| line(chance)).collect();
    let amount = if lines.is_empty() { chance.number(2_000) } else { lines.iter().map(|l| l.amount.0).sum() };
    Purchase {
        source: "till".to_owned(),
        document_id: format!("p-{id}"),
        member: MemberRef::ExternalId(format!("c-{}", chance.below(5))),
        store: (chance.below(6) > 0).then(|| chance.one(&["a", "b", "c"]).to_owned()),
        purchased_at: at("2026-08-20T00:00:00Z") + SignedDuration::from_mins(chance.number(92 * 24 * 60)),
        amount: Money(amount),
        lines,
    }
}

fn activity(chance: &mut Chance, id: usize) -> Activity {
    let mut attributes = BTreeMap::new();
    if chance.below(4) > 0 {
        let stars = chance.one(&["1", "2", "5", "-3", "many", "4.5", ""]);
        attributes.insert("stars".to_owned(), stars.to_owned());
    }
    if chance.below(4) > 0 {
        attributes.insert("product".to_owned(), chance.one(&["tea", "pot", ""]).to_owned());
    }
    Activity {
        source: "app".to_owned(),
        document_id: format!("a-{id}"),
        member: MemberRef::ExternalId(format!("c-{}", chance.below(5))),
        kind: chance.one(&["visit", "review", "survey"]).to_owned(),
        occurred_at: at("2026-08-20T00:00:00Z") + SignedDuration::from_mins(chance.number(92 * 24 * 60)),
        attributes,
    }
}

fn back(chance: &mut Chance, id: usize, of: &Purchase) -> Return {
    let what = match chance.below(3) {
        0 => What::Everything,
        1 => What::Amount(Money(1 + chance.number(400))),
        _ => What::Lines(vec![LineReturn { line: 1, quantity: 1 }]),
    };
    Return {
        source: "till".to_owned(),
        document_id: format!("r-{id}"),
        purchase_id: of.document_id.clone(),
        returned_at: at("2026-11-21T08:00:00Z"),
        what,
    }
}

/// Purchases late and early, other activities, returns of parts and of everything.
pub async fn stream(ctx: &Context, chance: &mut Chance, from: usize, documents: usize) {
    let mut bought: Vec<Purchase> = Vec::new();
    for id in from..from + documents {
        match chance.below(10) {
            0..6 => {
                let batch = vec![purchase(chance, id), purchase(chance, id + 100_000)];
                earning::record(ctx, &batch).await.expect("recorded");
                bought.extend(batch);
            }
            6..8 => {
                earning::activities::record(ctx, &[activity(chance, id)]).await.expect("recorded");
            }
            _ if bought.is_empty() => {}
            _ => {
                let of = &bought[usize::try_from(chance.below(bought.len() as u64)).expect("small")];
                match returns::record(ctx, &back(chance, id, of)).await {
                    Ok(_) | Err(Error::Refused(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
}

async fn both_forms_agree(ctx: &Context, told: &str) {
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let (counters, awards) = differences(&mut conn).await.expect("read");
    assert!(counters.is_empty(), "{told}: {counters:#?}");
    assert!(awards.is_empty(), "{told}: {awards:#?}");
}

async fn agree_in(pool: PgPool, zone: &str) {
    agree(pool, zone, seed()).await;
}

async fn agree(pool: PgPool, zone: &str, seed: u64) {
    let ctx = context(pool).await;
    let told = format!("LAUREL_SEED={seed} in {zone}");
    println!("{told}");
    sqlx::query("update programs set time_zone = $1").bind(zone).execute(&ctx.pool).await.expect("a zone");
    let mut chance = Chance(seed);
    let staff = staff(&ctx).await;
    let rules = rules();
    let (first, later) = rules.split_at(rules.len() / 2);
    for (badge, rule) in first {
        editing::save(&ctx, &staff, draft(badge, rule), 0).await.expect("saved");
    }
    fill(&ctx).await;
    stream(&ctx, &mut chance, 0, 70).await;
    both_forms_agree(&ctx, &told).await;
    // The others go live over what is there, and while more comes.
    for (badge, rule) in later {
        editing::save(&ctx, &staff, draft(badge, rule), 0).await.expect("saved");
    }
    let filling = tokio::spawn({
        let ctx = ctx.clone();
        async move { fill(&ctx).await }
    });
    stream(&ctx, &mut chance, 1_000, 60).await;
    filling.await.expect("filled");
    both_forms_agree(&ctx, &told).await;
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{told}: {report:#?}");
    let awards: i64 = sqlx::query_scalar("select count(*) from awards where badge like 'b-%'")
        .fetch_one(&ctx.pool)
        .await
        .expect("a count");
    assert!(awards > 40, "{told}: only {awards} awards prove little");
}

/// The stream that showed it: a share of weekends rose over its mark when a weekday's purchase came back.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_share_that_a_return_raises_is_awarded(pool: PgPool) {
    agree(pool, "Europe/Amsterdam", 1_568_172_778).await;
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
async fn steps_and_history_agree_in_newfoundland(pool: PgPool) {
    agree_in(pool, "America/St_Johns").await;
}

pub fn bought(id: &str, who: &str, when: &str) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: id.to_owned(),
        member: MemberRef::ExternalId(who.to_owned()),
        store: None,
        purchased_at: at(when),
        amount: Money(1_000),
        lines: Vec::new(),
    }
}

async fn awards(ctx: &Context, badge: &str) -> Vec<(String, String, bool)> {
    sqlx::query_as(
        "select level, to_char(awarded_at, 'YYYY-MM-DD'), exists (select from moments m
             where m.member_id = a.member_id and m.heading = a.badge || ', ' || a.level)
         from awards a where badge = $1 order by 1, 2",
    )
    .bind(badge)
    .fetch_all(&ctx.pool)
    .await
    .expect("awards")
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_new_badge_is_previewed_and_then_awarded_with_its_own_day(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    let days = ["2026-03-01T10:00:00Z", "2026-03-08T10:00:00Z", "2026-11-01T10:00:00Z"];
    for (place, day) in days.iter().enumerate() {
        earning::record(&ctx, &[bought(&format!("p-{place}"), "c-1", day)]).await.expect("recorded");
    }
    earning::record(&ctx, &[bought("other", "c-2", days[0])]).await.expect("recorded");
    let rule = serde_json::json!({ "metric": { "on": ["purchase"], "measure": "count",
        "window": { "rolling_days": 10 } }, "levels": [{ "level": "bronze", "threshold": 1 },
        { "level": "silver", "threshold": 2 }, { "level": "gold", "threshold": 3 }] });
    let draft = draft("close", &rule);
    let preview = editing::preview(&ctx, &staff, &draft).await.expect("a preview");
    let levels: Vec<i64> = preview.levels.iter().map(|(_, members)| *members).collect();
    assert_eq!((levels, preview.members), (vec![2, 1, 0], 2));
    editing::save(&ctx, &staff, draft, 0).await.expect("saved");
    fill(&ctx).await;
    let told = |level: &str, day: &str, fresh| (level.to_owned(), day.to_owned(), fresh);
    let first = told("bronze", "2026-03-01", false);
    assert_eq!(awards(&ctx, "close").await, [first.clone(), first, told("silver", "2026-03-08", false)]);
    // What is reached from now on is celebrated.
    for (id, day) in [("n-1", "2026-11-20T10:00:00Z"), ("n-2", "2026-11-21T08:00:00Z")] {
        earning::record(&ctx, &[bought(id, "c-2", day)]).await.expect("recorded");
    }
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
    assert!(awards(&ctx, "close").await.contains(&told("silver", "2026-11-21", true)));
    both_forms_agree(&ctx, "after").await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn composites_and_prerequisites_follow_what_they_ask_for(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    let all = serde_json::json!({ "all_of": [{ "badge": "first-purchase" }, { "badge": "close" }],
        "levels": [{ "level": "silver", "threshold": 1 }, { "level": "gold", "threshold": 2 }],
        "revoke": "on_reversal" });
    let Err(Error::Refused(refusal)) = editing::save(&ctx, &staff, draft("both", &all), 0).await else {
        panic!("a badge that is not there");
    };
    assert_eq!((refusal.code, refusal.fields[0].field.as_str()), (Code::Invalid, "/rule/all_of/1/badge"));
    let close = serde_json::json!({ "metric": { "on": ["purchase"], "measure": "count" },
        "levels": [{ "level": "bronze", "threshold": 2 }], "revoke": "on_reversal" });
    editing::save(&ctx, &staff, draft("close", &close), 0).await.expect("saved");
    editing::save(&ctx, &staff, draft("both", &all), 0).await.expect("saved");
    fill(&ctx).await;
    earning::record(&ctx, &[bought("p-1", "c-1", "2026-11-20T08:00:00Z")]).await.expect("recorded");
    earning::record(&ctx, &[bought("p-2", "c-1", "2026-11-21T08:00:00Z")]).await.expect("recorded");
    let levels =
        |awards: Vec<(String, String, bool)>| awards.into_iter().map(|(level, ..)| level).collect::<Vec<_>>();
    assert_eq!(levels(awards(&ctx, "both").await), ["gold", "silver"]);
    let everything = Return {
        source: "till".to_owned(),
        document_id: "r-1".to_owned(),
        purchase_id: "p-2".to_owned(),
        returned_at: at("2026-11-21T08:30:00Z"),
        what: What::Everything,
    };
    returns::record(&ctx, &everything).await.expect("returned");
    assert!(awards(&ctx, "close").await.is_empty());
    // What asked for it is gone too; the first purchase stays, as its policy says.
    assert_eq!(levels(awards(&ctx, "both").await), ["silver"]);
    let refused = editing::retire(&ctx, &staff, "close").await;
    assert!(matches!(refused, Err(Error::Refused(_))), "another badge asks for it");
    editing::retire(&ctx, &staff, "both").await.expect("retired");
    editing::retire(&ctx, &staff, "close").await.expect("retired");
    assert_eq!(levels(awards(&ctx, "both").await), ["silver"], "what was awarded stays");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_can_not_be_read_is_told_with_its_place(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    let any = draft("b", &serde_json::json!({ "levels": [] }));
    let place = async |rule: &str| {
        let seen = match editing::read_rule(rule) {
            Ok(rule) => editing::preview(&ctx, &staff, &Badge { rule, ..any.clone() }).await,
            Err(error) => Err(error),
        };
        match seen {
            Err(Error::Refused(refusal)) => refusal.fields[0].field.clone(),
            other => panic!("expected a refusal, not {other:?}"),
        }
    };
    let level = r#""levels":[{"level":"bronze","threshold":1}]"#;
    let unknown = format!(r#"{{"metric":{{"on":["purchase"],"measure":"count","wher":{{}}}},{level}}}"#);
    assert_eq!(place(&unknown).await, "/rule/metric/wher");
    let stores = format!(
        r#"{{"metric":{{"on":["purchase"],"where":{{"store":["a",""]}},"measure":"count"}},{level}}}"#
    );
    assert_eq!(place(&stores).await, "/rule/metric/where/store/1");
    let glass = format!(
        r#"{{"metric":{{"on":["recycling"],"measure":"count",
            "where":{{"attributes":{{"material":"glass"}}}}}},{level}}}"#
    );
    assert_eq!(place(&glass).await, "/rule/metric/where/attributes/material");
    let Err(Error::Refused(refusal)) = editing::read_rule(&glass) else { panic!("refused") };
    assert_eq!(refusal.fields[0].message, "Give a list, in [ and ]", "in plain words");
    let visits = format!(r#"{{"metric":{{"on":["visit"],"measure":{{"sum":"amount"}}}},{level}}}"#);
    assert_eq!(place(&visits).await, "/rule/metric/measure/sum");
    assert_eq!(place(r#"{"levels":[{"level":"bronze","threshold":0}]}"#).await, "/rule/metric");
}

/// Of six things, too many to count, five are left and count: one of them on a counter that was not there.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_left_may_count_where_the_whole_did_not(pool: PgPool) {
    let ctx = context(pool).await;
    let rule = serde_json::json!({ "metric": { "on": ["purchase"], "where": { "quantity": { "max": 5 } },
            "measure": { "sum": "quantity" }, "by": "sku" },
        "levels": [{ "level": "bronze", "threshold": 4 }] });
    editing::save(&ctx, &staff(&ctx).await, draft("few", &rule), 0).await.expect("saved");
    fill(&ctx).await;
    let line = |sku: &str, quantity| Line {
        sku: Some(sku.to_owned()),
        category: None,
        quantity,
        amount: Money(100 * quantity),
        flags: Flags::default(),
    };
    let lines = vec![line("pot", 2), line("cup", 4)];
    let all = Purchase { amount: Money(600), lines, ..bought("p-1", "c-1", "2026-11-01T10:00:00Z") };
    earning::record(&ctx, &[all]).await.expect("recorded");
    let one = What::Lines(vec![LineReturn { line: 1, quantity: 1 }]);
    let (source, document_id, purchase_id) = ("till".to_owned(), "r-1".to_owned(), "p-1".to_owned());
    let back =
        Return { source, document_id, purchase_id, returned_at: at("2026-11-02T10:00:00Z"), what: one };
    returns::record(&ctx, &back).await.expect("returned");
    both_forms_agree(&ctx, "five are left").await;
    assert_eq!(awards(&ctx, "few").await.len(), 1);
}

/// Sweeps to the end; the names of what is left.
async fn swept(ctx: &Context) -> BTreeSet<String> {
    while super::sweep_step(ctx.clone()).await.expect("a step") == Pace::More {}
    let names = sqlx::query_scalar("select distinct metric from counters").fetch_all(&ctx.pool).await;
    names.expect("names").into_iter().collect()
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_nothing_reads_is_swept_and_what_counts_stays(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    let seed = seed();
    let told = format!("LAUREL_SEED={seed}");
    let rules = rules();
    for (badge, rule) in &rules {
        editing::save(&ctx, &staff, draft(badge, rule), 0).await.expect("saved");
    }
    fill(&ctx).await;
    stream(&ctx, &mut Chance(seed), 0, 60).await;
    let all = swept(&ctx).await;
    both_forms_agree(&ctx, &told).await;

    let (first, others) = rules.split_at(rules.len() / 2);
    for (badge, _) in first {
        editing::retire(&ctx, &staff, badge).await.expect("retired");
    }
    let left = swept(&ctx).await;
    assert!(left.is_subset(&all) && left.len() < all.len(), "{told}: {left:?} of {all:?}");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let book = crate::server::rules::rulebook(&mut conn).await.expect("rules");
    drop(conn);
    let mut read: BTreeSet<&str> = book.game.counters().iter().map(|counter| &*counter.name).collect();
    read.insert(crate::domain::counters::QUALIFYING);
    assert!(left.iter().all(|name| read.contains(&**name)), "{told}: {left:?}, where {read:?} are read");
    both_forms_agree(&ctx, &told).await;
    assert!(verify(&ctx).await.expect("a report").holds(), "{told}");

    // Once for each edition of the rules: what comes late to what is retired is left alone until then.
    sqlx::query("insert into counters (member_id, metric, value) select member_id, 'gone', 1 from members")
        .execute(&ctx.pool)
        .await
        .expect("counters");
    assert!(swept(&ctx).await.contains("gone"));
    editing::retire(&ctx, &staff, &others[0].0).await.expect("retired");
    assert!(!swept(&ctx).await.contains("gone"));

    // What is live again is counted again.
    for (badge, rule) in first {
        editing::save(&ctx, &staff, draft(badge, rule), 1).await.expect("saved");
    }
    fill(&ctx).await;
    both_forms_agree(&ctx, &told).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_board_of_badges_hears_of_those_that_history_gives(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let staff = staff(&ctx).await;
    sqlx::query(
        "insert into leaderboards (leaderboard, name, metric, periods, applied_at, opened_at, filled_at)
         values ('won', 'Won', 'badges', '{all}', now(), now(), now())",
    )
    .execute(&pool)
    .await
    .expect("a board");
    earning::record(&ctx, &[bought("p-1", "c-1", "2026-11-01T10:00:00Z")]).await.expect("recorded");
    let count = |threshold: i64| {
        serde_json::json!({ "metric": { "on": ["purchase"], "measure": "count" }, "revoke": "while_true",
            "levels": [{ "level": "bronze", "threshold": threshold }] })
    };
    // By the first version the member has it, by the second not any more.
    for (version, threshold, score) in [(0, 1, 2), (1, 5, 1)] {
        editing::save(&ctx, &staff, draft("late", &count(threshold)), version).await.expect("saved");
        fill(&ctx).await;
        while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
        let found: i64 = sqlx::query_scalar(
            "select score from leaderboard_scores join leaderboard_lists using (list)
             where leaderboard = 'won'",
        )
        .fetch_one(&pool)
        .await
        .expect("a score");
        // The first purchase of all is a badge, too.
        assert_eq!(found, score, "version {version}");
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_new_badge_takes_no_name_and_a_changed_one_no_surprise(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    let rule = serde_json::json!({ "metric": { "on": ["purchase"], "measure": "count" },
        "levels": [{ "level": "bronze", "threshold": 3 }] });
    let save = async |changed: i32| match editing::save(&ctx, &staff, draft("mine", &rule), changed).await {
        Ok(badge) => Ok(badge.version),
        Err(Error::Refused(refusal)) => {
            Err((refusal.code, refusal.fields.first().map(|wrong| wrong.field.clone())))
        }
        Err(other) => panic!("refused, not {other}"),
    };
    assert_eq!(save(0).await, Ok(1));
    assert_eq!(save(0).await, Err((Code::Invalid, Some("/badge".to_owned()))));
    assert_eq!(save(1).await, Ok(2));
    assert_eq!(save(1).await, Err((Code::Stale, None)));
    let nobody = serde_json::json!({ "metric": { "on": ["purchase"], "measure": "count" },
        "levels": [{ "level": "bronze", "threshold": 3 }], "audience": { "tier": ["platinum"] } });
    let refused = editing::save(&ctx, &staff, draft("nobody", &nobody), 0).await.expect_err("refused");
    let Error::Refused(refused) = refused else { panic!("refused, not {refused}") };
    assert_eq!(refused.fields[0].field, "/rule/audience/tier/0");
    let refused = editing::preview(&ctx, &staff, &draft("nobody", &nobody)).await.expect_err("refused");
    let Error::Refused(refused) = refused else { panic!("refused, not {refused}") };
    assert_eq!(refused.fields[0].field, "/rule/audience/tier/0", "seen before it is saved");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_badge_of_others_names_those_to_switch_on_first(pool: PgPool) {
    let ctx = context(pool).await;
    let staff = staff(&ctx).await;
    editing::retire(&ctx, &staff, "patron").await.expect("retired");
    let refused = editing::switch_on(&ctx, &staff, "all-rounder").await.expect_err("refused");
    let Error::Refused(refused) = refused else { panic!("refused, not {refused}") };
    let expected = "All-rounder is won by other badges. Switch these on first: Patron";
    assert_eq!(refused.message, expected);
    for badge in ["patron", "all-rounder"] {
        editing::switch_on(&ctx, &staff, badge).await.expect("nothing is missing any more");
    }
}
