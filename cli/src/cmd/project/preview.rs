//! `oms project preview`: what a selection comes to at its source.

use super::file::by_rules;
use crate::{
    cmd::{Context, find},
    fault::{Code, Fault},
    out::{card::Card, table::Table, text::count},
};
use clap::{Args, ValueEnum};
use oms_contracts::{
    page::MAX_PAGE_SIZE,
    project::selection::{PreviewSelection, PreviewTab, SelectionPreview},
};
use oms_model::{Complaint, ProjectType, selection::SelectedObject};

/// Show which objects a selection comes to, asking the source
///
/// Of a project as it is saved; of a project with other rules, to see what they would change; or
/// of rules alone, before there is a project.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms project preview shop
  oms project preview shop --objects 'shop.*' --exclude 'shop.tmp_*' --tab removed
  oms project preview --source shop-mysql --objects 'shop.order*=sales.orders'")]
pub struct PreviewArgs {
    /// A project, by name or id
    #[arg(required_unless_present = "source")]
    project: Option<String>,

    /// A data source, where there is no project yet
    #[arg(long, requires = "objects", conflicts_with = "project")]
    source: Option<String>,

    /// Matching rules, separated by commas, instead of the saved ones
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    objects: Vec<String>,

    /// What to leave out
    #[arg(long, value_name = "RULE", value_delimiter = ',', requires = "objects")]
    exclude: Vec<String>,

    /// Which objects to list
    #[arg(long, value_enum, default_value_t = Tab::Final)]
    tab: Tab,

    /// Only objects whose name contains this
    #[arg(long)]
    search: Option<String>,

    /// Which page of the objects, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,

    /// How many objects a page has, 1 to 150
    #[arg(long, default_value_t = MAX_PAGE_SIZE, value_parser = clap::value_parser!(u32).range(1..=150))]
    page_size: u32,
}

/// Which list.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tab {
    /// What takes part
    Final,
    /// What takes part and did not before
    New,
    /// What took part before and does no more
    Removed,
}

pub async fn run(context: &Context, args: PreviewArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let rules =
        (!args.objects.is_empty()).then(|| by_rules(args.objects.clone(), args.exclude.clone()));
    let mut asked = match (&args.project, &args.source) {
        (Some(given), _) => {
            let id = find::project(&api, given).await?.id;
            let spec = api.project(&id).await?.value.spec;
            let mapping = rules.unwrap_or(spec.transfer_mapping);
            PreviewSelection {
                project_id: Some(id),
                kind: Some(spec.kind),
                ..asked_of(spec.source_endpoint_id, mapping)
            }
        }
        (None, Some(given)) => {
            let source = find::data_source(&api, given).await?;
            asked_of(source.id, rules.unwrap_or_else(|| by_rules(Vec::new(), Vec::new())))
        }
        (None, None) => return Err(Fault::new(Code::Usage, "name a project, or give --source")),
    };
    asked.tab = match args.tab {
        Tab::Final => PreviewTab::Final,
        Tab::New => PreviewTab::New,
        Tab::Removed => PreviewTab::Removed,
    };
    asked.search = args.search;
    (asked.page_number, asked.page_size) = (Some(args.page), Some(args.page_size));
    let preview = api.preview(&asked).await?;
    context.out.show(&preview, |_| card_of(&preview))?;
    let (shown, all) = (preview.objects.items.len(), preview.objects.total_count);
    if u64::try_from(shown).is_ok_and(|shown| shown < all) {
        context.out.remark(&format!("{shown} of {all} objects; see --page and --search"));
    }
    Ok(())
}

fn asked_of(
    source_endpoint_id: oms_model::EndpointId,
    transfer_mapping: oms_model::selection::TransferMapping,
) -> PreviewSelection {
    PreviewSelection {
        source_endpoint_id,
        transfer_mapping,
        kind: None::<ProjectType>,
        previous: Vec::new(),
        project_id: None,
        tab: PreviewTab::Final,
        search: None,
        page_number: None,
        page_size: None,
    }
}

