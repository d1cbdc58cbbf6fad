//! `muster export`, and the checker that knows nothing of Muster.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::run::Home;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Runs the checker: its exit code and what it prints.
fn check(file: &Path) -> (i32, String) {
    let checker = repository().join("tools/check_ranking.py");
    let output = Command::new("python3").arg("-B").arg(checker).arg(file).output().expect("python3 is there");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
}

const DB: &str = "sqlite:example.db";

/// A home with the example programme, as the demo shows it.
fn example() -> Home {
    let home = Home::new();
    let examples = repository().join("examples");
    home.done(&["--db", DB, "demo", "--no-serve", "--examples", examples.to_str().unwrap()]);
    home
}

/// The export of the example programme.
fn exported(home: &Home, arguments: &[&str]) -> String {
    home.done(&[&["--db", DB, "export"], arguments].concat()).out
}

fn write(home: &Home, name: &str, export: &Value) -> PathBuf {
    home.write(name, serde_json::to_vec(export).unwrap());
    home.path(name)
}

/// What somebody does to an export.
type Change = fn(&mut Value);

#[test]
fn a_stranger_computes_the_example_programme_again() {
    let home = example();
    exported(&home, &["--all", "queue.json"]);
    let (code, said) = check(&home.path("queue.json"));
    assert_eq!(code, 0, "{said}");
    let export: Value = serde_json::from_slice(&std::fs::read(home.path("queue.json")).unwrap()).unwrap();
    let issues = export["issues"].as_array().unwrap();
    assert!(issues.len() > 20 && !export["vulnerabilities"].as_array().unwrap().is_empty(), "{} issues", issues.len());
    // Every signal that the example has is in it, so that the agreement means something.
    for signal in ["epss", "class_prior", "kev", "exploit", "cvss", "verified", "loaded", "exposed", "production", "data", "criticality"] {
        let has = issues.iter().any(|issue| issue["terms"].as_array().unwrap().iter().any(|term| term["signal"] == signal));
        assert!(has, "no issue of the example has the signal {signal}");
    }
    // A past day, and the same bytes twice.
    let at = "2026-11-01T00:00:00Z";
    exported(&home, &["--all", "past.json", "--as-of", at]);
    let (code, said) = check(&home.path("past.json"));
    assert_eq!(code, 0, "{said}");
    let again = exported(&home, &["--all", "-", "--as-of", at]);
    assert_eq!(again.into_bytes(), std::fs::read(home.path("past.json")).unwrap());
}

#[test]
fn what_was_changed_behind_the_back_is_found() {
    let home = example();
    let text = exported(&home, &["--all", "-"]);
    let export: Value = serde_json::from_str(&text).unwrap();
    let first =
        |wanted: &dyn Fn(&Value) -> bool| export["issues"].as_array().unwrap().iter().position(wanted).expect("an issue of that sort");
    let changes: [(&str, usize, Change); 5] = [
        ("score", 0, |issue| issue["score"] = Value::from(issue["score"].as_i64().unwrap() + 1)),
        ("tier", first(&|issue| issue["tier"] != "next"), |issue| issue["tier"] = Value::from("next")),
        ("due", first(&|issue| issue["due"].is_string()), |issue| issue["due"] = Value::from("2027-01-01T23:59:59.999Z")),
        ("terms", first(&|issue| issue["input"]["exposure"]["value"] == "internet" && issue["input"]["kinds"][0] == "sca"), |issue| {
            issue["input"]["exposure"]["value"] = Value::from("none");
        }),
        ("due", first(&|issue| issue["days"].is_u64()), |issue| issue["input"]["first_seen"] = Value::from("2020-01-01T00:00:00Z")),
    ];
    for (what, at, change) in changes {
        let mut changed = export.clone();
        change(&mut changed["issues"][at]);
        let (code, said) = check(&write(&home, "changed.json", &changed));
        assert!(code == 1 && said.contains(&format!(": {what}: ")), "{what}: {code} {said}");
    }
    let mut changed = export.clone();
    let points = &mut changed["head"]["model"]["production"]["yes"];
    *points = Value::from(points.as_i64().unwrap() + 1);
    assert_eq!(check(&write(&home, "changed.json", &changed)).0, 1, "a weight was changed");
    home.write("cut.json", &text[..text.len() / 2]);
    assert_eq!(check(&home.path("cut.json")).0, 2);
}
