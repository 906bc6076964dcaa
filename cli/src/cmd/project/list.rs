//! `oms project list`.

use crate::{
    cmd::{
        Context,
        data_source::order,
        find, label,
        pages::{PageArgs, collect},
        published::published,
    },
    fault::Fault,
    out::{table::Row, time::Zone},
};
use clap::{Args, ValueEnum};
use oms_contracts::project::project::{
    Commas, ProjectQuery, ProjectSort, ProjectStatus, ProjectSummary,
};
use oms_model::{DatabaseKind, ProjectType};

/// List projects
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Part of the name or id
    #[arg(long)]
    search: Option<String>,
    /// Only those that carry one of these labels, by name or id
    #[arg(long, value_delimiter = ',')]
    label: Vec<String>,
    #[arg(long, ignore_case = true, value_delimiter = ',', value_parser = published::<ProjectStatus>())]
    status: Vec<ProjectStatus>,
    #[arg(long, ignore_case = true, value_delimiter = ',', value_parser = published::<ProjectType>())]
    kind: Vec<ProjectType>,
    #[arg(long, ignore_case = true, value_delimiter = ',', value_parser = published::<DatabaseKind>())]
    source_kind: Vec<DatabaseKind>,
    #[arg(long, ignore_case = true, value_delimiter = ',', value_parser = published::<DatabaseKind>())]
    sink_kind: Vec<DatabaseKind>,
    /// What to sort by
    #[arg(long, value_enum, default_value_t = Sort::Created)]
    sort: Sort,
    /// The oldest first
    #[arg(long)]
    ascending: bool,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    Created,
    Modified,
}

pub async fn run(context: &Context, args: ListArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let labels = find::labels(&api, &args.label).await?;
    let query = ProjectQuery {
        search: args.search,
        label_ids: Commas(labels.into_iter().map(|label| label.id).collect()),
        states: Commas(args.status),
        types: Commas(args.kind),
        source_kinds: Commas(args.source_kind),
        sink_kinds: Commas(args.sink_kind),
        sort_field: Some(match args.sort {
            Sort::Created => ProjectSort::GmtCreate,
            Sort::Modified => ProjectSort::GmtModified,
        }),
        order: Some(order(args.ascending)),
        page_number: None,
        page_size: None,
    };
    let projects = collect(args.page, async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        api.projects(&ProjectQuery { page_number, page_size, ..query.clone() }).await
    });
    context.out.list(&projects.await?)
}

impl Row for ProjectSummary {
    const HEAD: &'static [&'static str] =
        &["name", "kind", "status", "from", "to", "labels", "owner", "modified", "id"];

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.name.clone(),
            self.kind.to_string(),
            self.status.to_string(),
            self.source_endpoint_type.to_string(),
            self.sink_endpoint_type.to_string(),
            label::names(&self.labels),
            self.owner.account.clone(),
            zone.show(self.gmt_modified),
            self.id.to_string(),
        ]
    }
}
