//! Mail on a real Postgres, written to a folder and spoken to a small SMTP server.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use sqlx::{PgPool, query_scalar};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{jobs::send_due, letters::Letter, queue};
use crate::{
    domain::{email::Email, ids::MailId},
    server::{
        config::Config,
        context::Context,
        testing::{context, wait},
    },
};

const SECRET: &str = "https://club.example.org/reset/0123456789abcdef0123456789abcdef";

async fn queue_one(ctx: &Context) -> MailId {
    let letter = Letter {
        subject: "Grüße\r\nBcc: everybody@example.org".to_owned(),
        body: format!("Here:\n\n{SECRET}\n\nBye\n"),
    };
    let to = Email::parse("maya@example.org").expect("an address");
    let mut conn = ctx.pool.acquire().await.expect("a connection");
    queue(&mut conn, &to, &letter, ctx.clock.now()).await.expect("queued")
}

async fn column<T>(ctx: &Context, column: &str, mail_id: MailId) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    query_scalar(sqlx::AssertSqlSafe(format!("select {column} from mails where mail_id = $1")))
        .bind(mail_id.0)
        .fetch_one(&ctx.pool)
        .await
        .expect("the mail")
}

fn with_smtp(ctx: &Context, port: u16) -> Context {
    let config = Config { smtp_url: Some(format!("smtp://127.0.0.1:{port}")), ..(*ctx.config).clone() };
    Context { config: Arc::new(config), ..ctx.clone() }
}

/// Speaks just enough SMTP (RFC 5321) for one mail a connection, and keeps what it heard.
async fn smtp_server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let said = talk(stream).await.expect("a conversation");
            keeps.lock().expect("a lock").push(said);
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream) -> std::io::Result<String> {
    let mut stream = BufReader::new(stream);
    let mut heard = String::new();
    let mut in_data = false;
    stream.write_all(b"220 mail.example.org\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(heard);
        }
        heard.push_str(&line);
        let answer = match line.trim_end() {
            "." if in_data => {
                in_data = false;
                "250 taken"
            }
            _ if in_data => continue,
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if answer.starts_with("221") || answer == "250 taken" {
            return Ok(heard);
        }
    }
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn without_a_server_a_mail_is_written_once(pool: PgPool) {
    let ctx = context(pool).await;
    let mail_id = queue_one(&ctx).await;
    send_due(ctx.clone()).await.expect("sent");
    send_due(ctx.clone()).await.expect("nothing left");
    let folder = ctx.config.data_dir.join("mails");
    let files: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder").map(|file| file.expect("a file")).collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].path()).expect("the mail");
    let headers = text.split("\r\n\r\n").next().expect("headers");
    assert!(headers.contains("To: maya@example.org"), "{headers}");
    assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
    assert!(text.contains(SECRET));
    assert_eq!(column::<Option<String>>(&ctx, "sent_by", mail_id).await.as_deref(), Some("file"));
    std::fs::remove_dir_all(&ctx.config.data_dir).expect("tidied up");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_server_gets_the_mail_and_the_table_forgets_its_link(pool: PgPool) {
    let (port, heard) = smtp_server().await;
    let ctx = with_smtp(&context(pool).await, port);
    let mail_id = queue_one(&ctx).await;
    send_due(ctx.clone()).await.expect("sent");
    let error: Option<String> = column(&ctx, "last_error", mail_id).await;
    assert_eq!(error, None);
    assert_eq!(column::<Option<String>>(&ctx, "sent_by", mail_id).await.as_deref(), Some("smtp"));
    let body: String = column(&ctx, "body", mail_id).await;
    assert_eq!(body, "Here:\n\nhttps://club.example.org/reset/…\n\nBye\n");
    let heard = heard.lock().expect("a lock").join("\n");
    assert!(heard.contains("RCPT TO:<maya@example.org>") && heard.contains(SECRET), "{heard}");
    assert!(!heard.contains("RCPT TO:<everybody"), "{heard}");
}

#[sqlx::test(migrator = "crate::server::db::MIGRATIONS")]
async fn a_mail_that_cannot_leave_is_tried_again_and_then_visibly_dead(pool: PgPool) {
    let ctx = context(pool).await;
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let ctx = with_smtp(&ctx, closed);
    let mail_id = queue_one(&ctx).await;
    for attempt in 1..=9 {
        assert!(!column::<bool>(&ctx, "dead_at is not null", mail_id).await, "before attempt {attempt}");
        send_due(ctx.clone()).await.expect("tried");
        send_due(ctx.clone()).await.expect("too early");
        assert_eq!(column::<i32>(&ctx, "attempts", mail_id).await, attempt);
        wait(&ctx, SignedDuration::from_hours(24));
    }
    assert!(column::<bool>(&ctx, "dead_at is not null and last_error is not null", mail_id).await);
}
