//! How fast the badge engine evaluates, without a database: activities of twenty kinds against 10, 100 and
//! 1,000 live rules, on one core. The engine is the project's own, compiled in from its source.

// What stands here is the whole of the domain; this measures one part of it.
#[allow(dead_code, unused_imports)]
#[path = "../../../../src"]
mod laurel {
    pub mod domain;
}

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use laurel::domain;

use domain::{
    activity::Activity,
    badge::{Badge, BadgeRule, Game, Member, State},
    counters::Counters,
    metric::event::Event,
    points::Money,
    purchase::{Flags, Line, MemberRef, Purchase},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::json;

const KINDS: usize = 20;
const MEMBERS: usize = 256;
/// A batch decides for one member after the other, whose counters it has just read, so that is how evaluation
/// alone is measured. By turns, what is measured is how long memory takes.
const RUN: usize = 20_000;
const MARK: f64 = 500_000.0;
const STORES: [&str; 5] = ["canal", "market", "station", "harbour", "online"];
const CATEGORIES: [&str; 5] = ["coffee", "tea", "cake", "bread", "beans"];

enum Told {
    Purchase(Purchase),
    Activity(Activity),
}

fn kind(number: usize) -> String {
    if number == 0 { "purchase".to_owned() } else { format!("kind-{number}") }
}

/// Rules as shops write them: one in five counts all, the others look at where, when or what.
fn badge(number: usize) -> Badge {
    let (of, turn) = (number % KINDS, number / KINDS);
    let one = |from: &[&str]| from[turn / 5 % from.len()].to_owned();
    let filter = match turn % 5 {
        0 => json!({}),
        1 => json!({ "store": [one(&STORES)] }),
        2 => json!({ "weekdays": [one(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"])] }),
        3 => json!({ "hours": { "from": format!("{:02}:00", 6 + turn / 5 % 14), "until": "22:00" } }),
        _ if of == 0 => json!({ "lines": { "category": [one(&CATEGORIES)] } }),
        _ => json!({ "attributes": { "place": [one(&STORES)] } }),
    };
    let (measure, window) = match turn % 7 {
        0 | 1 => (json!("count"), json!("lifetime")),
        2 => (json!({ "sum": "quantity" }), json!("lifetime")),
        3 => (json!("count"), json!({ "calendar": "month" })),
        4 => (json!({ "distinct": "store" }), json!("lifetime")),
        5 => (json!({ "streak": "week" }), json!("lifetime")),
        _ => (json!("count"), json!({ "rolling_days": 30 })),
    };
    let rule: BadgeRule = serde_json::from_value(json!({
        "metric": { "on": [kind(of)], "where": filter, "measure": measure, "window": window },
        "levels": [{ "level": "bronze", "threshold": 5 }, { "level": "silver", "threshold": 25 },
            { "level": "gold", "threshold": 100 + turn }],
    }))
    .expect("a rule");
    let (badge, name) = (format!("b-{number}"), format!("Badge {number}"));
    Badge {
        badge,
        version: 1,
        name,
        description: "A rule".into(),
        glyph: "leaf".into(),
        state: State::Live,
        rule,
    }
}

fn told(number: usize) -> Told {
    let at = Timestamp::UNIX_EPOCH;
    let store = STORES[number / KINDS % 5].to_owned();
    if number % KINDS == 0 {
        let line = |shift: usize| Line {
            sku: Some(format!("sku-{}", (number + shift) % 40)),
            category: Some(CATEGORIES[(number / KINDS + shift) % 5].to_owned()),
            quantity: 1,
            amount: Money(450),
            flags: Flags::default(),
        };
        return Told::Purchase(Purchase {
            source: "till".into(),
            document_id: number.to_string(),
            member: MemberRef::ExternalId("a".into()),
            store: Some(store),
            purchased_at: at,
            amount: Money(900),
            lines: vec![line(0), line(1)],
        });
    }
    let attributes = BTreeMap::from([("store".to_owned(), store.clone()), ("place".to_owned(), store)]);
    Told::Activity(Activity {
        source: "app".into(),
        document_id: number.to_string(),
        member: MemberRef::ExternalId("a".into()),
        kind: kind(number % KINDS),
        occurred_at: at,
        attributes,
    })
}

/// Activities a second: each member has so many of them before the next one's turn comes.
fn measure(rules: usize, run: usize, time: Duration) -> f64 {
    let badges: Vec<Badge> = (0..rules).map(badge).collect();
    let game = Game::new(&badges);
    let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
    let stream: Vec<Told> = (0..20_000).map(told).collect();
    let mut plays: Vec<_> = (0..MEMBERS).map(|_| game.play(&Counters::default(), &HashSet::new())).collect();
    let (mut done, mut won) = (0_usize, 0_usize);
    let began_at = Timestamp::from_second(1_767_225_600).expect("the year 2026");
    let (began, used) = (Instant::now(), on_core());
    while began.elapsed() < time {
        for told in &stream {
            let play = &mut plays[done / run * 7 % MEMBERS];
            // Time goes on: each member does something every hour or two, or a few things in a row.
            let at = began_at + SignedDuration::from_secs(done as i64 * 20);
            let event = match told {
                Told::Purchase(one) => Event::of_purchase(one, zone.to_datetime(at)),
                Told::Activity(one) => Event::of_activity(one, zone.to_datetime(at)),
            };
            won += play.record(&event, Member::default()).len();
            play.forget_changes();
            done += 1;
        }
    }
    assert!(won > 0, "nothing was won, so nothing was measured");
    let used = on_core().zip(used).map_or(began.elapsed(), |(now, before)| now.saturating_sub(before));
    done as f64 / used.as_secs_f64()
}

/// For how long this process has had a core, which is less than passed when others want it too; Linux tells.
fn on_core() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn main() {
    let seconds = std::env::var("LAUREL_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(3_u64).min(10));
    println!(
        "| live rules over {KINDS} kinds | activities/s on one core, of one member | each | {MEMBERS} members by turns | each |"
    );
    println!("|---:|---:|---:|---:|---:|");
    for rules in [10, 100, 1_000] {
        let (rate, turns) = (measure(rules, RUN, time), measure(rules, 1, time));
        let mark = match rules {
            1_000 if rate >= MARK => " (mark 500,000: met)",
            1_000 => " (mark 500,000: missed)",
            _ => "",
        };
        println!("| {rules} | {rate:.0}{mark} | {:.0} ns | {turns:.0} | {:.0} ns |", 1e9 / rate, 1e9 / turns);
    }
}
