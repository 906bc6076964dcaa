//! From the endpoint of a task to a connector.

use oms_connector::{
    Address, ClientCertificate, Connector, NotSupportedYet, Tls, TlsMode, open_within,
};
use oms_contracts::{project::data_source as wire, sync::Endpoint};
use std::{sync::Arc, time::Duration};

/// How long a call of the catalog may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Opens a connector. Nobody is asked yet.
pub fn connector(end: &Endpoint) -> Result<Arc<dyn Connector>, NotSupportedYet> {
    let (tls, password) = (&end.tls, end.password.clone().into_inner());
    let client = tls.client_certificate_pem.clone().zip(tls.client_key_pem.clone());
    let client =
        client.map(|(chain_pem, key)| ClientCertificate { chain_pem, key_pem: key.into_inner() });
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
        password,
        database: end.database.clone(),
        tls: Tls { mode, ca_pem: tls.ca_pem.clone(), client },
    };
    open_within(end.kind, address, LIMIT).map(Arc::from)
}
