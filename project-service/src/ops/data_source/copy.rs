//! Copying a data source: the same settings under another name, with what was given instead.

use super::{
    create::register,
    reach::{Clear, load},
    read::{self, Given},
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
/// Secrets are taken over from one's own data sources only, and only to where they are sent now:
/// else the owner of the copy could have them sent to a place that reads them.
pub async fn copy(
    state: &AppState,
    actor: Actor,
    id: EndpointId,
    body: CopyDataSource,
) -> Result<DataSource, Error> {
    require(&actor, Right::ChangeWork)?;
    let (original, stored) = load(state, &actor, &id).await?;
    let own = original.owned.owner.user == actor.user;
    let same_tls = body.tls.is_none();
    let before = original.settings.clone();
    let (mut settings, given) = read::settings(merged(original.settings, body))?;
    let stays = own && !settings.leads_elsewhere(&before);
    if !stays && stored.password.is_some() && matches!(given.password, Given::Unchanged) {
        let why = match own {
            true => "the host, port or TLS settings change: give the password again",
            false => "the original is another user's: give the password again",
        };
        return Err(super::Error::invalid("password", why).into());
    }
    if !stays && same_tls {
        // Without its key, which is not taken over, the certificate is worth nothing.
        settings.options.client_certificate_pem = None;
    }
    let stored = if stays { stored } else { Clear::default() };
    let clear = stored.map(|slot, stored| given.get(slot).over(stored));
    register(state, actor, settings, clear).await
}

fn merged(original: Settings, body: CopyDataSource) -> DataSourceSettings {
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
        client_certificate_pem: options.client_certificate_pem,
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
