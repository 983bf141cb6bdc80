//! The shop that is measured: a release of Laurel on the Postgres of this run.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    process::Stdio,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    process::{Child, Command},
    task::JoinSet,
};

use crate::{
    Result,
    client::Client,
    measure::Load,
    processor::{self, Spent},
};

pub const HOST: &str = "127.0.0.1:3977";
static DOCUMENT: AtomicU64 = AtomicU64::new(0);

/// A number that no document has had.
pub fn next_document() -> u64 {
    DOCUMENT.fetch_add(1, Ordering::Relaxed)
}

fn setting(name: &str) -> Result<String> {
    env::var(name).map_err(|_| format!("{name} is not set; start this with `make bench`").into())
}

/// Runs a program to its end and gives what it printed.
async fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output().await?;
    let printed = String::from_utf8(output.stdout)?;
    if output.status.success() { Ok(printed) } else { Err(format!("{program} {arguments:?} failed: {printed}").into()) }
}

fn postgres(program: &str) -> Result<String> {
    Ok(format!("{}/{program}", setting("LAUREL_POSTGRES_BIN")?))
}

/// The reference: commits per second of pgbench's simple updates with as many clients.
pub async fn pgbench(time: Duration) -> Result<f64> {
    let (url, program) = (setting("DATABASE_URL")?, postgres("pgbench")?);
    let host = url.split_once("host=").ok_or("DATABASE_URL names no host")?.1;
    let common = ["-h", host, "-U", "laurel"];
    run(&postgres("createdb")?, &[&common[..], &["pgbench"]].concat()).await?;
    run(&program, &[&common[..], &["-q", "-i", "-s", "20", "pgbench"]].concat()).await?;
    let seconds = time.as_secs().to_string();
    let load = ["-n", "-N", "-c", "64", "-j", "2", "-T", &seconds, "pgbench"];
    let printed = run(&program, &[&common[..], &load].concat()).await?;
    let tps = printed.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    tps.ok_or_else(|| format!("pgbench printed no tps: {printed}").into())
}

pub struct Shop {
    laurel: String,
    url: String,
    key: String,
    server: Option<Child>,
}

