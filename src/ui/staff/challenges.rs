//! The challenges: which there are, how many are in them, and those that are ready.

mod editor;

use jiff::civil::Date;
use leptos::prelude::*;

pub use self::editor::ChallengeEditorPage;
use crate::{
    domain::{challenge::State, points::grouped},
    rpc::staff_challenges::{StaffChallenge, StaffChallengesPage as Page, load_staff_challenges},
    ui::{
        components::{Button, ButtonLink, Empty, IndexTable, Kind, Tag, Tone},
        emblems::Glyph,
        failure::answered,
        format::day,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffChallengesPage() -> impl IntoView {
    view! {
        <StaffLayout title="Challenges" at=Desk::Challenges>
            {Suspend::new(async move {
                answered(load_staff_challenges().await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let today = page.today;
    let groups = page.library.into_iter().map(|(name, all)| view! { <Group name challenges=all/> });
    let groups: Vec<_> = groups.collect();
    view! {
        <div class="row row--apart">
            <h1>"Challenges"</h1>
            <ButtonLink href=href::staff_new_challenge()>"Make a challenge"</ButtonLink>
        </div>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="Challenges">
            <Table challenges=page.challenges today/>
        </section>
        {(!groups.is_empty()).then(|| view! { <h2>"Ready to be switched on"</h2> })}
        {groups}
    }
}

#[component]
fn Table(challenges: Vec<StaffChallenge>, today: Date) -> impl IntoView {
    if challenges.is_empty() {
        return view! {
            <Empty title="No challenge yet">
                <p class="muted">"Switch one on below, or make one of your own."</p>
            </Empty>
        }
        .into_any();
    }
    let rows: Vec<_> = challenges.into_iter().map(|challenge| view! { <Row challenge today/> }).collect();
    let heads = view! {
        <th scope="col">"Challenge"</th>
        <th scope="col">"State"</th>
        <th scope="col">"Days"</th>
        <th scope="col">"Joined"</th>
        <th scope="col">"Completed by"</th>
        <th scope="col"><span class="visually-hidden">"Change"</span></th>
    };
    view! {
        <IndexTable caption="Challenges with their state" heads>{rows}</IndexTable>
    }
    .into_any()
}

#[component]
fn Row(challenge: StaffChallenge, today: Date) -> impl IntoView {
    let (tone, word) = match challenge.state {
        State::Draft => (Tone::Line, "Draft"),
        State::Counting => (Tone::Warn, "Counting"),
        State::Live => (Tone::On, "Live"),
        State::Ended => (Tone::Plain, "Ended"),
    };
    let joined = if challenge.is_automatic { "everybody".to_owned() } else { grouped(challenge.joined) };
    let days = format!("{} to {}", day(challenge.first, today), day(challenge.last, today));
    let what = format!("{}, for {}", challenge.steps.join("; "), challenge.reward);
    view! {
        <tr>
            <th scope="row" class="wraps">
                {challenge.name.clone()}
                <br/>
                <small class="muted">{what}" ("{challenge.challenge.clone()}")"</small>
            </th>
            <td><Tag tone>{word}</Tag></td>
            <td>{days}</td>
            <td>{joined}</td>
            <td>{grouped(challenge.completed)}</td>
            <td><Actions challenge/></td>
        </tr>
    }
}

/// What can be done: a draft is changed, made live or thrown away; what runs can be ended; the rest copied.
#[component]
fn Actions(challenge: StaffChallenge) -> impl IntoView {
    let name = challenge.name.clone();
    let is_draft = challenge.state == State::Draft;
    let words = if is_draft { "Change" } else { "Copy" };
    let switch = is_draft.then(|| {
        let (slug, name) = (challenge.challenge.clone(), name.clone());
        view! { <Act action=href::switch_on_challenge() challenge=slug name words="Make live"/> }
    });
    let end = (challenge.state != State::Ended).then(|| {
        let words = if is_draft { "Discard" } else { "End early" };
        view! { <Act action=href::end_challenge() challenge=challenge.challenge.clone() name=name.clone()
        words/> }
    });
    view! {
        <div class="row">
            <a href=href::staff_challenge(&challenge.challenge)>
                {words}<span class="visually-hidden">": "{name.clone()}</span>
            </a>
            {switch}
            {end}
        </div>
    }
}

#[component]
fn Act(action: String, challenge: String, name: String, words: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="challenge" value=challenge/>
            <Button kind=Kind::Quiet small=true>
                {words}<span class="visually-hidden">": "{name}</span>
            </Button>
        </form>
    }
}

#[component]
fn Group(name: String, challenges: Vec<StaffChallenge>) -> impl IntoView {
    let id = format!("lib-{}", name.to_lowercase().replace(' ', "-"));
    let labelled = id.clone();
    let items: Vec<_> = challenges.into_iter().map(|challenge| view! { <Ready challenge/> }).collect();
    view! {
        <section class="panel stack" aria-labelledby=labelled>
            <h3 id=id>{name}</h3>
            <ul class="challenges" role="list">{items}</ul>
        </section>
    }
}

#[component]
fn Ready(challenge: StaffChallenge) -> impl IntoView {
    let days = (challenge.last - challenge.first).get_days() + 1;
    let who = if challenge.is_automatic { "everybody" } else { "whoever joins" };
    let what = format!("{}. {days} days, {who}.", challenge.steps.join("; "));
    let name = challenge.name.clone();
    view! {
        <li>
            <span class="chip-glyph"><Glyph name=challenge.glyph.clone()/></span>
            <div class="stack gap2">
                <div class="row row--apart">
                    <h4>{name.clone()}</h4>
                    <Tag tone=Tone::Gain>{challenge.reward.clone()}</Tag>
                </div>
                <p>{challenge.description.clone()}</p>
                <p class="muted"><small>{what}</small></p>
                <div class="row">
                    <Act action=href::switch_on_challenge() challenge=challenge.challenge.clone()
                        name=name.clone() words="Switch on from today"/>
                    <a href=href::staff_challenge(&challenge.challenge)>
                        "Change first"<span class="visually-hidden">": "{name}</span>
                    </a>
                </div>
            </div>
        </li>
    }
}
