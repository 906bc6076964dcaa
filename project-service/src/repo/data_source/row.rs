//! A row of `data_sources`, and the way between it and the domain.

use super::{Change, data_sources};
use crate::{
    domain::{
        data_source::{DataSource, Sealed, Secrets, Settings},
        host::Host,
        login::Login,
        owned::{Ownership, folded},
    },
    repo::Error,
};
use diesel::prelude::*;
use oms_model::{DepartmentId, EndpointId, Owner, UserId};
use serde::{Serialize, de::DeserializeOwned};

const TABLE: &str = "data_sources";

/// Columns in the order of the table.
#[derive(Queryable)]
pub(super) struct Row {
    id: String,
    name: String,
    _name_folded: String,
    kind: String,
    host: String,
    port: i32,
    username: String,
    tenant: Option<String>,
    cluster: Option<String>,
    database_name: Option<String>,
    account_key: String,
    description: Option<String>,
    region: Option<String>,
    role: Option<String>,
    partner_id: Option<String>,
    options: String,
    password_sealed: Option<String>,
    drc_password_sealed: Option<String>,
    inner_drc_password_sealed: Option<String>,
    client_key_sealed: Option<String>,
    last_probe: Option<String>,
    owner_user: String,
    owner_account: String,
    owner_department: String,
    created_at: i64,
    modified_at: i64,
    revision: i64,
}

impl Row {
    pub fn into_domain(self) -> Result<DataSource, Error> {
        let corrupt = |what: String| Error::corrupt(TABLE, &self.id, what);
        let kind = self.kind.parse().map_err(|e| corrupt(format!("{e}")))?;
        let owner = Owner {
            user: UserId::parse(&self.owner_user).map_err(|e| corrupt(e.to_string()))?,
            department: DepartmentId::parse(&self.owner_department)
                .map_err(|e| corrupt(e.to_string()))?,
        };
        let settings = Settings {
            name: self.name,
            kind,
            host: Host::parse(&self.host).map_err(|e| corrupt(format!("host: {e}")))?,
            port: u16::try_from(self.port).map_err(|e| corrupt(format!("port: {e}")))?,
            login: Login { user: self.username, tenant: self.tenant, cluster: self.cluster },
            database: self.database_name,
            account_key: self.account_key,
            description: self.description,
            region: self.region,
            role: self
                .role
                .map(|role| role.parse().map_err(|e| corrupt(format!("role: {e}"))))
                .transpose()?,
            partner: self.partner_id.as_deref().map(endpoint_id).transpose()?,
            options: from_json(&self.id, &self.options)?,
        };
        Ok(DataSource {
            id: endpoint_id(&self.id)?,
            settings,
            sealed: Secrets {
                password: self.password_sealed.map(Sealed),
                drc_password: self.drc_password_sealed.map(Sealed),
                inner_drc_password: self.inner_drc_password_sealed.map(Sealed),
                client_key: self.client_key_sealed.map(Sealed),
            },
            last_probe: self.last_probe.map(|json| from_json(&self.id, &json)).transpose()?,
            owned: Ownership { owner, account: self.owner_account },
            created_at: self.created_at,
            modified_at: self.modified_at,
            revision: self.revision,
        })
    }
}

/// What is stored of a new data source.
#[derive(Insertable)]
#[diesel(table_name = data_sources, treat_none_as_default_value = false)]
pub(super) struct NewRow {
    id: String,
    name: String,
    name_folded: String,
    kind: String,
    host: String,
    port: i32,
    username: String,
    tenant: Option<String>,
    cluster: Option<String>,
    database_name: Option<String>,
    account_key: String,
    description: Option<String>,
    region: Option<String>,
    role: Option<String>,
    partner_id: Option<String>,
    options: String,
    password_sealed: Option<String>,
    drc_password_sealed: Option<String>,
    inner_drc_password_sealed: Option<String>,
    client_key_sealed: Option<String>,
    last_probe: Option<String>,
    owner_user: String,
    owner_account: String,
    owner_department: String,
    created_at: i64,
    modified_at: i64,
    revision: i64,
}

