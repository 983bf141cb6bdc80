//! What the game costs: the time from a commit to the board, filling a new badge from history, and what badges
//! add to a purchase.

use std::time::{Duration, Instant};

use crate::{
    Result,
    client::Client,
    measure::{Line, Report},
    processor::Spent,
    shop::Shop,
};

/// A badge that nothing counted before: things of one article in a month.
const BADGE: &str = r#"{"metric":{"on":["purchase"],"where":{"lines":{"sku":["A7","B7"]}},"measure":{"sum":"quantity"},
    "window":{"calendar":"month"}},"levels":[{"level":"bronze","threshold":2},{"level":"gold","threshold":20}]}"#;

pub async fn measure(shop: &Shop, time: Duration, report: &mut Report) -> Result<()> {
    eprintln!("==> From a commit to the board");
    shop.settled().await?;
    let mut lags = Vec::new();
    for _ in 0..30 {
        lags.push(lag(shop).await?);
    }
    lags.sort_unstable();
    let ms = |at: usize| lags[at].as_secs_f64() * 1_000.0;
    let line = Line::figure("from a commit to its place on the board, nothing else going on", ms(15), "ms");
    report.add(line.note(format!("half of 30; the longest {:.0} ms", ms(29))));

    eprintln!("==> Filling a new badge");
    let purchases: f64 = shop.sql("select count(*) from purchases").await?.parse()?;
    let took = fill(shop).await?.as_secs_f64();
    let line = Line::rate("filling a new badge from history", purchases / took, "purchases/s");
    report.add(line.note(format!("{purchases:.0} purchases in {took:.1} s, {}", shop.sql(GIVEN).await?)));

    eprintln!("==> Batches with badges and without");
    let with = processor(shop, time).await?;
    let badges = shop.sql("select count(*) from badges where state = 'live'").await?;
    // For good: what they count is not counted any more.
    shop.sql("update badges set state = 'retired'").await?;
    let without = processor(shop, time).await?;
    let line = Line::figure("what badges add to a purchase in a batch", with - without, "µs of processor");
    report.add(line.note(format!("{with:.0} µs with {badges} badges, {without:.0} µs without, server and Postgres")));
    Ok(())
}

const GIVEN: &str = "select format('%s awards', count(*)) from awards where badge = 'bench'";

/// How long after the answer a purchase stands on the board. Postgres looks every two milliseconds.
async fn lag(shop: &Shop) -> Result<Duration> {
    let mut client = Client::connect(crate::shop::HOST, shop.key()).await?;
    let name = format!("lag-{}", crate::shop::next_document());
    let watching = format!(
        "do $$ begin
             for i in 1..5000 loop
                 exit when exists (select from external_ids e join leaderboard_scores s using (member_id) join leaderboard_lists t using (list)
                     where e.external_id = '{name}' and t.leaderboard = 'points' and t.period = 'all');
                 perform pg_sleep(0.002);
             end loop;
         end $$"
    );
    let watch = shop.sql(&watching);
    let send = async {
        // The one who watches has begun.
        tokio::time::sleep(Duration::from_millis(150)).await;
        let body = format!(
            "{{\"id\":\"{name}\",\"member\":{{\"external_id\":\"{name}\"}},\"purchased_at\":\"2026-11-20T10:00:00Z\",\"amount\":\"5.00\"}}"
        );
        let answer = client.post("/api/v1/purchases", body).await?;
        if answer.status == 201 { Result::Ok(Instant::now()) } else { Err(format!("{}", answer.status).into()) }
    };
    let (seen, sent) = tokio::join!(async { watch.await.map(|_| Instant::now()) }, send);
    Ok(seen?.saturating_duration_since(sent?))
}

/// Makes a badge live as staff do, and waits until what was before is counted and awarded.
async fn fill(shop: &Shop) -> Result<Duration> {
    let rule = BADGE.replace('\n', " ");
    let since = Instant::now();
    shop.sql(&format!(
        "begin;
         insert into badges (badge, version, name, description, glyph, state, rule, position)
             values ('bench', 1, 'Bench', 'For measuring', 'leaf', 'counting', '{rule}', 99);
         insert into fills (kind, name, started_at) values ('badge', 'bench', now());
         commit"
    ))
    .await?;
    while shop.sql("select state from badges where badge = 'bench'").await? != "live" {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if since.elapsed() > Duration::from_secs(600) {
            return Err("the badge is not filled after ten minutes".into());
        }
    }
    Ok(since.elapsed())
}

/// What a purchase in a batch costs the server and Postgres, in microseconds of processor, the boards included.
async fn processor(shop: &Shop, time: Duration) -> Result<f64> {
    shop.settled().await?;
    let before = shop.processor()?;
    let load = shop.purchases(4, 500, 10_000, time).await?;
    shop.settled().await?;
    let spent = shop.processor()?.since(before);
    Ok(Spent::each(spent.server + spent.postgres, load.done))
}
