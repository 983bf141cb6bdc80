//! Real purchases against an independent computation: the published CDNOW sample, or a whole history that
//! `LAUREL_HISTORY` names, counted again by other means.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Read,
};

use flate2::read::GzDecoder;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use sqlx::PgPool;
use uuid::Uuid;

use super::super::{MAX_BATCH, record};
use crate::{
    domain::{
        badge::BadgeRule,
        ids::MemberId,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
    },
    server::{
        context::Context,
        dispatcher,
        leaderboards::{self, List},
        streaks,
        testing::context,
        verify::verify,
    },
};

/// One purchase of the file.
#[derive(Debug, Clone)]
struct Row {
    customer: String,
    day: Date,
    /// Of all lines.
    quantity: i64,
    cents: i64,
    /// Quantity and cents of each line.
    lines: Vec<(i64, i64)>,
}

/// What the columns are called: customer, time, quantity, amount, and the basket where lines have one.
const COLUMNS: [[&str; 5]; 2] = [
    ["customer_id", "date", "quantity", "amount", ""],
    ["household_id", "transaction_timestamp", "quantity", "sales_value", "basket_id"],
];

/// The project's sample, or the file that `LAUREL_HISTORY` names: CDNOW's master, or the groceries.
fn history() -> Vec<Row> {
    let path = std::env::var("LAUREL_HISTORY");
    let path = path.unwrap_or_else(|_| "tests/fixtures/cdnow_sample.csv.gz".to_owned());
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("a gzip file");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| header.iter().position(|found| *found == name);
    let columns = COLUMNS.iter().find(|columns| place(columns[0]).is_some()).expect("a file that is known");
    let [customer, time, quantity, amount, basket] = columns.map(place);
    let cell = |cells: &[&str], place: Option<usize>| cells[place.expect("a column")].to_owned();
    let mut rows: Vec<Row> = Vec::new();
    let mut baskets: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let dollars: f64 = cell(&cells, amount).parse().expect("an amount");
        // On purpose not the parser that the import uses.
        let cents: i64 = format!("{:.0}", dollars * 100.0).parse().expect("cents");
        let quantity: i64 = cell(&cells, quantity).parse().expect("a quantity");
        let next = rows.len();
        let of = basket.map_or(next, |_| *baskets.entry(cell(&cells, basket)).or_insert(next));
        if of == next {
            let day = cell(&cells, time)[..10].parse().expect("a day");
            let customer = cell(&cells, customer);
            rows.push(Row { customer, day, quantity: 0, cents: 0, lines: Vec::new() });
        }
        rows[of].quantity += quantity;
        rows[of].cents += cents;
        rows[of].lines.push((quantity, cents));
    }
    rows
}

/// The files know no stores: those who buy in the first half of a month do it at another one.
fn store(row: &Row) -> &'static str {
    if row.day.day() <= 15 { "North" } else { "South" }
}

fn purchases(rows: &[Row], zone: &TimeZone) -> Vec<Purchase> {
    let line = |(quantity, cents): &(i64, i64)| Line {
        sku: None,
        category: None,
        quantity: *quantity,
        amount: Money(*cents),
        flags: Flags::default(),
    };
    let purchase = rows.iter().enumerate().map(|(number, row)| Purchase {
        source: "history".to_owned(),
        document_id: format!("row {number}"),
        member: MemberRef::ExternalId(row.customer.clone()),
        store: Some(store(row).to_owned()),
        purchased_at: row.day.to_zoned(zone.clone()).expect("a day").timestamp(),
        amount: Money(row.cents),
        lines: row.lines.iter().map(line).collect(),
    });
    purchase.collect()
}

/// Points per customer, worked out row by row from the rules as a person reads them: ten a dollar, a quarter
/// or a half more for who earned 800 or 1,500 in the 12 months up to that day; halves up.
fn by_hand(rows: &[Row]) -> HashMap<String, Vec<(Date, i64)>> {
    let mut earned: HashMap<String, Vec<(Date, i64)>> = HashMap::new();
    for row in rows {
        let history = earned.entry(row.customer.clone()).or_default();
        let year_ago = row.day.saturating_sub(12.months());
        let recent: i64 = history.iter().filter(|(day, _)| *day > year_ago).map(|(_, points)| points).sum();
        let percent = if recent >= 1_500 {
            150
        } else if recent >= 800 {
            125
        } else {
            100
        };
        // Cents times ten, in tenths of a per cent of a point: rounded once.
        let points = (row.cents * percent + 500) / 1_000;
        history.push((row.day, points));
    }
    earned
}

