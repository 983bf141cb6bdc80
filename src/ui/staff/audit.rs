//! The audit log: who changed what, when and why.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    rpc::audit::{AuditLine, AuditPage as Page, load_audit},
    ui::{
        components::{Empty, IndexTable, Pager},
        failure::answered,
        format, href,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn AuditPage() -> impl IntoView {
    let asked = |name: &str| use_query_map().with_untracked(|query| query.get(name));
    let subject = asked("subject").filter(|subject| !subject.is_empty());
    let before = asked("before").and_then(|text| text.parse().ok());
    view! {
        <StaffLayout title="Audit log" at=Desk::Audit>
            {Suspend::new(async move {
                answered(load_audit(subject, before).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let subject = page.subject;
    let next = page.next.map(|before| href::staff_audit_before(subject.as_deref(), before));
    let first = (!page.is_first).then(|| href::staff_audit_of(subject.as_deref()));
    let called = page.called;
    let about = subject.map(|subject| {
        let subject = called.unwrap_or(subject);
        view! { <p>"Only "<b>{subject}</b>". "<a href=href::staff_audit()>"Show everything"</a></p> }
    });
    let list = if page.lines.is_empty() {
        view! {
            <Empty title="Nothing was changed yet">
                <p>"Whatever staff change is written down here, with what it was before."</p>
            </Empty>
        }
        .into_any()
    } else {
        let words = match page.lines.len() {
            1 => "1 change, newest first".to_owned(),
            count => format!("{count} changes, newest first"),
        };
        view! {
            <section class="panel stack" aria-label="Changes">
                <ChangeTable lines=page.lines/>
                <Pager words first next/>
            </section>
        }
        .into_any()
    };
    view! {
        <h1>"Audit log"</h1>
        {about}
        {list}
    }
}

#[component]
fn ChangeTable(lines: Vec<AuditLine>) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <ChangeRow line/> }).collect();
    let heads = view! {
        <th scope="col">"What was done"</th>
        <th scope="col">"Change"</th>
        <th scope="col" class="only-wide">"By"</th>
        <th scope="col" class="only-wide">"When"</th>
    };
    view! {
        <IndexTable caption="Changes by staff, newest first" heads>{rows}</IndexTable>
    }
}

#[component]
fn ChangeRow(line: AuditLine) -> impl IntoView {
    let changes: Vec<_> = line.changes.into_iter().map(|change| view! { <div>{change}</div> }).collect();
    let subject = href::staff_audit_of(Some(&line.subject));
    let called = line.called.unwrap_or(line.subject);
    let at = format::moment(line.at);
    let aside = format!("{}, {at}", line.staff_name);
    let reason = line.reason.map(|reason| view! { <div class="muted">"Reason: "{reason}</div> });
    view! {
        <tr>
            <th scope="row" class="wraps">
                {said(&line.action)}
                <br/>
                <small><a href=subject>{called}</a></small>
                <small class="muted only-narrow">{aside}</small>
            </th>
            <td class="wraps">{changes}{reason}</td>
            <td class="only-wide">{line.staff_name}</td>
            <td class="only-wide">{at}</td>
        </tr>
    }
}

/// An action as people say it: "reward.edit" is "Reward changed".
fn said(action: &str) -> String {
    let known = match action {
        "mail.links" => Some("Links of a mail shown"),
        "leaderboard.create" => Some("Leaderboard made"),
        "leaderboard.edit" => Some("Leaderboard changed"),
        "leaderboard.close" => Some("Leaderboard closed"),
        "season.create" => Some("Season named"),
        "member.exclude_from_boards" => Some("Member kept off the leaderboards"),
        "member.admit_to_boards" => Some("Member let back onto the leaderboards"),
        "member.birthday" => Some("Birthday corrected"),
        "member.erase" => Some("Member erased"),
        "points.adjust" => Some("Points given or taken"),
        "return.refused" => Some("An early return could not be applied"),
        "points.limit" => Some("Limit for a second person changed"),
        "member.tag" => Some("Put into a segment"),
        "member.untag" => Some("Taken out of a segment"),
        "rules.apply" => Some("Rules made live"),
        "rules.draft" => Some("Draft of rules kept"),
        "rules.discard" => Some("Draft of rules thrown away"),
        "redemption.cancel" => Some("Redemption cancelled"),
        "voucher.take" => Some("Voucher taken"),
        "reward.create" => Some("Reward made"),
        "reward.edit" => Some("Reward changed"),
        "reward.publish" => Some("Reward published"),
        "reward.withdraw" => Some("Reward withdrawn"),
        "reward.restock" => Some("Stock changed"),
        "reward.unlimit" => Some("Stock without limit"),
        _ => None,
    };
    if let Some(known) = known {
        return known.to_owned();
    }
    let words = action.replacen('.', ": ", 1).replace('_', " ");
    format::sentence(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_said_in_words() {
        assert_eq!(said("reward.edit_stock"), "Reward: edit stock");
        assert_eq!(said(""), "");
    }
}
