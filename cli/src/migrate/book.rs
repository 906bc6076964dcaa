//! What a data directory is about: the command line it was begun with, and the objects that this
//! came to. Objects that appear later at the source do not join a migration under way.

use super::wish::Wish;
use crate::{
    cmd::migrate::{MigrateArgs, Step},
    fault::{Code, Fault, io_fault},
    private_file,
    up::place::{MIGRATIONS, Place, PlaceError},
    xdg,
};
use oms_contracts::{
    Detail,
    store::CaptureMethod,
    sync::{ApplyMode, DriftPolicy, IndexStrategy, Limits, ObjectSpec},
};
use oms_model::{ObjectName, change::Treatment};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

const FILE: &str = "migration.json";

/// A migration: what was asked, and what it came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Book {
    pub asked: Asked,
    /// What the tasks were made with; a later run may take more or less.
    pub first_limits: Limits,
    pub objects: Vec<ObjectSpec>,
    /// What the rules take and the migration does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<ObjectName>,
    /// Its capture was removed, or is to be: what was committed since is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

/// What makes two command lines the same migration. No password is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Asked {
    source: String,
    target: String,
    objects: Vec<String>,
    exclude: Vec<String>,
    map: Vec<String>,
    r#where: Vec<String>,
    columns: Vec<String>,
    pub schema: bool,
    pub full: bool,
    /// How changes are applied, where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incr: Option<Applying>,
    /// How they are captured, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<CaptureMethod>,
    pub index: IndexStrategy,
    pub allow_nonempty: bool,
}

/// How changes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Applying {
    pub mode: ApplyMode,
    pub on_drift: DriftPolicy,
    pub ddl: Treatment,
}

impl Asked {
    pub fn of(args: &MigrateArgs, wish: &Wish) -> Self {
        let what = &args.what;
        let (schema, full) = (args.types.contains(&Step::Schema), args.types.contains(&Step::Full));
        let follows = args.follow || args.until.is_some() || args.types.contains(&Step::Incr);
        let incr = Applying {
            mode: args.mode.into(),
            on_drift: args.on_drift.into(),
            ddl: args.ddl.into(),
        };
        // Rows go in faster without indexes to be kept in order, by more than building those takes.
        let usual =
            if schema && full { IndexStrategy::AfterLoad } else { IndexStrategy::WithSchema };
        Self {
            source: wish.source.shown(),
            target: wish.target.shown(),
            objects: what.objects.clone(),
            exclude: what.exclude.clone(),
            map: what.map.clone(),
            r#where: what.filters.clone(),
            columns: what.columns.clone(),
            schema,
            full,
            incr: follows.then_some(incr),
            capture: args.capture.map(CaptureMethod::from),
            index: args.index.map_or(usual, IndexStrategy::from),
            allow_nonempty: args.allow_nonempty,
        }
    }

    /// The directory for those who name none.
    fn usual_place(&self) -> Result<PathBuf, PlaceError> {
        let data = xdg::folder("XDG_DATA_HOME", ".local/share").ok_or(PlaceError::NoHome)?;
        let mut hash = Sha256::new();
        for part in [&self.source, &self.target].into_iter().chain(&self.objects) {
            hash.update(part.as_bytes());
            // No text has it, so that parts stay apart.
            hash.update([0]);
        }
        let name: String = hash.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect();
        Ok(data.join(MIGRATIONS).join(name))
    }

    /// Takes the migration's directory into use.
    pub fn place(&self, given: Option<PathBuf>) -> Result<Place, Fault> {
        let root = match given {
            Some(root) => root,
            None => self.usual_place()?,
        };
        let place = Place::open(Some(root))?;
        place.check_room()?;
        Ok(place)
    }

    /// The flags that say something else.
    fn differences(&self, other: &Self) -> Vec<Detail> {
        let fields = |asked: &Self| match serde_json::to_value(asked) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => unreachable!("it is a JSON object"),
        };
        let (ours, theirs) = (fields(self), fields(other));
        let differing = ours.into_iter().filter(|(key, value)| theirs.get(key) != Some(value));
        differing
            .map(|(key, value)| {
                let flag = match key.as_str() {
                    "allowNonempty" => "--allow-nonempty",
                    "schema" | "full" => "--types",
                    "incr" => "--types, --follow, --until, --mode, --on-drift or --ddl",
                    "index" => "--index",
                    other => return Detail::new(format!("--{other}"), was(&value)),
                };
                Detail::new(flag, was(&value))
            })
            .collect()
    }
}

fn was(value: &serde_json::Value) -> String {
    format!("it was begun with {value}")
}

impl Book {
    /// What the directory is about, if it is about something. Another migration is refused.
    pub fn find(place: &Place, asked: &Asked) -> Result<Option<Self>, Fault> {
        let path = place.root().join(FILE);
        let text = private_file::read(&path)
            .map_err(|error| Fault::from_error(Code::DirUnusable, &error))?;
        let Some(text) = text else {
            return match place.list_is_empty()? {
                true => Ok(None),
                false => Err(PlaceError::Foreign(place.root().into()).into()),
            };
        };
        let book: Self = serde_json::from_str(&text).map_err(|error| {
            let message = format!("{} cannot be understood", path.display());
            Fault::new(Code::DirUnusable, message).because(Some(&error))
        })?;
        if book.asked == *asked {
            return Ok(Some(book));
        }
        let message = format!("{} is about another migration", place.root().display());
        let details = book.asked.differences(asked);
        Err(Fault::new(Code::OtherMigration, message).listing(details))
    }

    pub fn keep(&self, place: &Place) -> Result<(), Fault> {
        let content = serde_json::to_vec_pretty(self).expect("this is JSON");
        private_file::write(&place.root().join(FILE), &content).map_err(|error| {
            let message =
                format!("the data directory {} cannot be written", place.root().display());
            io_fault(Code::Unwritable, message, &error)
        })
    }
}
