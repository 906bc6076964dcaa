//! `oms datasource edit` and `copy`.

use super::add::{Details, PasswordArgs, VARIABLE, fill_password};
use crate::{
    ask,
    cmd::{Context, document, find},
    fault::{Code, Fault},
};
use clap::Args;
use oms_connector::Address;
use oms_contracts::project::data_source::{
    CopyDataSource, DataSourceSettings, DataSourceView, TlsMode, TlsSettings,
};
use secrecy::SecretString;
use std::path::PathBuf;

use crate::cmd::published::published;

/// Change a data source; what is not named stays, and so does the password
///
/// Where host, port or TLS change the password is asked for again. The connection is tested before
/// the change is saved.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms datasource edit shop --host db2.example.org --password-stdin < secret
  oms datasource edit shop --password-stdin < secret
  oms datasource edit shop --tls verify-ca --ca ca.pem")]
pub struct EditArgs {
    data_source: String,

    /// Another name for it
    #[arg(long)]
    name: Option<String>,

    #[command(flatten)]
    address: AddressArgs,

    #[command(flatten)]
    password: PasswordArgs,

    #[command(flatten)]
    details: Details,

    /// All settings as YAML or JSON instead; - reads stdin
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["name", "host", "port", "user", "database", "tls"])]
    file: Option<PathBuf>,
}

/// Parts of an address.
#[derive(Debug, Args)]
struct AddressArgs {
    /// Another place and account: SCHEME://USER@HOST:PORT/DATABASE?tls=MODE
    #[arg(long, hide_env_values = true, conflicts_with_all = ["host", "port", "user", "database", "tls", "file"])]
    url: Option<String>,
    #[arg(long)]
    host: Option<String>,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// The account, as it is, without percent-encoding
    #[arg(long)]
    user: Option<String>,
    /// Only this database; an empty text lifts the limit
    #[arg(long)]
    database: Option<String>,
    #[arg(long, value_parser = published::<TlsMode>())]
    tls: Option<TlsMode>,
}

/// Register a copy under another name; what is not named is taken over, and so is the password
///
/// A copy that leads to another host or port needs the password again.
#[derive(Debug, Args)]
pub struct CopyArgs {
    data_source: String,
    /// The name of the copy
    name: String,
    #[arg(long)]
    host: Option<String>,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    #[arg(long)]
    user: Option<String>,
    #[arg(long)]
    database: Option<String>,
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
}

pub async fn run(context: &Context, args: EditArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let found = find::data_source(&api, &args.data_source).await?;
    let current = api.data_source(&found.id).await?;
    let mut settings = match &args.file {
        Some(file) => document::read(file)?,
        None => settings_of(&current.value),
    };
    args.address.apply(&mut settings)?;
    if let Some(name) = args.name {
        settings.name = name;
    }
    args.details.apply(&mut settings)?;
    // Absent means unchanged, which the service takes only while it is sent to the same place.
    let again = current.value.has_password
        && settings.password.is_none()
        && leads_elsewhere(&settings, &settings_of(&current.value));
    if again || args.password.password_stdin || args.password.no_password {
        fill_password(context, &args.password, &mut settings)?;
    } else if let Some(password) = ask::from_environment(VARIABLE)? {
        settings.password = Some(password.into());
    }
    let edited = api.replace_data_source(&found.id, &current.etag, &settings).await?;
    context.out.done(&edited, &format!("Changed {}.", edited.name))
}

pub async fn copy(context: &Context, args: CopyArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let original = find::data_source(&api, &args.data_source).await?;
    let password = match &args.password {
        given if given.no_password => Some(SecretString::default()),
        given if given.password_stdin => Some(ask::from_stdin("password")?),
        _ => ask::from_environment(VARIABLE)?,
    };
    let copy = CopyDataSource {
        name: args.name,
        host: args.host,
        port: args.port,
        username: args.user,
        password: password.map(Into::into),
        database: args.database,
        tls: None,
        description: args.description,
        region: None,
        role: None,
        tenant: None,
        cluster: None,
    };
    let made = api.copy_data_source(&original.id, &copy).await?;
    context.out.done(&made, &format!("Copied {} to {}.", original.name, made.name))
}

impl AddressArgs {
    fn apply(self, settings: &mut DataSourceSettings) -> Result<(), Fault> {
        if let Some(url) = &self.url {
            let (kind, _) =
                Address::parse(url).map_err(|error| Fault::from_error(Code::Usage, &error))?;
            if kind != settings.kind {
                let (old, message) = (settings.kind, "a data source keeps its kind");
                return Err(Fault::new(Code::Usage, format!("{message}, {old}, not {kind}"))
                    .advise("add another data source for the other database".into()));
            }
            let given = super::add::from_url(&settings.name, url)?;
            settings.host = given.host;
            settings.port = given.port;
            settings.username = given.username;
            settings.database = given.database;
            settings.password = given.password;
            let tls = settings.tls.get_or_insert_with(TlsSettings::default);
            tls.mode = given.tls.unwrap_or_default().mode;
        }
        settings.host = self.host.unwrap_or(std::mem::take(&mut settings.host));
        settings.port = self.port.unwrap_or(settings.port);
        settings.username = self.user.unwrap_or(std::mem::take(&mut settings.username));
        if self.database.is_some() {
            settings.database = self.database.filter(|name| !name.is_empty());
        }
        if let Some(mode) = self.tls {
            settings.tls.get_or_insert_with(TlsSettings::default).mode = mode;
        }
        Ok(())
    }
}

fn leads_elsewhere(to: &DataSourceSettings, from: &DataSourceSettings) -> bool {
    let place = |settings: &DataSourceSettings| {
        let tls = settings.tls.clone().unwrap_or_default();
        let host = settings.host.clone();
        (host, settings.port, tls.mode, tls.ca_pem, tls.client_certificate_pem)
    };
    place(to) != place(from)
}

/// What an edit that changes nothing would send. Secrets are left out, which keeps them.
fn settings_of(view: &DataSourceView) -> DataSourceSettings {
    let view = view.clone();
    let extra = view.conn_extra_attributes;
    DataSourceSettings {
        name: view.name,
        kind: view.kind,
        host: view.host,
        port: view.port,
        username: view.username,
        password: None,
        database: view.database,
        tls: Some(TlsSettings {
            mode: view.tls.mode,
            ca_pem: view.tls.ca_pem,
            client_certificate_pem: view.tls.client_certificate_pem,
            client_key_pem: None,
        }),
        description: view.description,
        region: view.region,
        role: view.role,
        partner_id: view.partner_id,
        tenant: view.tenant,
        cluster: view.cluster,
        config_url: view.config_url,
        ocp_name: view.ocp_name,
        drc_user: view.drc_user,
        drc_password: None,
        inner_drc_password: None,
        try_keep_hb: Some(view.try_keep_hb),
        placement: Some(view.placement),
        conn_extra_attributes: (!extra.is_empty()).then_some(extra),
    }
}
