//! Tiers as staff edit them: typed, seen, made so.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Failure, badges::Currency, forms::Flash};
use crate::domain::{
    refusal::Refusal,
    tier::draft::{TierForm, TierPreview, TiersForm},
};

/// The page of the tiers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TiersPage {
    pub flash: Flash,
    /// What was typed, or the tiers as they are.
    pub form: TiersForm,
    /// Names the edition that an edit is of.
    pub version: i64,
    pub currency: Currency,
    /// Who would move, where something was typed that makes a ladder.
    pub preview: Option<TierPreview>,
    /// What is wrong with what was typed.
    pub refusal: Option<Refusal>,
}

/// The tiers as they are, or what was typed with who would move by it. Nothing is written.
#[server]
pub async fn load_tiers(typed: Option<TiersForm>) -> Result<TiersPage, Failure> {
    use crate::server::{
        error::Error,
        http::{self, forms},
        identity, program,
        tiers::editing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let (now, version) = editing::current(&ctx, &staff).await?;
    let program = program::show(&ctx).await?;
    let unit = 10_i64.pow(program.currency_digits);
    let (mut preview, mut refusal) = (None, None);
    if let Some(typed) = &typed {
        match typed.read(unit) {
            Ok(draft) => match editing::preview(&ctx, &staff, &draft).await {
                Ok(seen) => preview = Some(seen),
                Err(Error::Refused(refused)) => refusal = Some(refused),
                Err(broken) => return Err(broken.into()),
            },
            Err(refused) => refusal = Some(refused),
        }
    }
    let form = typed.unwrap_or_else(|| TiersForm::of(&now, unit));
    let currency = Currency { code: program.currency, digits: program.currency_digits };
    Ok(TiersPage { flash: forms::take_flash(), form, version, currency, preview, refusal })
}

/// Makes what was seen what counts from now on.
#[server]
pub async fn edit_tiers(
    version: i64,
    basis: String,
    window: String,
    months: String,
    grace_days: String,
    downgrade: String,
    tiers: Vec<TierForm>,
) -> Result<(), Failure> {
    use crate::server::{
        error::Error,
        http::{self, forms},
        identity, program,
        tiers::editing,
    };
    let ctx = http::context()?;
    let staff = identity::staff(&ctx).await?;
    let unit = 10_i64.pow(program::show(&ctx).await?.currency_digits);
    let form = TiersForm { basis, window, months, grace_days, downgrade, tiers };
    let outcome = match form.read(unit) {
        Ok(draft) => editing::change(&ctx, &staff, &draft, version).await,
        Err(refused) => Err(Error::Refused(refused)),
    };
    let done =
        |()| forms::Landing::saying("/staff/tiers", "Saved. The next purchase of each member goes by it.");
    Ok(forms::finish("tiers", "/staff/tiers", &[], outcome, done)?)
}
