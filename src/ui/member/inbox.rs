//! The inbox: what was unlocked and reached, newest first.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    home::metal,
    layout::{MemberLayout, Place},
};
use crate::{
    rpc::moments::{InboxLine, InboxView, load_inbox},
    ui::{
        components::{Empty, Pager, Tag, Tone},
        emblems::Medal,
        failure::answered,
        format::day,
        href,
    },
};

#[component]
pub fn InboxPage() -> impl IntoView {
    let before = use_query_map().with_untracked(|query| query.get("before"));
    let before = before.and_then(|before| before.parse().ok());
    view! {
        <MemberLayout title="Inbox" at=Place::Me>
            {Suspend::new(async move { answered(load_inbox(before).await, inbox) })}
        </MemberLayout>
    }
}

fn inbox(page: InboxView) -> impl IntoView {
    let list = if page.lines.is_empty() {
        view! {
            <Empty title="Nothing yet">
                <p class="muted">"Badges that you earn and tiers that you reach are told here."</p>
            </Empty>
        }
        .into_any()
    } else {
        let first = (!page.first).then(|| href::inbox(None));
        let next = page.next.map(|before| href::inbox(Some(before)));
        let lines: Vec<_> =
            page.lines.into_iter().map(|line| view! { <Line line today=page.today/> }).collect();
        view! {
            <section class="panel stack" aria-label="News">
                <ul class="stack" role="list">{lines}</ul>
                <Pager words="Newest first" first next/>
            </section>
        }
        .into_any()
    };
    view! {
        <div class="wrap narrow">
            <div class="page-head"><h1>"Inbox"</h1><p>"What you have reached, and when."</p></div>
            {list}
        </div>
    }
    .into_any()
}

#[component]
fn Line(line: InboxLine, today: jiff::civil::Date) -> impl IntoView {
    let moment = line.moment;
    let new = line.is_new.then(|| view! { " "<Tag tone=Tone::On>"New"</Tag> });
    view! {
        <li class="badge badge--row">
            <Medal glyph=moment.glyph metal=metal(moment.metal)/>
            <div>
                <p class="muted"><small>{moment.about}", "{day(moment.on, today)}</small>{new}</p>
                <h2 class="like-h3">{moment.heading}</h2>
                <p>{moment.words}</p>
            </div>
        </li>
    }
}
