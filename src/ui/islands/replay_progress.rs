//! How far the replay of a draft is, asked every second; the page is loaded again when it is over.

use std::time::Duration;

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};

use crate::{
    domain::points::grouped,
    rpc::drafts::{ReplayView, follow_replay},
};

const EVERY: Duration = Duration::from_secs(1);

/// Without scripts this is where it was when the page was made.
#[island]
pub fn ReplayProgress(replay: ReplayView) -> impl IntoView {
    let draft = replay.draft;
    let (line, set_line) = signal(replay);
    Effect::new(move || {
        let look = move || {
            spawn_local(async move {
                // An answer that got lost is asked for again a second later.
                match follow_replay(draft).await {
                    Ok(Some(now)) if !now.is_over => set_line.set(now),
                    Ok(_) => {
                        let _ = window().location().reload();
                    }
                    Err(_) => {}
                }
            });
        };
        if let Ok(interval) = set_interval_with_handle(look, EVERY) {
            on_cleanup(move || IntervalHandle::clear(&interval));
        }
    });
    let total = move || line.with(|line| line.members_total.max(1).to_string());
    let done = move || line.with(|line| line.members_done.clamp(0, line.members_total.max(1)).to_string());
    view! {
        <div class="goal">
            <label class="visually-hidden" for="replay-progress">"Members looked at"</label>
            <progress id="replay-progress" value=done max=total></progress>
            <p class="goal__words" aria-live="off">{move || line.with(words)}</p>
        </div>
    }
}

/// 1,200 of 2,357 members
fn words(line: &ReplayView) -> String {
    match line.members_total {
        0 => "It starts in a moment".to_owned(),
        total => format!("{} of {} members", grouped(line.members_done), grouped(total)),
    }
}
