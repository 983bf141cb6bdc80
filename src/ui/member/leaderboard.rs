//! The leaderboard: the first three on their steps, then a real table, and where the member stands.

mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

pub use self::words::{KEPT_OFF, to_next_rank};
use self::words::{is_over, lead, score, title_of, unit};
use super::layout::{MemberLayout, Place};
use crate::{
    domain::{
        leaderboard::{Presence, board::Scope, period::PeriodKind},
        points::grouped,
    },
    rpc::leaderboards::{Asked, BoardRow, BoardView, LeaderboardView, Unit, load_leaderboard},
    ui::{
        components::{Avatar, ButtonLink, Empty, Kind, More, Pager, Panel, Tag, Tone},
        emblems::{Podium, PodiumStep},
        failure::answered,
        format::clock,
        href,
    },
};

#[component]
pub fn LeaderboardPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let given = |name: &str| query.get(name).filter(|value| !value.is_empty());
    let asked = Asked {
        board: given("board"),
        period: given("period"),
        segment: given("segment"),
        after: given("after").and_then(|after| after.parse().ok()),
    };
    view! {
        <MemberLayout title="Leaderboard" at=Place::Leaderboard>
            {Suspend::new(async move { answered(load_leaderboard(asked).await, leaderboard) })}
        </MemberLayout>
    }
}

