//! Reading the settings a user sends: everything that is wrong with them at once.

use super::Error;
use crate::domain::{
    data_source::{Options, Secrets, Settings, account_key},
    host::Host,
    login::Login,
};
use oms_connector::Entrance;
use oms_contracts::{
    Detail, Secret,
    project::data_source::{DataSourceSettings, Placement, TlsMode, TlsSettings},
};
use oms_model::names::{self, InvalidName};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

const DATABASE_MAX: usize = 128;
const REGION_MAX: usize = 64;
const OCP_MAX: usize = 32;
const WORD_MAX: usize = 128;
const URL_MAX: usize = 1_024;
const SECRET_BYTES_MAX: usize = 1_024;
const PEM_BYTES_MAX: usize = 64 * 1_024;
const EXTRA_BYTES_MAX: usize = 8 * 1_024;

/// What a body says about a secret.
#[derive(Debug, Clone)]
pub enum Given {
    /// Nothing: a stored one stays.
    Unchanged,
    /// That there is none.
    Nothing,
    Secret(SecretString),
}

impl Given {
    /// Whether what is stored becomes something else.
    pub fn replaces(&self, is_stored: bool) -> bool {
        match self {
            Self::Unchanged => false,
            Self::Nothing => is_stored,
            Self::Secret(_) => true,
        }
    }

    /// What holds where `stored` did.
    pub fn over(&self, stored: &Option<SecretString>) -> Option<SecretString> {
        match self {
            Self::Unchanged => stored.clone(),
            Self::Nothing => None,
            Self::Secret(text) => Some(text.clone()),
        }
    }
}

/// Checks settings and takes the secrets out of them.
pub fn settings(body: DataSourceSettings) -> Result<(Settings, Secrets<Given>), Error> {
    let entrance = oms_connector::entrance(body.kind)?;
    let mut reader = Reader { faults: Vec::new() };
    let read = reader.settings(body, entrance);
    match read {
        Some(read) if reader.faults.is_empty() => Ok(read),
        _ => Err(Error::Invalid(reader.faults)),
    }
}

struct Reader {
    faults: Vec<Detail>,
}

impl Reader {
    /// `None` when there is a fault that leaves nothing to return.
    fn settings(
        &mut self,
        body: DataSourceSettings,
        entrance: Entrance,
    ) -> Option<(Settings, Secrets<Given>)> {
        self.named("name", names::check_endpoint_name(&body.name));
        let host = Host::parse(&body.host)
            .map_err(|fault| self.fault("host", format!("{:?}: {fault}", clipped(&body.host))));
        if body.port == 0 {
            self.fault("port", "0 is not a port");
        }
        let login = self.login(&body, entrance);
        let database = self.word("database", body.database, DATABASE_MAX);
        let description = filled(body.description);
        if let Some(text) = &description {
            self.named("description", names::check_endpoint_description(text));
        }
        let region = self.word("region", body.region, REGION_MAX);
        let tls = body.tls.unwrap_or_default();
        let given = Secrets {
            password: self.secret("password", body.password, SECRET_BYTES_MAX),
            drc_password: self.secret("drcPassword", body.drc_password, SECRET_BYTES_MAX),
            inner_drc_password: self.secret(
                "innerDrcPassword",
                body.inner_drc_password,
                SECRET_BYTES_MAX,
            ),
            client_key: self.client_key(&tls),
        };
        let (tls_mode, ca_pem, client_certificate_pem) = self.tls(tls);
        let drc_user = self.word("drcUser", body.drc_user, WORD_MAX);
        if drc_user.is_none() && matches!(given.drc_password, Given::Secret(_)) {
            self.fault("drcPassword", "a password needs its drcUser");
        }
        let options = Options {
            tls_mode,
            ca_pem,
            client_certificate_pem,
            config_url: self.config_url(body.config_url),
            ocp_name: self.word("ocpName", body.ocp_name, OCP_MAX),
            drc_user,
            try_keep_hb: body.try_keep_hb.unwrap_or(false),
            placement: self.placement(body.placement.unwrap_or_default()),
            conn_extra_attributes: self.extra(body.conn_extra_attributes.unwrap_or_default()),
        };
        let (host, login) = (host.ok()?, login?);
        let settings = Settings {
            account_key: key(&host, body.port, &login, database.as_deref(), entrance),
            name: body.name,
            kind: body.kind,
            host,
            port: body.port,
            login,
            database,
            description,
            region,
            role: body.role,
            partner: body.partner_id,
            options,
        };
        Some((settings, given))
    }

    fn fault(&mut self, field: &str, message: impl Into<String>) {
        self.faults.push(Detail::new(field, message));
    }

    fn named(&mut self, field: &str, check: Result<(), InvalidName>) {
        if let Err(invalid) = check {
            self.fault(field, format!("{}: {}", invalid.fault, invalid.fault.advice()));
        }
    }

    fn login(&mut self, body: &DataSourceSettings, entrance: Entrance) -> Option<Login> {
        let (tenant, cluster) = (empty_is_none(&body.tenant), empty_is_none(&body.cluster));
        let read = match entrance.has_tenants {
            true => Login::with_tenant(&body.username, tenant, cluster),
            false => Login::plain(&body.username, tenant, cluster),
        };
        read.map_err(|fault| self.fault(fault.field(), fault.to_string())).ok()
    }

