//! The file of sessions and its lock.

use crate::{
    fault::{Code, Fault, io_fault},
    private_file::{self, ReadError},
};
use chrono::{DateTime, Utc};
use oms_contracts::{Secret, gateway::auth::SessionView};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use url::Url;

/// Where somebody works, and as whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Profile {
    pub url: Url,
    pub account: String,
    /// Absent after a logout; the address and account are remembered for the next login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
}

/// What proves it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    pub access: Secret,
    /// By the clock of this machine.
    pub access_expires_at: DateTime<Utc>,
    pub refresh: Secret,
}

impl Profile {
    pub fn new(url: Url, session: &SessionView, now: DateTime<Utc>) -> Self {
        let lifetime = i64::try_from(session.expires_in).unwrap_or(0);
        let lifetime = chrono::TimeDelta::try_seconds(lifetime).unwrap_or_default();
        let tokens = Tokens {
            access: session.access_token.clone(),
            access_expires_at: now + lifetime,
            refresh: session.refresh_token.clone(),
        };
        Self { url, account: session.user.account.clone(), tokens: Some(tokens) }
    }

    pub fn without_tokens(self) -> Self {
        Self { tokens: None, ..self }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Content {
    profiles: BTreeMap<String, Profile>,
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("neither XDG_CONFIG_HOME nor HOME says where the configuration is")]
    NoHome,
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{path} is not a session file")]
    Damaged {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error("{path} cannot be used")]
    Io {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl From<SessionError> for Fault {
    fn from(error: SessionError) -> Self {
        match &error {
            SessionError::Io { source, .. } => {
                io_fault(Code::SessionFile, error.to_string(), source)
                    .advise("check that the directory may be written and its disk has room".into())
            }
            SessionError::NoHome => Self::from_error(Code::SessionFile, &error)
                .advise("set HOME or XDG_CONFIG_HOME".into()),
            SessionError::Read(_) | SessionError::Damaged { .. } => {
                Self::from_error(Code::SessionFile, &error)
            }
        }
    }
}

/// The sessions of this user.
#[derive(Debug, Clone)]
pub struct Sessions {
    folder: PathBuf,
}

/// Nobody else reads or writes the sessions while this lives.
#[derive(Debug)]
pub struct Held<'a> {
    sessions: &'a Sessions,
    _lock: File,
}

impl Sessions {
    /// In `$XDG_CONFIG_HOME/oms`, by default `~/.config/oms`.
    pub fn of_user() -> Result<Self, SessionError> {
        let folder =
            crate::xdg::folder("XDG_CONFIG_HOME", ".config").ok_or(SessionError::NoHome)?;
        Ok(Self { folder })
    }

    pub fn find(&self, profile: &str) -> Result<Option<Profile>, SessionError> {
        Ok(self.content()?.profiles.remove(profile))
    }

    /// Waits until no other command holds the sessions. Blocks; the other holds them for no longer
    /// than one call.
    pub fn hold(&self) -> Result<Held<'_>, SessionError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| SessionError::Io { path, source }
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(io(&self.folder))?;
        let path = self.folder.join("session.lock");
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(io(&path))?;
        lock.lock().map_err(io(&path))?;
        Ok(Held { sessions: self, _lock: lock })
    }

    fn path(&self) -> PathBuf {
        self.folder.join("session.json")
    }

    fn content(&self) -> Result<Content, SessionError> {
        let path = self.path();
        match private_file::read(&path)? {
            None => Ok(Content::default()),
            Some(text) => {
                serde_json::from_str(&text).map_err(|source| SessionError::Damaged { path, source })
            }
        }
    }
}

impl Held<'_> {
    pub fn find(&self, profile: &str) -> Result<Option<Profile>, SessionError> {
        self.sessions.find(profile)
    }

    pub fn put(&self, name: &str, profile: Profile) -> Result<(), SessionError> {
        let mut content = self.sessions.content()?;
        content.profiles.insert(name.to_owned(), profile);
        let path = self.sessions.path();
        let text = serde_json::to_vec_pretty(&content).expect("sessions are JSON");
        private_file::write(&path, &text).map_err(|source| SessionError::Io { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn profile(token: &str) -> Profile {
        let tokens = Tokens {
            access: token.into(),
            access_expires_at: Utc::now(),
            refresh: "hunter3".into(),
        };
        let url = "http://127.0.0.1:8089".parse().unwrap();
        Profile { url, account: "li".into(), tokens: Some(tokens) }
    }

    fn sessions(dir: &tempfile::TempDir) -> Sessions {
        Sessions { folder: dir.path().join("a/oms") }
    }

    #[test]
    fn profiles_are_kept_apart_in_a_file_nobody_else_may_read() {
        let dir = tempfile::tempdir().unwrap();
        let sessions = sessions(&dir);
        assert!(sessions.find("default").unwrap().is_none());
        let held = sessions.hold().unwrap();
        held.put("default", profile("one")).unwrap();
        held.put("other", profile("two")).unwrap();
        held.put("default", profile("one").without_tokens()).unwrap();
        let tokens = |name: &str| sessions.find(name).unwrap().unwrap().tokens;
        assert!(tokens("default").is_none());
        assert_eq!(tokens("other").unwrap().access.expose(), "two");
        let mode = |name: &str| {
            sessions.folder.join(name).metadata().unwrap().permissions().mode() & 0o777
        };
        assert_eq!((mode("session.json"), mode("session.lock"), mode("")), (0o600, 0o600, 0o700));
    }

    #[test]
    fn a_damaged_file_is_named_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let sessions = sessions(&dir);
        let held = sessions.hold().unwrap();
        private_file::write(&sessions.path(), b"{ not json").unwrap();
        assert!(matches!(held.put("x", profile("t")), Err(SessionError::Damaged { .. })));
        assert_eq!(std::fs::read(sessions.path()).unwrap(), b"{ not json");
    }

    #[test]
    fn the_sessions_are_held_by_one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let sessions = sessions(&dir);
        let held = sessions.hold().unwrap();
        let lock = File::open(sessions.folder.join("session.lock")).unwrap();
        assert!(lock.try_lock().is_err(), "somebody holds it");
        drop(held);
        assert!(lock.try_lock().is_ok());
    }

    #[test]
    fn tokens_are_not_printed() {
        assert!(!format!("{:?}", profile("hunter2")).contains("hunter"));
    }
}
