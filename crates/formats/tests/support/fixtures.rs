//! The fixtures, for every test that goes through them.

use std::fs;
use std::path::{Path, PathBuf};

use formats::{Format, by_id};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All fixtures, or those of the formats that the environment names: `FORMATS=trivy,zap cargo test -p formats --test fixtures`.
pub(crate) fn fixtures() -> Vec<(&'static Format, PathBuf, Vec<u8>)> {
    let only = std::env::var("FORMATS").ok();
    let mut out = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let dir = entry.unwrap().path();
        let id = dir.file_name().unwrap().to_string_lossy().into_owned();
        let format = by_id(&id).unwrap_or_else(|| panic!("fixtures/{id}: no format of that id"));
        for file in fs::read_dir(&dir).unwrap() {
            let path = file.unwrap().path();
            let wanted = only.as_ref().is_none_or(|only| only.split(',').any(|name| name == id));
            if wanted && path.extension().is_none_or(|extension| extension != "snap") {
                let bytes = fs::read(&path).unwrap();
                out.push((format, path, bytes));
            }
        }
    }
    out.sort_by(|a, b| a.1.cmp(&b.1));
    out
}
