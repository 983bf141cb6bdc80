//! Leaving: says what is lost and what is kept, and asks for the password.

use leptos::prelude::*;

use super::layout::{MemberLayout, Place};
use crate::{
    rpc::leaving::{LeavePage as Page, load_leave},
    ui::{
        components::{Button, ButtonLink, Field, Kind},
        failure::answered,
        format::counted,
        href,
        outcome::Outcome,
    },
};

#[component]
pub fn LeavePage() -> impl IntoView {
    view! {
        <MemberLayout title="Leave" at=Place::Me>
            {Suspend::new(async move { answered(load_leave().await, |page| view! { <Content page/> }) })}
        </MemberLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let lost: Vec<_> = page.points.into_iter().map(|points| view! { <li>{points}"."</li> }).collect();
    let badges = (page.badges > 0).then(|| view! { <li>{counted(page.badges, "badge", "badges")}"."</li> });
    let vouchers = (page.vouchers > 0).then(|| {
        let many = counted(page.vouchers, "voucher", "vouchers");
        let (stay, codes) = if page.vouchers == 1 {
            ("It stays good until it runs out", "write down its code")
        } else {
            ("They stay good until they run out", "write down the codes")
        };
        view! {
            <p>
                "You have "{many}" that can still be used. "{stay}", but your pages go: "
                <a href=href::rewards()>{codes}</a>" first."
            </p>
        }
    });
    view! {
        <div class="wrap narrow">
            <div class="page-head">
                <p><a href=href::profile()>"Me"</a></p>
                <h1>"Leave "{page.program.clone()}"?"</h1>
            </div>
            <Outcome flash=page.flash.clone()/>
            <section class="panel stack" aria-labelledby="h-lost">
                <h2 id="h-lost">"What you give up"</h2>
                <ul class="happens">
                    {lost}
                    {badges}
                    <li>"Your tier, "{page.tier}", your streak and your place on leaderboards."</li>
                    <li>"Your card: a till that reads it is told that it is nobody's."</li>
                </ul>
                {vouchers}
                <h2>"What happens to your data"</h2>
                <p>
                    "Your name, e-mail address, birthday, card, inbox and the mails that we wrote to you are \
                     deleted at once. What was bought stays in the shop's books under a number that leads to \
                     nobody. This can't be undone; you can join again, and begin anew."
                </p>
                <form class="stack" method="post" action=href::leave_program() novalidate>
                    <input class="visually-hidden" type="email" value=page.email autocomplete="username"
                        readonly tabindex="-1" aria-hidden="true"/>
                    <Field name="password" label="Your password" kind="password"
                        hint="So that nobody else does this for you." error=page.flash.error("password")
                        autocomplete="current-password"/>
                    <div class="row">
                        <Button kind=Kind::Bad>"Leave, and erase my data"</Button>
                        <ButtonLink href=href::profile() kind=Kind::Quiet>"Stay"</ButtonLink>
                    </div>
                </form>
            </section>
        </div>
    }
}
