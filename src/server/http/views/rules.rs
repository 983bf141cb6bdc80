//! The earning rules, as staff read and type them.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Here, known::known};
use crate::{
    domain::{
        earning::{Campaign, Rounding, Rule, Rulebook, form::RuleForm, words},
        form::field,
        refusal::{FieldError, Refusal},
        replay::{
            Draft,
            changes::{about_rule, runs},
        },
    },
    rpc::rules::{DraftLine, RulePage, RuleState, RuleView, RulesPage},
    server::{
        context::Context,
        error::{Error, Result},
        http::forms,
        identity::Staff,
        rules::{drafts, editing},
    },
};

/// What is older than any program says nothing to anybody.
const SINCE_EVER: &str = "1901-01-01T00:00:00Z";

pub async fn show(ctx: &Context, by: &Staff, shown: String) -> Result<RulesPage> {
    let here = Here::of(ctx).await?;
    let book = editing::list(ctx).await?;
    let (mut rules, _) = book.parts();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.rule_no));
    let rules = rules.into_iter().map(|rule| view(&here, &book, rule));
    let shown = if matches!(shown.as_str(), "ended" | "all") { shown } else { "now".to_owned() };
    let rules = rules.filter(|rule| match shown.as_str() {
        "ended" => rule.state == RuleState::Ended,
        "all" => true,
        _ => rule.state != RuleState::Ended,
    });
    let rules = rules.collect();
    let drafts = drafts::list(ctx, by).await?.into_iter().map(|kept| DraftLine {
        id: kept.id,
        title: kept.title,
        saved: saved(&here, &kept.saved_by, kept.saved_at),
    });
    let drafts = drafts.collect();
    Ok(RulesPage { flash: forms::take_flash(), shown, rules, drafts, currency: here.currency() })
}

/// Who saved it and when.
pub(super) fn saved(here: &Here, by: &str, at: Timestamp) -> String {
    format!("{by}, {}", here.local(at).strftime("%-d %B %Y, %H:%M"))
}

/// Whether something runs, between two instants.
pub(super) fn state(now: Timestamp, from: Timestamp, until: Option<Timestamp>) -> RuleState {
    match until {
        Some(until) if until <= now => RuleState::Ended,
        _ if from > now => RuleState::Scheduled,
        _ => RuleState::Live,
    }
}

/// The same of a campaign, whose schedule counts too.
pub(super) fn state_of(here: &Here, campaign: &Campaign) -> RuleState {
    let (from, until) = campaign.settings.schedule.span(&here.zone);
    let until = campaign.live_until.map_or(until, |ends| ends.min(until));
    state(here.now, from.max(campaign.live_from), Some(until))
}

fn view(here: &Here, book: &Rulebook, rule: Rule) -> RuleView {
    let currency = here.currency();
    let campaign = rule.campaign_no.and_then(|no| book.campaign(no));
    let own = state(here.now, rule.live_from, rule.live_until);
    let state = match campaign.map(|campaign| state_of(here, campaign)) {
        Some(RuleState::Ended) => RuleState::Ended,
        Some(RuleState::Scheduled) if own == RuleState::Live => RuleState::Scheduled,
        _ => own,
    };
    let schedule = campaign.map(|campaign| runs(&campaign.settings.schedule));
    RuleView {
        rule_no: rule.rule_no,
        does: words::effect(&rule.definition.effect, &currency),
        conditions: words::conditions(&rule.definition, &currency),
        campaign: campaign.map(|one| one.settings.name.clone()),
        state,
        runs: schedule.unwrap_or_else(|| lives(here, rule.live_from, rule.live_until)),
        can_change: rule.live_until.is_none(),
        rule: rule.rule,
        version: rule.version,
        name: rule.definition.name,
    }
}

/// From when until when something that stands by itself was live.
fn lives(here: &Here, from: Timestamp, until: Option<Timestamp>) -> String {
    let since_ever: Timestamp = SINCE_EVER.parse().unwrap_or_default();
    let at = |at: Timestamp| here.local(at).strftime("%-d %B %Y, %-H:%M").to_string();
    match (from > since_ever, until) {
        (false, None) => "always".to_owned(),
        (true, None) => format!("from {}", at(from)),
        (false, Some(until)) => format!("until {}", at(until)),
        (true, Some(until)) => format!("from {} until {}", at(from), at(until)),
    }
}

