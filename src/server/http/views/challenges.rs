//! Challenges as members see them.

use super::Here;
use crate::{
    domain::{challenge::Reward, points::grouped, words::points},
    rpc::challenges::{ChallengeView, ChallengesView, Mine, StepView},
    server::{
        challenges::{self, Given, Standing},
        context::Context,
        error::Result,
        http::forms,
        identity::Member,
    },
};

pub async fn show(ctx: &Context, member: &Member) -> Result<ChallengesView> {
    let here = Here::of(ctx).await?;
    let challenges = all(ctx, &here, member).await?;
    Ok(ChallengesView {
        flash: forms::take_flash(),
        challenges,
        currency: here.currency(),
        today: here.today,
    })
}

/// Those that a member may have on their home page: what there is to do, nearest to its end first.
pub(super) async fn active(ctx: &Context, here: &Here, member: &Member) -> Result<Vec<ChallengeView>> {
    let mut active = all(ctx, here, member).await?;
    active.retain(|challenge| challenge.state == Mine::Active);
    active.sort_by_key(|challenge| challenge.last_day);
    Ok(active)
}

async fn all(ctx: &Context, here: &Here, member: &Member) -> Result<Vec<ChallengeView>> {
    let standings = challenges::of_member(ctx, member.member_id).await?;
    let names = names(ctx, &standings).await?;
    Ok(standings.iter().filter_map(|standing| view(here, standing, &names)).collect())
}

/// What rewards and badges are called.
type Names = Vec<(Reward, String)>;

async fn names(ctx: &Context, standings: &[Standing]) -> Result<Names> {
    let mut names = Names::new();
    for standing in standings {
        let reward = &standing.challenge.rule.reward;
        if !names.iter().any(|(known, _)| known == reward) {
            names.push((reward.clone(), in_words(ctx, reward).await?));
        }
    }
    Ok(names)
}

/// What a challenge gives, in words.
pub async fn in_words(ctx: &Context, reward: &Reward) -> Result<String> {
    Ok(match reward {
        Reward::Points(count) => points(*count),
        Reward::Badge { badge, level } => {
            let all = crate::server::badges::live(ctx).await?;
            let name = all.iter().find(|one| one.badge == *badge).map_or("a secret", |one| &one.name);
            format!("badge {name}, {}", level.as_str())
        }
        Reward::Voucher(id) => {
            let found = crate::server::rewards::find(&mut *ctx.pool.acquire().await?, *id).await?;
            found.map_or_else(|| "a voucher".to_owned(), |reward| format!("a voucher: {}", reward.name))
        }
    })
}

fn view(here: &Here, standing: &Standing, names: &Names) -> Option<ChallengeView> {
    let rule = &standing.challenge.rule;
    let reward = names.iter().find(|(known, _)| *known == rule.reward).map(|(_, name)| name.clone());
    let state = if standing.is_active(here.today) {
        Mine::Active
    } else if standing.can_be_joined(here.today) {
        Mine::Open
    } else if standing.entry.is_some() && standing.is_for_me && here.today < rule.from {
        Mine::Ahead
    } else if standing.given.is_empty() {
        // Over, or for others: nothing to tell.
        return None;
    } else {
        Mine::Past
    };
    let steps = rule.steps.iter().zip(&standing.progress).map(|(step, value)| StepView {
        title: step.title.clone(),
        metric: step.metric.clone(),
        value: *value,
        target: step.target,
    });
    let kept = standing.given.iter().filter(|given| !given.is_revoked);
    Some(ChallengeView {
        challenge: standing.challenge.challenge.clone(),
        name: standing.challenge.name.clone(),
        description: standing.challenge.description.clone(),
        glyph: standing.challenge.glyph.clone(),
        reward: reward.unwrap_or_default(),
        steps: steps.collect(),
        from: rule.from,
        last_day: rule.last_day(),
        from_joining: rule.progress == crate::domain::challenge::Progress::Enrolment,
        rounds: rule.rounds,
        done: standing
            .entry
            .map_or_else(|| i32::try_from(standing.given.len()).unwrap_or(i32::MAX), |entry| entry.done),
        given: kept.rev().map(|given| (given.on, given_words(given))).collect(),
        state,
    })
}

fn given_words(given: &Given) -> String {
    match (given.points, &given.badge, given.redemption_id, &given.missed) {
        (Some(count), ..) => format!("{} points are yours", grouped(count)),
        (_, Some(_), ..) => "A badge is yours".to_owned(),
        (_, _, Some(_), _) => "A voucher is among your rewards".to_owned(),
        (.., missed) => missed.clone().unwrap_or_default(),
    }
}
