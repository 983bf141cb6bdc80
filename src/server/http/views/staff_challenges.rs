//! Challenges as staff make them.

use super::{Here, challenges::in_words, known as words};
use crate::{
    domain::{
        badge::Badge,
        challenge::{
            Challenge, Join, State,
            form::{ChallengeForm, placed},
        },
        refusal::Refusal,
    },
    rpc::staff_challenges::{ChallengeEditor, ChallengePreview, StaffChallenge, StaffChallengesPage},
    server::{
        challenges::editing,
        context::Context,
        error::{Error, Result},
        http::forms,
        identity::Staff,
        rewards, rules,
    },
};

pub async fn list(ctx: &Context, by: &Staff) -> Result<StaffChallengesPage> {
    let here = Here::of(ctx).await?;
    let all = editing::list(ctx, by).await?;
    let mut library: Vec<(String, Vec<StaffChallenge>)> = Vec::new();
    for ready in editing::ready(ctx, by).await? {
        if all.iter().any(|one| one.kept.challenge.challenge == ready.challenge.challenge) {
            continue;
        }
        let one = view(ctx, &ready.challenge, (0, 0)).await?;
        match library.iter_mut().find(|(group, _)| *group == ready.group) {
            Some((_, challenges)) => challenges.push(one),
            None => library.push((ready.group, vec![one])),
        }
    }
    let mut challenges = Vec::with_capacity(all.len());
    for one in all.iter().rev() {
        challenges.push(view(ctx, &one.kept.challenge, (one.joined, one.completed)).await?);
    }
    Ok(StaffChallengesPage { flash: forms::take_flash(), challenges, library, today: here.today })
}

async fn view(
    ctx: &Context,
    challenge: &Challenge,
    (joined, completed): (i64, i64),
) -> Result<StaffChallenge> {
    let rule = &challenge.rule;
    Ok(StaffChallenge {
        challenge: challenge.challenge.clone(),
        version: challenge.version,
        name: challenge.name.clone(),
        description: challenge.description.clone(),
        glyph: challenge.glyph.clone(),
        state: challenge.state,
        steps: rule.steps.iter().map(|step| step.title.clone()).collect(),
        reward: in_words(ctx, &rule.reward).await?,
        first: rule.from,
        last: rule.last_day(),
        is_automatic: rule.join == Join::Automatic,
        joined,
        completed,
    })
}

pub async fn editor(
    ctx: &Context,
    by: &Staff,
    name: &str,
    typed: Option<ChallengeForm>,
) -> Result<ChallengeEditor> {
    let here = Here::of(ctx).await?;
    let digits = here.program.currency_digits;
    let (mut preview, mut refusal) = (None, None);
    if let Some(form) = &typed {
        match seen(ctx, by, form, digits).await {
            Ok(seen) => preview = Some(seen),
            Err(Error::Refused(refused)) => refusal = Some(refused),
            Err(broken) => return Err(broken),
        }
    }
    let form = match typed {
        Some(mut typed) => {
            typed.make_room();
            typed
        }
        None => match known(ctx, by, name).await? {
            Some(challenge) => ChallengeForm::of(&challenge, digits),
            None => ChallengeForm::empty(here.today),
        },
    };
    let (badges, rewards) = to_give(ctx).await?;
    let mut conn = ctx.pool.acquire().await?;
    let tiers = rules::tiers(&mut conn).await?.into_iter().map(|tier| (tier.tier, tier.name)).collect();
    let known = words::known(&mut conn).await?;
    if let Some(preview) = &mut preview {
        let steps = form.read(digits)?.rule.steps;
        preview.unheard = steps.iter().flat_map(|step| known.unheard(&step.metric)).collect();
        preview.unheard.dedup();
    }
    let (flash, currency) = (forms::take_flash(), here.currency());
    Ok(ChallengeEditor { flash, form, refusal, preview, tiers, badges, rewards, known, currency })
}

type Choices = Vec<(String, String)>;

/// What can be given beside points: levels of badges that are kept, and rewards, with what they are called.
pub async fn to_give(ctx: &Context) -> Result<(Choices, Choices)> {
    let mut conn = ctx.pool.acquire().await?;
    let kept = |badge: &Badge| badge.rule.revoke.is_never() && badge.rule.repeat.is_none();
    let badges = rules::live_badges(&mut conn).await?.into_iter().filter(kept).flat_map(|badge| {
        let levels = badge.rule.levels.clone();
        levels.into_iter().map(move |step| {
            let level = step.level.as_str();
            (format!("{} {level}", badge.badge), format!("{}, {level}", badge.name))
        })
    });
    let badges = badges.collect();
    let rewards = rewards::live(&mut conn).await?.into_iter();
    Ok((badges, rewards.map(|reward| (reward.reward_id.to_string(), reward.name)).collect()))
}

/// As it is, or as the library has it. A copy of what was live needs a name of its own.
async fn known(ctx: &Context, by: &Staff, name: &str) -> Result<Option<Challenge>> {
    let all = editing::list(ctx, by).await?;
    if let Some(one) = all.iter().find(|one| one.kept.challenge.challenge == name) {
        let mut challenge = one.kept.challenge.clone();
        if one.kept.live_at.is_some() {
            challenge.challenge =
                free_name(name, |name| all.iter().any(|one| one.kept.challenge.challenge == name));
        }
        return Ok(Some(challenge));
    }
    let ready = editing::ready(ctx, by).await?.into_iter();
    Ok(ready.map(|ready| ready.challenge).find(|challenge| challenge.challenge == name))
}

fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let stem: String = name.chars().take(55).collect();
    (2..1_000).map(|number| format!("{stem}-{number}")).find(|name| !is_taken(name)).unwrap_or(stem)
}

async fn seen(ctx: &Context, by: &Staff, form: &ChallengeForm, digits: u32) -> Result<ChallengePreview> {
    let challenge = form.read(digits)?;
    let seen = editing::preview(ctx, by, &challenge).await.map_err(at_fields)?;
    let editing::Preview { members, begun, done, from, until } = seen;
    Ok(ChallengePreview { members, begun, done, first: from, last: until, unheard: Vec::new() })
}

/// Keeps what was typed as a draft, or makes it live at once. Gives what it is then, in a sentence.
///
/// Refused: `invalid`, with the fields of the form.
pub async fn save(ctx: &Context, by: &Staff, form: &ChallengeForm, is_live: bool) -> Result<String> {
    let here = Here::of(ctx).await?;
    let challenge = form.read(here.program.currency_digits)?;
    let saved = editing::save(ctx, by, challenge).await.map_err(at_fields)?;
    if !is_live {
        return Ok(format!("{} is kept as a draft.", saved.name));
    }
    let (name, state) = editing::make_live(ctx, by, &saved.challenge).await.map_err(at_fields)?;
    Ok(made_live(&name, state))
}

/// What a challenge is that was made live: one whose days may have begun is counted first.
pub fn made_live(name: &str, state: State) -> String {
    if state == State::Counting {
        format!(
            "{name}: what was done before is being counted. It is live when that is done, within minutes."
        )
    } else {
        format!("{name} is live.")
    }
}

fn at_fields(error: Error) -> Error {
    let Error::Refused(refusal) = error else { return error };
    let fields = refusal.fields.iter().map(placed).collect();
    Error::Refused(Refusal { fields, ..refusal })
}
