//! Joining, signing in and out, choosing a password through a mailed link, and confirming an address.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, forms::Flash};

/// The page where somebody joins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinPage {
    pub flash: Flash,
    pub request_id: Uuid,
    pub program: String,
    pub welcome_points: i64,
}

#[server]
pub async fn load_join() -> Result<JoinPage, Failure> {
    use crate::server::{context::new_id, http, identity, program};
    let ctx = http::context()?;
    identity::lead_home(&ctx).await?;
    let program = program::show(&ctx).await?;
    let flash = http::forms::take_flash();
    let (name, welcome_points) = (program.name, program.welcome_points);
    Ok(JoinPage { flash, request_id: new_id(), program: name, welcome_points })
}

/// Makes a member and signs them in.
#[server]
pub async fn join_program(
    display_name: String,
    email: String,
    password: String,
    request_id: Uuid,
    card: Option<String>,
) -> Result<(), Failure> {
    use crate::server::{
        http::{self, client, forms},
        identity::{self, Caller},
        members::joining::{self, Joining},
    };
    let ctx = http::context()?;
    let card = card.unwrap_or_default();
    let joining = Joining { display_name, email, password, card, request_id };
    let typed = [
        ("display_name", joining.display_name.as_str()),
        ("email", joining.email.as_str()),
        ("card", joining.card.as_str()),
    ];
    let joined = joining::join(&ctx, &client::address(), &joining).await;
    let outcome = match joined {
        Ok(member) => identity::begin_session(&ctx, &Caller::Member(member)).await,
        Err(error) => Err(error),
    };
    let done = |()| forms::Landing::saying("/home", "Welcome! You are a member now, and your card is ready.");
    Ok(forms::finish("join", "/join", &typed, outcome, done)?)
}

/// Whom a visitor of a demonstration can be; real programs have none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TryOut {
    pub name: String,
    /// What this person sees: "a member", "staff".
    pub role: String,
    pub email: String,
    pub password: String,
}

/// The page where somebody signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignInPage {
    pub flash: Flash,
    pub program: String,
    /// Where to go afterwards; safe.
    pub next: Option<String>,
    pub try_out: Vec<TryOut>,
}

#[server]
pub async fn load_sign_in(next: Option<String>) -> Result<SignInPage, Failure> {
    use crate::domain::next_path::NextPath;
    use crate::server::{demo, http, identity, program};
    let ctx = http::context()?;
    identity::lead_home(&ctx).await?;
    let next = next.as_deref().and_then(NextPath::parse).map(|next| next.as_str().to_owned());
    let program = program::show(&ctx).await?;
    let open_to_all: &[demo::SignIn] = if program.is_demo { &demo::SIGN_INS } else { &[] };
    let try_out = open_to_all.iter().map(|sign_in| TryOut {
        name: sign_in.name.to_owned(),
        role: sign_in.role.to_owned(),
        email: sign_in.email.to_owned(),
        password: sign_in.password.to_owned(),
    });
    let try_out = try_out.collect();
    Ok(SignInPage { flash: http::forms::take_flash(), program: program.name, next, try_out })
}

/// Signs in, then leads to `next` or to where the caller is at home.
#[server]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), Failure> {
    use crate::domain::next_path::NextPath;
    use crate::server::{
        http::{self, client, forms},
        identity::{self, accounts},
    };
    let ctx = http::context()?;
    let next = next.as_deref().and_then(NextPath::parse);
    let page = identity::sign_in_page(next.as_ref());
    let outcome = match accounts::sign_in(&ctx, &client::address(), &email, &password).await {
        Ok(caller) => identity::begin_session(&ctx, &caller).await.map(|()| caller),
        Err(error) => Err(error),
    };
    let done = |caller: identity::Caller| forms::Landing::at(caller.first_page(next.as_ref()));
    Ok(forms::finish("sign_in", &page, &[("email", &email)], outcome, done)?)
}

/// Ends the session, then leads to the landing page.
#[server]
pub async fn sign_out() -> Result<(), Failure> {
    use crate::server::{http::forms, identity};
    let outcome = identity::end_session().await;
    let done = |()| forms::Landing::saying("/", "You are signed out.");
    Ok(forms::finish("sign_out", "/", &[], outcome, done)?)
}

