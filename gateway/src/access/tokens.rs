//! Access tokens: JWTs signed with HMAC-SHA256 by keys of our own.
//!
//! The keys are rows, sealed by the vault, so every replica verifies what any of them signed. A
//! key that was replaced verifies until its last token is dead.

use crate::{
    domain::session::{AUDIENCE, Claims, ISSUER, Session},
    repo::{
        RepoError,
        signing_keys::{self, StoredKey},
    },
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use oms_chassis::{Conn, Db, DbError, Vault, secrets, vault::VaultError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// A retired key verifies so much longer than its last token can live.
const RETIREMENT_SLACK: Duration = Duration::from_secs(60);
/// Tokens of unknown keys, which anybody can make, cause no more questions than one in so long.
const RELOAD_PAUSE: Duration = Duration::from_millis(200);
const FIRST_KEY: &str = "sk0";

/// `[tokens]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct TokenSettings {
    pub access_ttl_seconds: u64,
    /// How long a refresh token waits to be used.
    pub refresh_ttl_seconds: u64,
    /// How long a login lasts, however often it is refreshed.
    pub session_ttl_seconds: u64,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self {
            access_ttl_seconds: 15 * 60,
            refresh_ttl_seconds: 7 * 24 * 3600,
            session_ttl_seconds: 30 * 24 * 3600,
        }
    }
}

impl TokenSettings {
    pub fn access(&self) -> Duration {
        Duration::from_secs(self.access_ttl_seconds)
    }
    pub fn refresh(&self) -> Duration {
        Duration::from_secs(self.refresh_ttl_seconds)
    }
    pub fn session(&self) -> Duration {
        Duration::from_secs(self.session_ttl_seconds)
    }

    pub fn faults(&self, faults: &mut Vec<String>) {
        const YEAR: u64 = 366 * 24 * 3600;
        if !(10..=24 * 3600).contains(&self.access_ttl_seconds) {
            faults.push("tokens.access_ttl_seconds must be 10 to 86400".into());
        }
        if self.refresh_ttl_seconds < self.access_ttl_seconds {
            faults.push("tokens.refresh_ttl_seconds must not be below access_ttl_seconds".into());
        }
        if !(self.refresh_ttl_seconds..=YEAR).contains(&self.session_ttl_seconds) {
            faults
                .push("tokens.session_ttl_seconds must be refresh_ttl_seconds to one year".into());
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the access token has expired")]
    Expired,
    #[error("the access token is not valid")]
    Invalid(#[source] jsonwebtoken::errors::Error),
    #[error("the access token was signed with a key that is not known")]
    UnknownKey,
    #[error("the access token could not be signed")]
    Unsigned(#[source] jsonwebtoken::errors::Error),
    #[error("there is no key to sign access tokens with")]
    NoKey,
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Repo(#[from] RepoError),
    #[error(transparent)]
    Db(#[from] DbError),
}

struct Key {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    retired_at: Option<i64>,
}

type Ring = Arc<Vec<Key>>;

/// Signs and verifies access tokens.
pub struct Tokens {
    db: Db,
    vault: Vault,
    settings: TokenSettings,
    rules: Validation,
    /// The key that signs comes first.
    ring: RwLock<Ring>,
    /// When the last reading began. Held while keys are read, so that an older reading never
    /// replaces a newer one.
    reloaded: tokio::sync::Mutex<Option<Instant>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(***)")
    }
}

impl Tokens {
    /// Reads the keys, and makes the first one where there is none.
    pub async fn open(db: Db, vault: Vault, settings: TokenSettings) -> Result<Self, TokenError> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.leeway = 0;
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let tokens = Self {
            db,
            vault,
            settings,
            rules,
            ring: RwLock::default(),
            reloaded: tokio::sync::Mutex::default(),
        };
        tokens.reload().await?;
        if !tokens.has_signing_key() {
            tokens.make_first().await?;
        }
        if !tokens.has_signing_key() {
            tokens.rotate().await?;
        }
        Ok(tokens)
    }

    /// Makes the first key. Its name is fixed, so of replicas that start together one makes it.
    async fn make_first(&self) -> Result<(), TokenError> {
        let key = self.fresh_key(FIRST_KEY.to_owned());
        let insert =
            move |conn: &mut Conn| signing_keys::insert(conn, &key).map_err(TokenError::from);
        match self.db.run(insert).await {
            Ok(()) | Err(TokenError::Repo(RepoError::Duplicate(_))) => self.reload().await,
            Err(error) => Err(error),
        }
    }

    fn fresh_key(&self, kid: String) -> StoredKey {
        let sealed = self.vault.seal(&place(&kid), &secrets::random_secret());
        let created_at = chrono::Utc::now().timestamp_millis();
        StoredKey { kid, sealed, created_at, retired_at: None }
    }

    /// Lets a fresh key sign from now on. The one before it goes on verifying.
    pub async fn rotate(&self) -> Result<String, TokenError> {
        let kid = format!("sk{:016x}", u64::from_be_bytes(secrets::entropy()));
        let key = self.fresh_key(kid.clone());
        let replace = move |conn: &mut Conn| conn.write(|conn| signing_keys::replace(conn, &key));
        self.db.run(move |conn| replace(conn).map_err(TokenError::from)).await?;
        self.reload().await?;
        Ok(kid)
    }

    /// Signs a token for a session with the key that signs for all replicas now.
    pub async fn sign(&self, session: &Session, now: i64) -> Result<SecretString, TokenError> {
        self.reload().await?;
        let ring = self.ring();
        let key = ring.first().filter(|key| key.retired_at.is_none()).ok_or(TokenError::NoKey)?;
        let iat = now.div_euclid(1000);
        let lifetime = i64::try_from(self.settings.access_ttl_seconds).unwrap_or(i64::MAX);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: session.actor.user.to_string(),
            sid: session.id.clone(),
            role: session.actor.role,
            iat,
            exp: iat.saturating_add(lifetime),
        };
        let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims, &key.encoding);
        token.map(SecretString::from).map_err(TokenError::Unsigned)
    }

    /// Accepts only HS256 tokens that one of our keys signed for this audience.
    pub async fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(TokenError::Invalid)?;
        if header.alg != Algorithm::HS256 {
            return Err(TokenError::Invalid(ErrorKind::InvalidAlgorithm.into()));
        }
        let kid = header.kid.ok_or(TokenError::UnknownKey)?;
        if !self.ring().iter().any(|key| key.kid == kid) {
            // A sibling may have made it since.
            self.reload_shared().await?;
        }
        let ring = self.ring();
        let now = chrono::Utc::now().timestamp_millis();
        let key = ring.iter().find(|key| key.kid == kid && !self.is_dead(key.retired_at, now));
        let key = key.ok_or(TokenError::UnknownKey)?;
        match jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.rules) {
            Ok(data) => Ok(data.claims),
            Err(error) if *error.kind() == ErrorKind::ExpiredSignature => Err(TokenError::Expired),
            Err(error) => Err(TokenError::Invalid(error)),
        }
    }

