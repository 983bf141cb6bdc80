//! Segments: those of a member, and all that there are.

use leptos::prelude::*;

use crate::{
    domain::{ids::MemberId, points::grouped},
    rpc::{
        forms::Flash,
        tags::{TagsPage as Page, load_tags},
    },
    ui::{
        components::{Button, Empty, Field, Kind, Tag, Tone},
        failure::answered,
        href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

/// The segments of a member, to be put on and taken off.
#[component]
pub fn Segments(member: MemberId, tags: Vec<String>, flash: Flash) -> impl IntoView {
    let none = tags.is_empty().then(|| view! { <p class="muted">"None yet."</p> });
    let rows = tags.into_iter().map(|tag| {
        let (words, shown) = (format!(" {tag}"), tag.clone());
        view! {
            <li class="row">
                <Tag tone=Tone::Line>{shown}</Tag>
                <form method="post" action=href::take_tag_off()>
                    <input type="hidden" name="member_id" value=member.to_string()/>
                    <input type="hidden" name="tag" value=tag/>
                    <button class="link" type="submit">
                        "Take off"<span class="visually-hidden">{words}</span>
                    </button>
                </form>
            </li>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <section class="panel stack" aria-labelledby="h-segments">
            <h2 id="h-segments">"Segments"</h2>
            {none}
            <ul class="stack" role="list">{rows}</ul>
            <form class="stack" method="post" action=href::put_tag_on() novalidate>
                <input type="hidden" name="member_id" value=member.to_string()/>
                <Field name="tag" label="Put into a segment"
                    hint="A word such as press; rules can ask for it."
                    value=flash.value("tag", "") error=flash.error("tag") maxlength=40/>
                <div class="row">
                    <Button kind=Kind::Quiet>"Put on"</Button>
                    <a href=href::staff_tags()>"All segments"</a>
                </div>
            </form>
        </section>
    }
}

#[component]
pub fn TagsPage() -> impl IntoView {
    view! {
        <StaffLayout title="Segments" at=Desk::Members>
            {Suspend::new(async move { answered(load_tags().await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let is_empty = page.tags.is_empty();
    let rows = page.tags.into_iter().map(|(tag, members)| {
        view! { <tr><th scope="row">{tag}</th><td class="n">{grouped(members)}</td></tr> }
    });
    let rows: Vec<_> = rows.collect();
    let list = if is_empty {
        view! {
            <Empty title="No segments yet"><p>"Put a member into one on the member's page."</p></Empty>
        }
        .into_any()
    } else {
        view! {
            <section class="panel stack" aria-label="Segments">
                <table class="table">
                    <caption class="visually-hidden">"Segments, with how many members are in each"</caption>
                    <thead>
                        <tr><th scope="col">"Segment"</th><th scope="col" class="n">"Members"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        }
        .into_any()
    };
    view! {
        <p><a href=href::staff_members()>"All members"</a></p>
        <h1>"Segments"</h1>
        <Outcome flash=page.flash/>
        {list}
    }
}
