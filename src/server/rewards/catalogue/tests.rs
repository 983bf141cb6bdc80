//! The staff's catalogue on a real Postgres: nobody overwrites anybody, stock is never lost, everything is
//! told.

use sqlx::{PgPool, query_scalar};

use super::*;
use crate::{
    domain::{catalogue::RewardState, ids::AccountId},
    server::{context::new_id, testing},
};

fn ines() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Ines Okafor".into() }
}

fn mug(price: &str) -> RewardForm {
    RewardForm {
        name: "Stoneware mug".into(),
        description: "No two alike.".into(),
        category: "thing".into(),
        picture: "mug".into(),
        price: price.into(),
        limit_per_member: String::new(),
        minimum_tier: "gold".into(),
        voucher_days: "30".into(),
        public_from: String::new(),
    }
}

async fn a_mug(ctx: &Context, by: &Staff) -> RewardId {
    create(ctx, by, RewardId(new_id()), &mug("1,400")).await.expect("created")
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

async fn actions(pool: &PgPool) -> Vec<String> {
    query_scalar("select action from audit_events order by audit_event_id")
        .fetch_all(pool)
        .await
        .expect("log")
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_reward_goes_from_draft_to_shelf_and_away_again(pool: PgPool) {
    let (ctx, by) = (testing::context(pool.clone()).await, ines());
    let id = RewardId(new_id());
    create(&ctx, &by, id, &mug("1,400")).await.expect("created");
    create(&ctx, &by, id, &mug("1,400")).await.expect("sent twice");
    let draft = find(&ctx, &by, id).await.expect("found");
    assert_eq!((draft.state, draft.version, draft.stock), (RewardState::Draft, 1, None));
    publish(&ctx, &by, id, 1).await.expect("published");
    edit(&ctx, &by, id, 2, &mug("1,200")).await.expect("edited");
    withdraw(&ctx, &by, id, 3, "Ida has moved away").await.expect("withdrawn");
    let gone = find(&ctx, &by, id).await.expect("found");
    assert_eq!((gone.state, gone.version, gone.terms.price), (RewardState::Withdrawn, 4, 1_200));
    publish(&ctx, &by, id, 4).await.expect("back again");
    assert_eq!(find(&ctx, &by, id).await.expect("found").state, RewardState::Live);
    let told = ["reward.create", "reward.publish", "reward.edit", "reward.withdraw", "reward.publish"];
    assert_eq!(actions(&pool).await, told);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn two_people_never_overwrite_each_other(pool: PgPool) {
    let (ctx, by) = (testing::context(pool.clone()).await, ines());
    let id = a_mug(&ctx, &by).await;
    let (cheap, dear) = (mug("1,000"), mug("2,000"));
    let (one, two) = tokio::join!(edit(&ctx, &by, id, 1, &cheap), edit(&ctx, &by, id, 1, &dear));
    let refused: Vec<Code> = [one, two].into_iter().filter(Result::is_err).map(code).collect();
    assert_eq!(refused, [Code::Stale]);
    assert_eq!(find(&ctx, &by, id).await.expect("found").version, 2);
    assert_eq!(actions(&pool).await, ["reward.create", "reward.edit"]);
    edit(&ctx, &by, id, 2, &find_form(&ctx, &by, id).await).await.expect("nothing to change");
    assert_eq!(find(&ctx, &by, id).await.expect("found").version, 2, "what is the same is no change");
}

async fn find_form(ctx: &Context, by: &Staff, id: RewardId) -> RewardForm {
    RewardForm::of(&find(ctx, by, id).await.expect("found").terms)
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn stock_is_added_and_taken_by_units(pool: PgPool) {
    let (ctx, by) = (testing::context(pool.clone()).await, ines());
    let id = a_mug(&ctx, &by).await;
    assert_eq!(code(restock(&ctx, &by, id, 1, -1).await), Code::Invalid);
    restock(&ctx, &by, id, 1, 40).await.expect("stocked");
    assert_eq!(code(restock(&ctx, &by, id, 1, 40).await), Code::Stale, "the form sent twice acts once");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    assert_eq!(crate::server::rewards::store::take_stock(&mut conn, id, 1).await.expect("taken"), 1);
    restock(&ctx, &by, id, 2, -36).await.expect("taken away");
    assert_eq!(find(&ctx, &by, id).await.expect("found").stock, Some((3, 4)));
    assert_eq!(code(restock(&ctx, &by, id, 3, -4).await), Code::Invalid);
    unlimit(&ctx, &by, id, 3).await.expect("no limit");
    assert_eq!(find(&ctx, &by, id).await.expect("found").stock, None);
    let told = ["reward.create", "reward.restock", "reward.restock", "reward.unlimit"];
    assert_eq!(actions(&pool).await, told);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn the_list_is_searched_filtered_sorted_and_paged(pool: PgPool) {
    let (ctx, by) = (testing::context(pool).await, ines());
    for number in 0..45 {
        let form = RewardForm { name: format!("Mug {number:02}"), ..mug(&(number % 7 + 1).to_string()) };
        let id = create(&ctx, &by, RewardId(new_id()), &form).await.expect("created");
        if number % 2 == 0 {
            publish(&ctx, &by, id, 1).await.expect("published");
        }
    }
    for sort in ["", "name", "price", "newest"] {
        let mut search = Search { sort: sort.into(), ..Search::default() };
        let mut seen = Vec::new();
        loop {
            let page = list(&ctx, &by, &search).await.expect("a page");
            assert_eq!(page.total, 45);
            search.after = page.rewards.last().map(|last| last.reward_id);
            seen.extend(page.rewards);
            if !page.more {
                break;
            }
        }
        let mut ids: Vec<RewardId> = seen.iter().map(|reward| reward.reward_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((seen.len(), ids.len()), (45, 45), "each once, sorted by {sort:?}");
        if sort == "price" {
            assert!(seen.is_sorted_by_key(|reward| reward.terms.price));
        }
    }
    let found =
        |words: &str, state: &str| Search { words: words.into(), state: state.into(), ..Search::default() };
    assert_eq!(list(&ctx, &by, &found("mug 1", "")).await.expect("a page").total, 10);
    assert_eq!(list(&ctx, &by, &found("mug 1", "draft")).await.expect("a page").total, 5);
    assert_eq!(list(&ctx, &by, &found("100%", "")).await.expect("a page").total, 0);
    assert_eq!(list(&ctx, &by, &found("_", "")).await.expect("a page").total, 0, "signs mean themselves");
}
