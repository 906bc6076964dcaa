//! Sequences.

use super::name::target_name;
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::note::{Note, NoteCode, Reason};
use crate::mysql::ddl::options::Options;
use crate::mysql::ddl::sequence::Sequence;
use crate::mysql::ddl::target::{Feature, Target};

/// A sequence for the target.
#[derive(Debug, Clone)]
pub struct SequenceConversion {
    pub name: Name,
    pub create: String,
    pub notes: Vec<Note>,
    pub unsupported: Option<Reason>,
}

/// Converts a sequence for `target`.
pub fn convert_sequence(
    sequence: &Sequence,
    target: &Target,
    options: &Options,
) -> SequenceConversion {
    let mut converted = sequence.clone();
    converted.name = target_name(&sequence.name, &options.names, target);
    let mut notes = Vec::new();
    for option in converted.options.drain(..).filter(|option| option.name != "ENGINE") {
        notes.push(Note {
            code: NoteCode::OptionDropped,
            object: "sequence".to_owned(),
            what: format!("{} left out", option.name),
            why: "only what the sequence yields is carried over".to_owned(),
        });
    }
    let unsupported = (!target.has(Feature::Sequences)).then(|| Reason {
        object: format!("sequence {}", sequence.name.name),
        why: format!("{} has no sequences", target.server),
        advice: "use AUTO_INCREMENT or a table of counters".to_owned(),
    });
    let create = converted.render();
    SequenceConversion { name: converted.name, create, notes, unsupported }
}
