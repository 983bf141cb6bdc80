//! The birthday of a member, to be corrected.

use leptos::prelude::*;

use crate::{
    domain::ids::MemberId,
    rpc::forms::Flash,
    ui::{
        components::{Button, Field, Kind},
        href,
    },
};

#[component]
pub fn Birthday(member: MemberId, born: Option<jiff::civil::Date>, flash: Flash) -> impl IntoView {
    let born = born.map(|born| born.to_string()).unwrap_or_default();
    view! {
        <section class="panel stack" aria-labelledby="h-birthday">
            <h2 id="h-birthday">"Birthday"</h2>
            <form class="stack" method="post" action=href::correct_birthday() novalidate>
                <input type="hidden" name="member_id" value=member.to_string()/>
                <Field name="birth_date" label="Born on" kind="date"
                    hint="Members say it once. Leave it empty to forget it."
                    value=flash.value("birth_date", born) error=flash.error("birth_date")/>
                <Field name="birthday_reason" label="Why is it corrected?" maxlength=300
                    hint="It stands in the audit log, which keeps no day."
                    value=flash.value("birthday_reason", "") error=flash.error("birthday_reason")/>
                <div class="row"><Button kind=Kind::Quiet>"Correct the birthday"</Button></div>
            </form>
        </section>
    }
}
