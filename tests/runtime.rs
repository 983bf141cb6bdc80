//! How Laurel starts, runs and stops, seen from outside: the real binary, with a Postgres of its own.

#[path = "runtime/laurel.rs"]
mod laurel;

use std::{fs, net::TcpListener, time::Duration};

use laurel::{Folder, Laurel, free_address, is_alive};
use reqwest::{Client, StatusCode};

#[tokio::test]
async fn a_server_serves_beside_its_commands_and_stops_clean() {
    let folder = Folder::new("serve");
    let server = Laurel::serve(&folder).await;
    let url = server.url();

    let second = laurel::run(&folder, &["serve", "--addr", &free_address()]);
    assert!(!second.status.success());
    let complaint = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(complaint.contains(&format!("process {}", server.pid())), "{complaint}");
    assert!(complaint.contains("LAUREL_DATA_DIR"), "{complaint}");

    let beside = laurel::run(&folder, &["migrate"]);
    assert!(beside.status.success(), "{beside:?}");
    the_edge_holds(&url).await;

    let proxied = Client::new().get(format!("{url}/healthz")).header("x-forwarded-for", "203.0.113.7");
    proxied.send().await.expect("an answer");
    server.until("LAUREL_TRUST_PROXY").await;
    let wrong = laurel::run(&folder, &["admin", "create", "--email", "nope"]);
    let complaint = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(!wrong.status.success() && complaint.contains("email: "), "{complaint}");

    let postgres = folder.postmaster().expect("a running Postgres");
    assert!(server.stop(), "SIGTERM ends the server with success");
    assert!(!is_alive(postgres), "Postgres was stopped with its server");
    assert!(reqwest::get(format!("{url}/healthz")).await.is_err());

    let alone = laurel::run(&folder, &["migrate"]);
    assert!(alone.status.success(), "{alone:?}");
    assert!(folder.postmaster().is_none(), "a command stops the Postgres that it started");

    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let fresh = Folder::new("taken");
    let refused = laurel::run(&fresh, &["serve", "--addr", &address]);
    assert!(!fresh.cluster().exists(), "nothing was begun");
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && complaint.contains(&format!("LAUREL_ADDR {address}")),
        "{complaint}"
    );
}

async fn the_edge_holds(url: &str) {
    // A connection of its own for each request: the server closes one whose body it did not read to the end.
    let client = Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    let lives = client.get(format!("{url}/healthz")).send().await.expect("an answer");
    assert_eq!(lives.status(), StatusCode::OK);
    assert_eq!(lives.headers()["x-content-type-options"], "nosniff");
    assert_eq!(lives.headers()["referrer-policy"], "same-origin");

    let page =
        client.get(format!("{url}/")).header("accept-encoding", "br, gzip").send().await.expect("a page");
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(
        page.headers()["content-encoding"],
        "gzip",
        "pages are never compressed with brotli on the fly"
    );
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("'nonce-") && policy.contains("'strict-dynamic'"), "{policy}");
    assert_eq!(client.get(format!("{url}/no-such-page")).send().await.expect("a page").status(), 404);

    let function = format!("{url}/rpc/take_flash");
    let foreign =
        client.post(&function).header("sec-fetch-site", "cross-site").send().await.expect("an answer");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let problem: serde_json::Value = foreign.json().await.expect("problem+json");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("another site")), "{problem}");
    let foreign =
        client.post(&function).header("origin", "https://evil.example").send().await.expect("an answer");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let own = client.post(&function).header("sec-fetch-site", "same-origin").send().await.expect("an answer");
    assert_eq!(own.status(), StatusCode::OK);
    let link = client.get(&function).send().await.expect("an answer");
    assert_eq!(link.status(), StatusCode::METHOD_NOT_ALLOWED, "a link can't call a server function");
    whoever_is_to_blame(&client, url).await;
    let large = client.post(&function).body(vec![b' '; 1024 * 1024 + 1]).send().await.expect("an answer");
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);

    let robots = client.get(format!("{url}/robots.txt")).send().await.expect("a public file");
    assert_eq!(robots.status(), StatusCode::OK);
    assert_eq!(robots.headers()["content-type"], "text/plain; charset=utf-8");
    let tag = robots.headers()["etag"].clone();
    let again =
        client.get(format!("{url}/robots.txt")).header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let head = client.head(format!("{url}/favicon.svg")).send().await.expect("an answer");
    assert_eq!(head.headers()["content-type"], "image/svg+xml");
}

