//! A challenge is typed, made live and told as what it is.

use sqlx::PgPool;

use super::super::staff_challenges::{editor, list, save};
use crate::{
    domain::{
        badge::Revoke,
        challenge::{
            State,
            form::{ChallengeForm, StepForm},
        },
        ids::AccountId,
    },
    server::{
        challenges::fills::Challenges,
        fills,
        identity::Staff,
        testing::{self, reward},
    },
};

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_counted_first_is_not_called_live(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let staff = Staff { account_id: AccountId(uuid::Uuid::nil()), name: "Ada".to_owned() };
    let page = editor(&ctx, &staff, "", None).await.expect("a form");
    let step = StepForm { title: "Two purchases".into(), target: "2".into(), ..page.form.steps[0].clone() };
    let typed = ChallengeForm {
        challenge: "two".into(),
        name: "Two".into(),
        description: "For trying.".into(),
        steps: vec![step],
        ..page.form
    };
    assert_eq!(typed.read(2).expect("a challenge").rule.revoke, Revoke::OnReversal);
    let voucher = reward(&ctx, 90, None).await;
    let vouched = ChallengeForm { reward: "voucher".into(), voucher: voucher.to_string(), ..typed.clone() };
    assert_eq!(vouched.read(2).expect("a challenge").rule.revoke, Revoke::Never);

    assert_eq!(save(&ctx, &staff, &typed, false).await.expect("saved"), "Two is kept as a draft.");
    let said = save(&ctx, &staff, &typed, true).await.expect("live");
    let state = list(&ctx, &staff).await.expect("a list").challenges[0].state;
    assert_eq!(state, State::Counting);
    assert!(said.starts_with("Two: what was done before is being counted."), "{said}");
    fills::finish_all::<Challenges>(&ctx).await;
    let state = list(&ctx, &staff).await.expect("a list").challenges[0].state;
    assert_eq!(state, State::Live);
    let later = ChallengeForm {
        challenge: "later".into(),
        first: "2026-11-30".into(),
        last: "2026-12-24".into(),
        ..typed
    };
    assert_eq!(save(&ctx, &staff, &later, true).await.expect("live"), "Two is live.");
}
