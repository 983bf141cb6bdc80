//! Measures the release beside `pgbench` on the same Postgres in the same run, and prints the ratios: absolute
//! figures drift with the machine, ratios hold. `scripts/bench.sh` starts it.

mod boards;
mod client;
mod game;
mod measure;
mod processor;
mod shop;

use std::{env, time::Duration};

use measure::{Line, Report};
use shop::Shop;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long each load lasts; longer with LAUREL_BENCH_SECONDS.
fn seconds() -> Duration {
    let asked = env::var("LAUREL_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(asked.unwrap_or(10))
}

/// Whether this part is wanted: LAUREL_BENCH_ONLY names some of import, single, batch, hot, last,
/// game and ranks.
fn wanted(part: &str) -> bool {
    env::var("LAUREL_BENCH_ONLY").map_or(true, |only| only.split(',').any(|one| one == part))
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut report = Report::default();
    if env::args().nth(1).as_deref() == Some("boards") {
        boards::measure(&mut report).await?;
        report.print();
        return Ok(());
    }
    let time = seconds();
    eprintln!("==> pgbench -N with 64 clients, the reference");
    let reference = shop::pgbench(time).await?;
    report.add(Line::rate("pgbench -N, 64 clients", reference, "commits/s"));

    let shop = Shop::open().await?;
    if wanted("import") {
        // So that what is filled from history has a million purchases to read.
        let rows = if env::var("LAUREL_BENCH_LONG").is_ok() { 1_000_000 } else { 100_000 };
        eprintln!("==> Importing a CSV of {rows} purchases");
        let (rate, peak) = shop.import(rows).await?;
        report.add(Line::rate("import of a CSV", rate, "purchases/s").mark(5_000.0, rate).note(format!("peak memory {peak} MB")));
    }

    let shop = shop.serve().await?;
    if wanted("single") {
        eprintln!("==> Single purchases, 64 clients");
        shop.settled().await?;
        let single = shop.purchases(64, 1, 10_000, time).await?;
        shop.profile("single").await?;
        let line = Line::rate("single purchases over HTTP, 64 clients", single.rate, "purchases/s");
        report.add(line.ratio(single.rate / reference, 1.0).note(single.note()));
    }
    if wanted("batch") {
        batches(&shop, reference, time, &mut report).await?;
    }
    if wanted("hot") {
        eprintln!("==> One hot member, 64 clients");
        shop.settled().await?;
        let hot = shop.purchases(64, 1, 1, time).await?;
        let line = Line::rate("single purchases of one member, 64 clients", hot.rate, "purchases/s");
        report.add(line.ratio(hot.rate / reference, 0.0).note(hot.note()));
    }
    if wanted("last") {
        eprintln!("==> The last 2,000 units of one reward, 200 clients");
        shop.settled().await?;
        let last = shop.last_units(2_000, 200).await?;
        let line = Line::rate("redeeming the last units, 200 clients", last.rate, "redemptions/s").mark(500.0, last.rate);
        report.add(line.note(last.note()));
    }
    if wanted("game") {
        game::measure(&shop, time, &mut report).await?;
    }
    eprintln!("==> laurel verify");
    let verified = shop.close().await?;
    report.add(Line::figure("laurel verify over all of it", verified.as_secs_f64(), "seconds, and it holds"));
    let ranks = if wanted("ranks") { boards::measure(&mut report).await } else { Ok(()) };
    // What was measured until then is told, however the ranks went.
    report.print();
    ranks
}

/// Batches of 500, and what they leave on the disk.
async fn batches(shop: &Shop, reference: f64, time: Duration, report: &mut Report) -> Result<()> {
    eprintln!("==> Batches of 500");
    shop.settled().await?;
    let before = shop.sizes().await?;
    let batch = shop.purchases(4, 500, 10_000, time).await?;
    shop.profile("batch").await?;
    let behind = shop.settled().await?.as_secs_f64();
    let line = Line::rate("purchases in batches of 500, 4 clients", batch.rate, "purchases/s");
    let note = format!("{}; boards were {behind:.1} s behind at the end", batch.note());
    report.add(line.ratio(batch.rate / reference, 2.0).note(note));
    let after = shop.sizes().await?;
    let mut all = 0.0;
    let mut parts = Vec::new();
    for (table, bytes) in after {
        let grown = (bytes - before.get(&table).copied().unwrap_or(0)) as f64 / batch.done as f64;
        all += grown;
        parts.push((grown, table));
    }
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let parts: Vec<String> = parts.iter().filter(|(grown, _)| *grown >= 1.0).map(|(grown, table)| format!("{table} {grown:.0}")).collect();
    report.add(Line::figure("disk per purchase, all indexes", all, "bytes").below(1_500.0, all).note(parts.join(", ")));
    let statements = shop.statements_per_batch().await? as f64;
    report.add(Line::figure("statements for a batch of 500", statements, "statements"));
    Ok(())
}
