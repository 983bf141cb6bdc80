//! A voucher as it is handed in.

use super::{Here, rewards::voucher};
use crate::{
    domain::{refusal::Code, text::sought},
    rpc::vouchers::{TillPage, TillView},
    server::{
        context::Context,
        error::{Error, Result},
        http::forms,
        identity::Staff,
        members::directory,
        rewards::{Redemption, till},
    },
};

pub async fn show(ctx: &Context, by: &Staff, code: String) -> Result<TillPage> {
    let here = Here::of(ctx).await?;
    let code = sought(&code);
    let found = match till::look_up(ctx, by, &code).await {
        Ok(redemption) => Some(view(ctx, by, &here, redemption).await?),
        Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(TillPage { flash: forms::take_flash(), code, found, today: here.today })
}

async fn view(ctx: &Context, by: &Staff, here: &Here, redemption: Redemption) -> Result<TillView> {
    let member = directory::find(ctx, by, redemption.member_id).await?;
    Ok(TillView {
        picture: redemption.picture.clone(),
        member_id: redemption.member_id,
        member_name: member.display_name,
        used_at: redemption.used_at.map(|at| here.local(at)),
        voucher: voucher(here, redemption),
    })
}
