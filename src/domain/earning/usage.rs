//! What evaluations use of limits and budgets: read before as facts, added after, given back by returns.

use jiff::civil::Date;

use super::{Effect, Facts, MICRO, Most, Period, Rulebook, Step, Trace, Why, book::Ready};
use crate::domain::counters::CounterKey;

/// The metric under which the use of limits is counted, per member.
pub const LIMIT: &str = "limit";

/// Who can say what was used before.
pub trait Purse {
    /// What a member used of a limit.
    fn used(&self, key: &CounterKey) -> i64;
    /// What a campaign has given, by the name of its budget, in millionths of a point.
    fn spent(&self, budget: &str) -> i64;
}

/// What one evaluation used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// The member's counters: millionths of a point, or times.
    pub limits: Vec<(CounterKey, i64)>,
    /// By the name of the budget, millionths of a point.
    pub budgets: Vec<(String, i64)>,
}

impl Rulebook {
    /// The local day of an instant.
    #[must_use]
    pub fn day(&self, at: jiff::Timestamp) -> Date {
        self.local(at).date()
    }

    /// What was used before of everything that limits a purchase, or an activity of this kind, on a day.
    #[must_use]
    pub fn used(&self, kind: Option<&str>, day: Date, purse: &impl Purse) -> Vec<(String, i64)> {
        let mut used: Vec<(String, i64)> = Vec::new();
        for ready in self.triggered(kind).iter().map(|place| &self.rules[*place]) {
            for (limit, name) in &ready.limits {
                let Some(key) = key(name, limit.per, day) else { continue };
                used.push((name.clone(), purse.used(&key)));
            }
            let Some(campaign) = ready.campaign.map(|place| &self.campaigns[place]) else { continue };
            if campaign.campaign.settings.budget.is_some() {
                used.push((campaign.budget_name.clone(), purse.spent(&campaign.budget_name)));
            }
        }
        used.retain(|(_, used)| *used != 0);
        used.sort_unstable();
        used.dedup();
        used
    }

    /// Whether any rule reads what this member is: a birthday, or tags.
    #[must_use]
    pub fn birthdays(&self) -> Vec<(i16, i16)> {
        let window = |ready: &Ready| ready.rule.definition.when.birthday.map(|w| (w.before, w.after));
        let mut windows: Vec<(i16, i16)> = self.rules.iter().filter_map(window).collect();
        windows.sort_unstable();
        windows.dedup();
        windows
    }

    #[must_use]
    pub fn reads_tags(&self) -> bool {
        self.rules.iter().any(|ready| !ready.rule.definition.when.tag.is_empty())
            || self.campaigns.iter().any(|one| !one.campaign.settings.audience.tag.is_empty())
            || self.game.reads_tags()
    }
}

