//! Measures the release beside `pgbench` on the same Postgres in the same run, and prints the ratios: absolute
//! figures drift with the machine, ratios hold. `scripts/bench.sh` starts it.

mod client;
mod measure;
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

#[tokio::main]
async fn main() -> Result<()> {
    let mut report = Report::default();
    let time = seconds();
    eprintln!("==> pgbench -N with 64 clients, the reference");
    let reference = shop::pgbench(time).await?;
    report.add(Line::rate("pgbench -N, 64 clients", reference, "commits/s"));

    eprintln!("==> Importing a CSV of 100,000 purchases");
    let shop = Shop::open().await?;
    let (rate, peak) = shop.import(100_000).await?;
    report.add(Line::rate("import of a CSV", rate, "purchases/s").mark(5_000.0, rate).note(format!("peak memory {peak} MB")));

    let shop = shop.serve().await?;
    eprintln!("==> Single purchases, 64 clients");
    let single = shop.purchases(64, 1, 10_000, time).await?;
    let line = Line::rate("single purchases over HTTP, 64 clients", single.rate, "purchases/s");
    report.add(line.ratio(single.rate / reference, 1.0).note(single.latency()));

    eprintln!("==> Batches of 500");
    let before = shop.size().await?;
    let batch = shop.purchases(4, 500, 10_000, time).await?;
    let line = Line::rate("purchases in batches of 500, 4 clients", batch.rate, "purchases/s");
    report.add(line.ratio(batch.rate / reference, 2.0).note(batch.latency()));
    let bytes = (shop.size().await? - before) as f64 / batch.done as f64;
    report.add(Line::figure("disk per purchase, all indexes", bytes, "bytes").below(1_500.0, bytes));
    let statements = shop.statements_per_batch().await? as f64;
    report.add(Line::figure("statements for a batch of 500", statements, "statements"));

    eprintln!("==> One hot member, 64 clients");
    let hot = shop.purchases(64, 1, 1, time).await?;
    let line = Line::rate("single purchases of one member, 64 clients", hot.rate, "purchases/s");
    report.add(line.ratio(hot.rate / reference, 0.0).note(hot.latency()));

    eprintln!("==> The last 2,000 units of one reward, 200 clients");
    let last = shop.last_units(2_000, 200).await?;
    let line = Line::rate("redeeming the last units, 200 clients", last.rate, "redemptions/s").mark(500.0, last.rate);
    report.add(line.note(last.latency()));

    eprintln!("==> laurel verify");
    let verified = shop.close().await?;
    report.add(Line::figure("laurel verify over all of it", verified.as_secs_f64(), "seconds, and it holds"));
    report.print();
    Ok(())
}
