//! What the server that a definition is written for can do.

use super::quote::Quoting;
use crate::product::{Product, Server, Version};
use std::collections::{BTreeMap, BTreeSet};

/// The server that a definition is converted for.
#[derive(Debug, Clone)]
pub struct Target {
    pub server: Server,
    /// Its character sets, with the default collation of each.
    pub charsets: BTreeMap<String, String>,
    pub collations: BTreeSet<String>,
    pub lower_case_table_names: u8,
    /// Whether it knows spatial reference systems besides 0. An OceanBase kernel may come without
    /// them.
    pub spatial_references: bool,
    /// How the session reads that runs the statements.
    pub quoting: Quoting,
}

impl Target {
    pub(crate) fn has(&self, feature: Feature) -> bool {
        feature.is_in(&self.server)
    }

    /// How the server spells a character set, if it has it.
    pub(crate) fn charset(&self, name: &str) -> Option<String> {
        spellings(name).find(|name| self.charsets.contains_key(name))
    }

    /// How the server spells a collation, if it has it.
    pub(crate) fn collation(&self, name: &str) -> Option<String> {
        spellings(name).find(|name| {
            // MariaDB lists its newest collations without the character set.
            let short = name.find("_uca1400_").map(|at| &name[at + 1..]);
            self.collations.contains(name) || short.is_some_and(|s| self.collations.contains(s))
        })
    }
}

/// The one name of a character set or collation.
pub(crate) fn canonical(name: &str) -> String {
    match name.strip_prefix("utf8") {
        Some("") => "utf8mb3".to_owned(),
        Some(rest) if rest.starts_with('_') => format!("utf8mb3{rest}"),
        _ => name.to_owned(),
    }
}

/// The ways that servers spell the same thing.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    let canonical = canonical(name);
    let old = canonical.strip_prefix("utf8mb3").map(|rest| format!("utf8{rest}"));
    std::iter::once(canonical).chain(old)
}

/// Something that not every member of the family has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    Json,
    Geometry,
    SridAttribute,
    Vector,
    Uuid,
    Inet4,
    Inet6,
    ExpressionDefaults,
    /// Expressions as defaults of TEXT, BLOB, JSON and GEOMETRY.
    LargeDefaults,
    /// Defaults that name other columns.
    DependentDefaults,
    InvisibleColumns,
    /// Generated columns that name other generated columns.
    GeneratedOnGenerated,
    GeneratedPrimaryKey,
    GeneratedNotNull,
    FunctionalKeys,
    DescendingKeys,
    HiddenKeys,
    FulltextKeys,
    NgramParser,
    SpatialKeys,
    PrefixPrimaryKey,
    /// Unique keys on whole TEXT and BLOB columns.
    LongUniqueKeys,
    Checks,
    UnenforcedChecks,
    SetDefaultReferences,
    PartitionedReferences,
    LinearPartitions,
    KeyAlgorithm,
    PartitionOptions,
    /// Partitions for what fits no other.
    DefaultPartition,
    SystemVersioning,
    Sequences,
    /// Display widths mean nothing and are warned about.
    WidthsDeprecated,
}

/// The first version of MySQL, MariaDB and OceanBase that has it.
type Since = [Option<Version>; 3];

const ALWAYS: Option<Version> = Some(Version(0, 0, 0));
const NEVER: Option<Version> = None;

const fn v(major: u16, minor: u16, patch: u16) -> Option<Version> {
    Some(Version(major, minor, patch))
}

impl Feature {
    fn is_in(self, server: &Server) -> bool {
        let [mysql, mariadb, oceanbase] = self.since();
        let since = match server.product {
            Product::Mariadb => mariadb,
            Product::OceanBase => oceanbase,
            // The relatives follow MySQL; what they lack they refuse by themselves.
            _ => mysql,
        };
        since.is_some_and(|since| server.version >= since)
    }

    /// From the manuals, and for what runs in the tests from the servers themselves.
    fn since(self) -> Since {
        match self {
            Self::Json => [v(5, 7, 8), v(10, 2, 7), v(3, 2, 3)],
            Self::Geometry => [ALWAYS, ALWAYS, v(3, 2, 4)],
            Self::SridAttribute => [v(8, 0, 3), NEVER, v(4, 1, 0)],
            Self::Vector => [v(9, 0, 0), v(11, 7, 1), v(4, 3, 3)],
            Self::Uuid => [NEVER, v(10, 7, 0), NEVER],
            Self::Inet4 => [NEVER, v(10, 10, 0), NEVER],
            Self::Inet6 => [NEVER, v(10, 5, 0), NEVER],
            Self::ExpressionDefaults => [v(8, 0, 13), v(10, 2, 1), v(4, 2, 0)],
            Self::LargeDefaults => [v(8, 0, 13), v(10, 2, 1), NEVER],
            Self::DependentDefaults => [v(8, 0, 13), v(10, 2, 1), NEVER],
            Self::InvisibleColumns => [v(8, 0, 23), v(10, 3, 3), v(4, 2, 0)],
            Self::GeneratedOnGenerated => [ALWAYS, ALWAYS, NEVER],
            Self::GeneratedPrimaryKey => [ALWAYS, NEVER, NEVER],
            Self::GeneratedNotNull => [ALWAYS, NEVER, ALWAYS],
            Self::FunctionalKeys => [v(8, 0, 13), NEVER, v(4, 2, 0)],
            Self::DescendingKeys => [v(8, 0, 0), v(10, 8, 0), NEVER],
            Self::HiddenKeys => [v(8, 0, 0), v(10, 6, 0), v(3, 2, 3)],
            Self::FulltextKeys => [ALWAYS, ALWAYS, v(4, 3, 1)],
            Self::NgramParser => [v(5, 7, 6), NEVER, v(4, 3, 3)],
            Self::SpatialKeys => [ALWAYS, ALWAYS, v(3, 2, 4)],
            Self::PrefixPrimaryKey => [ALWAYS, ALWAYS, NEVER],
            Self::LongUniqueKeys => [NEVER, v(10, 4, 3), NEVER],
            Self::Checks => [v(8, 0, 16), v(10, 2, 1), v(3, 2, 3)],
            Self::UnenforcedChecks => [v(8, 0, 16), NEVER, v(3, 2, 3)],
            Self::SetDefaultReferences => [ALWAYS, ALWAYS, NEVER],
            Self::PartitionedReferences => [NEVER, NEVER, ALWAYS],
            Self::LinearPartitions => [ALWAYS, ALWAYS, NEVER],
            Self::KeyAlgorithm => [ALWAYS, ALWAYS, NEVER],
            Self::PartitionOptions => [ALWAYS, ALWAYS, NEVER],
            Self::DefaultPartition => [NEVER, v(10, 2, 0), ALWAYS],
            Self::SystemVersioning => [NEVER, v(10, 3, 4), NEVER],
            Self::Sequences => [NEVER, v(10, 3, 0), NEVER],
            Self::WidthsDeprecated => [v(8, 0, 19), NEVER, NEVER],
        }
    }
}
