//! Who acts, and what each role may do. Every right is a pure function of the role and of who owns
//! the thing; the whole of it is written out in `actor.table`, which a test holds to the code.

use crate::{
    id::{DepartmentId, UserId},
    wire_enum::wire_enum,
};
use serde::{Deserialize, Serialize};

wire_enum! {
    /// A user's role.
    pub enum Role {
        /// The one built-in `root`: everything, and alone in charge of departments.
        Root = "ROOT",
        /// Reads everything, changes nothing.
        RootViewer = "ROOT_VIEWER",
        /// In charge of one department: all its work and its users.
        Admin = "ADMIN",
        /// Reads what the department has, changes nothing.
        AdminViewer = "ADMIN_VIEWER",
        /// Works with its own projects and data sources.
        User = "USER",
    }
}

wire_enum! {
    /// What somebody may want to do.
    pub enum Right {
        /// See projects, data sources and operation tickets.
        ReadWork = "READ_WORK",
        /// Create, change, start, stop and delete them.
        ChangeWork = "CHANGE_WORK",
        /// See labels and put them on one's projects.
        UseLabels = "USE_LABELS",
        /// Create, rename and delete labels.
        ChangeLabels = "CHANGE_LABELS",
        /// See users; everybody sees itself besides.
        ReadUsers = "READ_USERS",
        /// Create, change, reset and delete users; which roles, `Role::rules` says.
        ChangeUsers = "CHANGE_USERS",
        ReadDepartments = "READ_DEPARTMENTS",
        ChangeDepartments = "CHANGE_DEPARTMENTS",
        ReadParameters = "READ_PARAMETERS",
        ChangeParameters = "CHANGE_PARAMETERS",
        ReadAudit = "READ_AUDIT",
        /// Create, list, disable and delete API keys. A key never may more than its owner.
        ChangeKeys = "CHANGE_KEYS",
    }
}

wire_enum! {
    /// Over whose things a right extends.
    pub enum Scope {
        Nothing = "NOTHING",
        /// What the actor owns.
        Own = "OWN",
        /// What anybody in the actor's department owns.
        Department = "DEPARTMENT",
        Everything = "EVERYTHING",
    }
}

/// Whose a thing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    pub user: UserId,
    pub department: DepartmentId,
}

/// A user as the object of somebody's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub user: UserId,
    pub role: Role,
    pub department: DepartmentId,
    /// `root` and `admin`, which nobody can delete.
    pub built_in: bool,
}

/// The user on whose behalf something is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Actor {
    pub user: UserId,
    /// The name the user logs in with.
    pub account: String,
    pub role: Role,
    pub department: DepartmentId,
}

impl Role {
    /// How far a right of this role reaches. Total on purpose: a new role or right does not compile
    /// until somebody decides.
    pub fn scope(self, right: Right) -> Scope {
        use Scope::{Department as Dept, Everything as All, Nothing as No, Own};
        // ROOT, ROOT_VIEWER, ADMIN, ADMIN_VIEWER, USER
        let by_role: [Scope; Role::ALL.len()] = match right {
            Right::ReadWork => [All, All, Dept, Dept, Own],
            Right::ChangeWork => [All, No, Dept, No, Own],
            Right::UseLabels => [All, All, All, All, All],
            Right::ChangeLabels => [All, No, All, No, Own],
            Right::ReadUsers => [All, All, Dept, Dept, No],
            Right::ChangeUsers => [All, No, Dept, No, No],
            Right::ReadDepartments => [All, All, No, No, No],
            Right::ChangeDepartments => [All, No, No, No, No],
            Right::ReadParameters => [All, All, All, All, All],
            Right::ChangeParameters => [All, No, All, No, No],
            Right::ReadAudit => [All, All, Dept, No, No],
            Right::ChangeKeys => [All, Own, Own, Own, Own],
        };
        by_role[self as usize]
    }

    /// Whether the role has the right over anything at all.
    pub fn may(self, right: Right) -> bool {
        self.scope(right) != Scope::Nothing
    }

    /// Whether the role is not one of the viewers, who change nothing but their own access.
    pub fn may_write(self) -> bool {
        self.may(Right::ChangeWork)
    }

    /// Whether the role creates, changes, resets and deletes users of the other role. Nobody does so
    /// with ROOT; an ADMIN's forgotten password is reset by ROOT alone.
    pub fn rules(self, other: Self) -> bool {
        match (self, other) {
            (_, Self::Root) => false,
            (Self::Root, _) => true,
            (Self::Admin, Self::AdminViewer | Self::User) => true,
            (Self::Admin | Self::RootViewer | Self::AdminViewer | Self::User, _) => false,
        }
    }

    /// Whether users of this role stay in the department they were created in.
    pub fn keeps_department(self) -> bool {
        matches!(self, Self::Root | Self::RootViewer | Self::Admin)
    }
}

impl Actor {
    /// Whether the actor's role is not one of the viewers.
    pub fn may_write(&self) -> bool {
        self.role.may_write()
    }

    /// Whether a right of the actor reaches a thing of that owner.
    pub fn has(&self, right: Right, owner: &Owner) -> bool {
        match self.role.scope(right) {
            Scope::Nothing => false,
            Scope::Own => self.user == owner.user,
            Scope::Department => self.department == owner.department || self.user == owner.user,
            Scope::Everything => true,
        }
    }

    /// Whether the actor sees a project, data source or ticket of that owner.
    pub fn sees(&self, owner: &Owner) -> bool {
        self.has(Right::ReadWork, owner)
    }

    /// Whether the actor may change a project, data source or ticket of that owner.
    pub fn may_change(&self, owner: &Owner) -> bool {
        self.has(Right::ChangeWork, owner)
    }

    /// Whether the actor may create a user of that role in that department.
    pub fn may_create(&self, role: Role, department: &DepartmentId) -> bool {
        self.role.rules(role) && (self.role == Role::Root || self.department == *department)
    }

    /// Whether the actor sees that user. Everybody sees itself; nobody but root and its viewers sees
    /// those two roles.
    pub fn sees_user(&self, other: &Standing) -> bool {
        let above = matches!(other.role, Role::Root | Role::RootViewer);
        match self.role.scope(Right::ReadUsers) {
            _ if self.user == other.user => true,
            Scope::Everything => true,
            Scope::Department => self.department == other.department && !above,
            Scope::Own | Scope::Nothing => false,
        }
    }

    /// Whether the actor may edit that user: its mail address, its description.
    pub fn may_edit(&self, other: &Standing) -> bool {
        self.user == other.user || self.rules(other)
    }

    /// Whether the actor may set a new password for that user, who forgot it. One's own is changed
    /// with the old one instead.
    pub fn may_reset(&self, other: &Standing) -> bool {
        self.user != other.user && self.rules(other)
    }

    /// Whether the actor may delete that user: never itself, never a built-in one.
    pub fn may_delete(&self, other: &Standing) -> bool {
        self.user != other.user && !other.built_in && self.rules(other)
    }

    /// Whether the actor may move that user into another department.
    pub fn may_move(&self, other: &Standing) -> bool {
        self.role.may(Right::ChangeDepartments) && !other.role.keeps_department()
    }

    /// Whether the actor may give that user another role.
    pub fn may_promote(&self, other: &Standing, to: Role) -> bool {
        self.may_delete(other) && self.role.rules(to)
    }

    fn rules(&self, other: &Standing) -> bool {
        self.role.rules(other.role)
            && (self.role == Role::Root || self.department == other.department)
    }
}

#[cfg(test)]
mod tests;