async fn load(ctx: &Context, rows: &[Row]) {
    let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
    for batch in purchases(rows, &zone).chunks(MAX_BATCH) {
        record(ctx, batch).await.expect("recorded");
    }
    while matches!(dispatcher::step(ctx.clone()).await.expect("dispatched"), crate::server::jobs::Pace::More)
    {
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn points_badges_and_the_board_equal_an_independent_computation(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    put_more_badges(&pool).await;
    put_more_boards(&pool).await;
    let rows = history();
    if std::env::var_os("LAUREL_HISTORY").is_none() {
        assert_eq!(rows.len(), 6_919);
    }
    load(&ctx, &rows).await;
    let report = verify(&ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
    let by_hand = by_hand(&rows);
    let stored: Vec<(String, i64)> =
        sqlx::query_as("select external_id, earned from wallets join external_ids using (member_id)")
            .fetch_all(&pool)
            .await
            .expect("wallets");
    assert_eq!(stored.len(), by_hand.len());
    for (customer, earned) in &stored {
        let expected: i64 = by_hand[customer].iter().map(|(_, points)| points).sum();
        assert_eq!(*earned, expected, "customer {customer}");
    }
    the_board_is_right(&ctx, &by_hand, "all", &|_| true).await;
    the_other_boards_are_right(&ctx, &rows, &by_hand).await;
    let first = rows.iter().map(|row| row.day).min().expect("purchases");
    let month = first.saturating_add(2.months());
    let in_month = |day: &Date| (day.year(), day.month()) == (month.year(), month.month());
    the_board_is_right(&ctx, &by_hand, &month.strftime("%Y-%m").to_string(), &in_month).await;
    the_badges_are_right(&pool, &rows).await;
    the_other_badges_are_right(&pool, &rows).await;
    the_counters_are_right(&pool, &rows).await;
    the_streaks_are_right(&ctx, &rows).await;
}

/// Beside those that a program begins with, one for each other way to measure.
const MORE: [(&str, &str); 7] = [
    (
        "m-max",
        r#"{"metric":{"on":["purchase"],"measure":{"max":"amount"}},
        "levels":[{"level":"bronze","threshold":10000}]}"#,
    ),
    (
        "m-weekend",
        r#"{"metric":{"on":["purchase"],"where":{"weekdays":["sat","sun"]},"measure":"count"},
        "levels":[{"level":"bronze","threshold":3}]}"#,
    ),
    (
        "m-busy",
        r#"{"metric":{"on":["purchase"],"measure":"count","window":{"calendar":"month"}},
        "levels":[{"level":"bronze","threshold":3}],"repeat":"month"}"#,
    ),
    (
        "m-quarters",
        r#"{"metric":{"on":["purchase"],"measure":{"streak":"quarter"}},
        "levels":[{"level":"bronze","threshold":3}]}"#,
    ),
    (
        "m-rolling",
        r#"{"metric":{"on":["purchase"],"measure":"count","window":{"rolling_days":30}},
        "levels":[{"level":"bronze","threshold":3}]}"#,
    ),
    (
        "m-days",
        r#"{"metric":{"on":["purchase"],"measure":{"distinct":"day"}},
        "levels":[{"level":"bronze","threshold":5}]}"#,
    ),
    (
        "m-share",
        r#"{"metric":{"on":["purchase"],"measure":{"ratio":{"part":{"weekdays":["sat","sun"]},"least":4}}},
        "levels":[{"level":"bronze","threshold":50}],"revoke":"while_true"}"#,
    ),
];

async fn put_more_badges(pool: &PgPool) {
    for (badge, rule) in MORE {
        let sql = "insert into badges (badge, version, name, description, glyph, rule)
            values ($1, 1, $1, 'For trying', 'leaf', $2::jsonb)";
        sqlx::query(sql).bind(badge).bind(rule).execute(pool).await.expect("a badge");
    }
}

