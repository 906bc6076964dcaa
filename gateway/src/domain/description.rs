//! One description of the public API out of the services' own.
//!
//! Works on JSON as it came: what a service describes with is its own business. Only paths under
//! `/api/v1` are public, and only the schemas that those refer to are taken along.

use super::route::{self, Need};
use oms_contracts::ServiceName;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PUBLIC: &str = "/api/v1/";
const SCHEMA_REF: &str = "#/components/schemas/";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const SECURITY: &str = "bearer";

type Schemas = BTreeMap<String, Value>;

/// Merges the services' descriptions. Two schemas of one name and different content both stay:
/// the later gets its service's name in front.
pub fn merge(documents: &[(ServiceName, Value)], version: &str) -> Value {
    let mut paths = Map::new();
    let mut schemas = Schemas::new();
    for (service, document) in documents {
        let mut own_paths = public_paths(document);
        let own_schemas = reachable(&own_paths, &all_schemas(document));
        let renames = renames(*service, &schemas, &own_schemas);
        own_paths.values_mut().for_each(|item| rename(item, &renames));
        for (name, mut schema) in own_schemas {
            rename(&mut schema, &renames);
            schemas.insert(renames.get(&name).cloned().unwrap_or(name), schema);
        }
        paths.extend(own_paths);
    }
    open_what_is_open(&mut paths);
    name_operations(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "OMS API",
            "description": "Data sources, labels, projects and object selection; users, \
                departments, API keys and the audit log. Log in at /api/v1/auth/login and send \
                the access token as a bearer token.",
            "version": version,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "security": [{ SECURITY: [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                SECURITY: { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            },
        },
    })
}

fn public_paths(document: &Value) -> Map<String, Value> {
    let paths = document.get("paths").and_then(Value::as_object);
    let public = paths.into_iter().flatten().filter(|(path, _)| path.starts_with(PUBLIC));
    public.map(|(path, item)| (path.clone(), item.clone())).collect()
}

fn all_schemas(document: &Value) -> Schemas {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flatten().map(|(name, schema)| (name.clone(), schema.clone())).collect()
}

/// The schemas that the paths refer to, directly or through others.
fn reachable(paths: &Map<String, Value>, all: &Schemas) -> Schemas {
    let mut found = Schemas::new();
    let mut open: Vec<String> = paths.values().flat_map(references).collect();
    while let Some(name) = open.pop() {
        if let Some(schema) = all.get(&name)
            && !found.contains_key(&name)
        {
            open.extend(references(schema));
            found.insert(name, schema.clone());
        }
    }
    found
}

/// New names for the schemas that would collide. A schema that refers to a renamed one differs
/// from its namesake by that, so renaming spreads until nothing changes.
fn renames(service: ServiceName, taken: &Schemas, own: &Schemas) -> BTreeMap<String, String> {
    let mut renamed: BTreeSet<&String> = own
        .iter()
        .filter(|(name, s)| taken.get(*name).is_some_and(|t| t != *s))
        .map(|e| e.0)
        .collect();
    loop {
        let spread: Vec<&String> = own
            .iter()
            .filter(|(name, _)| taken.contains_key(*name) && !renamed.contains(name))
            .filter(|(_, schema)| references(schema).iter().any(|r| renamed.contains(r)))
            .map(|(name, _)| name)
            .collect();
        if spread.is_empty() {
            break;
        }
        renamed.extend(spread);
    }
    let prefix: String = service.as_ref().split('-').map(capitalized).collect();
    renamed.into_iter().map(|name| (name.clone(), format!("{prefix}_{name}"))).collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|target| target.strip_prefix(SCHEMA_REF)).map(str::to_owned);
            own.into_iter().chain(map.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn rename(value: &mut Value, renames: &BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get_mut("$ref")
                && let Some(new) = target.strip_prefix(SCHEMA_REF).and_then(|n| renames.get(n))
            {
                *target = format!("{SCHEMA_REF}{new}");
            }
            map.values_mut().for_each(|inner| rename(inner, renames));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| rename(inner, renames)),
        _ => {}
    }
}

/// Calls that need no login say so against the rule for all.
fn open_what_is_open(paths: &mut Map<String, Value>) {
    for route in route::all().filter(|route| route.need == Need::Nothing) {
        let method = route.verb.to_string().to_ascii_lowercase();
        if let Some(operation) = paths
            .get_mut(route.pattern)
            .and_then(|item| item.get_mut(&method))
            .and_then(Value::as_object_mut)
        {
            operation.insert("security".into(), json!([]));
        }
    }
}

