//! Takes connections and lets them go: with a limit on how long a client may take to ask, which axum's own
//! server does not have, and with a graceful end.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tracing::{debug, warn};

/// How long a client may take to send the head of a request, and to think between two.
const LONGEST_HEAD: Duration = Duration::from_secs(30);
/// How long requests that are being answered may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(10);
/// How long to wait when the machine has no more to give, such as open files.
const BREATH: Duration = Duration::from_millis(500);

/// Answers until `stop` is cancelled: then no new connections are taken, and what runs may end.
pub async fn serve(listener: TcpListener, router: Router, stop: &CancellationToken) {
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => answer(stream, peer, router.clone(), &connections),
            Err(error) => {
                warn!("A connection can't be taken: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        warn!("Some requests did not end within {} seconds and were cut off", GRACE.as_secs());
    }
}

/// Answers one connection in a task of its own.
fn answer(stream: TcpStream, peer: SocketAddr, router: Router, connections: &GracefulShutdown) {
    // Without this, each streamed page waits some 40 ms for an acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        debug!("A connection was lost before it was answered: {error}");
    }
    let service = service_fn(move |request: Request<Incoming>| one(router.clone(), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            debug!("A connection ended early: {error}");
        }
    });
}

async fn one(router: Router, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
