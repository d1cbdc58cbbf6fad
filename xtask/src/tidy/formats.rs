//! Every format is a file, a line of the sorted list, and a folder of fixtures with their snapshots.

use super::Tree;
use crate::Done;

const LIST: &str = "crates/formats/src/list.rs";
const TOOLS: &str = "crates/formats/src/tools/";
const FIXTURES: &str = "crates/formats/fixtures";

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let list = tree.text(LIST)?;
    let listed: Vec<&str> =
        list.lines().filter_map(|line| line.trim().strip_prefix('&')?.split_once("::FORMAT")).map(|(module, _)| module).collect();
    let mut broken = Vec::new();
    if listed.is_empty() {
        broken.push(format!("{LIST}: no format is listed"));
    }
    let mut before = String::new();
    for module in &listed {
        let Some(id) = id(&tree.text(&format!("{TOOLS}{module}.rs"))?) else {
            broken.push(format!("{TOOLS}{module}.rs: no id"));
            continue;
        };
        if id <= before {
            broken.push(format!("{LIST}: `{id}` stands behind `{before}`"));
        }
        broken.extend(of_fixtures(tree, &id));
        before = id;
    }
    for file in tree.below(TOOLS, ".rs") {
        let module = file.strip_prefix(TOOLS).and_then(|name| name.strip_suffix(".rs")).unwrap_or_default();
        if !listed.contains(&module) && tree.text(file)?.contains("static FORMAT: Format") {
            broken.push(format!("{file}: not listed in {LIST}"));
        }
    }
    Ok(broken)
}

fn of_fixtures(tree: &Tree, id: &str) -> Vec<String> {
    let folder = format!("{FIXTURES}/{id}/");
    let (snapshots, fixtures): (Vec<&str>, Vec<&str>) = tree.below(&folder, "").partition(|file| file.ends_with(".snap"));
    let mut broken = Vec::new();
    if fixtures.is_empty() {
        broken.push(format!("{folder}: no fixture"));
    }
    broken.extend(fixtures.iter().filter(|file| !tree.has(&format!("{file}.snap"))).map(|file| format!("{file}: no snapshot")));
    let orphans = snapshots.iter().filter(|file| file.strip_suffix(".snap").is_some_and(|fixture| !tree.has(fixture)));
    broken.extend(orphans.map(|file| format!("{file}: a snapshot of nothing")));
    broken
}

/// What stands behind `id:` in the definition of a format.
fn id(source: &str) -> Option<String> {
    let (_, definition) = source.split_once("static FORMAT: Format")?;
    let (_, rest) = definition.split_once("id: \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::tree;
    use super::*;

    fn read(file: &str) -> Done<String> {
        Ok(match file {
            LIST => "&zap::FORMAT,\n&bandit::FORMAT,".to_owned(),
            "crates/formats/src/tools/shared.rs" => "fn shared() {}".to_owned(),
            _ => {
                let name = file.rsplit('/').next().unwrap().trim_end_matches(".rs");
                format!("pub(crate) static FORMAT: Format = Format {{ id: \"{name}\", … }}")
            }
        })
    }

    #[test]
    fn what_is_unsorted_unlisted_or_unproven_is_named() {
        let files = [
            LIST,
            "crates/formats/src/tools/zap.rs",
            "crates/formats/src/tools/bandit.rs",
            "crates/formats/src/tools/shared.rs",
            "crates/formats/src/tools/new.rs",
            "crates/formats/fixtures/zap/a.json",
            "crates/formats/fixtures/zap/b.json.snap",
        ];
        assert_eq!(
            broken(&tree(&files, read)).unwrap(),
            [
                "crates/formats/fixtures/zap/a.json: no snapshot",
                "crates/formats/fixtures/zap/b.json.snap: a snapshot of nothing",
                "crates/formats/src/list.rs: `bandit` stands behind `zap`",
                "crates/formats/fixtures/bandit/: no fixture",
                "crates/formats/src/tools/new.rs: not listed in crates/formats/src/list.rs",
            ]
        );
    }
}
