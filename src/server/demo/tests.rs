//! The demonstration's people and purchases: the same every time, and as one would believe them.

use std::collections::{BTreeMap, HashSet};

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use sqlx::{PgPool, query_scalar};

use super::{
    Holds, SEED, SIGN_INS, holds, load, maya,
    people::PEOPLE,
    shop::OFFERS,
    writing::Writing,
    year::{Year, year},
};
use crate::{
    domain::program::month_key,
    server::{
        identity::{Caller, accounts},
        members::ensure_external,
        program,
    },
};

/// A Saturday evening before winter, a Monday morning at the start of a month, a summer's noon.
const MOMENTS: [&str; 3] = ["2026-11-21T20:00:00Z", "2027-03-01T08:00:00Z", "2027-07-14T12:00:00Z"];

fn told(at: &str) -> (Year, Date) {
    let now: Timestamp = at.parse().expect("an instant");
    let today = now.to_zoned(TimeZone::get("Europe/Amsterdam").expect("a zone")).date();
    (year(SEED, today, now), today)
}

/// Members in each tier, in percent, from Bronze up.
fn shares(year: &Year, today: Date) -> [usize; 3] {
    let mut counts = [0; 3];
    for purse in &year.purses {
        let rank = year.rules.tier(purse.qualifying(today)).map_or(1, |tier| tier.rank);
        counts[usize::from(rank.unsigned_abs()) - 1] += 1;
    }
    counts.map(|count| (count * 100 + year.people.len() / 2) / year.people.len())
}

#[test]
fn the_same_seed_tells_the_same_year() {
    assert_eq!(told(MOMENTS[0]), told(MOMENTS[0]));
    let now: Timestamp = MOMENTS[0].parse().expect("an instant");
    let other = year(SEED + 1, told(MOMENTS[0]).1, now);
    assert_ne!(other.visits, told(MOMENTS[0]).0.visits);
}

#[test]
fn tiers_are_shared_out_as_in_a_shop() {
    for at in MOMENTS {
        let (year, today) = told(at);
        let [bronze, silver, gold] = shares(&year, today);
        assert!((62..=72).contains(&bronze), "{at}: {bronze} % Bronze");
        assert!((20..=29).contains(&silver), "{at}: {silver} % Silver");
        assert!((6..=11).contains(&gold), "{at}: {gold} % Gold");
    }
}

#[test]
fn every_purchase_is_one_that_the_write_path_takes() {
    let (year, _) = told(MOMENTS[0]);
    let now: Timestamp = MOMENTS[0].parse().expect("an instant");
    let mut documents = HashSet::new();
    for visit in &year.visits {
        let purchase = visit.purchase(crate::domain::purchase::MemberRef::ExternalId("JR-0001".to_owned()));
        assert_eq!(purchase.check(now), Ok(()), "{visit:?}");
        assert!(visit.at <= now, "{} lies in the future", visit.at);
        assert!(documents.insert((visit.store.till(), visit.document_id.clone())), "{}", visit.document_id);
    }
    assert_eq!(year.people.len(), PEOPLE + 1);
    assert!((20_000..45_000).contains(&year.visits.len()), "{}", year.visits.len());
}

#[test]
fn the_programme_grows_and_few_do_much() {
    let (year, _) = told(MOMENTS[0]);
    let mut monthly: BTreeMap<String, usize> = BTreeMap::new();
    let mut visits = vec![0_usize; year.people.len()];
    for visit in &year.visits {
        *monthly.entry(month_key(visit.day)).or_default() += 1;
        visits[visit.person] += 1;
    }
    assert!(monthly["2026-10"] > 2 * monthly["2026-01"], "{monthly:?}");
    visits.sort_unstable_by(|a, b| b.cmp(a));
    let of_the_keenest_tenth: usize = visits[..visits.len() / 10].iter().sum();
    assert!(
        of_the_keenest_tenth * 100 / year.visits.len() > 35,
        "the keenest tenth make {of_the_keenest_tenth}"
    );
    assert!(visits.iter().all(|count| *count > 0), "everybody came at least once");
}

#[test]
fn the_tote_is_gone_and_three_mugs_are_left() {
    for at in MOMENTS {
        let (year, _) = told(at);
        for (place, offer) in OFFERS.iter().enumerate() {
            let taken = year.redemptions.iter().filter(|redeeming| redeeming.offer == place).count();
            match offer.capacity {
                Some(capacity) => {
                    assert_eq!(i64::try_from(taken), Ok(capacity - offer.left), "{at}: {}", offer.key);
                }
                None => assert!(taken > 50, "{at}: {} was taken {taken} times", offer.key),
            }
        }
    }
}

