//! `oms project create` and `edit`: a project from flags or a document.

use super::{
    diff::changes,
    file::{by_rules, spec_of},
};
use crate::{
    cmd::{Context, document, find, published::published},
    fault::Fault,
    out::text::count,
};
use clap::{Args, ValueEnum};
use oms_contracts::project::project::ProjectSpec;
use oms_model::ProjectType;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Save a new project; nothing is started
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms project create shop --source shop-mysql --sink shop-ob --objects 'shop.*' \\
      --exclude 'shop.*_ghc,shop.tmp_*' --types schema,full,incr,verify --label prod
  oms project create -f shop.yaml         as for oms project apply")]
pub struct CreateArgs {
    /// 1 to 64 characters without blanks
    #[arg(required_unless_present = "file")]
    name: Option<String>,

    /// A document instead, YAML or JSON; - reads stdin
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["name", "Flags"])]
    file: Option<PathBuf>,

    #[command(flatten)]
    flags: Flags,
}

/// Change a project that was never started; what is not named stays
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms project edit shop --objects 'shop.*,stock.*'
  oms project edit shop --types schema,full
  oms project edit shop -f shop.yaml      replaces everything")]
pub struct EditArgs {
    project: String,

    /// A document instead, YAML or JSON; - reads stdin
    #[arg(
        long,
        short,
        value_name = "FILE",
        conflicts_with = "Flags",
        required_unless_present = "Flags"
    )]
    file: Option<PathBuf>,

    #[command(flatten)]
    flags: Flags,
}

/// What most projects need to be told.
#[derive(Debug, Args)]
#[group(id = "Flags", multiple = true)]
struct Flags {
    /// The data source to read from, by name or id
    #[arg(long)]
    source: Option<String>,
    /// The data source to write to, by name or id
    #[arg(long)]
    sink: Option<String>,
    /// What to move: matching rules, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    objects: Vec<String>,
    /// What to leave out of it
    #[arg(long, value_name = "RULE", value_delimiter = ',', requires = "objects")]
    exclude: Vec<String>,
    /// The steps; of a new project schema,full,incr,verify by default, and incr if it is a SYNC
    #[arg(long, value_enum, value_delimiter = ',')]
    types: Vec<Step>,
    /// Labels, by name or id
    #[arg(long, value_delimiter = ',')]
    label: Vec<String>,
    /// MIGRATION or SYNC
    #[arg(long, ignore_case = true, hide_possible_values = true, value_parser = published::<ProjectType>())]
    kind: Option<ProjectType>,
}

/// A step of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Definitions of tables and views
    Schema,
    /// The rows there are
    Full,
    /// Changes, as they happen
    Incr,
    /// Compare all rows afterwards
    Verify,
    /// Compare what changed
    IncrVerify,
    /// Changes of the target, back to the source after the switchover
    Reverse,
}

impl Step {
    const ALL: [Self; 6] =
        [Self::Schema, Self::Full, Self::Incr, Self::Verify, Self::IncrVerify, Self::Reverse];

    /// What a new project does unless it is told.
    fn of_new(kind: Option<ProjectType>) -> Vec<Self> {
        match kind {
            Some(ProjectType::Sync) => vec![Self::Incr],
            Some(ProjectType::Migration) | None => {
                vec![Self::Schema, Self::Full, Self::Incr, Self::Verify]
            }
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Schema => "enableStructTransfer",
            Self::Full => "enableFullTransfer",
            Self::Incr => "enableIncrTransfer",
            Self::Verify => "enableFullVerify",
            Self::IncrVerify => "enableIncrVerify",
            Self::Reverse => "enableReverseIncrTransfer",
        }
    }
}

impl Flags {
    /// Puts what was given over the fields of a document.
    fn apply(self, fields: &mut Map<String, Value>) {
        let mut put = |short: &str, long: &str, value: Value| {
            fields.remove(long);
            fields.insert(short.to_owned(), value);
        };
        if let Some(source) = self.source {
            put("source", "sourceEndpointId", json!(source));
        }
        if let Some(sink) = self.sink {
            put("sink", "sinkEndpointId", json!(sink));
        }
        if !self.label.is_empty() {
            put("labels", "labelIds", json!(self.label));
        }
        if let Some(kind) = self.kind {
            put("type", "type", json!(kind));
        }
        if !self.objects.is_empty() {
            let mapping = by_rules(self.objects, self.exclude);
            put("transferMapping", "transferMapping", json!(mapping));
        }
        if !self.types.is_empty() {
            for step in Step::ALL {
                let enabled = self.types.contains(&step);
                put(step.key(), step.key(), json!(enabled));
            }
        }
    }
}

