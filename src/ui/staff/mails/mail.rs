//! One mail with its text, and the way to try it again when it could not be delivered.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::State;
use crate::{
    domain::{ids::MailId, mail::MailState},
    rpc::{
        mails::{MailLine, MailPage as Page, load_mail},
        nothing::nothing,
    },
    ui::{
        components::{Button, Kind},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn MailPage() -> impl IntoView {
    let mail_id = use_params_map().with_untracked(|params| params.get("mail")).unwrap_or_default();
    let mail_id: Result<MailId, _> = mail_id.parse();
    let links = use_query_map().with_untracked(|query| query.get("links")).is_some();
    view! {
        <StaffLayout title="Mail" at=Desk::Mails>
            {Suspend::new(async move {
                let page = match mail_id {
                    Ok(mail_id) => load_mail(mail_id, links).await,
                    Err(_) => nothing("This mail").await,
                };
                answered(page, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let mail = page.mail;
    let links = page.has_links.then(|| view! { <Links mail_id=mail.mail_id/> });
    let again = (mail.state == MailState::Dead).then(|| view! { <Retry mail_id=mail.mail_id/> });
    view! {
        <p><a href=href::staff_mails()>"All mails"</a></p>
        <div class="row row--apart">
            <h1>{mail.subject.clone()}</h1>
            {again}
        </div>
        <Outcome flash=page.flash/>
        <section class="panel stack" aria-label="The mail">
            <Facts mail/>
            <pre class="mail-text">{page.body}</pre>
            {links}
        </section>
    }
}

/// Whoever has the links of a mail acts as the one to whom it was written.
#[component]
fn Links(mail_id: MailId) -> impl IntoView {
    view! {
        <form method="get" action=href::staff_mail(mail_id) class="stack gap2">
            <input type="hidden" name="links" value="shown"/>
            <p class="hint">
                "A link of this mail acts as the person to whom it was written: read it to them, or "
                "send it on. The audit log tells who has seen it."
            </p>
            <p><Button kind=Kind::Quiet>"Show the links"</Button></p>
        </form>
    }
}

#[component]
fn Retry(mail_id: MailId) -> impl IntoView {
    view! {
        <form method="post" action=href::retry_mail()>
            <input type="hidden" name="mail_id" value=mail_id.to_string()/>
            <Button>"Try again"</Button>
        </form>
    }
}

/// To whom, when, what became of it.
#[component]
fn Facts(mail: MailLine) -> impl IntoView {
    let sent = mail.sent_at.map(|at| view! { <dt>"Sent"</dt><dd>{format::moment(at)}</dd> });
    let next = mail
        .next_attempt_at
        .filter(|_| mail.state == MailState::Retrying)
        .map(|at| view! { <dt>"Next attempt"</dt><dd>{format::moment(at)}</dd> });
    let attempts = (mail.attempts > 1).then(|| view! { <dt>"Attempts"</dt><dd>{mail.attempts}</dd> });
    let error = mail.last_error.map(|error| view! { <dt>"What went wrong"</dt><dd>{error}</dd> });
    view! {
        <dl class="facts">
            <dt>"To"</dt>
            <dd>{mail.recipient}</dd>
            <dt>"State"</dt>
            <dd><State state=mail.state/></dd>
            <dt>"Written"</dt>
            <dd>{format::moment(mail.created_at)}</dd>
            {sent}
            {next}
            {attempts}
            {error}
        </dl>
    }
}
