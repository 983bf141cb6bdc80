//! The challenges of the demonstration: one that everybody is in, one that Maya has joined, two to join.

use jiff::{ToSpan, civil::Date};

use crate::{
    domain::{
        badge::Revoke,
        challenge::{Challenge, ChallengeRule, Join, Progress, Reward, State, Step},
        earning::{Audience, schedule::Hours},
        ids::{AccountId, MemberId},
        metric::{Field, Measure, Metric, Number, PURCHASE},
    },
    server::{
        challenges::{self, editing, fills::Challenges},
        context::{Context, new_id},
        error::Result,
        fills,
        identity::Member,
        jobs::Pace,
    },
};

/// The one that Maya has joined.
const JOINED: &str = "winter-shelf";

/// Opens them, and counts what was before.
pub async fn open(ctx: &Context, maya: Option<MemberId>, today: Date) -> Result<()> {
    for challenge in all(today) {
        editing::open(ctx, &challenge).await?;
    }
    while fills::step::<Challenges>(ctx.clone()).await? == Pace::More {}
    if let Some(member_id) = maya {
        challenges::join(ctx, &Member { member_id, account_id: AccountId(new_id()) }, JOINED).await?;
    }
    Ok(())
}

fn all(today: Date) -> Vec<Challenge> {
    let step = |title: &str, on: &str, measure: Measure, target: i64| Step {
        title: title.to_owned(),
        metric: Metric::new(on, measure),
        target,
    };
    let mut mornings = step("Five mornings, before ten", PURCHASE, Measure::Distinct(Field::Day), 5);
    mornings.metric.r#where.hours =
        Some(Hours { from: jiff::civil::time(5, 0, 0, 0), until: jiff::civil::time(10, 0, 0, 0) });
    let bottles = step("Ten bottles or jars", "recycling", Measure::Sum(Number::Quantity), 10);
    let mut all = vec![
        challenge(
            ("early-mornings", "Early mornings", "Something before ten, on five different days.", "cup"),
            (today.saturating_sub(14.days()), 23),
            vec![mornings],
            60,
        ),
        challenge(
            (JOINED, "The winter shelf", "Try what is on our shelves this season.", "mountain"),
            (today.saturating_sub(21.days()), 40),
            vec![
                step("Four different things", PURCHASE, Measure::Distinct(Field::Sku), 4),
                step("Six things in all", PURCHASE, Measure::Sum(Number::Quantity), 6),
            ],
            80,
        ),
        challenge(
            ("good-company", "Good company", "Tell us what you think, and bring a friend.", "people"),
            (today, 45),
            vec![
                step("One review", "review", Measure::Count, 1),
                step("One friend who joins", "referral", Measure::Count, 1),
            ],
            150,
        ),
        challenge(
            ("bring-it-back", "Bring it back", "Bottles and jars that are filled again.", "recycle"),
            (today, 60),
            vec![bottles],
            40,
        ),
    ];
    all[0].rule.join = Join::Automatic;
    (all[3].rule.progress, all[3].rule.rounds) = (Progress::Enrolment, 3);
    all
}

fn challenge(
    (slug, name, description, glyph): (&str, &str, &str, &str),
    (from, days): (Date, i32),
    steps: Vec<Step>,
    points: i64,
) -> Challenge {
    Challenge {
        challenge: slug.to_owned(),
        version: 1,
        name: name.to_owned(),
        description: description.to_owned(),
        glyph: glyph.to_owned(),
        state: State::Draft,
        rule: ChallengeRule {
            steps,
            from,
            until: from.saturating_add(days.days()),
            join: Join::OptIn,
            progress: Progress::Window,
            rounds: 1,
            audience: Audience::default(),
            reward: Reward::Points(points),
            revoke: Revoke::Never,
        },
    }
}
