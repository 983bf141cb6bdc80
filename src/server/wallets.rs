//! The kinds of wallets, what a member has in each, and freezing one.

mod store;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    audit,
    context::{Context, new_id},
    error::{Error, Result},
    identity::Staff,
    ledger,
    members::erasing,
    rules,
};
use crate::domain::{
    catalogue::whole_number,
    expiry::Expiry,
    ids::MemberId,
    ledger::Balances,
    lots::Terms,
    refusal::Code,
    wallet::{POINTS, Rate, WalletKind},
};

pub use store::{Freeze, rate};

/// What a member has in one wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub kind: WalletKind,
    pub balances: Balances,
    pub frozen: Option<Freeze>,
}

/// Every kind of wallet, points first.
pub async fn kinds(conn: &mut PgConnection) -> Result<Vec<WalletKind>> {
    store::kinds(conn).await
}

/// Every kind of wallet, for staff.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<Vec<WalletKind>> {
    kinds(&mut *ctx.pool.acquire().await?).await
}

/// A kind of wallet as typed into the form.
#[derive(Debug, Clone, Copy)]
pub struct KindForm<'a> {
    pub wallet: &'a str,
    pub name: &'a str,
    pub unit_one: &'a str,
    pub unit_many: &'a str,
    pub spendable: bool,
    pub expiry: &'a str,
    pub expiry_span: &'a str,
}

/// Makes or changes a kind of wallet as typed. See `define`.
pub async fn define_typed(ctx: &Context, staff: &Staff, form: &KindForm<'_>) -> Result<()> {
    let span = match (form.expiry, form.expiry_span.trim()) {
        ("never", _) => Some(0),
        (_, text) => whole_number(text).and_then(|number| i16::try_from(number).ok()),
    };
    let span = span.ok_or_else(|| Error::field("expiry_span", "Give a whole number, such as 12"))?;
    let expiry = Expiry::from_stored(form.expiry, span);
    let kind = WalletKind {
        wallet: form.wallet.trim().to_owned(),
        name: form.name.trim().to_owned(),
        unit_one: form.unit_one.trim().to_owned(),
        unit_many: form.unit_many.trim().to_owned(),
        spendable: form.spendable,
        expiry: expiry.ok_or_else(|| Error::field("expiry", "Choose one of the policies"))?,
    };
    define(ctx, staff, &kind).await
}

/// One kind of wallet.
///
/// Refuses `not_found`.
pub async fn kind(conn: &mut PgConnection, wallet: &str) -> Result<WalletKind> {
    let kinds = store::kinds(conn).await?;
    kinds.into_iter().find(|kind| kind.wallet == wallet).ok_or_else(|| Error::not_found("This wallet"))
}

/// When points that come into a wallet now can be spent, at once, and when they expire.
pub async fn terms(conn: &mut PgConnection, kind: &WalletKind, now: Timestamp) -> Result<Terms> {
    let zone = rules::program(conn).await?.zone();
    Ok(Terms { activates_at: now, expires_at: kind.expiry.expires_at(now, &zone) })
}

/// The wallets of a member, points first, settled up to now.
pub async fn of_member(ctx: &Context, member: MemberId) -> Result<Vec<Held>> {
    let (kinds, frozen, has) = {
        let mut conn = ctx.pool.acquire().await?;
        (
            kinds(&mut conn).await?,
            store::freezes(&mut conn, member).await?,
            store::has(&mut conn, member).await?,
        )
    };
    let mut held = Vec::with_capacity(has.len());
    for kind in kinds.into_iter().filter(|kind| has.contains(&kind.wallet)) {
        let balances = ledger::balances_in(ctx, &kind.wallet, member).await?;
        let frozen = frozen.iter().find(|freeze| freeze.wallet == kind.wallet).cloned();
        held.push(Held { kind, balances, frozen });
    }
    Ok(held)
}

/// The names of the wallets that a member has, in the order in which they are locked.
pub async fn names_of(conn: &mut PgConnection, member: MemberId) -> Result<BTreeSet<String>> {
    Ok(store::has(conn, member).await?.into_iter().collect())
}

/// Makes or changes a kind of wallet. Lots keep the expiry that they were made with; points that have come to
/// last as long as their member is active begin that time now.
pub async fn define(ctx: &Context, staff: &Staff, kind: &WalletKind) -> Result<()> {
    check(kind)?;
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    let before = store::kinds(&mut tx).await?.into_iter().find(|old| old.wallet == kind.wallet);
    if before.as_ref() == Some(kind) {
        return Ok(());
    }
    store::put_kind(&mut tx, kind).await?;
    let zone = rules::program(&mut tx).await?.zone();
    if let Some(inactivity) = kind.expiry.inactivity(&zone) {
        store::begin_inactivity(&mut tx, &kind.wallet, inactivity.lapses_at(now)).await?;
    }
    let change = audit::Change {
        action: "wallet.define",
        subject: format!("wallet {}", kind.wallet),
        old: before.map(|before| json!(before)),
        new: Some(json!(kind)),
        reason: None,
    };
    audit::record(&mut tx, staff, now, change).await?;
    tx.commit().await?;
    Ok(())
}

