//! Two kinds of failure: *refused* is for the person, *broken* is for us and is logged once, at the edge,
//! with a reference.

use std::{borrow::Cow, fmt, panic::Location};

use crate::domain::refusal::{Code, FieldError, Refusal};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug)]
pub enum Error {
    Refused(Refusal),
    Broken(Broken),
}

/// Something that should not happen: what, and where it was first seen.
pub struct Broken {
    cause: Box<dyn std::error::Error + Send + Sync>,
    at: &'static Location<'static>,
}

impl Error {
    pub fn refused(code: Code, message: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(code, message))
    }

    pub fn not_found(what: &str) -> Self {
        Self::Refused(Refusal::not_found(what))
    }

    /// One wrong field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Refused(Refusal::invalid(vec![FieldError::new(field, message)]))
    }

    /// Whether the database refused data (too long, out of range, against a constraint) rather than being in
    /// trouble.
    #[must_use]
    pub fn is_about_data(&self) -> bool {
        self.database_code().is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
    }

    /// What the command line says: all of a refusal.
    #[must_use]
    pub fn in_full(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.in_full(),
            Self::Broken(broken) => broken.to_string(),
        }
    }

    /// What the person who asked is told: that a text holds a character that Postgres can't keep (NUL, above
    /// all) is for them, although only Postgres noticed.
    #[must_use]
    pub fn told(self) -> Self {
        match self.database_code().as_deref() {
            Some("22021" | "22P05") => {
                let message = "Something in it can't be read as text. Type it anew and try again.";
                Self::refused(Code::Invalid, message)
            }
            _ => self,
        }
    }

    /// The SQLSTATE that the database broke with.
    fn database_code(&self) -> Option<Cow<'_, str>> {
        let Self::Broken(broken) = self else { return None };
        broken.cause.downcast_ref::<sqlx::Error>()?.as_database_error()?.code()
    }

    /// Logs what broke and gives its reference; a refusal has none and needs none.
    #[must_use]
    pub fn log(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.message.clone(),
            Self::Broken(broken) => broken.log(),
        }
    }

    #[track_caller]
    pub fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(Broken { cause: cause.into(), at: Location::caller() })
    }
}

impl Broken {
    /// Logs the whole chain once and gives the reference under which it can be found.
    pub fn log(&self) -> String {
        let reference = crate::server::context::new_id().simple().to_string()[20..].to_owned();
        tracing::error!(reference, at = %self.at, "Something broke: {self}");
        reference
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        let mut source = self.cause.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} (at {})", self.at)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Broken(broken) => broken.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

macro_rules! broken_from {
    ($($cause:ty),+ $(,)?) => {$(
        impl From<$cause> for Error {
            #[track_caller]
            fn from(cause: $cause) -> Self {
                Self::broken(cause)
            }
        }
    )+};
}

broken_from!(
    sqlx::Error,
    sqlx::migrate::MigrateError,
    std::io::Error,
    serde_json::Error,
    tokio::task::JoinError
);
