//! Mails: what was sent, what waits, what could not be delivered.

pub mod mail;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::mail::MailState,
    rpc::mails::{MailLine, MailsPage as Page, load_mails},
    ui::{
        components::{Empty, IndexTable, Notice, Pager, Tag, Tone},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn MailsPage() -> impl IntoView {
    let before = use_query_map().with_untracked(|query| query.get("before"));
    let before = before.and_then(|text| text.parse().ok());
    view! {
        <StaffLayout title="Mails" at=Desk::Mails>
            {Suspend::new(async move {
                answered(load_mails(before).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let folder = page.folder.map(|folder| view! { <NoSmtp folder/> });
    let next = page.next.map(href::staff_mails_before);
    let first = (!page.is_first).then(href::staff_mails);
    let list = if page.mails.is_empty() {
        view! {
            <Empty title="No mails yet">
                <p>"The first one goes out when somebody joins or asks for a new password."</p>
            </Empty>
        }
        .into_any()
    } else {
        let words = match page.mails.len() {
            1 => "1 mail, newest first".to_owned(),
            count => format!("{count} mails, newest first"),
        };
        view! {
            <section class="panel stack" aria-label="Mails">
                <MailTable mails=page.mails/>
                <Pager words first next/>
            </section>
        }
        .into_any()
    };
    view! {
        <h1>"Mails"</h1>
        <Outcome flash=page.flash/>
        {folder}
        {list}
    }
}

/// Says where mails go while no SMTP server is set.
#[component]
fn NoSmtp(folder: String) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            <p>
                <b>"Mails do not leave this server yet. "</b>
                "No SMTP server is set, so mails are written to "<code>{folder}</code>
                " and shown here. Set "<code>"LAUREL_SMTP_URL"</code>" to send them."
            </p>
        </Notice>
    }
}

#[component]
fn MailTable(mails: Vec<MailLine>) -> impl IntoView {
    let rows: Vec<_> = mails.into_iter().map(|mail| view! { <MailRow mail/> }).collect();
    let heads = view! {
        <th scope="col">"Subject"</th>
        <th scope="col">"State"</th>
        <th scope="col" class="only-wide">"Written"</th>
    };
    view! {
        <IndexTable caption="Mails, newest first" heads>{rows}</IndexTable>
    }
}

#[component]
fn MailRow(mail: MailLine) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="wraps">
                <a href=href::staff_mail(mail.mail_id)>{mail.subject}</a>
                <br/>
                <small class="muted">{mail.recipient}</small>
                <small class="muted only-narrow">{format::moment(mail.created_at)}</small>
            </th>
            <td><State state=mail.state/></td>
            <td class="only-wide">{format::moment(mail.created_at)}</td>
        </tr>
    }
}

/// What became of a mail, in a word.
#[component]
pub fn State(state: MailState) -> impl IntoView {
    let (tone, word) = match state {
        MailState::Waiting => (Tone::Plain, "Waiting"),
        MailState::Retrying => (Tone::Warn, "Trying again"),
        MailState::Sent => (Tone::On, "Sent"),
        MailState::Written => (Tone::Line, "In a file"),
        MailState::Dead => (Tone::Bad, "Not delivered"),
    };
    view! { <Tag tone>{word}</Tag> }
}
