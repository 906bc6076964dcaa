//! `oms project apply`: a project becomes what its document says.

use super::{
    diff::{Change, changes},
    file,
};
use crate::{
    cmd::{Context, document, find},
    fault::{Code, Fault},
    out::{
        card::Card,
        table::{Row, Table},
    },
};
use clap::Args;
use oms_clients::gateway::{GatewayClient, Tagged};
use oms_contracts::project::project::{ProjectSpec, ProjectView};
use oms_model::ProjectId;
use serde::Serialize;
use std::path::PathBuf;

/// Create a project, or make it what a document says
///
/// The document is the body of the API in YAML or JSON, where source, sink and labels may be
/// names, and objects and exclude are matching rules. Your project of that name is compared with
/// it: what differs is changed and shown, and applying the same document again changes nothing.
/// What the document leaves out is cleared.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  name: shop
  source: shop-mysql
  sink: shop-oceanbase
  labels: [prod]
  objects: [shop.*]
  exclude: ['shop.*_ghc']
  enableStructTransfer: true
  enableFullTransfer: true
  enableIncrTransfer: true

  oms project apply -f shop.yaml --dry-run
  oms project apply -f shop.yaml")]
pub struct ApplyArgs {
    /// The document, YAML or JSON; - reads stdin
    #[arg(long, short, value_name = "FILE")]
    file: PathBuf,

    /// The project to change, where the name does not say it: to rename it, or somebody else's
    #[arg(long)]
    id: Option<ProjectId>,

    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
}

/// How it went.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Applied {
    result: Outcome,
    dry_run: bool,
    changes: Vec<Change>,
    /// As it is now; absent where it would have been created.
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<ProjectView>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Created,
    Changed,
    Unchanged,
}

pub async fn run(context: &Context, args: ApplyArgs) -> Result<(), Fault> {
    let tree = document::tree(&args.file)?;
    let api = context.api().await?;
    let spec = file::spec_of(&api, &document::shown(&args.file), tree).await?;
    let current = match &args.id {
        Some(id) => Some(api.project(id).await?),
        None => mine(&api, &spec.name).await?,
    };
    let applied = match current {
        None => create(&api, &spec, args.dry_run).await?,
        Some(current) => change(&api, &spec, current, args.dry_run).await?,
    };
    tell(context, &spec.name, &applied)
}

/// My own project of that name: those of others may bear it, too.
async fn mine(api: &GatewayClient, name: &str) -> Result<Option<Tagged<ProjectView>>, Fault> {
    let me = api.me().await?.id;
    let named = find::projects_like(api, name).await?.into_iter();
    let mut own = named.filter(|project| project.name == name && project.owner.user_id == me);
    match (own.next(), own.next()) {
        (None, _) => Ok(None),
        (Some(project), None) => Ok(Some(api.project(&project.id).await?)),
        (Some(one), Some(other)) => {
            let message = format!("there are several projects {name}: {} and {}", one.id, other.id);
            Err(Fault::new(Code::Ambiguous, message).advise("say which by --id".into()))
        }
    }
}

async fn create(api: &GatewayClient, spec: &ProjectSpec, dry_run: bool) -> Result<Applied, Fault> {
    let project = if dry_run { None } else { Some(api.create_project(spec).await?) };
    Ok(Applied { result: Outcome::Created, dry_run, changes: Vec::new(), project })
}

async fn change(
    api: &GatewayClient,
    spec: &ProjectSpec,
    current: Tagged<ProjectView>,
    dry_run: bool,
) -> Result<Applied, Fault> {
    let Tagged { value: project, etag } = current;
    let changes = changes(&body(&project.spec), &body(spec));
    if changes.is_empty() {
        let (result, project) = (Outcome::Unchanged, Some(project));
        return Ok(Applied { result, dry_run, changes, project });
    }
    let project = match dry_run {
        true => project,
        false => api.replace_project(&project.id, &etag, spec).await?,
    };
    Ok(Applied { result: Outcome::Changed, dry_run, changes, project: Some(project) })
}

/// A body as it is compared: labels are a set.
fn body(spec: &ProjectSpec) -> serde_json::Value {
    let mut spec = spec.clone();
    spec.label_ids.sort();
    serde_json::to_value(spec).expect("a spec is JSON")
}

fn tell(context: &Context, name: &str, applied: &Applied) -> Result<(), Fault> {
    let would = if applied.dry_run { "would be " } else { "" };
    let id = applied.project.as_ref().map_or_else(String::new, |p| format!(" ({})", p.id));
    let sentence = match applied.result {
        Outcome::Created => format!("{name}{id} {would}created."),
        Outcome::Unchanged => format!("{name}{id} is unchanged."),
        Outcome::Changed => format!("{name}{id} {would}changed:"),
    };
    if context.out.is_json() || applied.changes.is_empty() {
        return context.out.done(applied, &sentence);
    }
    let mut table = Table::new(Change::HEAD);
    for change in &applied.changes {
        table.push(change.cells(context.out.zone()));
    }
    context.out.show(applied, |_| Card::new().part(sentence, table))
}
