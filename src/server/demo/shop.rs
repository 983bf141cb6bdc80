//! Juniper & Rye, a fictional roastery and bakery: what it promises its members. Only definitions; people
//! and purchases stand beside.

use jiff::{ToSpan, civil::Date, civil::Weekday};

use crate::domain::{
    badge::{Badge, BadgeRule, State},
    earning::{
        Campaign, Definition, Effect, Rounding, Rule, Rulebook, Settings, Stage, Trigger, When,
        schedule::Schedule,
    },
    expiry::Expiry,
    metric::{Measure, Metric, Number, PURCHASE, Period},
    program::Program,
    streak::{Milestone, StreakTerms},
    tier::Tier,
};

pub const NAME: &str = "Juniper & Rye";
pub const TIME_ZONE: &str = "Europe/Amsterdam";

/// Weeks in a row, with room for a week away.
#[must_use]
pub fn streak() -> StreakTerms {
    let milestones = [(4, 0), (12, 50), (26, 100), (52, 250)];
    StreakTerms {
        unit: Period::Week,
        kinds: vec![PURCHASE.to_owned(), "visit".to_owned()],
        freeze_every: 4,
        freeze_most: 2,
        milestones: milestones.map(|(periods, points)| Milestone { periods, points }).to_vec(),
    }
}

/// One of the nine things to have for points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Names the picture too.
    pub key: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub category: &'static str,
    pub price: i64,
    pub limit_per_member: Option<i32>,
    pub minimum_tier: Option<&'static str>,
    /// How many there are in all; none: no limit.
    pub capacity: Option<i64>,
    /// How many of these people leave over, whatever they would like.
    pub left: i64,
    pub published: bool,
    /// How many members would like to have it, beside the others.
    pub wanted: u32,
}

const PLAIN: Offer = Offer {
    key: "",
    name: "",
    description: "",
    category: "",
    price: 0,
    limit_per_member: None,
    minimum_tier: None,
    capacity: None,
    left: 0,
    published: true,
    wanted: 0,
};

pub const OFFERS: [Offer; 9] = [
    Offer {
        key: "milk",
        name: "Oat milk or extra shot",
        description: "On any drink, today or another day.",
        category: "drink",
        price: 80,
        wanted: 20,
        ..PLAIN
    },
    Offer {
        key: "tree",
        name: "Plant a tree",
        description: "We give €2 to the town orchard, in your name.",
        category: "good",
        price: 250,
        wanted: 10,
        ..PLAIN
    },
    Offer {
        key: "loaf",
        name: "Yesterday's loaf",
        description: "Rye or spelt, whole. Good toast for three days.",
        category: "food",
        price: 300,
        wanted: 16,
        ..PLAIN
    },
    Offer {
        key: "coffee",
        name: "Any coffee, on us",
        description: "From espresso to flat white, any size.",
        category: "drink",
        price: 500,
        wanted: 30,
        ..PLAIN
    },
    Offer {
        key: "cake",
        name: "Slice of plum cake",
        description: "Baked on Thursdays, gone by Sunday.",
        category: "food",
        price: 650,
        wanted: 12,
        ..PLAIN
    },
    Offer {
        key: "tote",
        name: "Market tote",
        description: "Heavy cotton, holds two loaves and a bottle.",
        category: "thing",
        price: 900,
        limit_per_member: Some(1),
        capacity: Some(60),
        wanted: 14,
        ..PLAIN
    },
    Offer {
        key: "beans",
        name: "House beans, 250 g",
        description: "This month from Huila, washed, whole or ground.",
        category: "thing",
        price: 1_100,
        capacity: Some(24),
        left: 24,
        published: false,
        ..PLAIN
    },
    Offer {
        key: "mug",
        name: "Stoneware mug",
        description: "Thrown by Ida two streets away. No two alike.",
        category: "thing",
        price: 1_400,
        limit_per_member: Some(1),
        capacity: Some(40),
        left: 3,
        wanted: 10,
        ..PLAIN
    },
    Offer {
        key: "event",
        name: "Cupping evening",
        description: "Six coffees, one table, a Wednesday at seven.",
        category: "event",
        price: 1_800,
        limit_per_member: Some(1),
        minimum_tier: Some("gold"),
        capacity: Some(12),
        left: 9,
        wanted: 4,
        ..PLAIN
    },
];

/// Everything that decides what a purchase earns, as it stands on `today`.
#[must_use]
pub fn rulebook(today: Date) -> Rulebook {
    let program = program();
    Rulebook::new(program, rules(today), tiers(), badges(), Rounding::HalfUp)
}

fn program() -> Program {
    Program {
        name: NAME.to_owned(),
        tagline: "Every cup grows a leaf".to_owned(),
        address: "14 Canal Street, Amsterdam".to_owned(),
        time_zone: TIME_ZONE.to_owned(),
        currency: "EUR".to_owned(),
        currency_digits: 2,
        points_expiry: Expiry::Months { months: 12 },
        pending_days: 0,
        welcome_points: 50,
        is_demo: true,
    }
}

