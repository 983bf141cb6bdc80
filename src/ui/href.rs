//! Every URL of ours as a function, so that a link can't be misspelt.

use uuid::Uuid;

use crate::domain::{
    ids::{ImportId, MailId},
    query::query_value,
};

/// `fn name() -> String` for each path that has no variable part.
macro_rules! paths {
    ($($name:ident $path:literal),+ $(,)?) => {$(
        #[must_use]
        pub fn $name() -> String {
            $path.to_owned()
        }
    )+};
}

paths! {
    landing "/",
    join "/join",
    sign_in "/sign-in",
    forgot_password "/forgot",
    home "/home",
    rewards "/rewards",
    badges "/badges",
    leaderboard "/leaderboard",
    activity "/activity",
    profile "/me",
    style_guide "/styleguide",
    staff "/staff",
    staff_members "/staff/members",
    staff_rewards "/staff/rewards",
    staff_imports "/staff/imports",
    staff_mails "/staff/mails",
    staff_audit "/staff/audit",
    join_program "/rpc/join_program",
    send_sign_in "/rpc/sign_in",
    upload_import "/staff/imports/upload",
    start_import "/rpc/start_import",
    stop_import "/rpc/stop_import",
    sign_out "/rpc/sign_out",
    ask_for_link "/rpc/ask_for_link",
    choose_password "/rpc/choose_password",
    retry_mail "/rpc/retry_mail",
    choose_theme "/rpc/choose_theme",
}

/// The staff's list of mails, from the one after `mail` on.
#[must_use]
pub fn staff_mails_before(mail: MailId) -> String {
    format!("/staff/mails?before={mail}")
}

/// One mail with its text.
#[must_use]
pub fn staff_mail(mail: MailId) -> String {
    format!("/staff/mails/{mail}")
}

/// One import.
#[must_use]
pub fn staff_import(import: ImportId) -> String {
    format!("/staff/imports/{import}")
}

/// The report of the rows that an import could not take.
#[must_use]
pub fn import_rejects(import: ImportId) -> String {
    format!("/staff/imports/{import}/rejects.csv")
}

/// What staff changed, of one subject or of all.
#[must_use]
pub fn staff_audit_of(subject: Option<&str>) -> String {
    subject.map_or_else(staff_audit, |subject| format!("{}?subject={}", staff_audit(), query_value(subject)))
}

/// What staff changed, from the one after `event` on.
#[must_use]
pub fn staff_audit_before(subject: Option<&str>, event: Uuid) -> String {
    let start = staff_audit_of(subject);
    let joint = if subject.is_some() { '&' } else { '?' };
    format!("{start}{joint}before={event}")
}
