//! Making those wait who try passwords.

use super::now;
use crate::{
    Error,
    domain::{address::Origin, throttle::Patience},
    repo::{RepoError, login_throttles},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use oms_chassis::{Conn, Db};
use sha2::{Digest, Sha256};

const TRIES: u32 = 5;

/// What failures are counted against: the account, whether there is one or not, and the address.
#[derive(Debug, Clone)]
pub struct Subjects {
    account: String,
    address: String,
    patience: Tolerance,
}

/// How many failures are free.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    pub account: Patience,
    pub address: Patience,
}

impl Subjects {
    /// Of the account only a digest is kept: what is typed there may be anything, of any length.
    pub fn new(account: &str, origin: Origin, patience: Tolerance) -> Self {
        let digest = Sha256::digest(account.to_ascii_lowercase());
        Self {
            account: format!("account:{}", URL_SAFE_NO_PAD.encode(digest)),
            address: format!("address:{origin}"),
            patience,
        }
    }

    /// Refuses while one of the two has to wait.
    pub async fn may_try(&self, db: &Db) -> Result<(), Error> {
        let subjects = [self.account.clone(), self.address.clone()];
        let until = db
            .run(move |conn| {
                login_throttles::blocked_until(conn, &[&subjects[0], &subjects[1]])
                    .map_err(Error::from)
            })
            .await?;
        match until.saturating_sub(now()) {
            ..=0 => Ok(()),
            wait => Err(Error::LoginThrottled { seconds: wait.unsigned_abs().div_ceil(1000) }),
        }
    }

    /// Counts a failure against both. A guess that is answered is a guess that was counted, so
    /// where counting meets another count it is tried again.
    pub async fn failed(&self, db: &Db) -> Result<(), Error> {
        for _ in 1..TRIES {
            match self.count(db).await {
                Err(Error::Repo(RepoError::Duplicate(_) | RepoError::Deadlock(_))) => {}
                result => return result,
            }
        }
        self.count(db).await
    }

    async fn count(&self, db: &Db) -> Result<(), Error> {
        let Self { account, address, patience } = self.clone();
        db.run(move |conn| {
            conn.write(|conn| {
                let now = now();
                login_throttles::add_failure(conn, &account, patience.account, now)?;
                login_throttles::add_failure(conn, &address, patience.address, now)?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets the failures of the account. Those of the address stay: whoever has one good
    /// account could otherwise try others for ever.
    pub fn succeeded(&self, conn: &mut Conn) -> Result<(), Error> {
        Ok(login_throttles::clear(conn, &self.account)?)
    }
}
