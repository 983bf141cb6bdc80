//! Files of imports, in and out: an upload is larger and slower than any form, so it has limits of its own.

use axum::{
    Router,
    extract::{
        DefaultBodyLimit, Multipart, Path, State,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tower_sessions::Session;

use super::{forms, problem};
use crate::{
    domain::{
        ids::ImportId,
        refusal::{Code, Refusal},
    },
    rpc::forms::Flash,
    server::{
        context::Context,
        error::{Error, Result},
        identity::{Caller, Staff, sessions},
        imports::{
            self, KEPT_REJECTS, report,
            uploads::{self, Upload},
        },
    },
};

const PAGE: &str = "/staff/imports";
/// The other fields of the form, and what stands between them.
const BESIDES_THE_FILE: usize = 64 * 1024;

pub fn routes(context: &Context) -> Router {
    Router::new()
        .route("/staff/imports/upload", post(upload))
        .route("/staff/imports/{import_id}/rejects.csv", get(rejects))
        .layer(sessions::layer(context))
        .layer(DefaultBodyLimit::max(uploads::MAX_BYTES + BESIDES_THE_FILE))
        .with_state(context.clone())
}

/// Takes a file in and leads to the page where its columns are chosen.
async fn upload(
    State(ctx): State<Context>,
    session: Session,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let staff = match staff(&ctx, &session).await {
        Ok(staff) => staff,
        Err(error) => return failed(&error, &headers),
    };
    let mut typed = Vec::new();
    match receive(&ctx, &staff, form, &mut typed).await {
        Ok(import_id) => Redirect::to(&format!("{PAGE}/{import_id}")).into_response(),
        Err(Error::Refused(refusal)) => back(refusal, typed),
        Err(error) => failed(&error, &headers),
    }
}

/// Reads the form's fields in the order in which the page has them: the file comes last.
async fn receive(
    ctx: &Context,
    staff: &Staff,
    mut form: Multipart,
    typed: &mut Vec<(String, String)>,
) -> Result<ImportId> {
    let mut import_id = None;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        match field.name().unwrap_or_default() {
            "request_id" => import_id = field.text().await.map_err(|error| unreadable(&error))?.parse().ok(),
            "source" => {
                let source = field.text().await.map_err(|error| unreadable(&error))?;
                typed.push(("source".to_owned(), source));
            }
            "file" => {
                let import_id = ImportId(import_id.ok_or_else(incomplete)?);
                let source = typed.first().map_or("", |(_, source)| source.as_str());
                take_file(ctx, staff, import_id, source, field).await?;
                return Ok(import_id);
            }
            _ => {}
        }
    }
    Err(incomplete())
}

async fn take_file(
    ctx: &Context,
    staff: &Staff,
    import_id: ImportId,
    source: &str,
    mut file: Field<'_>,
) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Err(Error::field("file", "Choose a file"));
    }
    let Some(mut upload) = Upload::begin(ctx, staff, import_id, &name, source).await? else { return Ok(()) };
    let outcome = async {
        while let Some(chunk) = file.chunk().await.map_err(|error| unreadable(&error))? {
            upload.write(&chunk).await?;
        }
        upload.finish(ctx).await
    };
    match outcome.await {
        Ok(()) => Ok(()),
        Err(error) => {
            uploads::forget(ctx, import_id).await?;
            Err(error)
        }
    }
}

/// The rows that could not be imported.
async fn rejects(
    State(ctx): State<Context>,
    session: Session,
    headers: HeaderMap,
    Path(import_id): Path<uuid::Uuid>,
) -> Response {
    match report(&ctx, &session, ImportId(import_id)).await {
        Ok((name, csv)) => {
            let name = format!("attachment; filename=\"{name}\"");
            let headers =
                [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, &name)];
            (headers, csv).into_response()
        }
        Err(error) => failed(&error, &headers),
    }
}

async fn report(ctx: &Context, session: &Session, import_id: ImportId) -> Result<(String, Vec<u8>)> {
    let staff = staff(ctx, session).await?;
    let import = imports::find(ctx, &staff, import_id).await?;
    let rejects = imports::rejects(ctx, &staff, import_id, KEPT_REJECTS).await?;
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = import.file_name.chars().map(plain).collect();
    Ok((format!("{name}.rejects.csv"), report::csv(&rejects)?))
}

async fn staff(ctx: &Context, session: &Session) -> Result<Staff> {
    match sessions::caller(ctx, session).await? {
        Some(Caller::Staff(staff)) => Ok(staff),
        Some(Caller::Member(_)) => Err(Error::refused(Code::Forbidden, "This page is for staff.")),
        None => Err(Error::refused(Code::SignInRequired, "Sign in first.")),
    }
}

/// Back to the form, where the refusal stands beside its field.
fn back(refusal: Refusal, typed: Vec<(String, String)>) -> Response {
    // What is wrong with the file as such stands beside the field of the file.
    let refusal = if refusal.code == Code::UnreadableFile {
        match Error::field("file", refusal.message) {
            Error::Refused(refusal) => refusal,
            Error::Broken(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    } else {
        refusal
    };
    let flash = Flash { form: "upload".to_owned(), refusal: Some(refusal), typed, notice: None };
    let mut response = Redirect::to(PAGE).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&forms::cookie(&flash)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn failed(error: &Error, headers: &HeaderMap) -> Response {
    match error {
        Error::Refused(refusal) => {
            if refusal.code == Code::SignInRequired {
                return Redirect::to(&format!("/sign-in?next={PAGE}")).into_response();
            }
            problem::answer(problem::status(refusal.code), &refusal.message, headers)
        }
        Error::Broken(broken) => {
            let detail =
                format!("Something broke on our side. Nothing was changed. Reference {}", broken.log());
            problem::answer(StatusCode::INTERNAL_SERVER_ERROR, &detail, headers)
        }
    }
}

fn unreadable(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return uploads::too_large();
    }
    Error::field("file", "The upload was interrupted. Try again")
}

fn incomplete() -> Error {
    Error::field("file", "Choose a file")
}
