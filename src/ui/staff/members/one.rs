//! One member: what they have, where they stand, what they did; and giving or taking points by hand.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::{
    birthday::Birthday, ledger::Entries, tags::Segments, tier_history::TierHistory, wallets::Wallets,
};
use crate::{
    domain::{ids::MemberId, points::grouped, refusal::Refusal, wallet::POINTS},
    rpc::{
        Failure,
        badges::BadgeView,
        forms::Flash,
        members::{MemberPage as Page, PersonView, RedemptionView, load_member},
        nothing::nothing,
        rewards::VoucherState,
    },
    ui::{
        components::{Button, Empty, Field, IndexTable, Notice, Select, Tag, TextArea, Tone},
        emblems::{Medal, Metal, TierMark},
        failure::answered,
        format::{card, day, points},
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

/// The id in the URL.
pub fn asked_member() -> Result<MemberId, Failure> {
    let id = use_params_map().with_untracked(|params| params.get("member")).unwrap_or_default();
    id.parse().map_err(|_| Failure::Refused(Refusal::not_found("This member")))
}

#[component]
pub fn StaffMemberPage() -> impl IntoView {
    let member = asked_member();
    view! {
        <StaffLayout title="Member" at=Desk::Members>
            {Suspend::new(async move {
                let page = match member {
                    Ok(member) => load_member(member).await,
                    Err(_) => nothing("This member").await,
                };
                answered(page, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let member = page.person.member_id;
    let log = href::staff_audit_of(Some(&format!("member {member}")));
    let rank = u8::try_from(page.tier_rank.max(1)).unwrap_or(1);
    let balances = page.balances;
    let also = [("on the way", balances.pending), ("held", balances.held), ("owed", balances.debt)];
    let also: Vec<String> =
        also.iter().filter(|(_, n)| *n > 0).map(|(words, n)| format!("{} {words}", grouped(*n))).collect();
    let name = page.person.display_name.clone();
    let is_gone = page.person.erased_on.is_some();
    let gone = page.person.erased_on.map(|on| {
        let on = day(on, page.today);
        view! { <Notice><p>"Erased on "{on}". What is left is a number: it names nobody."</p></Notice> }
    });
    let request_id = page.request_id;
    let adjust = (!is_gone).then(|| {
        view! { <Adjust member request_id flash=page.flash.of("adjust") kinds=page.kinds/> }
    });
    let segments =
        (!is_gone).then(|| view! { <Segments member tags=page.tags flash=page.flash.of("tags")/> });
    let born = page.person.birth_date;
    let birthday = (!is_gone).then(|| view! { <Birthday member born flash=page.flash.of("birthday")/> });
    let erase = (!is_gone).then(|| {
        view! { <p><a href=href::staff_erase_member(member)>"Erase this member…"</a></p> }
    });
    view! {
        <p><a href=href::staff_members()>"All members"</a></p>
        <div class="row row--apart">
            <div class="row"><TierMark rank/><h1>{name}</h1></div>
            <a href=log>"Audit log"</a>
        </div>
        <Outcome flash=page.flash.clone()/>
        {gone}
        <div class="bench stack">
            <section class="panel stack" aria-labelledby="h-has">
                <h2 id="h-has">{points(balances.available)}" to spend"</h2>
                <p class="muted">{also.join(", ")}</p>
                <Facts person=page.person today=page.today tier=page.tier qualifying=page.qualifying/>
            </section>
            {adjust}
        </div>
        <Wallets member wallets=page.wallets flash=page.flash.of("freeze") today=page.today/>
        {segments}
        {birthday}
        <TierHistory moves=page.tier_moves today=page.today/>
        <Shelf badges=page.badges today=page.today/>
        <Redemptions member redemptions=page.redemptions today=page.today/>
        <section class="panel stack" aria-labelledby="h-ledger">
            <h2 id="h-ledger">"Ledger"</h2>
            <Entries lines=page.lines currency=page.currency is_cut=page.is_cut/>
        </section>
        {erase}
    }
}

#[component]
fn Facts(person: PersonView, today: jiff::civil::Date, tier: String, qualifying: String) -> impl IntoView {
    let on_boards = if person.listed { person.pseudonym } else { "not on the boards".to_owned() };
    let email = person.email.map(|email| view! { <dt>"E-mail"</dt><dd>{email}</dd> });
    let card_no = person.card_no.map(|digits| view! { <dt>"Card"</dt><dd>{card(&digits)}</dd> });
    let external = person.external_id.map(|id| view! { <dt>"Outside id"</dt><dd>{id}</dd> });
    view! {
        <dl class="facts">
            <dt>"Tier"</dt>
            <dd>{tier}", "{qualifying}</dd>
            <dt>"Joined"</dt>
            <dd>{day(person.joined_on, today)}</dd>
            {email}
            {card_no}
            {external}
            <dt>"On boards"</dt>
            <dd>{on_boards}</dd>
            <dt>"Earned in all"</dt>
            <dd>{points(person.earned)}</dd>
        </dl>
    }
}

#[component]
fn Adjust(member: MemberId, request_id: Uuid, flash: Flash, kinds: Vec<(String, String)>) -> impl IntoView {
    let wallet = if kinds.len() > 1 {
        let chosen = flash.value("wallet", POINTS);
        view! { <Select name="wallet" label="Wallet" value=chosen options=kinds/> }.into_any()
    } else {
        view! { <input type="hidden" name="wallet" value=POINTS/> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="h-adjust">
            <form class="stack" method="post" action=href::adjust_points() novalidate>
                <h2 id="h-adjust">"Give or take points"</h2>
                <input type="hidden" name="member_id" value=member.to_string()/>
                <input type="hidden" name="request_id" value=request_id.to_string()/>
                {wallet}
                <Field name="points" label="Points" hint="Such as 50, or -50 to take them." inputmode="text"
                    value=flash.value("points", "") error=flash.error("points") unit="points"/>
                <TextArea name="reason" label="Why?" hint="The member sees it." rows=2
                    value=flash.value("reason", "") error=flash.error("reason") maxlength=300/>
                <div class="row"><Button>"Adjust"</Button></div>
                <p class="note-foot">
                    "It becomes a line of its own in the ledger; nothing is rewritten. Many points at once \
                     need a second person: see "<a href=href::staff_adjustments()>"adjustments"</a>"."
                </p>
            </form>
        </section>
    }
}

#[component]
fn Shelf(badges: Vec<BadgeView>, today: jiff::civil::Date) -> impl IntoView {
    let earned: Vec<_> = badges
        .into_iter()
        .filter_map(|badge| {
            let best = badge.best?;
            let metal = Metal::named(best.level.as_str());
            Some(view! {
                <li class="badge">
                    <Medal glyph=badge.glyph metal size=72/>
                    <h3>{badge.name}</h3>
                    <small class="muted">{best.level.as_str()}", "{day(best.on, today)}</small>
                </li>
            })
        })
        .collect();
    let none = earned.is_empty().then(|| view! { <p class="muted">"None yet."</p> });
    view! {
        <section class="panel stack" aria-labelledby="h-badges">
            <h2 id="h-badges">"Badges"</h2>
            {none}
            <ul class="grid medals" role="list">{earned}</ul>
        </section>
    }
}

#[component]
fn Redemptions(
    member: MemberId,
    redemptions: Vec<RedemptionView>,
    today: jiff::civil::Date,
) -> impl IntoView {
    let is_empty = redemptions.is_empty();
    let rows = redemptions.into_iter().map(|redemption| view! { <Redeemed member redemption today/> });
    let rows: Vec<_> = rows.collect();
    let content = if is_empty {
        view! { <Empty title="Nothing redeemed yet"><p>"Vouchers stand here, used and open."</p></Empty> }
            .into_any()
    } else {
        let heads = view! {
            <th scope="col">"Reward"</th>
            <th scope="col">"State"</th>
            <th scope="col" class="only-wide">"Redeemed"</th>
            <th scope="col" class="n">"Points"</th>
        };
        view! {
            <IndexTable caption="Redemptions, newest first" heads>{rows}</IndexTable>
        }
        .into_any()
    };
    view! {
        <section class="panel stack" aria-labelledby="h-redeemed">
            <h2 id="h-redeemed">"Redemptions"</h2>
            {content}
        </section>
    }
}

#[component]
fn Redeemed(member: MemberId, redemption: RedemptionView, today: jiff::civil::Date) -> impl IntoView {
    let voucher = redemption.voucher;
    let (tone, words) = match &voucher.state {
        VoucherState::Ready => (Tone::On, format!("Open until {}", day(voucher.expires_on, today))),
        VoucherState::Used { on } => (Tone::Plain, format!("Used {}", day(*on, today))),
        VoucherState::Cancelled { on, .. } => (Tone::Bad, format!("Cancelled {}", day(*on, today))),
        VoucherState::Expired => (Tone::Line, "Ran out".to_owned()),
    };
    let reason = match &voucher.state {
        VoucherState::Cancelled { reason, .. } => {
            Some(view! { <br/><small class="muted">{reason.clone()}</small> })
        }
        _ => None,
    };
    let cancel = matches!(voucher.state, VoucherState::Ready | VoucherState::Expired).then(|| {
        view! { <br/><a href=href::staff_cancel_redemption(member, redemption.redemption_id)>"Cancel…"</a> }
    });
    view! {
        <tr>
            <th scope="row">
                {voucher.reward_name}
                <br/>
                <small class="muted"><code>{voucher.code}</code></small>
            </th>
            <td><Tag tone>{words}</Tag>{reason}{cancel}</td>
            <td class="only-wide">{day(voucher.issued_on, today)}</td>
            <td class="n">{grouped(voucher.price)}</td>
        </tr>
    }
}
