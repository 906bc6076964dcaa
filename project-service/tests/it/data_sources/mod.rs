//! `/api/v1/data-sources`, with the four real servers behind it.

mod browse;
mod copy;
mod create;
mod delete;
mod edit;
mod failures;
mod input;
mod list;
mod probe;
mod reseal;
mod secrecy;

use oms_model::{DatabaseKind, EndpointId};
use oms_testkit::servers::{Server, ServerKind, of_this_run};
use project_service::{
    domain::{
        data_source::{DataSource, Options, Secrets, Settings, account_key},
        host::Host,
        login::Login,
        owned::Ownership,
    },
    repo,
};

/// Each of the four servers.
pub fn servers() -> impl Iterator<Item = &'static Server> {
    ServerKind::ALL.into_iter().map(of_this_run)
}

/// A data source that was never reached: what tests of lists and rights need many of.
pub fn unreached(owner: &oms_model::Actor, name: &str, host: &str) -> DataSource {
    let host = Host::parse(host).expect("a host");
    let login = Login::plain("app", None, None).expect("a login");
    DataSource {
        id: EndpointId::from_entropy(oms_chassis::secrets::entropy::<10>()),
        settings: Settings {
            name: name.to_owned(),
            kind: DatabaseKind::Mariadb,
            account_key: account_key(&host, 3306, &login, None),
            host,
            port: 3306,
            login,
            database: None,
            description: None,
            region: None,
            role: None,
            partner: None,
            options: Options::default(),
        },
        sealed: Secrets::default(),
        last_probe: None,
        owned: Ownership::of(owner),
        created_at: 1_000,
        modified_at: 1_000,
        revision: 1,
    }
}

/// Stores data sources without asking anybody.
pub fn store(app: &crate::app::TestApp, sources: &[DataSource]) {
    let conn = &mut oms_chassis::db::connect(&app.settings.metadata).expect("connects");
    for source in sources {
        repo::data_source::insert(conn, source).expect("inserts");
    }
}
