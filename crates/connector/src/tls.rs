//! TLS to databases: one crypto provider, what each mode verifies, and why a handshake failed.

use crate::address::{Address, ClientCertificate, Tls, TlsMode};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use secrecy::ExposeSecret;
use std::error::Error;
use std::io;
use std::sync::{Arc, LazyLock};

/// Why there is no TLS connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsFailure {
    #[error("the server does not offer TLS")]
    NotOffered,
    #[error("the server takes only TLS connections")]
    Demanded,
    #[error("the server's certificate is not signed by a trusted authority")]
    Untrusted,
    #[error("the server's certificate is for another host: {0}")]
    WrongName(String),
    #[error("the server's certificate has expired or is not valid yet: {0}")]
    OutOfDate(String),
    #[error("the server's certificate cannot be used: {0}")]
    BadCertificate(String),
    #[error("verify-ca needs the certificate of the authority")]
    NoAuthority,
    #[error("the certificate of the authority cannot be read: {0}")]
    BadAuthority(String),
    #[error("the client's certificate or key cannot be read: {0}")]
    BadClientCertificate(String),
    #[error("the server refused the handshake: {0}")]
    Refused(String),
    #[error("the handshake failed: {0}")]
    Handshake(String),
}

impl TlsFailure {
    /// Whether a peer that knows nothing of TLS, or of databases, could have caused it.
    pub(crate) fn may_be_another_protocol(&self) -> bool {
        match self {
            Self::NotOffered | Self::Handshake(_) => true,
            Self::Demanded
            | Self::Untrusted
            | Self::WrongName(_)
            | Self::OutOfDate(_)
            | Self::BadCertificate(_)
            | Self::NoAuthority
            | Self::BadAuthority(_)
            | Self::BadClientCertificate(_)
            | Self::Refused(_) => false,
        }
    }

    /// Finds the reason in an error's causes; `None` when TLS had no part in it.
    pub(crate) fn find(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<rustls::Error>() {
                return Some(Self::of(found));
            }
            // An io::Error hides the error it was made from behind that one's own source.
            next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        None
    }

    fn of(error: &rustls::Error) -> Self {
        use CertificateError as C;
        match error {
            rustls::Error::InvalidCertificate(fault) => match fault {
                C::UnknownIssuer => Self::Untrusted,
                C::NotValidForName | C::NotValidForNameContext { .. } => {
                    Self::WrongName(fault.to_string())
                }
                C::Expired
                | C::ExpiredContext { .. }
                | C::NotValidYet
                | C::NotValidYetContext { .. } => Self::OutOfDate(fault.to_string()),
                other => Self::BadCertificate(other.to_string()),
            },
            rustls::Error::AlertReceived(alert) => Self::Refused(format!("{alert:?}")),
            other => Self::Handshake(other.to_string()),
        }
    }
}

/// The one provider of cryptography, given explicitly wherever a configuration is built.
pub fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> =
        LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));
    Arc::clone(&PROVIDER)
}

/// What a mode demands of a server, as rustls understands it; `None` for plain text.
pub(crate) fn client_config(tls: &Tls) -> Result<Option<ClientConfig>, TlsFailure> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsFailure::Handshake(error.to_string()))?;
    let unverified_name = |roots| Arc::new(AnyName { roots, provider: provider() });
    let builder = match tls.mode {
        TlsMode::Disable => return Ok(None),
        TlsMode::Prefer | TlsMode::Require => {
            builder.dangerous().with_custom_certificate_verifier(unverified_name(None))
        }
        TlsMode::VerifyCa => {
            let roots = roots(tls)?;
            builder.dangerous().with_custom_certificate_verifier(unverified_name(Some(roots)))
        }
        TlsMode::VerifyFull => builder.with_root_certificates(roots(tls)?),
    };
    let config = match &tls.client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let (chain, key) = identity(client)?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| TlsFailure::BadClientCertificate(error.to_string()))?
        }
    };
    Ok(Some(config))
}

