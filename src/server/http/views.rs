//! What pages are shown, put together from the verbs of the nouns: days are local, nothing is there but
//! what is drawn.

pub mod activity;
pub mod api_reference;
pub mod badges;
pub mod basket;
pub mod campaigns;
pub mod challenges;
pub mod drafts;
pub mod home;
mod known;
pub mod landing;
pub mod leaderboard;
pub mod leaving;
pub mod moments;
pub mod overview;
pub mod people;
pub mod profile;
pub mod rewards;
pub mod rules;
pub mod staff_badges;
pub mod staff_challenges;
pub mod streak;
pub mod till;
pub mod wallets;

#[cfg(test)]
mod tests;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::super::{context::Context, error::Result, ledger::history, program};
use crate::{
    domain::program::{Program, day_of},
    rpc::{badges::Currency, home::Due},
};

/// Now, here: the program and its local day.
struct Here {
    program: Program,
    zone: TimeZone,
    now: Timestamp,
    today: Date,
}

impl Here {
    async fn of(ctx: &Context) -> Result<Self> {
        let program = program::show(ctx).await?;
        let (zone, now) = (program.zone(), ctx.clock.now());
        let today = day_of(now, &zone);
        Ok(Self { program, zone, now, today })
    }

    fn day(&self, at: Timestamp) -> Date {
        day_of(at, &self.zone)
    }

    fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    fn currency(&self) -> Currency {
        Currency { code: self.program.currency.clone(), digits: self.program.currency_digits }
    }

    fn due(&self, due: Option<history::Due>) -> Option<Due> {
        due.map(|due| Due { points: due.points, on: self.day(due.at) })
    }
}
