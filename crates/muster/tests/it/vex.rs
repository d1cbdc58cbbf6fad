//! `muster vex` as people run it.

use serde_json::{Value, json};

use crate::run::Home;

const TRUST: &str = "version: 1\nvex:\n  trusted:\n    - Acme Product Security\n";

fn trivy() -> String {
    let row = |cve: &str, name: &str| {
        json!({"VulnerabilityID": cve, "PkgName": name, "InstalledVersion": "1.0.0", "Severity": "HIGH", "Title": format!("A flaw in {name}"),
            "PkgIdentifier": {"PURL": format!("pkg:npm/{name}@1.0.0")}})
    };
    json!({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [{"Target": "package-lock.json", "Class": "lang-pkgs",
        "Type": "npm", "Vulnerabilities": [row("CVE-2026-1001", "left"), row("CVE-2026-1002", "right")]}]})
    .to_string()
}

fn openvex(product: &str) -> String {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example.com/1", "author": "Acme Product Security",
        "timestamp": "2026-01-02T00:00:00Z", "version": 1, "statements": [{"vulnerability": {"name": "CVE-2026-1001"}, "status": "not_affected",
        "impact_statement": "The part with the flaw is not built.", "products": [{"@id": product, "subcomponents": [{"@id": "pkg:npm/left@1.0.0"}]}]}]})
    .to_string()
}

fn shop() -> Home {
    let home = Home::new();
    home.write("trivy.json", trivy());
    home.write("trust.yaml", TRUST);
    home.write("a.json", openvex("pkg:github/acme/shop"));
    home.json(&["import", "--repo", "github.com/acme/shop", "--at", "2026-01-01T00:00:00Z", "trivy.json"]);
    home
}

fn state(home: &Home, cve: &str) -> String {
    let issues = home.issues();
    let issue = issues.iter().find(|issue| issue["identifiers"][0] == cve).unwrap();
    issue["state"].as_str().unwrap().to_owned()
}

#[test]
fn statements_count_when_their_author_is_trusted() {
    let home = shop();
    let answer = &home.json(&["vex", "apply", "a.json"])[0][0];
    assert_eq!((&answer["issues"], &answer["not_affected"], &answer["format"]), (&json!(1), &json!(0), &json!("openvex")));
    assert_eq!(state(&home, "CVE-2026-1001"), "open");
    let answer = &home.json(&["vex", "trust", "apply", "trust.yaml"])[0];
    assert_eq!(answer["not_affected"], 1);
    assert_eq!(home.json(&["vex", "trust", "show"])[0]["trusted"][0]["author"], "Acme Product Security");
    assert_eq!(state(&home, "CVE-2026-1001"), "not_affected");
    assert_eq!(state(&home, "CVE-2026-1002"), "open");
    let id = home.json(&["issues", "--state", "not_affected"])[0]["id"].as_str().unwrap().to_owned();
    let shown = home.done(&["issue", "show", &id]).out;
    for part in ["not_affected  Acme Product Security on 2026-01-02", "The part with the flaw is not built.", "trust.yaml:4"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(home.json(&["issues", "--as-of", "2026-01-01T12:00:00Z"]).len(), 2, "it was not said yet");
    assert_eq!(home.json(&["issues", "--as-of", "2026-01-03T00:00:00Z"]).len(), 1);
}

#[test]
fn bad_files_end_with_2_and_the_good_ones_are_kept() {
    let home = shop();
    home.write("nobody.json", openvex("pkg:oci/x?repository_url=registry.example.com/x"));
    home.write("cut.json", &openvex("pkg:github/acme/shop")[..200]);
    let ran = home.run(&["--json", "vex", "apply", "nobody.json", "cut.json", "a.json"]);
    assert_eq!(ran.code, 2);
    let rows: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(rows[0]["error"].as_str().unwrap().contains("nobody here has"), "{rows}");
    assert!(rows[1]["error"].as_str().unwrap().contains("cut off"), "{rows}");
    assert_eq!(rows[2]["statements"], 1);
    home.write("trust.yaml", "version: 1\nvex: {trustd: []}\n");
    let ran = home.run(&["vex", "trust", "apply", "trust.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("trust.yaml:2") && ran.err.contains("trustd"), "{}", ran.err);
    assert_eq!(home.run(&["vex", "export", "--format", "word"]).code, 2);
    assert_eq!(home.run(&["vex", "export", "--format", "csaf", "--app", "nobody"]).code, 2);
}

#[test]
fn what_is_exported_is_read_again() {
    let home = shop();
    for format in ["openvex", "csaf", "cyclonedx"] {
        let text = home.done(&["vex", "export", "--format", format]).out;
        assert_eq!(text, home.done(&["vex", "export", "--format", format]).out);
        home.write("ours.json", text);
        let answer = &home.json(&["vex", "apply", "ours.json"])[0][0];
        assert_eq!((&answer["format"], &answer["issues"], &answer["error"]), (&json!(format), &json!(2), &Value::Null));
    }
}