impl Shop {
    /// A program with its key, and nothing in it.
    pub async fn open() -> Result<Self> {
        let (laurel, url) = (setting("LAUREL_BIN")?, setting("DATABASE_URL")?);
        run(&laurel, &["migrate"]).await?;
        let scopes = "purchases:write,members:read,members:write,rewards:read,redemptions:write";
        let printed = run(&laurel, &["api-key", "create", "--source", "bench", "--scopes", scopes, "--per-minute", "1000000"]).await?;
        let key = printed.split_whitespace().find(|word| word.starts_with("laurel_"));
        let key = key.ok_or_else(|| format!("no key was printed: {printed}"))?.to_owned();
        let shop = Self { laurel, url, key, server: None };
        shop.sql("create extension if not exists pg_stat_statements").await?;
        Ok(shop)
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    pub async fn sql(&self, text: &str) -> Result<String> {
        let arguments = ["-d", &self.url, "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text];
        Ok(run(&postgres("psql")?, &arguments).await?.trim().to_owned())
    }

    /// Imports a file of so many purchases; purchases per second and the peak of memory in megabytes.
    pub async fn import(&self, rows: u64) -> Result<(f64, u64)> {
        let mut csv = String::from("receipt,customer,date,quantity,amount\n");
        for n in 0..rows {
            let (customer, day) = (n * 7_919 % 20_000, n % 28 + 1);
            let _ = writeln!(csv, "i-{n},c-{customer},2026-{:02}-{day:02},{},{}.{:02}", n % 10 + 1, n % 5 + 1, n % 90 + 1, n % 100);
        }
        let path = env::temp_dir().join("laurel-bench.csv");
        fs::write(&path, csv)?;
        let file = path.to_string_lossy().into_owned();
        let map = "id=receipt,member=customer,date=date,quantity=quantity,amount=amount";
        let since = Instant::now();
        let arguments = ["import", "purchases", &file, "--source", "bench", "--map", map];
        let mut import = Command::new(&self.laurel).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut peak = 0;
        loop {
            if let Some(pid) = import.id() {
                peak = peak.max(peak_of(pid));
            }
            match tokio::time::timeout(Duration::from_millis(50), import.wait()).await {
                Ok(ended) if ended.as_ref().is_ok_and(std::process::ExitStatus::success) => break,
                Ok(ended) => return Err(format!("the import failed: {ended:?}").into()),
                Err(_) => {}
            }
        }
        let took = since.elapsed();
        fs::remove_file(path)?;
        Ok((rows as f64 / took.as_secs_f64(), peak))
    }

    /// Starts the server.
    pub async fn serve(mut self) -> Result<Self> {
        let mut serve = Command::new(&self.laurel);
        serve.args(["serve", "--addr", HOST]).env("LAUREL_LOG", "warn").kill_on_drop(true);
        self.server = Some(serve.spawn()?);
        for _ in 0..200 {
            if let Ok(mut client) = Client::connect(HOST, &self.key).await
                && client.post("/api/v1/purchases/preview", "{}".to_owned()).await.is_ok()
            {
                return Ok(self);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("the server did not start".into())
    }

    /// What the processor did so far for the server, for Postgres and for this load generator.
    pub fn processor(&self) -> Result<Spent> {
        let server = self.server.as_ref().and_then(Child::id).map_or(Ok(0), |pid| processor::of(pid, false));
        let home = setting("DATABASE_URL")?.split_once("host=").map(|(_, home)| home.to_owned()).unwrap_or_default();
        let postmaster = fs::read_to_string(format!("{home}/data/postmaster.pid"))?;
        let postmaster = postmaster.lines().next().unwrap_or_default().parse()?;
        Ok(Spent { server: server?, postgres: processor::of(postmaster, true)?, load: processor::of(std::process::id(), false)? })
    }

    /// Clients that each send purchases of random members, one after the other or in batches.
    pub async fn purchases(&self, clients: usize, batch: usize, members: u64, time: Duration) -> Result<Load> {
        self.sql("select pg_stat_statements_reset()").await?;
        let (since, before) = (Instant::now(), self.processor()?);
        let mut running = JoinSet::new();
        for number in 0..clients {
            let mut client = Client::connect(HOST, &self.key).await?;
            running.spawn(async move {
                let (mut took, mut seed) = (Vec::new(), number as u64 + 1);
                while since.elapsed() < time {
                    let bodies: Vec<String> = (0..batch).map(|_| purchase(&mut seed, members)).collect();
                    let (path, body) = if batch == 1 {
                        ("/api/v1/purchases", bodies.concat())
                    } else {
                        ("/api/v1/purchases/batch", format!("{{\"purchases\":[{}]}}", bodies.join(",")))
                    };
                    let answer = client.post(path, body).await?;
                    if answer.status >= 300 {
                        return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
                    }
                    took.push(answer.took);
                }
                Result::Ok(took)
            });
        }
        let mut took = Vec::new();
        while let Some(client) = running.join_next().await {
            took.extend(client??);
        }
        let spent = self.processor()?.since(before);
        Ok(Load::new((took.len() * batch) as u64, since.elapsed(), took, spent))
    }

    /// Clients who take the units of one reward until none is left.
    pub async fn last_units(&self, units: u64, clients: usize) -> Result<Load> {
        self.sql(&format!(
            "insert into rewards (reward_id, name, category, picture, price, created_at, updated_at, published_at)
             values ('00000000-0000-7000-8000-000000000001', 'Cup', 'thing', 'cup', 1, now(), now(), '2026-01-01');
             insert into reward_stock (reward_id, capacity, remaining)
             values ('00000000-0000-7000-8000-000000000001', {units}, {units})"
        ))
        .await?;
        let (since, before) = (Instant::now(), self.processor()?);
        let mut running = JoinSet::new();
        for number in 0..clients {
            let mut client = Client::connect(HOST, &self.key).await?;
            running.spawn(async move {
                let mut took = Vec::new();
                loop {
                    let id = DOCUMENT.fetch_add(1, Ordering::Relaxed);
                    let body = json!({
                        "id": format!("r-{id}"), "member": { "external_id": format!("c-{number}") },
                        "reward": "00000000-0000-7000-8000-000000000001",
                    });
                    let answer = client.post("/api/v1/redemptions", body.to_string()).await?;
                    match answer.status {
                        200 | 201 => took.push(answer.took),
                        422 if problem(&answer.body) == "out_of_stock" => return Result::Ok(took),
                        status => return Err(format!("{status}: {}", String::from_utf8_lossy(&answer.body)).into()),
                    }
                }
            });
        }
        let mut took = Vec::new();
        while let Some(client) = running.join_next().await {
            took.extend(client??);
        }
        if took.len() as u64 != units {
            return Err(format!("{} of {units} units were redeemed", took.len()).into());
        }
        let spent = self.processor()?.since(before);
        Ok(Load::new(units, since.elapsed(), took, spent))
    }

    /// Waits until what follows from the load is done (leaderboards), so that one load does not pay for another; how
    /// long that took.
    pub async fn settled(&self) -> Result<Duration> {
        let since = Instant::now();
        while self.sql("select exists (select from outbox)").await? == "t" {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let took = since.elapsed();
        self.sql("checkpoint").await?;
        Ok(took)
    }

    /// Bytes of each table with its indexes. What is free in them is given back first: a queue that is empty takes no
    /// room.
    pub async fn sizes(&self) -> Result<BTreeMap<String, i64>> {
        self.sql("vacuum").await?;
        let listed = self
            .sql(
                "select relname, pg_total_relation_size(oid) from pg_class
                 where relkind = 'r' and relnamespace = 'public'::regnamespace",
            )
            .await?;
        let size = listed.lines().filter_map(|line| line.split_once('|')).map(|(table, bytes)| Ok((table.to_owned(), bytes.parse()?)));
        size.collect()
    }

    /// Prints the statements that took Postgres the longest in a load, where LAUREL_BENCH_PROFILE asks for them.
    pub async fn profile(&self, load: &str) -> Result<()> {
        if env::var_os("LAUREL_BENCH_PROFILE").is_some() {
            let text = "select calls, rows, round(total_exec_time) as ms, round(total_plan_time) as planning,
                round((mean_exec_time * 1000)::numeric) as us_each, shared_blks_hit + shared_blks_read as blocks, wal_bytes, left(regexp_replace(query, '\\s+', ' ', 'g'), 90)
                from pg_stat_statements s join pg_database d on d.oid = s.dbid and d.datname = 'laurel'
                order by total_exec_time desc limit 40";
            eprintln!("{load}: calls|rows|ms|ms of planning|us each|blocks|wal\n{}", self.sql(text).await?);
        }
        Ok(())
    }

    /// How many statements one batch of 500 costs the database.
    pub async fn statements_per_batch(&self) -> Result<i64> {
        let mut client = Client::connect(HOST, &self.key).await?;
        let mut seed = 77;
        let bodies: Vec<String> = (0..500).map(|_| purchase(&mut seed, 10_000)).collect();
        self.sql("select pg_stat_statements_reset()").await?;
        client.post("/api/v1/purchases/batch", format!("{{\"purchases\":[{}]}}", bodies.join(","))).await?;
        // What background tasks ask meanwhile has no 'purchases' beside it, and is counted apart.
        let counted = "select coalesce(sum(calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid
            where d.datname = 'laurel' and query !~* '(pg_stat|outbox o|from outbox|mails|sessions|attempt|next_due <=|parked)'";
        Ok(self.sql(counted).await?.parse()?)
    }

    /// Stops the server and proves the books; how long the proof took.
    pub async fn close(mut self) -> Result<Duration> {
        if let Some(mut server) = self.server.take() {
            if let Some(pid) = server.id() {
                run("kill", &["-TERM", &pid.to_string()]).await?;
            }
            server.wait().await?;
        }
        let since = Instant::now();
        run(&self.laurel, &["verify"]).await?;
        Ok(since.elapsed())
    }
}

fn problem(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body["code"].as_str().unwrap_or_default().to_owned()
}

/// A purchase of two lines by one of so many members, under an id that no other has.
fn purchase(seed: &mut u64, members: u64) -> String {
    let mut chance = |below: u64| {
        // Xorshift: no library for a handful of believable numbers.
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed % below
    };
    let (member, first, second, hour) = (chance(members), chance(2_000) + 50, chance(900) + 50, chance(12));
    let id = DOCUMENT.fetch_add(1, Ordering::Relaxed);
    format!(
        "{{\"id\":\"h-{id}\",\"member\":{{\"external_id\":\"c-{member}\"}},\"store\":\"Canal Street\",\
         \"purchased_at\":\"2026-11-20T{:02}:15:00Z\",\"lines\":[\
         {{\"sku\":\"A{}\",\"category\":\"coffee\",\"quantity\":1,\"amount\":\"{}.{:02}\"}},\
         {{\"sku\":\"B{}\",\"category\":\"bread\",\"quantity\":2,\"amount\":\"{}.{:02}\"}}]}}",
        hour + 8,
        first % 50,
        first / 100,
        first % 100,
        second % 30,
        second / 100,
        second % 100
    )
}

/// The most memory that a process ever had, in megabytes.
fn peak_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    peak.and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0) / 1024
}
