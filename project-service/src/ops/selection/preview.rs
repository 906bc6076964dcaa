//! Looking at what a selection comes to.

use super::{
    Error as Refusal,
    source::{apart, objects},
};
use crate::{
    Error,
    app::AppState,
    domain::{project::naming, selection::databases},
    ops::{data_source::open, project::visible, require},
};
use oms_contracts::{
    PageQuery,
    page::Slice,
    project::selection::{PreviewCounts, PreviewSelection, PreviewTab, SelectionPreview},
};
use oms_model::{
    Actor, ProjectId, ProjectType, Right, SourceObject,
    selection::{Preview, Resolution, SelectedObject, Selection},
};

const SEARCH_MAX: usize = 256;
/// How much is shown of each list beside the page.
const SHOWN_MAX: usize = 200;

/// Evaluates a selection against what the source holds now, and compares it with what was selected
/// before. The source is asked once, however many tabs and pages there are to look at.
pub async fn preview(
    state: &AppState,
    actor: Actor,
    asked: PreviewSelection,
) -> Result<SelectionPreview, Error> {
    require(&actor, Right::ReadWork)?;
    let page = PageQuery { page_number: asked.page_number, page_size: asked.page_size };
    let view = View { tab: asked.tab, search: search(asked.search)?, slice: page.checked()? };
    if asked.project_id.is_some() && !asked.previous.is_empty() {
        let message = "compare with a project or with a list, not with both";
        return Err(Refusal::request("previous", message).into());
    }
    let mapping = asked.transfer_mapping;
    let naming = naming(asked.kind.unwrap_or(ProjectType::Migration));
    let mut wanted = databases(&mapping);
    let selection = apart(move || Selection::compile(&mapping, naming)).await?;
    let selection = selection.map_err(|complaints| Refusal::mapping(&complaints))?;
    let before = match asked.project_id {
        None => Before::Listed(asked.previous),
        Some(id) => {
            let (saved, about) = saved(state, actor.clone(), id).await?;
            wanted = wanted.zip(about).map(|(wanted, about)| &wanted | &about);
            Before::Saved(saved)
        }
    };
    let opened = open(state, &actor, &asked.source_endpoint_id).await?;
    let source = objects(&opened, wanted).await?;
    drop(opened);
    apart(move || look(&selection, before, &source, &view)).await
}

/// What to show.
struct View {
    tab: PreviewTab,
    /// In lower case.
    search: Option<String>,
    slice: Slice,
}

/// What was selected before.
enum Before {
    Listed(Vec<SelectedObject>),
    /// To be evaluated against the same objects.
    Saved(Box<Selection>),
}

fn search(text: Option<String>) -> Result<Option<String>, Refusal> {
    let text = text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > SEARCH_MAX) {
        return Err(Refusal::request("search", format!("it may have {SEARCH_MAX} characters")));
    }
    Ok(text)
}

type Saved = (Box<Selection>, Option<std::collections::BTreeSet<String>>);

/// The selection of a project, and the databases it is about.
async fn saved(state: &AppState, actor: Actor, id: ProjectId) -> Result<Saved, Error> {
    state
        .db
        .run(move |conn| {
            let project = visible(conn, &actor, &id)?;
            let selection = Selection::compile(&project.mapping, naming(project.outline.kind));
            let selection = selection.map_err(|complaints| Refusal::mapping(&complaints))?;
            Ok((Box::new(selection), databases(&project.mapping)))
        })
        .await
}

fn look(
    selection: &Selection,
    before: Before,
    source: &[SourceObject],
    view: &View,
) -> SelectionPreview {
    let mut found = selection.evaluate(source);
    let obstacles = found.obstacles();
    let reverse_obstacles = found.reverse_obstacles();
    let mut counts = counted(&found, source);
    let before = match before {
        Before::Listed(objects) => objects,
        Before::Saved(selection) => selection.evaluate(source).objects,
    };
    let preview = Preview::of(std::mem::take(&mut found.objects), &before);
    counts.new = preview.new.len() as u64;
    counts.removed = preview.removed.len() as u64;
    let tab = match view.tab {
        PreviewTab::Final => preview.all,
        PreviewTab::New => preview.new,
        PreviewTab::Removed => preview.removed,
    };
    SelectionPreview {
        counts,
        tab: view.tab,
        objects: paged(tab, view),
        unmatched: cut(found.unmatched),
        unsupported: cut(found.unsupported),
        ambiguous: cut(found.ambiguous),
        merges: cut(found.merges),
        schema_merges: cut(found.schema_merges),
        collisions: cut(found.collisions),
        warnings: cut(found.warnings),
        obstacles: cut(obstacles),
        reverse_obstacles: cut(reverse_obstacles),
    }
}

fn counted(found: &Resolution, source: &[SourceObject]) -> PreviewCounts {
    PreviewCounts {
        source: source.len() as u64,
        all: found.objects.len() as u64,
        new: 0,
        removed: 0,
        tables: found.tables as u64,
        views: found.views as u64,
        excluded: found.excluded as u64,
        unmatched: found.unmatched.len() as u64,
        unsupported: found.unsupported.len() as u64,
        ambiguous: found.ambiguous.len() as u64,
        merges: found.merges.len() as u64,
        schema_merges: found.schema_merges.len() as u64,
        collisions: found.collisions.len() as u64,
        warnings: found.warnings.len() as u64,
        white_list_bytes: found.white_list_bytes() as u64,
    }
}

fn paged(tab: Vec<SelectedObject>, view: &View) -> oms_contracts::Page<SelectedObject> {
    let wanted = |object: &SelectedObject| {
        view.search.as_ref().is_none_or(|part| {
            [&object.source, &object.target]
                .iter()
                .any(|name| name.to_string().to_lowercase().contains(part))
        })
    };
    let found: Vec<SelectedObject> = tab.into_iter().filter(wanted).collect();
    let total = found.len() as u64;
    let offset = usize::try_from(view.slice.offset()).unwrap_or(usize::MAX);
    let items = found.into_iter().skip(offset).take(view.slice.size as usize).collect();
    view.slice.page(items, total)
}

fn cut<T>(mut list: Vec<T>) -> Vec<T> {
    list.truncate(SHOWN_MAX);
    list
}
