//! Packages, fixes, facts, endpoints and licences on the command line.

use serde_json::json;

use crate::run::Home;

/// Two vulnerabilities of one package, and a bill of materials with its licence.
fn shop(home: &Home) {
    let found = |cve: &str, fixed: &str| {
        json!({"VulnerabilityID": cve, "PkgName": "urllib3", "InstalledVersion": "1.26.5", "FixedVersion": fixed, "Severity": "HIGH",
            "PkgIdentifier": {"PURL": "pkg:pypi/urllib3@1.26.5"}, "Title": "A flaw"})
    };
    let report = json!({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [
        {"Target": "requirements.txt", "Class": "lang-pkgs", "Type": "pip", "Vulnerabilities": [found("CVE-2023-45803", "1.26.18, 2.0.7"), found("CVE-2024-37891", "1.26.19, 2.2.2")]}]});
    home.write("trivy.json", report.to_string());
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"tools": {"components": [{"type": "application", "name": "syft"}]}},
        "components": [{"type": "library", "name": "urllib3", "version": "1.26.5", "purl": "pkg:pypi/urllib3@1.26.5", "licenses": [{"license": {"id": "MIT"}}]},
            {"type": "library", "name": "readline", "version": "8.2", "purl": "pkg:generic/readline@8.2", "licenses": [{"license": {"id": "GPL-3.0-only"}}]}]});
    home.write("bom.cdx.json", bom.to_string());
    home.write(
        "muster.yaml",
        "version: 1\napplications:\n  - name: shop\n    services:\n      - {name: api, repository: github.com/acme/shop}\n",
    );
    home.done(&["inventory", "apply", "muster.yaml"]);
    home.done(&["import", "--repo", "github.com/acme/shop", "trivy.json", "bom.cdx.json"]);
}

#[test]
fn fixes_components_and_who_is_affected() {
    let home = Home::new();
    shop(&home);
    let fixes = home.json(&["fixes"]);
    assert_eq!((&fixes[0]["to"], fixes[0]["issues"].as_array().unwrap().len()), (&json!("1.26.19"), 2), "{fixes:?}");
    assert!(fixes[0]["risk_removed"].is_i64() && fixes[0]["change"].as_str().unwrap().contains("urllib3"));
    let one = home.json(&["fixes", fixes[0]["id"].as_str().unwrap()]);
    assert_eq!(one[0]["issues"].as_array().unwrap().len(), 2);
    assert_eq!(home.run(&["fixes", "FIX-000000000000"]).code, 2);
    assert_eq!(home.json(&["fixes", "--service", "nobody"]).len(), 0);

    let found = home.json(&["components", "urllib"]);
    assert_eq!((&found[0]["package"], &found[0]["versions"]), (&json!("pkg:pypi/urllib3"), &json!(["1.26.5"])));
    assert!(home.json(&["components", "pkg:pypi/urllib3"])[0]["uses"].as_array().unwrap().iter().any(|one| one["listed"] == "sbom"));
    let affected = home.json(&["affected", "pkg:pypi/urllib3<2"]);
    assert!(affected.iter().all(|row| row["services"] == json!(["api"])) && !affected.is_empty(), "{affected:?}");
    assert_eq!(home.json(&["affected", "CVE-2023-45803"])[0]["issues"].as_array().unwrap().len(), 1);
    assert_eq!(home.json(&["affected", "urllib3 < 1"]).len(), 0);
    assert_eq!(home.run(&["affected", ""]).code, 2);
    // For people.
    assert!(home.done(&["fixes"]).out.contains("Upgrade urllib3 to 1.26.19"));
    assert!(home.done(&["affected", "CVE-2023-45803"]).out.contains("pkg:pypi/urllib3"));
}

