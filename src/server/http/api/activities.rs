//! Activities: what members did besides buying.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use jiff::tz::TimeZone;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Answers, Api, OfBody,
    caller::{ActivitiesWrite, Caller},
    problem::Problem,
    purchases::{Earning, answer},
    reading::{NOT_AN_INSTANT, Sent, Wrong, instant},
    values::{MemberName, unknown_member},
};
use crate::{
    domain::activity::{Activity, MAX_ATTRIBUTES, is_kind},
    server::{earning::activities, error::Error, program},
};

/// What somebody did, and when: a visit, a review, a survey, bottles brought back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "bottles-77", "member": { "external_id": "customer-1007" }, "kind": "recycling",
    "occurred_at": "2026-11-21T09:30:00+01:00",
    "attributes": { "material": "glass", "quantity": 6, "store": "Canal Street" },
}))]
pub struct NewActivity {
    /// The source's own id: one effect each, for ever. Purchases and activities share the ids.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    member: MemberName,
    /// Lower case letters, digits, dashes and underscores.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z0-9_-]{1,40}$", example = "recycling")]
    kind: String,
    /// RFC 3339; a bare date or local time is read in the program's zone.
    #[schema(example = "2026-11-21T09:30:00+01:00")]
    occurred_at: String,
    /// What rules may look at, at most 20. `quantity` says how many things (a whole number), `store` where.
    #[schema(value_type = Option<BTreeMap<String, AttributeValue>>)]
    attributes: Option<BTreeMap<String, AttributeValue>>,
}

/// A text, a number or a truth; rules compare them as texts.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged, expecting = "give a text, a number, true or false")]
pub enum AttributeValue {
    Text(String),
    Truth(bool),
    #[schema(value_type = f64)]
    Number(serde_json::Number),
}

impl AttributeValue {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Truth(truth) => truth.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl NewActivity {
    /// Reads an activity of this source; every field that is wrong is named.
    fn read(self, source: &str, zone: &TimeZone) -> Result<Activity, Problem> {
        let mut wrong = Wrong::default();
        wrong.text("id", &self.id, 200);
        let member = self.member.read(&mut wrong);
        if !is_kind(&self.kind) {
            wrong.say("kind", "Name the kind with 1 to 40 lower case letters, digits, dashes or underscores");
        }
        let occurred_at = instant(&self.occurred_at, zone);
        if occurred_at.is_none() {
            wrong.say("occurred_at", NOT_AN_INSTANT);
        }
        let attributes = self.attributes.unwrap_or_default();
        if attributes.len() > MAX_ATTRIBUTES {
            wrong.say("attributes", format!("An activity has at most {MAX_ATTRIBUTES} attributes"));
        }
        let mut read = BTreeMap::new();
        for (name, value) in attributes {
            let value = value.text();
            wrong.text("attributes", &name, 40);
            // A JSON pointer names a part with ~0 for a tilde and ~1 for a slash.
            let place = format!("attributes/{}", name.replace('~', "~0").replace('/', "~1"));
            wrong.text(&place, &value, 200);
            read.insert(name, value);
        }
        let (source, document_id, kind) = (source.to_owned(), self.id, self.kind);
        let member = wrong.finish(member)?.ok_or_else(unknown_member)?;
        let occurred_at = occurred_at.unwrap_or_default();
        Ok(Activity { source, document_id, member, kind, occurred_at, attributes: read })
    }
}

/// Record an activity
///
/// The member gets points for it, by the rules for its kind that were live when it was done; an activity that
/// no rule looks at is kept and earns nothing. The same body again gets the same answer, with
/// `Idempotent-Replayed: true`; another body under the same id is refused. An unknown `external_id` makes a
/// member, who can claim the card later.
#[utoipa::path(post, path = "/activities", tag = "Activities", operation_id = "record_activity",
    request_body = NewActivity,
    responses(
        (status = 201, description = "Recorded", body = Earning),
        (status = 200, description = "Sent again: the same answer", body = Earning,
            headers(("Idempotent-Replayed" = String, description = "true"))),
        (status = 409, description = "`document_conflict`: the id was used for another body", body = Problem,
            content_type = "application/problem+json"),
        OfBody, Answers))]
pub async fn record(
    State(api): State<Api>,
    caller: Caller<ActivitiesWrite>,
    Sent(new): Sent<NewActivity>,
) -> Result<Response, Problem> {
    let zone = program::show(&api.ctx).await?.zone();
    let activity = new.read(&caller.key.source, &zone)?;
    let id = activity.document_id.clone();
    let recorded = api.whole(|ctx| async move {
        let outcome = activities::record(&ctx, &[activity]).await?.pop();
        outcome.ok_or_else(|| Error::broken("an activity without an outcome"))
    });
    answer(&api.ctx, id, recorded.await?).await
}
