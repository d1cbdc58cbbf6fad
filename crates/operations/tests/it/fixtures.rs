//! The fixtures of all formats, as the import rules are tried on them.

use std::fs;
use std::path::{Path, PathBuf};

/// A report of a format.
pub(crate) struct Fixture {
    /// `format/file`.
    pub(crate) name: String,
    pub(crate) format: String,
    pub(crate) bytes: Vec<u8>,
}

/// Every fixture of every format, by name, or those of the formats that the environment names (`FORMATS=trivy,zap`).
pub(crate) fn all() -> Vec<Fixture> {
    let only = std::env::var("FORMATS").ok();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/fixtures");
    let mut out = Vec::new();
    for folder in sorted(&root) {
        let format = file_name(&folder);
        if only.as_ref().is_some_and(|only| only.split(',').all(|name| name != format)) {
            continue;
        }
        for path in sorted(&folder) {
            if path.extension().is_some_and(|extension| extension == "snap") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            out.push(Fixture { name: format!("{format}/{}", file_name(&path)), format: format.clone(), bytes });
        }
    }
    assert!(only.is_some() || out.len() > 100, "the fixtures are where they were");
    out
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
