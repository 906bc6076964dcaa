//! From an access token to who calls, fast.
//!
//! A token that was verified is remembered for some seconds by its digest, with what the
//! metadata said of its session and user. Ending a session, disabling a user or changing a role
//! is seen by this replica at once, because it forgets, and by others when their memory fades.

use super::{TokenError, Tokens, bounded::Bounded};
use crate::{
    domain::session::{Claims, Session, SessionId},
    repo::{self, RepoError},
};
use oms_chassis::{Db, DbError};
use oms_model::id::UserId;
use sha2::{Digest, Sha256};
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How long another replica's change may go unseen. Five seconds are promised.
const FRESH: Duration = Duration::from_secs(3);
const CAPACITY: usize = 20_000;

/// Who calls, and the counter its requests go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub session: Session,
    pub limit_key: u64,
}

/// What became of a token.
#[derive(Debug, Clone)]
enum Known {
    Live {
        caller: Arc<Caller>,
        expires_at: i64,
    },
    /// The session ended, or the user is gone or disabled.
    Ended,
    /// Role or department are not those the token was made for: a refresh gives a new one.
    Outdated,
}

#[derive(Debug, Clone)]
struct Entry {
    known: Known,
    fresh_until: Instant,
}

type Digest256 = [u8; 32];

/// Tokens that were seen lately.
#[derive(Debug)]
pub struct Sessions {
    db: Db,
    tokens: Arc<Tokens>,
    password_validity: Duration,
    seen: Mutex<Bounded<Digest256, Entry>>,
    /// Grows when something is forgotten: what was read before then is not remembered.
    forgotten: AtomicU64,
    hash: RandomState,
}

impl Sessions {
    pub fn new(db: Db, tokens: Arc<Tokens>, password_validity: Duration) -> Self {
        Self {
            db,
            tokens,
            password_validity,
            seen: Mutex::new(Bounded::new(CAPACITY)),
            forgotten: AtomicU64::new(0),
            hash: RandomState::new(),
        }
    }

    /// Who calls with this token.
    pub async fn caller(&self, token: &str) -> Result<Arc<Caller>, SessionError> {
        let digest: Digest256 = Sha256::digest(token).into();
        if let Some(known) = self.recall(&digest) {
            return known.caller();
        }
        let claims = self.tokens.verify(token).await?;
        let generation = self.forgotten.load(Ordering::Acquire);
        let known = self.look_up(claims).await?;
        let entry = Entry { known: known.clone(), fresh_until: Instant::now() + FRESH };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if self.forgotten.load(Ordering::Acquire) == generation {
            seen.insert(digest, entry);
        }
        drop(seen);
        known.caller()
    }

    /// Forgets what is known of a user: something about it has changed.
    pub fn forget_user(&self, user: &UserId) {
        self.forget(|session| session.actor.user == *user);
    }

    /// Forgets a session that ended.
    pub fn forget_session(&self, id: &SessionId) {
        self.forget(|session| session.id == *id);
    }

    fn forget(&self, concerns: impl Fn(&Session) -> bool) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        seen.retain(|entry| match &entry.known {
            Known::Live { caller, .. } => !concerns(&caller.session),
            // What has ended stays so; what is outdated is about to be refreshed anyway.
            Known::Ended | Known::Outdated => true,
        });
    }

    fn recall(&self, digest: &Digest256) -> Option<Known> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.get(digest)?;
        (Instant::now() < entry.fresh_until).then(|| entry.known.clone())
    }

    async fn look_up(&self, claims: Claims) -> Result<Known, SessionError> {
        let id = claims.sid.clone();
        let standing = self
            .db
            .run(move |conn| repo::sessions::standing(conn, &id).map_err(SessionError::from))
            .await?;
        let now = chrono::Utc::now().timestamp_millis();
        let live = standing.filter(|found| {
            found.ended_at.is_none()
                && !found.disabled
                && now < found.expires_at
                && found.actor.user.as_str() == claims.sub
        });
        let Some(standing) = live else { return Ok(Known::Ended) };
        if standing.actor.role != claims.role {
            return Ok(Known::Outdated);
        }
        let validity = u64::try_from(self.password_validity.as_millis()).unwrap_or(u64::MAX);
        let limit_key = self.hash.hash_one(standing.actor.user.as_str());
        let session = Session {
            id: claims.sid,
            actor: standing.actor,
            must_change: standing.must_change,
            password_expires_at: standing.password_set_at.saturating_add_unsigned(validity),
        };
        let caller = Arc::new(Caller { session, limit_key });
        Ok(Known::Live { caller, expires_at: claims.exp })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("the session has ended")]
    Ended,
    #[error("the access token was made for another role")]
    Outdated,
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Repo(#[from] RepoError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Known {
    fn caller(self) -> Result<Arc<Caller>, SessionError> {
        match self {
            Self::Live { caller, expires_at } if chrono::Utc::now().timestamp() < expires_at => {
                Ok(caller)
            }
            Self::Live { .. } => Err(TokenError::Expired.into()),
            Self::Ended => Err(SessionError::Ended),
            Self::Outdated => Err(SessionError::Outdated),
        }
    }
}
