//! Where things lie.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Done;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    // At run time, so that a copied or moved checkout is not taken for the one that built us.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// The folder that cargo builds into: ours is the `debug` or `release` folder in it.
pub(crate) fn target() -> PathBuf {
    let us = std::env::current_exe().ok();
    us.as_deref().and_then(Path::parent).and_then(Path::parent).map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// The files under version control, and new ones that are not ignored; paths from the root with `/`, sorted.
///
/// # Errors
/// When git is missing or this is not a clone.
pub(crate) fn files() -> Done<Vec<String>> {
    let out = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .map_err(|error| format!("git: {error}; install git"))?;
    if !out.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&out.stderr).trim()));
    }
    let mut files: Vec<String> = String::from_utf8_lossy(&out.stdout).split_terminator('\0').map(str::to_owned).collect();
    // A file that was removed and not yet committed is still listed.
    files.retain(|file| root().join(file).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

/// The text of a file below the root; bytes that are no text are replaced.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn text(file: &str) -> Done<String> {
    let bytes = std::fs::read(root().join(file)).map_err(|error| format!("{file}: {error}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
