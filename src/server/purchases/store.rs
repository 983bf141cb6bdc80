//! The statements of purchases.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, query};

use super::{Made, What};
use crate::{domain::ids::MemberId, server::error::Result};

pub async fn made(
    conn: &mut PgConnection,
    member: MemberId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Made>> {
    let rows = query!(
        "select source, document_id, store, purchased_at, amount, quantity from purchases
         where member_id = $1 and purchased_at >= $2 and purchased_at < $3",
        member.0,
        from.to_sqlx() as _,
        until.to_sqlx() as _
    )
    .fetch_all(conn)
    .await?;
    let made = rows.into_iter().map(|row| Made {
        source: row.source,
        document_id: row.document_id,
        store: row.store,
        purchased_at: row.purchased_at.to_jiff(),
        amount: row.amount,
        quantity: row.quantity,
    });
    Ok(made.collect())
}

/// What the newest purchases name, the most frequent `most` of each.
pub async fn words(conn: &mut PgConnection, newest: i64, most: i64) -> Result<Vec<(What, String)>> {
    let rows = query!(
        r#"with newest as (
             select store, lines from purchases order by purchased_at desc limit $1
         ), said as (
             select 'store' as what, store as word from newest
             union all
             select part.what, part.word from newest cross join lateral json_array_elements(lines) as line
                 cross join lateral (values ('sku', line ->> 0), ('category', line ->> 1))
                     as part (what, word)
         ), counted as (
             select what, word, row_number() over (partition by what order by count(*) desc, word) as place
             from said where word is not null group by what, word
         )
         select what as "what!", word as "word!" from counted where place <= $2 order by word"#,
        newest,
        most
    )
    .fetch_all(conn)
    .await?;
    let word = rows.into_iter().map(|row| {
        let what = match row.what.as_str() {
            "store" => What::Store,
            "sku" => What::Sku,
            _ => What::Category,
        };
        (what, row.word)
    });
    Ok(word.collect())
}
