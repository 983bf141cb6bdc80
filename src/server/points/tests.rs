//! Four eyes: a large adjustment waits for a second person, and happens once.

use sqlx::PgPool;

use super::{requests, *};
use crate::{
    domain::ids::AccountId,
    server::{
        context::new_id,
        members::{self, NewMember},
        testing::context,
        verify::verify,
    },
};

fn person(name: &str) -> Staff {
    Staff { account_id: AccountId(new_id()), name: name.to_owned() }
}

async fn member(ctx: &Context) -> MemberId {
    let (member_id, now) = (MemberId(new_id()), ctx.clock.now());
    let new = NewMember { member_id, display_name: "Maya".into(), joined_at: now };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    members::create(&mut conn, &[new], now).await.expect("a member");
    member_id
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

async fn available(ctx: &Context, member: MemberId) -> i64 {
    ledger::balances(ctx, member).await.expect("balances").available
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn many_points_need_a_second_person_who_is_another(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (ines, omar, maya) = (person("Ines"), person("Omar"), member(&ctx).await);
    let at_limit = adjust(&ctx, &ines, maya, 10_000, "Anniversary", "a").await.expect("adjusted");
    assert!(matches!(at_limit, Adjusted::Done(balances) if balances.available == 10_000));
    for _ in 0..2 {
        let above = adjust(&ctx, &ines, maya, 10_001, "Prize", "b").await.expect("asked");
        assert_eq!(above, Adjusted::Waiting, "the form sent twice asks once");
    }
    let waiting = requests::waiting(&ctx, &omar).await.expect("a list");
    let [request] = waiting.as_slice() else { panic!("one request, not {waiting:?}") };
    assert_eq!((request.points, request.member_name.as_str()), (10_001, "Maya"));
    let id = request.request_id;
    assert_eq!(code(requests::approve(&ctx, &ines, maya, id).await), Code::Forbidden);
    assert_eq!(code(requests::decline(&ctx, &ines, maya, id).await), Code::Forbidden);
    assert_eq!(available(&ctx, maya).await, 10_000);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (ctx, omar) = (ctx.clone(), omar.clone());
            tokio::spawn(async move { requests::approve(&ctx, &omar, maya, id).await })
        })
        .collect();
    let mut approved = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => approved += 1,
            refused => assert_eq!(code(refused), Code::Stale),
        }
    }
    assert_eq!((approved, available(&ctx, maya).await), (1, 20_001));
    let log: Vec<(String, String)> =
        sqlx::query_as("select action, staff_name from audit_events order by at, 1")
            .fetch_all(&pool)
            .await
            .expect("a log");
    let told = |action: &str, name: &str| (action.to_owned(), name.to_owned());
    assert!(log.contains(&told("points.ask", "Ines")) && log.contains(&told("points.approve", "Omar")));
    assert!(verify(&ctx).await.expect("a report").holds());
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_declined_moves_nothing(pool: PgPool) {
    let ctx = context(pool).await;
    let (ines, omar, maya) = (person("Ines"), person("Omar"), member(&ctx).await);
    adjust(&ctx, &ines, maya, -50_000, "Fraud", "a").await.expect("asked");
    let id = requests::waiting(&ctx, &omar).await.expect("a list")[0].request_id;
    // Approving would take more than there is; the request stays and can be declined.
    assert_eq!(code(requests::approve(&ctx, &omar, maya, id).await), Code::InsufficientPoints);
    requests::decline(&ctx, &omar, maya, id).await.expect("declined");
    assert_eq!(code(requests::approve(&ctx, &omar, maya, id).await), Code::Stale);
    assert!(requests::waiting(&ctx, &omar).await.expect("a list").is_empty());
    assert_eq!(available(&ctx, maya).await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn nobody_goes_round_the_limit_in_parts_or_by_raising_it(pool: PgPool) {
    let ctx = context(pool).await;
    let (ines, omar, maya) = (person("Ines"), person("Omar"), member(&ctx).await);
    let gives = async |staff: &Staff, points: i64, id: &str| {
        matches!(adjust(&ctx, staff, maya, points, "A gift", id).await, Ok(Adjusted::Done(_)))
    };
    assert!(gives(&ines, 6_000, "a").await);
    assert!(!gives(&ines, 6_000, "b").await, "10,000 in a day, whatever the parts");
    assert!(gives(&ines, 4_000, "c").await);
    assert!(!gives(&ines, -1, "d").await, "taking counts as giving does");
    assert!(gives(&omar, 10_000, "e").await, "each person has their own");

    set_limit(&ctx, &ines, 1_000_000).await.expect("raised");
    assert_eq!(limit(&ctx, &ines).await.expect("a limit"), Limit { points: 1_000_000, own: 10_000 });
    set_limit(&ctx, &ines, 999_999).await.expect("again");
    assert!(!gives(&ines, 20_000, "f").await, "whoever raised it is held to the one before");
    set_limit(&ctx, &omar, 999_999).await.expect("set by another");
    assert!(gives(&ines, 20_000, "g").await);
}
