//! The calls of the public API that other services answer. The gateway hands them on as they
//! came; what a caller sees and may change among them is the service's to decide.

use super::route::{Act, Need, Route, Verb};
use Verb::{Get, Patch, Post, Put};
use oms_contracts::{
    ServiceName,
    gateway::audit::{
        AuditOperation::{self, Access, Create, Delete, Modify, Start, Stop},
        AuditRisk::{self, Critical, Low, Moderate},
        AuditTarget::{self, DataSource, Label, Project},
    },
};
use oms_model::actor::Right::{self, ChangeLabels, ChangeWork, ReadWork, UseLabels};

pub const ROUTES: &[Route] = &[
    // Data sources.
    read("/api/v1/data-sources", ReadWork),
    read("/api/v1/data-sources/kinds", ReadWork),
    act(Post, "/api/v1/data-sources", ChangeWork, (DataSource, Create, Moderate)),
    // Changes nothing here, but makes the system connect to where the caller says.
    act(Post, "/api/v1/data-sources/test", ChangeWork, (DataSource, Access, Low)),
    read("/api/v1/data-sources/{dataSource}", ReadWork),
    act(Put, "/api/v1/data-sources/{dataSource}", ChangeWork, (DataSource, Modify, Moderate)),
    act(
        Verb::Delete,
        "/api/v1/data-sources/{dataSource}",
        ChangeWork,
        (DataSource, Delete, Critical),
    ),
    act(Post, "/api/v1/data-sources/{dataSource}/copy", ChangeWork, (DataSource, Create, Moderate)),
    act(Post, "/api/v1/data-sources/{dataSource}/test", ReadWork, (DataSource, Access, Low)),
    read("/api/v1/data-sources/{dataSource}/databases", ReadWork),
    read("/api/v1/data-sources/{dataSource}/databases/{name}/objects", ReadWork),
    read("/api/v1/data-sources/{dataSource}/databases/{name}/tables/{name}", ReadWork),
    // Labels.
    read("/api/v1/labels", UseLabels),
    act(Post, "/api/v1/labels", ChangeLabels, (Label, Create, Low)),
    act(Patch, "/api/v1/labels/{label}", ChangeLabels, (Label, Modify, Low)),
    act(Verb::Delete, "/api/v1/labels/{label}", ChangeLabels, (Label, Delete, Moderate)),
    // Projects.
    read("/api/v1/projects", ReadWork),
    act(Post, "/api/v1/projects", ChangeWork, (Project, Create, Moderate)),
    read("/api/v1/projects/{project}", ReadWork),
    act(Put, "/api/v1/projects/{project}", ChangeWork, (Project, Modify, Moderate)),
    act(Verb::Delete, "/api/v1/projects/{project}", ChangeWork, (Project, Delete, Critical)),
    act(Post, "/api/v1/projects/{project}/rename", ChangeWork, (Project, Modify, Low)),
    act(Post, "/api/v1/projects/{project}/clone", ChangeWork, (Project, Create, Moderate)),
    act(Put, "/api/v1/projects/{project}/labels", ChangeWork, (Project, Modify, Low)),
    act(Post, "/api/v1/projects/{project}/start", ChangeWork, (Project, Start, Moderate)),
    act(Post, "/api/v1/projects/{project}/pause", ChangeWork, (Project, Stop, Moderate)),
    act(Post, "/api/v1/projects/{project}/resume", ChangeWork, (Project, Start, Moderate)),
    act(Post, "/api/v1/projects/{project}/release", ChangeWork, (Project, Stop, Critical)),
    read("/api/v1/projects/{project}/objects", ReadWork),
    // Object selection: these ask and change nothing, though the question needs a body.
    ask("/api/v1/selection/preview", ReadWork),
    ask("/api/v1/selection/validate", ReadWork),
    ask("/api/v1/selection/import", ReadWork),
    read("/api/v1/selection/template.csv", ReadWork),
];

const fn read(pattern: &'static str, right: Right) -> Route {
    Route {
        verb: Get,
        pattern,
        need: Need::Right(right),
        act: None,
        service: ServiceName::ProjectService,
    }
}

const fn ask(pattern: &'static str, right: Right) -> Route {
    let route = read(pattern, right);
    Route { verb: Post, ..route }
}

const fn act(
    verb: Verb,
    pattern: &'static str,
    right: Right,
    (target, operation, risk): (AuditTarget, AuditOperation, AuditRisk),
) -> Route {
    let act = Some(Act { target, operation, risk });
    let route = read(pattern, right);
    Route { verb, act, ..route }
}
