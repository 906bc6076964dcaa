//! `oms status`, `oms vault`, `oms keys`.

use super::Context;
use crate::{
    fault::Fault,
    out::{
        Listing,
        card::Card,
        table::{Row, Table},
        time::{Zone, span},
    },
};
use clap::{Args, Subcommand};
use oms_contracts::gateway::system::ServiceView;

/// Show the services: which answer, and which instance of each
#[derive(Debug, Args)]
pub struct StatusArgs {}

/// The key that seals the passwords of data sources
#[derive(Debug, Args)]
pub struct VaultArgs {
    #[command(subcommand)]
    verb: VaultVerb,
}

#[derive(Debug, Subcommand)]
enum VaultVerb {
    /// Take a fresh key into use and seal every secret anew; safe to repeat
    Rotate,
}

/// The keys that sign access tokens
#[derive(Debug, Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
enum KeysVerb {
    /// Sign with a fresh key from now on; tokens that are out stay good until they expire
    Rotate,
}

pub async fn status(context: &Context) -> Result<(), Fault> {
    let items = context.api().await?.services().await?;
    let total_count = u64::try_from(items.len()).unwrap_or(0);
    context.out.list(&Listing { items, total_count })
}

pub async fn vault(context: &Context, args: VaultArgs) -> Result<(), Fault> {
    let VaultVerb::Rotate = args.verb;
    let rotated = context.api().await?.rotate_vault().await?;
    context.out.show(&rotated, |_| {
        let mut table = Table::new(&["service", "secrets"]);
        for part in &rotated.resealed {
            table.push(vec![part.service.to_string(), part.secrets.to_string()]);
        }
        Card::new().field("key", &rotated.key).part("sealed anew", table)
    })
}

pub async fn keys(context: &Context, args: KeysArgs) -> Result<(), Fault> {
    let KeysVerb::Rotate = args.verb;
    let key = context.api().await?.rotate_signing_key().await?;
    context.out.done(&key, &format!("Tokens are signed with the key {} from now on.", key.kid))
}

impl Row for ServiceView {
    const HEAD: &'static [&'static str] =
        &["service", "state", "version", "metadata", "up", "address", "error"];

    fn cells(&self, _: Zone) -> Vec<String> {
        let of = |read: fn(&oms_contracts::service::InstanceView) -> String| {
            self.instance.as_ref().map_or_else(|| "-".into(), read)
        };
        vec![
            self.service.to_string(),
            if self.ready { "ready" } else { "not ready" }.into(),
            of(|instance| instance.version.clone()),
            of(|instance| instance.metadata.clone()),
            of(|instance| span(instance.uptime_seconds)),
            self.address.clone().unwrap_or_else(|| "-".into()),
            self.error.clone().unwrap_or_default(),
        ]
    }
}
