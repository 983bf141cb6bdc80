//! The statements over the stored history. The functions that they call stand in the migrations.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use super::Round;
use crate::{
    domain::ids::MemberId,
    server::{badges::Difference, error::Result},
};

pub async fn values(
    conn: &mut PgConnection,
    (plan, reading): &(Value, &str),
    zone: &str,
    rounds: &[Round],
) -> Result<Vec<((MemberId, Date), i64)>> {
    let members: Vec<Uuid> = rounds.iter().map(|(member, ..)| member.0).collect();
    let froms: Vec<_> = rounds.iter().map(|(_, from, _)| from.to_sqlx()).collect();
    let untils: Vec<_> = rounds.iter().map(|(.., until)| until.to_sqlx()).collect();
    let rows = query!(
        r#"select member_id as "member_id!", from_day as "from_day!", value as "value!"
           from challenge_values($1, $2, $3, $4, $5, $6)"#,
        plan,
        reading,
        zone,
        &members,
        froms as _,
        untils as _
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    Ok(rows.map(|row| ((MemberId(row.member_id), row.from_day.to_jiff()), row.value)).collect())
}

pub async fn members(conn: &mut PgConnection) -> Result<Vec<MemberId>> {
    let members = query_scalar!("select member_id from members order by member_id");
    Ok(members.fetch_all(conn).await?.into_iter().map(MemberId).collect())
}

pub async fn who_returned(conn: &mut PgConnection) -> Result<Vec<MemberId>> {
    let members = query_scalar!("select distinct member_id from returns");
    Ok(members.fetch_all(conn).await?.into_iter().map(MemberId).collect())
}

/// Rounds whose points, award or voucher is not there, by the document that each has of its own.
pub async fn given_wrong(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let differences = query_as!(
        Difference,
        r#"with given as (
               select c.*, format('%s/%s/%s', challenge, round, member_id) as document
               from challenge_completions c
           ), keyed as (
               select g.*, sha256(int8send(9) || convert_to('challenge', 'UTF8')
                   || convert_to(document, 'UTF8')) as document_key from given g
           )
           select format('member %s challenge %s round %s', k.member_id, k.challenge, k.round) as "subject!",
               case when k.points is not null then format('an entry of %s points', k.points)
                   else 'a voucher' end as "expected!",
               coalesce((e.available_delta + e.pending_delta - e.debt_delta)::text, 'nothing') as "found!"
           from keyed k
               left join ledger_entries e
                   on (e.member_id, e.wallet, e.entry_no) = (k.member_id, 'points', k.entry_no)
               left join redemptions r on (r.member_id, r.redemption_id) = (k.member_id, k.redemption_id)
           where (k.points is not null and (e.entry_no is null or e.kind <> 'adjustment'
                   or e.document_key is distinct from k.document_key
                   or e.available_delta + e.pending_delta - e.debt_delta <> k.points))
               or (k.redemption_id is not null and r.redemption_id is null)"#
    );
    Ok(differences.fetch_all(conn).await?)
}
