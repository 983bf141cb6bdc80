//! Keys on a real Postgres.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{ApiKey, Meter, NewKey, PER_MINUTE, create, list, revoke};
use crate::{
    domain::api_key::Scope,
    server::{
        audit,
        context::Context,
        error::Error,
        identity::operator,
        testing::{context, wait},
    },
};

fn till() -> NewKey {
    let scopes = vec!["purchases:write".to_owned(), "members:read".to_owned()];
    NewKey { source: "till-1".to_owned(), scopes, per_minute: PER_MINUTE }
}

/// Who holds the key; a stranger asks at the same time and is told apart.
async fn authenticate(ctx: &Context, secret: &str) -> Option<ApiKey> {
    let asked = ["laurel_stranger".to_owned(), secret.to_owned()];
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let found = super::authenticate(&mut conn, &asked, ctx.clock.now()).await.expect("an answer");
    assert!(found.len() == 2 && found[0].is_none(), "a stranger has a key");
    found.into_iter().nth(1).flatten()
}

async fn holds(ctx: &Context, secret: &str) -> bool {
    authenticate(ctx, secret).await.is_some()
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_key_is_good_until_it_is_revoked_and_is_kept_as_a_hash(pool: PgPool) {
    let ctx = context(pool).await;
    let by = operator();
    let (listed, secret) = create(&ctx, &by, &till()).await.expect("a key");
    assert!(secret.starts_with(&listed.prefix) && secret.len() == 39);
    let key = authenticate(&ctx, &secret).await.expect("a good key");
    assert_eq!(
        (key.source.as_str(), key.scopes),
        ("till-1", vec![Scope::PurchasesWrite, Scope::MembersRead])
    );
    let row = sqlx::query_scalar::<_, String>("select to_jsonb(api_keys)::text from api_keys");
    let row = row.fetch_one(&ctx.pool).await.expect("the row");
    assert!(!row.contains(&secret[20..]), "the key itself is in the table");
    assert!(list(&ctx, &by).await.expect("keys")[0].last_used_at.is_some());

    assert!(!holds(&ctx, "laurel_0123").await);
    revoke(&ctx, &by, listed.api_key_id).await.expect("revoked");
    revoke(&ctx, &by, listed.api_key_id).await.expect("revoked again");
    assert!(!holds(&ctx, &secret).await);
    let (events, _) = audit::list(&ctx, &by, None, None).await.expect("the log");
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["api_key.revoke", "api_key.create"]);
    assert!(!format!("{events:?}").contains(&secret[20..]), "the key itself is in the log");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_key_without_a_source_or_with_a_scope_that_is_none_is_not_made(pool: PgPool) {
    let ctx = context(pool).await;
    let new = NewKey { source: "web".to_owned(), scopes: vec!["all".to_owned()], per_minute: 0 };
    let Err(Error::Refused(refusal)) = create(&ctx, &operator(), &new).await else { panic!("refused") };
    let fields: Vec<&str> = refusal.fields.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["source", "scopes", "per_minute"]);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn servers_count_the_calls_of_a_minute_together(pool: PgPool) {
    let ctx = context(pool).await;
    let (_, secret) = create(&ctx, &operator(), &NewKey { per_minute: 5, ..till() }).await.expect("a key");
    let key = authenticate(&ctx, &secret).await.expect("a good key");
    let (here, there) = (Meter::default(), Meter::default());
    let call = async |meter: &Meter| meter.count(&ctx, &key).await.expect("counted").is_ok();
    for _ in 0..2 {
        assert!(call(&here).await && call(&there).await);
        wait(&ctx, SignedDuration::from_secs(2));
    }
    assert!(call(&here).await);
    wait(&ctx, SignedDuration::from_secs(2));
    assert!(!call(&there).await, "the sixth call of the minute");
    let over = there.count(&ctx, &key).await.expect("counted").expect_err("over");
    assert_eq!(over.seconds, 54);
    wait(&ctx, SignedDuration::from_secs(over.seconds.into()));
    assert!(call(&there).await, "the next minute begins anew");
}
