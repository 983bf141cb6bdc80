//! The leaderboards: which there are, what they count, what the first get, and the seasons.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::leaderboard::{
        board::{Board, Scope, prize_field},
        form::{BoardForm, CohortForm, PRIZES, PrizeForm},
        period::Season,
    },
    rpc::{
        forms::Flash,
        leaderboards::editing::{BoardLine, BoardsPage, load_boards},
    },
    ui::{
        components::{Button, ButtonLink, Check, Field, IndexTable, Kind, Select},
        failure::answered,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

const METRICS: [(&str, &str); 4] = [
    ("points", "Points earned"),
    ("visits", "Visits: days with a purchase or a visit"),
    ("badges", "Badges earned"),
    ("challenge", "The progress of a challenge"),
];
const SCOPES: [(&str, &str); 4] = [
    ("all", "Everybody with everybody"),
    ("store", "Those who buy at the same store"),
    ("tier", "Those of the same tier"),
    ("cohort", "Leagues: about thirty who came at the same time"),
];
const KINDS: [(&str, &str); 4] =
    [("month", "The month"), ("week", "The week"), ("season", "The season"), ("all", "All time")];

#[component]
pub fn StaffLeaderboardsPage() -> impl IntoView {
    let chosen = use_query_map().with_untracked(|query| query.get("board"));
    view! {
        <StaffLayout title="Leaderboards" at=Desk::Leaderboards>
            {Suspend::new(async move {
                answered(load_boards().await, |page| view! { <Content page chosen/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: BoardsPage, chosen: Option<String>) -> impl IntoView {
    let edited =
        page.boards.iter().find(|line| Some(&line.form.leaderboard) == chosen.as_ref() && !line.ended);
    let editor = view! {
        <Editor line=edited.cloned() challenges=page.challenges prizes=page.prizes
            flash=page.flash.of("board")/>
    };
    let rows: Vec<_> = page.boards.into_iter().map(row).collect();
    let heads = view! {
        <th scope="col">"Board"</th>
        <th scope="col">"Counts"</th>
        <th scope="col">"Who competes"</th>
        <th scope="col">"Periods"</th>
        <th scope="col">"State"</th>
    };
    view! {
        <h1>"Leaderboards"</h1>
        <Outcome flash=page.flash.clone()/>
        <section class="panel stack" aria-label="Boards">
            <IndexTable caption="Leaderboards, those that run first" heads>{rows}</IndexTable>
        </section>
        {editor}
        <Seasons seasons=page.seasons flash=page.flash.of("season")/>
        <Exclusion flash=page.flash.of("exclusion")/>
    }
}

fn words(of: &[(&str, &str)], value: &str) -> String {
    of.iter()
        .find(|(word, _)| *word == value)
        .map_or_else(|| value.to_owned(), |(_, says)| (*says).to_owned())
}

fn row(line: BoardLine) -> impl IntoView {
    let (form, counts) = (line.form.clone(), counts(&line));
    let periods = form.periods.ticked().map(|kind| words(&KINDS, kind.as_str()));
    let periods = periods.collect::<Vec<_>>().join(", ");
    let periods = if line.challenge.is_some() { "The days of the challenge".to_owned() } else { periods };
    let state = match (line.ended, line.filling) {
        (true, _) => "Closed",
        (false, true) => "Counting what happened before",
        (false, false) => "Runs",
    };
    let name = if line.ended {
        form.name.clone().into_any()
    } else {
        view! { <a href=href::staff_leaderboard(&form.leaderboard)>{form.name.clone()}</a> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="wraps">{counts}</td>
            <td class="wraps">{words(&SCOPES, &form.scope)}</td>
            <td class="wraps">{periods}</td>
            <td>{state}</td>
        </tr>
    }
}

/// "The progress of a challenge: Autumn"
fn counts(line: &BoardLine) -> String {
    let counts = words(&METRICS, &line.form.metric);
    line.challenge.as_ref().map_or(counts.clone(), |name| format!("{counts}: {name}"))
}

fn options(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// Makes a board, or changes one. What it counts and who competes stay as they were made.
#[component]
fn Editor(
    line: Option<BoardLine>,
    challenges: Vec<(String, String)>,
    prizes: Vec<(String, String)>,
    flash: Flash,
) -> impl IntoView {
    let form = line.as_ref().map_or_else(fresh, |line| line.form.clone());
    // Whoever was refused finds everything as it was typed.
    let form: BoardForm = serde_json::from_str(&flash.value("form", "")).unwrap_or(form);
    let heading = line.as_ref().map_or_else(|| "Another board".to_owned(), |line| line.form.name.clone());
    let error = |field: &str| flash.error(field);
    let made = line.is_some();
    let none = (String::new(), "none".to_owned());
    let kept = if let Some(line) = &line {
        view! {
            <input type="hidden" name="version" value=line.version.to_string()/>
            <input type="hidden" name="leaderboard" value=form.leaderboard.clone()/>
            <input type="hidden" name="counts[metric]" value=form.metric.clone()/>
            <input type="hidden" name="counts[challenge]" value=form.challenge.clone()/>
            <input type="hidden" name="scope" value=form.scope.clone()/>
            <p>{counts(line)}". "{words(&SCOPES, &form.scope)}"."</p>
        }
        .into_any()
    } else {
        view! {
            <Field name="leaderboard" label="Address"
                hint="Small letters, digits and hyphens, such as spring-visits. It stays."
                value=flash.value("leaderboard", "") error=error("leaderboard") maxlength=40/>
            <Select name="counts[metric]" label="What counts" value=flash.value("metric", form.metric.clone())
                options=options(&METRICS) error=error("counts[metric]")/>
            <div class="for-challenge">
                <Select name="counts[challenge]" label="Which challenge" value=flash.value("challenge", "")
                    hint="The board ranks those who are in it, in its days."
                    options=std::iter::once(none).chain(challenges).collect()
                    error=error("counts[challenge]")/>
            </div>
            <Select name="scope" label="Who competes with whom" value=flash.value("scope", form.scope.clone())
                options=options(&SCOPES) error=error("scope")/>
        }
        .into_any()
    };
    let close = line.map(|line| view! { <Close board=line.form/> });
    let name = flash.value("name", form.name.clone());
    let periods = if form.challenge.is_empty() {
        let first = flash.value("first", form.first.clone());
        view! { <Periods form=form.clone() first error=error("periods")/> }.into_any()
    } else {
        view! { <input type="hidden" name="first" value="season"/> }.into_any()
    };
    let button = if made { "Save" } else { "Make the board" };
    view! {
        <section class="panel" aria-labelledby="h-board">
            <form class="stack board-form" method="post" action=href::save_leaderboard() novalidate>
                <h2 id="h-board">{heading}</h2>
                {kept}
                <Field name="name" label="Name" value=name error=error("name") maxlength=60/>
                {periods}
                <Cohorts form=form.clone() made flash=flash.clone()/>
                <Prizes form choices=prizes flash/>
                <div class="row"><Button>{button}</Button></div>
            </form>
            {close}
        </section>
    }
}

/// What the form of a new board begins with: periods that every kind of board can have.
fn fresh() -> BoardForm {
    let mut form = BoardForm::of(&Board::of_points());
    (form.leaderboard, form.name, form.periods.all) = (String::new(), String::new(), String::new());
    form
}

#[component]
fn Periods(form: BoardForm, first: String, error: Option<String>) -> impl IntoView {
    let error = error.map(|error| view! { <p class="error" id="periods-error">{error}</p> });
    let ticked = form.periods;
    view! {
        <fieldset class="stack not-for-challenge" id="periods">
            <legend>"Periods"</legend>
            {error}
            <Check name="periods[month]" label="Months" checked=ticked.month == "true"/>
            <Check name="periods[week]" label="Weeks, from Monday" checked=ticked.week == "true"/>
            <Check name="periods[season]" label="Seasons, named below" checked=ticked.season == "true"/>
            <Check name="periods[all]" label="All time; not among tiers and leagues"
                checked=ticked.all == "true"/>
            <Select name="first" label="Shown first" value=first options=options(&KINDS)/>
        </fieldset>
    }
}

/// How leagues work; shown for boards of leagues, without a script too.
#[component]
fn Cohorts(form: BoardForm, made: bool, flash: Flash) -> impl IntoView {
    let is_of_leagues = form.scope == Scope::Cohort.as_str();
    if made && !is_of_leagues {
        return view! { <KeptCohorts form/> }.into_any();
    }
    let cohorts = form.cohorts;
    let field = |name: &str, label: &'static str, value: String| {
        let name = format!("cohorts[{name}]");
        let error = flash.error(&name);
        view! { <Field name label value inputmode="numeric" error/> }
    };
    let fields = view! {
        {field("size", "Members in a group", cohorts.size)}
        {field("promote", "Go up", cohorts.promote)}
        {field("demote", "Go down", cohorts.demote)}
        {field("leagues", "How many leagues", cohorts.leagues)}
    };
    view! {
        <fieldset class="stack" class:for-cohort=!made>
            <legend>"Leagues"</legend>
            <p class="hint">"Who comes first goes up a league at the end, who comes last goes down."</p>
            <div class="form-grid">{fields}</div>
        </fieldset>
    }
    .into_any()
}

/// A board without leagues keeps what it would need for them.
#[component]
fn KeptCohorts(form: BoardForm) -> impl IntoView {
    let CohortForm { size, promote, demote, leagues } = form.cohorts;
    view! {
        <input type="hidden" name="cohorts[size]" value=size/>
        <input type="hidden" name="cohorts[promote]" value=promote/>
        <input type="hidden" name="cohorts[demote]" value=demote/>
        <input type="hidden" name="cohorts[leagues]" value=leagues/>
    }
}

#[component]
fn Prizes(form: BoardForm, choices: Vec<(String, String)>, flash: Flash) -> impl IntoView {
    let of_challenge = !form.challenge.is_empty();
    let wins: Vec<(String, String)> =
        std::iter::once(("points".to_owned(), "Points: as many as beside".to_owned()))
            .chain(choices)
            .collect();
    let filled = form.prizes.iter().rposition(|prize| !prize.is_empty()).map_or(0, |last| last + 1);
    let typed = form.prizes.into_iter().chain(std::iter::repeat_with(PrizeForm::default)).take(PRIZES);
    let rows = typed.enumerate().map(|(place, prize)| {
        let of = |field: &str| prize_field(place, field);
        let error = |field: &str| flash.error(&of(field));
        let kind = if prize.kind.is_empty() { form.first.clone() } else { prize.kind };
        let kind = if of_challenge {
            view! { <input type="hidden" name=of("kind") value="season"/> }.into_any()
        } else {
            let (options, error) = (options(&KINDS[..3]), error("kind"));
            let select = view! { <Select name=of("kind") label="Of" value=kind options error/> };
            view! { <div class="not-for-challenge">{select}</div> }.into_any()
        };
        view! {
            <fieldset>
                <legend>"Prize "{place + 1}</legend>
                <div class="form-grid">
                    {kind}
                    <Field name=of("from") label="From rank" value=prize.from inputmode="numeric"
                        error=error("from")/>
                    <Field name=of("to") label="To rank" value=prize.to inputmode="numeric"
                        error=error("to")/>
                    <Select name=of("wins") label="Each wins" value=prize.wins options=wins.clone()
                        error=error("wins")/>
                    <Field name=of("points") label="How many points" value=prize.points inputmode="numeric"
                        error=error("points")/>
                </div>
            </fieldset>
        }
    });
    let mut rows: Vec<_> = rows.collect();
    // What is filled and one more stand there; the rest can be opened.
    let more = rows.split_off((filled + 1).min(rows.len()));
    let more = (!more.is_empty()).then(|| {
        view! { <details><summary>"More prizes"</summary><div class="stack gap-top">{more}</div></details> }
    });
    view! {
        <fieldset class="stack" id="prizes">
            <legend>"Prizes"</legend>
            <p class="hint">
                "Given once, a day after the period has ended, or when the challenge is closed: what comes \
                 late counts until then. A line without ranks is none. Vouchers are free of points, while \
                 there is stock."
            </p>
            {rows}
            {more}
        </fieldset>
    }
}

/// Closing asks first, without a script: the button is inside what has to be opened.
#[component]
fn Close(board: BoardForm) -> impl IntoView {
    view! {
        <details class="gap-top">
            <summary>"Close this board"</summary>
            <form class="stack gap-top" method="post" action=href::close_leaderboard()>
                <input type="hidden" name="leaderboard" value=board.leaderboard/>
                <p>
                    "Members no longer see "{board.name}", and periods that run give no prizes. \
                     It can't be opened again."
                </p>
                <div class="row"><Button kind=Kind::Quiet>"Close it"</Button></div>
            </form>
        </details>
    }
}

#[component]
fn Seasons(seasons: Vec<Season>, flash: Flash) -> impl IntoView {
    let rows = seasons.into_iter().map(|season| {
        view! {
            <tr>
                <th scope="row">{season.name}</th>
                <td>{season.season}</td>
                <td>{season.starts_on.to_string()}</td>
                <td>{season.ends_on.to_string()}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="table">
                <caption class="visually-hidden">"Seasons, the newest first"</caption>
                <thead><tr><th scope="col">"Season"</th><th scope="col">"Address"</th>
                    <th scope="col">"First day"</th><th scope="col">"Last day"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section class="panel" aria-labelledby="h-seasons">
            <form class="stack" method="post" action=href::create_season() novalidate>
                <h2 id="h-seasons">"Seasons"</h2>
                {table}
                <div class="form-grid">
                    <Field name="season_name" label="Name of another" value=flash.value("season_name", "")
                        error=flash.error("season_name") maxlength=60/>
                    <Field name="season" label="Address" hint="Such as winter-2026."
                        value=flash.value("season", "")
                        error=flash.error("season") maxlength=40/>
                    <Field name="starts_on" label="First day" kind="date" value=flash.value("starts_on", "")
                        error=flash.error("starts_on")/>
                    <Field name="ends_on" label="Last day" kind="date" value=flash.value("ends_on", "")
                        error=flash.error("ends_on")/>
                </div>
                <div class="row"><Button>"Add the season"</Button></div>
            </form>
        </section>
    }
}

/// Your own people, and who plays unfairly.
#[component]
fn Exclusion(flash: Flash) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="h-exclusion">
            <form class="stack" method="post" action=href::exclude_member() novalidate>
                <h2 id="h-exclusion">"Members who are kept off"</h2>
                <p class="hint">
                    "Your own people, for instance. They keep earning, and can't come back to the boards \
                     by themselves."
                </p>
                <Field name="member" label="Member's id" hint="It ends the address of the member's page."
                    value=flash.value("member", "") error=flash.error("member") maxlength=36/>
                <Select name="excluded" label="What to do" value="true" options=options(&[
                    ("true", "Keep off the boards"), ("false", "Let back onto them"),
                ])/>
                <div class="row">
                    <Button>"Do it"</Button>
                    <ButtonLink href=href::staff_members() kind=Kind::Quiet>"Find the member"</ButtonLink>
                </div>
            </form>
        </section>
    }
}
