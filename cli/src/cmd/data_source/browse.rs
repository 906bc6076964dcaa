//! `oms datasource databases`, `tables` and `columns`.

use super::view::tables_of;
use crate::{
    cmd::{
        Context, find,
        pages::{PageArgs, collect},
        published::published,
    },
    fault::Fault,
    out::{card::Card, table::Row, time::Zone},
};
use clap::Args;
use oms_contracts::{
    ErrorCode,
    project::data_source::{DatabaseView, DatabasesQuery, ObjectView, ObjectsQuery},
};
use oms_model::ObjectKind;

/// List the databases (schemas) in a data source
#[derive(Debug, Args)]
pub struct DatabasesArgs {
    data_source: String,
    /// Part of the name
    #[arg(long)]
    search: Option<String>,
    /// Also those that belong to the product
    #[arg(long)]
    system: bool,
    #[command(flatten)]
    page: PageArgs,
}

/// List the tables and views in a database
#[derive(Debug, Args)]
pub struct TablesArgs {
    data_source: String,
    database: String,
    /// Part of the name
    #[arg(long)]
    search: Option<String>,
    /// Only tables or only views
    #[arg(long, ignore_case = true, value_parser = published::<ObjectKind>())]
    kind: Option<ObjectKind>,
    #[command(flatten)]
    page: PageArgs,
}

/// Show the columns and keys of a table or view
#[derive(Debug, Args)]
pub struct ColumnsArgs {
    data_source: String,
    database: String,
    table: String,
}

pub async fn databases(context: &Context, args: DatabasesArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let source = find::data_source(&api, &args.data_source).await?;
    let found = collect(args.page, async |page| {
        let query = DatabasesQuery {
            search: args.search.clone(),
            with_system: args.system,
            page_number: page.page_number,
            page_size: page.page_size,
        };
        api.databases(&source.id, &query).await
    });
    context.out.list(&found.await?)
}

/// A database or table that a path can name. URLs take dots for steps, also when they are encoded,
/// so of some names no path can be made.
fn nameable(name: &str, missing: ErrorCode) -> Result<(), Fault> {
    match name {
        "" | "." | ".." => Err(Fault::of(missing, format!("nothing can be called {name:?} here"))),
        _ => Ok(()),
    }
}

pub async fn tables(context: &Context, args: TablesArgs) -> Result<(), Fault> {
    nameable(&args.database, ErrorCode::NoSuchDatabase)?;
    let api = context.api().await?;
    let source = find::data_source(&api, &args.data_source).await?;
    let found = collect(args.page, async |page| {
        let query = ObjectsQuery {
            search: args.search.clone(),
            kind: args.kind,
            page_number: page.page_number,
            page_size: page.page_size,
        };
        api.objects(&source.id, &args.database, &query).await
    });
    context.out.list(&found.await?)
}

pub async fn columns(context: &Context, args: &ColumnsArgs) -> Result<(), Fault> {
    nameable(&args.database, ErrorCode::NoSuchDatabase)?;
    nameable(&args.table, ErrorCode::NoSuchTable)?;
    let api = context.api().await?;
    let source = find::data_source(&api, &args.data_source).await?;
    let table = api.table(&source.id, &args.database, &args.table).await?;
    context.out.show(&table, |_| {
        let card = Card::new().field("table", format!("{}.{}", table.database, table.name));
        tables_of(&table).into_iter().fold(card, |card, (heading, part)| card.part(heading, part))
    })
}

impl Row for DatabaseView {
    const HEAD: &'static [&'static str] = &["name", "charset", "collation"];

    fn cells(&self, _: Zone) -> Vec<String> {
        let maybe = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        vec![self.name.clone(), maybe(&self.charset), maybe(&self.collation)]
    }
}

impl Row for ObjectView {
    const HEAD: &'static [&'static str] =
        &["name", "kind", "rows", "bytes", "key", "engine", "comment"];

    fn cells(&self, _: Zone) -> Vec<String> {
        let number = |n: Option<u64>| n.map_or_else(|| "-".into(), |n| n.to_string());
        let key = match (self.has_primary_key, self.has_unique_not_null) {
            (true, _) => "primary",
            (_, true) => "unique",
            _ => "none",
        };
        let form = self.form.to_string();
        let kind = match form.as_str() {
            "ORDINARY" => self.kind.to_string(),
            _ => format!("{} {form}", self.kind),
        };
        vec![
            self.name.clone(),
            kind,
            number(self.estimated_rows),
            number(self.data_bytes),
            key.into(),
            self.engine.clone().unwrap_or_else(|| "-".into()),
            self.comment.clone(),
        ]
    }
}
