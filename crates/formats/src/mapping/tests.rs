use model::{Finding, Kind, Run, Severity, Warning};

use super::suggest::suggest;
use super::{Mapping, fields};
use crate::{Input, Output, ParseError};

struct Read {
    findings: Vec<Finding>,
    runs: Vec<Run>,
    warnings: Vec<Warning>,
    result: Result<(), ParseError>,
}

fn read(mapping: &str, report: impl AsRef<[u8]>) -> Read {
    let mapping = Mapping::parse("acme.yaml", mapping).unwrap();
    let mut findings = Vec::new();
    let mut sink = |finding| findings.push(finding);
    let mut out = Output::new("mapping", &mut sink);
    let result = mapping.read(&Input::from_bytes("report", report.as_ref().to_vec()), &mut out);
    let collected = out.finish();
    Read { findings, runs: collected.runs, warnings: collected.warnings, result }
}

fn problems(mapping: &str) -> Vec<String> {
    Mapping::parse("acme.yaml", mapping).unwrap_err()
}

const JSON: &str = "version: 1
tool: Acme
kind: sast
rows: {in: json, at: 'files[].issues[]', where: [{from: state, not_in: [passed]}]}
scan:
  version: $.meta.version
  at: $.meta.when
  repository: {const: github.com/acme/shop}
fields:
  rule: id
  title: [text, id]
  severity: {from: level, map: {Sev1: critical, Sev2: high, '*': low}}
  cwes: {from: tags, regex: 'CWE-(\\d+)'}
  location.path: ^path
  location.start_line: at.line
  description: {join: [text, {template: 'seen by {^^meta.name} in {^path}'}], with: '. '}
  identifiers: {from: refs, split: ' ', upper: true}
";

const REPORT: &str = r#"{"files": [
  {"issues": [
    {"id": "A1", "text": "Bad call", "level": "Sev1", "tags": ["x", "CWE-95", "CWE-78"], "at": {"line": "12"}, "refs": "cve-2026-1234 GHSA-aaaa-bbbb-cccc"},
    {"id": "A2", "state": "Passed"},
    17,
    {"id": "A3", "level": "odd", "at": {"line": "first"}}
  ], "path": "src/a.py"},
  {"path": "src/b.py", "issues": {"id": "B1", "level": null}}
 ], "meta": {"version": "2.1", "when": "2026-01-02T03:04:05Z", "name": "robot"}}"#;

#[test]
fn json_rows_with_what_is_around_them() {
    let read = read(JSON, REPORT);
    read.result.unwrap();
    let shown: Vec<_> = read
        .findings
        .iter()
        .map(|f| (f.index, f.rule.as_str(), f.location.path.as_deref().unwrap_or_default(), f.location.start_line, f.severity))
        .collect();
    let expected = [
        (0, "A1", "src/a.py", Some(12), Severity::Critical),
        (3, "A3", "src/a.py", None, Severity::Low),
        (4, "B1", "src/b.py", None, Severity::Unknown),
    ];
    assert_eq!(shown, expected);
    let first = &read.findings[0];
    assert_eq!((&first.cwes, first.severity_raw.as_deref()), (&vec![95, 78], Some("Sev1")));
    assert_eq!(first.identifiers, ["CVE-2026-1234", "GHSA-AAAA-BBBB-CCCC"]);
    assert_eq!(first.description.as_deref(), Some("Bad call. seen by robot in src/a.py"));
    assert_eq!(read.findings[1].title, "A3");
    let run = &read.runs[0];
    assert_eq!(
        (run.tool.as_str(), run.tool_version.as_deref(), run.repository.as_deref()),
        ("Acme", Some("2.1"), Some("github.com/acme/shop"))
    );
    assert_eq!(run.at.map(|at| at.to_string()).as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!((run.claims.rows_read, run.claims.rows_skipped, run.claims.passed, run.claims.ran), (3, 1, 1, false));
    let warnings: Vec<String> = read.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "line 5, files[0].issues[2]: neither title nor rule in the row",
            "line 6, files[0].issues[3]: location.start_line: expected a line number, found `first`",
        ]
    );
}

#[test]
fn a_document_that_breaks_off_is_an_error_wherever() {
    for end in 1..REPORT.len() {
        assert!(read(JSON, REPORT.get(..end).unwrap()).result.is_err(), "{end}");
    }
}

