//! The write path's statements: each reads or writes a whole batch.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    activities,
    batch::{Awards, Booking},
};
use crate::{
    domain::{
        badge::{Held, Level},
        counters::{CounterKey, Counters},
        earning::Rulebook,
        ids::MemberId,
        program::{day_key, day_of},
        standing::{About, Decision, TierChange},
        tier::policy::Window,
    },
    server::{context::new_id, error::Result, purchases::lines},
};

fn uuids(members: &[MemberId]) -> Vec<Uuid> {
    members.iter().map(|member| member.0).collect()
}

/// Members by what they go by, keyed `id:…`, `card:…`, `email:…`.
pub async fn members_by_name(
    conn: &mut PgConnection,
    ids: &[Uuid],
    cards: &[String],
    emails: &[String],
) -> Result<HashMap<String, MemberId>> {
    if ids.is_empty() && cards.is_empty() && emails.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select 'id:' || member_id as "name!", member_id as "member_id!" from members m
           where member_id = any($1) and not exists (select from erasures e where e.member_id = m.member_id)
         union all select 'card:' || card_no, member_id from cards where card_no = any($2)
         union all select 'email:' || email, member_id from account_emails join accounts using (account_id)
             where email = any($3) and member_id is not null"#,
        ids,
        cards,
        emails
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, MemberId(row.member_id))).collect())
}

/// Counters of these members; of the daily ones, those from `first_day` on.
pub async fn counters(
    conn: &mut PgConnection,
    members: &[MemberId],
    first_day: Date,
) -> Result<HashMap<MemberId, Counters>> {
    let rows = sqlx::query!(
        "select member_id, metric, dimension, period, value from counters
         where member_id = any($1) and (length(period) < 10 or period >= $2)",
        &uuids(members),
        day_key(first_day)
    )
    .fetch_all(conn)
    .await?;
    let mut counters: HashMap<MemberId, Counters> = HashMap::new();
    for row in rows {
        let key = CounterKey { metric: row.metric, dimension: row.dimension, period: row.period };
        counters.entry(MemberId(row.member_id)).or_default().load(key, row.value);
    }
    Ok(counters)
}

pub async fn awards(conn: &mut PgConnection, members: &[MemberId]) -> Result<Awards> {
    let rows = sqlx::query!(
        "select member_id, badge, level, period from awards where member_id = any($1)",
        &uuids(members)
    )
    .fetch_all(conn)
    .await?;
    let mut awards = Awards::new();
    for row in rows {
        if let Some(level) = Level::parse(&row.level) {
            let held = Held { badge: row.badge, level, period: row.period };
            awards.entry(MemberId(row.member_id)).or_default().insert(held);
        }
    }
    Ok(awards)
}

