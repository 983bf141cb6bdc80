//! Segments as staff see and give them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, forms::Flash};
use crate::domain::ids::MemberId;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TagsPage {
    pub flash: Flash,
    /// Each with how many members carry it.
    pub tags: Vec<(String, i64)>,
}

#[server]
pub async fn load_tags() -> Result<TagsPage, Failure> {
    use crate::server::{
        http::{self, forms},
        identity, tags,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    Ok(TagsPage { flash: forms::take_flash(), tags: tags::counts(&ctx, &staff).await? })
}

#[server]
pub async fn put_tag_on(member_id: MemberId, tag: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, tags,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let outcome = tags::put_on(&ctx, &staff, member_id, &tag).await;
    Ok(forms::finish("tags", &page, &[("tag", &tag)], outcome, |()| {
        forms::Landing::saying(page.clone(), "The member is in the segment from the next purchase on.")
    })?)
}

#[server]
pub async fn take_tag_off(member_id: MemberId, tag: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity, tags,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let page = format!("/staff/members/{member_id}");
    let outcome = tags::take_off(&ctx, &staff, member_id, &tag).await;
    Ok(forms::finish("tags", &page, &[], outcome, |()| {
        forms::Landing::saying(page.clone(), "The member is no longer in the segment.")
    })?)
}
