//! The write path on a real Postgres.
