//! Erasing on a real Postgres: nothing in any table names who left, and the ledger still adds up.

use sqlx::{PgPool, query, query_scalar};
use uuid::Uuid;

use super::{Reason, erase, erased, leave, sweep};
use crate::{
    domain::{
        ids::{AccountId, MemberId},
        points::Money,
        purchase::{MemberRef, Purchase},
        refusal::Code,
        returns::{Return, What},
    },
    server::{
        context::{Context, new_id},
        dispatcher,
        earning::{Outcome, record},
        error::{Error, Result},
        holds::{self, NewHold},
        identity::{Member, Staff, accounts, links},
        jobs::Pace,
        ledger,
        members::{
            directory,
            joining::{Joining, join},
            lookup,
            registering::{Registering, register},
        },
        points, returns, rewards, streaks, tags,
        testing::{at, context, reward},
        verify::verify,
        wallets,
    },
};

const HERE: &str = "192.0.2.1";
const PASSWORD: &str = "correct horse";
const NAME: &str = "Wilhelmina Quist";
const EMAIL: &str = "wilhelmina.quist@example.org";
const OUTSIDE: &str = "customer-1007";

fn staff() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Ines".to_owned() }
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, not {other:?}"),
    }
}

async fn wilhelmina(ctx: &Context) -> Member {
    let form = Joining {
        display_name: NAME.to_owned(),
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    join(ctx, HERE, &form).await.expect("joined")
}

fn bought(document: &str, member: MemberRef) -> Purchase {
    Purchase {
        source: "till".to_owned(),
        document_id: document.to_owned(),
        member,
        store: None,
        purchased_at: at("2026-11-20T08:00:00Z"),
        amount: Money(5_000),
        lines: Vec::new(),
    }
}

async fn run(ctx: &Context, sql: &'static str, member: MemberId, text: &str) {
    query(sql).bind(member.0).bind(text).execute(&ctx.pool).await.expect(sql);
}

/// A member with everything that a member can have, and named wherever somebody may have written of them.
async fn lived(ctx: &Context) -> (Member, String) {
    let member = wilhelmina(ctx).await;
    let id = member.member_id;
    let card: String = query_scalar("select card_no from cards where member_id = $1")
        .bind(id.0)
        .fetch_one(&ctx.pool)
        .await
        .expect("a card");
    run(ctx, "insert into external_ids (member_id, external_id) values ($1, $2)", id, OUTSIDE).await;
    run(
        ctx,
        "update member_profiles set birth_date = $2::date, named_on_boards = true where member_id = $1",
        id,
        "1990-04-23",
    )
    .await;
    for (document, name) in [
        ("r-1", MemberRef::Card(card.clone())),
        ("r-2", MemberRef::ExternalId(OUTSIDE.to_owned())),
        ("r-3", MemberRef::Email(EMAIL.to_owned())),
    ] {
        record(ctx, &[bought(document, name)]).await.expect("recorded");
    }
    points::adjust(ctx, &staff(), id, 500, "For the broken cup", "a-1").await.expect("points");
    written_of(ctx, &member, &card).await;
    while dispatcher::step(ctx.clone()).await.expect("dispatched") == Pace::More {}
    (member, card)
}

/// What staff, mails, imports and the inbox say of a member.
async fn written_of(ctx: &Context, member: &Member, card: &str) {
    let id = member.member_id;
    let reason = format!("{NAME} lost the card {card}");
    let named = wallets::freeze(ctx, &staff(), id, "points", &reason).await;
    assert_eq!(code(named), Code::Invalid, "it would stand there for ever");
    wallets::freeze(ctx, &staff(), id, "points", "A card was lost").await.expect("frozen");
    // As it was written before that was refused, and as nobody would think of.
    for table in ["wallet_freezes", "audit_events"] {
        let sql = format!(
            "update {table} set reason = '{reason}; Mrs Quist; WILHELMINA' where reason = 'A card was lost'"
        );
        query(sqlx::AssertSqlSafe(sql)).execute(&ctx.pool).await.expect("written");
    }
    wallets::thaw(ctx, &staff(), id, "points").await.expect("thawed");
    tags::put_on(ctx, &staff(), id, "quist-family").await.expect("a tag");
    streaks::move_to(ctx, member, "Europe/Lisbon").await.expect("moved");
    let hold = NewHold {
        wallet: "points",
        points: 20,
        reason: "Basket 12",
        lasts: jiff::SignedDuration::from_hours(1),
    };
    holds::hold(ctx, id, &hold, ("shop", "h-1")).await.expect("held");
    query("update account_emails set confirmed_at = now()").execute(&ctx.pool).await.expect("confirmed");
    links::ask(ctx, HERE, EMAIL).await.expect("mailed");
    accounts::sign_in(ctx, HERE, EMAIL, "not it").await.expect_err("a wrong password");
    run(
        ctx,
        "insert into sessions (session_id, account_id, data, expires_at)
         values ($2, (select account_id from accounts where member_id = $1), '{}', now() + interval '1 day')",
        id,
        "s",
    )
    .await;
    run(
        ctx,
        "insert into moments (member_id, moment_id, kind, heading, words, glyph, metal, happened_at)
         values ($1, gen_random_uuid(), 'tier', $2, '', 'leaf', 'gold', now())",
        id,
        NAME,
    )
    .await;
    run(
        ctx,
        "insert into imports (import_id, file_name, source, mapping, dry_run, state, started_by, created_at)
         values ($1, 'old.csv', $2, '{}', false, 'done', 'Ines', now())",
        id,
        "till",
    )
    .await;
    let row = format!("{OUTSIDE};{EMAIL};{card};bad");
    run(
        ctx,
        "insert into import_rejects (import_id, line_no, reason, row_text) values ($1, 3, 'no amount', $2)",
        id,
        &row,
    )
    .await;
}

/// Every column of every table that holds this text.
async fn found_in(pool: &PgPool, text: &str) -> Vec<String> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         join information_schema.tables using (table_schema, table_name)
         where table_schema = 'public' and table_type = 'BASE TABLE'
             and (data_type in ('text', 'json', 'jsonb', 'ARRAY', 'bytea') or data_type like 'character%')",
    )
    .fetch_all(pool)
    .await
    .expect("the columns");
    assert!(columns.len() > 100, "{} columns are not all", columns.len());
    let mut found = Vec::new();
    for (table, column) in columns {
        let sql = format!("select count(*) from {table} where {column}::text ilike '%' || $1 || '%'");
        let rows: i64 =
            query_scalar(sqlx::AssertSqlSafe(sql)).bind(text).fetch_one(pool).await.expect("a count");
        if rows > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

async fn holds_everything(ctx: &Context) {
    let report = verify(ctx).await.expect("a report");
    assert!(report.holds(), "{report:#?}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn nothing_names_who_left_and_the_ledger_adds_up(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (member, card) = lived(&ctx).await;
    let grouped = format!("{} {} {}", &card[..3], &card[3..6], &card[6..]);
    let names = [NAME, EMAIL, OUTSIDE, card.as_str(), &grouped, "quist", "Europe/Lisbon"];
    for name in names {
        assert!(!found_in(&pool, name).await.is_empty(), "{name} should be found before");
    }
    crate::server::mail::jobs::send_due(ctx.clone()).await.expect("written");
    let folder = crate::server::mail::folder(&ctx.config);
    let files = || std::fs::read_dir(&folder).expect("a folder").count();
    assert!(files() > 0, "mails are files while there is no mail server");
    let had = ledger::balances(&ctx, member.member_id).await.expect("balances").outstanding();

    assert_eq!(code(leave(&ctx, HERE, &member, "").await), Code::Invalid);
    assert_eq!(code(leave(&ctx, HERE, &member, "not it").await), Code::WrongCredentials);
    leave(&ctx, HERE, &member, PASSWORD).await.expect("left");

    for name in names {
        assert_eq!(found_in(&pool, name).await, Vec::<String>::new(), "{name} is still there");
    }
    assert_eq!(files(), 0, "the files of their mails are gone too");
    assert_eq!(ledger::balances(&ctx, member.member_id).await.expect("balances").outstanding(), 0);
    let mut conn = pool.acquire().await.expect("a connection");
    let erasure = erased(&mut conn, member.member_id).await.expect("read").expect("erased");
    assert_eq!((erasure.points, erasure.reason), (had, None));
    let bought: i64 = query_scalar("select count(*) from purchases where member_id = $1")
        .bind(member.member_id.0)
        .fetch_one(&pool)
        .await
        .expect("purchases");
    assert_eq!(bought, 3, "what was sold stays, under the number");
    holds_everything(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn nobody_goes_by_the_names_of_who_left(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (member, card) = lived(&ctx).await;
    leave(&ctx, HERE, &member, PASSWORD).await.expect("left");
    let members: i64 = query_scalar("select count(*) from members").fetch_one(&pool).await.expect("a count");
    let by = [
        MemberRef::Card(card),
        MemberRef::ExternalId(OUTSIDE.to_owned()),
        MemberRef::Email(EMAIL.to_owned()),
        MemberRef::Id(member.member_id),
    ];
    for (n, name) in by.into_iter().enumerate() {
        let outcomes = record(&ctx, &[bought(&format!("later-{n}"), name.clone())]).await.expect("answered");
        let Outcome::Refused(refusal) = &outcomes[0] else { panic!("{name:?} was booked") };
        assert_eq!(refusal.code, Code::MemberNotFound, "{name:?}");
        let mut conn = pool.acquire().await.expect("a connection");
        assert_eq!(lookup::find(&mut conn, &name).await.expect("looked"), None, "{name:?}");
    }
    let now: i64 = query_scalar("select count(*) from members").fetch_one(&pool).await.expect("a count");
    assert_eq!(now, members, "nobody was made instead");
    assert_eq!(code(accounts::sign_in(&ctx, HERE, EMAIL, PASSWORD).await), Code::WrongCredentials);

    let again = wilhelmina(&ctx).await;
    assert_ne!(again.member_id, member.member_id, "who joins again is somebody new");
    let deliberate = Registering { external_id: Some(OUTSIDE.to_owned()), ..Registering::default() };
    let made = register(&ctx, &deliberate).await.expect("made on purpose");
    let outcomes =
        record(&ctx, &[bought("r-9", MemberRef::ExternalId(OUTSIDE.to_owned()))]).await.expect("answered");
    let Outcome::New(receipt) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(receipt.member_id, made);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_was_booked_before_is_answered_as_it_was(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (member, card) = lived(&ctx).await;
    let sent = bought("till-7", MemberRef::Card(card.clone()));
    let Outcome::New(first) = record(&ctx, std::slice::from_ref(&sent)).await.expect("booked").remove(0)
    else {
        panic!("it is new")
    };
    leave(&ctx, HERE, &member, PASSWORD).await.expect("left");
    let other = Purchase { store: Some("Elsewhere".to_owned()), ..sent.clone() };
    let unknown = bought("till-8", MemberRef::Card(card));
    let answers = record(&ctx, &[other, sent, unknown]).await.expect("answered");
    let [Outcome::Refused(other), Outcome::Known(again), Outcome::Refused(unknown)] = &answers[..] else {
        panic!("{answers:?}")
    };
    assert_eq!((again.member_id, again.points), (member.member_id, first.points));
    assert_eq!((other.code, unknown.code), (Code::DocumentConflict, Code::MemberNotFound));
    holds_everything(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn staff_erase_once_with_a_reason_that_names_nobody(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (member, _) = lived(&ctx).await;
    let id = member.member_id;
    assert_eq!(code(erase(&ctx, &staff(), id, "because").await), Code::Invalid);
    assert_eq!(code(erase(&ctx, &staff(), MemberId(Uuid::nil()), "asked").await), Code::NotFound);
    erase(&ctx, &staff(), id, "asked").await.expect("erased");
    erase(&ctx, &staff(), id, "twice").await.expect("and again, which changes nothing");
    let mut conn = pool.acquire().await.expect("a connection");
    let erasure = erased(&mut conn, id).await.expect("read").expect("erased");
    assert_eq!(erasure.reason, Some(Reason::Asked));
    let (count, log): (i64, String) = sqlx::query_as(
        "select count(*), min(concat_ws(' ', subject, old, new, reason))
         from audit_events where action = 'member.erase'",
    )
    .fetch_one(&pool)
    .await
    .expect("the log");
    let points = erasure.points;
    let told = format!("member {id} {{\"points_given_up\": {points}}} The member asked for it");
    assert_eq!((count, log), (1, told));
    let person = directory::find(&ctx, &staff(), id).await.expect("a number is left");
    assert_eq!((person.display_name.as_str(), person.listed), ("Former member", false));
    assert_eq!((person.card_no, person.email, person.external_id), (None, None, None));
    holds_everything(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_comes_after_leaving_is_given_up_too(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (member, _) = lived(&ctx).await;
    let id = member.member_id;
    let mug = reward(&ctx, 500, None).await;
    let mug = rewards::redeem(&ctx, &member, mug, "a").await.expect("redeemed");
    leave(&ctx, HERE, &member, PASSWORD).await.expect("left");
    let back = Return {
        source: "till".to_owned(),
        document_id: "b-1".to_owned(),
        purchase_id: "r-1".to_owned(),
        returned_at: at("2026-11-21T08:00:00Z"),
        what: What::Amount(Money(2_000)),
    };
    returns::record(&ctx, &back).await.expect("what they bought still comes back");
    holds_everything(&ctx).await;
    rewards::cancel(&ctx, &staff(), id, mug.redemption_id, "Sold out").await.expect("cancelled");
    assert!(ledger::balances(&ctx, id).await.expect("balances").outstanding() > 0, "its points came back");
    while sweep(ctx.clone()).await.expect("swept") == Pace::More {}
    let left = ledger::balances(&ctx, id).await.expect("balances");
    assert_eq!((left.available, left.held, left.pending, left.debt), (0, 0, 0, 0));
    holds_everything(&ctx).await;
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn vouchers_stay_good_and_the_ledger_takes_no_names(pool: PgPool) {
    let ctx = context(pool.clone()).await;
    let (member, card) = lived(&ctx).await;
    let first = NAME.split(' ').next().expect("a first name");
    let part = format!("Sorry, {first}");
    for reason in [format!("For {NAME}"), part, format!("card {card}"), EMAIL.to_uppercase()] {
        let outcome =
            points::adjust(&ctx, &staff(), member.member_id, 5, &reason, &new_id().to_string()).await;
        assert_eq!(code(outcome), Code::Invalid, "{reason}");
    }
    let mug = reward(&ctx, 100, None).await;
    let mug = rewards::redeem(&ctx, &member, mug, "a").await.expect("redeemed");
    leave(&ctx, HERE, &member, PASSWORD).await.expect("left");
    let used = rewards::use_voucher(&ctx, &mug.code, None).await.expect("paid for, and still good");
    assert!(used.used_at.is_some());
    let id = member.member_id;
    let given = points::adjust(&ctx, &staff(), id, 5, "For the wait", &new_id().to_string()).await;
    assert_eq!(code(given), Code::NotFound, "nobody is there to have them");
    assert_eq!(code(tags::put_on(&ctx, &staff(), id, "press").await), Code::NotFound);
    assert_eq!(code(wallets::freeze(&ctx, &staff(), id, "points", "A till rang").await), Code::NotFound);
    holds_everything(&ctx).await;
}
