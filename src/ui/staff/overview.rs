//! The program in numbers, and how it went month by month.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::{
        points::grouped,
        report::{Month, Overview},
    },
    rpc::reports::{OverviewPage as Page, load_overview},
    ui::{
        components::{Bars, ButtonLink, Empty, Kind},
        failure::answered,
        format::{clock, money, month},
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn OverviewPage() -> impl IntoView {
    view! {
        <StaffLayout title="Overview" at=Desk::Overview>
            {Suspend::new(async move { answered(load_overview().await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let as_of = clock(page.as_of);
    let overview = page.overview;
    let content = if overview.purchases == 0 {
        view! {
            <section class="panel" aria-label="No purchases yet">
                <Empty title="No purchases yet">
                    <p>"Import what was bought so far, and everything here comes alive."</p>
                    <ButtonLink href=href::staff_imports() kind=Kind::Quiet>"Import purchases"</ButtonLink>
                </Empty>
            </section>
        }
        .into_any()
    } else {
        let months = overview.months.clone();
        let basket =
            overview.average_basket().map(|basket| money(basket, &page.currency.code, page.currency.digits));
        view! { <Figures overview basket=basket.unwrap_or_default()/> <Months months today=page.today/> }
            .into_any()
    };
    view! {
        <div class="row row--apart"><h1>"Overview"</h1><span class="muted">"As of "{as_of}</span></div>
        <Outcome flash=page.flash/>
        {content}
    }
}

#[component]
fn Figures(overview: Overview, basket: String) -> impl IntoView {
    let share = |percent: Option<i64>| {
        percent.map_or_else(|| "none yet".to_owned(), |percent| format!("{percent} %"))
    };
    let figures = [
        (grouped(overview.members), "members"),
        (grouped(overview.active_members), "active in 30 days"),
        (share(overview.repeat_percent()), "of buyers came back"),
        (basket, "average basket"),
        (grouped(overview.issued), "points issued"),
        (grouped(overview.spent), "points redeemed"),
        (grouped(overview.expired), "points expired"),
        (grouped(overview.outstanding), "points outstanding, your liability"),
        (share(overview.redemption_percent()), "of issued points redeemed"),
    ];
    let figures: Vec<_> = figures
        .into_iter()
        .map(|(number, words)| view! { <div class="figure"><dt>{words}</dt><dd>{number}</dd></div> })
        .collect();
    view! { <section class="panel" aria-label="In all"><dl class="figures">{figures}</dl></section> }
}

#[component]
fn Months(months: Vec<Month>, today: Date) -> impl IntoView {
    let label = |of: &Month| of.month.strftime("%b").to_string();
    let purchases = months.iter().map(|of| (label(of), of.purchases)).collect::<Vec<_>>();
    let issued = months.iter().map(|of| (label(of), of.issued)).collect::<Vec<_>>();
    let rows: Vec<_> = months
        .into_iter()
        .rev()
        .map(|of| {
            view! {
                <tr>
                    <th scope="row">{month(of.month, today)}</th>
                    <td class="n">{grouped(of.purchases)}</td>
                    <td class="n only-wide">{grouped(of.active_members)}</td>
                    <td class="n only-wide">{grouped(of.new_members)}</td>
                    <td class="n">{grouped(of.issued)}</td>
                    <td class="n only-wide">{grouped(of.spent)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="charts">
            <section class="panel stack" aria-labelledby="h-purchases">
                <h2 id="h-purchases">"Purchases a month"</h2>
                <Bars bars=purchases/>
            </section>
            <section class="panel stack" aria-labelledby="h-issued">
                <h2 id="h-issued">"Points issued a month"</h2>
                <Bars bars=issued/>
            </section>
        </div>
        <section class="panel" aria-label="Month by month">
            <div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways">
                <table class="table">
                    <caption>"Newest first; this month is not over"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Month"</th>
                            <th scope="col" class="n">"Purchases"</th>
                            <th scope="col" class="n only-wide">"Active"</th>
                            <th scope="col" class="n only-wide">"Joined"</th>
                            <th scope="col" class="n">"Issued"</th>
                            <th scope="col" class="n only-wide">"Redeemed"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