pub async fn insert_purchases(
    conn: &mut PgConnection,
    bookings: &[Booking<'_>],
    decisions: &[Decision],
    now: Timestamp,
) -> Result<()> {
    let members: Vec<Uuid> = bookings.iter().map(|b| b.member_id.0).collect();
    let ids: Vec<Uuid> = bookings.iter().map(|b| b.purchase_id.0).collect();
    let sources: Vec<&str> = bookings.iter().map(|b| b.purchase.source.as_str()).collect();
    let documents: Vec<&str> = bookings.iter().map(|b| b.purchase.document_id.as_str()).collect();
    let stores: Vec<Option<&str>> = bookings.iter().map(|b| b.purchase.store.as_deref()).collect();
    let times: Vec<_> = bookings.iter().map(|b| b.purchase.purchased_at.to_sqlx()).collect();
    let amounts: Vec<i64> = bookings.iter().map(|b| b.purchase.amount.0).collect();
    let quantities: Vec<i64> = bookings.iter().map(|b| b.purchase.quantity()).collect();
    let points: Vec<i64> = decisions.iter().map(|decision| decision.trace.points).collect();
    let lines: Vec<Option<String>> =
        bookings.iter().map(|b| lines::pack(&b.purchase.lines)).collect::<std::result::Result<_, _>>()?;
    sqlx::query!(
        "insert into purchases (member_id, purchase_id, source, document_id, store, purchased_at,
             received_at, amount, quantity, points, lines)
         select member_id, purchase_id, source, document_id, store, purchased_at, $10, amount, quantity,
             points, lines::json
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
             $7::bigint[], $8::bigint[], $9::bigint[], $11::text[])
             as t (member_id, purchase_id, source, document_id, store, purchased_at, amount, quantity,
             points, lines)",
        &members,
        &ids,
        &sources as _,
        &documents as _,
        &stores as _,
        times as _,
        &amounts,
        &quantities,
        &points,
        now.to_sqlx(),
        &lines as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn add_counters(conn: &mut PgConnection, counters: &BTreeMap<MemberId, Counters>) -> Result<()> {
    let added = counters
        .iter()
        .flat_map(|(member, counters)| counters.added().iter().map(move |(k, v)| (member.0, k, *v)));
    let added: Vec<(Uuid, &CounterKey, i64)> = added.collect();
    let members: Vec<Uuid> = added.iter().map(|(member, ..)| *member).collect();
    let metrics: Vec<&str> = added.iter().map(|(_, key, _)| key.metric.as_str()).collect();
    let dimensions: Vec<&str> = added.iter().map(|(_, key, _)| key.dimension.as_str()).collect();
    let periods: Vec<&str> = added.iter().map(|(_, key, _)| key.period.as_str()).collect();
    let values: Vec<i64> = added.iter().map(|(.., value)| *value).collect();
    sqlx::query!(
        "insert into counters (member_id, metric, dimension, period, value)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[])
         on conflict (member_id, metric, dimension, period)
             do update set value = counters.value + excluded.value",
        &members,
        &metrics as _,
        &dimensions as _,
        &periods as _,
        &values
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn insert_tier_changes(conn: &mut PgConnection, changes: &[(MemberId, &TierChange)]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let members: Vec<Uuid> = changes.iter().map(|(member, _)| member.0).collect();
    let times: Vec<_> = changes.iter().map(|(_, change)| change.changed_at.to_sqlx()).collect();
    let from: Vec<&str> = changes.iter().map(|(_, change)| change.from.as_str()).collect();
    let to: Vec<&str> = changes.iter().map(|(_, change)| change.to.as_str()).collect();
    let reasons: Vec<&str> = changes.iter().map(|(_, change)| change.reason.as_str()).collect();
    sqlx::query!(
        "insert into tier_changes (member_id, changed_at, from_tier, to_tier, reason)
         select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[])
         on conflict do nothing",
        &members,
        times as _,
        &from as _,
        &to as _,
        &reasons as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What rules ask about these members: read only what some rule asks for.
pub async fn about(
    conn: &mut PgConnection,
    members: &[MemberId],
    rules: &Rulebook,
) -> Result<HashMap<MemberId, About>> {
    let mut about: HashMap<MemberId, About> = HashMap::new();
    if rules.tier_policy.window == Window::Anniversary {
        let rows = sqlx::query!(
            "select member_id, joined_at from members where member_id = any($1)",
            &uuids(members)
        )
        .fetch_all(&mut *conn)
        .await?;
        for row in rows {
            let joined = day_of(row.joined_at.to_jiff(), &rules.zone());
            about.entry(MemberId(row.member_id)).or_default().joined = Some(joined);
        }
    }
    if !rules.birthdays().is_empty() {
        let rows = sqlx::query!(
            r#"select member_id, birth_date as "birth_date!" from member_profiles
               where member_id = any($1) and birth_date is not null"#,
            &uuids(members)
        )
        .fetch_all(&mut *conn)
        .await?;
        for row in rows {
            about.entry(MemberId(row.member_id)).or_default().born = Some(row.birth_date.to_jiff());
        }
    }
    if rules.reads_tags() {
        let rows = sqlx::query!(
            "select member_id, tag from member_tags where member_id = any($1) order by member_id, tag",
            &uuids(members)
        )
        .fetch_all(conn)
        .await?;
        for row in rows {
            about.entry(MemberId(row.member_id)).or_default().tags.push(row.tag);
        }
    }
    Ok(about)
}

pub async fn insert_activities(
    conn: &mut PgConnection,
    bookings: &[activities::Booking<'_>],
    decisions: &[Decision],
    now: Timestamp,
) -> Result<()> {
    let members: Vec<Uuid> = bookings.iter().map(|b| b.member_id.0).collect();
    let ids: Vec<Uuid> = bookings.iter().map(|_| new_id()).collect();
    let sources: Vec<&str> = bookings.iter().map(|b| b.activity.source.as_str()).collect();
    let documents: Vec<&str> = bookings.iter().map(|b| b.activity.document_id.as_str()).collect();
    let kinds: Vec<&str> = bookings.iter().map(|b| b.activity.kind.as_str()).collect();
    let times: Vec<_> = bookings.iter().map(|b| b.activity.occurred_at.to_sqlx()).collect();
    let attributes: Vec<serde_json::Value> = bookings
        .iter()
        .map(|b| serde_json::to_value(&b.activity.attributes))
        .collect::<std::result::Result<_, _>>()?;
    let points: Vec<i64> = decisions.iter().map(|decision| decision.trace.points).collect();
    sqlx::query!(
        "insert into activities (member_id, activity_id, source, document_id, kind, occurred_at, received_at,
             attributes, points)
         select member_id, activity_id, source, document_id, kind, occurred_at, $9, attributes, points
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
             $7::jsonb[], $8::bigint[])
             as t (member_id, activity_id, source, document_id, kind, occurred_at, attributes, points)",
        &members,
        &ids,
        &sources as _,
        &documents as _,
        &kinds as _,
        times as _,
        &attributes,
        &points,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The kinds of the newest activities: those on the last pages of the table, which only ever grows.
pub async fn kinds(conn: &mut PgConnection, pages: i64) -> Result<Vec<String>> {
    let kinds = sqlx::query_scalar!(
        "select distinct kind from activities
         where ctid >= (select format('(%s,0)', greatest(0, pg_relation_size('activities')
             / current_setting('block_size')::int - $1::bigint))::tid)
         order by kind limit 100",
        pages
    )
    .fetch_all(conn)
    .await?;
    Ok(kinds)
}
