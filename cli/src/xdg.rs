//! Where the user's files belong.

use std::{ffi::OsString, path::PathBuf};

/// `$VARIABLE/oms`, or `~/DEFAULT/oms`. Relative paths do not count, as the XDG rules say.
pub fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    resolve(std::env::var_os(variable), std::env::var_os("HOME"), default)
}

fn resolve(given: Option<OsString>, home: Option<OsString>, default: &str) -> Option<PathBuf> {
    let absolute = |path: OsString| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
    let base = given.and_then(absolute);
    base.or_else(|| home.and_then(absolute).map(|home| home.join(default)))
        .map(|base| base.join("oms"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_wins_over_home_and_relative_paths_do_not_count() {
        let of = |given: Option<&str>, home: Option<&str>| {
            resolve(given.map(Into::into), home.map(Into::into), ".config")
                .map(|path| path.display().to_string())
        };
        assert_eq!(of(Some("/x"), Some("/h")).as_deref(), Some("/x/oms"));
        assert_eq!(of(None, Some("/h")).as_deref(), Some("/h/.config/oms"));
        assert_eq!(of(Some("x"), Some("/h")).as_deref(), Some("/h/.config/oms"));
        assert_eq!(of(Some(""), None), None);
    }
}
