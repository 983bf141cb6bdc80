//! A member's challenges, as tills and apps show them.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answers, Api, OfPath,
    caller::{Caller, MembersRead},
    members::named,
    problem::Problem,
    reading::At,
};
use crate::{
    domain::challenge::{Join, State as Life},
    server::{
        challenges::{self, Standing},
        ledger,
    },
};

/// A challenge and how far the member has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengeAnswer {
    #[schema(example = "three-visits")]
    pub slug: String,
    pub name: String,
    pub description: String,
    /// Local days of the programme: from this one on, and until before that one.
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub until: String,
    /// False: it has ended, or what was before it is being counted.
    pub live: bool,
    /// Everybody takes part without joining.
    pub automatic: bool,
    /// Whether the member takes part.
    pub joined: bool,
    /// How often the member has completed it, of how often it can be.
    pub completed: i32,
    pub rounds: i32,
    /// Of the round that is open.
    pub steps: Vec<ChallengeStepAnswer>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengeStepAnswer {
    pub title: String,
    /// In the unit of the step; money in minor units.
    pub value: i64,
    pub target: i64,
}

/// A member's challenges.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengesAnswer {
    pub items: Vec<ChallengeAnswer>,
}

/// Read a member's challenges
///
/// Those that are running and for this member, and those that the member completed; each with the progress of
/// the round that is open.
#[utoipa::path(get, path = "/members/{id}/challenges", tag = "Members", operation_id = "get_challenges",
    params(("id" = String, Path, description = "A member's id")),
    responses((status = 200, description = "The challenges", body = ChallengesAnswer), OfPath, Answers))]
pub async fn of_member(
    State(api): State<Api>,
    _: Caller<MembersRead>,
    At(id): At<String>,
) -> Result<Json<ChallengesAnswer>, Problem> {
    let member = named(&id)?;
    // Whoever is no member is refused.
    ledger::balances(&api.ctx, member).await?;
    let all = challenges::of_member(&api.ctx, member).await?.into_iter();
    let items = all.filter(|one| one.is_for_me || !one.given.is_empty()).map(answer).collect();
    Ok(Json(ChallengesAnswer { items }))
}

fn answer(standing: Standing) -> ChallengeAnswer {
    let completed = standing.given.iter().filter(|given| !given.is_revoked).count();
    let Standing { challenge, progress, entry, .. } = standing;
    let rule = challenge.rule;
    let steps = rule.steps.into_iter().zip(progress).map(|(step, value)| ChallengeStepAnswer {
        title: step.title,
        value: value.min(step.target),
        target: step.target,
    });
    ChallengeAnswer {
        slug: challenge.challenge,
        name: challenge.name,
        description: challenge.description,
        from: rule.from.to_string(),
        until: rule.until.to_string(),
        live: challenge.state == Life::Live,
        automatic: rule.join == Join::Automatic,
        joined: entry.is_some(),
        completed: i32::try_from(completed).unwrap_or(i32::MAX),
        rounds: rule.rounds,
        steps: steps.collect(),
    }
}
