//! `--source DIR`: what the code says of the places that a report names. The code is read here and never leaves: only hashes, line numbers
//! and names are taken from it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use model::{Finding, Kind, Warning};
use pipeline::normalise::SourceText;

/// Largest file that is looked at, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Longest configuration block whose lines are hashed.
const LONGEST_BLOCK: u32 = 60;

/// Adds to findings what they lack. A path that leads out of the folder is not followed; a warning says how many.
pub(super) fn add(root: &Path, prefix: Option<&str>, findings: &mut [Box<Finding>], warnings: &mut Vec<Warning>) {
    let warn = |message: String| Warning { place: "--source".to_owned(), message };
    let root = match root.canonicalize() {
        Ok(root) if root.is_dir() => root,
        _ => return warnings.push(warn(format!("{} is no folder that can be read", root.display()))),
    };
    let mut by_path: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.location.start_line.is_some()) {
        if let Some(path) = finding.location.path.clone().filter(|path| !path.is_empty()) {
            by_path.entry(path).or_default().push(at);
        }
    }
    let (mut outside, mut missing, files) = (0, 0, by_path.len());
    for (path, places) in by_path {
        let inner = prefix.and_then(|prefix| path.strip_prefix(prefix.trim_end_matches('/'))).map(|rest| rest.trim_start_matches('/'));
        let file = match find(&root, &path) {
            Found::Missing => inner.map_or(Found::Missing, |inner| find(&root, inner)),
            found => found,
        };
        let text = match file {
            Found::File(file) => std::fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default(),
            Found::Outside => {
                outside += 1;
                continue;
            }
            Found::Missing => {
                missing += 1;
                continue;
            }
        };
        let source = SourceText::new(&text);
        for at in places {
            if let Some(finding) = findings.get_mut(at) {
                enrich(finding, &source);
            }
        }
    }
    if outside > 0 {
        warnings.push(warn(format!("{outside} of {files} paths lead out of the folder and were not followed")));
    }
    if missing > 0 {
        warnings.push(warn(format!("{missing} of {files} files are not in {} or are too large", root.display())));
    }
}

enum Found {
    File(PathBuf),
    Missing,
    Outside,
}

/// The file of that path under the root. `..`, absolute paths and links that lead out are refused.
fn find(root: &Path, path: &str) -> Found {
    let relative = Path::new(path);
    if path.contains(['\\', '\0']) || !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Found::Outside;
    }
    let Ok(file) = root.join(relative).canonicalize() else { return Found::Missing };
    if !file.starts_with(root) {
        return Found::Outside;
    }
    match file.metadata() {
        Ok(about) if about.is_file() && about.len() <= LARGEST => Found::File(file),
        _ => Found::Missing,
    }
}

fn enrich(finding: &mut Finding, source: &SourceText<'_>) {
    // A secret's line is its value, and a package's line is a list's.
    if finding.kind == Kind::Secret || finding.package.is_some() {
        return;
    }
    let location = &mut finding.location;
    let Some(first) = location.start_line else { return };
    let last = location.end_line.unwrap_or(first).max(first);
    let Some(facts) = source.facts(first, last) else { return };
    // Of a whole block a statement's lines say little.
    if location.snippet_hash.is_none() && last - first <= LONGEST_BLOCK {
        location.snippet_hash = facts.snippet_hash;
    }
    if finding.kind == Kind::Sast || finding.kind == Kind::Iast {
        if location.symbol.is_none() {
            location.symbol = facts.symbol;
        }
        finding.statement = Some(facts.statement);
        if finding.inputs.is_empty() {
            finding.inputs = facts.inputs;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: u32) -> Box<Finding> {
        let mut finding = Finding::new(Kind::Sast, "r", "t");
        finding.location.path = Some(path.into());
        finding.location.start_line = Some(line);
        Box::new(finding)
    }

    #[test]
    fn code_is_found_and_nothing_outside() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("checkout");
        std::fs::create_dir_all(root.join("src")).unwrap();
        std::fs::write(root.join("src/a.py"), "def f(x):\n    return eval(\n        x)\n").unwrap();
        std::fs::write(folder.path().join("secret.py"), "eval(1)\n").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path().join("secret.py"), root.join("link.py")).unwrap();
        let paths = ["src/a.py", "../secret.py", "/etc/passwd", "link.py", "src/../../secret.py", "none.py"];
        let mut findings: Vec<Box<Finding>> = paths.iter().map(|path| found(path, if *path == "src/a.py" { 3 } else { 1 })).collect();
        let mut warnings = Vec::new();
        add(&root, None, &mut findings, &mut warnings);
        let first = findings.remove(0);
        assert_eq!((first.statement, first.location.symbol.as_deref()), (Some((2, 3)), Some("f")));
        assert!(first.location.snippet_hash.is_some());
        for other in &findings {
            assert!(other.statement.is_none() && other.location.snippet_hash.is_none(), "{:?}", other.location.path);
        }
        assert_eq!(warnings.len(), 2);
        let mut again = vec![found("shop/src/a.py", 3)];
        add(&root, Some("shop"), &mut again, &mut Vec::new());
        assert_eq!(again.remove(0).statement, Some((2, 3)));
    }
}
