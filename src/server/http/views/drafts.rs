//! A draft of the rules on its page.

use uuid::Uuid;

use super::{
    Here, basket,
    rules::{Saved, saved},
};
use crate::{
    domain::replay::changes::changes,
    rpc::drafts::{BasketForm, DraftPage, ReplayView},
    server::{
        context::Context,
        error::Result,
        http::forms::{self, Landing},
        identity::Staff,
        replay::runs,
        rules::{drafts, editing},
    },
};

pub async fn show(ctx: &Context, by: &Staff, id: Uuid, typed: Option<BasketForm>) -> Result<DraftPage> {
    let here = Here::of(ctx).await?;
    let kept = drafts::find(ctx, by, id).await?;
    let live = editing::list(ctx).await?;
    Ok(DraftPage {
        flash: forms::take_flash(),
        id,
        saved: saved(&here, &kept.saved_by, kept.saved_at),
        changes: changes(&kept.draft, &live),
        refusal: kept.draft.over(&live).err(),
        basket: basket::show(ctx, by, typed, Some(&kept.draft)).await?,
        replay: replay(ctx, by, id).await?,
        title: kept.title,
    })
}

/// How far the replay of a draft is.
pub async fn replay(ctx: &Context, by: &Staff, id: Uuid) -> Result<Option<ReplayView>> {
    let run = runs::follow(ctx, by, id).await?;
    Ok(run.map(|run| ReplayView {
        draft: id,
        members_done: run.members_done,
        members_total: run.members_total,
        is_over: run.finished_at.is_some(),
        report: run.report,
        failure: run.failure,
    }))
}

/// Where a form leads that made a draft, or something live.
pub fn landing(saved: Saved) -> Landing {
    match saved {
        Saved::Live => Landing::saying(
            "/staff/rules",
            "It is live: it counts from now on, or from the day on which it begins.",
        ),
        Saved::Draft(id) => Landing::saying(
            format!("/staff/rules/drafts/{id}"),
            "Kept as a draft. Nothing counts before it is made live.",
        ),
    }
}
