//! Boards as staff make, change and close them, seasons, and members who are kept off the boards.

mod store;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    recount_all,
    store::{self as lists, boards},
};
use crate::{
    domain::{
        challenge::{ChallengeRule, Join},
        ids::MemberId,
        leaderboard::{
            board::{Board, prize_field},
            period::Season,
        },
        refusal::{Code, Refusal},
    },
    server::{
        audit, challenges,
        context::Context,
        error::{Error, Result},
        identity::Staff,
        members::profile,
        prizes, rules,
    },
};

/// A board as staff see it.
#[derive(Debug, Clone)]
pub struct Overview {
    pub board: Board,
    /// Names the edition that an edit is of.
    pub version: i32,
    /// History is still being put on it.
    pub filling: bool,
    pub ended_at: Option<Timestamp>,
}

/// All boards, those that run first, and the seasons, the newest first.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<(Vec<Overview>, Vec<Season>)> {
    let mut conn = ctx.pool.acquire().await?;
    let overview = boards::all(&mut conn).await?.into_iter().map(|kept| Overview {
        filling: kept.filled_at.is_none() && kept.is_live(),
        board: kept.board,
        version: kept.version,
        ended_at: kept.ended_at,
    });
    Ok((overview.collect(), boards::seasons(&mut conn).await?))
}

/// The challenges of which there can be a board, by name and what they are called.
pub async fn challenges(ctx: &Context, _by: &Staff) -> Result<Vec<(String, String)>> {
    let running = rules::challenges(&mut *ctx.pool.acquire().await?).await?;
    let ranked = running.into_iter().filter(|one| is_ranked(&one.rule));
    Ok(ranked.map(|one| (one.challenge, one.name)).collect())
}

/// Whether it can be told at any time who is in it: everybody, or whoever joined.
fn is_ranked(rule: &ChallengeRule) -> bool {
    rule.join == Join::OptIn || rule.audience.is_all()
}

/// Makes a board; it is filled from the journal by the dispatcher. Refused: `invalid`.
pub async fn make(ctx: &Context, by: &Staff, board: &Board) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    put(&mut tx, board, ctx.clock.now()).await?;
    record(&mut tx, by, ctx, ("leaderboard.create", &board.leaderboard), (None, Some(json!(board)))).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes a board of a shop that opens; it is filled as any other. Refused: `invalid`.
