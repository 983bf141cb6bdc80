//! Members: made, looked up, and their ledger.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answers, Api, OfBody, OfPath,
    caller::{Caller, MembersRead, MembersWrite},
    problem::Problem,
    reading::{Asked, At, NOT_AN_INSTANT, Sent, Wrong, instant},
    values::MemberName,
};
use crate::{
    domain::{
        birth_date,
        display_name::DisplayName,
        email::Email,
        ids::MemberId,
        program::{Program, day_of},
        tier::Tier,
    },
    server::{
        badges,
        context::Context,
        error::Error,
        ledger::{self, history},
        members::{
            lookup,
            registering::{Registering, register},
        },
        program, streaks, tiers,
    },
};

/// A member to be made; nothing has to be known of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "external_id": "customer-1007", "display_name": "Maya" }))]
pub struct NewMember {
    /// The id that the source gives.
    #[schema(min_length = 1, max_length = 120)]
    external_id: Option<String>,
    /// With an address, the member can choose a password by mail and sign in.
    #[schema(max_length = 254)]
    email: Option<String>,
    #[schema(min_length = 1, max_length = 80)]
    display_name: Option<String>,
    #[schema(format = Date, example = "1990-04-23")]
    birth_date: Option<String>,
    /// For members of old; without it they join now, and get the points of welcome.
    joined_at: Option<String>,
}

/// A member with their points, tier and badges.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberAnswer {
    pub id: String,
    pub external_id: Option<String>,
    /// `null`: the profile was erased.
    pub display_name: Option<String>,
    #[schema(format = DateTime)]
    pub joined_at: String,
    /// The digits of the card's number.
    #[schema(example = "482917304")]
    pub card: Option<String>,
    pub wallets: Wallets,
    pub tier: TierAnswer,
    pub badges: Vec<BadgeHeld>,
    pub streak: StreakAnswer,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Wallets {
    pub points: WalletAnswer,
}

/// What a member has, in points.
#[derive(Debug, Serialize, ToSchema)]
pub struct WalletAnswer {
    /// Can be spent now.
    pub available: i64,
    /// Can be spent later.
    pub pending: i64,
    /// Set aside for a spend that is under way.
    pub held: i64,
    /// Owed after a return of what was already spent.
    pub debt: i64,
    pub next_expiry: Option<Expiry>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Expiry {
    /// All that expire on that day of the program's zone.
    pub points: i64,
    /// When the first of them do.
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TierAnswer {
    #[schema(example = "Silver")]
    pub name: String,
    #[schema(format = DateTime)]
    pub since: String,
    /// The first day on which it would be lost if nothing more were earned; `null`: never.
    #[schema(format = Date)]
    pub until: Option<String>,
    /// To the tier above; `null`: there is none.
    pub points_to_next: Option<i64>,
    /// What will be missing on the day of `until`; 0: nothing.
    pub points_to_stay: i64,
    /// Days before a reward opens to all on which the member can have it.
    pub early_access_days: i16,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BadgeHeld {
    #[schema(example = "regular")]
    pub slug: String,
    pub level: &'static str,
    #[schema(format = DateTime)]
    pub awarded_at: String,
}

/// Periods in a row in which the member did what counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct StreakAnswer {
    /// What a period is: `day`, `week` or `month`.
    #[schema(example = "week")]
    pub unit: &'static str,
    pub current: i64,
    pub longest: i64,
    /// Freezes that are held; each covers a missed period by itself.
    pub freezes: i64,
    /// `null`: there is none ahead.
    pub next_milestone: Option<MilestoneAnswer>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MilestoneAnswer {
    /// So many in a row.
    pub periods: i64,
    /// What it gives; 0: only the moment.
    pub points: i64,
}

/// One of the names that members go by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ByName {
    external_id: Option<String>,
    card: Option<String>,
    email: Option<String>,
}

/// Make a member
///
/// A purchase with an unknown `external_id` makes one too; this call is for those who join at the till.
#[utoipa::path(post, path = "/members", tag = "Members", operation_id = "create_member",
    request_body = NewMember,
    responses(
        (status = 201, description = "Made", body = MemberAnswer),
        (status = 409, description = "`external_id_taken` or `email_taken`", body = Problem,
            content_type = "application/problem+json"),
        OfBody, Answers))]
pub async fn create(
    State(api): State<Api>,
    _: Caller<MembersWrite>,
    Sent(new): Sent<NewMember>,
) -> Result<(StatusCode, Json<MemberAnswer>), Problem> {
    let program = program::show(&api.ctx).await?;
    let new = new.read(&api.ctx, &program)?;
    let member = api.whole(|ctx| async move { register(&ctx, &new).await }).await?;
    Ok((StatusCode::CREATED, Json(show(&api.ctx, member).await?)))
}

