//! Imports on a real Postgres: everything good lands once, whatever stands beside it and however often it
//! is imported.

use std::{io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use sqlx::{PgPool, query_scalar};
use tokio_util::sync::CancellationToken;

use super::{
    NewImport, create,
    engine::{self, End, Follow, INTERRUPTED, Run},
    input::Input,
    jobs::Alive,
    store,
};
use crate::{
    domain::{
        ids::ImportId,
        import::{
            Mapping,
            progress::{State, Tally},
            purchases::Reject,
        },
    },
    server::{
        context::{Context, new_id},
        error::{Error, Result},
        testing,
    },
};

const MAPPING: &str = "member=customer_id,date=date,quantity=quantity,amount=amount";

/// What was told to whoever follows.
#[derive(Default)]
struct Told {
    rejects: Vec<Reject>,
    advances: usize,
    stop_after: Option<(usize, CancellationToken)>,
}

impl Follow for Told {
    fn rejected(&mut self, rejects: &[Reject]) -> Result<()> {
        self.rejects.extend_from_slice(rejects);
        Ok(())
    }

    fn advanced(&mut self, _: &Tally, _: u64) {
        self.advances += 1;
        if let Some((after, stop)) = &self.stop_after
            && self.advances == *after
        {
            stop.cancel();
        }
    }
}

fn fixture() -> Input {
    Input::File(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cdnow_sample.csv.gz"))
}

fn file(content: &[u8]) -> Input {
    let path = std::env::temp_dir().join(format!("laurel-import-{}.csv", new_id().simple()));
    std::fs::write(&path, content).expect("a file");
    Input::File(path)
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("compressed");
    encoder.finish().expect("compressed")
}

async fn begin(ctx: &Context, mapping: &str, dry_run: bool) -> Run {
    let mapping = Mapping::parse(mapping).expect("a mapping");
    let import_id = ImportId(new_id());
    let import = NewImport {
        import_id,
        file_name: "purchases.csv",
        source: "till",
        mapping: &mapping,
        dry_run,
        state: State::Running,
        bytes_total: None,
        started_by: "a test",
    };
    assert!(create(ctx, &import).await.expect("a row"));
    Run { import_id, source: "till".into(), mapping, dry_run }
}

async fn import(ctx: &Context, mapping: &str, input: Input) -> (Result<(Tally, End)>, Told, ImportId) {
    let run = begin(ctx, mapping, false).await;
    let mut told = Told::default();
    let outcome = engine::run(ctx, &run, input, &CancellationToken::new(), &mut told).await;
    (outcome, told, run.import_id)
}

async fn imported(ctx: &Context, mapping: &str, content: &str) -> (Tally, Vec<(u64, String)>) {
    let (outcome, told, _) = import(ctx, mapping, file(content.as_bytes())).await;
    let rejects = told.rejects.into_iter().map(|reject| (reject.origin.line, reject.reason)).collect();
    (outcome.expect("an import").0, rejects)
}

async fn refused(ctx: &Context, mapping: &str, content: &[u8]) -> String {
    let (outcome, _, import_id) = import(ctx, mapping, file(content)).await;
    let Err(Error::Refused(refusal)) = outcome else { panic!("refused, not {outcome:?}") };
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let row = store::find(&mut conn, import_id).await.expect("found").expect("a row");
    assert_eq!((row.state, row.failure.as_deref()), (State::Failed, Some(refusal.message.as_str())));
    refusal.message
}

async fn sum(ctx: &Context, sql: &'static str) -> i64 {
    query_scalar(sql).fetch_one(&ctx.pool).await.expect("a number")
}

async fn purchases(ctx: &Context) -> i64 {
    sum(ctx, "select count(*) from purchases").await
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_real_shop_lands_whole_and_a_second_time_changes_nothing(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let (outcome, told, import_id) = import(&ctx, MAPPING, fixture()).await;
    let (tally, end) = outcome.expect("an import");
    assert_eq!(end, End::Finished);
    assert_eq!((tally.rows, tally.purchases_new, tally.rows_rejected), (6_919, 6_919, 0));
    assert_eq!((tally.members_new, told.rejects.len()), (2_357, 0));
    assert_eq!(purchases(&ctx).await, 6_919);
    assert_eq!(sum(&ctx, "select sum(amount)::bigint from purchases").await, tally.amount);
    assert_eq!(sum(&ctx, "select count(*) from members").await, 2_357);
    let earned = sum(&ctx, "select sum(earned)::bigint from wallets").await;
    assert_eq!(earned, tally.points);

    let entries = sum(&ctx, "select count(*) from ledger_entries").await;
    let (again, _, _) = import(&ctx, MAPPING, fixture()).await;
    let (again, _) = again.expect("an import");
    assert_eq!((again.purchases_new, again.purchases_known, again.points), (0, 6_919, 0));
    assert_eq!((again.amount, again.members_new), (tally.amount, 0));
    assert_eq!(sum(&ctx, "select count(*) from ledger_entries").await, entries);
    assert_eq!(sum(&ctx, "select sum(earned)::bigint from wallets").await, earned);

    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let row = store::find(&mut conn, import_id).await.expect("found").expect("a row");
    assert_eq!((row.state, row.tally), (State::Done, tally));
    assert!(row.finished_at.is_some() && row.bytes_read > 40_000);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_dry_run_tells_what_would_happen_and_writes_nothing(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let run = begin(&ctx, MAPPING, true).await;
    let (tally, _) = engine::run(&ctx, &run, fixture(), &CancellationToken::new(), &mut engine::Nobody)
        .await
        .expect("a trial");
    assert_eq!((tally.purchases_new, tally.members_new, tally.points), (6_919, 2_357, 0));
    assert_eq!((purchases(&ctx).await, sum(&ctx, "select count(*) from members").await), (0, 0));
    let (real, _, _) = import(&ctx, MAPPING, fixture()).await;
    assert_eq!(real.expect("an import").0.amount, tally.amount);
    let run = begin(&ctx, MAPPING, true).await;
    let (again, _) = engine::run(&ctx, &run, fixture(), &CancellationToken::new(), &mut engine::Nobody)
        .await
        .expect("a trial");
    assert_eq!((again.purchases_new, again.purchases_known, again.members_new), (0, 6_919, 0));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_import_that_was_stopped_goes_on_where_it_was(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let run = begin(&ctx, MAPPING, false).await;
    let stop = CancellationToken::new();
    let mut told = Told { stop_after: Some((2, stop.clone())), ..Told::default() };
    let (tally, end) = engine::run(&ctx, &run, fixture(), &stop, &mut told).await.expect("stopped well");
    assert_eq!((end, tally.purchases_new), (End::Interrupted, 2_000));
    assert_eq!(purchases(&ctx).await, 2_000, "what was acknowledged stays");
    let (rest, _, _) = import(&ctx, MAPPING, fixture()).await;
    let (rest, _) = rest.expect("an import");
    assert_eq!((rest.purchases_known, rest.purchases_new), (2_000, 4_919));
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn bad_rows_are_reported_and_good_ones_land(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let content = "customer_id;date;quantity;amount\r\n1;2026-01-01;1;12,50\r\n1;2026-01-01;1;12,50\r\n\r\n\
                   2;never;1;5\r\n3;2026-01-02;1;-5\r\n4;2026-01-02;0;0\r\n5;\"2026-01-02;1;5\r\n\
                   6;2026-01-03;2;1.234,00\r\n";
    let (tally, rejects) = imported(&ctx, MAPPING, content).await;
    assert_eq!((tally.rows, tally.purchases_new, tally.amount), (7, 4, 125_900));
    let lines: Vec<u64> = rejects.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [5, 6, 8]);
    assert!(rejects[2].1.contains("quotation mark"), "{}", rejects[2].1);
    assert_eq!(sum(&ctx, "select count(*) from import_rejects").await, 3);
    let report = String::from_utf8(super::report::csv(&[]).expect("a report")).expect("text");
    assert_eq!(report, "line,reason,row\n");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_customer_that_turns_the_line_is_refused(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let content =
        "customer_id;date;quantity;amount\r\nA\u{202e}B;2026-01-01;1;12,50\r\nAB;2026-01-01;1;5\r\n";
    let (tally, rejects) = imported(&ctx, MAPPING, content).await;
    assert_eq!((tally.purchases_new, rejects.len()), (1, 1));
    assert!(rejects[0].1.contains("can't be shown"), "{}", rejects[0].1);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn another_encoding_delimiter_or_compression_makes_the_same_documents(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let plain = "customer_id,date,quantity,amount\nJosé,2026-01-01,1,5.00\nZoë,2026-01-02,1,6.00\n";
    let (tally, _) = imported(&ctx, MAPPING, plain).await;
    assert_eq!(tally.purchases_new, 2);
    let latin: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let (first, second) = plain.split_at(40);
    let two_members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let with_bom =
        [b"\xef\xbb\xbf".as_slice(), plain.replace(',', "\t").replace('\n', "\r\n").as_bytes()].concat();
    let quoted = plain.replace("José", "\"José\" ");
    for content in [latin, two_members, with_bom, quoted.into_bytes()] {
        let (outcome, told, _) = import(&ctx, MAPPING, file(&content)).await;
        let (tally, _) = outcome.expect("an import");
        assert_eq!((tally.purchases_known, tally.purchases_new), (2, 0), "{:?}", told.rejects);
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn rows_of_a_basket_are_one_purchase_wherever_they_stand(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let content = "receipt,who,at,sum,what\na,1,2026-01-01 10:00,1.00,tea\nb,2,2026-01-01 11:00,2.00,\n\
                   a,1,2026-01-01 10:00,3.00,cake\nc,3,2026-01-01 12:00,1.00,tea\n\
                   c,3,2026-01-01 12:00,oops,tea\n";
    let mapping = "basket=receipt,member=who,date=at,amount=sum,category=what";
    let (tally, rejects) = imported(&ctx, mapping, content).await;
    assert_eq!((tally.purchases_new, tally.amount), (2, 600));
    assert_eq!(rejects.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 6], "the whole basket c");
    let lines = "select count(*) from purchase_lines join purchases using (member_id, purchase_id) \
                 where document_id = 'a'";
    assert_eq!(sum(&ctx, lines).await, 2);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_row_that_is_read_differently_the_second_time_is_refused(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let content = "customer_id,date,net,gross\n1,2026-01-01,5.00,6.00\n2,2026-01-01,7.00,7.00\n";
    let (first, _) = imported(&ctx, "member=customer_id,date=date,amount=net", content).await;
    assert_eq!(first.purchases_new, 2);
    let (second, rejects) = imported(&ctx, "member=customer_id,date=date,amount=gross", content).await;
    assert_eq!((second.purchases_new, second.purchases_known), (0, 1));
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].1.contains("other content"), "{}", rejects[0].1);
    assert_eq!(sum(&ctx, "select sum(amount)::bigint from purchases").await, 1_200);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn what_is_no_table_is_refused_with_one_reason_and_lands_nothing(pool: PgPool) {
    let ctx = testing::context(pool).await;
    for (content, says) in [
        (b"".as_slice(), "empty"),
        (b"\n\n \n", "empty lines"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a workbook"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"{\"purchases\": []}", "JSON"),
        (b"\xff\xfec\x00u\x00", "UTF-16"),
        (b"customer_id,date\x00\x01\x02", "not text"),
        (b"Dear Sir or Madam\nplease find attached", "is no table"),
        (b"customer_id,date,quantity,amount\n", "no rows"),
        (b"customer_id,date,quantity,amount\n1\n2\n", "None of the first 2 rows"),
        (b"\x1f\x8b\x08\x00broken", "damaged"),
    ] {
        let message = refused(&ctx, MAPPING, content).await;
        assert!(message.contains(says), "{message}");
    }
    let mut cut = gzip(b"customer_id,date,quantity,amount\n1,2026-01-01,1,5.00\n");
    cut.truncate(cut.len() - 12);
    assert!(refused(&ctx, MAPPING, &cut).await.contains("damaged"));
    assert_eq!(purchases(&ctx).await, 0);

    // What landed before the file broke off is told.
    let rows = (0..6_000)
        .map(|n| format!("{},2026-01-01,1,{}.{:02}\n", n % 500, n, n % 97))
        .collect::<Vec<_>>()
        .concat();
    let mut cut = gzip(format!("customer_id,date,quantity,amount\n{rows}").as_bytes());
    cut.truncate(cut.len() - 2_000);
    let message = refused(&ctx, MAPPING, &cut).await;
    let landed = purchases(&ctx).await;
    assert!(landed >= 1_000, "{landed}: {message}");
    let told = format!("{} new purchases landed, and stay", crate::domain::points::grouped(landed));
    assert!(message.contains("damaged") && message.contains(&told), "{message}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_wrong_mapping_is_refused_and_names_the_column(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let rows = (0..200).map(|n| format!("{n},2026-01-01,1,5.00\n")).collect::<Vec<_>>().concat();
    let content = format!("customer_id,date,quantity,amount\n{rows}");
    for (mapping, says) in [
        (
            "member=client,date=date,amount=amount",
            "\"client\", which the file does not have. It has \"customer_id\"",
        ),
        (
            "member=customer_id,date=amount,amount=amount",
            "mapping of date, which is the column \"amount\" now",
        ),
        ("member=customer_id,date=date,amount=date", "mapping of amount, which is the column \"date\" now"),
    ] {
        let message = refused(&ctx, mapping, content.as_bytes()).await;
        assert!(message.contains(says), "{message}");
    }
    assert_eq!(purchases(&ctx).await, 0);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn an_import_whose_process_died_is_marked_and_a_living_one_is_not(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let (dead, living) = (begin(&ctx, MAPPING, false).await, begin(&ctx, MAPPING, false).await);
    let alive = Alive::claim(&ctx, living.import_id).await.expect("a lock");
    engine::mark_dead(&ctx, ctx.clock.now()).await.expect("marked");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    let dead = store::find(&mut conn, dead.import_id).await.expect("found").expect("a row");
    assert_eq!((dead.state, dead.failure.as_deref()), (State::Failed, Some(INTERRUPTED)));
    let running = store::find(&mut conn, living.import_id).await.expect("found").expect("a row");
    assert_eq!(running.state, State::Running);
    alive.end().await;
    engine::mark_dead(&ctx, ctx.clock.now()).await.expect("marked");
    let ended = store::find(&mut conn, living.import_id).await.expect("found").expect("a row");
    assert_eq!(ended.state, State::Failed);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn rejects_without_end_are_counted_and_not_all_kept(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let bad = (0..12_345).map(|n| format!("{n},never,1,5.00\n")).collect::<Vec<_>>().concat();
    let content = format!("customer_id,date,quantity,amount\n1,2026-01-01,1,5.00\n{bad}");
    let (tally, rejects) = imported(&ctx, MAPPING, &content).await;
    assert_eq!((tally.purchases_new, tally.rows_rejected, rejects.len()), (1, 12_345, 12_345));
    assert_eq!(sum(&ctx, "select count(*) from import_rejects").await, super::KEPT_REJECTS);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn who_has_joined_is_no_new_member(pool: PgPool) {
    use crate::server::members::joining::{Joining, join};
    let ctx = testing::context(pool).await;
    let joining = Joining {
        display_name: "Maya".to_owned(),
        email: "maya@example.org".to_owned(),
        password: "correct horse".to_owned(),
        card: String::new(),
        request_id: new_id(),
    };
    join(&ctx, "192.0.2.1", &joining).await.expect("joined");
    let content = "customer_id,date,quantity,amount\nMaya@example.org,2026-11-01,1,10.00\n\
        noor@example.org,2026-11-01,1,5.00";
    let (tally, rejects) = imported(&ctx, MAPPING, content).await;
    assert_eq!((tally.purchases_new, tally.members_new, rejects), (2, 1, vec![]));
    assert_eq!(sum(&ctx, "select count(*) from members").await, 2);
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_source_is_text(pool: PgPool) {
    let ctx = testing::context(pool).await;
    let mapping = Mapping::parse(MAPPING).expect("a mapping");
    let import = NewImport {
        import_id: ImportId(new_id()),
        file_name: "purchases.csv",
        source: "ti\0ll",
        mapping: &mapping,
        dry_run: true,
        state: State::Waiting,
        bytes_total: None,
        started_by: "a test",
    };
    let Err(Error::Refused(refusal)) = create(&ctx, &import).await else { panic!("a refusal") };
    assert_eq!(refusal.fields[0].field, "source");
}