impl NewRow {
    pub fn of(source: &DataSource) -> Result<Self, Error> {
        let (settings, owned) = (&source.settings, &source.owned);
        let sealed = source.sealed.map(|_, sealed| sealed.clone().map(|Sealed(text)| text));
        Ok(Self {
            id: source.id.to_string(),
            name: settings.name.clone(),
            name_folded: folded(&settings.name),
            kind: settings.kind.to_string(),
            host: settings.host.to_string(),
            port: i32::from(settings.port),
            username: settings.login.user.clone(),
            tenant: settings.login.tenant.clone(),
            cluster: settings.login.cluster.clone(),
            database_name: settings.database.clone(),
            account_key: settings.account_key.clone(),
            description: settings.description.clone(),
            region: settings.region.clone(),
            role: settings.role.map(|role| role.to_string()),
            partner_id: settings.partner.as_ref().map(ToString::to_string),
            options: to_json(&source.id, &settings.options)?,
            password_sealed: sealed.password,
            drc_password_sealed: sealed.drc_password,
            inner_drc_password_sealed: sealed.inner_drc_password,
            client_key_sealed: sealed.client_key,
            last_probe: source.last_probe.as_ref().map(|p| to_json(&source.id, p)).transpose()?,
            owner_user: owned.owner.user.to_string(),
            owner_account: owned.account.clone(),
            owner_department: owned.owner.department.to_string(),
            created_at: source.created_at,
            modified_at: source.modified_at,
            revision: source.revision,
        })
    }
}

/// What an edit writes. The outer `None` leaves a column as it is, the inner one empties it.
#[derive(AsChangeset)]
#[diesel(table_name = data_sources)]
pub(super) struct Changes {
    name: String,
    name_folded: String,
    host: String,
    port: i32,
    username: String,
    tenant: Option<Option<String>>,
    cluster: Option<Option<String>>,
    database_name: Option<Option<String>>,
    account_key: String,
    description: Option<Option<String>>,
    region: Option<Option<String>>,
    role: Option<Option<String>>,
    partner_id: Option<Option<String>>,
    options: String,
    password_sealed: Option<Option<String>>,
    drc_password_sealed: Option<Option<String>>,
    inner_drc_password_sealed: Option<Option<String>>,
    client_key_sealed: Option<Option<String>>,
    last_probe: Option<Option<String>>,
    modified_at: i64,
    revision: i64,
}

impl Changes {
    pub fn of(source: &DataSource, secrets: &Secrets<Change>) -> Result<Self, Error> {
        let row = NewRow::of(source)?;
        let change = |change: &Change| match change {
            Change::Keep => None,
            Change::Clear => Some(None),
            Change::Set(Sealed(text)) => Some(Some(text.clone())),
        };
        Ok(Self {
            name: row.name,
            name_folded: row.name_folded,
            host: row.host,
            port: row.port,
            username: row.username,
            tenant: Some(row.tenant),
            cluster: Some(row.cluster),
            database_name: Some(row.database_name),
            account_key: row.account_key,
            description: Some(row.description),
            region: Some(row.region),
            role: Some(row.role),
            partner_id: Some(row.partner_id),
            options: row.options,
            password_sealed: change(&secrets.password),
            drc_password_sealed: change(&secrets.drc_password),
            inner_drc_password_sealed: change(&secrets.inner_drc_password),
            client_key_sealed: change(&secrets.client_key),
            last_probe: Some(row.last_probe),
            modified_at: row.modified_at,
            revision: row.revision,
        })
    }
}

pub fn endpoint_id(text: &str) -> Result<EndpointId, Error> {
    EndpointId::parse(text).map_err(|error| Error::corrupt(TABLE, text, error))
}

pub fn to_json(id: &EndpointId, value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::corrupt(TABLE, id.as_str(), error))
}

fn from_json<T: DeserializeOwned>(id: &str, json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::corrupt(TABLE, id, error))
}