async fn the_board_is_right(
    ctx: &Context,
    by_hand: &HashMap<String, Vec<(Date, i64)>>,
    period: &str,
    counts: &(dyn Fn(&Date) -> bool + Sync),
) {
    let sums =
        by_hand.values().map(|days| days.iter().filter(|(day, _)| counts(day)).map(|(_, p)| p).sum::<i64>());
    ranks_are_right(ctx, &List::of_points(period), sums.collect()).await;
}

/// The first fifty of a list, with their ranks, and how many there are; who has nothing is not on it.
async fn ranks_are_right(ctx: &Context, list: &List, mut scores: Vec<i64>) {
    scores.retain(|score| *score > 0);
    scores.sort_unstable_by_key(|score| -score);
    let board = leaderboards::page(ctx, list, None, 50).await.expect("a board");
    let expected: Vec<(i64, i64)> = scores
        .iter()
        .take(50)
        .map(|score| {
            (1 + i64::try_from(scores.iter().filter(|other| *other > score).count()).expect("few"), *score)
        })
        .collect();
    let found: Vec<(i64, i64)> = board.rows.iter().map(|row| (row.rank, row.score)).collect();
    assert_eq!(found, expected, "{list:?}");
    assert!(!found.is_empty(), "{list:?}: nobody is on it, which proves little");
    assert_eq!(board.total, i64::try_from(scores.len()).expect("few"), "{list:?}");
}

/// Beside that of points: one that is fed from the first purchase on, and two that are filled afterwards.
async fn put_more_boards(pool: &PgPool) {
    sqlx::query(
        "insert into leaderboards
             (leaderboard, name, metric, scope, periods, applied_at, opened_at, filled_at)
         values ('visits', 'Visits', 'visits', 'all', '{all,month}', now(), now(), now()),
             ('stores', 'Stores', 'points', 'store', '{all}', now(), now(), null),
             ('badges', 'Badges', 'badges', 'all', '{all}', now(), now(), null)",
    )
    .execute(pool)
    .await
    .expect("boards");
}

async fn the_other_boards_are_right(
    ctx: &Context,
    rows: &[Row],
    by_hand: &HashMap<String, Vec<(Date, i64)>>,
) {
    while matches!(
        leaderboards::fill_due(ctx.clone()).await.expect("filled"),
        crate::server::jobs::Pace::More
    ) {}
    let list = |leaderboard: &str, period: &str, segment: &str| List {
        leaderboard: leaderboard.to_owned(),
        period: period.to_owned(),
        segment: segment.to_owned(),
    };
    let customers = by_customer(rows);
    let month = rows[rows.len() / 2].day.strftime("%Y-%m").to_string();
    for period in ["all", &month] {
        let counts = |row: &&&Row| period == "all" || row.day.strftime("%Y-%m").to_string() == period;
        let days = |rows: &Vec<&Row>| {
            let days: BTreeSet<Date> = rows.iter().filter(counts).map(|row| row.day).collect();
            days.len()
        };
        let visits = customers.values().map(|rows| i64::try_from(days(rows)).expect("few"));
        ranks_are_right(ctx, &list("visits", period, ""), visits.collect()).await;
    }
    for there in ["North", "South"] {
        // What each purchase gave stands in the order of the customer's rows.
        let points = customers.iter().map(|(customer, rows)| {
            let given = rows.iter().zip(&by_hand[*customer]);
            given.filter(|(row, _)| store(row) == there).map(|(_, (_, points))| points).sum()
        });
        ranks_are_right(ctx, &list("stores", "all", there), points.collect()).await;
    }
    let awards: Vec<i64> = sqlx::query_scalar("select count(*) from awards group by member_id")
        .fetch_all(&ctx.pool)
        .await
        .expect("awards");
    ranks_are_right(ctx, &list("badges", "all", ""), awards).await;
}

