//! Reports that no format knows: proposing a mapping, reading by it, and what a mapping may get wrong.

use std::fmt::Write as _;

use serde_json::Value;

use crate::run::{Home, Ran};

const MAPPING: &str = "version: 1
tool: Acme
kind: sast
rows: {in: csv}
fields:
  rule: Check
  title: Finding
  severity: Risk
  location.path: File
  location.start_line: Line
";

/// A table of so many findings, each in a file of its own.
fn report(count: usize) -> String {
    let mut out = "Finding,Check,Risk,File,Line\n".to_owned();
    for at in 0..count {
        writeln!(out, "Use of a weak hash,weak-hash,{},src/a{at}.py,{}", ["High", "Low"][at % 2], at + 1).unwrap();
    }
    out
}

fn import(home: &Home, at: &str, more: &[&str]) -> Ran {
    let flags = ["--json", "import", "--repo", "github.com/acme/shop", "--mapping", "acme.yaml", "--at", at, "acme.csv"];
    home.run(&[&flags[..], more].concat())
}

fn row(ran: &Ran) -> Value {
    crate::run::values(&ran.out)[0]["reports"][0].clone()
}

#[test]
fn a_proposal_imports_what_it_shows() {
    let home = Home::new();
    home.write("acme.csv", report(3));
    let proposed = home.done(&["formats", "suggest", "acme.csv"]);
    assert!(proposed.out.contains("location.start_line: Line  # sure"), "{}", proposed.out);
    assert!(proposed.err.contains("would import 3 findings") && proposed.err.contains("src/a2.py:3"), "{}", proposed.err);
    home.write("acme.yaml", &proposed.out);
    let findings = home.json(&["parse", "--mapping", "acme.yaml", "acme.csv"]);
    assert_eq!(findings.len(), 3);
    assert_eq!((findings[2]["location"]["path"].as_str(), findings[0]["severity"].as_str()), (Some("src/a2.py"), Some("high")));
    let answer = &home.json(&["formats", "suggest", "acme.csv", "--mapping", "acme.yaml"])[0];
    assert_eq!((answer["count"].as_u64(), answer["mapping"].as_str()), (Some(3), Some(proposed.out.as_str())));
}

#[test]
fn the_rules_of_import_hold_for_mapped_reports() {
    let home = Home::new();
    home.write("acme.yaml", MAPPING);
    home.write("acme.csv", report(4));
    let first = row(&import(&home, "2026-01-01", &[]));
    assert_eq!(
        (first["coverage"].as_str(), first["new"].as_u64(), first["stream"]["tool"].as_str()),
        (Some("complete"), Some(4), Some("acme"))
    );
    assert_eq!(row(&import(&home, "2026-01-01", &[]))["repeated"], true);
    // Another reading of the same bytes is another report.
    home.write("acme.yaml", MAPPING.replace("Risk\n", "{from: Risk, map: {low: medium}}\n"));
    assert_eq!(row(&import(&home, "2026-01-02", &[]))["repeated"], false);
    // A bad row, a last line that does not end, and no rows close nothing.
    for (day, less) in [
        ("2026-01-03", "Finding,Check,Risk,File,Line\nx,y,Low,src/a0.py,1\n,,Low,z,1\n"),
        ("2026-01-04", report(2).trim_end()),
        ("2026-01-05", &report(0)),
    ] {
        home.write("acme.csv", less);
        let row = row(&import(&home, day, &[]));
        assert_eq!((row["coverage"].as_str(), row["fixed"].as_u64()), (Some("partial"), Some(0)), "{row}");
    }
    home.write("acme.csv", report(1));
    // Three of the four, and the one that the report with the bad row brought.
    assert_eq!(row(&import(&home, "2026-01-06", &[]))["fixed"], 4, "a complete report closes what it leaves out");
    home.write("acme.csv", report(0));
    assert_eq!(row(&import(&home, "2026-01-07", &["--complete"]))["fixed"], 1, "no rows, and somebody says that the scan got through");
}

#[test]
fn a_wrong_mapping_is_exit_2_with_file_line_and_key() {
    let home = Home::new();
    home.write("acme.csv", report(1));
    home.write("acme.yaml", MAPPING.replace("  title:", "  titel:").replace("kind: sast", "kind: sats"));
    let ran = import(&home, "2026-01-01", &[]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("error: acme.yaml:3: kind: needs one of"), "{}", ran.err);
    assert!(ran.err.contains("error: acme.yaml:7: fields.titel: there is no such key; did you mean `title`?"), "{}", ran.err);
    assert_eq!(ran.out, "");
    home.write("acme.yaml", MAPPING);
    home.write("acme.csv", "{\"a\": []}");
    let ran = import(&home, "2026-01-01", &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the mapping of Acme reads csv"), "{}", ran.err);
    assert_eq!(home.run(&["parse", "--mapping", "none.yaml", "acme.csv"]).code, 2);
}

#[test]
fn what_says_nothing_is_refused_until_somebody_says_what_it_means() {
    let home = Home::new();
    for text in ["[]", "{ }\n", "null", "\"\""] {
        home.write("empty.json", text);
        let ran = home.run(&["import", "--repo", "github.com/acme/shop", "empty.json"]);
        assert_eq!(ran.code, 2, "{text}");
        assert!(ran.err.contains("--format ID") && ran.err.contains("--complete"), "{text}: {}", ran.err);
        let said = home.done(&["--json", "import", "--repo", "github.com/acme/shop", "--format", "hadolint", "--complete", "empty.json"]);
        assert_eq!(row(&said)["coverage"], "complete", "{text}");
    }
}

#[test]
fn findings_of_a_large_report_are_the_same_as_those_of_its_parts() {
    let home = Home::new();
    home.write("acme.yaml", MAPPING);
    // A column that the mapping does not name makes rows long.
    let notes = "x".repeat(4000);
    let small: String = report(300).lines().map(|line| format!("{line},{notes}\n")).collect();
    let (head, rows) = small.split_once('\n').unwrap();
    // Above 8 MiB a report is read twice and not held in memory.
    let times = 9 * 1024 * 1024 / rows.len() + 1;
    home.write("large.csv", format!("{head}\n{}", rows.repeat(times)));
    home.write("small.csv", &small);
    let ran = home.done(&["--json", "parse", "--mapping", "acme.yaml", "large.csv"]);
    assert_eq!(ran.out.lines().count(), 300 * times);
    let plain = |line: &str| {
        let mut finding: Value = serde_json::from_str(line).unwrap();
        finding["index"] = Value::Null;
        finding["report"] = Value::Null;
        finding
    };
    let of_small = home.done(&["--json", "parse", "--mapping", "acme.yaml", "small.csv"]);
    let expected: Vec<Value> = of_small.out.lines().map(plain).collect();
    assert_eq!(ran.out.lines().take(300).map(plain).collect::<Vec<_>>(), expected);
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["index"], 300 * times - 1);
}
