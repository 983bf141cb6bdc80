//! How a handful of made-up purchases would count for a badge: the same steps that purchases take, with
//! nothing behind them.

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{BadgeRule, Game, Level, form::BadgeForm, game::Member};
use crate::domain::{
    activity::Activity,
    catalogue::whole_number,
    counters::Counters,
    form::{FilterForm, moment, words},
    metric::{Field, Measure, Metric, Number, PURCHASE, event::Event},
    points::{Money, grouped},
    purchase::{Flags, Line, MAX_AMOUNT, MAX_QUANTITY, MemberRef, Purchase},
    words::Currency,
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

impl Bought {
    /// What was typed, if it can be read; else the part that can't.
    pub fn read(part: impl Fn(&str) -> String, digits: u32) -> Result<Self, &'static str> {
        let quantity = whole_number(&part("quantity")).filter(|many| (0..=MAX_QUANTITY).contains(many));
        let amount = Money::parse(part("amount").trim(), digits);
        let amount = amount.filter(|amount| (0..=MAX_AMOUNT).contains(&amount.0));
        moment(&part("at")).ok_or("at")?;
        Ok(Self {
            at: part("at"),
            category: part("category"),
            store: part("store"),
            quantity: quantity.ok_or("quantity")?,
            amount: amount.ok_or("amount")?,
        })
    }

    /// Purchases to begin with, one on each of these days: such as the rule asks for.
    #[must_use]
    pub fn on(filter: &FilterForm, days: &[Date], currency: &Currency) -> Vec<Self> {
        let (category, store) = such_as(filter);
        let one = |day: &Date| Self {
            at: format!("{day}T10:00"),
            category: category.clone(),
            store: store.clone(),
            quantity: 2,
            amount: Money(10 * currency.unit()),
        };
        days.iter().map(one).collect()
    }
}

/// How far a member would be after each purchase, in words: "4, bronze".
#[must_use]
pub fn reached(rule: &BadgeRule, bought: &[Bought], currency: &Currency) -> Vec<String> {
    let is_money = rule.metric.as_ref().is_some_and(Metric::is_money);
    let number = |many: i64| if is_money { currency.money(many) } else { grouped(many) };
    let words = |after: Option<(i64, Option<Level>)>| match after {
        Some((many, Some(level))) => format!("{}, {}", number(many), level.as_str()),
        Some((many, None)) => number(many),
        None => "—".to_owned(),
    };
    progress(rule, bought).into_iter().map(words).collect()
}

/// How far a member would be after each of them: the most that was reached until then, and the level that it
/// gives. `None`: other badges are asked for, or the purchase has no day.
fn progress(rule: &BadgeRule, bought: &[Bought]) -> Vec<Option<(i64, Option<Level>)>> {
    let Some(metric) = &rule.metric else { return vec![None; bought.len()] };
    let game = Game::new(&[BadgeForm::default().with(rule.clone())]);
    let mut play = game.play(&Counters::default(), &HashSet::new());
    let member = Member { tier: None, tags: &[] };
    let mut after = |one: &Bought| {
        let local = moment(&one.at)?;
        match metric.on.iter().find(|kind| *kind != PURCHASE) {
            Some(kind) if !metric.on.iter().any(|kind| kind == PURCHASE) => {
                play.record(&Event::of_activity(&one.activity(kind, metric), local), member);
            }
            _ => {
                play.record(&Event::of_purchase(&one.purchase(metric), local), member);
            }
        }
        let best = play.bests().first().copied()?;
        Some((best, rule.reached(best).last()))
    };
    bought.iter().map(&mut after).collect()
}

impl Bought {
    /// A purchase of one line; of the articles that count, the first.
    fn purchase(&self, metric: &Metric) -> Purchase {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let line = Line {
            sku: metric.r#where.lines.sku.first().cloned(),
            category: some(&self.category),
            quantity: self.quantity,
            amount: self.amount,
            flags: Flags::default(),
        };
        Purchase {
            source: String::new(),
            document_id: String::new(),
            member: MemberRef::ExternalId(String::new()),
            store: some(&self.store),
            purchased_at: Timestamp::UNIX_EPOCH,
            amount: self.amount,
            lines: vec![line],
        }
    }

    /// An activity with attributes as the filter wants them; what is measured is how many there are.
    fn activity(&self, kind: &str, metric: &Metric) -> Activity {
        let wanted = metric.r#where.attributes.iter();
        let mut attributes: BTreeMap<String, String> =
            wanted.filter_map(|(name, values)| Some((name.clone(), values.first()?.clone()))).collect();
        let measured = match &metric.measure {
            Measure::Sum(Number::Attribute(name))
            | Measure::Max(Number::Attribute(name))
            | Measure::Distinct(Field::Attribute(name)) => Some(name.as_str()),
            _ => None,
        };
        for name in measured.into_iter().chain(["quantity"]) {
            attributes.entry(name.to_owned()).or_insert_with(|| self.quantity.to_string());
        }
        if !self.store.trim().is_empty() {
            attributes.insert("store".to_owned(), self.store.trim().to_owned());
        }
        Activity {
            source: String::new(),
            document_id: String::new(),
            member: MemberRef::ExternalId(String::new()),
            kind: kind.to_owned(),
            occurred_at: Timestamp::UNIX_EPOCH,
            attributes,
        }
    }
}

/// The first category and store that a rule asks for: an example is such as these.
#[must_use]
pub fn such_as(filter: &FilterForm) -> (String, String) {
    let first = |list: &str| words(list).into_iter().next().unwrap_or_default();
    (first(&filter.category), first(&filter.store))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::badge::words::says;

    const TEA: &str = r#"{"metric":{"on":["purchase"],"where":{"lines":{"category":["tea"]}},
        "measure":{"sum":"quantity"},"window":{"calendar":"month"}},
        "levels":[{"level":"bronze","threshold":3},{"level":"gold","threshold":50}]}"#;

    fn euros() -> Currency {
        Currency { code: "EUR".to_owned(), digits: 2 }
    }

    #[test]
    fn a_few_purchases_count_as_at_the_till() {
        let rule: BadgeRule = serde_json::from_str(TEA).expect("a rule");
        let bought = [
            ("2026-11-02T10:00", "tea"),
            ("2026-11-03T10:00", "coffee"),
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
        assert_eq!(reached(&rule, &bought, &euros()), ["2", "2", "4, bronze", "4, bronze", "—"]);
        let words = "Bronze for 3, gold for 50 things of tea in one month.";
        assert_eq!(says(&rule, &euros()), words);
    }

    #[test]
    fn an_example_is_such_as_the_rule_asks_for() {
        let filter = FilterForm { category: "tea, coffee".to_owned(), ..FilterForm::default() };
        let day = jiff::civil::date(2026, 11, 22);
        let begun = Bought::on(&filter, &[day], &euros());
        let parts = |part: &str| match part {
            "at" => "2026-11-22T10:00".to_owned(),
            "category" => "tea".to_owned(),
            "quantity" => " 2 ".to_owned(),
            "amount" => "10.00".to_owned(),
            _ => String::new(),
        };
        assert_eq!(Ok(begun), Bought::read(parts, 2).map(|one| vec![one]));
        for (wrong, typed) in [("quantity", "-1"), ("amount", "12,50"), ("amount", "1e9"), ("at", "soon")] {
            let read = Bought::read(|part| if part == wrong { typed.to_owned() } else { parts(part) }, 2);
            assert_eq!(read, Err(wrong));
        }
    }
}
