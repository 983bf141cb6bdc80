//! The tier and the streak: what was reached, what is missing, and what it takes to stay.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::{tier::policy::TierPolicy, words::Currency},
    rpc::home::{Rung, Stay, StreakView, TierView},
    ui::{
        components::{Goal, Panel},
        emblems::{LeafIcon, LeafState, TierMark},
        format::{counted, day, ended, number_word, sentence},
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

/// The last seven months as leaves on a twig. It invites, it never threatens.
#[component]
pub fn Streak(streak: StreakView) -> impl IntoView {
    let open = streak.months.last().is_some_and(|(_, visited)| !visited);
    let current = streak.current;
    let title = match current {
        0 => "Start a run".to_owned(),
        1 => "One month running".to_owned(),
        months => format!("{} months running", sentence(&number_word(months))),
    };
    let invitation = match (current, open) {
        (0, _) => "A purchase this month grows the first leaf.".to_owned(),
        (months, true) => format!("Drop by this month and it is {}.", number_word(months + 1)),
        (_, false) => "This month's leaf has grown.".to_owned(),
    };
    let longest = (streak.longest > current)
        .then(|| format!(" Your longest run is {}.", counted(streak.longest, "month", "months")));
    let last = streak.months.len().saturating_sub(1);
    let leaves = streak.months.into_iter().enumerate().map(move |(index, (month, visited))| {
        view! { <Month month visited now=index == last/> }
    });
    view! {
        <Panel id="streak" title>
            <ol class="streak" role="list">{leaves.collect_view()}</ol>
            <p class="note-foot gap-top">{invitation}{longest}</p>
        </Panel>
    }
    .into_any()
}

#[component]
fn Month(month: Date, visited: bool, now: bool) -> impl IntoView {
    let state = match (visited, now) {
        (true, _) => LeafState::On,
        (false, true) => LeafState::Next,
        (false, false) => LeafState::Off,
    };
    let words = match (visited, now) {
        (true, _) => ": a purchase",
        (false, true) => ": still open",
        (false, false) => ": none",
    };
    view! {
        <li class=now.then_some("is-today")>
            <LeafIcon state/>
            <span>{month.strftime("%b").to_string()}<span class="visually-hidden">{words}</span></span>
        </li>
    }
}
