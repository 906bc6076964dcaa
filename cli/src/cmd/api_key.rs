//! `oms api-key`.

use super::{
    Context, find,
    pages::{PageArgs, collect},
};
use crate::{
    fault::Fault,
    out::{card::Card, table::Row, time::Zone},
};
use clap::{Args, Subcommand};
use oms_contracts::gateway::api_key::{ApiKeyQuery, ApiKeyView, CreateApiKey};
use oms_model::ApiKeyId;

/// API keys: how programs sign their calls in your name
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms api-key create --description 'nightly reports'
  oms api-key disable k_4w3r1ig7a0k2")]
pub struct ApiKeyArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List your keys, and those of the users you manage
    List {
        /// Only the keys of this user, by account or id
        #[arg(long)]
        user: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Create a key; its secret is shown once
    Create {
        /// What the key is for
        #[arg(long)]
        description: Option<String>,
    },
    /// Refuse calls signed with a key
    Disable { key: ApiKeyId },
    /// Accept calls signed with a key again
    Enable { key: ApiKeyId },
    /// Delete a key for good
    Delete {
        key: ApiKeyId,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub async fn run(context: &Context, args: ApiKeyArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let out = context.out;
    match args.verb {
        Verb::List { user, page } => {
            let user_id = match &user {
                Some(given) => Some(find::user(&api, given).await?.id),
                None => None,
            };
            let keys = collect(page, async |page| {
                let (page_number, page_size) = (page.page_number, page.page_size);
                let user_id = user_id.clone();
                api.api_keys(&ApiKeyQuery { user_id, page_number, page_size }).await
            });
            out.list(&keys.await?)
        }
        Verb::Create { description } => {
            let key = api.create_api_key(&CreateApiKey { description }).await?;
            if out.is_json() {
                return out.value(&key);
            }
            out.remark("The secret is shown this once.");
            out.show(&key, |_| {
                Card::new()
                    .field("id", &key.id)
                    .field("access key id", &key.access_key_id)
                    .field("access key secret", key.access_key_secret.expose())
            })
        }
        Verb::Disable { key } => {
            let key = api.enable_api_key(&key, false).await?;
            out.done(&key, &format!("Calls signed with {} are refused now.", key.access_key_id))
        }
        Verb::Enable { key } => {
            let key = api.enable_api_key(&key, true).await?;
            out.done(&key, &format!("Calls signed with {} are accepted again.", key.access_key_id))
        }
        Verb::Delete { key, yes } => {
            context.ask.confirm(&format!("Delete the key {key}?"), yes)?;
            api.delete_api_key(&key).await?;
            out.done(&serde_json::json!({ "id": key }), &format!("Deleted the key {key}."))
        }
    }
}

impl Row for ApiKeyView {
    const HEAD: &'static [&'static str] =
        &["access key id", "account", "state", "last used", "created", "description", "id"];

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.access_key_id.clone(),
            self.account.clone(),
            if self.enabled { "enabled" } else { "disabled" }.into(),
            zone.maybe(self.last_used_at),
            zone.show(self.created_at),
            self.description.clone(),
            self.id.to_string(),
        ]
    }
}