/// Mails a link to choose a new password, if the address has an account.
#[server]
pub async fn ask_for_link(email: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, client, forms},
        identity::links,
    };
    let ctx = http::context()?;
    let outcome = links::ask(&ctx, &client::address(), &email).await;
    let done = |()| {
        forms::Landing::saying(
            "/forgot",
            "If this address has an account, a mail with a link is on its way. The link works once, within \
             the hour.",
        )
    };
    Ok(forms::finish("ask_for_link", "/forgot", &[("email", &email)], outcome, done)?)
}

/// The page where a password is chosen through a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResetPage {
    pub flash: Flash,
    pub email: String,
    /// The account has no password yet.
    pub first: bool,
}

#[server]
pub async fn load_reset(token: String) -> Result<ResetPage, Failure> {
    use crate::server::{
        http::{self, forms},
        identity::links::{self, Purpose},
    };
    let link = links::look(&http::context()?, &token, Purpose::Password).await?;
    Ok(ResetPage { flash: forms::take_flash(), email: link.email.to_string(), first: link.first })
}

/// Uses a link: keeps the new password, then leads to the sign-in page.
#[server]
pub async fn choose_password(token: String, password: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity::links,
    };
    let outcome = links::choose_password(&http::context()?, &token, &password).await;
    let done = |link: links::Link| {
        let kept = if link.first { "Your password is kept" } else { "Your password is changed" };
        forms::Landing::saying("/sign-in", format!("{kept}. Sign in with it."))
    };
    let back = if token.bytes().all(|byte| byte.is_ascii_alphanumeric()) { token.as_str() } else { "old" };
    Ok(forms::finish("choose_password", &format!("/reset/{back}"), &[], outcome, done)?)
}

/// The page where an address is confirmed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfirmPage {
    pub program: String,
    pub email: String,
    /// The link takes the place of another address.
    pub is_new: bool,
}

/// `address` is that which the link is for, where it is a new one.
#[server]
pub async fn load_confirm(token: String, address: Option<String>) -> Result<ConfirmPage, Failure> {
    use crate::server::{
        http,
        identity::{
            changing,
            links::{self, Purpose},
        },
        program,
    };
    let ctx = http::context()?;
    let is_new = address.is_some();
    let email = match address {
        Some(address) => changing::look(&ctx, &token, &address).await?.1,
        None => links::look(&ctx, &token, Purpose::Confirm).await?.email,
    };
    Ok(ConfirmPage { program: program::show(&ctx).await?.name, email: email.to_string(), is_new })
}

/// Uses a link: the address is its owner's. Leads home, by way of signing in where that is needed.
#[server]
pub async fn confirm_address(token: String, address: Option<String>) -> Result<(), Failure> {
    use crate::domain::query::query_value;
    use crate::server::{
        http::{self, forms},
        identity::{self, Caller, addresses, changing},
    };
    let ctx = http::context()?;
    let outcome = match &address {
        Some(address) => changing::confirm(&ctx, &token, address).await,
        None => addresses::confirm(&ctx, &token).await.map(|link| link.email),
    };
    let signed_in = matches!(identity::caller(&ctx).await?, Some(Caller::Member(_)));
    let page = if signed_in { "/home" } else { "/sign-in" };
    let done = |email| forms::Landing::saying(page, format!("{email} is confirmed as yours."));
    let back = if token.bytes().all(|byte| byte.is_ascii_alphanumeric()) { token.as_str() } else { "old" };
    let query = address.map(|address| format!("?address={}", query_value(&address))).unwrap_or_default();
    Ok(forms::finish("confirm_address", &format!("/confirm/{back}{query}"), &[], outcome, done)?)
}

/// Mails a link to the address that the member wants to sign in with from now on.
#[server]
pub async fn change_address(email: String, password: String) -> Result<(), Failure> {
    use crate::server::{
        http::{self, client, forms},
        identity::{self, changing},
    };
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let asked = changing::ask(&ctx, &client::address(), &member, &email, &password).await;
    let said = "If the address is free, a mail with a link is on its way to it. Until you open the link, you \
                sign in as before.";
    let done = |()| forms::Landing::saying("/me", said);
    Ok(forms::finish("address", "/me", &[("email", &email)], asked, done)?)
}

/// Mails the link that confirms the member's address again.
#[server]
pub async fn ask_for_confirmation() -> Result<(), Failure> {
    use crate::server::{
        http::{self, forms},
        identity::{self, addresses},
    };
    let ctx = http::context()?;
    let member = identity::member(&ctx).await?;
    let outcome = addresses::ask(&ctx, &member).await;
    let done = |()| forms::Landing::saying("/home", "A mail with a link is on its way to you.");
    Ok(forms::finish("ask_for_confirmation", "/home", &[], outcome, done)?)
}