pub async fn create(context: &Context, args: CreateArgs) -> Result<(), Fault> {
    let document = match &args.file {
        Some(file) => document::tree(file)?,
        None => {
            let mut fields = Map::new();
            let mut flags = args.flags;
            if flags.types.is_empty() {
                flags.types = Step::of_new(flags.kind);
            }
            flags.apply(&mut fields);
            fields.insert("name".into(), json!(args.name));
            need(&fields)?;
            Value::Object(fields)
        }
    };
    let api = context.api().await?;
    let of = args.file.as_deref().map_or_else(|| "the project".into(), document::shown);
    let spec = spec_of(&api, &of, document).await?;
    let made = api.create_project(&spec).await?;
    let sentence = format!("Created {} ({}). It is a draft: nothing runs.", spec.name, made.id);
    context.out.done(&made, &sentence)
}

/// Says which flags are missing in the words of the command line.
fn need(fields: &Map<String, Value>) -> Result<(), Fault> {
    let needed = [("source", "--source"), ("sink", "--sink"), ("transferMapping", "--objects")];
    let missing: Vec<&str> = needed
        .iter()
        .filter(|(key, _)| !fields.contains_key(*key))
        .map(|(_, flag)| *flag)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("a project needs {}, or a document: -f FILE", missing.join(", "));
    Err(Fault::new(crate::fault::Code::Usage, message))
}

pub async fn edit(context: &Context, args: EditArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let id = find::project(&api, &args.project).await?.id;
    let current = api.project(&id).await?;
    let before = body(&current.value.spec);
    let (of, document) = match &args.file {
        Some(file) => (document::shown(file), document::tree(file)?),
        None => {
            let mut fields = before.as_object().cloned().unwrap_or_default();
            args.flags.apply(&mut fields);
            ("the project".into(), Value::Object(fields))
        }
    };
    let spec = spec_of(&api, &of, document).await?;
    let changed = changes(&before, &body(&spec)).len();
    if changed == 0 {
        return context.out.done(&current.value, &format!("{} is unchanged.", spec.name));
    }
    let edited = api.replace_project(&id, &current.etag, &spec).await?;
    let places = count(u64::try_from(changed).unwrap_or(u64::MAX), "place");
    context.out.done(&edited, &format!("Changed {} in {places}.", edited.spec.name))
}

fn body(spec: &ProjectSpec) -> Value {
    serde_json::to_value(spec).expect("a spec is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> Flags {
        Flags {
            source: None,
            sink: None,
            objects: Vec::new(),
            exclude: Vec::new(),
            types: Vec::new(),
            label: Vec::new(),
            kind: None,
        }
    }

    fn applied(flags: Flags, before: &Value) -> Value {
        let mut fields = before.as_object().cloned().unwrap_or_default();
        flags.apply(&mut fields);
        Value::Object(fields)
    }

    #[test]
    fn flags_replace_what_they_name_and_nothing_else() {
        let before = json!({ "name": "p", "sourceEndpointId": "e_1", "labelIds": ["l_1"] });
        let flags = Flags { source: Some("shop".into()), ..flags() };
        let after = json!({ "name": "p", "source": "shop", "labelIds": ["l_1"] });
        assert_eq!(applied(flags, &before), after);
    }

    #[test]
    fn steps_that_are_not_named_are_switched_off() {
        let before = json!({ "enableIncrTransfer": true });
        let after = applied(Flags { types: vec![Step::Schema, Step::Full], ..flags() }, &before);
        assert_eq!(after["enableStructTransfer"], json!(true));
        assert_eq!(after["enableIncrTransfer"], json!(false));
        assert_eq!(after.as_object().map(Map::len), Some(6));
    }

    #[test]
    fn rules_replace_the_whole_selection() {
        let before = json!({ "transferMapping": { "mode": "SPECIFIC", "databases": [] } });
        let flags = Flags { objects: vec!["a.*".into()], exclude: vec!["a.b".into()], ..flags() };
        let mapping = json!({
            "mode": "WILDCARD", "tableAndViewWhiteList": ["a.*"], "tableAndViewBlackList": ["a.b"]
        });
        assert_eq!(applied(flags, &before), json!({ "transferMapping": mapping }));
    }

    #[test]
    fn missing_flags_are_named_together() {
        let fault = need(&json!({ "source": "x" }).as_object().cloned().unwrap()).unwrap_err();
        assert!(
            fault.lines()[0].ends_with("a project needs --sink, --objects, or a document: -f FILE")
        );
    }
}