/// The names of the budgets of a book, sorted.
#[must_use]
pub fn budgets(book: &Rulebook) -> Vec<String> {
    let limited = book.campaigns.iter().filter(|one| one.campaign.settings.budget.is_some());
    let mut names: Vec<String> = limited.map(|one| one.budget_name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What an evaluation on a day used. The difference of two evaluations is what a return gives back.
#[must_use]
pub fn usage(book: &Rulebook, trace: &Trace, day: Date) -> Usage {
    let mut usage = Usage::default();
    let mut given: Vec<(usize, i64)> = Vec::new();
    for step in &trace.steps {
        match step {
            Step::Rule { rule_no, micro, .. } => {
                let Some(ready) = book.ready(*rule_no) else { continue };
                let net = micro + limited(trace, *rule_no);
                usage.rule(ready, net, day);
                given.extend(ready.campaign.map(|place| (place, net)));
            }
            Step::Cap { rule_no, .. } => usage.cap(book, *rule_no, trace.points, day),
            Step::Budget { campaign_no, micro } => {
                let of = |one: &super::book::ReadyCampaign| one.campaign.campaign_no == *campaign_no;
                given.extend(book.campaigns.iter().position(of).map(|place| (place, *micro)));
            }
            Step::Tier { .. } | Step::Before(_) => {}
        }
    }
    for (rule_no, why) in &trace.missed.0 {
        if *why == Why::NotNeeded {
            usage.cap(book, *rule_no, trace.points, day);
        }
    }
    for (place, micro) in given {
        let campaign = &book.campaigns[place];
        if campaign.campaign.settings.budget.is_none() {
            continue;
        }
        match usage.budgets.iter_mut().find(|(name, _)| *name == campaign.budget_name) {
            Some((_, sum)) => *sum += micro,
            None => usage.budgets.push((campaign.budget_name.clone(), micro)),
        }
    }
    usage
}

/// What the limits of a rule took of it.
fn limited(trace: &Trace, of: i32) -> i64 {
    let taken = trace.steps.iter().filter_map(|step| match step {
        Step::Cap { rule_no, micro, .. } if *rule_no == of => Some(*micro),
        _ => None,
    });
    taken.sum()
}

impl Usage {
    fn rule(&mut self, ready: &Ready, micro: i64, day: Date) {
        for (limit, name) in &ready.limits {
            let amount = if matches!(limit.most, Most::Points(_)) { micro } else { 1 };
            self.limits.extend(key(name, limit.per, day).map(|key| (key, amount)));
        }
    }

    /// A cap on everything counts whole points. Of a rule's own limit its step has counted.
    fn cap(&mut self, book: &Rulebook, rule_no: i32, points: i64, day: Date) {
        let Some(ready) = book.ready(rule_no) else { return };
        if !matches!(ready.rule.definition.effect, Effect::Cap { .. }) {
            return;
        }
        for (limit, name) in &ready.limits {
            let amount = super::clamp(i128::from(points) * MICRO);
            self.limits.extend(key(name, limit.per, day).map(|key| (key, amount)));
        }
    }

    /// What this used more than another.
    #[must_use]
    pub fn less(mut self, other: &Self) -> Self {
        for (key, amount) in &other.limits {
            match self.limits.iter_mut().find(|(known, _)| known == key) {
                Some((_, sum)) => *sum -= amount,
                None => self.limits.push((key.clone(), -amount)),
            }
        }
        for (name, amount) in &other.budgets {
            match self.budgets.iter_mut().find(|(known, _)| known == name) {
                Some((_, sum)) => *sum -= amount,
                None => self.budgets.push((name.clone(), -amount)),
            }
        }
        self.limits.retain(|(_, amount)| *amount != 0);
        self.budgets.retain(|(_, amount)| *amount != 0);
        self
    }
}

/// The counter of a limit on a day; a limit per document needs none.
fn key(name: &str, per: Period, day: Date) -> Option<CounterKey> {
    let period = match per {
        Period::Purchase => return None,
        Period::Day => crate::domain::program::day_key(day),
        Period::Week => {
            let week = day.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        Period::Month => crate::domain::program::month_key(day),
        Period::Year => format!("{:04}", day.year()),
        Period::Ever => String::new(),
    };
    Some(CounterKey { metric: LIMIT.to_owned(), dimension: name.to_owned(), period })
}

impl Facts {
    /// How many days lie between a day and the nearest birthday: negative before it.
    #[must_use]
    pub fn days_from_birthday(born: Date, day: Date) -> i64 {
        let on = |year: i16| {
            let month = born.month();
            Date::new(year, month, born.day()).or_else(|_| Date::new(year, month, 28)).unwrap_or(day)
        };
        let apart = |year: i16| i64::from((day - on(year)).get_days());
        let years = [day.year() - 1, day.year(), day.year() + 1];
        years.into_iter().map(apart).min_by_key(|days| days.abs()).unwrap_or(0)
    }

    /// Which of these windows around a birthday a day lies in.
    #[must_use]
    pub fn near_birthday(windows: &[(i16, i16)], born: Date, day: Date) -> Vec<(i16, i16)> {
        let apart = Self::days_from_birthday(born, day);
        let near = |(before, after): &&(i16, i16)| -i64::from(*before) <= apart && apart <= i64::from(*after);
        windows.iter().filter(near).copied().collect()
    }
}
