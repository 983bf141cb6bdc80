//! The tier and the streak: what was reached, what is missing, and what it takes to stay.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::{
        streak::{Leaf, units},
        tier::policy::TierPolicy,
        words::Currency,
    },
    rpc::{
        home::{Rung, Stay, TierView},
        streak::StreakStrip,
    },
    ui::{
        components::{Goal, Panel},
        emblems::{LeafIcon, TierMark},
        format::{day, ended},
        href,
        member::streak::{Twig, invitation, title},
    },
};

#[component]
pub fn Tier(tier: TierView, currency: Currency, today: Date) -> impl IntoView {
    let (name, qualifying) = (tier.name.clone(), tier.qualifying);
    let says = Says { policy: tier.policy, currency };
    let to_next = tier.next.map(|next| view! { <ToNext next qualifying says=says.clone()/> });
    let to_stay = tier.stay.map(|stay| view! { <ToStay stay name=name.clone() says=says.clone() today/> });
    let pair = (to_next.is_some() || to_stay.is_some())
        .then(|| view! { <div class="pair">{to_next}{to_stay}</div> });
    view! {
        <Panel id="tier" title=format!("{name} member") class="tall">
            <Ladder rungs=tier.ladder rank=tier.rank says/>
            {pair}
            <p class="note-foot gives">
                <LeafIcon/>
                <span>{ended(&tier.benefits)}" Spending points never lowers a tier."</span>
            </p>
        </Panel>
    }
    .into_any()
}

/// How what counts is said.
#[derive(Clone)]
struct Says {
    policy: TierPolicy,
    currency: Currency,
}

impl Says {
    fn amount(&self, value: i64) -> String {
        self.policy.amount(value, &self.currency)
    }

    fn bare(&self, value: i64) -> String {
        self.policy.bare(value, &self.currency)
    }
}

#[component]
fn Ladder(rungs: Vec<Rung>, rank: i16, says: Says) -> impl IntoView {
    let rungs = rungs.into_iter().map(move |rung| {
        let words = match rung.rank {
            at if at == rank => "you are here".to_owned(),
            at if at < rank => "reached".to_owned(),
            _ => says.bare(rung.threshold),
        };
        let here = (rung.rank == rank).then_some("step");
        let reached = (rung.rank <= rank).then_some("is-reached");
        view! {
            <li aria-current=here class=reached>
                <TierMark rank=u8::try_from(rung.rank).unwrap_or(1)/>
                <b>{rung.name}</b>
                {words}
            </li>
        }
    });
    view! { <ol class="ladder" role="list">{rungs.collect_view()}</ol> }
}

#[component]
fn ToNext(next: Rung, qualifying: i64, says: Says) -> impl IntoView {
    let missing = says.bare(next.threshold - qualifying);
    view! {
        <Goal id="to-next" label=format!("To {}", next.name) value=qualifying max=next.threshold>
            {says.bare(qualifying)}" of "{says.amount(next.threshold)}" "{says.policy.counts()}", "
            <b>{missing}" to "{next.name}</b>
        </Goal>
    }
}

#[component]
fn ToStay(stay: Stay, name: String, says: Says, today: Date) -> impl IntoView {
    let kept = stay.threshold - stay.missing;
    let by = day(stay.by, today);
    view! {
        <Goal id="to-stay" label=format!("To stay {name}") value=kept max=stay.threshold>
            {says.bare(kept)}" of "{says.amount(stay.threshold)}" still count on "{by}". "
            <b>{says.bare(stay.missing)}" more before then"</b>
            " keep you "{name}"."
        </Goal>
    }
}

/// The last seven periods as leaves on a twig. It invites, it never threatens.
#[component]
pub fn Streak(streak: StreakStrip) -> impl IntoView {
    let unit = streak.unit;
    let longest = (streak.longest > streak.current)
        .then(|| format!(" Your longest run is {}.", units(unit, streak.longest)));
    let covered = streak.leaves.iter().filter(|leaf| leaf.leaf == Leaf::Frozen).count();
    let covered = (covered > 0).then_some(" A dashed leaf was covered by a freeze.");
    view! {
        <Panel id="streak" title=title(&streak) more=(href::streak(), "Your streak")>
            <Twig leaves=streak.leaves.clone() unit/>
            <p class="note-foot gap-top">{invitation(&streak)}{covered}{longest}</p>
        </Panel>
    }
    .into_any()
}
