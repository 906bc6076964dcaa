//! `oms label`.

use super::{
    Context, find,
    pages::{PageArgs, collect},
};
use crate::{
    fault::Fault,
    out::{table::Row, time::Zone},
};
use clap::{Args, Subcommand};
use oms_clients::gateway::GatewayClient;
use oms_contracts::project::{
    label::{LabelQuery, LabelView},
    project::{LabelRef, ProjectView},
};
use oms_model::LabelId;

/// Labels: names that projects carry, to find them by
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms label add prod
  oms label attach shop-migration prod urgent
  oms label set shop-migration prod
  oms label delete urgent --force")]
pub struct LabelArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List labels and how many projects carry each
    List {
        /// Part of the name
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Create a label
    Add { name: String },
    /// Give a label another name
    Rename { label: String, name: String },
    /// Delete a label
    Delete {
        label: String,
        /// Take it off the projects that carry it, instead of refusing
        #[arg(long)]
        force: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Give labels to a project, besides those it has
    Attach {
        project: String,
        #[arg(required = true, value_name = "LABEL")]
        labels: Vec<String>,
    },
    /// Take labels off a project
    Detach {
        project: String,
        #[arg(required = true, value_name = "LABEL")]
        labels: Vec<String>,
    },
    /// Give a project exactly these labels; none takes all off
    Set {
        project: String,
        #[arg(value_name = "LABEL")]
        labels: Vec<String>,
    },
}

pub async fn run(context: &Context, args: LabelArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let out = context.out;
    match args.verb {
        Verb::List { search, page } => {
            let labels = collect(page, async |page| {
                let (page_number, page_size) = (page.page_number, page.page_size);
                let search = search.clone();
                api.labels(&LabelQuery { search, page_number, page_size }).await
            });
            out.list(&labels.await?)
        }
        Verb::Add { name } => {
            let made = api.create_label(name).await?;
            out.done(&made, &format!("Created the label {}.", made.name))
        }
        Verb::Rename { label, name } => {
            let old = find::label(&api, &label).await?;
            let new = api.rename_label(&old.id, name).await?;
            out.done(&new, &format!("{} is now called {}.", old.name, new.name))
        }
        Verb::Delete { label, force, yes } => {
            let label = find::label(&api, &label).await?;
            let name = &label.name;
            context.ask.confirm(&format!("Delete the label {name}?"), yes || force)?;
            api.delete_label(&label.id, force).await?;
            out.done(&label, &format!("Deleted the label {name}."))
        }
        Verb::Attach { project, labels } => {
            put(context, &api, &project, &labels, |mut kept, given| {
                kept.retain(|id| !given.contains(id));
                kept.extend(given);
                kept
            })
            .await
        }
        Verb::Detach { project, labels } => {
            put(context, &api, &project, &labels, |mut kept, given| {
                kept.retain(|id| !given.contains(id));
                kept
            })
            .await
        }
        Verb::Set { project, labels } => {
            put(context, &api, &project, &labels, |_, given| given).await
        }
    }
}

async fn put(
    context: &Context,
    api: &GatewayClient,
    project: &str,
    labels: &[String],
    decide: impl FnOnce(Vec<LabelId>, Vec<LabelId>) -> Vec<LabelId>,
) -> Result<(), Fault> {
    let project = find::project(api, project).await?;
    let given = find::labels(api, labels).await?;
    let mut ids: Vec<LabelId> = Vec::with_capacity(given.len());
    for label in given {
        if !ids.contains(&label.id) {
            ids.push(label.id);
        }
    }
    let carried = project.labels.into_iter().map(|label| label.id).collect();
    let view = api.set_project_labels(&project.id, decide(carried, ids)).await?;
    context.out.done(&view, &sentence(&view))
}

fn sentence(view: &ProjectView) -> String {
    match names(&view.labels) {
        names if names.is_empty() => format!("{} carries no label.", view.spec.name),
        names => format!("{} carries {names}.", view.spec.name),
    }
}

/// The names of labels, for people.
pub fn names(labels: &[LabelRef]) -> String {
    let names: Vec<&str> = labels.iter().map(|label| label.name.as_str()).collect();
    names.join(", ")
}

impl Row for LabelView {
    const HEAD: &'static [&'static str] = &["name", "projects", "owner", "created", "id"];

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.name.clone(),
            self.used_by.to_string(),
            self.owner.account.clone(),
            zone.show(self.created_at),
            self.id.to_string(),
        ]
    }
}
