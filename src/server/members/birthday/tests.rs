//! Birthdays on a real Postgres: said once, corrected by staff, and no day in the log.

use sqlx::{PgPool, query_scalar};

use super::{correct, say};
use crate::{
    domain::ids::{AccountId, MemberId},
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::{Member, Staff},
        members::{NewMember, create},
        testing::context,
    },
};

async fn born(ctx: &Context, member: &Member) -> Option<String> {
    query_scalar("select birth_date::text from member_profiles where member_id = $1")
        .bind(member.member_id.0)
        .fetch_one(&ctx.pool)
        .await
        .expect("a profile")
}

fn field(outcome: Result<()>) -> String {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.fields[0].field.clone(),
        other => panic!("expected a refusal, not {other:?}"),
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_birthday_is_said_once_and_corrected_by_staff(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let member = Member { member_id: MemberId(new_id()), account_id: AccountId(new_id()) };
    let new = NewMember {
        member_id: member.member_id,
        display_name: "Maya Lind".to_owned(),
        joined_at: ctx.clock.now(),
    };
    create(&mut pool.acquire().await.expect("a connection"), &[new], ctx.clock.now()).await.expect("made");
    for wrong in ["", "soon", "2026-11-22", "1890-01-01", "1990-02-30"] {
        assert_eq!(field(say(&ctx, &member, wrong).await), "birth_date", "{wrong}");
    }
    say(&ctx, &member, "1990-04-23").await.expect("said");
    assert_eq!(field(say(&ctx, &member, "1990-11-21").await), "birth_date");
    assert_eq!(born(&ctx, &member).await.as_deref(), Some("1990-04-23"), "said once");

    let ines = Staff { account_id: AccountId(new_id()), name: "Ines".to_owned() };
    let id = member.member_id;
    assert_eq!(field(correct(&ctx, &ines, id, "1990-04-24", " ").await), "birthday_reason");
    correct(&ctx, &ines, id, "1990-04-24", "Mistyped").await.expect("corrected");
    assert_eq!(born(&ctx, &member).await.as_deref(), Some("1990-04-24"));
    correct(&ctx, &ines, id, "", "Asked to forget it").await.expect("forgotten");
    assert_eq!(born(&ctx, &member).await, None);
    let days: i64 = query_scalar(
        "select count(*) from audit_events where action = 'member.birthday'
             and concat_ws(' ', old::text, new::text, reason) like '%1990%'",
    )
    .fetch_one(&pool)
    .await
    .expect("a count");
    assert_eq!(days, 0, "the log keeps no day");
}
