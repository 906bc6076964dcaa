//! A folder of `cases/`.

use oms_testkit::servers::ServerKind;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[expect(dead_code, reason = "for readers of the folder")]
    about: String,
    #[serde(default = "everywhere")]
    sources: Vec<String>,
    #[serde(default = "everywhere")]
    targets: Vec<String>,
    /// By target: what must be said when it is refused.
    #[serde(default)]
    refused: BTreeMap<String, String>,
    /// By target: why the answer is another one.
    #[serde(default)]
    differs: BTreeMap<String, String>,
    #[serde(default)]
    arguments: Vec<String>,
    /// Tables that are told to be left out, and are.
    #[serde(default)]
    left_behind: Vec<String>,
    #[serde(default)]
    live: Live,
}

/// What is said of the case while its changes are followed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Live {
    /// Its changes cannot be followed if they began before the capture did.
    after_begin: bool,
    /// By source, or by `to-TARGET`: what must be said when changes are not followed, or not any
    /// further.
    stops: BTreeMap<String, String>,
    /// By source: why it is not followed at all in these tests.
    left_out: BTreeMap<String, String>,
}

/// What a case comes to when its changes are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a> {
    Follows,
    /// With these words.
    Stops(&'a str),
    /// For this reason.
    LeftOut(&'a str),
}

fn everywhere() -> Vec<String> {
    ["mysql", "mariadb", "oceanbase"].map(str::to_owned).to_vec()
}

#[derive(Debug)]
pub struct Case {
    pub name: String,
    folder: PathBuf,
    manifest: Manifest,
}

/// All cases, by name.
pub fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
    let mut cases: Vec<Case> = folders(&root)
        .iter()
        .flat_map(|section| folders(section))
        .map(|folder| Case::read(&folder))
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).expect("the folder of cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_dir()).collect()
}

impl Case {
    fn read(folder: &Path) -> Self {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let manifest = fs::read_to_string(folder.join("case.toml"));
        let manifest = manifest.unwrap_or_else(|error| panic!("{name}/case.toml: {error}"));
        let manifest = toml::from_str(&manifest);
        let manifest: Manifest = manifest.unwrap_or_else(|error| panic!("{name}: {error}"));
        let case = Self { name, folder: folder.to_owned(), manifest };
        for target in case.manifest.differs.keys() {
            let own = case.folder.join(format!("expect.{target}.tsv"));
            assert!(own.exists(), "{}: no answer of its own for {target}", case.name);
        }
        case
    }

    pub fn holds(&self, source: ServerKind, target: ServerKind) -> bool {
        let among =
            |names: &[String], kind: ServerKind| names.iter().any(|name| name == kind.name());
        among(&self.manifest.sources, source) && among(&self.manifest.targets, target)
    }

    /// Whether others can be in the same migration.
    pub fn is_sociable(&self, target: ServerKind) -> bool {
        self.manifest.arguments.is_empty() && self.refusal(target).is_none()
    }

    /// What must be said at a target that cannot take it.
    pub fn refusal(&self, target: ServerKind) -> Option<&str> {
        self.manifest.refused.get(target.name()).map(String::as_str)
    }

    /// What comes of it when changes of this source are followed. What is refused before anything is
    /// moved is refused with changes as without.
    pub fn fate(&self, source: ServerKind, target: ServerKind) -> Fate<'_> {
        let live = &self.manifest.live;
        let at_target = format!("to-{}", target.name());
        let stops = live.stops.get(source.name()).or_else(|| live.stops.get(&at_target));
        match (live.left_out.get(source.name()), stops) {
            _ if self.refusal(target).is_some() => Fate::LeftOut("refused without changes, too"),
            (Some(why), _) => Fate::LeftOut(why),
            (None, Some(words)) => Fate::Stops(words),
            (None, None) => Fate::Follows,
        }
    }

    /// Whether its changes must not begin before the capture does.
    pub fn is_after_begin(&self) -> bool {
        self.manifest.live.after_begin
    }

    /// Whether the target has every value as the source has it.
    pub fn is_equal_at(&self, target: ServerKind) -> bool {
        self.manifest.arguments.is_empty() && !self.manifest.differs.contains_key(target.name())
    }

    pub fn left_behind(&self) -> &[String] {
        &self.manifest.left_behind
    }

    pub fn arguments(&self, source: &str, target: &str) -> Vec<String> {
        let named =
            |argument: &String| argument.replace("SOURCE", source).replace("TARGET", target);
        self.manifest.arguments.iter().map(named).collect()
    }

    pub fn setup(&self, source: ServerKind) -> String {
        self.file("setup", "sql", Some(source)).expect("a setup.sql")
    }

    pub fn changes(&self, source: ServerKind) -> String {
        self.file("changes", "sql", Some(source)).unwrap_or_default()
    }

    pub fn check(&self, at: ServerKind) -> String {
        self.file("check", "sql", Some(at)).expect("a check.sql")
    }

    pub fn expected_at_source(&self) -> String {
        self.file("expect", "tsv", None).expect("an expect.tsv")
    }

    pub fn expected_at(&self, target: ServerKind) -> String {
        self.file("expect", "tsv", Some(target)).expect("an expect.tsv")
    }

    /// `name.KIND.end` if it is there, or else `name.end`.
    fn file(&self, name: &str, end: &str, of: Option<ServerKind>) -> Option<String> {
        let own = of.map(|kind| format!("{name}.{}.{end}", kind.name()));
        let names = own.into_iter().chain([format!("{name}.{end}")]);
        let mut paths = names.map(|name| self.folder.join(name));
        let path = paths.find(|path| path.exists())?;
        Some(fs::read_to_string(path).expect("a file of text"))
    }
}
