//! The demonstration: Juniper & Rye, a fictional roastery and bakery with a year of believable members and
//! purchases, written through the same path as real ones.

mod baskets;
mod challenges;
mod chance;
mod maya;
mod names;
mod opening;
mod people;
mod shop;
mod sign_ins;
mod store;
mod visits;
mod writing;
mod year;

#[cfg(test)]
mod tests;

pub use sign_ins::{SIGN_INS, SignIn};

use super::{
    context::Context,
    db,
    error::{Error, Result},
    program,
};
use crate::domain::{
    points::grouped,
    program::{day_of, month_key},
    refusal::Code,
};

/// Every demonstration is the same shop.
const SEED: u64 = 0x4a52;
/// Connections that write history; it is told day by day, so more would wait for one another.
const CONNECTIONS: u32 = 4;

/// What a database holds, as far as the demonstration is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Nothing,
    TheDemonstration,
    /// Its loading was stopped before the end.
    PartOfTheDemonstration,
    SomethingElse,
}

/// What this database holds.
pub async fn holds(ctx: &Context) -> Result<Holds> {
    let mut conn = ctx.pool.acquire().await?;
    if store::is_empty(&mut conn).await? {
        return Ok(Holds::Nothing);
    }
    if !program::current(&mut conn).await?.is_demo {
        return Ok(Holds::SomethingElse);
    }
    // Staff comes last.
    let is_whole = store::has_staff(&mut conn).await?;
    Ok(if is_whole { Holds::TheDemonstration } else { Holds::PartOfTheDemonstration })
}

/// Loads the demonstration into an empty database, telling what is being done. Refused: `invalid` when
/// there is something in the database already.
pub async fn load(ctx: &Context, tell: &mut (dyn FnMut(String) + Send)) -> Result<()> {
    refuse_unless_empty(ctx).await?;
    let now = ctx.clock.now();
    let zone = jiff::tz::TimeZone::get(shop::TIME_ZONE).map_err(Error::broken)?;
    let today = day_of(now, &zone);
    tell(format!(
        "Loading the demonstration: a year at {}, a roastery and bakery that does not exist.",
        shop::NAME
    ));
    let year = year::year(SEED, today, now);
    // History is loaded again when a machine stops half-way, so it need not wait for the disk.
    let options = ctx.pool.connect_options().as_ref().clone().options([("synchronous_commit", "off")]);
    let history = Context { pool: db::connect(options, CONNECTIONS).await?, ..ctx.clone() };
    let mut writing = writing::Writing::open(&history, &year).await?;
    let days: Vec<_> = year.visits.chunk_by(|a, b| a.day == b.day).collect();
    for month in days.chunk_by(|a, b| month_key(a[0].day) == month_key(b[0].day)) {
        for day in month {
            writing.day(day[0].day, day).await?;
        }
        let purchases: usize = month.iter().map(|day| day.len()).sum();
        let name = month[0][0].day.strftime("%B %Y");
        tell(format!("  {name}: {} purchases", grouped(i64::try_from(purchases).unwrap_or_default())));
    }
    writing.finish(today).await?;
    history.pool.close().await;
    Ok(())
}

async fn refuse_unless_empty(ctx: &Context) -> Result<()> {
    let message = match holds(ctx).await? {
        Holds::Nothing => return Ok(()),
        Holds::TheDemonstration => {
            "The demonstration is loaded already; start it with `laurel serve --demo`. To load it afresh, \
             begin with an empty database."
        }
        Holds::PartOfTheDemonstration => {
            "The demonstration was not loaded to its end. Begin with an empty database: drop this one, or \
             remove the data directory."
        }
        Holds::SomethingElse => {
            "This database is in use, and the demonstration would mix with what is there. Give it an empty \
             database, or another LAUREL_DATA_DIR."
        }
    };
    Err(Error::refused(Code::Invalid, message))
}
