//! Copying a data source: the same settings under another name, with what was given instead.

use super::{
    create::register,
    reach::{Clear, load},
    read,
};
use crate::{
    Error,
    app::AppState,
    domain::data_source::{DataSource, Settings},
    ops::require,
};
use oms_contracts::project::data_source::{CopyDataSource, DataSourceSettings, TlsSettings};
use oms_model::{Actor, EndpointId, Right};

/// Registers a copy as a data source of the actor.
///
/// Secrets are taken over from one's own data sources only: in a copy of another user's, its new
/// owner could send them anywhere.
pub async fn copy(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
    body: CopyDataSource,
) -> Result<DataSource, Error> {
    require(&actor, Right::ChangeWork)?;
    let (original, stored) = load(state, &actor, &id).await?;
    let own = original.owned.owner.user == actor.user;
    if !own && body.password.is_none() {
        let why = "the original is another user's: give the password again";
        return Err(super::Error::invalid("password", why).into());
    }
    let stored = if own { stored } else { Clear::default() };
    let (settings, given) = read::settings(merged(original.settings, body, own))?;
    let clear = stored.map(|slot, stored| given.get(slot).over(stored));
    register(state, actor, settings, clear).await
}

fn merged(original: Settings, body: CopyDataSource, own: bool) -> DataSourceSettings {
    let Settings { kind, host, port, login, database, description, region, role, options, .. } =
        original;
    // A login is replaced as a whole where the user is: the typed one may bring its own tenant.
    let (tenant, cluster) = match body.username {
        Some(_) => (None, None),
        None => (login.tenant, login.cluster),
    };
    let tls = body.tls.unwrap_or(TlsSettings {
        mode: options.tls_mode,
        ca_pem: options.ca_pem,
        // Without its key the certificate is worth nothing.
        client_certificate_pem: options.client_certificate_pem.filter(|_| own),
        client_key_pem: None,
    });
    DataSourceSettings {
        name: body.name,
        kind,
        host: body.host.unwrap_or_else(|| host.to_string()),
        port: body.port.unwrap_or(port),
        username: body.username.unwrap_or(login.user),
        password: body.password,
        database: body.database.or(database),
        tls: Some(tls),
        description: body.description.or(description),
        region: body.region.or(region),
        role: body.role.or(role),
        partner_id: None,
        tenant: body.tenant.or(tenant),
        cluster: body.cluster.or(cluster),
        config_url: options.config_url,
        ocp_name: options.ocp_name,
        drc_user: options.drc_user,
        drc_password: None,
        inner_drc_password: None,
        try_keep_hb: Some(options.try_keep_hb),
        placement: Some(options.placement),
        conn_extra_attributes: Some(options.conn_extra_attributes),
    }
}
