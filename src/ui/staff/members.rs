//! Finding a member.

pub mod adjustments;
mod birthday;
pub mod cancel;
pub mod erase;
pub mod ledger;
pub mod one;
pub mod tags;
mod tier_history;
mod wallets;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::points::grouped,
    rpc::members::{PeoplePage as Page, PersonView, load_people},
    ui::{
        components::{Button, ButtonLink, Empty, Field, IndexTable, Kind, Pager},
        emblems::{Icon, Symbol},
        failure::answered,
        format::{card, counted, day},
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffMembersPage() -> impl IntoView {
    let asked = |name: &str| use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default();
    let (words, after) = (asked("q"), asked("after").parse().ok());
    view! {
        <StaffLayout title="Members" at=Desk::Members>
            {Suspend::new(async move {
                answered(load_people(words, after).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let total = counted(page.total, "member", "members");
    let list = if page.people.is_empty() && page.words.is_empty() {
        view! {
            <Empty title="No members yet">
                <p>"They come by joining, or with the purchases that you import."</p>
                <ButtonLink href=href::staff_imports() kind=Kind::Quiet>"Import purchases"</ButtonLink>
            </Empty>
        }
        .into_any()
    } else if page.people.is_empty() {
        view! {
            <Empty title="Nobody goes by that">
                <p>"Try a part of the name or e-mail, or the whole number of the card."</p>
                <ButtonLink href=href::staff_members() kind=Kind::Quiet>"Show all members"</ButtonLink>
            </Empty>
        }
        .into_any()
    } else {
        let next = page.next.map(|after| href::staff_members_found(&page.words, Some(after)));
        let first = (!page.is_first).then(|| href::staff_members_found(&page.words, None));
        let rows = page.people.into_iter().map(|person| view! { <PersonRow person today=page.today/> });
        let rows: Vec<_> = rows.collect();
        view! { <PeopleTable rows/> <Pager words="Newest first" first next/> }.into_any()
    };
    view! {
        <div class="row row--apart"><h1>"Members"</h1><span class="muted">{total}</span></div>
        <p class="row">
            <a href=href::staff_adjustments()>"Adjustments that wait"</a>
            <a href=href::staff_wallets()>"Kinds of wallets"</a>
        </p>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="Members">
            <form class="tools" method="get" action=href::staff_members() role="search">
                <div class="grow">
                    <Field name="q" label="Name, e-mail, card number or outside id" kind="search"
                        value=page.words/>
                </div>
                <Button kind=Kind::Quiet><Symbol icon=Icon::Search/>"Search"</Button>
            </form>
            {list}
        </section>
    }
}

#[component]
fn PeopleTable<V: IntoView + 'static>(rows: Vec<V>) -> impl IntoView {
    let heads = view! {
        <th scope="col">"Member"</th>
        <th scope="col" class="only-wide">"Card"</th>
        <th scope="col" class="only-wide">"Joined"</th>
        <th scope="col" class="n only-wide">"Earned in all"</th>
        <th scope="col" class="n">"Points"</th>
    };
    view! {
        <IndexTable caption="Members, newest first" heads>{rows}</IndexTable>
    }
}

#[component]
fn PersonRow(person: PersonView, today: jiff::civil::Date) -> impl IntoView {
    let known_by = person.email.or(person.external_id).unwrap_or(person.pseudonym);
    view! {
        <tr>
            <th scope="row" class="wraps">
                <a href=href::staff_member(person.member_id)>{person.display_name}</a>
                <br/>
                <small class="muted">{known_by}</small>
            </th>
            <td class="only-wide">{person.card_no.map(|digits| card(&digits))}</td>
            <td class="only-wide">{day(person.joined_on, today)}</td>
            <td class="n only-wide">{grouped(person.earned)}</td>
            <td class="n">{grouped(person.available)}</td>
        </tr>
    }
}