/// The name to ask a server's certificate for. Where no name is verified, a host that no certificate
/// could name (`db.1`, an IPv6 address with a zone) is no obstacle.
pub(crate) fn server_name(address: &Address) -> Result<&str, TlsFailure> {
    let host = address.host.as_str();
    match ServerName::try_from(host) {
        Ok(_) => Ok(host),
        Err(_) if address.tls.mode == TlsMode::VerifyFull => {
            Err(TlsFailure::WrongName(format!("no certificate can name {host:?}")))
        }
        Err(_) => Ok("nameless.invalid"),
    }
}

/// The authorities that a verifying mode trusts.
pub(crate) fn roots(tls: &Tls) -> Result<RootCertStore, TlsFailure> {
    let Some(pem) = &tls.ca_pem else {
        if tls.mode == TlsMode::VerifyCa {
            return Err(TlsFailure::NoAuthority);
        }
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem).map_err(TlsFailure::BadAuthority)? {
        roots.add(certificate).map_err(|error| TlsFailure::BadAuthority(error.to_string()))?;
    }
    Ok(roots)
}

/// A client's chain and key.
pub(crate) fn identity(
    client: &ClientCertificate,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsFailure> {
    let chain = certificates(&client.chain_pem).map_err(TlsFailure::BadClientCertificate)?;
    let key = PrivateKeyDer::from_pem_slice(client.key_pem.expose_secret().as_bytes())
        .map_err(|_| TlsFailure::BadClientCertificate("there is no PEM private key".into()))?;
    Ok((chain, key))
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match read {
        Ok(found) if found.is_empty() => Err("there is no PEM certificate".into()),
        Ok(found) => Ok(found),
        Err(error) => Err(error.to_string()),
    }
}

/// Leaves the name open: any certificate will do (`prefer`, `require`), or any that the roots
/// signed (`verify-ca`). That the peer holds the certificate's key is proven in either case.
#[derive(Debug)]
struct AnyName {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                roots,
                intermediates,
                now,
                algorithms,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(mode: TlsMode, ca: Option<&str>) -> Tls {
        Tls { mode, ca_pem: ca.map(str::to_owned), client: None }
    }

    #[test]
    fn verify_ca_without_an_authority_is_refused() {
        let refusal = client_config(&wishes(TlsMode::VerifyCa, None)).unwrap_err();
        assert_eq!(refusal, TlsFailure::NoAuthority);
    }

    #[test]
    fn verify_full_trusts_public_authorities_by_default() {
        assert!(roots(&wishes(TlsMode::VerifyFull, None)).unwrap().len() > 50);
    }

    #[test]
    fn an_authority_that_is_no_certificate_is_refused() {
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for pem in ["", "certificate", broken] {
            let refusal = client_config(&wishes(TlsMode::VerifyFull, Some(pem))).unwrap_err();
            assert!(matches!(refusal, TlsFailure::BadAuthority(_)), "{pem}: {refusal}");
        }
    }

    #[test]
    fn a_client_key_that_is_none_is_refused() {
        let client = ClientCertificate { chain_pem: "x".into(), key_pem: "y".into() };
        let tls = Tls { client: Some(client), ..wishes(TlsMode::Require, None) };
        assert!(matches!(client_config(&tls), Err(TlsFailure::BadClientCertificate(_))));
    }

    #[test]
    fn a_host_that_no_certificate_can_name_matters_only_where_the_name_does() {
        let name = |host: &str, mode| {
            let address = Address::parse("mysql://u@h").unwrap().1;
            let address = Address { host: host.into(), tls: Tls::mode(mode), ..address };
            server_name(&address).map(str::to_owned)
        };
        for host in ["db.example", "my_db", "10.0.0.1", "fe80::1"] {
            assert_eq!(name(host, TlsMode::VerifyFull), Ok(host.to_owned()));
        }
        for host in ["db.1", "fe80::1%eth0"] {
            assert!(matches!(name(host, TlsMode::VerifyFull), Err(TlsFailure::WrongName(_))));
            assert!(name(host, TlsMode::Require).is_ok());
        }
    }

    #[test]
    fn plain_text_needs_no_configuration() {
        assert!(client_config(&wishes(TlsMode::Disable, Some("broken"))).unwrap().is_none());
    }
}
