//! From the endpoint of a store to a connector.

use oms_connector::{
    Address, ClientCertificate, Connector, NotSupportedYet, Tls, TlsMode, open_within,
};
use oms_contracts::{project::data_source as wire, sync::Endpoint};
use oms_model::DatabaseKind;
use std::{sync::Arc, time::Duration};

/// How long a call may take that is no stream.
const LIMIT: Duration = Duration::from_secs(60);

/// Opens a connector. Nobody is asked yet.
pub fn connector(end: &Endpoint) -> Result<Arc<dyn Connector>, NotSupportedYet> {
    let tls = &end.tls;
    let key = tls.client_key_pem.clone().map(oms_contracts::Secret::into_inner);
    let client = tls.client_certificate_pem.clone().zip(key);
    let client = client.map(|(chain_pem, key_pem)| ClientCertificate { chain_pem, key_pem });
    let mode = match tls.mode {
        wire::TlsMode::Disable => TlsMode::Disable,
        wire::TlsMode::Prefer => TlsMode::Prefer,
        wire::TlsMode::Require => TlsMode::Require,
        wire::TlsMode::VerifyCa => TlsMode::VerifyCa,
        wire::TlsMode::VerifyFull => TlsMode::VerifyFull,
    };
    let address = Address {
        host: end.host.clone(),
        port: end.port,
        user: end.user.clone(),
        password: end.password.clone().into_inner(),
        database: end.database.clone(),
        tls: Tls { mode, ca_pem: tls.ca_pem.clone(), client },
    };
    open_within(end.kind, address, LIMIT).map(Arc::from)
}

/// An endpoint of a kind that is not anywhere, to learn what the kind can do.
pub fn nowhere(kind: DatabaseKind) -> Endpoint {
    Endpoint {
        kind,
        host: String::new(),
        port: 1,
        user: String::new(),
        password: oms_contracts::Secret::default(),
        database: None,
        tls: wire::TlsSettings::default(),
    }
}