fn check(kind: &WalletKind) -> Result<()> {
    let mut letters = kind.wallet.bytes();
    let is_name = letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if !is_name || kind.wallet.len() > 30 {
        return Err(Error::field("wallet", "A short name of up to 30 small letters, digits and dashes"));
    }
    for (field, text, most) in
        [("name", &kind.name, 60), ("unit_one", &kind.unit_one, 30), ("unit_many", &kind.unit_many, 30)]
    {
        if text.trim().is_empty() || text.chars().count() > most {
            return Err(Error::field(field, format!("Say it in up to {most} characters")));
        }
    }
    if kind.wallet == POINTS && !kind.spendable {
        return Err(Error::field("spendable", "Points are what rewards cost; they can always be spent"));
    }
    let (least, span) = match kind.expiry {
        Expiry::Never => (0, 0),
        Expiry::Months { months } | Expiry::Inactivity { months } => (1, months),
        Expiry::EndOfMonth { months } => (0, months),
        Expiry::CalendarYear { years } => (0, years),
    };
    if span < least || span > 120 {
        return Err(Error::field("expiry_span", format!("Give a number from {least} to 120")));
    }
    Ok(())
}

/// Every rate at which points may move: from which wallet to which.
pub async fn rates(ctx: &Context, _by: &Staff) -> Result<Vec<(String, String, Rate)>> {
    store::rates(&mut *ctx.pool.acquire().await?).await
}

/// Declares at what rate points may move between two kinds of wallets.
pub async fn declare_rate(ctx: &Context, staff: &Staff, from: &str, to: &str, rate: Rate) -> Result<()> {
    let mut tx = ctx.pool.begin().await?;
    let (from_kind, _) = (kind(&mut tx, from).await?, kind(&mut tx, to).await?);
    if rate.from < 1 || rate.to < 1 || from == to || !from_kind.spendable {
        return Err(Error::field(
            "from_points",
            "Two wallets, the first of which can be spent, and whole numbers",
        ));
    }
    store::put_rate(&mut tx, from, to, rate).await?;
    let change = audit::Change {
        action: "wallet.rate",
        subject: format!("wallet {from}"),
        new: Some(json!({ "to": to, "from_points": rate.from, "to_points": rate.to })),
        ..audit::Change::default()
    };
    audit::record(&mut tx, staff, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

/// Freezes a wallet: nothing is spent, held or moved from it until it is thawed. Earning goes on, and so do
/// expiry, returns and what was held before.
///
/// Refuses `invalid` without a reason, `not_found`, and `wallet_frozen` when it is already.
pub async fn freeze(
    ctx: &Context,
    staff: &Staff,
    member: MemberId,
    wallet: &str,
    reason: &str,
) -> Result<()> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 300 {
        return Err(Error::field("freeze_reason", "Say why, in up to 300 characters; staff will see it"));
    }
    let mut tx = ctx.pool.begin().await?;
    erasing::refuse_former(&mut tx, member).await?;
    erasing::refuse_names(&mut tx, member, ("freeze_reason", reason)).await?;
    // The lock makes a spend that is under way end first.
    let locked = ledger::lock_one_in(&mut tx, wallet, member, ctx.clock.now()).await?;
    let now = ctx.clock.now();
    ledger::save_one(&mut tx, member, locked).await?;
    let freeze = Freeze {
        wallet: wallet.to_owned(),
        frozen_at: now,
        frozen_by: staff.name.clone(),
        reason: reason.to_owned(),
    };
    if !store::freeze(&mut tx, member, new_id(), &freeze).await? {
        return Err(Error::refused(Code::WalletFrozen, "This wallet is frozen already; nothing was changed"));
    }
    let change = audit::Change {
        action: "wallet.freeze",
        subject: format!("member {member}"),
        new: Some(json!({ "wallet": wallet })),
        reason: Some(reason),
        ..audit::Change::default()
    };
    audit::record(&mut tx, staff, now, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Thaws a wallet that was frozen.
///
/// Refuses `not_found` when it is not.
pub async fn thaw(ctx: &Context, staff: &Staff, member: MemberId, wallet: &str) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.pool.begin().await?;
    if !store::thaw(&mut tx, member, wallet, now).await? {
        return Err(Error::not_found("A frozen wallet of this member"));
    }
    let change = audit::Change {
        action: "wallet.thaw",
        subject: format!("member {member}"),
        old: Some(json!({ "wallet": wallet })),
        ..audit::Change::default()
    };
    audit::record(&mut tx, staff, now, change).await?;
    tx.commit().await?;
    Ok(())
}
