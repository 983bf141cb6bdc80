//! Rules and campaigns as they come and go: a draft is made live as new versions, and what it replaces ends
//! at that instant. What was live never changes.

use jiff::Timestamp;
use sqlx::PgConnection;
use tracing::info;

use super::store;
use crate::{
    domain::{
        earning::{Campaign, Rule, Rulebook},
        misread::plain,
        refusal::{Code, FieldError, Refusal},
        replay::{Draft, changes::changes},
    },
    server::{
        audit::{self, Change},
        context::Context,
        error::{Error, Result},
        identity::Staff,
    },
};

/// Writes rules and campaigns as they are; what has a number already stays.
pub async fn put(conn: &mut PgConnection, (rules, campaigns): &(Vec<Rule>, Vec<Campaign>)) -> Result<()> {
    for campaign in campaigns {
        store::put_campaign(conn, campaign).await?;
    }
    for rule in rules {
        store::put_rule(conn, rule).await?;
    }
    Ok(())
}

/// Everything that is, was or will be live.
pub async fn list(ctx: &Context) -> Result<Rulebook> {
    super::rulebook(&mut *ctx.pool.acquire().await?).await
}

/// Makes a draft live at once, as staff write it. Refused: `invalid`, all of it at the field `draft`.
pub async fn apply_as(ctx: &Context, by: &Staff, text: &str) -> Result<Timestamp> {
    let applied = match read(text) {
        Ok(draft) => {
            let mut tx = ctx.pool.begin().await?;
            let applied = apply_audited(ctx, &mut tx, by, &draft).await;
            if applied.is_ok() {
                tx.commit().await?;
            }
            applied
        }
        Err(error) => Err(error),
    };
    let Err(Error::Refused(refusal)) = applied else { return applied };
    let told = |one: &FieldError| format!("{}: {}", one.field, one.message);
    let message = match refusal.fields.as_slice() {
        [] => refusal.message,
        fields => fields.iter().map(told).collect::<Vec<_>>().join("; "),
    };
    Err(Error::Refused(Refusal::invalid(vec![FieldError::new("draft", &message)])))
}

/// Makes a draft live at once, and writes down in words what that changes.
pub async fn apply_audited(
    ctx: &Context,
    tx: &mut PgConnection,
    by: &Staff,
    draft: &Draft,
) -> Result<Timestamp> {
    let live = super::rulebook(tx).await?;
    let from = apply_in(ctx, tx, draft, None).await?;
    let (action, subject) = ("rules.apply", "earning rules".to_owned());
    let new = Some(serde_json::json!({ "changes": changes(draft, &live) }));
    audit::record(tx, by, from, Change { action, subject, new, ..Change::default() }).await?;
    Ok(from)
}

/// Makes a draft live at an instant, now or later: its rules and campaigns as new versions; what they
/// replace, and what the draft is without, ends then. Purchases from before are judged as before, whenever
/// they come.
///
/// Refused: `invalid`, with the place in the draft, or when the instant lies in the past.
pub async fn apply(ctx: &Context, draft: &Draft, at: Option<Timestamp>) -> Result<Timestamp> {
    let mut tx = ctx.pool.begin().await?;
    let from = apply_in(ctx, &mut tx, draft, at).await?;
    tx.commit().await?;
    Ok(from)
}