    /// Before which retirement a key has no living token.
    pub fn dead_before(&self, now: i64) -> i64 {
        let slack = self.settings.access() + RETIREMENT_SLACK;
        now.saturating_sub_unsigned(u64::try_from(slack.as_millis()).unwrap_or(u64::MAX))
    }

    fn is_dead(&self, retired_at: Option<i64>, now: i64) -> bool {
        retired_at.is_some_and(|at| at < self.dead_before(now))
    }

    fn ring(&self) -> Ring {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has_signing_key(&self) -> bool {
        self.ring().first().is_some_and(|key| key.retired_at.is_none())
    }

    /// Reads the keys again for a caller whose key is not known. Callers that come together share
    /// one reading, and readings keep a pause: whoever comes too early waits for the next.
    async fn reload_shared(&self) -> Result<(), TokenError> {
        let asked = Instant::now();
        let began = self.reloaded.lock().await;
        match *began {
            Some(began) if began > asked => return Ok(()),
            Some(began) => tokio::time::sleep_until((began + RELOAD_PAUSE).into()).await,
            None => {}
        }
        self.reload_locked(began).await
    }

    /// Reads the keys again.
    pub async fn reload(&self) -> Result<(), TokenError> {
        let began = self.reloaded.lock().await;
        self.reload_locked(began).await
    }

    async fn reload_locked(
        &self,
        mut began: tokio::sync::MutexGuard<'_, Option<Instant>>,
    ) -> Result<(), TokenError> {
        let now = Instant::now();
        let vault = self.vault.clone();
        let ring = self.db.run(move |conn| read(conn, &vault)).await?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        *began = Some(now);
        Ok(())
    }
}

/// Binds a sealed key to its row.
pub fn place(kid: &str) -> String {
    format!("signing_key:{kid}")
}

fn read(conn: &mut Conn, vault: &Vault) -> Result<Vec<Key>, TokenError> {
    let open = |stored: StoredKey| {
        let secret = vault.unseal(&place(&stored.kid), &stored.sealed)?;
        let secret = secret.expose_secret().as_bytes();
        Ok(Key {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            kid: stored.kid,
            retired_at: stored.retired_at,
        })
    };
    signing_keys::list(conn)?.into_iter().map(open).collect()
}
