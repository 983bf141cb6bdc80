//! An import through the staff page's verbs: a file comes in, is tried, is imported by the background task.

use std::time::Duration;

use sqlx::{PgPool, query_scalar};

use super::{Upload, is_here};
use crate::{
    domain::{
        ids::{AccountId, ImportId},
        import::{
            Mapping,
            progress::{Import, State},
        },
        refusal::Code,
    },
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        identity::Staff,
        imports::{cancel, find, jobs, list, map, rejects, sample, start},
        testing,
    },
};

const FILE: &str =
    "Kunde;Datum;Betrag\r\nK1;31.1.2026;12,50\r\nK2;1.2.2026;8,00\r\nK2;1.2.2026;8,00\r\nK3;nie;1,00\r\n";

fn robin() -> Staff {
    Staff { account_id: AccountId(new_id()), name: "Robin".to_owned() }
}

async fn uploaded(ctx: &Context, content: &[u8]) -> Result<ImportId> {
    let import_id = ImportId(new_id());
    let begun = Upload::begin(ctx, &robin(), import_id, "march.csv", "web shop").await?;
    let mut upload = begun.expect("a new upload");
    for chunk in content.chunks(7) {
        upload.write(chunk).await?;
    }
    upload.finish(ctx).await?;
    Ok(import_id)
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> Code {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("refused, not {other:?}"),
    }
}

/// Waits for the background task.
async fn ended(ctx: &Context, import_id: ImportId) -> Import {
    for _ in 0..200 {
        let import = find(ctx, &robin(), import_id).await.expect("found");
        if !import.state.is_under_way() {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import did not end");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_upload_is_guessed_tried_and_imported(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let import_id = uploaded(&ctx, FILE.as_bytes()).await.expect("an upload");
    let import = find(&ctx, &robin(), import_id).await.expect("found");
    let wanted = "member=Kunde,date=Datum,amount=Betrag,date_format=dmy";
    assert_eq!(import.mapping, Mapping::parse(wanted).expect("a mapping"));
    assert_eq!((import.state, import.bytes_total), (State::Waiting, i64::try_from(FILE.len()).ok()));
    let rows = sample(&ctx, import_id, &import.mapping).await.expect("a sample").understood.expect("rows");
    assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 3);

    let running = jobs::start(&ctx);
    start(&ctx, &robin(), import_id, &import.mapping, true).await.expect("queued");
    let tried = ended(&ctx, import_id).await;
    assert_eq!((tried.state, tried.dry_run, tried.tally.purchases_new), (State::Done, true, 3));
    let purchases = "select count(*) from purchases";
    let count: i64 = query_scalar(purchases).fetch_one(&ctx.pool).await.expect("a number");
    assert_eq!(count, 0);

    start(&ctx, &robin(), import_id, &import.mapping, false).await.expect("queued");
    let done = ended(&ctx, import_id).await;
    assert_eq!((done.state, done.tally.purchases_new, done.tally.rows_rejected), (State::Done, 3, 1));
    assert_eq!(done.tally.amount, 2_850);
    let rejects = rejects(&ctx, &robin(), import_id, 10).await.expect("rejects");
    assert_eq!((rejects.len(), rejects[0].origin.line), (1, 5), "those of the trial are gone");
    running.finish().await;

    assert_eq!(code(start(&ctx, &robin(), import_id, &import.mapping, false).await), Code::NotFound);
    assert_eq!(code(cancel(&ctx, &robin(), import_id).await), Code::Stale);
    assert!(!is_here(&ctx, import_id), "the file has done its work");
    let audited: i64 = query_scalar("select count(*) from audit_events where action like 'import.%'")
        .fetch_one(&ctx.pool)
        .await
        .expect("a number");
    assert_eq!(audited, 2);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_no_table_or_does_not_fit_does_not_start(pool: PgPool) {
    let ctx = testing::context(pool).await;
    assert_eq!(code(uploaded(&ctx, b"%PDF-1.7").await), Code::UnreadableFile);
    let import_id = uploaded(&ctx, FILE.as_bytes()).await.expect("an upload");
    let wrong = Mapping::parse("member=Kunde,date=Datum,amount=Summe").expect("a mapping");
    assert_eq!(code(start(&ctx, &robin(), import_id, &wrong, false).await), Code::Invalid);
    map(&ctx, &robin(), import_id, &wrong).await.expect("kept");
    let misfit = sample(&ctx, import_id, &wrong).await.expect("a sample").understood.expect_err("a misfit");
    assert!(misfit.message.contains("\"Summe\", which the file does not have"), "{}", misfit.message);
    let again = Upload::begin(&ctx, &robin(), import_id, "march.csv", "web shop").await.expect("answered");
    assert!(again.is_none(), "a form that is sent twice uploads once");
    let nameless = Upload::begin(&ctx, &robin(), ImportId(new_id()), "march.csv", " ").await;
    assert_eq!(code(nameless), Code::Invalid);
    cancel(&ctx, &robin(), import_id).await.expect("stopped");
    assert_eq!(list(&ctx, &robin()).await.expect("a list")[0].state, State::Cancelled);
}
