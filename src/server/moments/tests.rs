//! Moments on a real Postgres: kept once, told once, of what is fresh, and heard by whom they are of.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{listening, read, take_untold, unread};
use crate::{
    domain::{
        ids::{AccountId, MemberId},
        moment::MomentKind,
        points::Money,
        purchase::{MemberRef, Purchase},
    },
    server::{
        context::{Context, new_id},
        dispatcher, earning,
        events::{self, Event, EventKind},
        identity::Member,
        jobs::Pace,
        members,
        testing::{context, wait},
    },
};

async fn member(ctx: &Context) -> Member {
    let member_id = MemberId(new_id());
    let display_name = "Maya".to_owned();
    let new = members::NewMember { member_id, display_name, joined_at: ctx.clock.now() };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    members::create(&mut conn, &[new], ctx.clock.now()).await.expect("a member");
    Member { member_id, account_id: AccountId(new_id()) }
}

/// A purchase so many hours ago, and everything that listens.
async fn buys(ctx: &Context, member: &Member, hours_ago: i64) {
    let purchase = Purchase {
        source: "till".to_owned(),
        document_id: new_id().to_string(),
        member: MemberRef::Id(member.member_id),
        store: None,
        purchased_at: ctx.clock.now() - SignedDuration::from_hours(hours_ago),
        amount: Money(1_000),
        lines: Vec::new(),
    };
    earning::record(ctx, &[purchase]).await.expect("recorded");
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_badge_is_told_once_and_stays_in_the_inbox(pool: PgPool) {
    let ctx = context(pool).await;
    let (maya, noor) = (member(&ctx).await, member(&ctx).await);
    buys(&ctx, &maya, 1).await;
    assert_eq!(unread(&ctx, &maya).await.expect("a count"), 1);
    let told = take_untold(&ctx, &maya).await.expect("moments");
    assert_eq!(told.len(), 1);
    assert!(told[0].heading.ends_with(", bronze"), "{}", told[0].heading);
    assert_eq!(take_untold(&ctx, &maya).await.expect("moments"), Vec::new());
    assert_eq!(take_untold(&ctx, &noor).await.expect("moments"), Vec::new());

    let kept = read(&ctx, &maya, None, 10).await.expect("an inbox");
    assert_eq!(kept.iter().map(|kept| kept.is_new).collect::<Vec<_>>(), vec![true]);
    assert_eq!(unread(&ctx, &maya).await.expect("a count"), 0);
    let again = read(&ctx, &maya, None, 10).await.expect("an inbox");
    assert_eq!(again.iter().map(|kept| kept.is_new).collect::<Vec<_>>(), vec![false]);
    assert_eq!(read(&ctx, &maya, Some(kept[0].moment_id), 10).await.expect("older ones"), Vec::new());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn history_that_is_brought_in_is_not_told(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx).await;
    buys(&ctx, &maya, 24 * 10).await;
    assert_eq!(unread(&ctx, &maya).await.expect("a count"), 0);
    assert_eq!(take_untold(&ctx, &maya).await.expect("moments"), Vec::new());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_read_in_the_inbox_needs_no_sheet(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx).await;
    buys(&ctx, &maya, 1).await;
    read(&ctx, &maya, None, 10).await.expect("an inbox");
    assert_eq!(take_untold(&ctx, &maya).await.expect("moments"), Vec::new());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn open_pages_hear_of_their_member_until_the_server_stops(pool: PgPool) {
    let ctx = context(pool).await;
    let (maya, noor) = (member(&ctx).await, member(&ctx).await);
    let stop = CancellationToken::new();
    let listening = tokio::spawn(listening::listen(ctx.clone(), stop.clone()));
    let mut page = ctx.watchers.watch(maya.member_id).expect("a page");
    // The first waking says that somebody listens now.
    assert!(page.changed().await);
    let mut other = ctx.watchers.watch(noor.member_id).expect("a page");
    wait(&ctx, SignedDuration::from_secs(1));
    buys(&ctx, &maya, 0).await;
    let heard = tokio::time::timeout(Duration::from_secs(10), page.changed()).await;
    assert_eq!(heard, Ok(true));
    let nothing = tokio::time::timeout(Duration::from_millis(200), other.changed()).await;
    assert!(nothing.is_err(), "it is of nobody else");
    stop.cancel();
    listening.await.expect("ended");
    assert!(!other.changed().await, "pages are let go");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_league_up_and_a_prize_are_celebrated_and_a_league_down_is_kept_quietly(pool: PgPool) {
    let ctx = context(pool).await;
    let maya = member(&ctx).await;
    let moved = |from: i16, to: i16| Event {
        kind: EventKind::LeagueChanged,
        member_id: maya.member_id,
        points: 0,
        effective_at: ctx.clock.now(),
        body: Some(json!({ "board": "Leagues", "from": from, "to": to, "place": 2 })),
    };
    let won = Event {
        kind: EventKind::PointsAdjusted,
        points: 25,
        body: Some(json!({ "reason": "Rank 2 of Leagues, 2026-W47", "board": "leagues", "rank": 2 })),
        ..moved(0, 0)
    };
    let by_hand = Event { body: Some(json!({ "reason": "Sorry for the wait" })), ..won.clone() };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    events::publish(&mut conn, &[moved(0, 1), moved(2, 1), won, by_hand], ctx.clock.now())
        .await
        .expect("published");
    drop(conn);
    while dispatcher::step(ctx.clone()).await.expect("a step") == Pace::More {}
    let told = take_untold(&ctx, &maya).await.expect("moments");
    let headings: Vec<&str> = told.iter().map(|moment| moment.heading.as_str()).collect();
    assert_eq!(headings, ["You are in the Bronze league now", "Rank 2 of Leagues, 2026-W47"]);
    assert_eq!(take_untold(&ctx, &maya).await.expect("moments"), Vec::new());
    assert_eq!(unread(&ctx, &maya).await.expect("a count"), 3);
    let kept = read(&ctx, &maya, None, 10).await.expect("an inbox");
    let down = kept.iter().find(|kept| kept.moment.kind == MomentKind::Demotion).expect("kept");
    assert_eq!(down.moment.heading, "You play in the Bronze league now");
}