/// The rule that a fresh program has already, and two campaigns that double it: a weekend some months ago,
/// and the one that comes or has just begun.
fn rules(today: Date) -> (Vec<Rule>, Vec<Campaign>) {
    let since = "1900-01-01T00:00:00Z".parse().unwrap_or_default();
    let rule = |rule_no, rule: &str, campaign_no, name: &str, effect| Rule {
        rule_no,
        rule: rule.to_owned(),
        version: 1,
        campaign_no,
        live_from: since,
        live_until: None,
        definition: Definition {
            name: name.to_owned(),
            on: Trigger::Purchase,
            when: When::default(),
            effect,
            limits: Vec::new(),
            priority: 0,
        },
    };
    let base = Effect::PerMoney { points: 10, per: None, stage: Stage::Base };
    let mut rules = vec![rule(1, "per-unit", None, "Points on every purchase", base)];
    let mut campaigns = Vec::new();
    for (campaign_no, near, campaign, name) in [
        (1, today.saturating_sub(17.weeks()), "street-party", "Canal Street Party"),
        (2, today, "double-points-weekend", "Double Points Weekend"),
    ] {
        let saturday = saturday_of(near);
        let midnight = |day: Date| Some(day.at(0, 0, 0, 0));
        let (from, until) = (midnight(saturday), midnight(saturday.saturating_add(2.days())));
        let schedule = Schedule { from, until, ..Schedule::default() };
        let settings = Settings { name: name.to_owned(), schedule, ..Settings::default() };
        let (campaign, live_until) = (campaign.to_owned(), None);
        campaigns.push(Campaign {
            campaign_no,
            campaign,
            version: 1,
            live_from: since,
            live_until,
            settings,
        });
        let double = Effect::Multiplier { percent: 200 };
        let key = format!("double-{campaign_no}");
        rules.push(rule(campaign_no + 1, &key, Some(campaign_no), "Double points", double));
    }
    (rules, campaigns)
}

/// The Saturday of the weekend that comes next or is now.
fn saturday_of(day: Date) -> Date {
    if day.weekday() == Weekday::Sunday {
        return day.saturating_sub(1.days());
    }
    let ahead = Weekday::Saturday.since(day.weekday());
    day.saturating_add(i64::from(ahead).days())
}

fn tiers() -> Vec<Tier> {
    let tier = |tier: &str, name: &str, rank, threshold, earn_percent, benefits: &str| Tier {
        tier: tier.to_owned(),
        name: name.to_owned(),
        rank,
        threshold,
        earn_percent,
        benefits: benefits.to_owned(),
        free_shipping: rank > 2,
        early_days: [0, 2, 7][usize::try_from(rank - 1).unwrap_or(0).min(2)],
    };
    vec![
        tier("bronze", "Bronze", 1, 0, 100, "Ten points a euro, a slice of cake on your birthday"),
        tier("silver", "Silver", 2, 800, 125, "A quarter more points, first pick of Thursday's bake"),
        tier("gold", "Gold", 3, 2_500, 150, "Half more points, cupping evenings, parcels sent free"),
    ]
}

fn badges() -> Vec<Badge> {
    let badge = |badge: &str, name: &str, description: &str, glyph: &str, measure, levels: &[i64]| Badge {
        badge: badge.to_owned(),
        version: 1,
        name: name.to_owned(),
        description: description.to_owned(),
        glyph: glyph.to_owned(),
        state: State::Live,
        rule: BadgeRule::new(Metric::new(PURCHASE, measure), levels),
    };
    let mut coffee = badge(
        "coffee-hand",
        "Coffee hand",
        "For coffees drunk with us: 10, 25 and 100.",
        "cup",
        Measure::Sum(Number::Quantity),
        &[10, 25, 100],
    );
    if let Some(metric) = &mut coffee.rule.metric {
        metric.r#where.lines.category = vec!["coffee".to_owned()];
    }
    vec![
        badge(
            "first-leaf",
            "First leaf",
            "For your first purchase with your card.",
            "leaf",
            Measure::Count,
            &[1],
        ),
        badge(
            "regular",
            "Regular",
            "For 10, 50 and 100 purchases.",
            "map-pin",
            Measure::Count,
            &[10, 50, 100],
        ),
        coffee,
        badge(
            "steady",
            "Steady hand",
            "For coming by 3, 6 and 12 months in a row.",
            "calendar",
            Measure::Streak(Period::Month),
            &[3, 6, 12],
        ),
        badge(
            "good-company",
            "Good company",
            "For €50, €200 and €500 spent with us in all.",
            "heart",
            Measure::Sum(Number::Amount),
            &[5_000, 20_000, 50_000],
        ),
    ]
}
