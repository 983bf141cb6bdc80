//! What a key of the API may do.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    #[serde(rename = "purchases:write")]
    PurchasesWrite,
    #[serde(rename = "members:read")]
    MembersRead,
    #[serde(rename = "members:write")]
    MembersWrite,
    #[serde(rename = "rewards:read")]
    RewardsRead,
    #[serde(rename = "redemptions:write")]
    RedemptionsWrite,
    #[serde(rename = "activities:write")]
    ActivitiesWrite,
    /// Everything.
    #[serde(rename = "admin")]
    Admin,
}

/// A key as staff see it: never the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub api_key_id: Uuid,
    pub prefix: String,
    pub source: String,
    pub scopes: Vec<Scope>,
    pub per_minute: i32,
    pub made_by: String,
    pub made_at: jiff::Timestamp,
    pub last_used_at: Option<jiff::Timestamp>,
    pub revoked_at: Option<jiff::Timestamp>,
}

impl Scope {
    pub const ALL: [Self; 7] = [
        Self::PurchasesWrite,
        Self::MembersRead,
        Self::MembersWrite,
        Self::RewardsRead,
        Self::RedemptionsWrite,
        Self::ActivitiesWrite,
        Self::Admin,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PurchasesWrite => "purchases:write",
            Self::MembersRead => "members:read",
            Self::MembersWrite => "members:write",
            Self::RewardsRead => "rewards:read",
            Self::RedemptionsWrite => "redemptions:write",
            Self::ActivitiesWrite => "activities:write",
            Self::Admin => "admin",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// What it lets a key do, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::PurchasesWrite => "Send purchases and returns",
            Self::MembersRead => "Look members up, with their points and ledger",
            Self::MembersWrite => "Make members",
            Self::RewardsRead => "Read the catalogue",
            Self::RedemptionsWrite => "Redeem rewards, cancel redemptions and use vouchers",
            Self::ActivitiesWrite => "Send other activities, such as visits and reviews",
            Self::Admin => "Everything",
        }
    }

    /// Whether a key with these scopes may do what needs this one.
    #[must_use]
    pub fn is_among(self, held: &[Self]) -> bool {
        held.contains(&self) || held.contains(&Self::Admin)
    }
}

/// Sources whose documents are our own; a key of that name could take their ids.
const RESERVED: [&str; 3] = ["web", "staff", "welcome"];

/// Reads the name of a source, or says what is wrong with it.
pub fn source(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() || name.len() > 60 || name.chars().any(char::is_control) {
        return Err("Name the source in 1 to 60 characters, such as till-1");
    }
    if RESERVED.contains(&name) {
        return Err("This name is Laurel's own. Choose another, such as till-1");
    }
    Ok(name.to_owned())
}

/// Reads scopes, or says which is none. The same one twice counts once.
pub fn scopes<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Scope>, String> {
    let mut scopes = Vec::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        let known = Scope::ALL.map(Scope::as_str).join(", ");
        let scope =
            Scope::parse(name).ok_or_else(|| format!("There is no scope {name:?}; there are {known}"))?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    if scopes.is_empty() {
        return Err("Choose what the key may do: at least one scope".to_owned());
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_what_is_none_is_named() {
        let read = scopes("purchases:write, members:read,,purchases:write".split(','));
        assert_eq!(read, Ok(vec![Scope::PurchasesWrite, Scope::MembersRead]));
        assert!(scopes("purchases:wrte".split(',')).is_err_and(|why| why.contains("purchases:wrte")));
        assert!(scopes("".split(',')).is_err());
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
            assert_eq!(serde_json::to_string(&scope).expect("json"), format!("\"{}\"", scope.as_str()));
        }
    }

    #[test]
    fn admin_may_everything_and_others_their_own() {
        for scope in Scope::ALL {
            assert!(scope.is_among(&[Scope::Admin]));
            assert!(scope.is_among(&[scope]));
        }
        assert!(!Scope::Admin.is_among(&[Scope::PurchasesWrite]));
        assert!(!Scope::MembersWrite.is_among(&[Scope::MembersRead]));
    }

    #[test]
    fn our_own_sources_are_not_given_away() {
        assert_eq!(source(" till-1 "), Ok("till-1".to_owned()));
        for name in ["", " ", "web", " staff", "welcome", "a\0b", &"x".repeat(61)] {
            assert!(source(name).is_err(), "{name:?}");
        }
    }
}
