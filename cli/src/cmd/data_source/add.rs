//! `oms datasource add`: settings from a URL and flags, or from a file.

use crate::{
    ask::SecretSource,
    cmd::{Context, document},
    fault::{Code, Fault},
};
use clap::Args;
use oms_connector::Address;
use oms_contracts::{
    Secret,
    project::data_source::{DataSourceRole, DataSourceSettings, TlsSettings},
};
use oms_model::DatabaseKind;
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};

use crate::cmd::published::published;

/// Register a database
///
/// The connection is tested before it is saved; a test that fails says why.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms datasource add shop --url mysql://oms@db1.example.org/shop
  oms datasource add target --url oceanbase://oms%40tenant@10.0.0.7:2881 --password-stdin < secret
  oms datasource add shop --url mysql://oms@db1.example.org?tls=verify-ca --ca ca.pem
  oms datasource add -f shop.yaml")]
pub struct AddArgs {
    /// 1 to 32 characters without blanks
    #[arg(required_unless_present = "file")]
    name: Option<String>,

    /// Where the database is and who logs in: SCHEME://USER@HOST:PORT/DATABASE?tls=MODE
    #[arg(
        long,
        env = "OMS_DATASOURCE_URL",
        hide_env_values = true,
        required_unless_present = "file"
    )]
    url: Option<String>,

    /// All settings as YAML or JSON, as the API takes them; - reads stdin
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["name", "url"])]
    file: Option<PathBuf>,

    #[command(flatten)]
    password: PasswordArgs,

    #[command(flatten)]
    details: Details,
}

/// Where the password comes from, when it does not stand in the URL.
#[derive(Debug, Args)]
pub struct PasswordArgs {
    /// Read the database's password from the first line of stdin; OMS_DATASOURCE_PASSWORD works, too
    #[arg(long)]
    pub password_stdin: bool,

    /// The account has no password
    #[arg(long, conflicts_with = "password_stdin")]
    pub no_password: bool,
}

pub const VARIABLE: &str = "OMS_DATASOURCE_PASSWORD";

/// What stands in no URL.
#[derive(Debug, Default, Args)]
pub struct Details {
    #[arg(long)]
    description: Option<String>,
    #[arg(long)]
    region: Option<String>,
    /// Whether it takes writes or follows another
    #[arg(long, ignore_case = true, value_parser = published::<DataSourceRole>())]
    role: Option<DataSourceRole>,
    /// OceanBase: the tenant, when it is not part of the user
    #[arg(long)]
    tenant: Option<String>,
    /// OceanBase: the cluster, behind a proxy
    #[arg(long)]
    cluster: Option<String>,
    /// The certificates of the authorities to trust, PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The certificate to show to the server, PEM
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The key of that certificate, PEM
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
}

impl Details {
    /// Puts what was given into settings; what was not stays.
    pub fn apply(self, settings: &mut DataSourceSettings) -> Result<(), Fault> {
        let set = |slot: &mut Option<String>, given: Option<String>| {
            if given.is_some() {
                *slot = given.filter(|text| !text.is_empty());
            }
        };
        set(&mut settings.description, self.description);
        set(&mut settings.region, self.region);
        set(&mut settings.tenant, self.tenant);
        set(&mut settings.cluster, self.cluster);
        settings.role = self.role.or(settings.role);
        if self.ca.is_none() && self.client_cert.is_none() {
            return Ok(());
        }
        let tls = settings.tls.get_or_insert_with(TlsSettings::default);
        if let Some(path) = &self.ca {
            tls.ca_pem = Some(pem(path)?);
        }
        if let (Some(certificate), Some(key)) = (&self.client_cert, &self.client_key) {
            tls.client_certificate_pem = Some(pem(certificate)?);
            tls.client_key_pem = Some(Secret::from(pem(key)?));
        }
        Ok(())
    }
}

pub fn pem(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| {
        Fault::new(Code::BadFile, format!("{} cannot be read", path.display()))
            .because(Some(&error))
    })
}

