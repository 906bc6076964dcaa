//! `oms project`.

mod apply;
mod diff;
mod edit;
mod exchange;
pub mod file;
mod list;
mod preview;
mod view;

use super::{Context, find};
use crate::fault::Fault;
use clap::{Args, Subcommand};

/// Projects: what is moved from where to where, and how
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms project create shop --source shop-mysql --sink shop-ob --objects 'shop.*' \\
      --types schema,full,incr,verify
  oms project preview shop
  oms project apply -f shop.yaml
  oms project export shop > shop.yaml
  oms project delete shop --name shop

Rules select objects: 'shop.*', 'shop.order?', or with another name at the target,
'shop.orders=new.orders'. Quote them, or the shell takes the wildcards for its own.")]
pub struct ProjectArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::ListArgs),
    /// Show one project
    Show {
        project: String,
    },
    Create(edit::CreateArgs),
    Apply(apply::ApplyArgs),
    Edit(edit::EditArgs),
    /// Give a project another name
    Rename {
        project: String,
        name: String,
    },
    /// Save a copy of a project under another name; it has not run yet
    Clone {
        project: String,
        name: String,
    },
    Delete(DeleteArgs),
    Preview(preview::PreviewArgs),
    Import(exchange::ImportArgs),
    Export(exchange::ExportArgs),
    /// Print an empty CSV table for `oms project import`
    Template,
    /// Start a project
    Start {
        project: String,
    },
    /// Pause a running project
    Pause {
        project: String,
    },
    /// Go on with a paused or failed project
    Resume {
        project: String,
    },
    /// End a project and remove what it left behind
    Release {
        project: String,
    },
}

/// Delete a project for good
///
/// Its name is asked for once more, or given by --name.
#[derive(Debug, Args)]
struct DeleteArgs {
    project: String,
    /// The project's name, exactly, instead of being asked for it
    #[arg(long)]
    name: Option<String>,
}

pub async fn run(context: &Context, args: ProjectArgs) -> Result<(), Fault> {
    match args.verb {
        Verb::List(args) => list::run(context, args).await,
        Verb::Show { project } => show(context, &project).await,
        Verb::Create(args) => edit::create(context, args).await,
        Verb::Apply(args) => apply::run(context, args).await,
        Verb::Edit(args) => edit::edit(context, args).await,
        Verb::Rename { project, name } => rename(context, &project, name).await,
        Verb::Clone { project, name } => clone(context, &project, name).await,
        Verb::Delete(args) => delete(context, args).await,
        Verb::Preview(args) => preview::run(context, args).await,
        Verb::Import(args) => exchange::import(context, args).await,
        Verb::Export(args) => exchange::export(context, args).await,
        Verb::Template => exchange::template(context).await,
        Verb::Start { project } => act(context, &project, "start").await,
        Verb::Pause { project } => act(context, &project, "pause").await,
        Verb::Resume { project } => act(context, &project, "resume").await,
        Verb::Release { project } => act(context, &project, "release").await,
    }
}

async fn show(context: &Context, given: &str) -> Result<(), Fault> {
    let api = context.api().await?;
    let id = find::project(&api, given).await?.id;
    let project = api.project(&id).await?.value;
    context.out.show(&project, |zone| view::card_of(&project, zone))
}

async fn rename(context: &Context, given: &str, name: String) -> Result<(), Fault> {
    let api = context.api().await?;
    let old = find::project(&api, given).await?;
    let new = api.rename_project(&old.id, name).await?;
    context.out.done(&new, &format!("{} is now called {}.", old.name, new.spec.name))
}

async fn clone(context: &Context, given: &str, name: String) -> Result<(), Fault> {
    let api = context.api().await?;
    let original = find::project(&api, given).await?;
    let copy = api.clone_project(&original.id, name).await?;
    let sentence = format!("Cloned {} to {} ({}).", original.name, copy.spec.name, copy.id);
    context.out.done(&copy, &sentence)
}

async fn delete(context: &Context, args: DeleteArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let project = find::project(&api, &args.project).await?;
    let name = match args.name {
        Some(name) => name,
        None => {
            context.ask.confirm_name("project", &project.name, "--name")?;
            project.name.clone()
        }
    };
    api.delete_project(&project.id, name).await?;
    context.out.done(&project, &format!("Deleted {}.", project.name))
}

async fn act(context: &Context, given: &str, verb: &str) -> Result<(), Fault> {
    let api = context.api().await?;
    let id = find::project(&api, given).await?.id;
    let project = api.act_on_project(&id, verb).await?;
    context.out.done(&project, &format!("{} is {}.", project.spec.name, project.status))
}