pub async fn open(ctx: &Context, board: &Board) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    put(&mut tx, board, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

async fn put(conn: &mut PgConnection, board: &Board, now: Timestamp) -> Result<()> {
    board.check()?;
    let steps = match &board.challenge {
        Some(challenge) => Some(steps(conn, challenge).await?),
        None => None,
    };
    if !store::insert(conn, board, steps.as_ref(), now).await? {
        return Err(Error::field("leaderboard", "There is, or was, a board of this address: choose another"));
    }
    check_prizes(conn, board).await?;
    lists::prizes::set(conn, board).await
}

/// Refuses prizes that could not be given.
async fn check_prizes(conn: &mut PgConnection, board: &Board) -> Result<()> {
    for (at, prize) in board.prizes.iter().enumerate() {
        if let Some((_, message)) = prizes::wrong(conn, &prize.wins).await? {
            return Err(Error::field(&prize_field(at, "wins"), format!("Prize {}: {message}", at + 1)));
        }
    }
    Ok(())
}

/// What the board of a challenge counts.
async fn steps(conn: &mut PgConnection, challenge: &str) -> Result<Value> {
    let refuse = |message: &str| Err(Error::field("counts[challenge]", message));
    let running = rules::challenges(conn).await?;
    let Some(found) = running.iter().find(|one| one.challenge == challenge) else {
        return refuse("Choose a challenge that runs");
    };
    if !is_ranked(&found.rule) {
        return refuse(
            "Who is in it depends on tier or segment: choose one for all, or one that members join",
        );
    }
    challenges::steps(&found.rule)
}

/// Changes a board: name, periods, cohorts, prizes. What it counts and who competes stay as they were made.
///
/// Refused: `invalid`, `stale` when somebody changed it meanwhile, `not_found`.
pub async fn change(ctx: &Context, by: &Staff, board: &Board, version: i32) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    boards::lock(&mut tx).await?;
    let kept = boards::find(&mut tx, &board.leaderboard).await?.filter(boards::Kept::is_live);
    let kept = kept.ok_or_else(|| Error::not_found("This leaderboard"))?;
    let Board { metric, challenge, days, scope, .. } = kept.board.clone();
    let board = Board { metric, challenge, days, scope, ..board.clone() };
    board.check()?;
    if kept.version != version {
        return Err(Error::refused(
            Code::Stale,
            "Somebody changed this board meanwhile. Open the page again",
        ));
    }
    if kept.board == board {
        return Ok(());
    }
    let kinds = |board: &Board| board.periods.iter().copied().collect::<BTreeSet<_>>();
    store::update(&mut tx, &board, kinds(&board) != kinds(&kept.board)).await?;
    check_prizes(&mut tx, &board).await?;
    lists::prizes::set(&mut tx, &board).await?;
    let change = (Some(json!(kept.board)), Some(json!(board)));
    record(&mut tx, by, ctx, ("leaderboard.edit", &board.leaderboard), change).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a board: it takes nothing more, gives no more prizes, and members no longer see it.
///
/// Refused: `not_found`, also for one that is closed.
pub async fn close(ctx: &Context, by: &Staff, leaderboard: &str) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    boards::lock(&mut tx).await?;
    if !store::end(&mut tx, leaderboard, ctx.clock.now()).await? {
        return Err(Error::not_found("This leaderboard"));
    }
    record(&mut tx, by, ctx, ("leaderboard.close", leaderboard), (None, None)).await?;
    tx.commit().await?;
    Ok(())
}

/// Names a season. It can't be changed once it is there: boards may count it already.
///
/// Refused: `invalid`, also where a day of it is in another.
pub async fn make_season(ctx: &Context, by: &Staff, season: &Season) -> Result<()> {
    let mut wrong = season.check();
    let mut tx = ctx.pool.begin().await?;
    boards::lock(&mut tx).await?;
    if wrong.is_empty() {
        let others = boards::seasons(&mut tx).await?;
        wrong.extend(others.iter().find_map(|other| season.overlaps(other)));
    }
    if !wrong.is_empty() {
        return Err(Error::Refused(Refusal::invalid(wrong)));
    }
    if !store::insert_season(&mut tx, season, ctx.clock.now()).await? {
        return Err(Error::field("season", "There is a season of this address: choose another"));
    }
    // What happened in it already is counted.
    store::refill_seasons(&mut tx).await?;
    record(&mut tx, by, ctx, ("season.create", &season.season), (None, Some(json!(season)))).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps a member off all boards, or lets them back: people of the business, or who plays unfairly. They
/// can't come back by themselves, and nothing else changes for them. Refused: `not_found`.
pub async fn exclude(ctx: &Context, by: &Staff, member: MemberId, excluded: bool) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let all = boards::lock(&mut tx).await?;
    profile::presence(&mut tx, member).await?;
    if !lists::set_excluded(&mut tx, member, excluded.then(|| ctx.clock.now())).await? {
        return Ok(());
    }
    recount_all(&mut tx, &all, member).await?;
    let action = if excluded { "member.exclude_from_boards" } else { "member.admit_to_boards" };
    let change = audit::Change { action, subject: format!("member {member}"), ..audit::Change::default() };
    audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

async fn record(
    conn: &mut PgConnection,
    by: &Staff,
    ctx: &Context,
    (action, subject): (&str, &str),
    (old, new): (Option<Value>, Option<Value>),
) -> Result<()> {
    let noun = action.split_once('.').map_or(action, |(noun, _)| noun);
    let change = audit::Change { action, subject: format!("{noun} {subject}"), old, new, reason: None };
    audit::record(conn, by, ctx.clock.now(), change).await
}