pub async fn run(context: &Context, args: AddArgs) -> Result<(), Fault> {
    let mut settings = match (&args.file, &args.url) {
        (Some(file), _) => document::read(file)?,
        (None, Some(url)) => from_url(&args.name.unwrap_or_default(), url)?,
        (None, None) => return Err(Fault::new(Code::Usage, "neither --url nor --file is given")),
    };
    args.details.apply(&mut settings)?;
    fill_password(context, &args.password, &mut settings)?;
    let made = context.api().await?.create_data_source(&settings).await?;
    let server = made.last_probe.as_ref().map_or_else(String::new, |p| format!(": {}", p.server));
    context.out.done(&made, &format!("Registered {}{server}.", made.name))
}

/// The settings a URL holds.
pub fn from_url(name: &str, url: &str) -> Result<DataSourceSettings, Fault> {
    let (kind, address) = Address::parse(url).map_err(|error| {
        Fault::from_error(Code::Usage, &error).advise(
            "give a URL such as mysql://user@host:3306/database?tls=verify-full, with special \
             characters percent-encoded"
                .into(),
        )
    })?;
    Ok(settings_of(name, kind, address))
}

fn settings_of(name: &str, kind: DatabaseKind, address: Address) -> DataSourceSettings {
    let password = (!address.password.expose_secret().is_empty())
        .then(|| Secret::from(address.password.clone()));
    let mode: &str = address.tls.mode.into();
    // Both enums carry libpq's names.
    let mode = mode.parse().expect("the modes of addresses are those of data sources");
    DataSourceSettings {
        password,
        database: address.database,
        tls: Some(TlsSettings { mode, ..TlsSettings::default() }),
        ..DataSourceSettings::new(name, kind, &address.host, address.port, &address.user)
    }
}

/// Gets the password from where it was said to be.
pub fn fill_password(
    context: &Context,
    args: &PasswordArgs,
    settings: &mut DataSourceSettings,
) -> Result<(), Fault> {
    if args.no_password {
        settings.password = Some(Secret::default());
        return Ok(());
    }
    if settings.password.is_some() && !args.password_stdin {
        return Ok(());
    }
    let password = context.ask.secret(SecretSource {
        what: "password of the database account",
        stdin: args.password_stdin,
        flag: "--password-stdin or --no-password",
        variable: VARIABLE,
    })?;
    settings.password = Some(password.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_all_that_is_needed() {
        let url = "oceanbase://root%40t%23c:p%40ss@[::1]:2883/shop?tls=verify-full";
        let settings = from_url("ob", url).unwrap();
        assert_eq!(settings.kind, DatabaseKind::ObMysql);
        assert_eq!((settings.host.as_str(), settings.port), ("::1", 2883));
        assert_eq!(settings.username, "root@t#c");
        assert_eq!(settings.password.unwrap().expose(), "p@ss");
        assert_eq!(settings.database.as_deref(), Some("shop"));
        assert_eq!(settings.tls.unwrap().mode.to_string(), "verify-full");
        assert!(from_url("x", "mysql://u@h").unwrap().password.is_none());
    }

    #[test]
    fn every_tls_mode_of_a_url_is_one_of_a_data_source() {
        use strum::IntoEnumIterator;
        for mode in oms_connector::TlsMode::iter() {
            let settings = from_url("x", &format!("mysql://u@h?tls={mode}")).unwrap();
            assert_eq!(settings.tls.unwrap().mode.to_string(), mode.to_string());
        }
    }

    #[test]
    fn a_wrong_url_is_explained_without_its_password() {
        let fault = from_url("x", "mysql://u:hunter2@h/a/b").unwrap_err();
        let told = fault.lines().join("\n");
        assert!(told.contains("may name one database") && !told.contains("hunter2"), "{told}");
    }

    #[test]
    fn details_that_are_empty_are_removed_and_absent_ones_stay() {
        let mut settings = from_url("x", "mysql://u@h").unwrap();
        settings.description = Some("old".into());
        settings.region = Some("cn".into());
        let details = Details { description: Some(String::new()), ..Details::default() };
        details.apply(&mut settings).unwrap();
        assert_eq!((settings.description, settings.region.as_deref()), (None, Some("cn")));
    }
}
