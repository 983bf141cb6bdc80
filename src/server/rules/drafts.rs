//! Drafts of the rules: what a form says becomes one, it is kept, tried and changed, and in the end made live
//! or thrown away. Nothing counts before that.

mod store;

use serde_json::json;
use uuid::Uuid;

use super::editing;
use crate::{
    domain::{
        earning::{Campaign, Definition, Rule, Rulebook, Settings},
        refusal::{Code, FieldError, Refusal},
        replay::{Draft, DraftCampaign, DraftRule},
        text::slug,
    },
    server::{
        audit::{self, Change},
        context::{Context, new_id},
        error::{Error, Result},
        identity::Staff,
    },
};

pub use store::Kept;

/// How many drafts may lie about.
const MOST_DRAFTS: i64 = 200;

/// The drafts, the newest first.
pub async fn list(ctx: &Context, _by: &Staff) -> Result<Vec<Kept>> {
    store::list(&mut *ctx.pool.acquire().await?).await
}

/// Refused: `not_found`.
pub async fn find(ctx: &Context, _by: &Staff, id: Uuid) -> Result<Kept> {
    let found = store::find(&mut *ctx.pool.acquire().await?, id).await?;
    found.ok_or_else(|| Error::not_found("This draft"))
}

/// Keeps a draft. Refused: `invalid`, with the place in the draft.
pub async fn save(ctx: &Context, by: &Staff, title: &str, draft: &Draft) -> Result<Uuid> {
    draft.over(&editing::list(ctx).await?).map_err(Error::Refused)?;
    editing::check_names(draft)?;
    let mut tx = ctx.pool.begin().await?;
    if store::count(&mut tx).await? >= MOST_DRAFTS {
        let message = format!("There are {MOST_DRAFTS} drafts; make some live or throw them away first");
        return Err(Error::refused(Code::Invalid, message));
    }
    let now = ctx.clock.now();
    let title: String = title.chars().take(200).collect();
    let kept = Kept { id: new_id(), title, draft: draft.clone(), saved_at: now, saved_by: by.name.clone() };
    store::insert(&mut tx, &kept).await?;
    let change = Change {
        action: "rules.draft",
        subject: "earning rules".to_owned(),
        new: Some(json!({ "draft": kept.title })),
        ..Change::default()
    };
    audit::record(&mut tx, by, now, change).await?;
    tx.commit().await?;
    Ok(kept.id)
}

/// Makes a kept draft live at once; it is a draft no more. Refused: `not_found`, `invalid`.
pub async fn apply(ctx: &Context, by: &Staff, id: Uuid) -> Result<()> {
    let kept = find(ctx, by, id).await?;
    let mut tx = ctx.pool.begin().await?;
    // Whoever deletes it applies it: two people who press at once make it live once.
    if !store::delete(&mut tx, id).await? {
        return Err(Error::not_found("This draft"));
    }
    editing::apply_audited(ctx, &mut tx, by, &kept.draft).await?;
    tx.commit().await?;
    Ok(())
}

/// Throws a draft away. Refused: `not_found`.
pub async fn discard(ctx: &Context, by: &Staff, id: Uuid) -> Result<()> {
    let kept = find(ctx, by, id).await?;
    let mut tx = ctx.pool.begin().await?;
    if !store::delete(&mut tx, id).await? {
        return Err(Error::not_found("This draft"));
    }
    let change = Change {
        action: "rules.discard",
        subject: "earning rules".to_owned(),
        old: Some(json!({ "draft": kept.title })),
        ..Change::default()
    };
    audit::record(&mut tx, by, ctx.clock.now(), change).await?;
    tx.commit().await?;
    Ok(())
}

/// The draft that a rule as typed makes. A rule of a campaign brings the campaign and its other rules along,
/// since they are versions of one thing.
pub fn of_rule(book: &Rulebook, rule: &str, campaign: &str, definition: Definition) -> Result<Draft> {
    let rule = if rule.is_empty() { free_name(book, &definition.name) } else { rule.to_owned() };
    if campaign.is_empty() {
        let draft = DraftRule { rule, campaign: None, definition };
        return Ok(Draft { rules: vec![draft], ..Draft::default() });
    }
    let Some(of) = newest_campaign(book, campaign) else {
        let error = FieldError::new("form[campaign]", "This campaign is over; choose another");
        return Err(Error::Refused(Refusal::invalid(vec![error])));
    };
    let mut draft = with_rules(book, of);
    draft.rules.retain(|one| one.rule != rule);
    draft.rules.push(DraftRule { rule, campaign: Some(campaign.to_owned()), definition });
    Ok(draft)
}

/// The draft that a campaign as typed makes, with its rules as they are, or with the one that multiplies.
#[must_use]
pub fn of_campaign(
    book: &Rulebook,
    campaign: &str,
    settings: Settings,
    multiplier: Option<Definition>,
) -> Draft {
    let known = newest_campaign(book, campaign);
    let name = known.map_or_else(|| free_name(book, &settings.name), |known| known.campaign.clone());
    let mut rules = known.map(|known| with_rules(book, known).rules).unwrap_or_default();
    match (multiplier, rules.as_mut_slice()) {
        (Some(multiplier), [only]) => only.definition.effect = multiplier.effect,
        (Some(definition), []) => {
            let rule = free_name(book, &format!("{name}-points"));
            rules.push(DraftRule { rule, campaign: None, definition });
        }
        _ => {}
    }
    for rule in &mut rules {
        rule.campaign = Some(name.clone());
    }
    Draft { campaigns: vec![DraftCampaign { campaign: name, settings }], rules, ..Draft::default() }
}

fn with_rules(book: &Rulebook, campaign: &Campaign) -> Draft {
    let (rules, _) = book.parts();
    let mine = rules.into_iter().filter(|rule| rule.campaign_no == Some(campaign.campaign_no));
    let mine = mine.filter(|rule| rule.live_until.is_none());
    let draft = |rule: Rule| DraftRule {
        rule: rule.rule,
        campaign: Some(campaign.campaign.clone()),
        definition: rule.definition,
    };
    let settings = campaign.settings.clone();
    let campaign = DraftCampaign { campaign: campaign.campaign.clone(), settings };
    Draft { campaigns: vec![campaign], rules: mine.map(draft).collect(), ..Draft::default() }
}

/// The newest version of a campaign, as long as it goes on.
#[must_use]
pub fn newest_campaign<'a>(book: &'a Rulebook, campaign: &str) -> Option<&'a Campaign> {
    book.every_campaign().rfind(|one| one.campaign == campaign && one.live_until.is_none())
}

/// A name that no rule and no campaign has had, out of the one that members read.
fn free_name(book: &Rulebook, name: &str) -> String {
    let (rules, campaigns) = book.parts();
    let taken = |name: &str| {
        rules.iter().any(|one| one.rule == name) || campaigns.iter().any(|one| one.campaign == name)
    };
    let slug = slug(name, 50).unwrap_or_else(|| "rule".to_owned());
    if !taken(&slug) {
        return slug;
    }
    (2..100_000).map(|number| format!("{slug}-{number}")).find(|name| !taken(name)).unwrap_or(slug)
}
