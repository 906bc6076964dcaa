//! `oms datasource test`.

use super::{
    add::{PasswordArgs, fill_password, from_url},
    view::card_of_probe,
};
use crate::{
    cmd::{Context, find},
    fault::Fault,
};
use clap::Args;

/// Test a connection, saved or not
///
/// Shows what answers, how long a round trip takes, and which privileges the account lacks for
/// what, with the statements that give them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms datasource test shop
  oms datasource test --url postgres://oms@db3.example.org/shop?tls=require")]
pub struct TestArgs {
    /// A saved data source
    #[arg(required_unless_present = "url", conflicts_with = "url")]
    data_source: Option<String>,

    /// A database that is not registered
    #[arg(long)]
    url: Option<String>,

    #[command(flatten)]
    password: PasswordArgs,
}

pub async fn run(context: &Context, args: TestArgs) -> Result<(), Fault> {
    let probe = match (&args.data_source, &args.url) {
        (Some(given), _) => {
            let api = context.api().await?;
            let source = find::data_source(&api, given).await?;
            api.test_data_source(&source.id).await?
        }
        (None, url) => {
            // A name is part of settings, and no part of a test.
            let mut settings = from_url("test", url.as_deref().unwrap_or_default())?;
            fill_password(context, &args.password, &mut settings)?;
            context.api().await?.test_settings(&settings).await?
        }
    };
    context.out.show(&probe, |_| card_of_probe(&probe))
}
