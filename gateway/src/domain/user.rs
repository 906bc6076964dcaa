//! A user as the gateway keeps it.

use super::contact;
use chrono::DateTime;
use oms_contracts::{
    Detail,
    gateway::user::{CreateUser, UpdateUser, UserView},
};
use oms_model::{
    actor::{Actor, Role, Standing},
    id::{DepartmentId, UserId},
    names::{check_account, check_user_description},
};
use std::time::Duration;

pub const ROOT_ACCOUNT: &str = "root";
pub const ADMIN_ACCOUNT: &str = "admin";
pub const DEFAULT_DEPARTMENT: &str = "default";

/// The ids of what is built in are fixed: replicas that start together collide on them, so one
/// of them makes root, admin and the department, and only that one.
pub fn root_id() -> UserId {
    UserId::parse("u_00000000root").expect("a fixed id of the right form")
}
pub fn admin_id() -> UserId {
    UserId::parse("u_0000000admin").expect("a fixed id of the right form")
}
pub fn default_department_id() -> DepartmentId {
    DepartmentId::parse("d_000default").expect("a fixed id of the right form")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub account: String,
    pub role: Role,
    pub department: DepartmentId,
    pub password: StoredPassword,
    pub contact: Contact,
    pub disabled: bool,
    pub built_in: bool,
    /// Unix milliseconds, as all times here.
    pub last_login_at: Option<i64>,
    /// Grows with every change; an edit is written only over the revision it was made from.
    pub revision: i64,
    pub created_at: i64,
    pub modified_at: i64,
}

#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// A PHC string of argon2id.
    pub hash: String,
    pub set_at: i64,
    /// Somebody else chose it.
    pub must_change: bool,
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredPassword").field("set_at", &self.set_at).finish_non_exhaustive()
    }
}

/// What people know of a user besides the name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    pub email: Option<String>,
    pub mobile: Option<String>,
    pub description: String,
}

impl User {
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.id.clone(),
            account: self.account.clone(),
            role: self.role,
            department: self.department.clone(),
        }
    }

    pub fn standing(&self) -> Standing {
        Standing {
            user: self.id.clone(),
            role: self.role,
            department: self.department.clone(),
            built_in: self.built_in,
        }
    }

    pub fn password_expires_at(&self, validity: Duration) -> i64 {
        self.password
            .set_at
            .saturating_add_unsigned(u64::try_from(validity.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn view(&self, department_name: String, validity: Duration, now: i64) -> UserView {
        let time = |ms| DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::UNIX_EPOCH);
        let expires = self.password_expires_at(validity);
        UserView {
            id: self.id.clone(),
            account: self.account.clone(),
            role: self.role,
            department_id: self.department.clone(),
            department_name,
            email: self.contact.email.clone(),
            mobile: self.contact.mobile.clone(),
            description: self.contact.description.clone(),
            disabled: self.disabled,
            built_in: self.built_in,
            password_change_required: self.password.must_change || now >= expires,
            password_expires_at: time(expires),
            last_login_at: self.last_login_at.map(time),
            created_at: time(self.created_at),
            modified_at: time(self.modified_at),
        }
    }
}

/// What is wrong with the texts of a new user.
pub fn faults_of_new(wanted: &CreateUser) -> Vec<Detail> {
    let mut faults = contact_faults(
        wanted.email.as_deref(),
        wanted.mobile.as_deref(),
        wanted.description.as_deref(),
    );
    if let Err(fault) = check_account(&wanted.account) {
        faults.insert(0, Detail::new("account", fault.to_string()));
    }
    faults
}

/// What is wrong with the texts of an edit.
pub fn faults_of_edit(edit: &UpdateUser) -> Vec<Detail> {
    contact_faults(edit.email.as_deref(), edit.mobile.as_deref(), edit.description.as_deref())
}

fn contact_faults(
    email: Option<&str>,
    mobile: Option<&str>,
    description: Option<&str>,
) -> Vec<Detail> {
    let mut faults = Vec::new();
    if email.is_some_and(|text| !text.is_empty() && !contact::is_email(text)) {
        faults.push(Detail::new("email", "it is not a mail address such as ann@example.com"));
    }
    if mobile.is_some_and(|text| !text.is_empty() && !contact::is_mobile(text)) {
        faults.push(Detail::new("mobile", "it is not a telephone number of 5 to 15 digits"));
    }
    if let Some(Err(fault)) = description.map(check_user_description) {
        faults.push(Detail::new("description", fault.to_string()));
    }
    faults
}

/// A text as it is stored: an empty one is none.
pub fn optional(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(account: &str) -> CreateUser {
        CreateUser {
            account: account.into(),
            role: Role::User,
            department_id: None,
            password: None,
            email: None,
            mobile: None,
            description: None,
        }
    }

    #[test]
    fn ids_of_what_is_built_in_are_ids() {
        assert_eq!(root_id().as_str(), "u_00000000root");
        assert_eq!(admin_id().as_str(), "u_0000000admin");
        assert_eq!(default_department_id().as_str(), "d_000default");
    }

    #[test]
    fn all_faults_of_a_new_user_are_told_at_once() {
        let wrong = CreateUser {
            email: Some("nowhere".into()),
            mobile: Some("call me".into()),
            description: Some("x".repeat(257)),
            ..wanted("ann2")
        };
        let fields: Vec<String> = faults_of_new(&wrong).into_iter().map(|d| d.field).collect();
        assert_eq!(fields, ["account", "email", "mobile", "description"]);
        assert_eq!(faults_of_new(&wanted("Ann_B")), []);
    }

    #[test]
    fn empty_texts_remove_and_are_no_faults() {
        let edit = UpdateUser {
            email: Some(String::new()),
            mobile: Some(String::new()),
            description: Some(String::new()),
            ..Default::default()
        };
        assert_eq!(faults_of_edit(&edit), []);
        assert_eq!((optional(""), optional("a")), (None, Some("a".into())));
    }
}
