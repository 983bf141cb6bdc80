//! What a badge asks for, in a sentence: staff read it while they make one.

use super::{BadgeRule, LevelThreshold, Revoke};
use crate::domain::{
    earning::words::{either, recurring},
    metric::{Metric, words::unit},
    points::grouped,
    text::sentence,
    words::Currency,
};

/// "Bronze for 10, gold for 50 things of tea; on Saturday and Sunday; again every month."
#[must_use]
pub fn says(rule: &BadgeRule, currency: &Currency) -> String {
    let metric = rule.metric.as_ref();
    let is_money = metric.is_some_and(Metric::is_money);
    let asks = |step: &LevelThreshold| {
        let number = if is_money { currency.money(step.threshold) } else { grouped(step.threshold) };
        format!("{} for {number}", step.level.as_str())
    };
    let levels: Vec<String> = rule.levels.iter().map(asks).collect();
    let is_one = rule.levels.last().is_some_and(|step| step.threshold == 1);
    let unit = unit(metric, is_one);
    let mut said = vec![format!("{} {unit}", levels.join(", "))];
    if let Some(Metric { on, r#where: filter, .. }) = metric {
        if on.len() > 1 {
            said.push(format!("counting {}", either(on)));
        }
        for (words, list) in [
            ("only", &filter.lines.category),
            ("only", &filter.lines.sku),
            ("not", &filter.lines.except_category),
            ("not", &filter.lines.except_sku),
            ("at", &filter.store),
        ] {
            // "things of tea" says it.
            let is_said = words == "only" && list.len() == 1 && unit.contains(&format!("of {}", list[0]));
            if !list.is_empty() && !is_said {
                said.push(format!("{words} {}", either(list)));
            }
        }
        said.extend(recurring(filter.weekdays, filter.hours));
    }
    for (words, needs) in [("of", &rule.all_of), ("not without", &rule.requires)] {
        let names: Vec<String> = needs.iter().map(super::form::need_text).collect();
        if !names.is_empty() {
            said.push(format!("{words} {}", names.join(", ")));
        }
    }
    said.extend(rule.repeat.map(|period| format!("again every {}", period.as_str())));
    for (words, list) in [("for the tier", &rule.audience.tier), ("for the segment", &rule.audience.tag)] {
        if !list.is_empty() {
            said.push(format!("{words} {}", either(list)));
        }
    }
    said.extend(match rule.revoke {
        Revoke::Never => None,
        Revoke::OnReversal => Some("taken back by a return".to_owned()),
        Revoke::WhileTrue => Some("only while it holds".to_owned()),
    });
    format!("{}.", sentence(&said.join("; ")))
}
