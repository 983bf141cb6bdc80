//! Challenges as staff make them: drafts that can be changed and seen first (who would have done it), then
//! live and as they are until they end. What was given stays.

use jiff::ToSpan;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    fills::Challenges,
    history,
    store::{self, Kept},
};
use crate::{
    domain::{
        challenge::{Challenge, GRACE_DAYS, Ready, State, check_challenge, library},
        program::day_of,
        refusal::{Code, FieldError, Refusal},
    },
    server::{
        audit::{self, Change},
        context::Context,
        db,
        error::{Error, Result},
        fills,
        identity::Staff,
        jobs::Pace,
        prizes, rules,
    },
};

/// How many challenges may run at once: each is looked at for every activity.
const MOST_RUNNING: usize = 50;

/// A challenge with how many are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub kept: Kept,
    pub joined: i64,
    pub completed: i64,
}

/// Who would have done it in as many days, by what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub members: usize,
    pub begun: usize,
    pub done: usize,
    pub from: jiff::civil::Date,
    /// The last of the days.
    pub until: jiff::civil::Date,
}

/// Every challenge that there is or was.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<Vec<Listed>> {
    let mut conn = ctx.pool.acquire().await?;
    let all = store::all(&mut conn).await?;
    let counts = store::counts(&mut conn).await?;
    let listed = all.into_iter().map(|kept| {
        let (joined, completed) = counts.get(&kept.challenge.challenge).copied().unwrap_or_default();
        Listed { kept, joined, completed }
    });
    Ok(listed.collect())
}

/// One of them. Refused: `not_found`.
pub async fn one(ctx: &Context, _by: &Staff, name: &str) -> Result<Kept> {
    find(&mut *ctx.pool.acquire().await?, name).await
}

async fn find(conn: &mut PgConnection, name: &str) -> Result<Kept> {
    let all = store::all(conn).await?;
    let kept = all.into_iter().find(|kept| kept.challenge.challenge == name);
    kept.ok_or_else(|| Error::not_found("This challenge"))
}

/// What the library has, beginning tomorrow, for the program's currency.
pub async fn ready(ctx: &Context, _by: &Staff) -> Result<Vec<Ready>> {
    let program = rules::program(&mut *ctx.pool.acquire().await?).await?;
    let today = day_of(ctx.clock.now(), &program.zone());
    Ok(library(program.currency_digits, today))
}

/// Who would have done this. Days that are still to come are looked for in the past: as many, until today.
/// Nothing is written.
///
/// Refused: `invalid`, with the JSON pointer of each field.
pub async fn preview(ctx: &Context, _by: &Staff, challenge: &Challenge) -> Result<Preview> {
    check_challenge(challenge)?;
    let mut tx = db::snapshot(&ctx.pool).await?;
    check_reward(&mut tx, challenge).await?;
    let program = rules::program(&mut tx).await?;
    let mut rule = challenge.rule.clone();
    let tomorrow = day_of(ctx.clock.now(), &program.zone()).saturating_add(1.day());
    if rule.until > tomorrow {
        let days = rule.until - rule.from;
        (rule.from, rule.until) = (tomorrow.saturating_sub(days), tomorrow);
    }
    let (members, begun, done) = history::count(&mut tx, &rule, &program.time_zone).await?;
    Ok(Preview { members, begun, done, from: rule.from, until: rule.last_day() })
}

/// Writes a draft, or changes one. Gives it with its version.
///
/// Refused: `invalid`, with the JSON pointer of each field, and for one that was live.
pub async fn save(ctx: &Context, by: &Staff, mut challenge: Challenge) -> Result<Challenge> {
    let mut tx = ctx.pool.begin().await?;
    rules::lock(&mut tx).await?;
    check_challenge(&challenge)?;
    check_reward(&mut tx, &challenge).await?;
    let all = store::all(&mut tx).await?;
    let old = all.iter().find(|kept| kept.challenge.challenge == challenge.challenge);
    if old.is_some_and(|old| old.challenge.state != State::Draft) {
        let message = "A challenge of this name was live already, and stays as it was; choose another name";
        return Err(Refusal::from(FieldError::new("/challenge", message)).into());
    }
    challenge.state = State::Draft;
    challenge.version = old.map_or(1, |old| old.challenge.version + 1);
    store::put(&mut tx, &challenge, &serde_json::to_value(&challenge.rule)?).await?;
    let told = |challenge: &Challenge| json!({ "name": challenge.name, "rule": challenge.rule });
    let (old, new) = (old.map(|old| told(&old.challenge)), Some(told(&challenge)));
    record(ctx, &mut tx, by, "challenge.save", (&challenge.challenge, old, new)).await?;
    tx.commit().await?;
    Ok(challenge)
}

/// Refuses what could not be given.
async fn check_reward(conn: &mut PgConnection, challenge: &Challenge) -> Result<()> {
    match prizes::wrong(conn, &challenge.rule.reward).await? {
        None => Ok(()),
        Some((field, message)) => {
            let pointer = format!("/rule/reward/{field}");
            Err(Refusal::from(FieldError::new(&pointer, message)).into())
        }
    }
}

