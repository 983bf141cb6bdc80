//! The earning rules, as staff read them.

use jiff::Timestamp;

use super::Here;
use crate::{
    domain::earning::Rule,
    rpc::rules::{RuleState, RuleView, RulesPage},
    server::{context::Context, error::Result, http::forms, identity::Staff, rules::editing},
};

/// What is older than any program says nothing to anybody.
const SINCE_EVER: &str = "1901-01-01T00:00:00Z";

pub async fn show(ctx: &Context, _by: &Staff) -> Result<RulesPage> {
    let here = Here::of(ctx).await?;
    let book = editing::list(ctx).await?;
    let since_ever: Timestamp = SINCE_EVER.parse().unwrap_or_default();
    let (mut rules, _) = book.parts();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.rule_no));
    let view = |rule: Rule| RuleView {
        campaign: rule.campaign_no.and_then(|no| book.campaign(no)).map(|one| one.settings.name.clone()),
        state: match rule.live_until {
            Some(until) if until <= here.now => RuleState::Ended,
            _ if rule.live_from > here.now => RuleState::Planned,
            _ => RuleState::Live,
        },
        from: (rule.live_from > since_ever).then(|| here.local(rule.live_from)),
        until: rule.live_until.map(|until| here.local(until)),
        rule_no: rule.rule_no,
        rule: rule.rule,
        version: rule.version,
        definition: rule.definition,
    };
    let rules = rules.into_iter().map(view).collect();
    Ok(RulesPage { flash: forms::take_flash(), rules, currency: here.currency() })
}
