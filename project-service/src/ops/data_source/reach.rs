//! Getting at the database behind a data source.

use super::{Admission, Error};
use crate::{
    app::AppState,
    domain::data_source::{DataSource, Sealed, Secrets, Settings},
    repo,
};
use oms_chassis::{Vault, vault::VaultError};
use oms_connector::{
    Address, Catalog, ClientCertificate, Connector, DatabaseScope, Dialect, ProbeReport, Tls,
    TlsMode, open_within,
};
use oms_contracts::project::data_source as wire;
use oms_model::{Actor, EndpointId, Right};
use secrecy::SecretString;
use std::time::Duration;
use tokio::time::Instant;

/// The secrets of a data source in the clear. Lives as long as a call.
pub type Clear = Secrets<Option<SecretString>>;

/// Opens the secrets of a data source. May read the key file, so it belongs on a worker thread.
pub fn unsealed(vault: &Vault, source: &DataSource) -> Result<Clear, VaultError> {
    source.sealed.try_map(|slot, sealed| {
        let text = sealed.as_ref().map(|Sealed(text)| vault.unseal(&slot.place(&source.id), text));
        text.transpose()
    })
}

/// Seals secrets for a data source.
pub fn sealed(vault: &Vault, id: &EndpointId, clear: &Clear) -> Secrets<Option<Sealed>> {
    clear.map(|slot, text| text.as_ref().map(|text| Sealed(vault.seal(&slot.place(id), text))))
}

/// A data source whose database can be looked into. Holds a place at its gate.
#[derive(Debug)]
pub struct Opened {
    pub source: DataSource,
    connector: Box<dyn Connector>,
    _admission: Admission,
}

impl Opened {
    pub fn catalog(&self) -> &dyn Catalog {
        self.connector.catalog()
    }

    pub fn dialect(&self) -> &dyn Dialect {
        self.connector.dialect()
    }

    /// The database that the data source is limited to. Where a connection enters one database,
    /// that one is entered and its schemas are what is looked into, so nothing is left to limit.
    pub fn only_database(&self) -> Result<Option<&str>, Error> {
        let entrance = oms_connector::entrance(self.source.settings.kind)?;
        let database = self.source.settings.database.as_deref();
        Ok(database.filter(|_| !entrance.one_database))
    }

    /// Where objects may be taken from.
    pub fn scope(&self) -> Result<DatabaseScope, Error> {
        Ok(match self.only_database()? {
            Some(database) => DatabaseScope::Only(vec![database.to_owned()]),
            None => DatabaseScope::All,
        })
    }
}

/// Opens a data source that the actor sees.
pub async fn open(
    state: &AppState,
    actor: &Actor,
    id: &EndpointId,
) -> Result<Opened, crate::Error> {
    let (source, clear) = load(state, actor, id).await?;
    let limit = state.limits.database_timeout();
    let connector = connector(&source.settings, clear, limit)?;
    let admission = state.gates.enter(&source.settings.place(), Instant::now() + limit).await?;
    Ok(Opened { source, connector, _admission: admission })
}

/// A data source that the actor sees, with its secrets in the clear.
pub async fn load(
    state: &AppState,
    actor: &Actor,
    id: &EndpointId,
) -> Result<(DataSource, Clear), crate::Error> {
    let (actor, id, vault) = (actor.clone(), id.clone(), state.vault.clone());
    state
        .db
        .run(move |conn| {
            let source = repo::data_source::find_within(conn, &actor, Right::ReadWork, &id)?
                .ok_or(Error::NoSuch(id))?;
            let clear = unsealed(&vault, &source)?;
            Ok((source, clear))
        })
        .await
}

/// Tests a connection. What it waits for its turn is taken from the time it may take.
pub async fn probe(
    state: &AppState,
    settings: &Settings,
    clear: Clear,
) -> Result<ProbeReport, crate::Error> {
    let limit = state.limits.database_timeout();
    let (_admission, left) = state.gates.enter_within(&settings.place(), limit).await?;
    let connector = connector(settings, clear, left)?;
    Ok(connector.probe().probe().await.map_err(Error::from)?)
}

fn connector(
    settings: &Settings,
    clear: Clear,
    limit: Duration,
) -> Result<Box<dyn Connector>, Error> {
    let options = &settings.options;
    let client = options.client_certificate_pem.clone().zip(clear.client_key);
    let address = Address {
        host: settings.host.to_string(),
        port: settings.port,
        user: settings.login.composed(),
        password: clear.password.unwrap_or_default(),
        database: settings.database.clone(),
        tls: Tls {
            mode: tls_mode(options.tls_mode),
            ca_pem: options.ca_pem.clone(),
            client: client.map(|(chain_pem, key_pem)| ClientCertificate { chain_pem, key_pem }),
        },
    };
    Ok(open_within(settings.kind, address, limit)?)
}

fn tls_mode(mode: wire::TlsMode) -> TlsMode {
    match mode {
        wire::TlsMode::Disable => TlsMode::Disable,
        wire::TlsMode::Prefer => TlsMode::Prefer,
        wire::TlsMode::Require => TlsMode::Require,
        wire::TlsMode::VerifyCa => TlsMode::VerifyCa,
        wire::TlsMode::VerifyFull => TlsMode::VerifyFull,
    }
}