/// Makes a draft live. When its days have begun, what was before is counted by a job. Gives what it is
/// called and which of the two it is now.
///
/// Refused: `not_found`, `invalid` for one that is over or was live.
pub async fn make_live(ctx: &Context, by: &Staff, name: &str) -> Result<(String, State)> {
    let mut tx = ctx.pool.begin().await?;
    // Whoever else makes rules, badges or challenges waits.
    rules::lock(&mut tx).await?;
    let Kept { challenge, .. } = find(&mut tx, name).await?;
    let now = ctx.clock.now();
    let today = day_of(now, &rules::program(&mut tx).await?.zone());
    if challenge.state != State::Draft {
        return Err(Error::refused(Code::Invalid, "This challenge was made live already"));
    }
    if challenge.rule.until <= today {
        return Err(Error::refused(Code::Invalid, "Its last day is over; change the days first"));
    }
    if rules::challenges(&mut tx).await?.len() >= MOST_RUNNING {
        return Err(Error::refused(Code::Invalid, "50 challenges are running; end one of them first"));
    }
    check_challenge(&challenge)?;
    check_reward(&mut tx, &challenge).await?;
    // Nothing that anybody is writing now can lie in days that begin after tomorrow.
    let is_ahead = challenge.rule.from > today.saturating_add(1.day());
    let state = if is_ahead { State::Live } else { State::Counting };
    store::make_live(&mut tx, name, state, now).await?;
    if !is_ahead {
        fills::begin::<Challenges>(&mut tx, name, now).await?;
    }
    let new = Some(json!({ "name": challenge.name, "version": challenge.version, "rule": challenge.rule }));
    record(ctx, &mut tx, by, "challenge.live", (name, None, new)).await?;
    tx.commit().await?;
    Ok((challenge.name, state))
}

/// Makes a draft live, or something of the library from today on, and gives what `make_live` gives.
///
/// Refused: `not_found`, and `invalid` as for `make_live`.
pub async fn switch_on(ctx: &Context, by: &Staff, name: &str) -> Result<(String, State)> {
    let is_kept = store::all(&mut *ctx.pool.acquire().await?).await?;
    if !is_kept.iter().any(|kept| kept.challenge.challenge == name) {
        let ready = ready(ctx, by).await?.into_iter().find(|ready| ready.challenge.challenge == name);
        save(ctx, by, ready.ok_or_else(|| Error::not_found("This challenge"))?.challenge).await?;
    }
    make_live(ctx, by, name).await
}

/// Writes a challenge of a shop that opens, live at once; what was before is counted by a job.
pub async fn open(ctx: &Context, challenge: &Challenge) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    rules::lock(&mut tx).await?;
    check_challenge(challenge)?;
    store::put(&mut tx, challenge, &serde_json::to_value(&challenge.rule)?).await?;
    let now = ctx.clock.now();
    store::make_live(&mut tx, &challenge.challenge, State::Counting, now).await?;
    fills::begin::<Challenges>(&mut tx, &challenge.challenge, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a challenge before its last day: nobody completes it any more, and what was given stays. A draft is
/// thrown away.
///
/// Refused: `not_found`, and `invalid` for one that has ended.
pub async fn end(ctx: &Context, by: &Staff, name: &str) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    rules::lock(&mut tx).await?;
    let Kept { challenge, .. } = find(&mut tx, name).await?;
    let action = match challenge.state {
        State::Draft => {
            store::delete_draft(&mut tx, name).await?;
            "challenge.discard"
        }
        State::Ended => return Err(Error::refused(Code::Invalid, "This challenge has ended already")),
        State::Counting | State::Live => {
            store::end(&mut tx, name, ctx.clock.now()).await?;
            "challenge.end"
        }
    };
    record(ctx, &mut tx, by, action, (name, Some(json!({ "name": challenge.name })), None)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends what is over: nothing that is told now could still count.
pub async fn end_due(ctx: Context) -> Result<Pace> {
    let mut tx = ctx.pool.begin().await?;
    rules::lock(&mut tx).await?;
    let today = day_of(ctx.clock.now(), &rules::program(&mut tx).await?.zone());
    let Some(name) = store::over(&mut tx, today, GRACE_DAYS).await? else { return Ok(Pace::Rest) };
    store::end(&mut tx, &name, ctx.clock.now()).await?;
    tx.commit().await?;
    tracing::info!("The challenge {name} has ended");
    Ok(Pace::More)
}

type Told<'a> = (&'a str, Option<serde_json::Value>, Option<serde_json::Value>);

async fn record(
    ctx: &Context,
    conn: &mut PgConnection,
    by: &Staff,
    action: &'static str,
    (name, old, new): Told<'_>,
) -> Result<()> {
    let change = Change { action, subject: format!("challenge {name}"), old, new, reason: None };
    audit::record(conn, by, ctx.clock.now(), change).await
}
