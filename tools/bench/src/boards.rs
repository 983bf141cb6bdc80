//! Ranks on leaderboards of ten thousand to a million members (ten million with LAUREL_BENCH_LONG), while the
//! statement of the dispatcher changes scores all the time; beside counting rows and a Redis sorted set.
//!
//! The statements are the product's own files, run by pgbench with one client over prepared statements; Redis is
//! asked by its own redis-benchmark, with one client over loopback. Both ask for members by chance.

use std::{env, fs, path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use crate::{
    Result,
    measure::{Line, Report},
};

/// The machine's pace changes within seconds: everything is measured in turn, and the middle of it is told.
const ROUNDS: usize = 5;
const REDIS_PORT: &str = "3978";
const RANK: &str = include_str!("../../../src/server/leaderboards/store/rank.sql");
const AROUND: &str = include_str!("../../../src/server/leaderboards/store/around.sql");
const RECOUNT: &str = include_str!("../../../src/server/leaderboards/store/recount.sql");
const NODES: &str = include_str!("../../../src/server/leaderboards/store/nodes_of_scores.sql");
const TOP: &str = include_str!("../../../src/server/leaderboards/store/top.sql");
const COUNT: &str = "select count(*) from leaderboard_scores s
    where s.list = 1 and -s.score < (select -score from leaderboard_scores me where me.list = 1 and me.member_id = :member)";
/// The member with a number, which pgbench draws by chance.
const MEMBER: &str = "('00000000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid";

/// What a size is measured with, in microseconds; Redis where it is there.
struct Figures {
    rank: f64,
    around: f64,
    top: f64,
    count: f64,
    redis: Option<f64>,
}

pub async fn measure(report: &mut Report) -> Result<()> {
    let redis = Redis::start()?;
    if redis.is_none() {
        eprintln!("Skipped: Redis beside the ranks. redis-server is not on PATH; on Debian it is the package redis-server.");
    }
    let mut sizes = vec![10_000, 100_000, 1_000_000];
    if env::var("LAUREL_BENCH_LONG").is_ok() {
        sizes.push(10_000_000);
    }
    for members in sizes {
        eprintln!("==> Ranks among {members} members");
        let figures = of(members, redis.as_ref()).await?;
        tell(report, members, &figures);
    }
    Ok(())
}

fn tell(report: &mut Report, members: u64, figures: &Figures) {
    let Figures { rank, around, top, count, redis } = *figures;
    let name = |what: &str| -> &'static str { Box::leak(format!("{what}, {members} members").into_boxed_str()) };
    let beside = |line: Line, figure: f64| match redis {
        Some(redis) if members >= 1_000_000 => line.below(4.0 * redis, figure).note(format!("{:.2} x Redis", figure / redis)),
        Some(redis) => line.note(format!("{:.2} x Redis", figure / redis)),
        None => line,
    };
    report.add(beside(Line::figure(name("rank"), rank, "µs"), rank));
    report.add(beside(Line::figure(name("around me, two each way, with names and how many there are"), around, "µs"), around));
    match redis {
        Some(redis) => report.add(Line::figure(name("Redis ZREVRANK"), redis, "µs")),
        None => eprintln!("Redis was not there."),
    }
    report.add(Line::figure(name("rank by count(*)"), count, "µs"));
    report.add(Line::figure(name("the first 25"), top, "µs"));
}

async fn of(members: u64, redis: Option<&Redis>) -> Result<Figures> {
    let bench = Bench::fill(members).await?;
    if let Some(redis) = redis {
        redis.fill(&bench).await?;
    }
    let stream = bench.stream()?;
    let list = [":board", ":period", "''"];
    // The product keeps its connections: they have long mapped the pages that they read, and a new one does that for each at first.
    let seconds = if members > 1_000_000 { 10 } else { 2 };
    let me = |sql: &str| bound(sql, &[&list[..], &[MEMBER, ":span"]].concat());
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(Figures {
            rank: bench.latency("rank", &me(RANK), seconds).await?,
            redis: match redis {
                Some(redis) => Some(redis.latency(members).await?),
                None => None,
            },
            around: bench.latency("around", &me(AROUND), seconds).await?,
            top: bench.latency("top", &bound(TOP, &[&list[..], &[":rows"]].concat()), 2).await?,
            count: bench.latency("count", &COUNT.replace(":member", MEMBER), 2).await?,
        });
    }
    drop(stream);
    Ok(Figures {
        rank: median(&rounds, |round| round.rank),
        redis: redis.map(|_| median(&rounds, |round| round.redis.unwrap_or_default())),
        around: median(&rounds, |round| round.around),
        top: median(&rounds, |round| round.top),
        count: median(&rounds, |round| round.count),
    })
}