/// The form: what was typed, the rule as it is, or a new one of a campaign.
pub async fn form(
    ctx: &Context,
    _by: &Staff,
    (rule, campaign): (&str, &str),
    typed: Option<RuleForm>,
) -> Result<RulePage> {
    let here = Here::of(ctx).await?;
    let book = editing::list(ctx).await?;
    let (currency, digits) = (here.currency(), here.program.currency_digits);
    let (mut refusal, mut says) = (None, None);
    if let Some(typed) = &typed {
        match typed.read(digits) {
            Ok(definition) => says = Some(about_rule(&definition, &currency)),
            Err(refused) => refusal = Some(refused),
        }
    }
    let mut form = match typed {
        Some(mut typed) => {
            typed.make_room();
            typed
        }
        None if rule.is_empty() => RuleForm::empty(campaign),
        None => {
            let (rules, _) = book.parts();
            let found = rules.into_iter().rfind(|one| one.rule == rule);
            let found = found.ok_or_else(|| Error::not_found("This rule"))?;
            let campaign = found.campaign_no.and_then(|no| book.campaign(no));
            let campaign = campaign.map_or("", |one| one.campaign.as_str());
            RuleForm::of(rule, campaign, &found.definition, digits)
        }
    };
    if form.rounding.is_empty() {
        book.rounding.word().clone_into(&mut form.rounding);
    }
    let campaigns = book.every_campaign().filter(|one| one.live_until.is_none());
    let campaigns = campaigns.map(|one| (one.campaign.clone(), one.settings.name.clone())).collect();
    let tiers = tiers(&book);
    let known = known(&mut *ctx.pool.acquire().await?).await?;
    Ok(RulePage { flash: forms::take_flash(), form, refusal, says, campaigns, tiers, known, currency })
}

/// The tiers of a book, what they are called and their names.
pub(super) fn tiers(book: &Rulebook) -> Vec<(String, String)> {
    book.tiers.iter().map(|tier| (tier.tier.clone(), tier.name.clone())).collect()
}

/// What became of a form: it is live, or a draft that can be tried.
pub enum Saved {
    Live,
    Draft(Uuid),
}

/// Keeps a rule as typed, or makes it live.
pub async fn save(ctx: &Context, by: &Staff, form: &RuleForm, live: bool) -> Result<Saved> {
    let here = Here::of(ctx).await?;
    let definition = form.read(here.program.currency_digits).map_err(Error::Refused)?;
    let title = definition.name.clone();
    let book = editing::list(ctx).await?;
    let mut draft = drafts::of_rule(&book, &form.rule, &form.campaign, definition)?;
    draft.rounding = Rounding::of_word(&form.rounding).filter(|rounding| *rounding != book.rounding);
    keep(ctx, by, &title, &draft, live).await
}

/// A draft in which a rule or campaign ends.
pub async fn end(ctx: &Context, by: &Staff, name: &str) -> Result<Saved> {
    let book = editing::list(ctx).await?;
    let (rules, campaigns) = book.parts();
    let rule = rules.into_iter().rfind(|one| one.rule == name).map(|one| one.definition.name);
    let campaign = campaigns.into_iter().rfind(|one| one.campaign == name).map(|one| one.settings.name);
    let called = campaign.or(rule).ok_or_else(|| Error::not_found("This rule"))?;
    let draft = Draft { without: vec![name.to_owned()], ..Draft::default() };
    keep(ctx, by, &format!("End “{called}”"), &draft, false).await
}

pub(super) async fn keep(ctx: &Context, by: &Staff, title: &str, draft: &Draft, live: bool) -> Result<Saved> {
    let saved = drafts::save(ctx, by, title, draft).await.map_err(on_the_form)?;
    if !live {
        return Ok(Saved::Draft(saved));
    }
    drafts::apply(ctx, by, saved).await.map_err(on_the_form)?;
    Ok(Saved::Live)
}

/// What is wrong with a draft stands at its name: the form has no such field.
fn on_the_form(error: Error) -> Error {
    let Error::Refused(refusal) = error else { return error };
    let fields = refusal.fields.iter().map(|one| FieldError::new(&field("name"), one.message.clone()));
    let fields: Vec<FieldError> = fields.collect();
    Error::Refused(Refusal { fields, ..refusal })
}