#[test]
fn facts_endpoints_licences_and_the_suite() {
    let home = Home::new();
    shop(&home);
    home.write("loaded.csv", "service,purl,verdict,source\napi,pkg:pypi/urllib3,loaded,sensor\n");
    let answer = home.json(&["facts", "apply", "loaded.csv"]).remove(0);
    assert_eq!((&answer["facts"], &answer["issues_ranked"]), (&json!(1), &json!(2)), "{answer}");
    let shown = home.json(&["facts", "show", "--service", "api"]);
    assert_eq!((&shown[0]["verdict"], &shown[0]["standing"]), (&json!("loaded"), &json!("counts")), "{shown:?}");
    let issue = home.issues()[0]["id"].as_str().unwrap().to_owned();
    assert!(home.json(&["facts", "show", "--issue", &issue]).iter().any(|row| row["source"] == "sensor"));
    home.write("bad.csv", "purl,verdict\nx,loaded\n");
    let bad = home.run(&["facts", "apply", "--service", "api", "bad.csv"]);
    assert!(bad.code == 2 && bad.err.contains("line 2"), "{}", bad.err);

    home.write("schema.graphql", "type Query {\n  orders: [Int]\n}\n");
    assert_eq!(home.json(&["routes", "apply", "--service", "api", "schema.graphql"])[0]["routes"], 1);
    assert_eq!(home.json(&["apis", "--problem", "untested"])[0]["pattern"], "/graphql#Query.orders");
    assert_eq!(home.run(&["apis", "--problem", "odd"]).code, 2);

    assert!(home.done(&["licences"]).err.contains("no policy"));
    home.write("licences.yaml", "version: 1\nallow: [MIT]\ndeny: [GPL-*]\n");
    assert_eq!(home.json(&["licences", "apply", "licences.yaml"])[0]["rules"], 2);
    let denied = home.json(&["licences"]);
    assert_eq!((denied.len(), &denied[0]["licence"], &denied[0]["verdict"]), (1, &json!("GPL-3.0-only"), &json!("deny")), "{denied:?}");
    assert!(denied[0]["because"].as_str().unwrap().contains("licences.yaml:3"));
    assert_eq!(home.json(&["coverage", "--suite"])[0]["services"], 1);
}

#[test]
fn owners_services_teams_streams_and_what_bypassed_the_gate() {
    let home = Home::new();
    home.write(
        "muster.yaml",
        "version: 1\nteams: [{name: pay, email: pay@acme.example}]\napplications:\n  - name: shop\n    owner: pay\n    services:\n      - {name: api, repository: github.com/acme/shop}\n",
    );
    home.done(&["inventory", "apply", "muster.yaml"]);
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"tools": {"components": [{"type": "application", "name": "syft"}]}},
        "components": [{"type": "library", "name": "urllib3", "version": "1.26.5", "purl": "pkg:pypi/urllib3@1.26.5"}]});
    home.write("bom.cdx.json", bom.to_string());
    home.done(&["import", "--repo", "github.com/acme/shop", "bom.cdx.json"]);
    let owners = home.json(&["affected", "urllib3 < 2", "--by-owner"]);
    assert_eq!((&owners[0]["owner"], &owners[0]["contacts"]["email"]), (&json!("pay"), &json!("pay@acme.example")), "{owners:?}");
    assert!(home.done(&["affected", "urllib3 < 2", "--by-owner"]).out.contains("pay@acme.example"));

    home.json(&[
        "deploy",
        "--service",
        "api",
        "--env",
        "production",
        "--commit",
        "0123456",
        "--gate",
        "bypassed",
        "--gate-reason",
        "INC-42",
    ]);
    assert_eq!(home.run(&["deploy", "--service", "api", "--env", "x", "--commit", "1", "--gate", "perhaps"]).code, 2);
    assert_eq!(home.run(&["deploy", "--service", "api", "--env", "x", "--commit", "1", "--gate-reason", "why"]).code, 2);
    let bypassed = home.json(&["deploy", "list", "--history", "--gate", "bypassed"]).remove(0);
    assert_eq!((bypassed.as_array().unwrap().len(), &bypassed[0]["gate_reason"]), (1, &json!("INC-42")));
    assert_eq!(home.json(&["deploy", "list", "--gate", "passed"]).remove(0), json!([]));

    let service = home.json(&["services", "api"]).remove(0);
    assert_eq!((&service["service"]["owner"], &service["shipped"][0]["gate"]), (&json!("pay"), &json!("bypassed")), "{service}");
    assert!(home.done(&["services", "api"]).out.contains("bypassed: INC-42"));
    let then = home.json(&["services", "api", "--as-of", "2020-01-01T00:00:00Z"]).remove(0);
    assert_eq!(then["shipped"], json!([]));
    assert_eq!(home.run(&["services", "none"]).code, 2);
    assert_eq!(home.run(&["services", "--as-of", "2999-01-01T00:00:00Z"]).code, 2);
    assert_eq!(home.json(&["services", "--team", "pay"]).remove(0)[0]["name"], "api");
    assert_eq!(home.json(&["teams"]).remove(0)[0]["team"]["name"], "pay");
    assert!(home.done(&["teams", "pay"]).out.contains("api"));

    let streams = home.json(&["streams"]);
    // A list without findings shows nothing of a scan.
    assert_eq!((streams.len(), &streams[0]["state"]), (1, &json!("partial")), "{streams:?}");
    assert_eq!(home.json(&["streams", "--wrong"]).len(), 1);
    assert!(home.done(&["streams"]).out.contains("partial"));
    assert_eq!(home.json(&["intel", "show", "cve-2021-44228"]).remove(0)["id"], "CVE-2021-44228");
    assert_eq!(home.run(&["intel", "show", "no identifier"]).code, 2);
}