fn median(rounds: &[Figures], figure: impl Fn(&Figures) -> f64) -> f64 {
    let mut all: Vec<f64> = rounds.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// A statement with its parameters in place, for pgbench; notes to the reader left out.
fn bound(sql: &str, values: &[&str]) -> String {
    let lines = sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    let mut text = lines.collect::<Vec<_>>().join(" ");
    for (at, value) in values.iter().enumerate() {
        text = text.replace(&format!("${}", at + 1), value);
    }
    text
}

/// A database with members who have scores.
struct Bench {
    host: String,
    name: String,
    members: u64,
    scripts: PathBuf,
}

impl Bench {
    async fn fill(members: u64) -> Result<Self> {
        let url = env::var("DATABASE_URL")?;
        let host = url.split_once("host=").map(|(_, host)| host.to_owned());
        let host = host.ok_or("DATABASE_URL names no host")?;
        let scripts = env::temp_dir().join(format!("laurel-boards-{}", std::process::id()));
        fs::create_dir_all(&scripts)?;
        let bench = Self { host, name: format!("boards_{members}"), members, scripts };
        // The schema is in it: scripts/with-postgres.sh puts it into the database that all others begin as.
        bench.postgres("createdb", &[&bench.name]).await?;
        let filled = format!(
            "insert into programs (name, time_zone, currency, currency_digits, created_at)
                 values ('Bench', 'UTC', 'EUR', 2, now());
             insert into leaderboards (leaderboard, name, applied_at, opened_at, periods)
                 values ('points', 'Points', now(), now(), '{{all}}');
             insert into leaderboard_periods (leaderboard, period, kind, starts_at, ends_at, closes_at, was_over)
                 values ('points', 'all', 'all', '0001-01-01', '9000-01-01', '9000-01-02', false);
             insert into members (member_id, joined_at, pseudonym)
                 select {}, now(), 'Quiet Otter ' || n from generate_series(1, {members}) n;
             insert into member_profiles (member_id, display_name, named_on_boards, updated_at)
                 select member_id, 'Somebody', random() < 0.3, now() from members where random() < 0.33;
             insert into activities (member_id, activity_id, source, document_id, kind, occurred_at, received_at, points)
                 select member_id, member_id, 'bench', member_id::text, 'visit', now() - random() * interval '90 days', now(), 0
                 from members;
             update leaderboards set metric = 'visits';
             insert into leaderboard_lists (list, leaderboard, period, segment) values (1, 'points', 'all', '');
             insert into leaderboard_scores (list, member_id, score, reached_at)
                 select 1, member_id, 1 + (exp(random() * 13.8))::bigint, now() - random() * interval '90 days'
                 from members;
             {};
             vacuum analyze",
            MEMBER.replace(":n", "n"),
            bound(NODES, &[])
        );
        for statement in filled.split(';') {
            bench.sql(statement).await?;
        }
        bench.warm().await?;
        Ok(bench)
    }

    /// Reads into Postgres's memory what Redis has in its own.
    async fn warm(&self) -> Result<()> {
        self.sql("create extension pg_prewarm").await?;
        self.sql("select pg_prewarm(c.oid) from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')").await
    }

    async fn sql(&self, text: &str) -> Result<()> {
        self.postgres("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-d", &self.name, "-c", text]).await.map(|_| ())
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(format!("{}/{program}", env::var("LAUREL_POSTGRES_BIN")?));
        command.args(["-h", &self.host, "-U", "laurel"]).env("PGOPTIONS", "-c client_min_messages=error");
        Ok(command)
    }

    async fn postgres(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let output = self.command(program)?.args(arguments).stderr(Stdio::inherit()).output().await?;
        let printed = String::from_utf8(output.stdout)?;
        if output.status.success() { Ok(printed) } else { Err(format!("{program} {arguments:?} failed: {printed}").into()) }
    }

    fn script(&self, name: &str, sql: &str) -> Result<String> {
        let path = self.scripts.join(format!("{name}.sql"));
        fs::write(&path, format!("\\set n random(1, {})\n{sql};\n", self.members))?;
        Ok(path.to_string_lossy().into_owned())
    }

    /// Microseconds for one run, on average, of one client.
    async fn latency(&self, name: &str, sql: &str, seconds: u64) -> Result<f64> {
        let script = self.script(name, sql)?;
        let time = seconds.to_string();
        // Everything that the product sends as a parameter is one here: a plan for known values is another plan.
        let values = ["board=points", "period=all", "span=2", "rows=25"].map(|value| ["-D", value]).concat();
        let fixed = ["-n", "-M", "prepared", "-c", "1", "-T", &time, "-f", &script];
        let printed = self.postgres("pgbench", &[&fixed[..], &values, &[&self.name]].concat()).await?;
        let average = printed.lines().find_map(|line| line.strip_prefix("latency average = ")?.split(' ').next()?.parse::<f64>().ok());
        average.map(|ms| ms * 1_000.0).ok_or_else(|| format!("pgbench printed no latency: {printed}").into())
    }

    /// Changes the scores of 50 members twenty times a second until it is dropped, as the dispatcher does.
    fn stream(&self) -> Result<Child> {
        let members = MEMBER.replace(":n", "(1 + (:n + step * 7919) % :members)");
        let members = format!("(select array_agg({members}) from generate_series(1, 50) step)::uuid[]");
        let facts = format!(
            "insert into activities (member_id, activity_id, source, document_id, kind, occurred_at, received_at, points)
             select m, gen_random_uuid(), 'bench', 'x', 'visit', now() - random() * interval '900 days', now(), 0
             from unnest({members}) m"
        );
        let sql = format!("begin;\n{};\n{};\ncommit", facts.replace('\n', " "), bound(RECOUNT, &["'points'", &members, "null", "'{}'", "'{}'"]));
        let script = self.script("stream", &sql)?;
        let mut command = self.command("pgbench")?;
        let variable = format!("members={}", self.members);
        command.args(["-n", "-c", "1", "-R", "20", "-T", "3600", "-D", &variable, "-f", &script, &self.name]);
        Ok(command.stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true).spawn()?)
    }
}

