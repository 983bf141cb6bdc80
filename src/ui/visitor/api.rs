//! Every call of the API, for those who connect a till: what it does, what it takes, what it answers.

use leptos::prelude::*;

use crate::{
    rpc::api_reference::{Call, Group, Parameter, Reference, load_api_reference},
    ui::{failure::answered, href, visitor::layout::VisitorLayout},
};

#[component]
pub fn ApiPage() -> impl IntoView {
    view! {
        <VisitorLayout title="API">
            {Suspend::new(async move {
                answered(load_api_reference().await, |reference| view! { <Content reference/> })
            })}
        </VisitorLayout>
    }
}

#[component]
fn Content(reference: Reference) -> impl IntoView {
    let index: Vec<_> = reference.groups.iter().flat_map(|group| &group.calls).map(entry).collect();
    let groups: Vec<_> = reference.groups.into_iter().map(|group| view! { <CallGroup group/> }).collect();
    view! {
        <div class="wrap stack gap5">
            <div class="page-head">
                <h1>"The API"</h1>
                <p>{reference.intro}</p>
                <p>
                    "Programs read the same at "<a href=href::api_document()>"/api/openapi.json"</a>
                    " (OpenAPI 3.1). Staff make keys, or "<code>"laurel api-key create"</code>"."
                </p>
            </div>
            <nav class="panel" aria-label="Calls"><ul class="stack gap2" role="list">{index}</ul></nav>
            {groups}
        </div>
    }
}

fn entry(call: &Call) -> impl IntoView + use<> {
    let (method, path, summary) = (call.method.clone(), call.path.clone(), call.summary.clone());
    view! { <li><a href=format!("#{}", call.id)>{summary}</a>" "<code>{method}" "{path}</code></li> }
}

#[component]
fn CallGroup(group: Group) -> impl IntoView {
    let calls: Vec<_> = group.calls.into_iter().map(|call| view! { <CallPanel call/> }).collect();
    let id = group.name.to_lowercase();
    let heading = id.clone();
    view! {
        <section class="stack gap5" aria-labelledby=id>
            <div><h2 id=heading>{group.name}</h2><p>{group.intro}</p></div>
            {calls}
        </section>
    }
}

#[component]
fn CallPanel(call: Call) -> impl IntoView {
    let heading = call.id.clone();
    let words: Vec<_> = call.words.split("\n\n").map(|words| view! { <p>{coded(words)}</p> }).collect();
    let parameters =
        (!call.parameters.is_empty()).then(|| view! { <Parameters parameters=call.parameters/> });
    let answers: Vec<_> = call
        .answers
        .into_iter()
        .map(|(status, words)| {
            view! { <tr><th scope="row">{status}</th><td class="wraps">{coded(&words)}</td></tr> }
        })
        .collect();
    view! {
        <article class="panel stack" aria-labelledby=call.id>
            <h3 id=heading>{call.summary}</h3>
            <p><code>{call.method}" "{call.path}</code></p>
            {words}
            {parameters}
            <div class="scroll" tabindex="0" role="group" aria-label="Example, scrolls sideways">
                <pre><code>{call.curl}</code></pre>
            </div>
            <table class="table">
                <caption class="visually-hidden">"Answers"</caption>
                <thead><tr><th scope="col">"Status"</th><th scope="col">"When"</th></tr></thead>
                <tbody>{answers}</tbody>
            </table>
        </article>
    }
}

#[component]
fn Parameters(parameters: Vec<Parameter>) -> impl IntoView {
    let rows = parameters.into_iter().map(|parameter| {
        view! {
            <tr>
                <th scope="row"><code>{parameter.name}</code></th>
                <td>{parameter.place}</td>
                <td class="wraps">{coded(&parameter.words)}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <table class="table">
            <caption class="visually-hidden">"Parameters"</caption>
            <thead>
                <tr>
                    <th scope="col">"Parameter"</th><th scope="col">"In"</th><th scope="col">"Meaning"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Words in which code stands between backticks.
fn coded(words: &str) -> Vec<AnyView> {
    let part = |(at, part): (usize, &str)| {
        let part = part.to_owned();
        if at % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    };
    words.split('`').enumerate().map(part).collect()
}