async fn the_badges_are_right(pool: &PgPool, rows: &[Row]) {
    let mut customers: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows {
        customers.entry(&row.customer).or_default().push(row);
    }
    let longest_run = |rows: &[&Row]| {
        let month = |row: &&Row| i32::from(row.day.year()) * 12 + i32::from(row.day.month());
        let months: BTreeSet<i32> = rows.iter().map(month).collect();
        let run = |end: &i32| (0..10_000).take_while(|back| months.contains(&(end - back))).count();
        months.iter().map(run).max().unwrap_or(0)
    };
    let count = |reached: &dyn Fn(&[&Row]) -> bool| {
        i64::try_from(customers.values().filter(|rows| reached(rows)).count()).expect("few")
    };
    let expected = [
        ("first-purchase", "bronze", count(&|_| true)),
        ("regular", "bronze", count(&|rows| rows.len() >= 10)),
        ("patron", "silver", count(&|rows| rows.iter().map(|row| row.cents).sum::<i64>() >= 50_000)),
        ("month-by-month", "bronze", count(&|rows| longest_run(rows) >= 3)),
        ("month-by-month", "silver", count(&|rows| longest_run(rows) >= 6)),
        ("collector", "bronze", count(&|rows| rows.iter().map(|row| row.quantity).sum::<i64>() >= 25)),
    ];
    for (badge, level, expected) in expected {
        let found: i64 = sqlx::query_scalar("select count(*) from awards where badge = $1 and level = $2")
            .bind(badge)
            .bind(level)
            .fetch_one(pool)
            .await
            .expect("a count");
        assert_eq!(found, expected, "{badge} {level}");
    }
}

fn by_customer(rows: &[Row]) -> HashMap<&str, Vec<&Row>> {
    let mut customers: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows {
        customers.entry(&row.customer).or_default().push(row);
    }
    customers
}

fn is_weekend(row: &Row) -> bool {
    row.day.strftime("%a").to_string().starts_with('S')
}

/// Months or quarters since the year nought, for so many months each.
fn number(row: &Row, months: i32) -> i32 {
    (i32::from(row.day.year()) * 12 + i32::from(row.day.month()) - 1) / months
}

/// How many (customer, period) of each badge there have to be.
fn others_by_hand(rows: &[Row]) -> HashMap<&'static str, usize> {
    let mut counts: HashMap<&'static str, usize> = HashMap::new();
    for rows in by_customer(rows).values() {
        let weekends = rows.iter().filter(|row| is_weekend(row)).count();
        let days: BTreeSet<Date> = rows.iter().map(|row| row.day).collect();
        let within = |row: &&Row| {
            let last = row.day.saturating_add(29.days());
            rows.iter().filter(|other| other.day >= row.day && other.day <= last).count() >= 3
        };
        let quarters: BTreeSet<i32> = rows.iter().map(|row| number(row, 3)).collect();
        let in_a_row = quarters.iter().any(|q| quarters.contains(&(q + 1)) && quarters.contains(&(q + 2)));
        let months: BTreeSet<i32> = rows.iter().map(|row| number(row, 1)).collect();
        let busy = |month: &&i32| rows.iter().filter(|row| number(row, 1) == **month).count() >= 3;
        let reached = [
            ("m-max", usize::from(rows.iter().any(|row| row.cents >= 10_000))),
            ("m-weekend", usize::from(weekends >= 3)),
            ("m-busy", months.iter().filter(busy).count()),
            ("m-quarters", usize::from(in_a_row)),
            ("m-rolling", usize::from(rows.iter().any(within))),
            ("m-days", usize::from(days.len() >= 5)),
            ("m-share", usize::from(rows.len() >= 4 && weekends * 2 >= rows.len())),
        ];
        for (badge, times) in reached {
            *counts.entry(badge).or_default() += times;
        }
    }
    counts
}

async fn the_other_badges_are_right(pool: &PgPool, rows: &[Row]) {
    for (badge, expected) in others_by_hand(rows) {
        let found: i64 = sqlx::query_scalar("select count(*) from awards where badge = $1")
            .bind(badge)
            .fetch_one(pool)
            .await
            .expect("a count");
        assert_eq!(found, i64::try_from(expected).expect("few"), "{badge}");
        assert!(found > 0, "{badge}: nobody has it, which proves little");
    }
}