struct Redis(#[allow(dead_code, reason = "it ends when this is dropped")] Child);

impl Redis {
    fn start() -> Result<Option<Self>> {
        let mut server = Command::new("redis-server");
        server.args(["--port", REDIS_PORT, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        match server.stdout(Stdio::null()).kill_on_drop(true).spawn() {
            Ok(child) => Ok(Some(Self(child))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The same scores in a sorted set, under numbers as redis-benchmark draws them.
    async fn fill(&self, bench: &Bench) -> Result<()> {
        let scores = "copy (select 'ZADD board ' || score || ' ' || lpad((row_number() over (order by member_id) - 1)::text, 12, '0')
            from leaderboard_scores where list = 1) to stdout";
        let lines = bench.postgres("psql", &["-q", "-d", &bench.name, "-c", scores]).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut pipe = Command::new("redis-cli");
        pipe.args(["-p", REDIS_PORT, "--pipe"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut pipe = pipe.spawn()?;
        let mut stdin = pipe.stdin.take().ok_or("no way into redis-cli")?;
        stdin.write_all(b"FLUSHALL\n").await?;
        stdin.write_all(lines.as_bytes()).await?;
        drop(stdin);
        if pipe.wait().await?.success() { Ok(()) } else { Err("redis-cli failed".into()) }
    }

    async fn latency(&self, members: u64) -> Result<f64> {
        let drawn = members.to_string();
        let arguments = ["-p", REDIS_PORT, "-c", "1", "-n", "30000", "-r", &drawn, "--csv", "zrevrank", "board", "__rand_int__"];
        let output = Command::new("redis-benchmark").args(arguments).output().await?;
        let printed = String::from_utf8(output.stdout)?;
        let cells = printed.lines().last().unwrap_or_default().split(',').map(|cell| cell.trim_matches('"'));
        let average: Option<f64> = cells.skip(2).next().and_then(|cell| cell.parse().ok());
        average.map(|ms| ms * 1_000.0).ok_or_else(|| format!("redis-benchmark printed no latency: {printed}").into())
    }
}
