//! Tables that tools make for changing another one while it is used: gh-ost and
//! pt-online-schema-change. They copy a table into a changed one beside it, and rename.

/// A table beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ghost {
    /// The table that is changed, by its name in the same database.
    pub of: String,
    pub kind: GhostKind,
}

/// What it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GhostKind {
    /// It takes the table's place.
    Next,
    /// What the table was.
    Last,
    /// Notes of the tool.
    Notes,
}

/// What a name says, if it is that of such a table. Whether it is one depends on whether there is a
/// table of the other name.
pub fn ghost_of(name: &str) -> Option<Ghost> {
    // pt-online-schema-change adds further lines in front where a name is taken.
    let inner = name.strip_prefix('_')?.trim_start_matches('_');
    let ends = [
        ("_gho", GhostKind::Next),
        ("_ghc", GhostKind::Notes),
        ("_del", GhostKind::Last),
        ("_new", GhostKind::Next),
        ("_old", GhostKind::Last),
    ];
    let (of, kind) = ends.iter().find_map(|(end, kind)| Some((inner.strip_suffix(end)?, *kind)))?;
    // gh-ost may write the time into the name of what was.
    let of = match (kind, of.rsplit_once('_')) {
        (GhostKind::Last, Some((of, time)))
            if time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            of
        }
        _ => of,
    };
    (!of.is_empty()).then(|| Ghost { of: of.to_owned(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_tools_are_known_by_their_names() {
        let of = |name: &str| ghost_of(name).map(|ghost| (ghost.of, ghost.kind));
        assert_eq!(of("_t_gho"), Some(("t".into(), GhostKind::Next)));
        assert_eq!(of("_a_b_ghc"), Some(("a_b".into(), GhostKind::Notes)));
        assert_eq!(of("_t_del"), Some(("t".into(), GhostKind::Last)));
        assert_eq!(of("_t_20240131235959_del"), Some(("t".into(), GhostKind::Last)));
        assert_eq!(of("___t_new"), Some(("t".into(), GhostKind::Next)));
        assert_eq!(of("_t_old"), Some(("t".into(), GhostKind::Last)));
        assert_eq!((of("t_gho"), of("_gho"), of("_t"), of("__new")), (None, None, None, None));
    }
}
