//! A member's home page.

use jiff::{SignedDuration, Timestamp};

use super::{
    Here, activity, badges as badge_views, challenges, leaderboard, moments as moment_views, streak, wallets,
};
use crate::{
    domain::{
        ledger::{Balances, Kind},
        reward::WhyNot,
        tier::Tier,
    },
    rpc::{
        activity::ActivityLine,
        badges::BadgeView,
        forms::Flash,
        home::{Hero, HomeView, NextReward, Rung, Stay, TierView},
    },
    server::{
        badges::{self, BadgeStanding, Rarity, Shelf},
        context::Context,
        error::Result,
        http::forms,
        identity::{Member, addresses},
        ledger,
        ledger::history,
        members::profile::{self, Profile},
        moments,
        rewards::offers::{self, Offer},
        streaks,
        tiers::{self, TierStanding},
    },
};

/// How many lines of activity are shown, and how many are read to know the member's pace.
const SHOWN: usize = 4;
const READ: i64 = 20;

pub async fn show(ctx: &Context, member: &Member) -> Result<HomeView> {
    let page = now(ctx, member).await?;
    let untold = moments::take_untold(ctx, member).await?;
    let celebration = moment_views::views(ctx, untold).await?;
    Ok(HomeView { flash: forms::take_flash(), celebration, ..page })
}

/// The same without what is told once.
pub async fn now(ctx: &Context, member: &Member) -> Result<HomeView> {
    let here = Here::of(ctx).await?;
    let me = member.member_id;
    let balances = ledger::balances(ctx, me).await?;
    let profile = profile::show(ctx, member).await?;
    let further = wallets::further(ctx, &here, me).await?;
    let board = leaderboard::small(ctx, &here, me).await?;
    let mut conn = ctx.pool.acquire().await?;
    let standing = tiers::standing(&mut conn, me, here.now, &here.zone).await?;
    let offers = offers::offers(&mut conn, me, balances.available, &standing, (here.now, &here.zone)).await?;
    let to_confirm = addresses::to_confirm(&mut conn, member).await?;
    let shelf = badges::shelf(&mut conn, me, (here.now, &here.zone)).await?;
    let run = streaks::standing(&mut conn, me, here.now).await?;
    let soon = here.now + SignedDuration::from_hours(1);
    let mut lines = activity::lines(&here, &mut conn, me, (Timestamp::UNIX_EPOCH, soon), READ).await?;
    let next = next_reward(&offers, &balances, &lines);
    lines.truncate(SHOWN);
    let coming = here.due(history::next_activation(&mut conn, me, &here.program.time_zone).await?);
    let expiring = here.due(history::next_expiry(&mut conn, me, &here.program.time_zone).await?);
    drop(conn);
    let presence = profile.presence;
    let challenges = challenges::active(ctx, &here, member).await?;
    let top = hero(&here, profile, &balances, &standing, &offers);
    Ok(HomeView {
        flash: Flash::default(),
        to_confirm,
        hero: Hero { coming, expiring, next, ..top },
        wallets: further,
        tier: tier(standing),
        streak: streak::strip(&run),
        challenges,
        nearest: nearest(&here, &shelf),
        newest: newest(&here, &shelf),
        board,
        presence,
        activity: lines,
        celebration: Vec::new(),
        currency: here.currency(),
        today: here.today,
    })
}

fn hero(
    here: &Here,
    profile: Profile,
    balances: &Balances,
    standing: &TierStanding,
    offers: &[Offer],
) -> Hero {
    let ready = offers.iter().filter(|offer| offer.why_not.is_none()).count();
    Hero {
        program: here.program.name.clone(),
        member: profile.display_name,
        tier: standing.tier.name.clone(),
        card: profile.card.digits().to_owned(),
        available: balances.available,
        debt: balances.debt,
        coming: None,
        expiring: None,
        ready: i64::try_from(ready).unwrap_or(i64::MAX),
        has_rewards: !offers.is_empty(),
        next: None,
        today: here.today,
    }
}

/// The cheapest reward that only points are missing for. Offers come cheapest first.
fn next_reward(offers: &[Offer], balances: &Balances, lines: &[ActivityLine]) -> Option<NextReward> {
    let next = offers.iter().find(|offer| matches!(offer.why_not, Some(WhyNot::PointsMissing { .. })))?;
    let missing = next.reward.price - balances.available;
    let purchases = pace(lines).map(|points| (missing + points - 1) / points);
    Some(NextReward { name: next.reward.name.clone(), price: next.reward.price, purchases })
}

/// What a purchase of this member earns on average, when a few are known.
fn pace(lines: &[ActivityLine]) -> Option<i64> {
    let earned: Vec<i64> =
        lines.iter().filter(|line| line.kind == Kind::Accrual).map(|line| line.points).collect();
    let count = i64::try_from(earned.len()).ok().filter(|count| *count >= 3)?;
    Some(earned.iter().sum::<i64>() / count).filter(|points| *points > 0)
}

fn rung(tier: &Tier) -> Rung {
    Rung { name: tier.name.clone(), rank: tier.rank, threshold: tier.threshold }
}

fn tier(standing: TierStanding) -> TierView {
    let (threshold, missing) = (standing.tier.threshold, standing.points_to_stay);
    TierView {
        rank: standing.tier.rank,
        qualifying: standing.qualifying,
        policy: standing.policy,
        ladder: standing.ladder.iter().map(rung).collect(),
        next: standing.next.as_ref().map(rung),
        stay: standing.until.map(|by| Stay { threshold, missing, by }),
        benefits: standing.tier.gives(),
        name: standing.tier.name,
    }
}

/// The badge that the smallest part is missing of.
fn nearest(here: &Here, shelf: &Shelf) -> Option<BadgeView> {
    let seen = shelf.badges.iter().filter(|standing| badge_views::is_seen(standing));
    let open = seen.filter_map(|standing| Some((standing, standing.next?.threshold)));
    let started = open.filter(|(standing, _)| standing.progress > 0);
    // a/b > c/d without a fraction: a*d > c*b.
    let nearest = started.max_by(|(a, a_of), (b, b_of)| {
        let left = i128::from(a.progress) * i128::from(*b_of);
        left.cmp(&(i128::from(b.progress) * i128::from(*a_of)))
    });
    nearest.map(|(standing, _)| view(here, standing))
}

fn newest(here: &Here, shelf: &Shelf) -> Option<BadgeView> {
    let awarded = shelf.badges.iter().filter_map(|standing| Some((standing, standing.best?.1)));
    awarded.max_by_key(|(_, at)| *at).map(|(standing, _)| view(here, standing))
}

fn view(here: &Here, standing: &BadgeStanding) -> BadgeView {
    badge_views::view(here, standing, &Rarity::default())
}
