//! Views.

use super::Work;
use super::name::target_name;
use crate::mysql::ddl::ast::{Name, Table};
use crate::mysql::ddl::note::{Note, NoteCode, Reason};
use crate::mysql::ddl::options::Options;
use crate::mysql::ddl::target::Target;
use crate::mysql::ddl::view::View;
use crate::product::Server;

/// A view for the target.
#[derive(Debug, Clone)]
pub struct ViewConversion {
    pub name: Name,
    pub create: String,
    /// What must exist at the target before it, by the names there.
    pub needs: Vec<Name>,
    pub notes: Vec<Note>,
    pub unsupported: Vec<Reason>,
}

/// Converts a view of `source` for `target`.
pub fn convert_view(
    view: &View,
    source: &Server,
    target: &Target,
    options: &Options,
) -> ViewConversion {
    let mut converted = view.clone();
    let mut work = Work::new(Table::named(view.name.clone()), source, target, options);
    converted.body = work.convert_expression("view", &view.body);
    if let Some(function) = work.missing_function(&converted.body) {
        let why = format!("{} has no function {function}", target.server);
        work.refuse("view", why, "rewrite the query");
    }
    if let Some(definer) = converted.definer.take() {
        if options.keep_definer {
            converted.definer = Some(definer);
        } else {
            let host = definer.host.map(|host| format!("@{host}")).unwrap_or_default();
            let what = format!("DEFINER {}{host} left out", definer.user);
            let why = "the account that creates the view at the target defines it";
            work.note(NoteCode::DefinerDropped, "view", what, why);
        }
    }
    converted.rename(&|name| target_name(name, &options.names, target));
    let (notes, unsupported) = (work.notes, work.unsupported);
    let create = converted.render(target.quoting);
    ViewConversion {
        needs: converted.references(),
        name: converted.name,
        create,
        notes,
        unsupported,
    }
}
