//! Projects as documents: the API's body, with names where it has ids.
//!
//! | in a document | in the body |
//! |---|---|
//! | `source`, `sink`: a data source by name or id | `sourceEndpointId`, `sinkEndpointId` |
//! | `labels`: by name or id | `labelIds` |
//! | `objects`, `exclude`: matching rules | `transferMapping` of mode `WILDCARD` |
//! | no `type` | `MIGRATION` |

use crate::{
    cmd::{document, find},
    fault::{Code, Fault},
};
use oms_clients::gateway::GatewayClient;
use oms_contracts::project::project::{ProjectSpec, ProjectView};
use oms_model::{selection::TransferMapping, transfer::TransferMode};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What a document may say instead of what the body says.
const SHORT: [(&str, &str); 5] = [
    ("source", "sourceEndpointId"),
    ("sink", "sinkEndpointId"),
    ("labels", "labelIds"),
    ("objects", "transferMapping"),
    ("exclude", "transferMapping"),
];

/// Turns a document into a body; names become ids.
pub async fn spec_of(api: &GatewayClient, of: &str, document: Value) -> Result<ProjectSpec, Fault> {
    let Value::Object(mut fields) = document else {
        return Err(wrong(of, "it is no mapping of names to values"));
    };
    for (short, long) in SHORT {
        if fields.contains_key(short) && fields.contains_key(long) {
            return Err(wrong(of, &format!("it has both {short} and {long}")));
        }
    }
    for (short, long) in [("source", "sourceEndpointId"), ("sink", "sinkEndpointId")] {
        if let Some(name) = text(of, &mut fields, short)? {
            let id = find::data_source(api, &name).await?.id;
            fields.insert(long.into(), json!(id));
        }
    }
    if let Some(names) = texts(of, &mut fields, "labels")? {
        let ids: Vec<_> =
            find::labels(api, &names).await?.into_iter().map(|label| label.id).collect();
        fields.insert("labelIds".into(), json!(ids));
    }
    let (objects, exclude) =
        (texts(of, &mut fields, "objects")?, texts(of, &mut fields, "exclude")?);
    if objects.is_some() || exclude.is_some() {
        let mapping = by_rules(objects.unwrap_or_default(), exclude.unwrap_or_default());
        fields.insert("transferMapping".into(), json!(mapping));
    }
    fields.entry("type").or_insert_with(|| json!("MIGRATION"));
    document::body(of, Value::Object(fields))
}

/// A selection by matching rules alone.
pub fn by_rules(objects: Vec<String>, exclude: Vec<String>) -> TransferMapping {
    TransferMapping {
        mode: TransferMode::Wildcard,
        databases: Vec::new(),
        databases_black: Vec::new(),
        table_and_view_white_list: objects,
        table_and_view_black_list: exclude,
    }
}

fn wrong(of: &str, why: &str) -> Fault {
    Fault::new(Code::BadFile, format!("{of} is no project: {why}"))
}

fn text(of: &str, fields: &mut Map<String, Value>, key: &str) -> Result<Option<String>, Fault> {
    match fields.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(of, &format!("{key} is no text"))),
    }
}

fn texts(
    of: &str,
    fields: &mut Map<String, Value>,
    key: &str,
) -> Result<Option<Vec<String>>, Fault> {
    let not_texts = || wrong(of, &format!("{key} is no list of texts"));
    match fields.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(values)) => {
            let texts = values.into_iter().map(|value| match value {
                Value::String(text) => Ok(text),
                _ => Err(not_texts()),
            });
            texts.collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(not_texts()),
    }
}

/// A project as a document that `oms project apply` takes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    name: String,
    r#type: Value,
    source: String,
    sink: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclude: Option<Vec<String>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Document {
    pub fn of(project: &ProjectView) -> Self {
        let spec = &project.spec;
        let Ok(Value::Object(mut rest)) = serde_json::to_value(spec) else {
            unreachable!("a spec is a JSON object");
        };
        for key in ["name", "sourceEndpointId", "sinkEndpointId", "labelIds"] {
            rest.remove(key);
        }
        let r#type = rest.remove("type").unwrap_or_default();
        let (mut objects, mut exclude) = (None, None);
        if let Some((rules, exclusions)) = as_rules(&spec.transfer_mapping) {
            rest.remove("transferMapping");
            objects = Some(rules);
            exclude = Some(exclusions).filter(|exclusions| !exclusions.is_empty());
        }
        let named = |connect: &Option<_>, id: &oms_model::EndpointId| {
            let name = |c: &oms_contracts::project::project::ConnectView| c.endpoint_name.clone();
            connect.as_ref().map_or_else(|| id.to_string(), name)
        };
        Self {
            name: spec.name.clone(),
            r#type,
            source: named(&project.source_connect_info, &spec.source_endpoint_id),
            sink: named(&project.sink_connect_info, &spec.sink_endpoint_id),
            labels: project.labels.iter().map(|label| label.name.clone()).collect(),
            objects,
            exclude,
            rest,
        }
    }
}

/// The rules of a selection that is nothing else.
fn as_rules(mapping: &TransferMapping) -> Option<(Vec<String>, Vec<String>)> {
    let (white, black) = (&mapping.table_and_view_white_list, &mapping.table_and_view_black_list);
    (*mapping == by_rules(white.clone(), black.clone())).then(|| (white.clone(), black.clone()))
}

#[cfg(test)]
mod tests;
