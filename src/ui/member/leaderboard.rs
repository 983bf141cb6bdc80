//! The leaderboard: the first three on their steps, then a real table, and where the member stands.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    home::to_next_rank,
    layout::{MemberLayout, Place},
};
use crate::{
    domain::points::grouped,
    rpc::leaderboards::{BoardRow, BoardView, LeaderboardView, load_leaderboard},
    ui::{
        components::{Avatar, ButtonLink, Empty, Kind, More, Pager, Panel, Tag, Tone},
        emblems::{Podium, PodiumStep},
        failure::answered,
        format::{clock, month},
        href,
    },
};

#[component]
pub fn LeaderboardPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let all_time = query.get("period").is_some_and(|period| period == "all");
    let after = query.get("after").and_then(|after| after.parse().ok());
    view! {
        <MemberLayout title="Leaderboard" at=Place::Leaderboard>
            {Suspend::new(async move { answered(load_leaderboard(all_time, after).await, leaderboard) })}
        </MemberLayout>
    }
}

fn leaderboard(page: LeaderboardView) -> impl IntoView {
    let today = page.board.today;
    let this_month = month(today.first_of_month(), today);
    let title = if page.is_all_time { "All time".to_owned() } else { this_month.clone() };
    let lead =
        if page.is_all_time { "Points earned since the beginning." } else { "Points earned this month." };
    let (on_month, on_all) = (!page.is_all_time, page.is_all_time);
    let place = page.around.iter().find(|row| row.is_me).map(|row| {
        let words = format!("Your place: {} of {}", grouped(row.rank), grouped(page.board.total));
        view! { <More href="#you" words/> }
    });
    let me = view! { <Me page=page.clone()/> };
    let body = if page.board.rows.is_empty() {
        view! {
            <Panel id="board" title="Nobody yet">
                <Empty title="The first step is free">
                    <p class="muted">"The first points of the month take it."</p>
                </Empty>
            </Panel>
        }
        .into_any()
    } else {
        view! { <Whole page/> }.into_any()
    };
    view! {
        <div class="wrap">
            <div class="page-head"><h1>{title}</h1><p>{lead}" Redeeming never lowers a rank."</p></div>
            <div class="split">
                <div class="stack gap5">
                    <div class="row row--apart">
                        <nav class="chips" aria-label="Period">
                            <a href=href::leaderboard() aria-current=on_month.then_some("page")>
                                {this_month}
                            </a>
                            <a href=href::leaderboard_of_all_time() aria-current=on_all.then_some("page")>
                                "All time"
                            </a>
                        </nav>
                        {place}
                    </div>
                    {body}
                </div>
                <aside class="stack">{me}</aside>
            </div>
        </div>
    }
    .into_any()
}

/// The podium, on the first page, and the table.
#[component]
fn Whole(page: LeaderboardView) -> impl IntoView {
    let on_podium = if page.is_first_page { page.board.rows.len().min(3) } else { 0 };
    let steps: Vec<PodiumStep> = page.board.rows[..on_podium]
        .iter()
        .map(|row| PodiumStep { rank: row.rank, name: row.name.clone(), score: row.score, is_me: row.is_me })
        .collect();
    let podium = (!steps.is_empty()).then(|| {
        view! { <section class="stage on-grove" aria-label="The first three"><Podium steps/></section> }
    });
    let rest: Vec<BoardRow> = page.board.rows[on_podium..].to_vec();
    let (all_time, first) = (page.is_all_time, page.is_first_page);
    let words = rest.first().zip(rest.last()).map_or_else(String::new, |(from, to)| {
        format!("Rank {} to {}", grouped(from.rank), grouped(to.rank))
    });
    let next = page.next.map(|after| href::leaderboard_after(all_time, after));
    let start =
        (!first).then(|| if all_time { href::leaderboard_of_all_time() } else { href::leaderboard() });
    let table = (!rest.is_empty()).then(|| view! { <Table board=page.board rows=rest/> });
    view! { {podium} {table} <Pager words first=start next/> }.into_any()
}

#[component]
fn Table(board: BoardView, rows: Vec<BoardRow>) -> impl IntoView {
    let from = rows.first().map_or(1, |row| row.rank);
    let caption = format!(
        "{} taking part, from rank {}. As of {}; the board follows within seconds.",
        grouped(board.total),
        grouped(from),
        clock(board.as_of)
    );
    view! {
        <section class="panel panel--flush" aria-label="The whole board">
            <div>
                <table class="table board pinned"><caption>{caption}</caption><Rows rows/></table>
            </div>
            <p class="note-foot">"Equal points share a rank, and the next rank is skipped."</p>
        </section>
    }
    .into_any()
}

/// The head and the rows of a board, for a `table.table.board`.
#[component]
pub fn Rows(rows: Vec<BoardRow>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| {
        let me = row.is_me.then_some("true");
        let you = row.is_me.then(|| view! { " "<Tag tone=Tone::On>"you"</Tag> });
        view! {
            <tr aria-current=me>
                <td class="rank">{grouped(row.rank)}</td>
                <th scope="row">
                    <span class="who"><Avatar name=row.name.clone()/><span>{row.name}{you}</span></span>
                </th>
                <td class="n">{grouped(row.score)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <thead>
            <tr>
                <th scope="col" class="rank">"Rank"</th>
                <th scope="col">"Member"</th>
                <th scope="col" class="n">"Points"</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    }
    .into_any()
}

/// Where the member stands, who is near, and how others see them.
#[component]
fn Me(page: LeaderboardView) -> impl IntoView {
    let mine = page.around.iter().find(|row| row.is_me).cloned();
    let hint = to_next_rank(&page.around);
    let place = match mine {
        Some(row) => view! {
            <p>
                <span class="sum big">
                    {grouped(row.rank)}</span>" "<span class="muted">"of "{grouped(page.board.total)}
                </span>
            </p>
            <p class="gap-top">{hint}</p>
            <table class="table board gap-top">
                <caption>"Around you"</caption>
                <Rows rows=page.around/>
            </table>
        }
        .into_any(),
        None if page.listed => view! {
            <p>"Your first points of the month put you on the board."</p>
        }
        .into_any(),
        None => view! { <p>"You have left the boards. Your points are as before."</p> }.into_any(),
    };
    let (appearance, change) = if page.listed {
        let seen = view! { <p>"Others see you as "<b>{page.shown_as}</b>"."</p> };
        (seen.into_any(), "Change or leave")
    } else {
        (view! { <p>"Nobody sees you on the boards."</p> }.into_any(), "Come back to them")
    };
    view! {
        <Panel id="you" title="You">{place}</Panel>
        <Panel id="appear" title="How you appear">
            {appearance}
            <div class="row gap-top">
                <ButtonLink href=href::profile_boards() kind=Kind::Quiet small=true>{change}</ButtonLink>
            </div>
        </Panel>
    }
    .into_any()
}
