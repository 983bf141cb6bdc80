//! Shapes that several calls share.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{problem::Problem, reading::Wrong};
use crate::{
    domain::{
        card::CardNo,
        ids::MemberId,
        points::Money,
        purchase::{MAX_AMOUNT, MemberRef},
        refusal::{Code, Refusal},
        standing::Award,
    },
    server::{context::Context, error::Error, members::lookup},
};

/// A member, by one of the names that members go by.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = json!({ "external_id": "customer-1007" }))]
pub enum MemberName {
    /// The member's id here.
    Id(String),
    /// The id that the source gave. An unknown one makes a member, where a purchase is sent.
    ExternalId(String),
    /// The number on the card, with or without spaces.
    Card(String),
    /// The address with which the member joined.
    Email(String),
}

impl MemberName {
    /// Reads the name; what can be nobody's name is nobody's.
    pub fn read(&self, wrong: &mut Wrong) -> Option<MemberRef> {
        match self {
            Self::Id(id) => id.parse::<MemberId>().ok().map(MemberRef::Id),
            Self::Card(card) => CardNo::parse(card).map(|card| MemberRef::Card(card.digits().to_owned())),
            Self::Email(email) => {
                wrong.text("member/email", email, 254);
                Some(MemberRef::Email(email.trim().to_lowercase()))
            }
            Self::ExternalId(name) => {
                wrong.text("member/external_id", name, 120);
                Some(MemberRef::ExternalId(name.clone()))
            }
        }
    }

    /// The member who goes by this name. Refused: `member_not_found`.
    pub async fn find(&self, ctx: &Context) -> Result<MemberId, Problem> {
        let mut wrong = Wrong::default();
        let name = self.read(&mut wrong);
        let name = wrong.finish(name)?;
        let mut conn = ctx.pool.acquire().await.map_err(Error::from)?;
        let found = match &name {
            Some(name) => lookup::find(&mut conn, name).await?,
            None => None,
        };
        found.ok_or_else(|| unknown_member().into())
    }
}

pub fn unknown_member() -> Refusal {
    Refusal::new(Code::MemberNotFound, "No member goes by this name; let them join first")
}

/// A badge that was awarded, at the highest level that was reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AwardAnswer {
    #[schema(example = "regular")]
    pub badge: String,
    /// bronze, silver or gold.
    #[schema(example = "bronze")]
    pub level: &'static str,
}

impl From<&Award> for AwardAnswer {
    fn from(award: &Award) -> Self {
        Self { badge: award.badge.clone(), level: award.level.as_str() }
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many items, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The next page, if there is one, begins after the last item of this one.
pub fn cut<T>(items: &mut Vec<T>, limit: i64, cursor: impl Fn(&T) -> String) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    if more { items.last().map(cursor) } else { None }
}

/// A decimal of 0 or more, exact in the currency.
pub fn amount(path: &str, text: &str, digits: u32, wrong: &mut Wrong) -> Money {
    let told = match Money::parse(text, digits) {
        Some(read) if (0..=MAX_AMOUNT).contains(&read.0) => return read,
        Some(read) if read.0 > MAX_AMOUNT => format!("No more than {}", Money(MAX_AMOUNT).decimal(digits)),
        _ => {
            let such = Money(1_230).decimal(digits);
            format!("Give a decimal of 0 or more with at most {digits} decimals, as a string: \"{such}\"")
        }
    };
    wrong.say(path, told);
    Money(0)
}
