//! The SQL that gives Laurel a role and a database in a fresh cluster. Not checked at compile time: it is
//! about the cluster and not about our schema, and names can't be parameters.

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};

use crate::server::error::Result;

/// Makes the role and the database `laurel` where they are missing. The role may do nothing beyond its
/// database.
pub async fn provide(superuser: &PgConnectOptions) -> Result<()> {
    let mut connection = superuser.clone().application_name("laurel start").connect().await?;
    if !exists(&mut connection, "select exists (select from pg_roles where rolname = 'laurel')").await? {
        sqlx::raw_sql("create role laurel login").execute(&mut connection).await?;
    }
    if !exists(&mut connection, "select exists (select from pg_database where datname = 'laurel')").await? {
        sqlx::raw_sql("create database laurel owner laurel").execute(&mut connection).await?;
    }
    Ok(())
}

async fn exists(connection: &mut PgConnection, question: &'static str) -> Result<bool> {
    Ok(sqlx::query_scalar(question).fetch_one(connection).await?)
}
