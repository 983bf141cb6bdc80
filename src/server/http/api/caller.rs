//! Who is asking: the key in `Authorization`, with the scope that the call needs.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};

use super::{Api, problem::Problem};
use crate::{
    domain::{api_key::Scope, program::Program},
    server::{
        api_keys::{self, ApiKey},
        context::Context,
        error::Result as Read,
        gather::{Gather, Rounds},
        program,
    },
};

/// A good key that may do what `S` names; a handler that takes one can't forget to ask.
pub struct Caller<S> {
    pub key: ApiKey,
    /// The program as it was when the key was looked at.
    pub program: Arc<Program>,
    scope: PhantomData<S>,
}

/// How calls are looked at together.
const ROUNDS: Rounds = Rounds { most: 256, at_once: 1, enough: 1 };

/// Where every call comes in. Calls that come at the same time are looked up together, each after it came: a
/// key that was revoked before is not good.
#[derive(Debug, Clone)]
pub struct Door(Gather<String, (Option<ApiKey>, Arc<Program>)>);

impl Door {
    pub fn open(ctx: &Context) -> Self {
        let ctx = ctx.clone();
        Self(Gather::start(ROUNDS, move |secrets| look(ctx.clone(), secrets)))
    }
}

async fn look(ctx: Context, secrets: Vec<String>) -> Read<Vec<(Option<ApiKey>, Arc<Program>)>> {
    let mut conn = ctx.pool.acquire().await?;
    let program = Arc::new(program::current(&mut conn).await?);
    let keys = api_keys::authenticate(&mut conn, &secrets, ctx.clock.now()).await?;
    Ok(keys.into_iter().map(|key| (key, Arc::clone(&program))).collect())
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
        let known = match secret(parts) {
            Some(secret) => api.door.0.ask(secret.to_owned()).await?,
            None => return Err(no_key()),
        };
        let (Some(key), program) = known else { return Err(no_key()) };
        if let Err(over) = api.meter.count(&api.ctx, &key).await? {
            return Err(Problem::too_many(over.seconds));
        }
        if let Some(scope) = S::SCOPE.filter(|scope| !scope.is_among(&key.scopes)) {
            let detail = format!("This key lacks the scope {}; make one that has it", scope.as_str());
            return Err(Problem::new(StatusCode::FORBIDDEN, "missing_scope", detail));
        }
        Ok(Self { key, program, scope: PhantomData })
    }
}

fn no_key() -> Problem {
    let detail =
        "Send a key that is good as Authorization: Bearer laurel_…; `laurel api-key create` makes one";
    Problem::new(StatusCode::UNAUTHORIZED, "no_key", detail)
}

fn secret(parts: &Parts) -> Option<&str> {
    let (scheme, secret) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
