//! Members as staff see them.

use jiff::{SignedDuration, Timestamp};

use super::{Here, activity, badges::view as badge, rewards::voucher, wallets as purses};
use crate::{
    domain::ids::MemberId,
    rpc::members::{MemberPage, PeoplePage, PersonView, RedemptionView, TierMove},
    server::{
        badges::{self, Rarity},
        context::{Context, new_id},
        error::Result,
        http::forms,
        identity::Staff,
        ledger,
        members::directory::{self, Person},
        rewards::offers,
        tags, tiers, wallets,
    },
};

/// How many entries and redemptions of a member are shown.
const LINES: i64 = 100;

pub async fn list(ctx: &Context, by: &Staff, words: String, after: Option<MemberId>) -> Result<PeoplePage> {
    let here = Here::of(ctx).await?;
    let (people, more) = directory::search(ctx, by, &words, after).await?;
    let next = if more { people.last().map(|last| last.member_id) } else { None };
    Ok(PeoplePage {
        flash: forms::take_flash(),
        words,
        people: people.into_iter().map(|found| person(&here, found)).collect(),
        next,
        is_first: after.is_none(),
        total: directory::count(ctx, by).await?,
        today: here.today,
    })
}

pub async fn show(ctx: &Context, by: &Staff, member: MemberId) -> Result<MemberPage> {
    let here = Here::of(ctx).await?;
    let found = directory::find(ctx, by, member).await?;
    let balances = ledger::balances(ctx, member).await?;
    let purses = purses::of_member(ctx, &here, member).await?;
    let mut conn = ctx.pool.acquire().await?;
    let standing = tiers::standing(&mut conn, member, here.now, &here.zone).await?;
    let shelf = badges::shelf(&mut conn, member, (here.now, &here.zone)).await?;
    let redemptions = offers::vouchers(&mut conn, member, LINES).await?;
    let kinds = wallets::kinds(&mut conn).await?;
    let soon = here.now + SignedDuration::from_hours(1);
    let mut lines =
        activity::lines(&here, &mut conn, member, (Timestamp::UNIX_EPOCH, soon), LINES + 1).await?;
    let shown = usize::try_from(LINES).unwrap_or(usize::MAX);
    let is_cut = lines.len() > shown;
    lines.truncate(shown);
    let moved = |change: tiers::falls::Change| TierMove {
        on: here.day(change.changed_at),
        from: change.from,
        to: change.to,
        reason: change.reason,
    };
    let redemption = |redemption: crate::server::rewards::Redemption| RedemptionView {
        redemption_id: redemption.redemption_id,
        voucher: voucher(&here, redemption),
    };
    Ok(MemberPage {
        flash: forms::take_flash(),
        person: person(&here, found),
        balances,
        wallets: purses,
        kinds: kinds.into_iter().map(|kind| (kind.wallet, kind.name)).collect(),
        tags: tags::of_member(&mut conn, member).await?,
        tier_moves: tiers::falls::history(&mut conn, member).await?.into_iter().map(moved).collect(),
        tier: standing.tier.name,
        tier_rank: standing.tier.rank,
        qualifying: format!(
            "{} {}",
            standing.policy.amount(standing.qualifying, &here.currency()),
            standing.policy.counts()
        ),
        lines,
        is_cut,
        badges: shelf.badges.iter().map(|standing| badge(&here, standing, &Rarity::default())).collect(),
        redemptions: redemptions.into_iter().map(redemption).collect(),
        currency: here.currency(),
        today: here.today,
        now: here.local(here.now),
        request_id: new_id(),
    })
}

fn person(here: &Here, person: Person) -> PersonView {
    PersonView {
        member_id: person.member_id,
        display_name: person.display_name,
        pseudonym: person.pseudonym,
        listed: person.listed,
        joined_on: here.day(person.joined_at),
        card_no: person.card_no,
        email: person.email,
        external_id: person.external_id,
        available: person.available,
        earned: person.earned,
        birth_date: person.birth_date,
        erased_on: person.erased_at.map(|at| here.day(at)),
    }
}
