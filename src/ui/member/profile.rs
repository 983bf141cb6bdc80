//! "Me": the card, the name, how boards show the member, and the way out.

use leptos::prelude::*;

use super::{
    home::hero::MemberCard,
    layout::{MemberLayout, Place},
    leaderboard::KEPT_OFF,
};
use crate::{
    domain::leaderboard::Presence,
    rpc::{
        forms::Flash,
        profile::{ProfileView, load_profile},
    },
    ui::{
        components::{Button, Field, Kind, More, Panel, Select},
        failure::answered,
        href,
        outcome::Outcome,
    },
};

#[component]
pub fn ProfilePage() -> impl IntoView {
    view! {
        <MemberLayout title="Me" at=Place::Me>
            {Suspend::new(async move { answered(load_profile().await, profile) })}
        </MemberLayout>
    }
}

fn profile(page: ProfileView) -> impl IntoView {
    let since = page.joined_on.strftime("%B %Y").to_string();
    let email = page.email.clone();
    view! {
        <div class="wrap">
            <div class="page-head"><h1>{page.display_name.clone()}</h1><p>"Member since "{since}"."</p></div>
            <div class="split">
                <div class="stack gap5">
                    <Outcome flash=page.flash.clone()/>
                    <Name page=page.clone()/>
                    <Birthday page=page.clone()/>
                    <Boards page=page.clone()/>
                    <Zone page=page.clone()/>
                    <Account email flash=page.flash.of("address")/>
                    <OwnData/>
                    <Leaving program=page.program.clone()/>
                </div>
                <aside class="stack">
                    <MemberCard program=page.program member=page.display_name tier=page.tier
                        digits=page.card/>
                    <Panel id="more" title="Yours">
                        <ul class="stack gap2" role="list">
                            <li><More href=href::activity() words="All activity"/></li>
                            <li><More href=href::badges() words="All badges"/></li>
                            <li><More href=href::streak() words="Your streak"/></li>
                            <li><More href=href::rewards() words="Your vouchers"/></li>
                        </ul>
                    </Panel>
                </aside>
            </div>
        </div>
    }
    .into_any()
}

const HINT: &str =
    "On your card and in e-mails. Leaderboards use a made-up name, unless you choose otherwise.";

#[component]
fn Name(page: ProfileView) -> impl IntoView {
    let flash = page.flash.of("name");
    view! {
        <Panel id="name" title="Your name">
            <form class="stack" method="post" action=href::rename_member()>
                <Field name="display_name" label="What should we call you?" maxlength=80 autocomplete="name"
                    hint=HINT
                    value=flash.value("display_name", page.display_name) error=flash.error("display_name")/>
                <div class="row"><Button>"Save"</Button></div>
            </form>
        </Panel>
    }
    .into_any()
}

/// Said once: a member who could change it would have a birthday every week.
#[component]
fn Birthday(page: ProfileView) -> impl IntoView {
    let flash = page.flash.of("birthday");
    let body = match page.birth_date {
        Some(born) => {
            let born = born.strftime("%-d %B %Y").to_string();
            view! {
                <p>"You were born on "<b>{born}</b>". If that is wrong, the shop's staff can correct it."</p>
            }
            .into_any()
        }
        None => view! {
            <form class="stack" method="post" action=href::say_birthday() novalidate>
                <Field name="birth_date" label="The day you were born" kind="date" autocomplete="bday"
                    hint="Some rules give more around a birthday. You say it once, and only staff see it."
                    value=flash.value("birth_date", "") error=flash.error("birth_date")/>
                <div class="row"><Button kind=Kind::Quiet>"Save the birthday"</Button></div>
            </form>
        }
        .into_any(),
    };
    view! { <Panel id="birthday" title="Your birthday">{body}</Panel> }.into_any()
}

