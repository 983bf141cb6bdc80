//! The frame of pages for members: the brand, five places to be, at the thumb on phones and at the top on
//! desks.

use leptos::prelude::*;

use crate::{
    rpc::program::Who,
    ui::{
        components::Avatar,
        emblems::{Icon, Symbol},
        href,
        islands::moments::Moments,
        layout::{Brand, Foot, PageTitle, framed},
    },
};

/// The places of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Home,
    Challenges,
    Rewards,
    Leaderboard,
    Me,
}

impl Place {
    const ALL: [Self; 5] = [Self::Home, Self::Challenges, Self::Rewards, Self::Leaderboard, Self::Me];

    fn link(self) -> (Icon, &'static str, String) {
        match self {
            Self::Home => (Icon::Home, "Home", href::home()),
            Self::Challenges => (Icon::Flag, "Challenges", href::challenges()),
            Self::Rewards => (Icon::Gift, "Rewards", href::rewards()),
            Self::Leaderboard => (Icon::Podium, "Leaderboard", href::leaderboard()),
            Self::Me => (Icon::Person, "Me", href::profile()),
        }
    }
}

/// `<MemberLayout title="Rewards" at=Place::Rewards>…</MemberLayout>`: the children are the content of
/// `<main>`.
#[component]
pub fn MemberLayout(#[prop(into)] title: String, at: Place, children: Children) -> impl IntoView {
    framed(move |frame| {
        let (name, unread) = match &frame.who {
            Who::Member { name, unread } => (name.clone(), *unread),
            Who::Staff { name } => (name.clone(), 0),
            Who::Visitor => (String::new(), 0),
        };
        let label = format!("{name}, your profile");
        view! {
            <PageTitle title program=frame.program.clone()/>
            <header class="top">
                <div class="wrap">
                    <Brand program=frame.program.clone() href=href::home()/>
                    <div class="row">
                        <Bell unread/>
                        <a class="row" href=href::profile() aria-label=label>
                            <Avatar name/>
                        </a>
                    </div>
                </div>
            </header>
            <Places at/>
            <main id="main">{children()}<Moments/></main>
            <Foot frame/>
        }
    })
}

/// The way to the inbox, and how much is new there.
#[component]
fn Bell(unread: i64) -> impl IntoView {
    let label = if unread > 0 { format!("Inbox, {unread} new") } else { "Inbox".to_owned() };
    let dot =
        (unread > 0).then(|| view! { <span class="bell__count" aria-hidden="true">{unread.min(99)}</span> });
    view! { <a class="bell" href=href::inbox(None) aria-label=label><Symbol icon=Icon::Bell/>{dot}</a> }
}

#[component]
fn Places(at: Place) -> impl IntoView {
    let links = Place::ALL.map(|place| {
        let (icon, words, href) = place.link();
        let here = (place == at).then_some("page");
        view! { <li><a href=href aria-current=here><Symbol icon/>{words}</a></li> }
    });
    view! { <nav class="nav" aria-label="Main"><ul role="list">{links.into_iter().collect_view()}</ul></nav> }
}
