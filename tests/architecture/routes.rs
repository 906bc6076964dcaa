//! Every route of every service is described in its OpenAPI document, and nothing else is.

use crate::tree::{SERVICES, read, rust_files};
use oms_tests::house::House;
use std::collections::BTreeSet;
use syn::visit::{self, Visit};

type Route = (String, String);

/// Routes that the chassis gives to every service, and says so in its document.
const COMMON: [(&str, &str); 4] = [
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/internal/v1/instance"),
];

struct Handlers(BTreeSet<Route>);

impl<'ast> Visit<'ast> for Handlers {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let verb = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
        if ["get", "post", "put", "patch", "delete"].contains(&verb.as_str())
            && let Ok(path) = attribute.parse_args::<syn::LitStr>()
        {
            self.0.insert((verb, plain(&path.value())));
        }
        visit::visit_attribute(self, attribute);
    }
}

/// `{id:regex}` is `{id}` in the document, and a handler may stand in the scope of the API.
fn plain(path: &str) -> String {
    path.trim_start_matches("/api/v1")
        .split('/')
        .map(|segment| match segment.split_once(':') {
            Some((name, _)) if segment.starts_with('{') => format!("{name}}}"),
            _ => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn handlers(service: &str) -> BTreeSet<Route> {
    let mut found = Handlers(BTreeSet::new());
    for path in rust_files(&format!("{service}/src/api")) {
        found.visit_file(&syn::parse_file(&read(path)).expect("our own code parses"));
    }
    found.0
}

fn described(document: &serde_json::Value) -> BTreeSet<Route> {
    let paths = document["paths"].as_object().expect("paths");
    let pairs = paths.iter().flat_map(|(path, item)| {
        let verbs = item.as_object().expect("an item").keys();
        verbs.map(move |verb| (verb.clone(), path.clone()))
    });
    pairs.collect()
}

#[tokio::test]
async fn every_route_is_described() {
    let house = House::start().await;
    let common: BTreeSet<Route> =
        COMMON.into_iter().map(|(verb, path)| (verb.to_owned(), path.to_owned())).collect();
    for service in SERVICES {
        let document = house.openapi(service).await;
        let described: BTreeSet<Route> = described(&document)
            .difference(&common)
            .map(|(verb, path)| (verb.clone(), plain(path)))
            .collect();
        let written = handlers(service);
        let unregistered: Vec<&Route> = written.difference(&described).collect();
        assert!(unregistered.is_empty(), "{service} does not serve {unregistered:?}");
        // What is described and not found here comes from a macro: it is described, so it is served.
        assert!(described.len() >= written.len(), "{service}");
    }
}

/// The relay's patterns come from its table, which the test below holds to the services'
/// documents; the pages are not API.
const AROUND: [&str; 2] = ["gateway/src/api/relay.rs", "gateway/src/api/docs.rs"];

/// `service()` takes only handlers with a description; these ways around it take any.
#[test]
fn no_route_goes_around_its_description() {
    for service in SERVICES {
        for path in rust_files(&format!("{service}/src")) {
            if AROUND.iter().any(|known| path.ends_with(known)) {
                continue;
            }
            let text = read(&path);
            for way in [".route(", "web::resource(", "web::scope(", "default_service("] {
                assert!(!text.contains(way), "{} uses {way}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn every_operation_says_what_it_does() {
    let house = House::start().await;
    for service in SERVICES {
        let document = house.openapi(service).await;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (verb, operation) in item.as_object().expect("an item") {
                let summary = operation["summary"].as_str().unwrap_or_default();
                assert!(!summary.is_empty(), "{service}: {verb} {path} has no doc comment");
            }
        }
    }
}

#[tokio::test]
async fn the_gateway_relays_every_public_route_and_no_other() {
    let house = House::start().await;
    let public = |(_, path): &Route| path.starts_with("/api/v1/");
    let mut behind: BTreeSet<Route> = BTreeSet::new();
    for service in SERVICES {
        behind.extend(described(&house.openapi(service).await).into_iter().filter(public));
    }
    let merged: BTreeSet<Route> =
        described(&house.public_openapi().await).into_iter().filter(public).collect();
    assert_eq!(merged, behind);
    for (verb, path) in &behind {
        assert!(house.knows_route(verb, path).await, "the gateway does not know {verb} {path}");
    }
}
