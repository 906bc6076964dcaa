//! API keys: everybody has some of its own; who manages users sees theirs.

use super::now;
use crate::{
    Error,
    repo::{
        RepoError,
        api_keys::{self, ApiKey, NewKey, Reach},
        users,
    },
};
use chrono::DateTime;
use oms_chassis::{Conn, Vault, secrets};
use oms_contracts::{
    Detail, Page,
    gateway::api_key::{
        API_KEY_DESCRIPTION_MAX, API_KEYS_PER_USER_MAX, ApiKeyQuery, ApiKeyView, CreateApiKey,
        CreatedApiKey,
    },
};
use oms_model::{
    actor::{Actor, Owner, Right, Role, Scope},
    id::ApiKeyId,
    names::check_prose,
};

/// Binds a sealed secret to its key.
pub fn place(id: &str) -> String {
    format!("api_key:{id}:secret")
}

pub fn view(key: ApiKey) -> ApiKeyView {
    let time = |ms| DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::UNIX_EPOCH);
    ApiKeyView {
        id: key.id,
        access_key_id: key.access_key_id,
        description: key.description,
        user_id: key.owner.user,
        account: key.account,
        enabled: key.enabled,
        last_used_at: key.last_used_at.map(time),
        created_at: time(key.created_at),
    }
}

/// Makes a key for the actor and tells its secret, this once.
pub fn create(
    conn: &mut Conn,
    vault: &Vault,
    actor: &Actor,
    wanted: &CreateApiKey,
) -> Result<CreatedApiKey, Error> {
    let description = wanted.description.as_deref().unwrap_or_default();
    check_prose("description", description, API_KEY_DESCRIPTION_MAX)
        .map_err(|fault| Error::Invalid(vec![Detail::new("description", fault.to_string())]))?;
    let id = ApiKeyId::from_entropy(secrets::entropy::<10>());
    // Upper-case letters and digits, as clients of such keys expect.
    let access_key_id = format!("OMS{:020X}", u128::from_be_bytes(secrets::entropy()) >> 48);
    let secret = secrets::random_secret();
    let sealed = vault.seal(&place(id.as_str()), &secret);
    conn.write(|conn| {
        if !users::hold(conn, &actor.user)? {
            return Err(Error::NoSuchUser);
        }
        let count = api_keys::count_of(conn, &actor.user)?;
        if usize::try_from(count).map_or(true, |count| count >= API_KEYS_PER_USER_MAX) {
            return Err(Error::TooManyApiKeys(count));
        }
        let key = NewKey {
            id: id.as_str(),
            user_id: actor.user.as_str(),
            access_key_id: &access_key_id,
            sealed: &sealed,
            description,
            enabled: true,
            created_at: now(),
        };
        api_keys::insert(conn, key).map_err(|error| match error {
            RepoError::Torn(_) => Error::NoSuchUser,
            error => error.into(),
        })
    })?;
    Ok(CreatedApiKey { id, access_key_id, access_key_secret: secret.into() })
}

/// One page of the keys that the actor sees.
pub fn list(
    conn: &mut Conn,
    actor: &Actor,
    query: &ApiKeyQuery,
) -> Result<Page<ApiKeyView>, Error> {
    let page = query.page().checked()?;
    let reach = if actor.role.scope(Right::ChangeKeys) == Scope::Everything {
        Reach::Everybody
    } else if actor.role.scope(Right::ChangeUsers) == Scope::Department {
        let managed = Role::ALL.iter().copied().filter(|role| actor.role.rules(*role));
        Reach::Managed(actor.department.clone(), managed.collect())
    } else {
        Reach::Own
    };
    let (found, total) = api_keys::list(conn, &actor.user, &reach, query.user_id.as_ref(), page)?;
    Ok(page.page(found.into_iter().map(view).collect(), total))
}

/// Lets a key work, or keeps it from working.
pub fn set_enabled(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApiKeyId,
    enabled: bool,
) -> Result<ApiKey, Error> {
    conn.write(|conn| {
        let key = changeable(conn, actor, id)?;
        api_keys::set_enabled(conn, id, enabled)?;
        Ok(ApiKey { enabled, ..key })
    })
}

pub fn delete(conn: &mut Conn, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    conn.write(|conn| {
        let key = changeable(conn, actor, id)?;
        api_keys::delete(conn, id)?;
        Ok(key)
    })
}

/// A key that the actor may change. One that it does not even see is not there.
fn changeable(conn: &mut Conn, actor: &Actor, id: &ApiKeyId) -> Result<ApiKey, Error> {
    let key = api_keys::find(conn, id)?.ok_or(Error::NoSuchApiKey)?;
    let owner = Owner { user: key.owner.user.clone(), department: key.owner.department.clone() };
    let everybodys = actor.role.scope(Right::ChangeKeys) == Scope::Everything;
    if everybodys || actor.has(Right::ChangeKeys, &owner) {
        Ok(key)
    } else if actor.may_reset(&key.owner) {
        Err(Error::Forbidden("only its owner and root change a key; disable the user instead"))
    } else {
        Err(Error::NoSuchApiKey)
    }
}
