//! Prizes besides points: a badge and a voucher for a rank, each once.

use sqlx::PgPool;

use super::{buy, close, follow, staff};
use crate::{
    domain::{
        challenge::Reward,
        ids::{AccountId, RewardId},
        leaderboard::{
            board::{Board, Prize},
            period::PeriodKind,
        },
    },
    server::{
        context::new_id,
        identity::Member,
        leaderboards::{Won, editing, history},
        moments,
        testing::{at, champion, context, reward},
        verify::verify,
    },
};

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_rank_wins_a_badge_or_a_voucher_once_and_says_what_could_not_be_given(pool: PgPool) {
    let ctx = context(pool).await;
    let (badge, mug) = (champion(&ctx).await, Reward::Voucher(reward(&ctx, 90, Some(1)).await));
    let prize = |from_rank, to_rank, wins: &Reward| Prize {
        kind: PeriodKind::Month,
        from_rank,
        to_rank,
        wins: wins.clone(),
    };
    let unknown = Reward::Voucher(RewardId(new_id()));
    let with = |prizes| Board { prizes, ..Board::of_points() };
    assert!(editing::change(&ctx, &staff(), &with(vec![prize(1, 1, &unknown)]), 1).await.is_err());
    let prized = with(vec![prize(1, 1, &badge), prize(2, 3, &mug)]);
    editing::change(&ctx, &staff(), &prized, 1).await.expect("prizes");
    assert_eq!(
        crate::server::leaderboards::board(&ctx, "points").await.expect("a board").prizes,
        prized.prizes
    );
    let ann = buy(&ctx, "a", "ann", None, 50).await;
    let bea = buy(&ctx, "b", "bea", None, 40).await;
    let cis = buy(&ctx, "c", "cis", None, 30).await;
    follow(&ctx).await;
    ctx.clock.set(at("2026-12-02T12:00:00Z"));
    for _ in 0..2 {
        close(&ctx).await;
        follow(&ctx).await;
    }
    let board = crate::server::leaderboards::board(&ctx, "points").await.expect("a board");
    let past = history(&ctx, &board, ("", ann), 5).await.expect("history");
    let november = past.iter().find(|past| past.period.period == "2026-11").expect("November");
    let won: Vec<Won> = november.winners.iter().filter_map(|winner| winner.won.clone()).collect();
    assert_eq!(won.iter().map(|won| won.worth.clone()).collect::<Vec<_>>(), [badge, mug.clone(), mug]);
    let missed: Vec<bool> = won.iter().map(|won| won.missed.is_some()).collect();
    assert_eq!(missed.iter().filter(|missed| **missed).count(), 1, "there was one mug: {won:?}");
    let awards: Vec<uuid::Uuid> =
        sqlx::query_scalar("select member_id from awards where badge = 'champion' and level = 'gold'")
            .fetch_all(&ctx.pool)
            .await
            .expect("awards");
    assert_eq!(awards, [ann.0]);
    let redeemed: Vec<(uuid::Uuid, i64)> = sqlx::query_as("select member_id, price from redemptions")
        .fetch_all(&ctx.pool)
        .await
        .expect("redemptions");
    let lucky = if missed[1] { cis } else { bea };
    assert_eq!(redeemed, [(lucky.0, 0)]);
    // Each hears of it once, also of what could not be given.
    for (member_id, says) in
        [(ann, "A badge"), (lucky, "A voucher"), (if lucky == bea { cis } else { bea }, "could not")]
    {
        let member = Member { member_id, account_id: AccountId(new_id()) };
        let told = moments::take_untold(&ctx, &member).await.expect("moments");
        let heard = told.iter().filter(|moment| moment.words.contains(says)).count();
        assert_eq!(heard, 1, "{says}: {told:?}");
    }
    assert!(verify(&ctx).await.expect("a report").holds());
}
