//! The streak: leaves on a twig, what covered the gaps, what is next and what was. It invites, it never
//! threatens.

use jiff::civil::Date;
use leptos::prelude::*;

use super::layout::{MemberLayout, Place};
use crate::{
    domain::{
        metric::Period,
        streak::{Leaf, Milestone, units},
    },
    rpc::streak::{LeafView, StreakStrip, StreakView, load_streak},
    ui::{
        components::{Empty, Goal, Panel},
        emblems::{LeafIcon, LeafState},
        failure::answered,
        format::{day, number_word, points, sentence},
        href,
    },
};

#[component]
pub fn StreakPage() -> impl IntoView {
    view! {
        <MemberLayout title="Streak" at=Place::Home>
            {Suspend::new(async move { answered(load_streak().await, page) })}
        </MemberLayout>
    }
}

fn page(page: StreakView) -> impl IntoView {
    let unit = page.strip.unit;
    let (title, invitation) = (title(&page.strip), invitation(&page.strip));
    let (today, runs_now) = (page.today, page.strip.current > 0);
    view! {
        <div class="wrap">
            <div class="page-head"><h1>{title}</h1><p>{invitation}</p></div>
            <div class="split">
                <div class="stack gap5">
                    <Calendar rows=page.rows unit today/>
                    <History runs=page.runs given=page.given.clone() next=page.next
                        runs_now unit today/>
                </div>
                <aside class="stack gap5">
                    <Next next=page.next current=page.strip.current longest=page.strip.longest unit/>
                    <Freezes held=page.strip.freezes most=page.most towards=page.towards frozen=page.frozen
                        unit today/>
                    <How kinds=page.kinds zone=page.zone unit/>
                </aside>
            </div>
        </div>
    }
    .into_any()
}

/// "Ten weeks running".
pub fn title(strip: &StreakStrip) -> String {
    match strip.current {
        0 => "Start a run".to_owned(),
        1 => format!("One {} running", strip.unit.as_str()),
        many => format!("{} {}s running", sentence(&number_word(many)), strip.unit.as_str()),
    }
}

/// What the period that is running is good for.
pub fn invitation(strip: &StreakStrip) -> String {
    let (this, today) = match strip.unit {
        Period::Day => ("today".to_owned(), "Today's leaf has grown.".to_owned()),
        unit => (format!("this {}", unit.as_str()), format!("This {}'s leaf has grown.", unit.as_str())),
    };
    let is_open = strip.leaves.last().is_some_and(|leaf| leaf.leaf != Leaf::Kept);
    match (strip.current, is_open) {
        (0, _) => format!("Come by {this} and the first leaf grows."),
        (many, true) => format!("Drop by {this} and it is {}.", number_word(many + 1)),
        (_, false) => today,
    }
}

/// What a leaf is called beneath: "Mon", "16 Nov", "Nov".
fn short(unit: Period, first: Date) -> String {
    let format = match unit {
        Period::Day => "%a",
        Period::Week => "%-d %b",
        _ => "%b",
    };
    first.strftime(format).to_string()
}

/// Leaves on a twig, up to seven.
#[component]
pub fn Twig(leaves: Vec<LeafView>, unit: Period, #[prop(optional)] dated: bool) -> impl IntoView {
    let leaves = leaves.into_iter().map(move |leaf| {
        let label = match unit {
            Period::Day if dated => leaf.day.strftime("%-d").to_string(),
            _ => short(unit, leaf.day),
        };
        let (state, class) = match leaf.leaf {
            Leaf::Kept => (LeafState::On, ""),
            Leaf::Open => (LeafState::Next, ""),
            Leaf::Empty => (LeafState::Off, ""),
            Leaf::Frozen | Leaf::Travelled => (LeafState::Off, "rest"),
        };
        view! {
            <li class=leaf.is_now.then_some("is-today")>
                <LeafIcon state class/>
                <span>{label}<span class="visually-hidden">": "{told(leaf.leaf)}</span></span>
            </li>
        }
    });
    view! { <ol class="streak" role="list">{leaves.collect_view()}</ol> }.into_any()
}

const fn told(leaf: Leaf) -> &'static str {
    match leaf {
        Leaf::Kept => "a leaf",
        Leaf::Open => "still open",
        Leaf::Empty => "none",
        Leaf::Frozen => "covered by a freeze",
        Leaf::Travelled => "on the way",
    }
}