    /// A name that is kept as it is. Databases allow nearly anything in theirs.
    fn word(&mut self, field: &str, text: Option<String>, max: usize) -> Option<String> {
        let text = filled(text)?;
        if text.chars().count() > max {
            self.fault(field, format!("it has more than {max} characters"));
        } else if text.chars().any(char::is_control) {
            self.fault(field, "it holds control characters");
        }
        Some(text)
    }

    fn secret(&mut self, field: &str, secret: Option<Secret>, max: usize) -> Given {
        let Some(secret) = secret else { return Given::Unchanged };
        if secret.is_empty() {
            return Given::Nothing;
        }
        if secret.expose().len() > max {
            self.fault(field, format!("it has more than {max} bytes"));
        }
        // Drivers end texts at NUL.
        if secret.expose().contains('\0') {
            self.fault(field, "it holds a NUL character");
        }
        Given::Secret(secret.into_inner())
    }

    fn client_key(&mut self, tls: &TlsSettings) -> Given {
        if filled(tls.client_certificate_pem.clone()).is_none() {
            if tls.client_key_pem.as_ref().is_some_and(|key| !key.is_empty()) {
                self.fault("tls.clientKeyPem", "a key needs its clientCertificatePem");
            }
            return Given::Nothing;
        }
        self.secret("tls.clientKeyPem", tls.client_key_pem.clone(), PEM_BYTES_MAX)
    }

    fn tls(&mut self, tls: TlsSettings) -> (TlsMode, Option<String>, Option<String>) {
        let ca = self.certificates("tls.caPem", tls.ca_pem);
        let client = self.certificates("tls.clientCertificatePem", tls.client_certificate_pem);
        if tls.mode == TlsMode::VerifyCa && ca.is_none() {
            self.fault("tls.caPem", "verify-ca needs the certificate of the authority");
        }
        (tls.mode, ca, client)
    }

    /// The connector reads them in full; this keeps private keys and the like from being stored
    /// where they would be shown.
    fn certificates(&mut self, field: &str, pem: Option<String>) -> Option<String> {
        let pem = filled(pem)?;
        if pem.len() > PEM_BYTES_MAX {
            self.fault(field, format!("it has more than {PEM_BYTES_MAX} bytes"));
        } else if pem.contains("PRIVATE KEY") {
            self.fault(field, "it holds a private key; that belongs into clientKeyPem");
        } else if !pem.contains("-----BEGIN CERTIFICATE-----") {
            self.fault(field, "it holds no PEM certificate");
        }
        Some(pem)
    }

    fn config_url(&mut self, url: Option<String>) -> Option<String> {
        let url = filled(url)?;
        let parsed = Url::parse(&url);
        if url.len() > URL_MAX {
            self.fault("configUrl", format!("it has more than {URL_MAX} bytes"));
        } else {
            match parsed {
                Ok(parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
                    self.fault("configUrl", "it holds a user or password, which would be shown");
                }
                Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() => {}
                Ok(_) | Err(_) => self.fault("configUrl", "it is not an http:// or https:// URL"),
            }
        }
        Some(url)
    }

    fn placement(&mut self, placement: Placement) -> Placement {
        if placement.log_proxy_port == Some(0) {
            self.fault("placement.logProxyPort", "0 is not a port");
        }
        let log_proxy_host =
            filled(placement.log_proxy_host).map(|host| match Host::parse(&host) {
                Ok(host) => host.to_string(),
                Err(fault) => {
                    self.fault("placement.logProxyHost", fault.to_string());
                    host
                }
            });
        Placement {
            access_type: self.word("placement.accessType", placement.access_type, WORD_MAX),
            vpc_id: self.word("placement.vpcId", placement.vpc_id, WORD_MAX),
            instance_id: self.word("placement.instanceId", placement.instance_id, WORD_MAX),
            dg_instance_id: self.word("placement.dgInstanceId", placement.dg_instance_id, WORD_MAX),
            dg_database_id: self.word("placement.dgDatabaseId", placement.dg_database_id, WORD_MAX),
            log_proxy_host,
            log_proxy_port: placement.log_proxy_port,
        }
    }

    fn extra(&mut self, extra: Map<String, Value>) -> Map<String, Value> {
        let value = Value::Object(extra);
        if value.to_string().len() > EXTRA_BYTES_MAX {
            self.fault("connExtraAttributes", format!("it has more than {EXTRA_BYTES_MAX} bytes"));
        }
        if let Some(key) = secret_key(&value) {
            let why = format!("{key:?} sounds like a secret, and this is shown to readers");
            self.fault("connExtraAttributes", why);
        }
        match value {
            Value::Object(extra) => extra,
            _ => Map::new(),
        }
    }
}

/// Where a connection enters one database, the account is another one in each of them; PostgreSQL
/// enters the one named like the user when none is named.
fn key(
    host: &Host,
    port: u16,
    login: &Login,
    database: Option<&str>,
    entrance: Entrance,
) -> String {
    let entered = entrance.one_database.then(|| database.unwrap_or(&login.user));
    account_key(host, port, login, entered)
}

/// Forms send fields that were left empty.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn empty_is_none(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn clipped(text: &str) -> String {
    text.chars().take(80).collect()
}

fn secret_key(value: &Value) -> Option<&str> {
    match value {
        Value::Object(map) => map.iter().find_map(|(key, inner)| {
            let folded = key.to_lowercase();
            let telling = ["password", "passwd", "secret", "credential"];
            match telling.iter().any(|word| folded.contains(word)) {
                true => Some(key.as_str()),
                false => secret_key(inner),
            }
        }),
        Value::Array(items) => items.iter().find_map(secret_key),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
