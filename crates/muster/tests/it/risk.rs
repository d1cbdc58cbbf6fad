//! The risk model from the command line, on the example programme.

use std::path::Path;
use std::process::Command;

use crate::run::Home;

const DB: &str = "sqlite:example.db";

fn repository() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn example() -> Home {
    let home = Home::new();
    let examples = repository().join("examples");
    home.done(&["--db", DB, "demo", "--no-serve", "--examples", examples.to_str().unwrap()]);
    home
}

/// The model in force with an own signal, SSVC's tree and a table of one's own.
fn own_model(home: &Home) -> String {
    let yaml = home.done(&["--db", DB, "risk", "show", "--yaml"]).out;
    let own = "signals:\n  - {signal: crown-jewel, when: 'exposed && severity >= \"high\"', points: 90, source: judgement}\n";
    let table = "  custom:\n    ours: |\n      # Ours.\n      #outcome later,90,Within the quarter\n      #outcome soon,7,Within a week\n      \
                 severity,outcome\n      low,later\n      medium,later\n      high,soon\n      critical,soon\n";
    let changed = yaml
        .replace("signals: []\n", own)
        .replace("{table: bod-26-04, unknown: mild}", "{table: ssvc-deployer, unknown: strict}")
        .replace("{table: code-1, unknown: mild}", "{table: ours, unknown: mild}")
        .replace("name: muster-", "name: acme-");
    assert_ne!(changed, yaml);
    changed + table
}

#[test]
fn a_model_is_shown_compared_applied_and_can_be_checked_by_a_stranger() {
    let home = example();
    home.write("risk.yaml", own_model(&home));
    let diff = home.json(&["--db", DB, "risk", "diff", "--model", "risk.yaml"]).remove(0);
    assert!(diff["rescored"].as_u64() > Some(0) && diff["retiered"].as_u64() > Some(0), "{diff}");
    assert_eq!((&diff["top"][0]["first"], &diff["top"][1]["first"]), (&serde_json::json!(20), &serde_json::json!(100)));
    let entering = diff["top"][0]["entering"].as_array().unwrap();
    assert!(
        !entering.is_empty()
            && entering.iter().all(|row| row["to"]["place"].as_u64() <= Some(20) && row["from"]["place"].as_u64() > Some(20))
    );
    assert_eq!(home.json(&["--db", DB, "risk", "show"])[0]["number"], 1);

    let since =
        home.json(&["--db", DB, "risk", "apply", "--model", "risk.yaml"]).remove(0)["version"]["since"].as_str().unwrap().to_owned();
    let changed = home.json(&["--db", DB, "issues", "--changed-since", &since]);
    assert!(changed.len() as u64 >= diff["retiered"].as_u64().unwrap(), "{} changed", changed.len());
    assert!(changed.iter().all(|row| row["causes"][0]["by"].as_str().unwrap().starts_with("risk model acme-")), "{changed:?}");
    let table = home.done(&["--db", DB, "risk", "diff", "--model", "risk.yaml"]);
    assert!(table.err.contains("0 with another score, 0 in another tier"), "{}", table.err);

    home.done(&["--db", DB, "export", "--all", "queue.json"]);
    let checker = repository().join("tools/check_ranking.py");
    let output = Command::new("python3").arg("-B").arg(checker).arg(home.path("queue.json")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let export = std::fs::read_to_string(home.path("queue.json")).unwrap();
    for word in ["crown-jewel", "out-of-cycle", "\"soon\""] {
        assert!(export.contains(word), "{word} is not in the export");
    }
}

#[test]
fn a_bad_model_is_refused_with_file_and_line() {
    let home = Home::new();
    let yaml = home.done(&["--db", DB, "risk", "show", "--yaml"]).out;
    let turned = yaml.replace("exposure: {internet: ", "exposure: {internet: -");
    let line = turned.lines().position(|line| line.starts_with("exposure:")).unwrap() + 1;
    home.write("turned.yaml", turned);
    for command in [["risk", "diff"], ["risk", "apply"], ["risk", "show"]] {
        let ran = home.run(&[&["--db", DB], command.as_slice(), &["--model", "turned.yaml"]].concat());
        assert_eq!(ran.code, 2);
        let said = format!("error: turned.yaml:{line}: a risk fact would lower a rank: exposed to the internet moves the score from");
        assert!(ran.err.contains(&said) || ran.err.contains(&said.replace("exposed to the internet", "exposed")), "{}", ran.err);
    }
    assert_eq!(home.run(&["--db", DB, "risk", "diff", "--model", "none.yaml"]).code, 2);
    assert_eq!(home.run(&["--db", DB, "issues", "--changed-since", "2099-01-01"]).code, 2);
}

#[test]
fn feeds_are_packed_and_loaded_again() {
    let home = Home::new();
    home.write("epss.csv", "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1000,0.5,0.9\n");
    let packed = home.json(&["intel", "pack", "feeds.zip", "epss.csv"]).remove(0);
    assert_eq!((&packed["feeds"][0]["feed"], packed["feeds"][0]["sha256"].as_str().unwrap().len()), (&serde_json::json!("epss"), 64));
    let loaded = home.json(&["--db", DB, "intel", "load", "feeds.zip"]).remove(0);
    assert_eq!(loaded[0]["rows"], 1);
    let status = home.json(&["--db", DB, "intel", "status"]).remove(0);
    assert_eq!((&status[0]["age"]["limit"], &status[0]["age"]["stale"]), (&serde_json::json!(3), &serde_json::json!(true)));
    assert!(home.done(&["intel", "fetch", "--list"]).out.contains("known_exploited_vulnerabilities.json"));
    home.write("feeds.yaml", "version: 1\nfeeds:\n  - {name: kev, url: \"http://127.0.0.1:9/kev.json\"}\n");
    let ran = home.run(&["--db", DB, "intel", "fetch", "--feeds", "feeds.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("127.0.0.1 is a private address"), "{}", ran.err);
    home.write("other.txt", "hello");
    assert_eq!(home.run(&["intel", "pack", "b.zip", "other.txt"]).code, 2);
}
