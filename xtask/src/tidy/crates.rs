//! Crates depend on each other in one direction, and the pure ones on nothing that waits, stores or calls.

use super::Tree;
use crate::Done;

/// A crate of ours, and those of ours that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("yaml", &[]),
    ("formats", &["model", "yaml"]),
    ("intel", &["model"]),
    ("pipeline", &["model", "yaml", "formats", "intel"]),
    ("testcluster", &[]),
    // The harness that runs a test on both engines comes as a feature.
    ("store", &["model", "testcluster"]),
    ("connect", &["model"]),
    ("operations", &["model", "formats", "intel", "pipeline", "store", "connect"]),
    // These two reach the store through operations alone.
    ("server", &["model", "formats", "intel", "pipeline", "operations"]),
    ("muster", &["model", "formats", "intel", "pipeline", "operations", "server"]),
    ("xtask", &["testcluster"]),
];

/// Crates without database, network, runtime or clock.
const PURE: &[&str] = &["model", "yaml", "formats", "intel", "pipeline"];

/// What a pure crate does not use, from the registry.
const IMPURE: &[&str] = &["tokio", "axum", "rusqlite", "postgres", "reqwest", "ureq", "hyper", "rand", "chrono", "tempfile"];

pub(super) fn broken(tree: &Tree) -> Done<Vec<String>> {
    let mut broken = Vec::new();
    for file in tree.below("", "Cargo.toml").filter(|file| file.contains('/')) {
        // Fuzz targets and the like are workspaces of their own, on top of everything.
        if !file.starts_with("crates/") && !file.starts_with("xtask/") || file.split('/').count() > 3 {
            continue;
        }
        broken.extend(of_manifest(&tree.text(file)?).into_iter().map(|what| format!("{file}: {what}")));
    }
    Ok(broken)
}

fn of_manifest(manifest: &str) -> Vec<String> {
    let (name, dependencies) = read(manifest);
    let Some((_, may_use)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
        return vec![format!("crate `{name}` has no place in the order of crates (xtask/src/tidy/crates.rs)")];
    };
    let mut broken = Vec::new();
    for Dependency { name: used, only_tests } in dependencies {
        let ours = MAY_USE.iter().any(|(known, _)| *known == used);
        // Tests may start a cluster, use the crate with other features, and reach through to what lies below.
        let for_tests = only_tests && (used == "testcluster" || used == name || lies_below(&used, may_use));
        if ours && !for_tests && !may_use.contains(&used.as_str()) {
            broken.push(format!("`{name}` must not use `{used}`"));
        }
        if !only_tests && PURE.contains(&name.as_str()) && IMPURE.contains(&used.as_str()) {
            broken.push(format!("`{name}` is pure and must not use `{used}`"));
        }
    }
    broken
}

/// True where one of the crates uses it, directly or not. The table has no circle, which a test sees to.
fn lies_below(used: &str, crates: &[&str]) -> bool {
    crates
        .iter()
        .any(|&name| name == used || MAY_USE.iter().find(|(known, _)| *known == name).is_some_and(|(_, may_use)| lies_below(used, may_use)))
}

struct Dependency {
    name: String,
    only_tests: bool,
}

/// Name and dependencies, in as much of TOML as our manifests use.
fn read(manifest: &str) -> (String, Vec<Dependency>) {
    let (mut name, mut dependencies, mut section) = (String::new(), Vec::new(), "");
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            // `[dependencies.model]`
            if let Some((table, used)) = section.split_once("dependencies.") {
                dependencies.push(Dependency { name: used.to_owned(), only_tests: table.ends_with("dev-") });
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
        let key = key.trim();
        if section == "package" && key == "name" {
            name = value.trim().trim_matches('"').to_owned();
        } else if section.ends_with("dependencies") {
            let used = key.split('.').next().unwrap_or_default().to_owned();
            dependencies.push(Dependency { name: used, only_tests: section.ends_with("dev-dependencies") });
        }
    }
    (name, dependencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, rest: &str) -> String {
        format!("[package]\nname = \"{name}\"\nversion.workspace = true\n\n{rest}")
    }

    #[test]
    fn a_dependency_against_the_direction_is_found_in_every_spelling() {
        for rest in [
            "[dependencies]\nstore.workspace = true",
            "[dependencies]\nstore = { path = \"../store\" }",
            "[dependencies.store]\npath = \"../store\"",
            "[dev-dependencies]\nstore.workspace = true",
            "[target.'cfg(unix)'.dependencies]\nstore.workspace = true",
        ] {
            assert_eq!(of_manifest(&manifest("pipeline", rest)), ["`pipeline` must not use `store`"], "{rest}");
        }
        assert!(of_manifest(&manifest("operations", "[dependencies]\nstore.workspace = true\n# server = 1")).is_empty());
    }

    #[test]
    fn pure_crates_stay_pure_and_tests_may_start_a_cluster() {
        assert_eq!(of_manifest(&manifest("intel", "[dependencies]\ntokio.workspace = true")), ["`intel` is pure and must not use `tokio`"]);
        assert!(of_manifest(&manifest("server", "[dev-dependencies]\ntestcluster.workspace = true")).is_empty());
        assert!(of_manifest(&manifest("server", "[dev-dependencies]\nstore.workspace = true")).is_empty());
        assert_eq!(of_manifest(&manifest("server", "[dependencies]\nstore.workspace = true")), ["`server` must not use `store`"]);
        assert!(of_manifest(&manifest("odds", "")).iter().any(|what| what.contains("no place")));
    }

    #[test]
    fn the_order_has_no_circle() {
        for (position, (name, may_use)) in MAY_USE.iter().enumerate() {
            for used in *may_use {
                let at = MAY_USE.iter().position(|(known, _)| known == used);
                assert!(at.is_some_and(|at| at < position) || *name == "xtask", "{name} uses {used}");
            }
        }
    }
}
