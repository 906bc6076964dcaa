//! Turns a directory of unpacked packages into programs that run on this machine.
//!
//! The packages bring their own libc, so each program must be started by the loader beside it, with
//! that directory's libraries. A small script of the program's name does so; programs that start
//! one another by path (`initdb` starts `postgres`) therefore need not know.

use std::{
    fs,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::ServerError;

/// What no server opens at run time.
const DEAD_WEIGHT: [&str; 16] = [
    "etc",
    "usr/include",
    "usr/lib/aarch64-linux-gnu/gconv",
    "usr/lib/postgresql/15/lib/bitcode",
    "usr/lib/x86_64-linux-gnu/gconv",
    "usr/share/bug",
    "usr/share/doc",
    "usr/share/i18n",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/perl5",
    "usr/share/postgresql-common",
    "usr/share/postgresql/15/man",
    "usr/share/zoneinfo",
    "var",
];

/// Keeps `programs` of those in `bin_dirs`, each wrapped for the directory's own loader, and drops
/// all the others and what is dead weight. Paths are relative to `root`.
pub(crate) fn assemble(
    root: &Path,
    bin_dirs: &[&str],
    programs: &[&str],
) -> Result<(), ServerError> {
    for dir in DEAD_WEIGHT {
        let dir = root.join(dir);
        if dir.exists() {
            fs::remove_dir_all(&dir)
                .map_err(ServerError::io(format!("remove {}", dir.display())))?;
        }
    }
    let loader = loader(root)?;
    let mut missing: Vec<&str> = programs.to_vec();
    for bin_dir in bin_dirs {
        for file in files(&root.join(bin_dir))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !programs.contains(&name.as_str()) {
                fs::remove_file(&file)
                    .map_err(ServerError::io(format!("remove {}", file.display())))?;
                continue;
            }
            missing.retain(|program| *program != name);
            if is_elf(&file)? {
                wrap(root, bin_dir, &name, &loader)?;
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(ServerError::Unexpected(format!("the packages do not contain {}", missing.join(", "))))
}

/// The dynamic loader among the packages, relative to `root`.
fn loader(root: &Path) -> Result<String, ServerError> {
    for lib in ["lib", "usr/lib"] {
        let libraries = format!("{lib}/{}-linux-gnu", std::env::consts::ARCH);
        for file in files(&root.join(&libraries))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("ld-linux") {
                return Ok(format!("{libraries}/{name}"));
            }
        }
    }
    Err(ServerError::Unexpected(format!("no loader among the packages in {}", root.display())))
}

fn wrap(root: &Path, bin_dir: &str, name: &str, loader: &str) -> Result<(), ServerError> {
    let arch = std::env::consts::ARCH;
    let up = "/..".repeat(bin_dir.split('/').count());
    let script = format!(
        r#"#!/bin/sh
# Starts {name} with the loader and the libraries it was built for.
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here{up}")
libraries=$root/usr/lib/{arch}-linux-gnu:$root/lib/{arch}-linux-gnu:$root/usr/lib/mysql/private
exec "$root/{loader}" --library-path "$libraries" --argv0 "$here/{name}" "$here/.{name}.elf" "$@"
"#
    );
    let path = root.join(bin_dir).join(name);
    let wrapping = || ServerError::io(format!("wrap {}", path.display()));
    fs::rename(&path, path.with_file_name(format!(".{name}.elf"))).map_err(wrapping())?;
    fs::write(&path, script).map_err(wrapping())?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(wrapping())
}

/// The entries of a directory that are not directories; none if it does not exist.
fn files(dir: &Path) -> Result<Vec<PathBuf>, ServerError> {
    let reading = || ServerError::io(format!("read {}", dir.display()));
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        if !entry.file_type().map_err(reading())?.is_dir() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Symbolic links are not: their target is wrapped where it lies.
fn is_elf(path: &Path) -> Result<bool, ServerError> {
    let reading = || ServerError::io(format!("read {}", path.display()));
    if path.symlink_metadata().map_err(reading())?.is_symlink() {
        return Ok(false);
    }
    let mut magic = [0; 4];
    let mut file = fs::File::open(path).map_err(reading())?;
    Ok(file.read_exact(&mut magic).is_ok() && magic == *b"\x7fELF")
}
