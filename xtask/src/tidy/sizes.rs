//! A hand-written file past so many lines wants a split along its nouns.

use super::Tree;
use crate::Done;

const MOST_LINES: usize = 800;

/// What people write; reports, fixtures and lock files are written by tools.
const WRITTEN: &[&str] = &[".rs", ".ts", ".tsx", ".css", ".sql", ".md", ".py", ".sh", ".html"];
const NOT_WRITTEN: &[&str] = &["/fixtures/", "examples/reports/", "examples/shop/"];

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let mut broken = Vec::new();
    for file in &tree.files {
        if !WRITTEN.iter().any(|end| file.ends_with(end)) || NOT_WRITTEN.iter().any(|part| file.contains(part)) {
            continue;
        }
        let lines = tree.text(file)?.lines().count();
        if lines > MOST_LINES {
            broken.push(format!("{file}: {lines} lines, {MOST_LINES} at most"));
        }
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    #[test]
    fn long_sources_are_named_and_reports_are_not() {
        let read = |file: &str| Ok("x\n".repeat(if file.contains("short") { 800 } else { 801 }));
        let files = ["crates/a/src/long.rs", "crates/a/src/short.rs", "crates/a/fixtures/x/page.html", "Cargo.lock"];
        assert_eq!(broken(&tree(&files, read)).unwrap(), ["crates/a/src/long.rs: 801 lines, 800 at most"]);
    }
}