#[test]
fn maya_has_something_to_show_on_every_page() {
    for at in MOMENTS {
        let (year, today) = told(at);
        let maya = year.people.len() - 1;
        let purse = &year.purses[maya];
        assert_eq!(year.people[maya].name.as_deref(), Some(maya::NAME));
        assert_eq!(year.rules.tier(purse.qualifying(today)).map(|tier| tier.name.as_str()), Some("Silver"));
        let missing =
            OFFERS.iter().map(|offer| offer.price - purse.balance(today)).filter(|missing| *missing > 0);
        assert!(missing.min().is_some_and(|missing| missing <= 80), "{at}: has {}", purse.balance(today));
        let mine: Vec<bool> = year
            .redemptions
            .iter()
            .filter(|redeeming| redeeming.person == maya)
            .map(|redeeming| redeeming.used_at.is_some())
            .collect();
        assert_eq!(mine, [true, false], "one used and one open voucher");
        let came: Vec<_> = year.visits.iter().filter(|visit| visit.person == maya).collect();
        assert_eq!(came.len(), 25, "the last visit is the twenty-fifth coffee");
        assert!(came.iter().all(|visit| !matches!(visit.day.weekday(), Weekday::Saturday | Weekday::Sunday)));
        let zone = year.rules.zone();
        assert!(came.last().is_some_and(|visit| visit.at >= maya::uncelebrated_since(today, &zone)));
    }
}

/// The first weeks of the shop, written to a database.
#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_told_is_what_is_written(pool: PgPool) {
    let ctx = crate::server::testing::context(pool).await;
    assert_eq!(holds(&ctx).await.expect("an answer"), Holds::Nothing);
    let today: Date = "2026-11-21".parse().expect("a day");
    let until: Timestamp = "2026-01-04T12:00:00Z".parse().expect("an instant");
    let told = year(SEED, today, until);
    ctx.clock.set(until);
    let mut writing = Writing::open(&ctx, &told).await.expect("opened");
    for day in told.visits.chunk_by(|a, b| a.day == b.day) {
        writing.day(day[0].day, day).await.expect("a day");
    }
    writing.finish(today).await.expect("finished");
    assert_eq!(holds(&ctx).await.expect("an answer"), Holds::TheDemonstration);
    let again = load(&ctx, &mut |_| ()).await.expect_err("loaded already");
    assert!(again.to_string().contains("loaded already"), "{again}");

    let last = told.visits.last().expect("visits").day;
    for (person, purse) in told.people.iter().zip(&told.purses) {
        let sql = "select available from wallets join external_ids using (member_id) where external_id = $1";
        let has: Option<i64> =
            query_scalar(sql).bind(person.external_id()).fetch_optional(&ctx.pool).await.expect("a wallet");
        assert_eq!(has.unwrap_or_default(), purse.balance(last), "{}", person.external_id());
    }
    let redeemed: i64 =
        query_scalar("select count(*) from redemptions").fetch_one(&ctx.pool).await.expect("count");
    assert_eq!(usize::try_from(redeemed), Ok(told.redemptions.len()));
    let used: i64 = query_scalar("select count(*) from redemptions where used_at is not null")
        .fetch_one(&ctx.pool)
        .await
        .expect("count");
    let told_used = told.redemptions.iter().filter(|redeeming| redeeming.used_at.is_some()).count();
    assert_eq!(usize::try_from(used), Ok(told_used));
    let late: i64 =
        query_scalar("select count(*) from ledger_entries where recorded_at > $1::text::timestamptz")
            .bind(until.to_string())
            .fetch_one(&ctx.pool)
            .await
            .expect("count");
    assert_eq!(late, 0, "every entry looks as if it was recorded then");
    let board: i64 = query_scalar(
        "select sum(score)::bigint from leaderboard_scores join leaderboard_lists using (list)
         where period = 'all'",
    )
    .fetch_one(&ctx.pool)
    .await
    .expect("sum");
    let earned: i64 =
        query_scalar("select sum(earned)::bigint from wallets join members using (member_id) where listed")
            .fetch_one(&ctx.pool)
            .await
            .expect("sum");
    assert_eq!(board, earned, "the boards have followed");
    let filled: bool =
        query_scalar("select filled_at is not null from leaderboards where leaderboard = 'early-birds'")
            .fetch_one(&ctx.pool)
            .await
            .expect("the board of a challenge");
    assert!(filled);
    let signed_in = accounts::sign_in(&ctx, "203.0.113.7", SIGN_INS[1].email, SIGN_INS[1].password).await;
    assert!(matches!(signed_in, Ok(Caller::Staff(_))));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_database_in_use_is_left_alone(pool: PgPool) {
    let ctx = crate::server::testing::context(pool).await;
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let somebody = [("77".to_owned(), ctx.clock.now())].into();
    ensure_external(&mut conn, &somebody, ctx.clock.now()).await.expect("made");
    let refused = load(&ctx, &mut |_| ()).await.expect_err("refused");
    assert!(refused.to_string().contains("in use"), "{refused}");
    let name: String = query_scalar("select name from programs").fetch_one(&mut *conn).await.expect("a name");
    assert!(!program::current(&mut conn).await.expect("the program").is_demo, "{name} stays what it was");
}