impl NewMember {
    fn read(self, ctx: &Context, program: &Program) -> Result<Registering, Problem> {
        let mut wrong = Wrong::default();
        if let Some(name) = &self.external_id {
            wrong.text("external_id", name, 120);
        }
        let email = self.email.as_deref().map(Email::parse).transpose();
        let email = email.unwrap_or_else(|why| {
            wrong.say("email", why);
            None
        });
        let display_name = self.display_name.as_deref().map(DisplayName::parse).transpose();
        let display_name = display_name.unwrap_or_else(|why| {
            wrong.say("display_name", why);
            None
        });
        let zone = program.zone();
        let today = day_of(ctx.clock.now(), &zone);
        let birth_date = self.birth_date.as_deref().map(|text| {
            let day = birth_date::parse(text, today);
            if day.is_none() {
                wrong.say("birth_date", "Give the day of birth, such as 1990-04-23");
            }
            day
        });
        let joined_at = self.joined_at.as_deref().map(|text| {
            let at = instant(text, &zone);
            match at {
                None => wrong.say("joined_at", NOT_AN_INSTANT),
                Some(at) if at > ctx.clock.now() => wrong.say("joined_at", "This is still to come"),
                Some(_) => {}
            }
            at
        });
        let (birth_date, joined_at) = (birth_date.flatten(), joined_at.flatten());
        let external_id = self.external_id;
        wrong.finish(Registering { external_id, email, display_name, birth_date, joined_at })
    }
}

/// Look a member up
#[utoipa::path(get, path = "/members/{id}", tag = "Members", operation_id = "get_member",
    params(("id" = String, Path, description = "The member's id")),
    responses((status = 200, description = "The member", body = MemberAnswer), OfPath, Answers))]
pub async fn find(
    State(api): State<Api>,
    _: Caller<MembersRead>,
    At(id): At<String>,
) -> Result<Json<MemberAnswer>, Problem> {
    Ok(Json(show(&api.ctx, named(&id)?).await?))
}

/// Look a member up by another name
///
/// By exactly one of `external_id`, `card` and `email`.
#[utoipa::path(get, path = "/members", tag = "Members", operation_id = "find_member", params(ByName),
    responses((status = 200, description = "The member", body = MemberAnswer), OfPath,
        (status = 422, description = "`invalid`: not exactly one name", body = Problem,
            content_type = "application/problem+json"), Answers))]
pub async fn find_by_name(
    State(api): State<Api>,
    _: Caller<MembersRead>,
    Asked(name): Asked<ByName>,
) -> Result<Json<MemberAnswer>, Problem> {
    let name = match (name.external_id, name.card, name.email) {
        (Some(name), None, None) => MemberName::ExternalId(name),
        (None, Some(card), None) => MemberName::Card(card),
        (None, None, Some(email)) => MemberName::Email(email),
        _ => return Err(Problem::field("external_id", "Ask by exactly one of external_id, card and email")),
    };
    let mut wrong = Wrong::default();
    let read = name.read(&mut wrong).filter(|_| wrong.0.is_empty());
    let mut conn = api.ctx.pool.acquire().await.map_err(Error::from)?;
    let found = match &read {
        Some(name) => lookup::find(&mut conn, name).await?,
        None => None,
    };
    drop(conn);
    let member = found.ok_or_else(|| Error::not_found("This member"))?;
    Ok(Json(show(&api.ctx, member).await?))
}

/// The member of an id in a path. Refused: `not_found`.
pub fn named(id: &str) -> Result<MemberId, Problem> {
    id.parse().map_err(|_| Error::not_found("This member").into())
}

async fn show(ctx: &Context, member: MemberId) -> Result<MemberAnswer, Problem> {
    let balances = ledger::balances(ctx, member).await?;
    let program = program::show(ctx).await?;
    let (zone, now) = (program.zone(), ctx.clock.now());
    let mut conn = ctx.pool.acquire().await.map_err(Error::from)?;
    let sheet = lookup::sheet(&mut conn, member).await?.ok_or_else(|| Error::not_found("This member"))?;
    let standing = tiers::standing(&mut conn, member, now, &zone).await?;
    let shelf = badges::shelf(&mut conn, member, (now, &zone)).await?;
    let run = streaks::standing(&mut conn, member, now).await?;
    let expiry = history::next_expiry(&mut conn, member, &program.time_zone).await?;
    let held = shelf.badges.into_iter().filter_map(|standing| {
        let (level, at) = standing.best?;
        Some(BadgeHeld { slug: standing.badge.badge, level: level.as_str(), awarded_at: at.to_string() })
    });
    let since = since(&sheet, &standing.tier);
    let next = standing.next.as_ref().map(|next| next.threshold - standing.qualifying);
    Ok(MemberAnswer {
        id: member.to_string(),
        external_id: sheet.external_id,
        display_name: sheet.display_name,
        joined_at: sheet.joined_at.to_string(),
        card: sheet.card,
        wallets: Wallets {
            points: WalletAnswer {
                available: balances.available,
                pending: balances.pending,
                held: balances.held,
                debt: balances.debt,
                next_expiry: expiry.map(|due| Expiry { points: due.points, at: due.at.to_string() }),
            },
        },
        tier: TierAnswer {
            early_access_days: standing.tier.early_days,
            name: standing.tier.name,
            since: since.to_string(),
            until: standing.until.map(|day| day.to_string()),
            points_to_next: next,
            points_to_stay: standing.points_to_stay,
        },
        badges: held.collect(),
        streak: streak(&run),
    })
}

fn streak(run: &streaks::Standing) -> StreakAnswer {
    let next = run.next();
    StreakAnswer {
        unit: run.policy.terms.unit.as_str(),
        current: run.streak.current,
        longest: run.streak.longest,
        freezes: run.streak.freezes,
        next_milestone: next.map(|next| MilestoneAnswer { periods: next.periods, points: next.points }),
    }
}

/// Since when a member has their tier: since they came to it, or since they joined.
fn since(sheet: &lookup::Sheet, tier: &Tier) -> Timestamp {
    let change = sheet.tier_change.as_ref().filter(|(to, _)| *to == tier.tier);
    change.map_or(sheet.joined_at, |(_, at)| *at)
}
