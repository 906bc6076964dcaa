//! The very first start: the department `default`, and root and admin with their first passwords.

use super::now;
use crate::{
    Error,
    access::Hasher,
    domain::{
        password,
        user::{
            ADMIN_ACCOUNT, Contact, DEFAULT_DEPARTMENT, ROOT_ACCOUNT, StoredPassword, User,
            admin_id, default_department_id, root_id,
        },
    },
    repo::{
        RepoError,
        departments::{self, Department},
        users,
    },
    settings::BootstrapSettings,
};
use oms_chassis::{Conn, Db, secrets};
use oms_model::{actor::Role, id::UserId};
use secrecy::SecretString;

/// A password that was made at the first start and is told this once.
#[derive(Debug, Clone)]
pub struct FirstPassword {
    pub account: &'static str,
    pub password: SecretString,
}

/// Makes what is built in, where it is not there yet, and says the passwords it made up.
///
/// All of it is one transaction under fixed ids: of replicas that start together one makes it,
/// and only that one has passwords to tell.
pub async fn bootstrap(
    db: &Db,
    hasher: &Hasher,
    given: &BootstrapSettings,
) -> Result<Vec<FirstPassword>, Error> {
    if db.run(|conn| users::find(conn, &root_id()).map_err(Error::from)).await?.is_some() {
        return Ok(Vec::new());
    }
    let mut made_up = Vec::new();
    let mut password = |account, given: &Option<SecretString>| {
        given.clone().unwrap_or_else(|| {
            let password = password::generate(|| secrets::entropy::<1>()[0]);
            made_up.push(FirstPassword { account, password: password.clone() });
            password
        })
    };
    let root = password(ROOT_ACCOUNT, &given.root_password);
    let admin = password(ADMIN_ACCOUNT, &given.admin_password);
    let (root, admin) = tokio::try_join!(hasher.hash(root), hasher.hash(admin))?;
    let built_in = [
        built_in(root_id(), ROOT_ACCOUNT, Role::Root, root),
        built_in(admin_id(), ADMIN_ACCOUNT, Role::Admin, admin),
    ];
    match db.run(move |conn| insert(conn, &built_in)).await {
        Ok(()) => Ok(made_up),
        // Another replica was faster.
        Err(Error::Repo(RepoError::Duplicate(_))) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn insert(conn: &mut Conn, built_in: &[User]) -> Result<(), Error> {
    let now = now();
    let department = Department {
        id: default_department_id(),
        name: DEFAULT_DEPARTMENT.to_owned(),
        built_in: true,
        users: 0,
        revision: 1,
        created_at: now,
        modified_at: now,
    };
    conn.write(|conn| {
        departments::insert(conn, &department)?;
        built_in.iter().try_for_each(|user| users::insert(conn, user).map_err(Error::from))
    })
}

fn built_in(id: UserId, account: &str, role: Role, hash: String) -> User {
    let now = now();
    User {
        id,
        account: account.to_owned(),
        role,
        department: default_department_id(),
        password: StoredPassword { hash, set_at: now, must_change: true },
        contact: Contact::default(),
        disabled: false,
        built_in: true,
        last_login_at: None,
        revision: 1,
        created_at: now,
        modified_at: now,
    }
}
