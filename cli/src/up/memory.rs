//! Keeping the process small.
//!
//! Hashing a password takes 19 MiB for a moment. glibc takes the first block of that size for a
//! sign to keep such blocks, one in the arena of each thread that ever hashed, and an idle process
//! of 60 MB becomes one of 160. With a fixed threshold large blocks go back to the system at once.

use std::{ffi::OsStr, os::unix::process::CommandExt, process::Command};

const THRESHOLD: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "262144");
const TUNABLES: &str = "GLIBC_TUNABLES";

/// Starts this program afresh with the threshold set: glibc reads it from the environment, once,
/// before anything of ours runs. The process stays the same. Where that cannot be done the program
/// goes on as it is: it only takes more memory.
pub fn restart_lean() {
    let decided =
        is_decided(std::env::var_os(THRESHOLD.0).as_deref(), std::env::var_os(TUNABLES).as_deref());
    if !cfg!(all(target_os = "linux", target_env = "gnu")) || decided {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| "oms".into());
    let mut again = Command::new(program);
    again.arg0(name).args(arguments).env(THRESHOLD.0, THRESHOLD.1);
    // Returns only when it failed.
    let _ = again.exec();
}

/// Whether the operator, or the start before, has chosen a threshold.
fn is_decided(threshold: Option<&OsStr>, tunables: Option<&OsStr>) -> bool {
    let tuned = tunables.is_some_and(|text| text.to_string_lossy().contains("mmap_threshold"));
    threshold.is_some() || tuned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_has_chosen_stays() {
        let of = |threshold: Option<&str>, tunables: Option<&str>| {
            is_decided(threshold.map(OsStr::new), tunables.map(OsStr::new))
        };
        assert!(of(Some("1"), None));
        assert!(of(None, Some("glibc.malloc.mmap_threshold=1")));
        assert!(!of(None, Some("glibc.malloc.arena_max=1")));
        assert!(!of(None, None));
    }
}
