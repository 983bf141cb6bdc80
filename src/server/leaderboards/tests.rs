//! Leaderboards on a real Postgres.