#[test]
fn maps_of_rows_and_json_lines() {
    let mapping = "version: 1\ntool: T\nkind: sca\nrows: {in: json, at: 'deps.*[]'}\nfields: {title: t, package.name: '^@key'}\n";
    let read_it = read(mapping, r#"{"deps": {"left": [{"t": "one"}], "right": [{"t": "two"}, {"t": "three"}]}}"#);
    let names: Vec<_> = read_it.findings.iter().map(|f| (f.title.as_str(), f.package.as_ref().unwrap().name.as_deref().unwrap())).collect();
    assert_eq!(names, [("one", "left"), ("two", "right"), ("three", "right")]);

    let mapping = "version: 1\ntool: T\nkind: dast\nrows: {in: ndjson}\nfields: {title: name, location.url: info.url}\n";
    let lines = "{\"name\": \"one\", \"info\": {\"url\": \"https://a.example\"}}\nno json\n\n{\"name\": \"two\"}\n";
    let read_it = read(mapping, lines);
    read_it.result.unwrap();
    assert_eq!((read_it.findings.len(), read_it.findings[0].location.url.as_deref()), (2, Some("https://a.example")));
    assert!(read_it.warnings[0].to_string().starts_with("line 2: "));
    assert!(read(mapping, "{\"name\": \"one\"}\n{\"name\": \"tw").result.is_err());

    let mapping = "version: 1\ntool: T\nkind: dast\nrows: {in: ndjson, at: 'a.b[]'}\nfields: {title: '.', rule: $.id}\n";
    let read_it = read(mapping, "{\"id\": 7, \"a\": {\"b\": [\"x\", \"y\"]}}\n");
    let shown: Vec<_> = read_it.findings.iter().map(|f| (f.rule.as_str(), f.title.as_str())).collect();
    assert_eq!(shown, [("7", "x"), ("7", "y")]);
}

#[test]
fn xml_rows_with_attributes_tags_and_parents() {
    let mapping = "version: 1
tool: T
kind: dast
rows: {in: xml, at: host/item}
scan: {version: $@version, at: $/when}
fields:
  rule: '@id'
  title: name
  cvss.score: tag[@name='cvss']
  location.resource: {template: '{^@ip}:{@port}'}
  location.url: ^address
";
    let report = "<r version='3'><when>2026-01-02</when><host ip='10.0.0.1'><item id='1' port='80'><name>one</name><tag name='x'>1</tag>\
                  <tag name='cvss'>7.5</tag></item><address>https://a.example</address></host><other><item id='2'/></other>\
                  <host ip='10.0.0.2'><item id='3' port='81'/></host></r>";
    let found = read(mapping, report);
    found.result.unwrap();
    let shown: Vec<_> = found
        .findings
        .iter()
        .map(|f| (f.rule.as_str(), f.title.as_str(), f.location.resource.as_deref(), f.location.url.as_deref(), f.cvss.len()))
        .collect();
    let expected = [("1", "one", Some("10.0.0.1:80"), Some("https://a.example"), 1), ("3", "3", Some("10.0.0.2:81"), None, 0)];
    assert_eq!(shown, expected);
    assert_eq!((found.runs[0].tool_version.as_deref(), found.runs[0].at.is_some()), (Some("3"), true));
    for end in 1..report.len() {
        assert!(read(mapping, report.get(..end).unwrap()).result.is_err(), "{end}");
    }
}

const CSV: &str = "version: 1
tool: T
rows: {in: csv, skip: 1, delimiter: ';'}
kind: sca
fields:
  title: Finding Name
  severity: {from: Score, bands: cvss}
  kind: {from: Sort, lower: true}
  package.name: '#4'
  suppressed: Status
";

#[test]
fn csv_rows_by_column() {
    let report = "Acme, 2026\nfinding_name;Score;Sort;Lib;Status\n\"a;b\";9.8;SCA;left;no\nc;3;Licence;right;accepted\n;1;;;\n";
    let found = read(CSV, report);
    found.result.unwrap();
    let shown: Vec<_> = found.findings.iter().map(|f| (f.title.as_str(), f.severity, f.severity_raw.as_deref(), f.kind)).collect();
    assert_eq!(shown, [("a;b", Severity::Critical, Some("9.8"), Kind::Sca), ("c", Severity::Low, Some("3"), Kind::Sca)]);
    assert_eq!(found.findings[1].suppressed.as_ref().unwrap().reason.as_deref(), Some("accepted"));
    let places: Vec<_> = found.warnings.iter().map(|warning| warning.place.as_str()).collect();
    assert_eq!(places, ["line 4", "line 5"]);
    assert_eq!(found.runs[0].claims.rows_skipped, 1);
}

#[test]
fn a_mapping_of_another_report_is_an_error() {
    let wrong = |report: &str| read(CSV, report).result.unwrap_err().to_string();
    assert!(wrong("x\na;b\n1;2\n").contains("no column `Finding Name` for title or rule; the columns are a, b"));
    assert!(wrong("{\"a\": 1}").contains("reads csv"));
    assert!(wrong("x\nfinding name;b\n;2\n;3\n").contains("not one of 2 rows"));
    assert!(read(JSON, "{\"other\": []}").result.unwrap_err().to_string().contains("rows.at"));
    let empty = read(JSON, "{\"files\": [{\"issues\": []}]}");
    assert!(empty.result.is_ok() && !empty.runs[0].claims.ran, "an empty list is a report without results, and no proof of a scan");
    let warned = read(CSV, "x\nfinding name;b\none;2\n");
    assert!(warned.warnings[0].to_string().contains("no column `Score`, `Sort`, `Status`"), "{:?}", warned.warnings);
}

#[test]
fn what_is_wrong_is_named_with_line_and_key() {
    let text = "version: 2\ntool: ''\nkind: sasst\nrows:\n  in: json\n  at: results\n  skip: 3\nfields:\n  titel: x\n";
    assert_eq!(
        problems(text),
        [
            "acme.yaml:1: version: only version 1 is known",
            "acme.yaml:2: tool: needs a text of up to 200 letters: the name of the tool, which decides the stream of its reports",
            "acme.yaml:6: rows.at: `results` does not end with [] or *: rows are the elements of a list or the members of an object",
            "acme.yaml:7: rows.skip: there is no such key; there are in, where, at",
        ]
    );
    let text = "version: 1\ntool: T\nkind: sast\nrows: {in: json, at: 'a[]'}\ncomplete: maybe\nfields:\n  titel: x\n  rule: {from: a, regexp: b}\n  \
                severity: {from: a, const: b}\n  path: x\n  cwes: {from: a, regex: '('}\n  description: ^^x\n  location.url: {template: 'x'}\n";
    let found = problems(text);
    for (line, words) in [
        (5, "complete: needs `true` or `false`"),
        (7, "fields.titel: there is no such key; did you mean `title`?"),
        (8, "fields.rule.regexp: there is no such key; did you mean `regex`?"),
        (9, "fields.severity: needs one of from, const"),
        (10, "fields.path: there is no such key; did you mean `location.path`?"),
        (11, "fields.cwes.regex: no regular expression"),
        (12, "fields.description: `^^x` goes 2 levels up, and there are 1"),
        (13, "fields.location.url.template: names no column"),
    ] {
        let start = format!("acme.yaml:{line}: {words}");
        assert!(found.iter().any(|problem| problem.starts_with(&start)), "{start} in {found:#?}");
    }
    assert_eq!(found.len(), 8, "{found:#?}");
    for text in ["", "- a\n", "a: [", "version: 1\nversion: 1\n", "---\n---\n", &"[".repeat(100_000)] {
        assert!(!problems(text).is_empty(), "{text}");
    }
}

#[test]
fn every_field_is_named_once_and_takes_a_text() {
    let mut names: Vec<&str> = fields().map(|field| field.name).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    for name in names {
        for value in ["1", "7.5", "pkg:npm/a@1", "CVSS:3.1/AV:N/AC:L", "2026-01-02", "sast", &"ab12".repeat(10)] {
            let mapping = format!("version: 1\ntool: T\nkind: sast\nrows: {{in: json}}\nfields:\n  {name}: {{const: '{value}'}}\n");
            let mapping = if name == "title" { mapping } else { format!("{mapping}  title: t\n") };
            let found = read(&mapping, "[{\"t\": \"x\"}]");
            assert_eq!(found.findings.len(), 1, "{name}");
        }
    }
}

/// The proposal, which must be a mapping that reads the file without a bad row.
fn proposed(name: &str, report: &str) -> (String, Vec<Finding>) {
    let suggestion = suggest(&Input::from_bytes(name, report.as_bytes().to_vec()), &str::to_owned).unwrap();
    let found = read(&suggestion.yaml, report);
    found.result.as_ref().unwrap_or_else(|error| panic!("{error}\n{}", suggestion.yaml));
    assert_eq!(found.runs[0].claims.rows_skipped, 0, "{}\n{:?}", suggestion.yaml, found.warnings);
    (suggestion.yaml, found.findings)
}

#[test]
fn proposals_for_json_csv_and_xml() {
    let (yaml, findings) = proposed(
        "acme.json",
        r#"{"scanner": {"name": "Acme Scan", "version": "4.2"}, "generated_at": "2026-03-04T05:06:07Z", "stats": [{"n": 1}, {"n": 2}],
            "files": [{"path": "src/a.py", "problems": [
              {"rule_id": "X1", "message": "Use of a weak hash", "severity": "HIGH", "line": 12, "cwe": "CWE-327", "help": "https://a.example/x1"},
              {"rule_id": "X2", "message": "Call of a shell", "severity": "Low", "line": 3, "cwe": "CWE-78", "help": "https://a.example/x2"}]}]}"#,
    );
    for line in [
        "tool: Acme Scan",
        "kind: sast",
        "at: \"files[].problems[]\"",
        "location.path: \"^path\"",
        "location.start_line: line",
        "version: \"$.scanner.version\"",
    ] {
        assert!(yaml.contains(line), "{line} in\n{yaml}");
    }
    assert_eq!((findings.len(), findings[0].rule.as_str(), findings[0].severity), (2, "X1", Severity::High));
    assert_eq!((findings[1].location.start_line, &findings[1].cwes), (Some(3), &vec![78]));

    let (yaml, findings) = proposed(
        "scan results.csv",
        "Package,Installed Version,Fixed In,Vulnerability,Risk,CVSS,Details,Weird\n\
         lodash,4.17.1,4.17.21,CVE-2021-23337,High,7.2,\"Command injection in the template function of lodash, by options\",a\n\
         minimist,1.2.0,1.2.6,\"CVE-2021-44906,CVE-2020-7598\",Extreme,9.8,\"Prototype pollution in minimist, through the index file of it\",b\n",
    );
    assert_eq!(findings.len(), 2);
    let first = &findings[0];
    assert_eq!((first.kind, first.severity, &first.identifiers), (Kind::Sca, Severity::High, &vec!["CVE-2021-23337".to_owned()]));
    let package = first.package.as_ref().unwrap();
    assert_eq!(
        (package.name.as_deref(), package.version.as_deref(), &package.fixed),
        (Some("lodash"), Some("4.17.1"), &vec!["4.17.21".to_owned()])
    );
    assert_eq!(findings[1].identifiers, ["CVE-2021-44906", "CVE-2020-7598"]);
    assert!(yaml.contains("map: {Extreme: unknown}") && yaml.contains("#   Weird") && yaml.contains("tool: scan results"), "{yaml}");

    let (yaml, findings) = proposed(
        "x.xml",
        "<report tool='Prober'><host name='web1.example'><vuln id='V-1' level='medium'><name>Old server software</name><url>https://web1.example/a</url>\
         </vuln><vuln id='V-2' level='high'><name>Open admin page</name><url>https://web1.example/admin</url></vuln></host></report>",
    );
    assert!(yaml.contains("at: report/host/vuln") && yaml.contains("tool: Prober"), "{yaml}");
    assert_eq!((findings[1].rule.as_str(), findings[1].location.url.as_deref()), ("V-2", Some("https://web1.example/admin")));

    let (yaml, findings) = proposed(
        "cis.json",
        r#"[{"check": "1.1", "status": "PASS", "text": "x y z"}, {"check": "1.2", "status": "FAIL", "text": "p q r"}]"#,
    );
    assert!(yaml.contains("not_in: [pass]"), "{yaml}");
    assert_eq!(findings.len(), 1);
}

