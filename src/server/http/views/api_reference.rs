//! The document of the API as people read it: the same calls, with a line for the shell each.

use serde_json::{Map, Value};

use crate::{
    rpc::api_reference::{Call, Group, Parameter, Reference},
    server::{context::Context, error::Result, http::api},
};

/// Every call of the document, in the order of its groups.
pub fn show(ctx: &Context) -> Result<Reference> {
    let document = serde_json::to_value(api::document())?;
    let empty = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&empty);
    let calls: Vec<(String, Call)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().into_iter().flatten().map(move |(m, call)| (path, m, call))
        })
        .map(|(path, method, call)| {
            (text(&call["tags"][0]), read(&document, &ctx.config.public_url(), path, method, call))
        })
        .collect();
    let groups = items(&document["tags"]).iter().map(|tag| {
        let name = text(&tag["name"]);
        let calls = calls.iter().filter(|(of, _)| *of == name).map(|(_, call)| call.clone()).collect();
        Group { name, intro: text(&tag["description"]), calls }
    });
    Ok(Reference { intro: text(&document["info"]["description"]), groups: groups.collect() })
}

fn read(document: &Value, url: &str, path: &str, method: &str, call: &Value) -> Call {
    let parameters = items(&call["parameters"]).iter().map(|parameter| Parameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        words: text(&parameter["description"]),
    });
    let answers = call["responses"].as_object().into_iter().flatten();
    Call {
        id: text(&call["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&call["summary"]),
        words: text(&call["description"]),
        parameters: parameters.collect(),
        curl: curl(url, path, method, example(document, &call["requestBody"])),
        answers: answers.map(|(status, answer)| (status.clone(), text(&answer["description"]))).collect(),
    }
}

/// The example of a body, which stands at the schema that the body refers to.
fn example(document: &Value, body: &Value) -> Option<Value> {
    let schema = &body["content"]["application/json"]["schema"];
    let name = std::iter::once(schema)
        .chain(items(&schema["oneOf"]))
        .find_map(|schema| schema["$ref"].as_str()?.strip_prefix("#/components/schemas/"))?;
    Some(document["components"]["schemas"][name]["example"].clone()).filter(|example| !example.is_null())
}

fn curl(url: &str, path: &str, method: &str, body: Option<Value>) -> String {
    let post = if method == "post" && body.is_none() { " -X POST" } else { "" };
    let mut line = format!("curl{post} {url}{path} \\\n  -H \"Authorization: Bearer $KEY\"");
    if let Some(body) = body {
        let json = serde_json::to_string_pretty(&body).unwrap_or_default();
        line.push_str(" \\\n  -H 'Content-Type: application/json' \\\n  -d '");
        line.push_str(&json);
        line.push('\'');
    }
    line
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
