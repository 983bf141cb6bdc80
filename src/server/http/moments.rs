//! What reaches an open page by itself: server-sent events of the member who is signed in.
//!
//! `sheet` is the celebration as HTML, `said` the same in a sentence for screen readers, `balance` the points
//! that can be spent, as they are shown, `home` what a home page shows now, as HTML.

#[cfg(test)]
mod tests;

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures_util::stream;
use leptos::prelude::{IntoView, Owner, RenderHtml, view};
use serde::Deserialize;
use tokio::time::Instant;
use tower_sessions::Session;
use tracing::warn;

use super::{problem, views};
use crate::{
    domain::points::grouped,
    server::{
        context::Context,
        error::Result,
        identity::{Caller, Member, sessions},
        ledger, moments,
        watchers::Watching,
    },
    ui::member::{
        celebration::{self, Sheet},
        home::Now,
    },
};

/// How long one answer goes on; the browser asks again by itself.
const LASTS: Duration = Duration::from_mins(10);

pub fn routes(context: &Context) -> Router {
    Router::new().route("/moments", get(follow)).layer(sessions::layer(context)).with_state(context.clone())
}

/// What a page says of itself.
#[derive(Deserialize)]
struct Asked {
    /// Of a home page: the balance that it shows.
    home: Option<i64>,
}

async fn follow(
    State(ctx): State<Context>,
    Query(asked): Query<Asked>,
    session: Session,
    headers: HeaderMap,
) -> Response {
    let member = match sessions::caller(&ctx, &session).await {
        Ok(Some(Caller::Member(member))) => member,
        // A page outlives its session: no content tells the browser not to ask again, and is no error.
        Ok(_) => return StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            warn!("A page can't be kept up to date: {error}");
            return problem::answer(StatusCode::SERVICE_UNAVAILABLE, "Try again later.", &headers);
        }
    };
    // Enough pages are open.
    let Some(watching) = ctx.watchers.watch(member.member_id) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let until = Instant::now() + LASTS;
    let page = Page {
        ctx,
        session,
        member,
        watching,
        until,
        begun: false,
        balance: asked.home,
        is_home: asked.home.is_some(),
        queue: VecDeque::new(),
    };
    let events = stream::unfold(page, async |mut page| {
        let event = page.next().await?;
        Some((Ok::<_, Infallible>(event), page))
    });
    ([("x-accel-buffering", "no")], Sse::new(events).keep_alive(KeepAlive::default())).into_response()
}

/// A page that is open.
struct Page {
    ctx: Context,
    session: Session,
    member: Member,
    watching: Watching,
    until: Instant,
    begun: bool,
    /// What the page was told last.
    balance: Option<i64>,
    is_home: bool,
    queue: VecDeque<Event>,
}

impl Page {
    /// The next event; `None` ends the answer.
    async fn next(&mut self) -> Option<Event> {
        while self.queue.is_empty() {
            if self.begun && !tokio::time::timeout_at(self.until, self.watching.changed()).await.ok()? {
                return None;
            }
            match self.look().await {
                Ok(true) => self.begun = true,
                Ok(false) => return None,
                Err(error) => {
                    warn!("A page can't be kept up to date any more: {error}");
                    return None;
                }
            }
        }
        self.queue.pop_front()
    }

    /// Queues what the page has not heard of; `false` when its member has signed out meanwhile.
    async fn look(&mut self) -> Result<bool> {
        if self.begun && !sessions::lives(&self.ctx, &self.session).await? {
            return Ok(false);
        }
        let balance = ledger::balances(&self.ctx, self.member.member_id).await?.available;
        let is_new = self.balance.replace(balance) != Some(balance);
        if is_new {
            self.queue.push_back(event("balance", &grouped(balance)));
        }
        // News may leave the balance as it is: a step of a challenge, or points for another day.
        if self.is_home && (is_new || self.begun) {
            let page = views::home::now(&self.ctx, &self.member).await?;
            self.queue.push_back(event("home", &drawn(|| view! { <Now page/> })));
        }
        let untold = moments::take_untold(&self.ctx, &self.member).await?;
        if !untold.is_empty() {
            let views = views::moments::views(&self.ctx, untold).await?;
            let said = celebration::said(&views);
            self.queue.push_back(event("sheet", &drawn(|| view! { <Sheet moments=views/> })));
            self.queue.push_back(event("said", &said));
        }
        Ok(true)
    }
}

/// A part of a page as HTML.
fn drawn<V: IntoView>(draw: impl FnOnce() -> V) -> String {
    Owner::new().with(|| draw().into_view().to_html())
}

/// A carriage return would end a line of the answer, and there is none in what we say.
fn event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(data.replace('\r', ""))
}
