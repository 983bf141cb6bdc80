//! A till that sends documents, and the book in which it writes down what it sent and what was answered.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::laurel::{self, Folder};

/// Makes a key for a till.
pub fn key(folder: &Folder) -> String {
    let scopes = "purchases:write,members:read,redemptions:write,rewards:read,activities:write";
    let arguments = ["api-key", "create", "--source", "till", "--scopes", scopes, "--per-minute", "1000000"];
    let made = laurel::run(folder, &arguments);
    assert!(made.status.success(), "{made:?}");
    String::from_utf8(made.stdout).expect("text").trim().to_owned()
}

/// A purchase of one thing.
pub fn purchase(id: &str, member: &str, amount: &str) -> Value {
    json!({
        "id": id, "member": { "external_id": member }, "purchased_at": "2026-11-20T10:00:00+01:00",
        "lines": [{ "sku": "cup", "category": "coffee", "quantity": 1, "amount": amount }],
    })
}

/// Purchases that were sent, and their answers.
#[derive(Default)]
pub struct Book {
    number: AtomicU64,
    sent: Mutex<Vec<Value>>,
    answers: Mutex<HashMap<String, Value>>,
}

impl Book {
    /// A purchase that nobody sent before; it is written down before it is sent.
    pub fn next(&self, member: u64) -> Value {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let amount = format!("{}.{:02}", number % 40 + 1, number % 100);
        let purchase = purchase(&format!("r-{number}"), &format!("c-{member}"), &amount);
        self.sent.lock().expect("the book").push(purchase.clone());
        purchase
    }

    pub fn acknowledge(&self, purchase: &Value, answer: &Value) {
        self.answers.lock().expect("the book").insert(purchase["id"].to_string(), answer.clone());
    }

    pub fn acknowledged(&self, purchase: &Value) -> Option<Value> {
        self.answers.lock().expect("the book").get(&purchase["id"].to_string()).cloned()
    }

    pub fn sent(&self) -> Vec<Value> {
        self.sent.lock().expect("the book").clone()
    }
}

#[derive(Clone)]
pub struct Till {
    client: reqwest::Client,
    root: String,
    key: String,
}

impl Till {
    pub fn at(url: &str, key: &str) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(40)).build().expect("a client");
        Self { client, root: format!("{url}/api/v1"), key: key.to_owned() }
    }

    /// The status and body that were answered; none when nobody did.
    pub async fn send(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let sent = self.client.post(format!("{}{path}", self.root)).bearer_auth(&self.key).json(body);
        let answer = sent.send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }

    /// The same many times at once.
    pub async fn send_at_once(&self, path: &str, body: &Value, times: usize) -> Vec<(u16, Value)> {
        let mut sent = JoinSet::new();
        for _ in 0..times {
            let (till, path, body) = (self.clone(), path.to_owned(), body.clone());
            sent.spawn(async move { till.send(&path, &body).await.expect("an answer") });
        }
        sent.join_all().await
    }

    async fn get(&self, path: &str) -> Value {
        let asked = self.client.get(format!("{}{path}", self.root)).bearer_auth(&self.key);
        asked.send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn member(&self, external_id: &str) -> Value {
        self.get(&format!("/members?external_id={external_id}")).await
    }

    /// The points of a member once they are `wanted`; else what they are after a while.
    pub async fn available_when(&self, external_id: &str, wanted: i64, patience: Duration) -> i64 {
        let since = Instant::now();
        loop {
            let member = self.member(external_id).await;
            let available = member["wallets"]["points"]["available"].as_i64().expect("points");
            if available == wanted || since.elapsed() > patience {
                return available;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How many entries the ledgers of all this till's members have: one for each purchase.
    pub async fn documents(&self) -> usize {
        let mut documents = 0;
        for number in 0..20 {
            let member = self.member(&format!("c-{number}")).await;
            let Some(id) = member["id"].as_str() else { continue };
            let mut cursor = String::new();
            loop {
                let page = self.get(&format!("/members/{id}/ledger?limit=200{cursor}")).await;
                documents += page["items"].as_array().expect("entries").len();
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
        }
        documents
    }
}
