//! The points that a program gives to those who join.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{
    domain::{
        expiry,
        ids::MemberId,
        ledger::{Balances, Contra, Draft, Kind},
    },
    server::{
        documents::{self, Claim, Claimed},
        error::Result,
        events::{self, Event, EventKind},
        ledger::{self, Lots},
        rules,
    },
};

/// Welcomes members who joined at these instants with the points that the program gives, once each. They
/// are spent as all points are, and count for no tier.
pub async fn welcome(
    conn: &mut PgConnection,
    joined: &[(MemberId, Timestamp)],
    now: Timestamp,
) -> Result<()> {
    let rules = rules::rulebook(conn).await?;
    let points = rules.program.welcome_points;
    let joined: BTreeMap<MemberId, Timestamp> = joined.iter().copied().collect();
    if points == 0 || joined.is_empty() {
        return Ok(());
    }
    let claims: Vec<Claim> = joined.keys().map(claim).collect();
    let claimed = documents::claim(conn, "welcome", &claims, now).await?;
    let fresh: Vec<&Claim> = claims
        .iter()
        .zip(claimed)
        .filter(|(_, claimed)| *claimed == Claimed::New)
        .map(|(claim, _)| claim)
        .collect();
    let members: Vec<MemberId> = fresh.iter().map(|claim| claim.member_id).collect();
    let mut accounts = ledger::lock(conn, &members, Lots::WhenDue, now).await?;
    let mut happened = Vec::with_capacity(fresh.len());
    for claim in fresh {
        let (Some(locked), Some(at)) = (accounts.get_mut(&claim.member_id), joined.get(&claim.member_id))
        else {
            continue;
        };
        let terms = expiry::terms(&rules, *at);
        let draft = draft(claim, *at);
        locked.account.accrue(draft, points, terms, now).map_err(ledger::negative)?;
        happened.push(Event {
            kind: EventKind::PointsEarned,
            member_id: claim.member_id,
            points,
            effective_at: *at,
            body: None,
        });
    }
    ledger::save(conn, &accounts).await?;
    events::publish(conn, &happened, now).await
}

fn claim(member_id: &MemberId) -> Claim {
    let id = member_id.to_string();
    Claim {
        key: documents::key("welcome", &id),
        request_hash: documents::request_hash(id.as_bytes()),
        member_id: *member_id,
    }
}

fn draft(claim: &Claim, at: Timestamp) -> Draft {
    Draft {
        kind: Kind::Accrual,
        delta: Balances::default(),
        contra: Contra::Issued,
        effective_at: at,
        document: Some(claim.key),
        reason: Some("Welcome".to_owned()),
        trace: None,
    }
}
