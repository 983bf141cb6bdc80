//! What pages are shown, from purchases that went through the write path on a real Postgres.

mod rules;
mod staff_badges;
mod staff_challenges;

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::{activity, badges, home, leaderboard, rewards};
use crate::{
    domain::{
        badge::Level,
        challenge::Join,
        ids::AccountId,
        leaderboard::{
            Place, Presence,
            board::{Board, Metric},
            period::PeriodKind,
        },
        ledger::Kind,
        points::Money,
        purchase::{Flags, Line, MemberRef, Purchase},
        reward::WhyNot,
        streak::Leaf,
    },
    rpc::{
        leaderboards::{Asked, LeaderboardView, Unit},
        rewards::VoucherState,
    },
    server::{
        challenges::{challenge, live, step, with},
        context::{Context, new_id},
        dispatcher, earning,
        identity::{Member, Staff},
        jobs::Pace,
        leaderboards, members,
        rewards::redeem,
        testing,
    },
};

/// The instant that tests call now: 21 November 2026, 10:00 in Amsterdam.
const AN_HOUR_AGO: &str = "2026-11-21T08:00:00Z";

/// A program with one badge, for the first purchase, and a reward of 100 points, of which there are two.
async fn shop(pool: PgPool) -> Context {
    let ctx = testing::context(pool).await;
    sqlx::query("delete from badges").execute(&ctx.pool).await.expect("no badges of the start");
    let badge = "insert into badges (badge, version, name, description, glyph, rule) values
        ('first', 1, 'First leaf', 'For the first purchase.', 'leaf',
         '{\"metric\": {\"on\": [\"purchase\"], \"measure\": \"count\"},
           \"levels\": [{\"level\": \"bronze\", \"threshold\": 1},
           {\"level\": \"silver\", \"threshold\": 10}]}')";
    sqlx::query(badge).execute(&ctx.pool).await.expect("a badge");
    let reward = "insert into rewards (reward_id, name, category, picture, price, created_at, updated_at,
            published_at) values ($1, 'Coffee', 'drink', 'coffee', 100, $2, $2, $2)";
    let (reward_id, now) = (new_id(), jiff_sqlx::Timestamp::from(ctx.clock.now()));
    sqlx::query(reward).bind(reward_id).bind(now).execute(&ctx.pool).await.expect("a reward");
    let stock = "insert into reward_stock (reward_id, capacity, remaining) values ($1, 2, 2)";
    sqlx::query(stock).bind(reward_id).execute(&ctx.pool).await.expect("its stock");
    ctx
}

/// Buys for so many cents at an instant, and tells who bought.
async fn buys(ctx: &Context, who: &str, cents: i64, at: Timestamp) -> Member {
    let line = Line { sku: None, category: None, quantity: 2, amount: Money(cents), flags: Flags::default() };
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: new_id().to_string(),
        member: MemberRef::ExternalId(who.to_owned()),
        store: Some("Canal Street".to_owned()),
        purchased_at: at,
        amount: Money(cents),
        lines: vec![line],
    };
    let outcomes = earning::record(ctx, &[purchase]).await.expect("a batch that is recorded");
    assert_eq!(outcomes.len(), 1);
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let known = members::known_external(&mut conn, &[who]).await.expect("the members");
    Member { member_id: known[who], account_id: AccountId(new_id()) }
}