fn leaderboard(page: Option<LeaderboardView>) -> impl IntoView {
    let Some(page) = page else {
        return view! {
            <div class="wrap">
                <div class="page-head"><h1>"Leaderboard"</h1></div>
                <Panel id="board" title="No board">
                    <Empty title="There is no leaderboard at the moment">
                        <p class="muted">"Your points and badges count as ever."</p>
                    </Empty>
                </Panel>
            </div>
        }
        .into_any();
    };
    let today = page.board.today;
    let title = title_of(&page.period, today);
    let lead = lead(&page);
    let place = page.around.iter().find(|row| row.is_me).map(|row| {
        let words = format!("Your place: {} of {}", grouped(row.rank), grouped(page.board.total));
        view! { <More href="#you" words/> }
    });
    let me = view! { <Me page=page.clone()/> };
    let past = view! { <Past page=page.clone()/> };
    let choices = view! { <Choices page=page.clone()/> };
    let body = if page.board.rows.is_empty() {
        nobody(&page).into_any()
    } else {
        view! { <Whole page/> }.into_any()
    };
    view! {
        <div class="wrap">
            <div class="page-head"><h1>{title}</h1><p>{lead}</p></div>
            <div class="split">
                <div class="stack gap5">
                    {choices}
                    <div class="row row--apart">{place}</div>
                    {body}
                    {past}
                </div>
                <aside class="stack">{me}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn nobody(page: &LeaderboardView) -> impl IntoView {
    let (title, words) = if is_over(page) {
        ("Nobody was on this board", "Choose another period above.")
    } else {
        ("The first step is free", "Who comes first takes it.")
    };
    view! {
        <Panel id="board" title="Nobody yet">
            <Empty title><p class="muted">{words}</p></Empty>
        </Panel>
    }
}

/// The boards, their periods, and their stores or tiers: links, so that they work without scripts.
#[component]
fn Choices(page: LeaderboardView) -> impl IntoView {
    let today = page.board.today;
    let boards = page.boards.iter().map(|(board, name)| {
        (href::leaderboard_of(board, None, None, None), name.clone(), *board == page.chosen)
    });
    let boards = (page.boards.len() > 1).then(|| chips("Board", boards.collect()));
    let running = page.running.iter().map(|period| {
        let words =
            if period.kind == PeriodKind::Week { "This week".to_owned() } else { title_of(period, today) };
        let address = href::leaderboard_of(&page.chosen, Some(&period.key), None, None);
        (address, words, period.key == page.period.key)
    });
    let mut periods: Vec<(String, String, bool)> = running.collect();
    if !periods.iter().any(|(.., chosen)| *chosen) {
        let address = href::leaderboard_of(&page.chosen, Some(&page.period.key), None, None);
        periods.push((address, title_of(&page.period, today), true));
    }
    let periods = chips("Period", periods);
    let segments = page.segments.iter().map(|(segment, name)| {
        let address = href::leaderboard_of(&page.chosen, Some(&page.period.key), Some(segment), None);
        (address, name.clone(), *segment == page.segment)
    });
    let label = if page.scope == Scope::Store { "Store" } else { "Tier" };
    let segments = (page.segments.len() > 1).then(|| chips(label, segments.collect()));
    view! { {boards} {periods} {segments} }
}

fn chips(label: &'static str, links: Vec<(String, String, bool)>) -> impl IntoView {
    let links = links.into_iter().map(|(address, words, chosen)| {
        view! { <a href=address aria-current=chosen.then_some("page")>{words}</a> }
    });
    let links: Vec<_> = links.collect();
    view! { <nav class="chips" aria-label=label>{links}</nav> }
}

/// The podium, on the first page, and the table.
#[component]
fn Whole(page: LeaderboardView) -> impl IntoView {
    let on_podium = if page.is_first_page { page.board.rows.len().min(3) } else { 0 };
    let steps: Vec<PodiumStep> = page.board.rows[..on_podium]
        .iter()
        .map(|row| PodiumStep {
            rank: row.rank,
            name: row.name.clone(),
            score: score(&page.board.unit, row.score),
            unit: unit(&page.board.unit).to_lowercase(),
            is_me: row.is_me,
        })
        .collect();
    let podium = (!steps.is_empty()).then(|| {
        view! { <section class="stage on-grove" aria-label="The first three"><Podium steps/></section> }
    });
    let rest: Vec<BoardRow> = page.board.rows[on_podium..].to_vec();
    let words = rest.first().zip(rest.last()).map_or_else(String::new, |(from, to)| {
        format!("Rank {} to {}", grouped(from.rank), grouped(to.rank))
    });
    let segment = (!page.segment.is_empty()).then_some(page.segment.as_str());
    let at = |after| href::leaderboard_of(&page.chosen, Some(&page.period.key), segment, after);
    let next = page.next.map(|after| at(Some(after)));
    let start = (!page.is_first_page).then(|| at(None));
    let over = words::is_over(&page);
    let prizes = (!page.prizes.is_empty()).then(|| prizes(&page.prizes, over));
    let follows = !over || page.settles_until.is_some();
    let table = (!rest.is_empty()).then(|| view! { <Table board=page.board rows=rest follows/> });
    view! { {podium} {prizes} {table} <Pager words first=start next/> }.into_any()
}

/// "Prizes: 500 points for rank 1, 100 points for ranks 2 to 10."
fn prizes(prizes: &[(i16, i16, String)], over: bool) -> impl IntoView {
    let words = prizes.iter().map(|(from, to, won)| {
        let ranks = if from == to { format!("rank {from}") } else { format!("ranks {from} to {to}") };
        format!("{won} for {ranks}")
    });
    let words = words.collect::<Vec<_>>().join(", ");
    let when = if over { "Prizes: " } else { "Prizes at the end: " };
    view! { <p>{when}{words}"."</p> }
}

#[component]
fn Table(board: BoardView, rows: Vec<BoardRow>, follows: bool) -> impl IntoView {
    let from = rows.first().map_or(1, |row| row.rank);
    let state = if follows {
        format!("As of {}; the board follows within seconds.", clock(board.as_of))
    } else {
        "As it ended.".to_owned()
    };
    let caption = format!("{} taking part, from rank {}. {state}", grouped(board.total), grouped(from));
    let unit = board.unit;
    view! {
        <section class="panel panel--flush" aria-label="The whole board">
            <div>
                <table class="table board pinned"><caption>{caption}</caption><Rows rows unit/></table>
            </div>
            <p class="note-foot">
                "Who has the same shares a rank, and the next rank is skipped. Among them, \
                 whoever came first stands first."
            </p>
        </section>
    }
    .into_any()
}

/// Periods that are over, with their first.
#[component]
fn Past(page: LeaderboardView) -> impl IntoView {
    if page.past.is_empty() {
        return ().into_any();
    }
    let (today, counted) = (page.board.today, page.board.unit);
    let head = unit(&counted);
    let rows = page.past.into_iter().filter_map(|past| {
        let title = title_of(&past.period, today);
        let segment = (!past.segment.is_empty()).then_some(past.segment.as_str());
        let address = href::leaderboard_of(&page.chosen, Some(&past.period.key), segment, None);
        let league = past.league.clone().map(|league| view! { <span class="muted">" "{league}</span> });
        let place = past
            .place
            .map_or_else(|| "–".to_owned(), |(rank, of)| format!("{} of {}", grouped(rank), grouped(of)));
        let settling = (!past.closed).then(|| view! { " "<Tag>"not closed yet"</Tag> });
        let first = past.winners.first().cloned();
        first.map(|winner| {
            let won = winner.won.map(|won| view! { <div class="muted">"Won "{won}</div> });
            let others =
                past.winners[1..].iter().map(|other| other.name.as_str()).collect::<Vec<_>>().join(", ");
            let others =
                (!others.is_empty()).then(|| view! { <div class="muted then">"Then "{others}</div> });
            let you = winner.is_me.then(|| view! { " "<Tag tone=Tone::On>"you"</Tag> });
            view! {
                <tr>
                    <th scope="row"><a href=address>{title}</a>{league}{settling}</th>
                    <td class="wraps"><b>{winner.name}</b>{you}{others}{won}</td>
                    <td class="n">{score(&counted, winner.score)}</td>
                    <td class="n">{place}</td>
                </tr>
            }
        })
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="panel panel--flush" aria-label="Periods that are over">
            <div>
                <table class="table board past">
                    <caption>"Who came first before"</caption>
                    <thead><tr>
                        <th scope="col">"Period"</th><th scope="col">"First"</th>
                        <th scope="col" class="n">{head}</th><th scope="col" class="n">"You"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// The head and the rows of a board, for a `table.table.board`.
#[component]
pub fn Rows(rows: Vec<BoardRow>, unit: Unit) -> impl IntoView {
    let head = words::unit(&unit);
    let rows = rows.into_iter().map(|row| {
        let me = row.is_me.then_some("true");
        let you = row.is_me.then(|| view! { " "<Tag tone=Tone::On>"you"</Tag> });
        view! {
            <tr aria-current=me>
                <td class="rank">{grouped(row.rank)}</td>
                <th scope="row">
                    <span class="who"><Avatar name=row.name.clone()/><span>{row.name}{you}</span></span>
                </th>
                <td class="n">{score(&unit, row.score)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <thead>
            <tr>
                <th scope="col" class="rank">"Rank"</th>
                <th scope="col">"Member"</th>
                <th scope="col" class="n">{head}</th>
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
    let unit = page.board.unit.clone();
    let hint = to_next_rank(&page.around, &unit);
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
                <Rows rows=page.around unit/>
            </table>
        }
        .into_any(),
        None => view! { <p>{absent(&page)}</p> }.into_any(),
    };
    let (appearance, change) = match page.presence {
        Presence::Listed => {
            let seen = view! { <p>"Others see you as "<b>{page.shown_as}</b>"."</p> };
            (seen.into_any(), Some("Change or leave"))
        }
        Presence::Left => {
            (view! { <p>"Nobody sees you on the boards."</p> }.into_any(), Some("Come back to them"))
        }
        Presence::KeptOff => (view! { <p>"Nobody sees you on the boards."</p> }.into_any(), None),
    };
    let change = change.map(|words| {
        view! {
            <div class="row gap-top">
                <ButtonLink href=href::profile_boards() kind=Kind::Quiet small=true>{words}</ButtonLink>
            </div>
        }
    });
    view! {
        <Panel id="you" title="You">{place}</Panel>
        <Panel id="appear" title="How you appear">
            {appearance}
            {change}
        </Panel>
    }
    .into_any()
}

/// Why a member is not on a list.
fn absent(page: &LeaderboardView) -> AnyView {
    let by_joining = page.challenge.as_ref().is_some_and(|challenge| !challenge.is_automatic);
    match page.presence {
        Presence::KeptOff => KEPT_OFF.into_any(),
        Presence::Left => "You have left the boards. Your points are as before.".into_any(),
        Presence::Listed if by_joining && !is_over(page) => view! {
            "You are not on this board yet: those who joined the challenge are. "
            <More href=href::challenges() words="See the challenges"/>
        }
        .into_any(),
        Presence::Listed if is_over(page) => "You are not on this board.".into_any(),
        Presence::Listed => "You are not on this board yet. What you earn next puts you there.".into_any(),
    }
}