/// A server function says by its status whose fault it was that nothing was done.
async fn whoever_is_to_blame(client: &reqwest::Client, url: &str) {
    let call = async |name: &str, fields: &[(&str, &str)]| {
        let call = client.post(format!("{url}/rpc/{name}")).header("accept", "application/json").form(fields);
        call.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(call("load_home", &[]).await, 401, "a visitor has no home");
    assert_eq!(call("sign_in", &[]).await, 400, "fields are missing");
    assert_eq!(call("load_activity", &[("month", "no month")]).await, 400, "a field can't be read");
    let wrong = [("email", "nobody@example.org"), ("password", "not the password"), ("next", "")];
    assert_eq!(call("sign_in", &wrong).await, 401, "nobody is known by that");
    assert_eq!(call("no_such_function", &[]).await, 404);
}

#[tokio::test]
async fn what_was_killed_starts_again() {
    let folder = Folder::new("killed");
    let server = Laurel::serve(&folder).await;
    let orphan = folder.postmaster().expect("a running Postgres");
    server.kill();
    assert!(is_alive(orphan), "a killed server leaves its Postgres behind");

    let server = Laurel::serve(&folder).await;
    let postgres = folder.postmaster().expect("a running Postgres");
    assert!(!is_alive(orphan) && postgres != orphan, "the one left behind was stopped");

    laurel::signal(postgres, "KILL");
    server.until("Postgres is up again").await;
    server.ready().await;
    assert!(server.stop());

    // The number in a pid file that a power cut left behind may belong to another program by now: here, this
    // one.
    let stale =
        format!("{}\n{}\n0\n5432\n/nowhere\n\n0 0\nready\n", std::process::id(), folder.cluster().display());
    fs::write(folder.cluster().join("postmaster.pid"), stale).expect("written");
    let server = Laurel::serve(&folder).await;
    assert!(server.stop());
}

#[test]
fn wrong_settings_are_named() {
    let folder = Folder::new("settings");
    for (name, value) in [
        ("DATABASE_URL", "mysql://localhost/shop"),
        ("LAUREL_ADDR", "localhost"),
        ("LAUREL_PUBLIC_URL", "club.example.org"),
        ("LAUREL_SMTP_URL", "mail.example.org"),
        ("LAUREL_TIME_ZONE", "Europe/Nowhere"),
        ("LAUREL_CURRENCY", "euro"),
        ("LAUREL_LOG", "laurel=loud"),
        ("LAUREL_TRUST_PROXY", "maybe"),
        ("LAUREL_POSTGRES_BIN", "/nonexistent"),
        ("LAUREL_DATA_DIR", "/dev/null/data"),
    ] {
        let refused = laurel::command(&folder).env(name, value).arg("serve").output().expect("it runs");
        let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{name}={value} was taken");
        assert!(complaint.contains(name), "{name}={value}: {complaint}");
    }
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password() {
    let folder = Folder::new("absent");
    let url = "postgres://laurel:hunter2@127.0.0.1:9/laurel";
    let refused = laurel::command(&folder).env("DATABASE_URL", url).arg("migrate").output().expect("it runs");
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && complaint.contains("DATABASE_URL"), "{complaint}");
    assert!(!complaint.contains("hunter2"), "{complaint}");
}

#[test]
fn data_of_another_version_are_left_alone() {
    let folder = Folder::new("version");
    fs::create_dir_all(folder.cluster()).expect("a folder");
    fs::write(folder.cluster().join("PG_VERSION"), "8\n").expect("written");
    let refused = laurel::run(&folder, &["migrate"]);
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && complaint.contains("written by Postgres 8"), "{complaint}");
    assert_eq!(fs::read_dir(folder.cluster()).expect("the folder").count(), 1);
}

#[test]
fn a_user_who_is_not_root_needs_nothing_more() {
    let folder = Folder::new("user");
    let Some(mut command) = laurel::command_as_nobody(&folder) else { return };
    let done = command.arg("migrate").output().expect("it runs");
    assert!(done.status.success(), "{done:?}");
    // Root may work with what another user made, as that user.
    let done = laurel::run(&folder, &["migrate"]);
    assert!(done.status.success(), "{done:?}");
}

#[tokio::test]
async fn a_command_that_is_stopped_leaves_no_postgres() {
    let folder = Folder::new("stopped");
    let server = Laurel::start(&folder, "serve");
    // In the middle of making the cluster or starting it, wherever that may be.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    server.stop();
    assert!(folder.postmaster().is_none_or(|pid| !is_alive(pid)), "Postgres outlived its server");
}
