//! `oms datasource`.

pub mod add;
mod browse;
mod edit;
mod test;
mod view;

use super::{
    Context, find,
    pages::{PageArgs, collect},
    published::published,
};
use crate::{
    fault::Fault,
    out::{Listing, table::Row, time::Zone},
};
use clap::{Args, Subcommand, ValueEnum};
use oms_contracts::project::{
    SortOrder,
    data_source::{DataSourceQuery, DataSourceSort, KindView},
    project::Commas,
};
use oms_model::DatabaseKind;

/// Data sources: the databases that projects read from and write to
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms datasource add shop --url mysql://oms@db1.example.org:3306?tls=verify-full
  oms datasource test shop
  oms datasource tables shop orders_db --search order
  oms datasource copy shop shop-standby --host db2.example.org

URLs: mysql://USER[:PASSWORD]@HOST[:PORT][/DATABASE][?tls=MODE], and likewise mariadb://,
oceanbase://USER%40TENANT@…, postgres://. TLS modes: disable, prefer, require, verify-ca,
verify-full. Without a password in the URL it is asked for, or read from --password-stdin or
OMS_DATASOURCE_PASSWORD: what stands in a command line can be read by others.")]
pub struct DataSourceArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List data sources
    List(ListArgs),
    /// Show one data source
    Show {
        data_source: String,
    },
    Add(add::AddArgs),
    Edit(edit::EditArgs),
    Copy(edit::CopyArgs),
    /// Delete a data source that no live project uses
    Delete {
        data_source: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    Test(test::TestArgs),
    Databases(browse::DatabasesArgs),
    Tables(browse::TablesArgs),
    Columns(browse::ColumnsArgs),
    /// List the kinds of databases, and which of them this version can use
    Kinds,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Part of the name or host, or a whole id
    #[arg(long)]
    search: Option<String>,
    /// Only of these kinds; repeat it, or separate them by commas
    #[arg(long, ignore_case = true, value_delimiter = ',', value_parser = published::<DatabaseKind>())]
    kind: Vec<DatabaseKind>,
    #[arg(long)]
    region: Option<String>,
    /// What to sort by
    #[arg(long, value_enum, default_value_t = Sort::Created)]
    sort: Sort,
    /// The smallest or oldest first
    #[arg(long)]
    ascending: bool,
    #[command(flatten)]
    page: PageArgs,
}

/// What lists are sorted by.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    Created,
    Modified,
    Name,
}

/// The order of a list.
pub fn order(ascending: bool) -> SortOrder {
    if ascending { SortOrder::Ascending } else { SortOrder::Descending }
}

pub async fn run(context: &Context, args: DataSourceArgs) -> Result<(), Fault> {
    match args.verb {
        Verb::List(args) => list(context, args).await,
        Verb::Show { data_source } => {
            let source = find::data_source(&context.api().await?, &data_source).await?;
            context.out.show(&source, |zone| view::card_of(&source, zone))
        }
        Verb::Add(args) => add::run(context, args).await,
        Verb::Edit(args) => edit::run(context, args).await,
        Verb::Copy(args) => edit::copy(context, args).await,
        Verb::Delete { data_source, yes } => delete(context, &data_source, yes).await,
        Verb::Test(args) => test::run(context, args).await,
        Verb::Databases(args) => browse::databases(context, args).await,
        Verb::Tables(args) => browse::tables(context, args).await,
        Verb::Columns(args) => browse::columns(context, &args).await,
        Verb::Kinds => {
            let items = context.api().await?.data_source_kinds().await?;
            let total_count = u64::try_from(items.len()).unwrap_or(0);
            context.out.list(&Listing { items, total_count })
        }
    }
}

async fn list(context: &Context, args: ListArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let query = DataSourceQuery {
        search: args.search,
        kinds: Commas(args.kind),
        region: args.region,
        sort_field: match args.sort {
            Sort::Created => DataSourceSort::Created,
            Sort::Modified => DataSourceSort::Modified,
            Sort::Name => DataSourceSort::Name,
        },
        order: order(args.ascending),
        page_number: None,
        page_size: None,
    };
    let sources = collect(args.page, async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        api.data_sources(&DataSourceQuery { page_number, page_size, ..query.clone() }).await
    });
    context.out.list(&sources.await?)
}

async fn delete(context: &Context, given: &str, yes: bool) -> Result<(), Fault> {
    let api = context.api().await?;
    let source = find::data_source(&api, given).await?;
    context.ask.confirm(&format!("Delete the data source {}?", source.name), yes)?;
    api.delete_data_source(&source.id).await?;
    context.out.done(&source, &format!("Deleted {}.", source.name))
}

impl Row for KindView {
    const HEAD: &'static [&'static str] = &["kind", "state"];

    fn cells(&self, _: Zone) -> Vec<String> {
        let state = if self.supported { "supported" } else { "not yet" };
        vec![self.kind.to_string(), state.into()]
    }
}
