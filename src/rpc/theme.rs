//! Light, dark or as the system has it: a choice of the browser, kept in a cookie so that a page never
//! flashes.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Failure;

/// The cookie that keeps the choice; it is no secret and says nothing about who chose.
pub const COOKIE: &str = "laurel-theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in forms and in the cookie.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    /// What `data-theme` on `<html>` says; nothing when the system decides.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        (self != Self::System).then_some(self.name())
    }

    /// The cookie as both worlds set it: for a year.
    #[must_use]
    pub fn cookie(self) -> String {
        format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", self.name())
    }
}

/// Remembers the theme, then leads back to the page that the form was on.
#[server]
pub async fn choose_theme(theme: Theme) -> Result<(), Failure> {
    crate::server::http::theme::remember(theme);
    Ok(())
}