#[component]
fn Boards(page: ProfileView) -> impl IntoView {
    let body = match page.presence {
        Presence::Listed => view! { <OnBoards page/> }.into_any(),
        Presence::KeptOff => view! { <p>{KEPT_OFF}</p> }.into_any(),
        Presence::Left => view! {
            <p>"You are on no leaderboard. Your points, badges and rewards are as before."</p>
            <form class="gap-top" method="post" action=href::join_leaderboards()>
                <Button kind=Kind::Quiet>"Come back to the boards"</Button>
            </form>
        }
        .into_any(),
    };
    view! { <Panel id="boards" title="How you appear on leaderboards">{body}</Panel> }.into_any()
}

#[component]
fn OnBoards(page: ProfileView) -> impl IntoView {
    let named = page.named_on_boards;
    let shown = if named { page.display_name.clone() } else { page.pseudonym.clone() };
    let other = if named { page.pseudonym } else { page.display_name };
    view! {
        <p>"Others see you as "<b>{shown}</b>"."</p>
        <div class="row gap-top">
            <form method="post" action=href::choose_board_name()>
                <input type="hidden" name="named" value=(!named).to_string()/>
                <Button kind=Kind::Quiet>"Show "{other}" instead"</Button>
            </form>
            <form method="post" action=href::leave_leaderboards()>
                <Button kind=Kind::Quiet>"Leave the leaderboards"</Button>
            </form>
        </div>
    }
    .into_any()
}

/// Where the member lives: their days begin and end there.
#[component]
fn Zone(page: ProfileView) -> impl IntoView {
    let flash = page.flash.of("zone");
    let named = |zone: String| {
        let words = zone.replace('_', " ");
        (zone, words)
    };
    view! {
        <Panel id="days" title="Your time zone">
            <form class="stack" method="post" action=href::choose_zone()>
                <Select name="zone" label="Your days begin at midnight in"
                    hint="For your streak, from now on. What you did so far keeps its day."
                    value=flash.value("zone", page.zone) error=flash.error("zone")
                    options=page.zones.into_iter().map(named).collect()/>
                <div class="row"><Button kind=Kind::Quiet>"Save the zone"</Button></div>
            </form>
        </Panel>
    }
    .into_any()
}

#[component]
fn OwnData() -> impl IntoView {
    view! {
        <Panel id="data" title="Your data">
            <p>
                "One file with everything: who you are here, each point and why you got it, what you bought \
                 and brought back, badges, vouchers and challenges."
            </p>
            <p class="gap-top"><a href=href::own_data() download>"Download what is stored about you"</a></p>
        </Panel>
    }
    .into_any()
}

#[component]
fn Leaving(program: String) -> impl IntoView {
    view! {
        <Panel id="leave" title=format!("Leave {program}")>
            <p>"Your points go, and what is stored about you is erased. You are asked once more first."</p>
            <p class="gap-top"><a href=href::leave()>"Leave…"</a></p>
        </Panel>
    }
    .into_any()
}

#[component]
fn Account(email: Option<String>, flash: Flash) -> impl IntoView {
    let email = email.map(|email| view! { <p>"You sign in as "<b>{email}</b>"."</p> });
    view! {
        <Panel id="account" title="Your account">
            {email}
            <div class="row gap-top">
                <form method="post" action=href::sign_out()>
                    <Button kind=Kind::Quiet>"Sign out"</Button>
                </form>
                <a href=href::forgot_password()>"Choose a new password"</a>
            </div>
            <form class="stack gap-top" method="post" action=href::change_address() novalidate>
                <Field name="email" label="New e-mail address" kind="email" autocomplete="email" maxlength=254
                    hint="We mail a link there. It becomes yours when you open it."
                    value=flash.value("email", "") error=flash.error("email")/>
                <Field name="password" label="Your password" kind="password" autocomplete="current-password"
                    error=flash.error("password")/>
                <div class="row"><Button kind=Kind::Quiet>"Change the address"</Button></div>
            </form>
        </Panel>
    }
    .into_any()
}
