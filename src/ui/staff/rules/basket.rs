//! A basket, tried by the rules: what fired, what did not and why.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    domain::points::grouped,
    rpc::{
        drafts::{Basket, BasketForm, BasketLine, Tried, TriedRow, load_basket},
        forms::Flash,
    },
    ui::{
        components::{Button, Field, IndexTable, Kind, Tag, Tone},
        failure::answered,
        format::points,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn BasketPage() -> impl IntoView {
    let typed = use_query_map().with_untracked(basket_typed);
    view! {
        <StaffLayout title="Try a basket" at=Desk::Rules>
            {Suspend::new(async move {
                answered(load_basket(typed).await, |basket| {
                    view! {
                        <p><a href=href::staff_rules()>"All rules"</a></p>
                        <h1>"Try a basket"</h1>
                        <p class="muted">"By the rules as they are. Nothing is written."</p>
                        <BasketForms basket action=href::staff_basket()/>
                    }
                })
            })}
        </StaffLayout>
    }
}

/// The basket in the query, if one was sent.
pub fn basket_typed(query: &ParamsMap) -> Option<BasketForm> {
    let of = |name: &str| query.get(name).unwrap_or_default();
    query.get("at")?;
    let lines = (0..).map_while(|place: usize| {
        query.get(&format!("amount{place}")).map(|amount| BasketLine {
            category: of(&format!("category{place}")),
            sku: of(&format!("sku{place}")),
            quantity: of(&format!("quantity{place}")),
            amount,
        })
    });
    let lines = lines.take(20).collect();
    Some(BasketForm { member: of("member"), at: of("at"), store: of("store"), lines })
}

/// The form of a basket, and below it what it would earn.
#[component]
pub fn BasketForms(basket: Basket, action: String) -> impl IntoView {
    let flash = Flash { refusal: basket.refusal, ..Flash::default() };
    let form = basket.form;
    let lines = form.lines.into_iter().enumerate().map(|(place, line)| {
        let errors = (flash.error(&format!("quantity{place}")), flash.error(&format!("amount{place}")));
        view! { <Line place line errors code=basket.code.clone()/> }
    });
    let lines: Vec<_> = lines.collect();
    let tried: Vec<_> = basket.tried.into_iter().map(|tried| view! { <Outcomes tried/> }).collect();
    view! {
        <section class="panel stack" aria-labelledby="h-basket">
            <h2 id="h-basket">"A basket"</h2>
            <Outcome flash=flash.clone()/>
            <form class="stack" method="get" action=action>
                <div class="form-grid">
                    <Field name="member" label="Member"
                        hint="A card, an address or an outside id; empty: somebody new."
                        value=form.member error=flash.error("member")/>
                    <Field name="at" label="Bought at" kind="datetime-local" value=form.at
                        error=flash.error("at")/>
                    <Field name="store" label="Store" value=form.store/>
                </div>
                {lines}
                <div class="row"><Button kind=Kind::Quiet>"See what it earns"</Button></div>
            </form>
        </section>
        {tried}
    }
}

#[component]
fn Line(
    place: usize,
    line: BasketLine,
    errors: (Option<String>, Option<String>),
    code: String,
) -> impl IntoView {
    let (number, (quantity, amount)) = (place + 1, errors);
    view! {
        <div class="form-grid">
            <Field name=format!("category{place}") label=format!("Line {number}: category")
                value=line.category/>
            <Field name=format!("sku{place}") label=format!("Line {number}: item") value=line.sku/>
            <Field name=format!("quantity{place}") label=format!("Line {number}: how many")
                inputmode="numeric"
                value=line.quantity error=quantity/>
            <Field name=format!("amount{place}") label=format!("Line {number}: amount") inputmode="decimal"
                value=line.amount error=amount unit=code/>
        </div>
    }
}

/// What a basket would earn, as a table.
#[component]
fn Outcomes(tried: Tried) -> impl IntoView {
    let rows: Vec<_> = tried.rows.into_iter().map(|row| view! { <Row row/> }).collect();
    let title = tried.title.clone();
    let caption = format!("{}: every rule that was looked at", tried.title);
    let heads = view! {
        <th scope="col">"Rule"</th>
        <th scope="col">"Counted"</th>
        <th scope="col">"How, or why not"</th>
        <th scope="col" class="n">"Points"</th>
    };
    view! {
        <section class="panel stack" aria-label=title>
            <h2>{tried.title}": "{points(tried.points)}</h2>
            <IndexTable caption heads>
                {rows}
                <tr>
                    <th scope="row" colspan="3">"In all"</th>
                    <td class="n"><b>{grouped(tried.points)}</b></td>
                </tr>
            </IndexTable>
        </section>
    }
}

#[component]
fn Row(row: TriedRow) -> impl IntoView {
    let (tone, word) = if row.fired { (Tone::On, "Yes") } else { (Tone::Plain, "No") };
    let class = if row.fired { "wraps" } else { "wraps muted" };
    view! {
        <tr>
            <th scope="row" class="wraps">{row.name}</th>
            <td><Tag tone>{word}</Tag></td>
            <td class=class>{row.words}</td>
            <td class="n">{row.points}</td>
        </tr>
    }
}
