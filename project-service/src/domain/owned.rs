//! Whose a thing is.

use oms_model::{Actor, Owner};

/// The owner of a thing, with the name it logs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    pub owner: Owner,
    pub account: String,
}

impl Ownership {
    /// What somebody makes belongs to them.
    pub fn of(actor: &Actor) -> Self {
        let owner = Owner { user: actor.user.clone(), department: actor.department.clone() };
        Self { owner, account: actor.account.clone() }
    }
}

/// A name as it is compared: `Prod` and `prod` are one name to a person.
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}
