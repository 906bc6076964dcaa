//! Accounts with few rights, on a server of any kind.

use crate::host::{Place, address};
use oms_connector::Address;
use oms_testkit::TestUser;

/// An account that may only log in, until it is given more.
#[derive(Debug)]
pub struct Account {
    name: String,
    password: &'static str,
    /// Dropped with this value; PostgreSQL's roles take [`Account::leave`].
    _user: Option<TestUser>,
}

impl Account {
    pub async fn create(place: &Place<'_>, password: &'static str) -> Self {
        if !place.host.is_postgres() {
            let user = TestUser::create(place.db.server(), "few", password, &[]).await.unwrap();
            return Self { name: user.name().to_owned(), password, _user: Some(user) };
        }
        let name = format!("few_{}", place.db.name());
        let sql = format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'");
        place.db.exec(&sql).await.unwrap();
        Self { name, password, _user: None }
    }

    /// As statements name it.
    pub fn in_sql(&self) -> String {
        match self._user {
            Some(_) => format!("'{}'@'%'", self.name),
            None => format!("\"{}\"", self.name),
        }
    }

    /// The place's server, entered as this account.
    pub fn address(&self, place: &Place<'_>) -> Address {
        Address {
            user: self.name.clone(),
            password: self.password.to_owned().into(),
            database: place.address().database,
            ..address(place.db.server())
        }
    }

    pub async fn leave(self, place: &Place<'_>) {
        if self._user.is_none() {
            let sql = format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name);
            place.db.exec(&sql).await.unwrap();
        }
    }
}
