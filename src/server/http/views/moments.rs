//! Moments as pages show them.

use uuid::Uuid;

use super::Here;
use crate::{
    domain::moment::Moment,
    rpc::moments::{InboxLine, InboxView, MomentView},
    server::{context::Context, error::Result, identity::Member, moments},
};

/// How many moments a page of the inbox has.
const PAGE: i64 = 30;

pub async fn inbox(ctx: &Context, member: &Member, before: Option<Uuid>) -> Result<InboxView> {
    let here = Here::of(ctx).await?;
    let mut kept = moments::read(ctx, member, before, PAGE + 1).await?;
    let more = kept.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    kept.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = if more { kept.last().map(|last| last.moment_id) } else { None };
    let lines =
        kept.into_iter().map(|kept| InboxLine { is_new: kept.is_new, moment: view(&here, kept.moment) });
    Ok(InboxView { lines: lines.collect(), next, first: before.is_none(), today: here.today })
}

pub async fn views(ctx: &Context, moments: Vec<Moment>) -> Result<Vec<MomentView>> {
    let here = Here::of(ctx).await?;
    Ok(moments.into_iter().map(|moment| view(&here, moment)).collect())
}

pub(super) fn view(here: &Here, moment: Moment) -> MomentView {
    MomentView {
        about: moment.kind.about().to_owned(),
        heading: moment.heading,
        words: moment.words,
        glyph: moment.glyph,
        metal: moment.metal,
        on: here.day(moment.happened_at),
    }
}
