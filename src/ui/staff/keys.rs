//! Keys of the API: made, shown once, and revoked.

use leptos::prelude::*;

use crate::{
    domain::api_key::Scope,
    rpc::{
        api_keys::{KeyLine, KeysPage as Page, load_keys},
        forms::Flash,
    },
    ui::{
        components::{Button, Empty, Field, IndexTable, Kind, Notice, Tag, Tone},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn KeysPage() -> impl IntoView {
    view! {
        <StaffLayout title="API keys" at=Desk::Keys>
            {Suspend::new(async move { answered(load_keys().await, |page| view! { <Content page/> }) })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let fresh = page.fresh.map(|key| view! { <Fresh key/> });
    let list = if page.keys.is_empty() {
        view! {
            <Empty title="No keys yet">
                <p>"A till or shop needs one to send its purchases."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <section class="panel stack" aria-label="Keys"><KeyTable keys=page.keys/></section>
        }
        .into_any()
    };
    view! {
        <h1>"API keys"</h1>
        <Outcome flash=page.flash.clone()/>
        {fresh}
        {list}
        <MakeKey flash=page.flash.of("create_key")/>
    }
}

/// The key itself, the one time that it is seen.
#[component]
fn Fresh(key: String) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            <p><b>"Copy it now: it is not shown again."</b></p>
            <p><code>{key}</code></p>
        </Notice>
    }
}

#[component]
fn KeyTable(keys: Vec<KeyLine>) -> impl IntoView {
    let rows: Vec<_> = keys.into_iter().map(|key| view! { <KeyRow key/> }).collect();
    let heads = view! {
        <th scope="col">"Source"</th>
        <th scope="col" class="only-wide">"May"</th>
        <th scope="col" class="only-wide">"Made"</th>
        <th scope="col">"Used last"</th>
        <th scope="col"><span class="visually-hidden">"Revoke"</span></th>
    };
    view! {
        <IndexTable caption="Keys, those in use first" heads>{rows}</IndexTable>
    }
}

#[component]
fn KeyRow(key: KeyLine) -> impl IntoView {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let used = key.last_used_at.map_or_else(|| "never".to_owned(), format::moment);
    let source = key.source.clone();
    let end = match key.revoked_at {
        Some(_) => view! { <Tag tone=Tone::Bad>"Revoked"</Tag> }.into_any(),
        None => view! {
            <form method="post" action=href::revoke_key()>
                <input type="hidden" name="api_key_id" value=key.api_key_id.to_string()/>
                <Button kind=Kind::Quiet>
                    "Revoke"<span class="visually-hidden">" the key of "{source}</span>
                </Button>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="wraps">
                {key.source.clone()}<br/><small class="muted"><code>{key.prefix}"…"</code></small>
            </th>
            <td class="wraps only-wide">{scopes.join(", ")}</td>
            <td class="wraps only-wide">{format::moment(key.made_at)}" by "{key.made_by}</td>
            <td>{used}</td>
            <td>{end}</td>
        </tr>
    }
}

const HINT: &str = "The till, shop or script, such as till-1. Its document ids are its own.";

#[component]
fn MakeKey(flash: Flash) -> impl IntoView {
    let scopes = Scope::ALL.map(|scope| view! { <MayDo scope/> }).into_iter().collect_view();
    let wrong = flash.error("scopes").map(|error| view! { <p class="error" id="scopes-error">{error}</p> });
    view! {
        <section class="panel stack" aria-labelledby="make-key">
            <h2 id="make-key">"Make a key"</h2>
            <form class="stack" method="post" action=href::create_key() novalidate>
                <Field name="source" label="Source" hint=HINT maxlength=60
                    value=flash.value("source", "") error=flash.error("source")/>
                <fieldset class="stack gap2" id="scopes">
                    <legend>"What it may do"</legend>
                    {wrong}
                    {scopes}
                </fieldset>
                <div class="row"><Button>"Make the key"</Button></div>
            </form>
        </section>
    }
}

/// One scope to tick. Several ticks have one name, so each has an id of its own.
#[component]
fn MayDo(scope: Scope) -> impl IntoView {
    let id = format!("scope-{}", scope.as_str().replace(':', "-"));
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() name="scopes[]" value=scope.as_str()/>
            <label for=id>{scope.words()}" "<small class="muted">{scope.as_str()}</small></label>
        </div>
    }
}
