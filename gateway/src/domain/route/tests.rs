//! The tables as a whole, and finding calls in them.

use super::*;
use std::collections::HashSet;

fn found(verb: Verb, path: &str) -> Matched {
    find(Some(verb), path).unwrap_or_else(|error| panic!("{verb} {path}: {error}"))
}

#[test]
fn no_call_is_in_the_tables_twice_and_every_placeholder_is_known() {
    let mut seen = HashSet::new();
    for route in all() {
        assert!(seen.insert((route.verb, route.pattern)), "{} {}", route.verb, route.pattern);
        assert!(route.pattern.starts_with("/api/v1/"), "{}", route.pattern);
        for text in route.pattern.split('/') {
            let literal = matches!(part(text), Part::Literal(_));
            assert_eq!(literal, !text.contains('{'), "{text} in {}", route.pattern);
        }
    }
}

#[test]
fn what_changes_something_is_audited_or_says_why_not() {
    // These keep records of their own, or change nothing.
    const NOT_BY_THE_GATE: [&str; 5] = [
        "/api/v1/auth/login",
        "/api/v1/auth/refresh",
        "/api/v1/selection/preview",
        "/api/v1/selection/validate",
        "/api/v1/selection/import",
    ];
    for route in all().filter(|route| route.verb != Verb::Get && route.act.is_none()) {
        assert!(NOT_BY_THE_GATE.contains(&route.pattern), "{} {}", route.verb, route.pattern);
    }
}

#[test]
fn only_logging_in_and_the_description_are_open() {
    let open: Vec<&str> =
        all().filter(|r| r.need == Need::Nothing).map(|route| route.pattern).collect();
    assert_eq!(open, ["/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/openapi.json"]);
}

#[test]
fn every_call_that_changes_work_is_closed_to_viewers() {
    for route in relay::ROUTES
        .iter()
        .filter(|route| route.act.is_some_and(|act| act.operation != AuditOperation::Access))
    {
        let Need::Right(right) = route.need else { panic!("{} is open", route.pattern) };
        assert!(!Role::AdminViewer.may(right), "{} {}", route.verb, route.pattern);
        assert!(!Role::RootViewer.may(right), "{} {}", route.verb, route.pattern);
    }
}

#[test]
fn a_call_is_found_with_the_object_it_acts_on() {
    let matched = found(Verb::Post, "/api/v1/projects/np_12345678/start");
    assert_eq!(matched.object.as_deref(), Some("np_12345678"));
    assert_eq!(matched.route.act.map(|act| act.operation), Some(AuditOperation::Start));
    assert_eq!(found(Verb::Get, "/api/v1/projects").object, None);
    assert_eq!(found(Verb::Post, "/api/v1/data-sources/test").object, None);
    let table = "/api/v1/data-sources/e_12345678/databases/b%20c/tables/%E8%A1%A8";
    assert_eq!(found(Verb::Get, table).object.as_deref(), Some("e_12345678"));
}

#[test]
fn unknown_paths_methods_and_ids_are_told_apart() {
    let none = |verb, path: &str| find(verb, path).unwrap_err();
    assert_eq!(none(Some(Verb::Get), "/api/v1/nothing"), NoRoute::Unknown);
    assert_eq!(none(Some(Verb::Get), "/api/v1"), NoRoute::Unknown);
    let methods = NoRoute::Method(vec![Verb::Get, Verb::Post]);
    assert_eq!(none(Some(Verb::Delete), "/api/v1/projects"), methods);
    assert_eq!(none(None, "/api/v1/projects"), methods);
    for id in ["np_1", "e_12345678", "np_12345678'", "np_%31%32345678", "np_1234567%C3%A9"] {
        let path = format!("/api/v1/projects/{id}");
        assert!(matches!(none(Some(Verb::Get), &path), NoRoute::Id(_)), "{id}");
    }
    assert_eq!(none(Some(Verb::Get), "/api/v1/projects/../users"), NoRoute::Path(BadPath::Dots));
    // An encoded literal is another path, for the gateway as for whoever reads its log.
    assert_eq!(none(Some(Verb::Get), "/api/v1/%75sers"), NoRoute::Unknown);
}
