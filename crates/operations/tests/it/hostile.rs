//! Reports that nobody should write: very many equal findings, huge texts, strange rule ids, names that lead in circles or everywhere.

use std::collections::BTreeSet;

use model::ReportRow;
use operations::ImportAnswer;
use serde_json::Value;
use store::testing::{Place, on_both_places};

use crate::reports::{osv, semgrep_result, semgrep_with};
use crate::support::{every_issue, import, moves, open, scan};

fn warnings(answer: &ImportAnswer) -> Vec<&str> {
    let of = |row: &'_ ReportRow| row.warnings.iter().map(|warning| warning.message.len()).sum::<usize>();
    assert!(answer.reports.iter().map(of).sum::<usize>() < 20_000, "warnings are sentences");
    answer.reports.iter().flat_map(|row| row.warnings.iter().map(|warning| warning.message.as_str())).collect()
}

#[test]
fn ten_thousand_equal_findings_are_one_issue() {
    let place = Place::sqlite();
    let muster = open(place.url());
    let results = |count: usize| vec![semgrep_result("python.lang.eval", "shop/rules.py", 12, "return eval(rule)", 95); count];
    let first = import(&muster, "semgrep.json", &semgrep_with("1.118.0", &results(10_000)), &scan(1));
    assert_eq!((moves(&first)[0], first.issues.new), (10_000, 1));
    let less = import(&muster, "semgrep.json", &semgrep_with("1.118.0", &results(9_990)), &scan(2));
    assert_eq!(moves(&less), [0, 0, 10, 0], "as many are gone as are no longer reported");
    assert_eq!(less.issues.open, 1);
}

#[test]
fn very_many_different_findings_on_one_line_are_compared_in_part_and_said_so() {
    let place = Place::sqlite();
    let muster = open(place.url());
    let results: Vec<Value> =
        (0..1_500).map(|n| semgrep_result(&format!("custom.rule-{n}"), "shop/one.py", 1, "everything()", 20)).collect();
    let answer = import(&muster, "semgrep.json", &semgrep_with("1.118.0", &results), &scan(1));
    assert_eq!(moves(&answer)[0], 1_500);
    let said = warnings(&answer);
    assert!(said.iter().any(|text| text.contains("1500 different findings") && text.contains("shop/one.py")), "{said:?}");
}

#[test]
fn a_snippet_of_five_megabytes_is_hashed_and_not_kept() {
    on_both_places(|place| {
        let muster = open(place.url());
        let code = "x = 1;".repeat(900_000);
        let report = |line| semgrep_with("1.118.0", &[semgrep_result("python.lang.eval", "shop/min.py", line, &code, 95)]);
        assert_eq!(moves(&import(&muster, "semgrep.json", &report(1), &scan(1)))[0], 1);
        let issues = every_issue(&muster);
        assert!(serde_json::to_string(&issues).unwrap().len() < 20_000, "nothing of it is in the record");
        assert_eq!(moves(&import(&muster, "semgrep.json", &report(40), &scan(2))), [0; 4], "by its hash it is known again");
    });
}

#[test]
fn control_characters_in_a_rule_id_change_nothing() {
    on_both_places(|place| {
        let muster = open(place.url());
        let strange = "python.lang\u{0}.\u{1b}[31mrule\n\u{7f}\u{202e}x";
        let report = |more: bool| {
            let mut results = vec![semgrep_result("python.lang.plain", "shop/a.py", 3, "a()", 20)];
            results.extend(more.then(|| semgrep_result(strange, "shop/b\u{0}\n.py", 4, "b()", 20)));
            semgrep_with("1.118.0", &results)
        };
        assert_eq!(moves(&import(&muster, "semgrep.json", &report(true), &scan(1)))[0], 2);
        assert_eq!(moves(&import(&muster, "semgrep.json", &report(true), &scan(2))), [0; 4], "it is known again");
        assert_eq!(moves(&import(&muster, "semgrep.json", &report(false), &scan(3))), [0, 0, 1, 0], "it closes");
        assert_eq!(moves(&import(&muster, "semgrep.json", &report(true), &scan(4))), [0, 1, 0, 0], "and comes back");
    });
}

#[test]
fn names_that_lead_in_a_circle_end() {
    on_both_places(|place| {
        let muster = open(place.url());
        let ring: Vec<(&str, &str, &str, &str)> = vec![
            ("GHSA-aaaa-aaaa-aaaa", "GHSA-bbbb-bbbb-bbbb", "ring", "1.0"),
            ("GHSA-bbbb-bbbb-bbbb", "GHSA-cccc-cccc-cccc", "ring", "1.0"),
            ("GHSA-cccc-cccc-cccc", "GHSA-aaaa-aaaa-aaaa", "ring", "1.0"),
        ];
        let answer = import(&muster, "osv.json", &osv(&ring), &scan(1));
        assert_eq!((moves(&answer)[0], answer.issues.open), (3, 1), "one vulnerability under three names");
    });
}

#[test]
fn a_name_for_everything_joins_nothing_and_is_named() {
    on_both_places(|place| {
        let muster = open(place.url());
        let names: Vec<(String, String, String)> =
            (0..120).map(|n| (format!("CVE-2024-{}", 10_000 + n), format!("package-{n}"), "1.0".to_owned())).collect();
        let hub: Vec<(&str, &str, &str, &str)> =
            names.iter().map(|(cve, name, version)| ("GHSA-hhhh-uuuu-bbbb", cve.as_str(), name.as_str(), version.as_str())).collect();
        let answer = import(&muster, "osv.json", &osv(&hub), &scan(1));
        assert_eq!(answer.issues.open, 120, "other packages are other issues");
        let said = warnings(&answer);
        assert!(said.iter().any(|text| text.contains("GHSA-HHHH-UUUU-BBBB") || text.contains("GHSA-hhhh-uuuu-bbbb")), "{said:?}");

        let one: Vec<(&str, &str, &str, &str)> =
            names.iter().map(|(cve, _, _)| (cve.as_str(), "GHSA-hhhh-uuuu-bbbb", "everything", "1.0")).collect();
        import(&muster, "osv.json", &osv(&one), &scan(2));
        let homes: BTreeSet<String> =
            every_issue(&muster).into_iter().filter(|issue| issue.place.starts_with("everything")).map(|i| i.id).collect();
        assert_eq!(homes.len(), 120, "other CVEs of one package are other issues");
    });
}
