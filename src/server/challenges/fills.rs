//! What a challenge that goes live when its days have begun does with what was before, member by member;
//! `server/fills.rs` says why nothing is lost. Whoever has reached it already is given what it is worth: they
//! did it in time.

use sqlx::PgConnection;
use tracing::info;

use super::{settle_member, store as challenges};
use crate::{
    domain::{challenge::State, earning::Rulebook, ids::MemberId},
    server::{
        badges,
        context::Context,
        error::Result,
        fills::{Filled, Phase},
    },
};

/// The fills of challenges.
pub struct Challenges;

impl Filled for Challenges {
    const KIND: &'static str = "challenge";

    fn phase(book: &Rulebook, name: &str) -> Option<Phase> {
        let counting = book.game.challenge(name)?.challenge.state == State::Counting;
        Some(if counting { Phase::Counting } else { Phase::Giving })
    }

    async fn step(
        ctx: &Context,
        conn: &mut PgConnection,
        book: &Rulebook,
        (name, phase): (&str, Phase),
        members: &[MemberId],
    ) -> Result<u64> {
        let Some(compiled) = book.game.challenge(name) else { return Ok(0) };
        if phase == Phase::Giving {
            settle_member(ctx, conn, book, compiled, members).await?;
            return Ok(0);
        }
        let mut places: Vec<_> = compiled.readers.iter().map(|reader| reader.place).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            badges::recount(conn, book.game.counter(place), members, &book.program.time_zone).await?;
        }
        Ok(0)
    }

    async fn passed(conn: &mut PgConnection, name: &str, phase: Phase) -> Result<()> {
        match phase {
            Phase::Counting => challenges::set_live(conn, name).await,
            Phase::Giving => {
                info!("The challenge {name} is live; what was before it is counted");
                Ok(())
            }
        }
    }
}
