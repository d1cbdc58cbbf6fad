//! The commands of the main job, from the first report to a decision.

use serde_json::Value;

use crate::run::{Home, semgrep, values};

const REPO: [&str; 2] = ["--repo", "github.com/acme/shop"];

fn import(home: &Home, file: &str) -> Value {
    home.json(&[&["import"], &REPO[..], &[file]].concat()).remove(0)
}

#[test]
fn formats_parse_and_schema_need_no_database() {
    let home = Home::new();
    let formats = home.json(&["formats"]).remove(0);
    let semgrep_format = formats.as_array().unwrap().iter().find(|format| format["id"] == "semgrep").expect("Semgrep is read");
    assert_eq!(semgrep_format["status"], "supported");
    home.write("semgrep.json", semgrep(3));
    let findings = home.json(&["parse", "semgrep.json"]);
    assert_eq!(findings.iter().map(|finding| finding["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(
        findings
            .iter()
            .all(|finding| finding["report"] == "semgrep.json" && finding["format"] == "semgrep" && finding.get("identity").is_none())
    );
    let with_identity = home.json(&[&["parse"], &REPO[..], &["semgrep.json"]].concat());
    assert!(with_identity.iter().all(|finding| finding["identity"].is_string()));
    let names = home.done(&["schema"]).out;
    assert!(names.lines().any(|name| name == "issue") && names.lines().any(|name| name == "finding"), "{names}");
    for name in names.lines() {
        let schema = values(&home.done(&["schema", name]).out).remove(0);
        assert!(schema["properties"].is_object() || schema["items"].is_object() || schema["$ref"].is_string(), "{name}: {schema}");
    }
    assert_eq!(home.run(&["schema", "nothing"]).code, 2);
    assert!(!home.database().exists());
}

#[test]
fn import_issues_and_a_decision() {
    let home = Home::new();
    home.write("semgrep.json", semgrep(3));
    let answer = import(&home, "semgrep.json");
    assert_eq!((&answer["issues"]["new"], &answer["issues"]["open"]), (&3.into(), &3.into()));
    assert_eq!(answer["reports"][0]["coverage"], "complete");
    assert_eq!(answer["reports"][0]["report"], "semgrep.json");
    assert_eq!(import(&home, "semgrep.json")["reports"][0]["repeated"], true);

    let issues = home.issues();
    assert_eq!(issues.iter().map(|issue| issue["rank"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    for issue in &issues {
        let points: i64 = issue["because"].as_array().unwrap().iter().map(|term| term["points"].as_i64().unwrap()).sum();
        assert_eq!(issue["score"].as_i64(), Some(points));
        assert_eq!(issue["findings"].as_array().map(Vec::len), Some(1));
    }
    let id = issues[0]["id"].as_str().unwrap();
    assert_eq!(home.json(&["issue", "show", id])[0]["id"], id);

    let set = home.json(&["issue", "set", id, "--state", "false_positive", "--reason", "a constant"]);
    assert_eq!(set[0]["state"], "false_positive");
    assert_eq!(home.json(&["issues"]).len(), 2);
    assert_eq!(home.json(&["issues", "--state", "false_positive"]).len(), 1);
    assert_eq!(home.json(&["issues", "--limit", "1"]).len(), 1);
    assert_eq!(home.json(&["issue", "undo", id])[0]["state"], "open");

    home.write("semgrep.json", semgrep(2));
    let less = import(&home, "semgrep.json");
    assert_eq!((&less["issues"]["fixed"], &less["issues"]["open"]), (&1.into(), &2.into()));
    let report = less["reports"][0]["id"].as_str().unwrap();
    home.json(&["report", "retract", report, "--reason", "of another branch"]);
    assert_eq!(home.json(&["issues"]).len(), 3);
    let coverage = home.json(&["coverage"]);
    assert!(coverage.iter().any(|row| row["kind"] == "sast" && row["state"] == "fresh"), "{coverage:?}");
}

#[test]
fn inventory_and_intel() {
    let home = Home::new();
    home.write("semgrep.json", semgrep(1));
    import(&home, "semgrep.json");
    assert_eq!(home.json(&["inventory", "unplaced"]).remove(0).as_array().map(Vec::len), Some(1));
    let inventory = "version: 1\nteams: [{name: payments}]\napplications:\n  - name: checkout\n    owner: payments\n    services:\n      \
                     - {name: checkout-api, repository: github.com/acme/shop}\n";
    home.write("muster.yaml", inventory);
    let answer = home.json(&["inventory", "apply", "muster.yaml"]).remove(0);
    assert_eq!((&answer["teams"], &answer["applications"], &answer["services"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(home.json(&["inventory", "show"])[0]["services"][0]["name"], "checkout-api");
    assert_eq!(home.json(&["issues", "--team", "payments"]).len(), 1);
    assert_eq!(home.json(&["issues", "--team", "none"]).len(), 0);
    assert_eq!(home.json(&["issues", "--service", "checkout-api"]).len(), 1);

    home.write("epss.csv", "#model_version:v2025.03.14,score_date:2026-03-01T12:55:00Z\ncve,epss,percentile\nCVE-2023-45803,0.9,0.99\n");
    assert_eq!(home.json(&["intel", "load", "epss.csv"])[0][0]["feed"], "epss");
    assert_eq!(home.json(&["intel", "status"])[0][0]["rows"], 1);
    home.write("epss.csv", "#model_version:v2025.03.14\ncve,epss,percentile\nCVE-2023-45803,9");
    let cut = home.run(&["intel", "load", "epss.csv"]);
    assert_eq!(cut.code, 2);
    assert!(cut.err.contains("epss.csv"), "{}", cut.err);
    home.write("muster.yaml", "version: 1\napplications: [{name: checkout, owner: nobody}]\n");
    let wrong = home.run(&["inventory", "apply", "muster.yaml"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("muster.yaml") && wrong.err.contains("nobody"), "{}", wrong.err);
}

#[test]
fn wrong_requests_end_with_2() {
    let home = Home::new();
    home.write("semgrep.json", semgrep(1));
    let requests: [&[&str]; 9] = [
        &["import"],
        &["nonsense"],
        &["import", "missing.json"],
        &["import", "--at", "2999-01-01T00:00:00Z", "semgrep.json"],
        &["import", "--partial", "--complete", "semgrep.json"],
        &["import", "--format", "nonsense", "semgrep.json"],
        &["issue", "show", "MST-000000000000"],
        &["--db", "mongodb://localhost/muster", "issues"],
        &["issues", "--where", "severity >="],
    ];
    for request in requests {
        let ran = home.run(request);
        assert_eq!(ran.code, 2, "{request:?}: {}", ran.err);
        assert!(!ran.err.trim().is_empty() && ran.out.is_empty(), "{request:?}");
    }
}
