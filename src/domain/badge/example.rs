//! How a handful of made-up purchases would count for a badge: the same steps that purchases take, with
//! nothing behind them.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::{BadgeRule, Level};
use crate::domain::{
    form::moment,
    metric::{
        Field, Measure, Metric, Number, PURCHASE,
        event::Event,
        period::Ordinals,
        tally::{Place, Reader, Tally},
    },
    points::Money,
    purchase::{Flags, Line},
};

/// One purchase as staff type it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bought {
    /// Local: 2026-11-23T10:00.
    pub at: String,
    pub category: String,
    pub store: String,
    pub quantity: i64,
    pub amount: Money,
}

/// How far a member would be after each of them: the most that was reached until then, and the level that it
/// gives. `None`: other badges are asked for, or the purchase has no day.
#[must_use]
pub fn progress(rule: &BadgeRule, bought: &[Bought]) -> Vec<Option<(i64, Option<Level>)>> {
    let Some(metric) = &rule.metric else { return vec![None; bought.len()] };
    let counted = metric.counted();
    let whole = (counted.len() > 1).then_some(1);
    let reader = Reader::new(metric, (0, whole), rule.most());
    let mut tally = Tally::new(counted.len());
    let mut best = 0;
    let after = |one: &Bought| {
        let local = moment(&one.at)?;
        let (lines, attributes) = (lines(metric, one), attributes(metric, one));
        let event = event(metric, one, local, (&lines, &attributes));
        for (place, counted) in (0..).zip(&counted) {
            let place: Place = place;
            let adds = counted.adds(&event);
            tally.count(place, (&[metric.grain()], reader.is_max), event.ordinals, &adds);
        }
        best = tally.best(&reader).max(best);
        Some((best, rule.reached(best).last()))
    };
    bought.iter().map(after).collect()
}

/// The one line of it; of the articles that count, the first.
fn lines(metric: &Metric, one: &Bought) -> Vec<Line> {
    let category = Some(one.category.trim().to_owned()).filter(|category| !category.is_empty());
    let sku = metric.r#where.lines.sku.first().cloned();
    vec![Line { sku, category, quantity: one.quantity, amount: one.amount, flags: Flags::default() }]
}

/// Attributes as the filter wants them.
fn attributes(metric: &Metric, one: &Bought) -> BTreeMap<String, String> {
    let wanted = metric.r#where.attributes.iter();
    let mut all: BTreeMap<String, String> =
        wanted.filter_map(|(name, values)| Some((name.clone(), values.first()?.clone()))).collect();
    let measured = match &metric.measure {
        Measure::Sum(Number::Attribute(name))
        | Measure::Max(Number::Attribute(name))
        | Measure::Distinct(Field::Attribute(name)) => Some(name),
        _ => None,
    };
    if let Some(name) = measured {
        all.entry(name.clone()).or_insert_with(|| one.quantity.to_string());
    }
    all
}

fn event<'a>(
    metric: &'a Metric,
    one: &'a Bought,
    local: DateTime,
    (lines, attributes): (&'a [Line], &'a BTreeMap<String, String>),
) -> Event<'a> {
    let kind = metric.on.first().map_or(PURCHASE, String::as_str);
    let is_purchase = kind == PURCHASE;
    Event {
        kind,
        local,
        ordinals: Ordinals::of(local.date()),
        store: Some(one.store.trim()).filter(|store| !store.is_empty()),
        lines: if is_purchase { lines } else { &[] },
        amount: if is_purchase { one.amount.0 } else { 0 },
        quantity: one.quantity,
        attributes: (!is_purchase).then_some(attributes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{badge::words::says, words::Currency};

    #[test]
    fn a_few_purchases_count_as_at_the_till() {
        let json = r#"{"metric":{"on":["purchase"],"where":{"lines":{"category":["tea"]}},
            "measure":{"sum":"quantity"},"window":{"calendar":"month"}},
            "levels":[{"level":"bronze","threshold":3},{"level":"gold","threshold":50}]}"#;
        let rule: BadgeRule = serde_json::from_str(json).expect("a rule");
        let bought = [
            ("2026-11-02T10:00", "tea"),
            ("2026-11-09T10:00", "tea"),
            ("2026-12-01T10:00", "tea"),
            ("", "tea"),
        ];
        let bought = bought.map(|(at, category)| Bought {
            at: at.to_owned(),
            category: category.to_owned(),
            quantity: 2,
            ..Bought::default()
        });
        let bronze = Some((4, Some(Level::Bronze)));
        assert_eq!(progress(&rule, &bought), [Some((2, None)), bronze, bronze, None]);
        let currency = Currency { code: "EUR".to_owned(), digits: 2 };
        let words = "bronze for 3, gold for 50 things of tea in one month; only tea";
        assert_eq!(says(&rule, &currency), words);
    }
}