/// Every counter by its customer, dimension and period, from the rows alone.
fn counters_by_hand(rows: &[Row]) -> BTreeMap<(String, String, String, String), i64> {
    let name = |place: usize, part: usize| {
        let rule: BadgeRule = serde_json::from_str(MORE[place].1).expect("a rule");
        rule.metric.expect("a metric").counted()[part].name()
    };
    let (max, weekend, day, share) = (name(0, 0), name(1, 0), name(5, 0), name(6, 0));
    let mut counters = BTreeMap::new();
    for row in rows {
        let quarter = format!("{}-Q{}", row.day.year(), (row.day.month() - 1) / 3 + 1);
        let mut add = |metric: &str, value: &str, period: &str, amount: i64| {
            let key = (row.customer.clone(), metric.to_owned(), value.to_owned(), period.to_owned());
            *counters.entry(key).or_insert(0) += amount;
        };
        for period in ["", &row.day.strftime("%Y-%m").to_string(), &quarter, &row.day.to_string()] {
            add("purchases", "", period, 1);
        }
        add("spend", "", "", row.cents);
        add("quantity", "", "", row.quantity);
        add(&day, &row.day.to_string(), "", 1);
        if is_weekend(row) {
            add(&weekend, "", "", 1);
            add(&share, "", "", 1);
        }
        let key = (row.customer.clone(), max.clone(), String::new(), String::new());
        let most = counters.entry(key).or_insert(0);
        *most = (*most).max(row.cents);
    }
    counters.retain(|_, value| *value != 0);
    counters
}

async fn the_counters_are_right(pool: &PgPool, rows: &[Row]) {
    let found: Vec<(String, String, String, String, i64)> = sqlx::query_as(
        "select external_id, metric, dimension, period, value from counters
             join external_ids using (member_id)
         where metric <> 'qualifying' and value <> 0",
    )
    .fetch_all(pool)
    .await
    .expect("counters");
    let found: BTreeMap<_, _> = found.into_iter().map(|(a, b, c, d, value)| ((a, b, c, d), value)).collect();
    let expected = counters_by_hand(rows);
    for (key, value) in &expected {
        assert_eq!(found.get(key), Some(value), "{key:?}");
    }
    assert_eq!(found.len(), expected.len());
}

/// The longest run of months, of which one may be missing for every six that were kept, one at a time.
fn longest(months: &BTreeSet<i32>) -> i64 {
    let (mut run, mut most, mut towards, mut freezes) = (0, 0, 0, 0);
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return 0 };
    for month in *first..=*last {
        if months.contains(&month) {
            run += 1;
            most = most.max(run);
            if freezes < 1 {
                towards += 1;
                if towards == 6 {
                    (towards, freezes) = (0, 1);
                }
            }
        } else if run > 0 && freezes > 0 {
            freezes -= 1;
        } else {
            (run, towards) = (0, 0);
        }
    }
    most
}

async fn the_streaks_are_right(ctx: &Context, rows: &[Row]) {
    let stored: Vec<(String, Uuid, Vec<jiff_sqlx::Date>)> = sqlx::query_as(
        "select external_id, member_id, days from streaks join external_ids using (member_id)",
    )
    .fetch_all(&ctx.pool)
    .await
    .expect("streaks");
    let mut stored: HashMap<String, (MemberId, BTreeSet<Date>)> = stored
        .into_iter()
        .map(|(customer, member, days)| {
            (customer, (MemberId(member), days.iter().map(|day| day.to_jiff()).collect()))
        })
        .collect();
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    for (customer, rows) in by_customer(rows) {
        let (member, days) = stored.remove(customer).unwrap_or_else(|| panic!("{customer} has a streak"));
        assert_eq!(days, rows.iter().map(|row| row.day).collect(), "the days of {customer}");
        let months: BTreeSet<i32> = rows.iter().map(|row| number(row, 1)).collect();
        if months.len() > 2 {
            let standing = streaks::standing(&mut conn, member, ctx.clock.now()).await.expect("a streak");
            assert_eq!(standing.streak.longest, longest(&months), "the longest run of {customer}");
        }
    }
    assert!(stored.is_empty(), "nobody else has a streak");
}
