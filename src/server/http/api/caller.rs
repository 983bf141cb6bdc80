//! Who is asking: the key in `Authorization`, with the scope that the call needs.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};

use super::{Api, problem::Problem};
use crate::{
    domain::api_key::Scope,
    server::api_keys::{self, ApiKey},
};

/// A good key that may do what `S` names; a handler that takes one can't forget to ask.
pub struct Caller<S> {
    pub key: ApiKey,
    scope: PhantomData<S>,
}

/// A scope as a type.
pub trait Needs {
    /// `None`: any key will do.
    const SCOPE: Option<Scope>;
}

macro_rules! needs {
    ($($name:ident $scope:expr),+ $(,)?) => {$(
        pub struct $name;

        impl Needs for $name {
            const SCOPE: Option<Scope> = $scope;
        }
    )+};
}

needs! {
    AnyKey None,
    PurchasesWrite Some(Scope::PurchasesWrite),
    MembersRead Some(Scope::MembersRead),
    MembersWrite Some(Scope::MembersWrite),
    RewardsRead Some(Scope::RewardsRead),
    RedemptionsWrite Some(Scope::RedemptionsWrite),
    ActivitiesWrite Some(Scope::ActivitiesWrite),
}

impl<S: Needs> FromRequestParts<Api> for Caller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let key = match secret(parts) {
            Some(secret) => api_keys::authenticate(&api.ctx, secret).await?,
            None => None,
        };
        let Some(key) = key else {
            let detail = "Send a key that is good as Authorization: Bearer laurel_…; \
                          `laurel api-key create` makes one";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "no_key", detail));
        };
        if let Err(over) = api.meter.count(&api.ctx, &key).await? {
            return Err(Problem::too_many(over.seconds));
        }
        if let Some(scope) = S::SCOPE.filter(|scope| !scope.is_among(&key.scopes)) {
            let detail = format!("This key lacks the scope {}; make one that has it", scope.as_str());
            return Err(Problem::new(StatusCode::FORBIDDEN, "missing_scope", detail));
        }
        Ok(Self { key, scope: PhantomData })
    }
}

fn secret(parts: &Parts) -> Option<&str> {
    let (scheme, secret) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
