//! One HTTP connection that is kept open, as a till has it.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    key: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Bytes,
    pub took: Duration,
}

impl Client {
    pub async fn connect(host: &str, key: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, host: host.to_owned(), key: key.to_owned() })
    }

    pub async fn post(&mut self, path: &str, body: String) -> Result<Answer> {
        let request = Request::post(path)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))?;
        let since = Instant::now();
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body, took: since.elapsed() })
    }
}
