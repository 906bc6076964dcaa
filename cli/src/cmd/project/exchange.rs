//! `oms project import`, `export` and `template`: projects and their objects as files.

use super::file::Document;
use crate::{
    cmd::{Context, document, download, find},
    fault::{Code, Fault},
    out::text::count,
};
use clap::{Args, ValueEnum};
use oms_contracts::project::{
    project::ProjectSpec,
    selection::{ExportFormat, ImportFormat, ImportSelection},
};
use std::path::{Path, PathBuf};

/// Replace the objects of a project by those of a file
///
/// Text names them, SCHEMA.TABLE | SCHEMA.TABLE |; CSV can say new names, columns and filters
/// besides (see `oms project template`). Every object must exist at the source. What was selected
/// before is gone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms project import shop objects.csv
  oms project import shop - --format text < objects.txt
  oms project import shop objects.csv --dry-run")]
pub struct ImportArgs {
    project: String,

    /// Up to 10,000 objects; - reads stdin
    file: PathBuf,

    /// By default csv for files of that name, else text
    #[arg(long, value_enum)]
    format: Option<Form>,

    /// Only check the file against the source
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Csv,
}

/// Write a project as a document for `oms project apply`, or its objects alone
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms project export shop > shop.yaml
  oms project export shop --format csv -o objects.csv")]
pub struct ExportArgs {
    project: String,

    /// yaml and json hold the whole project, csv and text only objects that are chosen by name
    #[arg(long, value_enum, default_value_t = Whole::Yaml)]
    format: Whole,

    /// To this file instead of stdout
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Whole {
    Yaml,
    Json,
    Csv,
    Text,
}

pub async fn import(context: &Context, args: ImportArgs) -> Result<(), Fault> {
    let content = document::text(&args.file)?;
    let is_csv = |file: &Path| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let form = args.format.unwrap_or(if is_csv(&args.file) { Form::Csv } else { Form::Text });
    let format = match form {
        Form::Text => ImportFormat::Text,
        Form::Csv => ImportFormat::Csv,
    };
    let api = context.api().await?;
    let id = find::project(&api, &args.project).await?.id;
    let current = api.project(&id).await?;
    let source_endpoint_id = Some(current.value.spec.source_endpoint_id.clone());
    let imported = api.import(&ImportSelection { format, content, source_endpoint_id }).await?;
    let name = &current.value.spec.name;
    let (tables, views) = (count(imported.tables, "table"), count(imported.views, "view"));
    let counts = format!("{tables} and {views}");
    if args.dry_run {
        return context.out.done(&imported, &format!("{name} would get {counts}."));
    }
    let question = format!("Replace the objects of {name} by {counts}?");
    context.ask.confirm(&question, args.yes)?;
    let spec = ProjectSpec {
        transfer_mapping: imported.transfer_mapping.clone(),
        ..current.value.spec.clone()
    };
    let edited = api.replace_project(&id, &current.etag, &spec).await?;
    context.out.done(&edited, &format!("{name} has {counts} now."))
}

pub async fn export(context: &Context, args: ExportArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let id = find::project(&api, &args.project).await?.id;
    let format = match args.format {
        Whole::Csv => ExportFormat::Csv,
        Whole::Text => ExportFormat::Text,
        Whole::Yaml | Whole::Json => {
            let document = Document::of(&api.project(&id).await?.value);
            let text = match args.format {
                Whole::Json => serde_json::to_string_pretty(&document).map_err(|e| e.to_string()),
                _ => serde_saphyr::to_string(&document).map_err(|e| e.to_string()),
            };
            let text = text.map_err(|error| {
                Fault::new(Code::Unwritable, format!("the project cannot be written: {error}"))
            })?;
            return download::text(context.out, &text, args.output.as_deref());
        }
    };
    let objects = api.export_objects(&id, format).await?;
    match objects.omitted() {
        0 => {}
        n => context.out.remark(&format!("This form has no room for {}.", count(n, "thing"))),
    }
    download::save(context.out, objects, args.output.as_deref()).await
}

pub async fn template(context: &Context) -> Result<(), Fault> {
    let template = context.api().await?.import_template().await?;
    download::save(context.out, template, None).await
}