fn an_hour_ago() -> Timestamp {
    testing::at(AN_HOUR_AGO)
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_purchase_is_told_with_its_place_and_its_sum(pool: PgPool) {
    let ctx = shop(pool).await;
    let maya = buys(&ctx, "maya", 460, an_hour_ago()).await;
    let page = activity::show(&ctx, &maya, None).await.expect("a page");
    let [line] = &page.lines[..] else { panic!("one line, not {:?}", page.lines) };
    assert_eq!((line.kind, line.points), (Kind::Accrual, 46));
    let purchase = line.purchase.clone().expect("the purchase that caused it");
    assert_eq!((purchase.store.as_deref(), purchase.things), (Some("Canal Street"), 2));
    assert_eq!(line.explanation.as_ref().map(|told| (told.amount, told.points)), Some((460, 46)));
    assert_eq!(line.at.to_string(), "2026-11-21T09:00:00");
    assert_eq!((page.available, page.month.to_string()), (46, "2026-11-01".to_owned()));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn activity_leads_from_month_to_month(pool: PgPool) {
    let ctx = shop(pool).await;
    buys(&ctx, "maya", 500, testing::at("2026-09-30T21:59:00Z")).await;
    let maya = buys(&ctx, "maya", 700, testing::at("2026-09-30T22:00:00Z")).await;
    let page = activity::show(&ctx, &maya, None).await.expect("the newest month");
    let points: Vec<i64> = page.lines.iter().map(|line| line.points).collect();
    assert_eq!((page.month.to_string(), points), ("2026-10-01".to_owned(), vec![70]));
    assert_eq!(page.later, None);
    let page = activity::show(&ctx, &maya, page.earlier).await.expect("the month before");
    let points: Vec<i64> = page.lines.iter().map(|line| line.points).collect();
    assert_eq!((page.month.to_string(), points), ("2026-09-01".to_owned(), vec![50]));
    assert_eq!(
        (page.earlier, page.later.map(|month| month.to_string())),
        (None, Some("2026-10-01".to_owned()))
    );
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn home_says_what_is_missing_and_what_is_near(pool: PgPool) {
    let ctx = shop(pool).await;
    let maya = buys(&ctx, "maya", 460, an_hour_ago()).await;
    dispatcher::step(ctx.clone()).await.expect("news");
    let page = home::show(&ctx, &maya).await.expect("a page");
    let next = page.hero.next.expect("a reward to look forward to");
    assert_eq!((page.hero.available, next.price, page.hero.ready), (46, 100, 0));
    assert_eq!(next.purchases, None, "one purchase is no pace");
    assert_eq!((page.tier.name.as_str(), page.tier.qualifying), ("Bronze", 46));
    assert_eq!(page.tier.next.map(|rung| rung.threshold), Some(800));
    assert_eq!((page.streak.current, page.streak.leaves.last().map(|leaf| leaf.leaf)), (1, Some(Leaf::Kept)));
    let nearest = page.nearest.expect("a badge that was begun");
    assert_eq!((nearest.progress, nearest.next.map(|step| step.level)), (1, Some(Level::Silver)));
    assert_eq!(page.newest.and_then(|badge| badge.best).map(|best| best.level), Some(Level::Bronze));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_award_is_told_once(pool: PgPool) {
    let ctx = shop(pool).await;
    let maya = buys(&ctx, "maya", 460, an_hour_ago()).await;
    dispatcher::step(ctx.clone()).await.expect("news");
    let told = |page: crate::rpc::home::HomeView| page.celebration.len();
    assert_eq!(told(home::show(&ctx, &maya).await.expect("a page")), 1);
    assert_eq!(told(home::show(&ctx, &maya).await.expect("a page")), 0);
    crate::server::badges::count_step(ctx.clone()).await.expect("counted");
    let page = badges::show(&ctx, &maya).await.expect("a page");
    assert_eq!(page.badges[0].best.as_ref().and_then(|best| best.holders), Some((1, 1)));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_catalogue_says_why_not_and_keeps_vouchers(pool: PgPool) {
    let ctx = shop(pool).await;
    let maya = buys(&ctx, "maya", 460, an_hour_ago()).await;
    let page = rewards::show(&ctx, &maya).await.expect("a page");
    assert_eq!(page.rewards[0].why_not, Some(WhyNot::PointsMissing { points: 54 }));
    buys(&ctx, "maya", 1_540, an_hour_ago()).await;
    let page = rewards::show(&ctx, &maya).await.expect("a page");
    let reward = page.rewards[0].clone();
    assert_eq!((reward.why_not, reward.stock), (None, Some((2, 2))));
    for _ in 0..2 {
        let sent = redeem(&ctx, &maya, reward.reward_id, &reward.request_id.to_string()).await;
        assert_eq!(sent.expect("a voucher").price, 100);
    }
    let page = rewards::show(&ctx, &maya).await.expect("a page");
    assert_eq!((page.available, page.rewards[0].stock), (100, Some((1, 2))), "a form sent twice acts once");
    let states: Vec<VoucherState> = page.vouchers.into_iter().map(|voucher| voucher.state).collect();
    assert_eq!(states, vec![VoucherState::Ready]);
    testing::wait(&ctx, SignedDuration::from_hours(24 * 31));
    let page = rewards::show(&ctx, &maya).await.expect("a page");
    assert_eq!(page.vouchers[0].state, VoucherState::Expired);
}

async fn board(ctx: &Context, member: &Member, all_time: bool, after: Option<Place>) -> LeaderboardView {
    let period = Some(if all_time { "all" } else { "2026-11" }.to_owned());
    let asked = Asked { board: Some("points".to_owned()), period, segment: None, after };
    leaderboard::show(ctx, member, asked).await.expect("a page").expect("a board")
}

/// Everybody competes in what they spend in November.
async fn race(ctx: &Context) {
    let spent = r#"{"on":["purchase"],"measure":{"sum":"amount"}}"#;
    let days = ("2026-11-01", "2026-12-01");
    let race = challenge("race", days, vec![step(spent, 10_000)]);
    live(ctx, vec![with(race, |rule| rule.join = Join::Automatic)]).await;
    let board = Board {
        leaderboard: "race".to_owned(),
        name: "The race".to_owned(),
        metric: Metric::Challenge,
        challenge: Some("race".to_owned()),
        periods: vec![PeriodKind::Season],
        ..Board::of_points()
    };
    let staff = Staff { account_id: AccountId(uuid::Uuid::nil()), name: "Ada".to_owned() };
    leaderboards::editing::make(ctx, &staff, &board).await.expect("a board");
    while leaderboards::fill_due(ctx.clone()).await.expect("a step") == Pace::More {}
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_board_of_a_challenge_tells_what_it_counts_in_its_unit_and_days(pool: PgPool) {
    let ctx = shop(pool).await;
    let maya = buys(&ctx, "maya", 460, an_hour_ago()).await;
    race(&ctx).await;
    buys(&ctx, "jo", 1_200, an_hour_ago()).await;
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
    let asked = Asked { board: Some("race".to_owned()), ..Asked::default() };
    let page = leaderboard::show(&ctx, &maya, asked.clone()).await.expect("a page").expect("a board");
    assert_eq!(
        page.board.rows.iter().map(|row| (row.rank, row.score)).collect::<Vec<_>>(),
        [(1, 1_200), (2, 460)]
    );
    assert!(matches!(page.board.unit, Unit::Money(_)), "{:?}", page.board.unit);
    let told = page.challenge.expect("its challenge");
    assert_eq!((told.name.as_str(), told.steps.len(), told.is_automatic), ("race", 1, true));
    assert_eq!((page.period.key.as_str(), page.period.name.as_deref()), ("race", Some("race")));
    assert_eq!((page.running.len(), page.settles_until), (1, None));
    // What is told late counts until the challenge closes.
    ctx.clock.set(testing::at("2026-12-03T08:00:00Z"));
    let page = leaderboard::show(&ctx, &maya, asked).await.expect("a page").expect("a board");
    assert_eq!(page.settles_until.map(|at| at.date().to_string()).as_deref(), Some("2026-12-08"));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_comes_back_to_the_boards_has_what_was_earned(pool: PgPool) {
    let ctx = shop(pool).await;
    buys(&ctx, "maya", 460, testing::at("2026-10-02T08:00:00Z")).await;
    let maya = buys(&ctx, "maya", 1_000, an_hour_ago()).await;
    let jo = buys(&ctx, "jo", 1_200, an_hour_ago()).await;
    dispatcher::step(ctx.clone()).await.expect("boards that are up to date");
    let scores = async |all_time| {
        let page = board(&ctx, &maya, all_time, None).await;
        page.board.rows.iter().map(|row| (row.rank, row.score, row.is_me)).collect::<Vec<_>>()
    };
    assert_eq!(scores(false).await, vec![(1, 120, false), (2, 100, true)]);
    assert_eq!(scores(true).await, vec![(1, 146, true), (2, 120, false)]);

    leaderboards::leave(&ctx, maya.member_id).await.expect("a member who leaves");
    assert_eq!(scores(true).await, vec![(1, 120, false)]);
    let page = board(&ctx, &maya, false, None).await;
    assert_eq!((page.presence, page.around.len()), (Presence::Left, 0));
    let staff = Staff { account_id: maya.account_id, name: "Ines".to_owned() };
    for (is_off, told) in [(true, Presence::KeptOff), (false, Presence::Left)] {
        leaderboards::editing::exclude(&ctx, &staff, maya.member_id, is_off).await.expect("kept off or not");
        assert_eq!(board(&ctx, &maya, false, None).await.presence, told);
    }

    // What waits in the outbox is neither missed nor counted twice.
    buys(&ctx, "maya", 300, an_hour_ago()).await;
    leaderboards::come_back(&ctx, maya.member_id).await.expect("a member who comes back");
    dispatcher::step(ctx.clone()).await.expect("boards that are up to date");
    assert_eq!(scores(true).await, vec![(1, 176, true), (2, 120, false)]);
    assert_eq!(scores(false).await, vec![(1, 130, true), (2, 120, false)]);
    let place = Place { score: 130, reached_at: an_hour_ago(), member: maya.member_id };
    let page = board(&ctx, &jo, false, Some(place)).await;
    assert_eq!(page.board.rows.len(), 1);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_leaves_and_comes_back_stands_where_they_stood(pool: PgPool) {
    let ctx = shop(pool).await;
    let sql = "update programs set welcome_points = 50";
    sqlx::query(sql).execute(&ctx.pool).await.expect("points for those who join");
    buys(&ctx, "jo", 1_200, an_hour_ago()).await;
    let maya = buys(&ctx, "maya", 700, an_hour_ago()).await;
    dispatcher::step(ctx.clone()).await.expect("boards that are up to date");
    let rows = async || board(&ctx, &maya, true, None).await.board.rows;
    let before = rows().await;
    assert_eq!(before.len(), 2);
    leaderboards::leave(&ctx, maya.member_id).await.expect("a member who leaves");
    assert_eq!(rows().await.len(), 1);
    leaderboards::come_back(&ctx, maya.member_id).await.expect("a member who comes back");
    assert_eq!(rows().await, before);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_badge_for_others_is_not_missing_on_the_shelf(pool: PgPool) {
    let ctx = shop(pool).await;
    let badge = "insert into badges (badge, version, name, description, glyph, rule) values
        ('friends', 1, 'Friends', 'For friends who buy twice.', 'leaf',
         '{\"metric\": {\"on\": [\"purchase\"], \"measure\": \"count\"},
           \"audience\": {\"tag\": [\"friends\"]},
           \"levels\": [{\"level\": \"bronze\", \"threshold\": 2}]}')";
    sqlx::query(badge).execute(&ctx.pool).await.expect("a badge");
    let maya = buys(&ctx, "maya", 1_000, an_hour_ago()).await;
    let seen = async || {
        let page = badges::show(&ctx, &maya).await.expect("a page");
        page.badges.into_iter().map(|badge| badge.name).collect::<Vec<_>>()
    };
    assert_eq!(seen().await, ["First leaf"]);
    let friend = "insert into member_tags (member_id, tag, given_at) values ($1, 'friends', now())";
    sqlx::query(friend).bind(maya.member_id.0).execute(&ctx.pool).await.expect("a friend");
    assert_eq!(seen().await.len(), 2, "it can be had now");
    buys(&ctx, "maya", 1_000, an_hour_ago()).await;
    sqlx::query("delete from member_tags").execute(&ctx.pool).await.expect("a friend no more");
    assert_eq!(seen().await.len(), 2, "what was won stays");
}
