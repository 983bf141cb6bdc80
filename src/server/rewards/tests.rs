//! Redeeming on a real Postgres.
