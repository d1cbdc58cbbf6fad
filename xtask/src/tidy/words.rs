//! No path of the machine that something was written on.

use super::Tree;
use crate::Done;

/// Beginnings of such paths; in pieces, so that this file does not hold them.
const PATHS: &[&str] = &[concat!("/", "work/"), concat!("/", "root/"), concat!("/", "tmp/wt"), concat!("/", "tmp/target")];

/// Reports of tools, and fixtures in their shape, tell of paths on scanned machines.
const REPORTS: &[&str] = &["/fixtures/", "examples/reports/"];

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let mut broken = Vec::new();
    for file in tree.files.iter().filter(|file| !REPORTS.iter().any(|part| file.contains(part))) {
        for (line, number) in tree.text(file)?.lines().zip(1..) {
            if let Some(path) = PATHS.iter().find(|path| holds(line, path)) {
                broken.push(format!("{file}:{number}: {path}"));
            }
        }
    }
    Ok(broken)
}

/// True where the path stands for itself, not as the middle of a longer one.
fn holds(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '*' | '}' | '~'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    #[test]
    fn only_whole_paths_are_named() {
        let read = |_: &str| Ok(format!("a{0}b\n`{0}b`\n{0}", PATHS[0]));
        let files = ["a.md", "crates/a/fixtures/b.json"];
        assert_eq!(broken(&tree(&files, read)).unwrap(), [format!("a.md:2: {}", PATHS[0]), format!("a.md:3: {}", PATHS[0])]);
    }
}
