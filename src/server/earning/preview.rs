//! What a purchase would earn now. The same rules and the same standing as when it is recorded, from one
//! snapshot; nothing is locked and nothing is written.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::{Receipt, batch, store};
use crate::{
    domain::{
        earning::{self, Rulebook, day},
        ids::MemberId,
        ledger::Wallet,
        lots::Account,
        purchase::{MemberRef, Purchase},
        refusal::Code,
        replay::Draft,
        standing::{Spending, Standing},
    },
    server::{
        context::Context,
        db,
        error::{Error, Result},
        ledger, members, rules,
    },
};

/// What a purchase would earn, and who would earn it; `None` for an outside id that would make a member.
///
/// Refuses what no shop would send, and `member_not_found`.
pub async fn preview(ctx: &Context, purchase: &Purchase) -> Result<(Option<MemberId>, Receipt)> {
    purchase.check(ctx.clock.now())?;
    let (member, receipt, _) = preview_by(ctx, purchase, None).await?;
    Ok((member, receipt))
}

/// The same with the rules as a draft would have them, and the book that it was judged by; the purchase may
/// lie in the future, when what is scheduled runs.
pub async fn preview_by(
    ctx: &Context,
    purchase: &Purchase,
    draft: Option<&Draft>,
) -> Result<(Option<MemberId>, Receipt, Rulebook)> {
    let now = ctx.clock.now();
    purchase.check(now.max(purchase.purchased_at))?;
    let mut tx = db::snapshot(&ctx.pool).await?;
    let member = members::lookup::find(&mut tx, &purchase.member).await?;
    if member.is_none() && !matches!(purchase.member, MemberRef::ExternalId(_)) {
        return Err(Error::refused(Code::MemberNotFound, "No member goes by this name; let them join first"));
    }
    let live = rules::rulebook(&mut tx).await?;
    let rules = match draft {
        Some(draft) => draft.over(&live).map_err(Error::Refused)?,
        None => live,
    };
    let mut standing = standing(&mut tx, &rules, member, day(&rules, purchase), now).await?;
    let decision = standing.record(&rules, purchase, [0; 32], now).map_err(ledger::negative)?;
    let nobody = MemberId(uuid::Uuid::nil());
    Ok((member, batch::receipt(member.unwrap_or(nobody), decision), rules))
}

async fn standing(
    conn: &mut PgConnection,
    rules: &Rulebook,
    member: Option<MemberId>,
    day: jiff::civil::Date,
    now: Timestamp,
) -> Result<Standing> {
    let ids: Vec<MemberId> = member.into_iter().collect();
    let account = match member {
        Some(member) => ledger::peek(conn, member).await?,
        None => Account::new(Wallet::empty(now), Vec::new()),
    };
    let (mut counters, mut awards) = if ids.is_empty() {
        (HashMap::new(), HashMap::new())
    } else {
        {
            let first_day = rules.tier_policy.reads_from(&rules.tiers, day);
            (store::counters(conn, &ids, first_day).await?, store::awards(conn, &ids).await?)
        }
    };
    let mut about = store::about(conn, &ids, rules).await?;
    let before = rules::spent(conn, &earning::budgets(rules)).await?;
    let of = member.unwrap_or(MemberId(uuid::Uuid::nil()));
    Ok(Standing {
        account,
        counters: counters.remove(&of).unwrap_or_default(),
        awards: awards.remove(&of).unwrap_or_default(),
        about: about.remove(&of).unwrap_or_default(),
        spending: Spending { before, ..Spending::default() },
    })
}