/// Names of operations come from functions, which are called `list` in every service; here they
/// have to differ, so each is made of method and path.
fn name_operations(paths: &mut Map<String, Value>) {
    for (path, item) in paths.iter_mut() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let place = path.trim_start_matches(PUBLIC).replace(['{', '}'], "");
            let name = format!("{method}_{}", place.replace(['/', '-', '.'], "_"));
            operation.insert("operationId".into(), name.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ServiceName::{Gateway, ProjectService};

    fn document(path: &str, schema: &str, schemas: &Value) -> Value {
        let content = json!({ "schema": { "$ref": format!("{SCHEMA_REF}{schema}") } });
        json!({
            "paths": {
                path: { "get": { "operationId": "list", "responses": { "200": { "content": {
                    "application/json": content } } } } },
                "/internal/v1/secret": { "get": {
                    "schema": { "$ref": format!("{SCHEMA_REF}Internal") } } },
            },
            "components": { "schemas": schemas },
        })
    }

    fn schema_of<'a>(merged: &'a Value, path: &str) -> &'a str {
        let escaped = path.replace('/', "~1");
        let at =
            format!("/paths/{escaped}/get/responses/200/content/application~1json/schema/$ref");
        merged.pointer(&at).and_then(Value::as_str).expect("a reference")
    }

    #[test]
    fn only_public_paths_and_what_they_refer_to_are_shown() {
        let schemas = json!({ "A": { "type": "object" }, "Internal": { "type": "string" } });
        let merged = merge(&[(Gateway, document("/api/v1/a", "A", &schemas))], "1.0.0");
        let paths: Vec<&String> = merged["paths"].as_object().expect("paths").keys().collect();
        assert_eq!(paths, ["/api/v1/a"]);
        let names: Vec<&String> =
            merged["components"]["schemas"].as_object().expect("schemas").keys().collect();
        assert_eq!(names, ["A"]);
        assert_eq!(merged["info"]["version"], "1.0.0");
        assert_eq!(merged["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    }

    #[test]
    fn equal_schemas_are_shared_and_different_ones_both_stay() {
        let one = json!({ "A": { "type": "object" }, "Same": { "type": "string" } });
        let two = json!({ "A": { "type": "integer" }, "Same": { "type": "string" } });
        let merged = merge(
            &[
                (Gateway, document("/api/v1/a", "A", &one)),
                (ProjectService, document("/api/v1/b", "A", &two)),
                (ProjectService, document("/api/v1/c", "Same", &two)),
            ],
            "1",
        );
        assert_eq!(schema_of(&merged, "/api/v1/a"), "#/components/schemas/A");
        assert_eq!(schema_of(&merged, "/api/v1/b"), "#/components/schemas/ProjectService_A");
        assert_eq!(schema_of(&merged, "/api/v1/c"), "#/components/schemas/Same");
        let schemas = &merged["components"]["schemas"];
        assert_eq!(schemas["A"]["type"], "object");
        assert_eq!(schemas["ProjectService_A"]["type"], "integer");
    }

    #[test]
    fn a_schema_around_a_renamed_one_is_renamed_with_it() {
        let around = json!({ "items": { "$ref": format!("{SCHEMA_REF}Inner") } });
        let one = json!({ "Outer": around, "Inner": { "type": "object" } });
        let two = json!({ "Outer": around, "Inner": { "type": "integer" } });
        let merged = merge(
            &[
                (Gateway, document("/api/v1/a", "Outer", &one)),
                (ProjectService, document("/api/v1/b", "Outer", &two)),
            ],
            "1",
        );
        assert_eq!(schema_of(&merged, "/api/v1/b"), "#/components/schemas/ProjectService_Outer");
        assert_eq!(
            merged["components"]["schemas"]["ProjectService_Outer"]["items"]["$ref"],
            "#/components/schemas/ProjectService_Inner"
        );
        assert_eq!(
            merged["components"]["schemas"]["Outer"]["items"]["$ref"],
            "#/components/schemas/Inner"
        );
    }

    #[test]
    fn schemas_that_refer_to_themselves_come_to_an_end() {
        let tree = json!({ "Tree": { "items": { "$ref": format!("{SCHEMA_REF}Tree") } } });
        let merged = merge(&[(Gateway, document("/api/v1/a", "Tree", &tree))], "1");
        assert!(merged["components"]["schemas"]["Tree"].is_object());
    }

    #[test]
    fn operations_have_names_of_their_own_and_logging_in_needs_no_login() {
        let mut login = document("/api/v1/auth/login", "A", &json!({ "A": {} }));
        let item = login["paths"]["/api/v1/auth/login"]["get"].clone();
        login["paths"]["/api/v1/auth/login"] = json!({ "post": item });
        let other = document("/api/v1/users/{user}", "A", &json!({ "A": {} }));
        let merged = merge(&[(Gateway, login), (ProjectService, other)], "1");
        let post = &merged["paths"]["/api/v1/auth/login"]["post"];
        assert_eq!(post["operationId"], "post_auth_login");
        assert_eq!(post["security"], json!([]));
        let get = &merged["paths"]["/api/v1/users/{user}"]["get"];
        assert_eq!(get["operationId"], "get_users_user");
        assert!(get.get("security").is_none());
    }
}