/// What a preview tells, what keeps it from being used first.
fn card_of(preview: &SelectionPreview) -> Card {
    let counts = &preview.counts;
    let of = |noun: &str, n: u64| (n > 0).then(|| count(n, noun));
    let kinds = [of("table", counts.tables), of("view", counts.views)];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    let comes_to = match kinds.as_slice() {
        [] => "nothing".to_owned(),
        kinds => kinds.join(" and "),
    };
    let usable = if preview.obstacles.is_empty() { "yes" } else { "no: see the obstacles" };
    let mut card = Card::new()
        .field("comes to", comes_to)
        .field("of", format!("{} at the source", count(counts.source, "object")))
        .maybe("new", of("object", counts.new))
        .maybe("removed", of("object", counts.removed))
        .maybe("excluded", of("object", counts.excluded))
        .field("usable", usable);
    for (heading, complaints) in [
        ("obstacles", &preview.obstacles),
        ("warnings", &preview.warnings),
        ("why changes could not be carried back", &preview.reverse_obstacles),
    ] {
        if !complaints.is_empty() {
            card = card.part(heading, complaints_of(complaints));
        }
    }
    let parts = notes_of(preview).into_iter().filter(|(_, table)| !table.is_empty());
    let card = parts.fold(card, |card, (heading, table)| card.part(heading, table));
    if preview.objects.items.is_empty() {
        return card;
    }
    let heading = match preview.tab {
        PreviewTab::Final => "objects",
        PreviewTab::New => "new objects",
        PreviewTab::Removed => "removed objects",
    };
    card.part(heading, objects_of(&preview.objects.items))
}

fn complaints_of(complaints: &[Complaint]) -> Table {
    let mut table = Table::new(&["place", "text", "reason", "advice"]);
    for complaint in complaints {
        let Complaint { place, text, reason, advice } = complaint.clone();
        table.push(vec![place, text, reason, advice]);
    }
    table
}

fn notes_of(preview: &SelectionPreview) -> [(&'static str, Table); 5] {
    let mut unmatched = Table::new(&["line", "at", "reason"]);
    for line in &preview.unmatched {
        unmatched.push(vec![line.text.clone(), line.place.clone(), line.reason.clone()]);
    }
    let mut unsupported = Table::new(&["object", "reason", "advice"]);
    for object in &preview.unsupported {
        let name = object.source.full_name().to_string();
        unsupported.push(vec![name, object.reason.clone(), object.advice.clone()]);
    }
    let mut ambiguous = Table::new(&["object", "lines"]);
    for object in &preview.ambiguous {
        ambiguous.push(vec![object.source.full_name().to_string(), object.lines.join(", ")]);
    }
    let mut merges = Table::new(&["target", "sources"]);
    for merge in &preview.merges {
        let sources: Vec<String> = merge.sources.iter().map(ToString::to_string).collect();
        merges.push(vec![merge.target.to_string(), sources.join(", ")]);
    }
    for merge in &preview.schema_merges {
        merges.push(vec![merge.target.clone(), merge.sources.join(", ")]);
    }
    let mut collisions = Table::new(&["target", "sources"]);
    for collision in &preview.collisions {
        let sources: Vec<String> =
            collision.sources.iter().map(|source| source.full_name().to_string()).collect();
        collisions.push(vec![collision.target.to_string(), sources.join(", ")]);
    }
    [
        ("lines that match nothing", unmatched),
        ("objects whose names keep them out", unsupported),
        ("objects with several new names", ambiguous),
        ("merges", merges),
        ("collisions", collisions),
    ]
}

fn objects_of(objects: &[SelectedObject]) -> Table {
    let mut table = Table::new(&["source", "target", "kind", "settings"]);
    for object in objects {
        let settings = match serde_json::to_value(&object.settings) {
            Ok(value) if value.as_object().is_some_and(|fields| !fields.is_empty()) => {
                value.to_string()
            }
            _ => String::new(),
        };
        let (source, target) = (object.source.to_string(), object.target.to_string());
        table.push(vec![source, target, object.kind.to_string(), settings]);
    }
    table
}