#[component]
fn Calendar(rows: Vec<Vec<LeafView>>, unit: Period, today: Date) -> impl IntoView {
    let rows = rows.into_iter().filter(|row| !row.is_empty()).map(move |row| {
        let label = row.first().zip(row.last()).map(|(first, last)| {
            if unit == Period::Day {
                format!("Week of {}", day(first.day, today))
            } else {
                format!("{} to {}", day(first.day, today), day(last.day, today))
            }
        });
        view! { <li class="stack gap2"><p class="muted"><small>{label}</small></p>
        <Twig leaves=row unit dated=true/></li> }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Panel id="calendar" title="Leaf by leaf">
            <ul class="stack gap5" role="list">{rows}</ul>
            <p class="note-foot gap-top">
                "A full leaf: you were here. A dashed one: a freeze covered it. An empty one waits for "
                "nobody."
            </p>
        </Panel>
    }
    .into_any()
}

#[component]
fn Next(next: Option<Milestone>, current: i64, longest: i64, unit: Period) -> impl IntoView {
    let goal = next.map(|next| {
        let gives = match next.points {
            0 => String::new(),
            given => format!(" It gives {}.", points(given)),
        };
        let missing = units(unit, next.periods - current);
        view! {
            <Goal id="milestone" label=format!("To {} in a row", units(unit, next.periods)) value=current
                max=next.periods stepped=true>
                {current}" of "{units(unit, next.periods)}", "<b>{missing}" to go"</b>"."{gives}
            </Goal>
        }
    });
    let none = goal.is_none().then(|| view! { <p>"You have every milestone there is."</p> });
    view! {
        <Panel id="next" title="What is next">
            {goal}{none}
            <dl class="facts gap-top">
                <dt>"Now"</dt><dd>{units(unit, current)}</dd>
                <dt>"Longest"</dt><dd>{units(unit, longest)}</dd>
            </dl>
        </Panel>
    }
    .into_any()
}

#[component]
fn Freezes(
    held: i64,
    most: i64,
    towards: Option<(i64, i64)>,
    frozen: Vec<Date>,
    unit: Period,
    today: Date,
) -> impl IntoView {
    let (towards, every) = towards?;
    let is_full = held >= most;
    let goal = (!is_full).then(|| {
        let missing = units(unit, every - towards);
        view! {
            <Goal id="freeze" label="To the next freeze" value=towards max=every stepped=true>
                {towards}" of "{units(unit, every)}" kept, "<b>{missing}" to go"</b>
            </Goal>
        }
    });
    let held = match held {
        0 => "You hold none right now.".to_owned(),
        1 => "You hold one.".to_owned(),
        many => format!("You hold {}.", number_word(many)),
    };
    let full = is_full.then_some(" That is as many as there can be.");
    let used = frozen.into_iter().map(move |first| {
        let told = covered(unit, first, today);
        view! { <li class="row"><LeafIcon state=LeafState::Off class="rest"/>{told}</li> }
    });
    let used: Vec<_> = used.collect();
    let list = (!used.is_empty()).then(|| {
        view! { <h3 class="gap-top">"Used"</h3><ul class="stack gap2" role="list">{used}</ul> }
    });
    Some(
        view! {
            <Panel id="freezes" title="Freezes">
                <p>{held}{full}" A freeze covers a "{unit.as_str()}" without you, all by itself."</p>
                {goal}
                {list}
            </Panel>
        }
        .into_any(),
    )
}

/// "The week of 12 October".
fn covered(unit: Period, first: Date, today: Date) -> String {
    match unit {
        Period::Day => day(first, today),
        Period::Week => format!("The week of {}", day(first, today)),
        _ => crate::ui::format::month(first, today),
    }
}

#[component]
fn History(
    runs: Vec<(Date, Date, i64)>,
    given: Vec<(Milestone, Date)>,
    /// The milestone that comes next.
    next: Option<Milestone>,
    /// They are in a run.
    runs_now: bool,
    unit: Period,
    today: Date,
) -> impl IntoView {
    let given = given.into_iter().map(|(milestone, on)| {
        let gave = (milestone.points > 0).then(|| format!(", {}", points(milestone.points)));
        view! { <dt>{day(on, today)}</dt><dd><b>{units(unit, milestone.periods)}" in a row"</b>{gave}</dd> }
    });
    let runs = runs.into_iter().map(|(first, last, periods)| {
        let span =
            format!("{} to {}", covered(unit, first, today), covered(unit, last, today).to_lowercase());
        let span = if unit == Period::Week {
            format!("{} to {}", day(first, today), day(last, today))
        } else {
            span
        };
        view! { <dt>{span}</dt><dd>{units(unit, periods)}</dd> }
    });
    let (given, runs): (Vec<_>, Vec<_>) = (given.collect(), runs.collect());
    let body = if given.is_empty() && runs.is_empty() {
        view! {
            <Empty title="Still to be written">
                <p class="muted">{to_come(next, runs_now, unit)}</p>
            </Empty>
        }
        .into_any()
    } else {
        let reached =
            (!given.is_empty()).then(|| view! { <h3>"Milestones"</h3><dl class="facts">{given}</dl> });
        let earlier =
            (!runs.is_empty()).then(|| view! { <h3>"Earlier runs"</h3><dl class="facts">{runs}</dl> });
        view! { <div class="stack">{reached}{earlier}</div> }.into_any()
    };
    view! { <Panel id="history" title="So far">{body}</Panel> }.into_any()
}

/// What will stand where nothing stands yet.
fn to_come(next: Option<Milestone>, runs_now: bool, unit: Period) -> String {
    let so_far = if runs_now { "Your first run is under way." } else { "No run and no milestone yet." };
    let unit_name = unit.as_str();
    let first = next.map_or_else(String::new, |next| {
        let gives =
            if next.points > 0 { format!(", which gives {}", points(next.points)) } else { String::new() };
        format!(" The first line will be {} in a row{gives}.", units(unit, next.periods))
    });
    format!("{so_far}{first} What a run came to is kept here when a {unit_name} without you has ended it.")
}

#[component]
fn How(kinds: Vec<String>, zone: String, unit: Period) -> impl IntoView {
    let kinds: Vec<String> =
        kinds.iter().map(|kind| format!("a {}", kind.replace(['_', '-'], " "))).collect();
    view! {
        <Panel id="how" title="How it works">
            <p>
                "A leaf grows with "{kinds.join(" or ")}" in a "{unit.as_str()}". "
                "Your days begin at midnight in "{zone.replace('_', " ")}". "
                <a href=href::profile_zone()>"Change the zone"</a>
            </p>
        </Panel>
    }
    .into_any()
}
