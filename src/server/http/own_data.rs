//! All that is stored about the member who is signed in, as one file. It is written page by page while it is
//! sent, so however much there is, little of it is in memory at a time.

use std::fmt::Write;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use tower_sessions::Session;
use tracing::warn;

use super::problem;
use crate::server::{
    context::Context,
    error::Result,
    exports::{self, PARTS},
    identity::{Caller, Member, sessions},
};

const PATH: &str = "/me/data.json";

pub fn routes(context: &Context) -> Router {
    Router::new().route(PATH, get(download)).layer(sessions::layer(context)).with_state(context.clone())
}

async fn download(State(ctx): State<Context>, session: Session, headers: HeaderMap) -> Response {
    let member = match sessions::caller(&ctx, &session).await {
        Ok(Some(Caller::Member(member))) => member,
        Ok(Some(Caller::Staff(_))) => {
            return problem::answer(StatusCode::FORBIDDEN, "This page is for members.", &headers);
        }
        Ok(None) => return Redirect::to("/sign-in?next=/me").into_response(),
        Err(error) => return broken(error, &headers),
    };
    let profile = match exports::profile(&ctx, &member).await {
        Ok(profile) => profile,
        Err(error) => return broken(error, &headers),
    };
    let told = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    // Who compresses it asks again after the end.
    let pieces = stream::unfold(Telling::of(ctx, member, &profile), Telling::next).fuse();
    (told, Body::from_stream(pieces)).into_response()
}

fn broken(error: crate::server::error::Error, headers: &HeaderMap) -> Response {
    warn!("A member's data can't be sent: {error}");
    problem::answer(StatusCode::SERVICE_UNAVAILABLE, "Try again later.", headers)
}

/// The file as far as it is written.
struct Telling {
    ctx: Context,
    member: Member,
    /// What is to be sent next.
    text: String,
    /// The part that is being written, by its place, and the key of the last row of it that was.
    part: usize,
    after: Option<String>,
    ended: bool,
}

impl Telling {
    fn of(ctx: Context, member: Member, profile: &Value) -> Self {
        let text = format!("{{\n\"profile\": {profile},\n\"{}\": [", PARTS[0]);
        Self { ctx, member, text, part: 0, after: None, ended: false }
    }

    /// The next piece. A failure cuts the file off, so that nobody takes a part of it for all.
    async fn next(mut self) -> Option<(Result<Bytes>, Self)> {
        if self.ended {
            return None;
        }
        if let Err(error) = self.write().await {
            warn!("A member's data was cut off: {error}");
            self.ended = true;
            return Some((Err(error), self));
        }
        let piece = std::mem::take(&mut self.text);
        Some((Ok(piece.into()), self))
    }

    /// Adds a page of the part, or ends it and begins the next.
    async fn write(&mut self) -> Result<()> {
        let page = exports::part(&self.ctx, &self.member, PARTS[self.part], self.after.as_deref()).await?;
        for row in &page {
            let comma = if self.after.is_some() { "," } else { "" };
            let _ = write!(self.text, "{comma}\n{}", row.row);
            self.after = Some(row.key.clone());
        }
        if page.is_empty() {
            (self.part, self.after) = (self.part + 1, None);
            if let Some(part) = PARTS.get(self.part) {
                let _ = write!(self.text, "\n],\n\"{part}\": [");
            } else {
                self.text.push_str("\n]\n}\n");
                self.ended = true;
            }
        }
        Ok(())
    }
}