async fn apply_in(
    ctx: &Context,
    tx: &mut PgConnection,
    draft: &Draft,
    at: Option<Timestamp>,
) -> Result<Timestamp> {
    // One at a time: numbers and versions are given out here.
    store::lock(tx).await?;
    let now = ctx.clock.now();
    let from = at.unwrap_or(now);
    if from < now {
        let message = "Rules can't begin in the past: what was earned then stays as it is";
        return Err(Error::Refused(Refusal::invalid(vec![FieldError::new("at", message)])));
    }
    let live = super::rulebook(tx).await?;
    check_names(draft)?;
    draft.over(&live).map_err(Error::Refused)?;
    end(tx, &live, draft, from).await?;
    let (rules, campaigns) = live.parts();
    let mut numbers: Vec<(String, i32)> = Vec::new();
    let mut campaign_no = campaigns.iter().map(|one| one.campaign_no).max().unwrap_or(0);
    for draft in &draft.campaigns {
        campaign_no += 1;
        let versions = campaigns.iter().filter(|one| one.campaign == draft.campaign).map(|one| one.version);
        let version = versions.max().unwrap_or(0) + 1;
        let (campaign, settings) = (draft.campaign.clone(), draft.settings.clone());
        let (live_from, live_until) = (from, None);
        let campaign = Campaign { campaign_no, campaign, version, live_from, live_until, settings };
        store::put_campaign(tx, &campaign).await?;
        numbers.push((draft.campaign.clone(), campaign_no));
    }
    let next = rules.iter().map(|rule| rule.rule_no).max().unwrap_or(0) + 1;
    for (rule_no, draft) in (next..).zip(&draft.rules) {
        let versions = rules.iter().filter(|one| one.rule == draft.rule).map(|one| one.version);
        let named =
            |name: &String| numbers.iter().find(|(known, _)| known == name).map(|(_, number)| *number);
        let rule = Rule {
            rule_no,
            rule: draft.rule.clone(),
            version: versions.max().unwrap_or(0) + 1,
            campaign_no: draft.campaign.as_ref().and_then(named),
            live_from: from,
            live_until: None,
            definition: draft.definition.clone(),
        };
        store::put_rule(tx, &rule).await?;
    }
    if let Some(rounding) = draft.rounding {
        store::round(tx, rounding).await?;
    }
    let (rules, campaigns) = (draft.rules.len(), draft.campaigns.len());
    info!("{rules} rules and {campaigns} campaigns are live from {from}");
    Ok(from)
}

/// Ends what a draft replaces or is without; the rules of a campaign end with it.
async fn end(conn: &mut PgConnection, live: &Rulebook, draft: &Draft, at: Timestamp) -> Result<()> {
    let replaced = |name: &str| {
        draft.alone
            || draft.without.iter().any(|gone| gone == name)
            || draft.rules.iter().any(|one| one.rule == name)
            || draft.campaigns.iter().any(|one| one.campaign == name)
    };
    let (rules, campaigns) = live.parts();
    let campaigns: Vec<i32> =
        campaigns.iter().filter(|one| replaced(&one.campaign)).map(|one| one.campaign_no).collect();
    let gone = |rule: &&Rule| {
        replaced(&rule.rule) || rule.campaign_no.is_some_and(|number| campaigns.contains(&number))
    };
    let rules: Vec<i32> = rules.iter().filter(gone).map(|rule| rule.rule_no).collect();
    store::end_campaigns(conn, &campaigns, at).await?;
    store::end_rules(conn, &rules, at).await
}

/// Names are kept for ever and stand in the names of limits.
pub(super) fn check_names(draft: &Draft) -> Result<()> {
    let fits = |name: &str| {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=60).contains(&name.len()) && name.bytes().all(letter)
    };
    let rules = draft.rules.iter().enumerate().map(|(place, one)| (format!("rules.{place}.rule"), &one.rule));
    let campaigns = draft.campaigns.iter().enumerate();
    let campaigns = campaigns.map(|(place, one)| (format!("campaigns.{place}.campaign"), &one.campaign));
    let mut seen = std::collections::HashSet::new();
    let mut wrong = Vec::new();
    for (field, name) in rules.chain(campaigns) {
        if !fits(name) {
            let message = "Name it with 1 to 60 lower case letters, digits or dashes";
            wrong.push(FieldError::new(&field, message));
        } else if !seen.insert(name) {
            wrong.push(FieldError::new(&field, "The draft has this name already; give each its own"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Refused(Refusal::invalid(wrong))) }
}

/// A draft out of its JSON. Refused: `unreadable_file`, saying where.
pub fn read(text: &str) -> Result<Draft> {
    let unreadable = |error: serde_json::Error| {
        let why = if error.is_data() {
            format!("{}, in line {}", plain(&error.to_string()), error.line())
        } else {
            error.to_string()
        };
        Error::refused(Code::UnreadableFile, format!("This is no draft of rules: {why}"))
    };
    serde_json::from_str(text).map_err(unreadable)
}
