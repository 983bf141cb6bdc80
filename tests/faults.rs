//! Proof under faults, on the real binary: servers and Postgres are killed, clients hang up, documents are
//! sent many times at once. Afterwards everything that was not answered is sent again with the same ids; then
//! acknowledged ⊆ stored ⊆ sent, and `laurel verify` holds. Storms on points and on the last units.
//! `make faults` does it longer.

#[path = "runtime/laurel.rs"]
#[expect(dead_code, reason = "tests of running and stopping use the rest")]
mod laurel;
#[path = "faults/shelf.rs"]
mod shelf;
#[path = "faults/till.rs"]
mod till;

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use laurel::{Folder, Laurel};
use serde_json::{Value, json};
use till::{Book, Till};
use tokio::task::JoinSet;

/// How much harder than in `make test`.
fn times() -> u64 {
    std::env::var("LAUREL_FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn verified(folder: &Folder) {
    let verified = laurel::run(folder, &["verify"]);
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{told}\n{}", String::from_utf8_lossy(&verified.stderr));
}

/// Clients send purchases until they are told to stop, and write down what was answered.
fn send_on(till: &Till, book: &Arc<Book>, stop: &Arc<AtomicBool>, clients: u64) -> JoinSet<()> {
    let mut running = JoinSet::new();
    for client in 0..clients {
        let (till, book, stop) = (till.clone(), Arc::clone(book), Arc::clone(stop));
        running.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let purchase = book.next(client % 20);
                if let Some((status, body)) = till.send("/purchases", &purchase).await {
                    assert!([200, 201, 500, 503, 504].contains(&status), "{status}: {body}");
                    if status < 300 {
                        book.acknowledge(&purchase, &body);
                    }
                } else {
                    // Nobody answers: a till tries again a little later.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        });
    }
    running
}

/// Everything is sent again under the same ids; what was acknowledged gets the answer that it got.
async fn settle(till: &Till, book: &Book) {
    for purchase in book.sent() {
        let (status, body) = till.send("/purchases", &purchase).await.expect("an answer");
        match book.acknowledged(&purchase) {
            Some(before) => {
                assert_eq!(status, 200, "{} was acknowledged before: {body}", purchase["id"]);
                assert_eq!(body, before, "the same document, another answer");
            }
            None => assert!([200, 201].contains(&status), "{}: {status}: {body}", purchase["id"]),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_every_kill() {
    let folder = Folder::new("faults");
    let key = till::key(&folder);
    let book = Arc::new(Book::default());
    let mut server = Laurel::serve(&folder).await;
    for round in 0..2 * times() {
        let till = Till::at(&server.url(), &key);
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = send_on(&till, &book, &stop, 24);
        tokio::time::sleep(Duration::from_millis(700)).await;
        if round % 2 == 0 {
            server.kill();
            stop.store(true, Ordering::Relaxed);
            while clients.join_next().await.transpose().expect("a client that did not panic").is_some() {}
            server = Laurel::serve(&folder).await;
        } else {
            laurel::signal(folder.postmaster().expect("a running Postgres"), "KILL");
            server.until("Postgres is up again").await;
            server.ready().await;
            tokio::time::sleep(Duration::from_millis(700)).await;
            stop.store(true, Ordering::Relaxed);
            while clients.join_next().await.transpose().expect("a client that did not panic").is_some() {}
        }
    }
    // Clients that hang up in the middle, by the hundred.
    let till = Till::at(&server.url(), &key);
    let mut hasty = JoinSet::new();
    for client in 0..200 {
        let (till, purchase) = (till.clone(), book.next(client % 20));
        hasty.spawn(async move {
            let wait = Duration::from_millis(client % 12);
            let _ = tokio::time::timeout(wait, till.send("/purchases", &purchase)).await;
        });
    }
    hasty.join_all().await;
    settle(&till, &book).await;
    let stored = till.documents().await;
    let sent: HashSet<String> = book.sent().iter().map(|sent| sent["id"].to_string()).collect();
    assert_eq!(stored, sent.len(), "exactly what was sent is in the books");
    assert!(server.stop());
    verified(&folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_are_one() {
    let folder = Folder::new("fifty");
    let key = till::key(&folder);
    let server = Laurel::serve(&folder).await;
    let till = Till::at(&server.url(), &key);
    for number in 0..3 * times() {
        let purchase = till::purchase(&format!("r-{number}"), "c-1", "12.50");
        let answers = till.send_at_once("/purchases", &purchase, 50).await;
        let created = answers.iter().filter(|(status, _)| *status == 201).count();
        assert_eq!(created, 1, "{answers:?}");
        assert!(answers.iter().all(|(status, body)| *status < 300 && *body == answers[0].1), "{answers:?}");
        let back = json!({ "id": format!("b-{number}"), "returned_at": "2026-11-21", "amount": "2.50" });
        let path = format!("/purchases/r-{number}/returns");
        let answers = till.send_at_once(&path, &back, 50).await;
        let created = answers.iter().filter(|(status, _)| *status == 201).count();
        assert_eq!(created, 1, "{answers:?}");
        assert!(answers.iter().all(|(status, body)| *status < 300 && *body == answers[0].1), "{answers:?}");
    }
    assert!(server.stop());
    verified(&folder);
}

/// Every order of a purchase, two returns of it and a second purchase.
fn orders() -> Vec<[usize; 4]> {
    let mut orders = Vec::new();
    for a in 0..4 {
        for b in (0..4).filter(|b| *b != a) {
            for c in (0..4).filter(|c| ![a, b].contains(c)) {
                orders.push([a, b, c, 6 - a - b - c]);
            }
        }
    }
    orders
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purchases_and_returns_end_the_same_in_every_order() {
    let folder = Folder::new("orders");
    let key = till::key(&folder);
    let server = Laurel::serve(&folder).await;
    let till = Till::at(&server.url(), &key);
    let mut running = JoinSet::new();
    for (number, order) in orders().into_iter().enumerate() {
        let till = till.clone();
        running.spawn(async move {
            let member = format!("m-{number}");
            let documents: [(String, Value); 4] = [
                ("/purchases".to_owned(), till::purchase(&format!("{member}-p"), &member, "30.03")),
                (
                    format!("/purchases/{member}-p/returns"),
                    json!({ "id": format!("{member}-r1"), "returned_at": "2026-11-21", "amount": "9.99" }),
                ),
                (
                    format!("/purchases/{member}-p/returns"),
                    json!({ "id": format!("{member}-r2"), "returned_at": "2026-11-21", "amount": "0.05" }),
                ),
                ("/purchases".to_owned(), till::purchase(&format!("{member}-q"), &member, "1.00")),
            ];
            for index in order {
                let (path, body) = &documents[index];
                let (status, answer) = till.send(path, body).await.expect("an answer");
                assert!((200..300).contains(&status), "{order:?} {index}: {status} {answer}");
            }
            till.available_when(&member, 210, Duration::from_secs(20)).await
        });
    }
    let ends: HashSet<i64> = running.join_all().await.into_iter().collect();
    // 30.03 less 10.04 is 19.99, 200 points; and 10 for the other purchase.
    assert_eq!(ends, HashSet::from([210]));
    assert!(server.stop());
    verified(&folder);
}

/// Redemptions that are sent at the same time; the status and code of each, in order.
async fn storm(till: &Till, wishes: &[Value]) -> Vec<(u16, String)> {
    let mut sent = JoinSet::new();
    for (place, wish) in wishes.iter().enumerate() {
        let (till, wish) = (till.clone(), wish.clone());
        sent.spawn(async move {
            let (status, body) = till.send("/redemptions", &wish).await.expect("an answer");
            (place, (status, body["code"].as_str().unwrap_or_default().to_owned()))
        });
    }
    let mut answers = sent.join_all().await;
    answers.sort_unstable_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

fn wish(id: &str, member: &str, reward: &str) -> Value {
    json!({ "id": id, "member": { "external_id": member }, "reward": reward })
}

fn count(answers: &[(u16, String)], status: u16, code: &str) -> usize {
    answers.iter().filter(|answer| **answer == (status, code.to_owned())).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tries_with_points_for_seven_are_seven() {
    let folder = Folder::new("seven");
    let key = till::key(&folder);
    let server = Laurel::serve(&folder).await;
    let till = Till::at(&server.url(), &key);
    let mug = shelf::put(&folder, 10, None).await;
    for round in 0..times() {
        let member = format!("m-{round}");
        // 7.90 earn 79 points.
        let bought = till.send("/purchases", &till::purchase(&member, &member, "7.90")).await;
        assert_eq!(bought.expect("an answer").0, 201);
        let wishes: Vec<Value> =
            (0..200).map(|try_| wish(&format!("{member}-{try_}"), &member, &mug)).collect();
        let answers = storm(&till, &wishes).await;
        assert_eq!(count(&answers, 201, ""), 7, "{answers:?}");
        assert_eq!(count(&answers, 422, "insufficient_points"), 193, "{answers:?}");
        // Sent again at once, each gets what it got.
        let again = storm(&till, &wishes).await;
        let known =
            answers.iter().map(|(status, code)| (if *status == 201 { 200 } else { *status }, code.clone()));
        assert_eq!(again, known.collect::<Vec<_>>());
        assert_eq!(till.available_when(&member, 9, Duration::from_secs(5)).await, 9);
    }
    assert!(server.stop());
    verified(&folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_takes_every_unit_once_and_none_is_left_behind() {
    let clients = usize::try_from(200 * times()).expect("a number");
    let units = usize::try_from(10 * times()).expect("a number");
    let folder = Folder::new("storm");
    let key = till::key(&folder);
    let server = Laurel::serve(&folder).await;
    let till = Till::at(&server.url(), &key);
    let mug = shelf::put(&folder, 100, i64::try_from(units).ok()).await;
    let member = |client: usize| format!("m-{client}");
    let purchases: Vec<Value> =
        (0..clients).map(|client| till::purchase(&member(client), &member(client), "10.00")).collect();
    for batch in purchases.chunks(1_000) {
        let (status, body) =
            till.send("/purchases/batch", &json!({ "purchases": batch })).await.expect("an answer");
        assert_eq!(status, 200, "{body}");
    }
    let wishes: Vec<Value> =
        (0..clients).map(|client| wish(&format!("x-{client}"), &member(client), &mug)).collect();
    let answers = storm(&till, &wishes).await;
    assert_eq!(count(&answers, 201, ""), units, "as many as there were");
    assert_eq!(count(&answers, 422, "out_of_stock"), clients - units, "and the others read why");
    // One comes back: it is there again for whoever asks, once.
    let had = answers.iter().position(|(status, _)| *status == 201).expect("somebody had one");
    let (status, _) =
        till.send(&format!("/redemptions/x-{had}/cancel"), &json!({})).await.expect("an answer");
    assert_eq!(status, 200);
    let late: Vec<Value> = (0..20).map(|client| wish(&format!("y-{client}"), &member(had), &mug)).collect();
    let answers = storm(&till, &late).await;
    assert_eq!(count(&answers, 201, ""), 1, "{answers:?}");
    assert!(server.stop());
    verified(&folder);
}
