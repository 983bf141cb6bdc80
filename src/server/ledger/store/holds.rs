//! What is set aside: holds with the lots they took from.

use std::collections::BTreeMap;

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{HoldId, MemberId},
        lots::{Allocation, Hold},
    },
    server::{error::Result, ledger::Locked},
};

/// The holds that stand, by member.
pub async fn standing(
    conn: &mut PgConnection,
    wallet: &str,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, Vec<Hold>>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    // The lots of a hold are used in the order of spends, as they were taken.
    let rows = sqlx::query!(
        "select h.member_id, h.hold_id, h.expires_at, h.entry_no, a.lot_no, a.points
         from holds h join hold_allocations a using (member_id, hold_id)
             join lots l on (l.member_id, l.wallet, l.lot_no) = (h.member_id, h.wallet, a.lot_no)
         where h.member_id = any($1) and h.wallet = $2 and h.captured_at is null and h.released_at is null
         order by h.member_id, h.entry_no, l.expires_at nulls last, l.activates_at, a.lot_no",
        &members,
        wallet
    )
    .fetch_all(conn)
    .await?;
    let mut holds: BTreeMap<MemberId, Vec<Hold>> = BTreeMap::new();
    for row in rows {
        let of_member = holds.entry(MemberId(row.member_id)).or_default();
        if of_member.last().is_none_or(|hold| hold.hold_id.0 != row.hold_id) {
            let (hold_id, expires_at) = (HoldId(row.hold_id), row.expires_at.to_jiff());
            of_member.push(Hold { hold_id, expires_at, taken: Vec::new(), entry_no: row.entry_no });
        }
        if let Some(hold) = of_member.last_mut() {
            hold.taken.push(Allocation { lot_no: row.lot_no, points: row.points });
        }
    }
    Ok(holds)
}

/// Writes the holds that were made and those that ended.
pub async fn save(conn: &mut PgConnection, heads: &[(MemberId, &Locked, Vec<u8>)]) -> Result<()> {
    for (member, locked, _) in heads {
        let account = &locked.account;
        for hold in account.holds.iter().filter(|hold| account.held.contains(&hold.hold_id)) {
            insert(conn, *member, &locked.wallet, hold).await?;
        }
        for ended in &account.ended {
            sqlx::query!(
                "update holds set captured = $3::bigint,
                     captured_at = case when $3 > 0 then $4::timestamptz end,
                     released_at = case when $3 = 0 then $4 end
                 where member_id = $1 and hold_id = $2",
                member.0,
                ended.hold_id.0,
                ended.captured,
                ended.at.to_sqlx() as _
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}

async fn insert(conn: &mut PgConnection, member: MemberId, wallet: &str, hold: &Hold) -> Result<()> {
    let (lots, points): (Vec<i64>, Vec<i64>) =
        hold.taken.iter().map(|allocation| (allocation.lot_no, allocation.points)).unzip();
    sqlx::query!(
        "with made as (
             insert into holds (member_id, hold_id, wallet, points, entry_no, expires_at)
             values ($1, $2, $3, $4, $5, $6) returning member_id, hold_id
         )
         insert into hold_allocations (member_id, hold_id, lot_no, points)
         select member_id, hold_id, lot_no, points
         from made, unnest($7::bigint[], $8::bigint[]) as t (lot_no, points)",
        member.0,
        hold.hold_id.0,
        wallet,
        hold.points(),
        hold.entry_no,
        hold.expires_at.to_sqlx() as _,
        &lots,
        &points
    )
    .execute(conn)
    .await?;
    Ok(())
}
