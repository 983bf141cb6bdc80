//! The frame of pages for staff: the desk with its places at the side.

use leptos::prelude::*;

use crate::{
    rpc::program::Who,
    ui::{
        components::{Avatar, Tag, Tone},
        emblems::{Icon, Symbol},
        href,
        layout::{Brand, Foot, PageTitle, framed},
    },
};

/// The places of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    Overview,
    Members,
    Rewards,
    Rules,
    Campaigns,
    Tiers,
    Badges,
    Challenges,
    Streak,
    Leaderboards,
    Vouchers,
    Imports,
    Keys,
    Mails,
    Audit,
}

impl Desk {
    const ALL: [Self; 15] = [
        Self::Overview,
        Self::Members,
        Self::Vouchers,
        Self::Rewards,
        Self::Rules,
        Self::Campaigns,
        Self::Tiers,
        Self::Badges,
        Self::Challenges,
        Self::Streak,
        Self::Leaderboards,
        Self::Imports,
        Self::Keys,
        Self::Mails,
        Self::Audit,
    ];

    fn link(self) -> (Icon, &'static str, String) {
        match self {
            Self::Overview => (Icon::Chart, "Overview", href::staff()),
            Self::Members => (Icon::People, "Members", href::staff_members()),
            Self::Rewards => (Icon::Gift, "Rewards", href::staff_rewards()),
            Self::Rules => (Icon::Rules, "Rules", href::staff_rules()),
            Self::Campaigns => (Icon::Flag, "Campaigns", href::staff_campaigns()),
            Self::Tiers => (Icon::Medal, "Tiers", href::staff_tiers()),
            Self::Badges => (Icon::Podium, "Badges", href::staff_badges()),
            Self::Challenges => (Icon::Flag, "Challenges", href::staff_challenges()),
            Self::Streak => (Icon::Check, "Streak", href::staff_streak()),
            Self::Leaderboards => (Icon::Podium, "Leaderboards", href::staff_leaderboards()),
            Self::Vouchers => (Icon::Check, "Vouchers", href::staff_vouchers()),
            Self::Imports => (Icon::Upload, "Imports", href::staff_imports()),
            Self::Keys => (Icon::Lock, "API keys", href::staff_keys()),
            Self::Mails => (Icon::Mail, "Mails", href::staff_mails()),
            Self::Audit => (Icon::Log, "Audit log", href::staff_audit()),
        }
    }
}

/// `<StaffLayout title="Rewards" at=Desk::Rewards>…</StaffLayout>`: the children are the content of `<main>`,
/// which stacks them: a `div.row.row--apart` with the `<h1>` and the one primary button, then panels.
#[component]
pub fn StaffLayout(#[prop(into)] title: String, at: Desk, children: Children) -> impl IntoView {
    framed(move |frame| {
        let name = match &frame.who {
            Who::Staff { name } | Who::Member { name, .. } => name.clone(),
            Who::Visitor => String::new(),
        };
        view! {
            <PageTitle title=format!("{title} · staff") program=frame.program.clone()/>
            <header class="top">
                <div class="wrap wide">
                    <Brand program=frame.program.clone() href=href::staff()/>
                    <span class="only-wide"><Tag tone=Tone::Line>"Staff"</Tag></span>
                    <div class="row">
                        <span class="muted only-wide">{name.clone()}</span>
                        <Avatar name/>
                        <form method="post" action=href::sign_out()>
                            <button class="link" type="submit">"Sign out"</button>
                        </form>
                    </div>
                </div>
            </header>
            <div class="staff">
                <Side at/>
                <main id="main" class="desk">{children()}</main>
            </div>
            <Foot frame/>
        }
    })
}

#[component]
fn Side(at: Desk) -> impl IntoView {
    let links = Desk::ALL.map(|desk| {
        let (icon, words, href) = desk.link();
        let here = (desk == at).then_some("page");
        view! { <li><a href=href aria-current=here><Symbol icon/>{words}</a></li> }
    });
    let links = links.into_iter().collect_view();
    let (icon, words, _) = at.link();
    // On a phone the places fold away behind the one that is open; the list stands beside the fold, not in
    // it, so that a wide screen shows it whether open or not.
    view! {
        <nav class="side" aria-label="Staff">
            <details class="places">
                <summary><Symbol icon/>{words}<small>"All places"</small></summary>
            </details>
            <ul role="list">{links}</ul>
        </nav>
    }
}
