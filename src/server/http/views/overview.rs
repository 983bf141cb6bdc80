//! The staff's overview.

use super::Here;
use crate::{
    rpc::reports::OverviewPage,
    server::{context::Context, error::Result, http::forms, identity::Staff, reports},
};

pub async fn show(ctx: &Context, by: &Staff) -> Result<OverviewPage> {
    let here = Here::of(ctx).await?;
    Ok(OverviewPage {
        flash: forms::take_flash(),
        overview: reports::overview(ctx, by).await?,
        currency: here.currency(),
        today: here.today,
        as_of: here.local(here.now),
    })
}
