//! The calls that the gateway answers itself.

use super::route::{Act, Need, Route, Verb};
use Need::{Login, LoginEvenWithOldPassword, Nothing, Right, Root};
use Verb::{Get, Patch, Post};
use oms_contracts::{
    ServiceName,
    gateway::audit::{
        AuditOperation::{self, Access, Create, Delete, Logoff, Modify},
        AuditRisk::{self, Critical, Low, Moderate, Urgent},
        AuditTarget::{self, ApiKey, Audit, Department, Logon, System, User},
    },
};
use oms_model::actor::Right::{
    ChangeDepartments, ChangeKeys, ChangeUsers, ReadAudit, ReadDepartments, ReadUsers,
};

/// Login and refresh keep their own records: who acts is known only while they run.
pub const ROUTES: &[Route] = &[
    quiet(Post, "/api/v1/auth/login", Nothing),
    quiet(Post, "/api/v1/auth/refresh", Nothing),
    act(Post, "/api/v1/auth/logout", LoginEvenWithOldPassword, (Logon, Logoff, Low)),
    act(Post, "/api/v1/auth/password", LoginEvenWithOldPassword, (User, Modify, Critical)),
    quiet(Get, "/api/v1/auth/me", LoginEvenWithOldPassword),
    act(Post, "/api/v1/auth/signing-keys/rotate", Root, (System, Modify, Urgent)),
    quiet(Get, "/api/v1/users", Right(ReadUsers)),
    act(Post, "/api/v1/users", Right(ChangeUsers), (User, Create, Moderate)),
    quiet(Get, "/api/v1/users/{user}", Login),
    // Everybody may change its own mail address; the rest depends on who is changed.
    act(Patch, "/api/v1/users/{user}", Login, (User, Modify, Moderate)),
    act(Verb::Delete, "/api/v1/users/{user}", Right(ChangeUsers), (User, Delete, Critical)),
    act(Post, "/api/v1/users/{user}/password-reset", Right(ChangeUsers), (User, Modify, Critical)),
    quiet(Get, "/api/v1/departments", Right(ReadDepartments)),
    act(Post, "/api/v1/departments", Right(ChangeDepartments), (Department, Create, Moderate)),
    act(
        Patch,
        "/api/v1/departments/{department}",
        Right(ChangeDepartments),
        (Department, Modify, Moderate),
    ),
    act(
        Verb::Delete,
        "/api/v1/departments/{department}",
        Right(ChangeDepartments),
        (Department, Delete, Critical),
    ),
    quiet(Get, "/api/v1/api-keys", Right(ChangeKeys)),
    act(Post, "/api/v1/api-keys", Right(ChangeKeys), (ApiKey, Create, Critical)),
    act(Patch, "/api/v1/api-keys/{apiKey}", Right(ChangeKeys), (ApiKey, Modify, Moderate)),
    act(Verb::Delete, "/api/v1/api-keys/{apiKey}", Right(ChangeKeys), (ApiKey, Delete, Moderate)),
    quiet(Get, "/api/v1/audit", Right(ReadAudit)),
    act(Get, "/api/v1/audit/export.csv", Right(ReadAudit), (Audit, Access, Moderate)),
    // Addresses and versions are for those who look after the system or its users.
    quiet(Get, "/api/v1/system/services", Right(ReadUsers)),
    act(Post, "/api/v1/system/vault/rotate", Root, (System, Modify, Urgent)),
    quiet(Get, "/api/v1/openapi.json", Nothing),
];

const fn quiet(verb: Verb, pattern: &'static str, need: Need) -> Route {
    Route { verb, pattern, need, act: None, service: ServiceName::Gateway }
}

const fn act(
    verb: Verb,
    pattern: &'static str,
    need: Need,
    (target, operation, risk): (AuditTarget, AuditOperation, AuditRisk),
) -> Route {
    let act = Some(Act { target, operation, risk });
    Route { verb, pattern, need, act, service: ServiceName::Gateway }
}
