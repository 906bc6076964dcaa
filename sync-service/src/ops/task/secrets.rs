//! Sealing the secrets of a task, and opening them for whoever runs it.

use super::Error;
use crate::domain::{
    Sealed, Task,
    secrets::{TaskSecrets, join},
};
use oms_chassis::Vault;
use oms_contracts::sync::{TaskId, TaskSpec};
use secrecy::{ExposeSecret, SecretString};

/// Where the secrets of a task belong: sealed for it, they open for no other.
pub fn place(id: &TaskId) -> String {
    format!("sync_task:{id}")
}

/// Seals secrets for a task.
pub fn sealed(vault: &Vault, id: &TaskId, secrets: &TaskSecrets) -> Sealed {
    let text = serde_json::to_string(secrets).expect("texts are JSON");
    Sealed(vault.seal(&place(id), &SecretString::from(text)))
}

/// Opens the secrets of a task. May read the key file, so it belongs on a worker thread.
pub fn opened(vault: &Vault, id: &TaskId, sealed: &Sealed) -> Result<TaskSecrets, crate::Error> {
    let text = vault.unseal(&place(id), &sealed.0)?;
    // What serde says of a text may quote it.
    Ok(serde_json::from_str(text.expose_secret()).map_err(|_| Error::Secrets)?)
}

/// What a task is to do, with its secrets.
pub fn unsealed(vault: &Vault, task: &Task) -> Result<TaskSpec, crate::Error> {
    let secrets = opened(vault, &task.outline.id, &task.sealed)?;
    Ok(join(task.spec.clone(), secrets))
}
