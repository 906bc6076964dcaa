//! A record of the audit log: made before the act, completed after it.

use super::route::Act;
use oms_contracts::{ErrorCode, gateway::audit::AuditResult};
use oms_model::{
    actor::{Actor, Role},
    id::{DepartmentId, UserId},
    names::check_account,
};

const OBJECT_MAX: usize = 256;
const REQUEST_MAX: usize = 512;

/// Names a record. Ids begin with the time, so they sort by it and a span of time is a span of
/// ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditId(String);

impl AuditId {
    pub fn new(at: i64, entropy: [u8; 8]) -> Self {
        Self(format!("{}{:016x}", Self::first_at(at), u64::from_be_bytes(entropy)))
    }

    /// What all ids from this moment on are not below.
    pub fn first_at(at: i64) -> String {
        format!("{:012x}", at.max(0))
    }

    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who acts, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub account: String,
    pub user: Option<(UserId, Role, DepartmentId)>,
}

impl Who {
    /// Somebody who has yet to prove it. A name that could not be an account is not written
    /// down: people type their password into the wrong field.
    pub fn claimed(account: &str) -> Self {
        let account = if check_account(account).is_ok() { account } else { "(not an account)" };
        Self { account: account.to_owned(), user: None }
    }
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        Self {
            account: actor.account.clone(),
            user: Some((actor.user.clone(), actor.role, actor.department.clone())),
        }
    }
}

/// What is acted on. Cut to what the log keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    pub id: Option<String>,
    pub name: Option<String>,
}

impl Object {
    pub fn of(id: Option<&str>, name: Option<&str>) -> Self {
        let cut = |text: Option<&str>| text.map(|text| clipped(text, OBJECT_MAX));
        Self { id: cut(id), name: cut(name) }
    }
}

/// Where a call came from and how to find it in the logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Method and path.
    pub request: String,
    pub request_id: String,
    pub address: String,
}

impl Call {
    pub fn new(method: &str, path: &str, request_id: String, address: String) -> Self {
        Self { request: clipped(&format!("{method} {path}"), REQUEST_MAX), request_id, address }
    }
}

/// A record as it stands before the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub id: AuditId,
    /// Unix milliseconds.
    pub at: i64,
    pub who: Who,
    pub act: Act,
    pub object: Object,
    pub call: Call,
}

/// What is known after the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub result: AuditResult,
    pub code: Option<String>,
    /// Who it turned out to be, where that was not known before.
    pub who: Option<Who>,
    /// What it turned out to be about: the thing that was created.
    pub object: Object,
}

impl Outcome {
    pub fn success() -> Self {
        Self { result: AuditResult::Success, code: None, who: None, object: Object::default() }
    }

    pub fn failed(code: ErrorCode) -> Self {
        Self { code: Some(code.as_str().to_owned()), ..Self::success() }.with(AuditResult::Failed)
    }

    pub fn with(self, result: AuditResult) -> Self {
        Self { result, ..self }
    }

    pub fn by(self, who: Who) -> Self {
        Self { who: Some(who), ..self }
    }
}

fn clipped(text: &str, max: usize) -> String {
    text.chars().take(max).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let early = AuditId::new(1_700_000_000_000, [0xff; 8]);
        let late = AuditId::new(1_700_000_000_001, [0; 8]);
        assert!(early.as_str() < late.as_str());
        assert!(AuditId::first_at(1_700_000_000_001).as_str() > early.as_str());
        assert!(AuditId::first_at(1_700_000_000_001).as_str() < late.as_str());
        assert_eq!(late.as_str().len(), 28);
        assert_eq!(AuditId::first_at(-5), "000000000000");
    }

    #[test]
    fn a_password_typed_as_an_account_is_not_written_down() {
        assert_eq!(Who::claimed("ann_b").account, "ann_b");
        for text in ["Hunter22!!", "", "a b", "averylongpassword", "x\ny"] {
            assert_eq!(Who::claimed(text).account, "(not an account)", "{text:?}");
        }
    }

    #[test]
    fn texts_are_cut_and_cannot_break_lines() {
        let call = Call::new("GET", &"/é".repeat(400), String::new(), String::new());
        assert_eq!(call.request.chars().count(), REQUEST_MAX);
        assert_eq!(Object::of(Some("a\nb"), None).id.as_deref(), Some("a\u{fffd}b"));
    }
}
