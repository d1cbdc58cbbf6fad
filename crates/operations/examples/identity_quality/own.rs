//! The example programme's first release with the labels beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use operations::ImportFlags;

use crate::programme::{Import, Programme, Truth, now};

/// The code of the first release: what is kept is the second one's, and the patch that leads back.
pub(crate) fn code(folder: &Path) -> tempfile::TempDir {
    let code = tempfile::tempdir().expect("a temporary folder");
    let run = |command: &mut Command| assert!(command.status().expect("the command starts").success(), "{command:?}");
    run(Command::new("cp").arg("-R").arg(folder.join("shop").join(".")).arg(code.path()));
    let patch = fs::canonicalize(folder.join("shop-before.patch")).expect("the patch");
    run(Command::new("git").current_dir(code.path()).args(["apply", "--unsafe-paths", "--directory=."]).arg(patch));
    code
}

/// The programme, imported with the code at hand or without.
pub(crate) fn programme(folder: &Path, code: Option<&Path>) -> Programme {
    let mut truth = Truth::default();
    let labels = fs::read_to_string(folder.join("labels.jsonl")).expect("labels.jsonl");
    for (flaw, line) in labels.lines().enumerate() {
        let label: serde_json::Value = serde_json::from_str(line).expect("a label is JSON");
        truth.class.insert(flaw, label["class"].as_str().expect("class").to_owned());
        for member in label["members"].as_array().expect("members") {
            let (report, index) = member.as_str().and_then(|text| text.split_once('#')).expect("report#index");
            let member = (report.to_owned(), index.parse().expect("an index"));
            let file = report.rsplit('/').next().unwrap_or_default();
            truth.tool.insert(member.clone(), file.split(['.', '-']).next().unwrap_or_default().to_owned());
            truth.flaw.insert(member, flaw);
        }
    }
    let steps = fs::read_to_string(folder.join("demo.yaml")).expect("demo.yaml");
    let imports: Vec<Import> = steps.lines().filter_map(|line| import(line, folder, code)).collect();
    Programme::import(&imports, truth, |muster| {
        let read = |path: &str| fs::read_to_string(folder.join(path)).expect("a file of the shop");
        muster.apply_inventory(&[("muster.yaml".into(), read("shop/muster.yaml"))], None, None, now()).expect("the inventory");
        for service in ["checkout-api", "storefront-web"] {
            let routes = (format!("{service}.yaml"), read(&format!("shop/services/{service}/openapi.yaml")));
            muster.apply_routes(&[routes], Some(service), now()).expect("the routes");
        }
    })
}

/// A step of the manifest, where it imports a report of the first release in the tool's own format.
fn import(line: &str, folder: &Path, code: Option<&Path>) -> Option<Import> {
    let line = line.trim().strip_prefix("- {do: import, ")?.trim_end_matches('}').split(", note: ").next()?;
    let values: BTreeMap<&str, &str> =
        line.split(", ").filter_map(|pair| pair.split_once(": ")).map(|(key, value)| (key, value.trim_matches('"'))).collect();
    let get = |key: &str| values.get(key).map(|value| (*value).to_owned());
    let name = get("path")?;
    if !name.starts_with("reports/first/") || name.ends_with(".sarif") {
        return None;
    }
    let flags = ImportFlags {
        source: code.filter(|_| get("repo").is_some_and(|repo| repo.ends_with("/shop"))).map(Path::to_path_buf),
        repo: get("repo"),
        image: get("image"),
        url: get("url"),
        branch: get("branch"),
        commit: get("commit"),
        env: get("env"),
        service: get("service"),
        at: get("at").and_then(|at| at.parse().ok()),
        ..ImportFlags::default()
    };
    Some(Import { path: folder.join(&name), name, flags })
}
