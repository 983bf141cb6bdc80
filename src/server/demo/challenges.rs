//! The challenges of the demonstration: one that everybody is in, one that Maya has joined, two to join. Of
//! the first there is a board.

use jiff::{ToSpan, civil::Date};

use crate::{
    domain::{
        badge::Revoke,
        challenge::{Challenge, ChallengeRule, Join, Progress, Reward, State, Step},
        earning::{Audience, schedule::Hours},
        ids::{AccountId, MemberId},
        leaderboard::{
            board::{Board, Metric as BoardMetric, Prize},
            period::PeriodKind,
        },
        metric::{Field, Measure, Metric, Number, PURCHASE},
    },
    server::{
        challenges::{self, editing, fills::Challenges},
        context::{Context, new_id},
        error::Result,
        fills,
        identity::Member,
        jobs::Pace,
        leaderboards,
    },
};

/// The one that everybody is in.
const OF_ALL: &str = "early-mornings";
/// The one that Maya has joined.
const JOINED: &str = "winter-shelf";

/// Opens them, and counts what was before.
pub async fn open(ctx: &Context, maya: Option<MemberId>, today: Date) -> Result<()> {
    for challenge in all(today) {
        editing::open(ctx, &challenge).await?;
    }
    while fills::step::<Challenges>(ctx.clone()).await? == Pace::More {}
    leaderboards::editing::open(ctx, &board()).await?;
    while leaderboards::fill_due(ctx.clone()).await? == Pace::More {}
    if let Some(member_id) = maya {
        challenges::join(ctx, &Member { member_id, account_id: AccountId(new_id()) }, JOINED).await?;
    }
    Ok(())
}

/// Who has bought on the most mornings, while the challenge lasts.
fn board() -> Board {
    Board {
        leaderboard: "early-birds".to_owned(),
        name: "Early birds".to_owned(),
        metric: BoardMetric::Challenge,
        challenge: Some(OF_ALL.to_owned()),
        periods: vec![PeriodKind::Season],
        prizes: vec![
            Prize { kind: PeriodKind::Season, from_rank: 1, to_rank: 1, wins: Reward::Points(200) },
            Prize { kind: PeriodKind::Season, from_rank: 2, to_rank: 3, wins: Reward::Points(100) },
        ],
        ..Board::of_points()
    }
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
            (OF_ALL, "Early mornings", "Something before ten, on five different days.", "cup"),
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
            ("good-company", "Word of mouth", "Tell us what you think, and bring a friend.", "people"),
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