#[test]
fn nothing_to_propose_is_said() {
    let said = |text: &str| suggest(&Input::from_bytes("x", text.as_bytes().to_vec()), &str::to_owned).unwrap_err();
    assert!(said("").contains("empty"));
    assert!(said("{\"a\": 1}").contains("no rows"));
    assert!(said("Dear all,\nthe scan went well.\n").contains("neither"));
    assert!(said("<a/>").contains("no rows"));
}

#[test]
fn names_of_elements_that_are_no_yaml_are_quoted_in_a_proposal() {
    let text = r#"<""""""''""''""""''""""><""""""' {='''''>"#;
    let suggestion = suggest(&Input::from_bytes("x", text.as_bytes().to_vec()), &str::to_owned).unwrap();
    assert!(Mapping::parse("x", &suggestion.yaml).is_ok(), "{}", suggestion.yaml);
}

mod any {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_is_no_mapping_and_no_panic(text in "[a-z:{}\\[\\]&*|>\\-\\n \"'#!%@`,?$^1]{0,200}") {
            let _ = Mapping::parse("x", &text);
        }

        #[test]
        fn a_proposal_is_a_mapping(text in "[a-c,;\"{}\\[\\]:<>/=' \\n0-9]{0,300}") {
            let input = Input::from_bytes("x", text.into_bytes());
            if let Ok(suggestion) = suggest(&input, &str::to_owned) {
                let mapping = Mapping::parse("x", &suggestion.yaml);
                prop_assert!(mapping.is_ok(), "{:?}\n{}", mapping.err(), suggestion.yaml);
            }
        }
    }
}
