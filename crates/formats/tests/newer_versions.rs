//! What a newer version of a tool adds breaks nothing: every fixture with members, attributes and columns that no version has yet gives the
//! findings that it gives without them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/fixtures.rs"]
mod fixture_files;
#[path = "support/names.rs"]
mod names;

use formats::{Format, Input, Match, Output};
use model::Finding;
use serde_json::{Map, Value, json};

use fixture_files::fixtures;
use names::names;

/// A name that no tool writes.
const NEW: &str = "musterNewIn2031";

/// Objects whose members are named by what was scanned, so that a new member is a new row: format, path of the object.
const NAMED_BY_DATA: &[(&str, &str)] = &[
    ("aide", ".added"),
    ("aide", ".changed"),
    ("anchore-policy", "[]"),
    ("anchore-policy", "[].sha256:9c2e"),
    ("appcheck", ".items[].details"),
    ("arachni", ".issues[].references"),
    ("bun-audit", ""),
    ("cargo-audit", ".warnings"),
    ("clair", ".Vulnerabilities"),
    ("composer-audit", ".advisories"),
    ("composer-audit", ".ignored-advisories"),
    ("detect-secrets", ".results"),
    ("gcloud-artifact-analysis", ".package_vulnerability_summary.vulnerabilities"),
    ("huskyci", ".huskyciresults"),
    ("huskyci", ".huskyciresults.genericresults"),
    ("huskyci", ".huskyciresults.goresults"),
    ("huskyci", ".huskyciresults.javascriptresults"),
    ("huskyci", ".huskyciresults.pythonresults"),
    ("jfrog-xray-scan", "[].vulnerabilities[].components"),
    ("mobsf", ".android_api"),
    ("mobsf", ".code_analysis"),
    ("mobsf", ".code_analysis.findings"),
    ("mobsf", ".code_analysis.findings.android_logging.files"),
    ("mobsf", ".permissions"),
    ("mobsfscan", ".results"),
    ("njsscan", ".nodejs"),
    ("njsscan", ".templates"),
    ("osv-scanner", ".results[].packages[].groups[].experimentalAnalysis"),
    ("phpstan", ".files"),
    ("polaris", ".Results[].PodResult.ContainerResults[].Results"),
    ("polaris", ".Results[].PodResult.Results"),
    ("polaris", ".Results[].Results"),
    ("poutine", ".rules"),
    ("sarif", ".runs[].results[].fingerprints"),
    ("sarif", ".runs[].results[].partialFingerprints"),
    ("semgrep", ".results[].extra.metadata.sca-fix-versions[]"),
    ("ssh-audit", "[].recommendations.critical.del"),
    ("ssh-audit", "[].recommendations.warning.del"),
    ("testssl", ".scanResult[]"),
    ("trivy", ".Results[].Vulnerabilities[].CVSS"),
    ("twistlock", ".results[].vulnerabilities[].riskFactors"),
    ("twistlock", "[].entityInfo.vulnerabilities[].riskFactors"),
    ("wapiti", ".additionals"),
    ("wapiti", ".anomalies"),
    ("wapiti", ".classifications.SQL Injection.ref"),
    ("wapiti", ".vulnerabilities"),
    ("whatweb", "[].plugins"),
    ("wpscan", ".config_backups"),
];

/// The findings without their place in the report, which a row more may move.
fn read(format: &'static Format, bytes: &[u8]) -> Result<Vec<Value>, String> {
    let mut findings = Vec::new();
    let mut sink = |finding: Finding| findings.push(finding);
    let mut out = Output::new(format.id, &mut sink);
    let result = (format.parse)(&Input::from_bytes("fixture", bytes.to_vec()), &mut out);
    drop(out.finish());
    result.map_err(|error| error.to_string())?;
    let shown = |finding: &Finding| {
        let mut value = serde_json::to_value(finding).unwrap();
        value.as_object_mut().unwrap().remove("index");
        value
    };
    Ok(findings.iter().map(shown).collect())
}

/// The document with `new` as last member of every object whose path is asked for.
fn with_member(value: &Value, path: &str, new: &Value, wanted: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::Object(members) => {
            let deeper = |(key, member): (&String, &Value)| (key.clone(), with_member(member, &format!("{path}.{key}"), new, wanted));
            let mut members: Map<String, Value> = members.iter().map(deeper).collect();
            if wanted(path) {
                members.insert(NEW.to_owned(), new.clone());
            }
            Value::Object(members)
        }
        Value::Array(elements) => {
            let path = format!("{path}[]");
            Value::Array(elements.iter().map(|element| with_member(element, &path, new, wanted)).collect())
        }
        other => other.clone(),
    }
}

fn paths_of_objects(value: &Value, path: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if !out.iter().any(|known| known == path) {
                out.push(path.to_owned());
            }
            members.iter().for_each(|(key, member)| paths_of_objects(member, &format!("{path}.{key}"), out));
        }
        Value::Array(elements) => elements.iter().for_each(|element| paths_of_objects(element, &format!("{path}[]"), out)),
        _ => {}
    }
}

#[test]
fn new_members_at_every_level_change_no_finding() {
    let mut wrong = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let before = read(format, &bytes).unwrap();
        let known = |path: &str| NAMED_BY_DATA.contains(&(format.id, path));
        for new in [json!("text"), json!({"name": {"id": 1}}), json!([{"id": "x"}, 7])] {
            let differs = |wanted: &dyn Fn(&str) -> bool| {
                read(format, with_member(&document, "", &new, wanted).to_string().as_bytes()).as_ref() != Ok(&before)
            };
            if !differs(&|path| !known(path)) {
                continue;
            }
            // Which of the objects it is, for whoever reads this.
            let mut paths = Vec::new();
            paths_of_objects(&document, "", &mut paths);
            let guilty = paths.iter().filter(|path| !known(path) && differs(&|other| other == path.as_str()));
            wrong.extend(guilty.map(|path| format!("(\"{}\", \"{path}\") {new} {}", format.id, file.display())));
        }
    }
    assert!(wrong.is_empty(), "a new member changes what is read:\n{}", wrong.join("\n"));
}

/// Members whose absence loses findings in silence: format, name. The list may only become shorter.
const KNOWN_TO_BE_SILENT: &[(&str, &str)] = &[
    // Of two shapes of the report one names this object by data.
    ("anchore-policy", "detail"),
];

/// The document with every member of that name under another.
fn renamed(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(members) => {
            let other = |key: &String| if key == name { format!("{key}{NEW}") } else { key.clone() };
            Value::Object(members.iter().map(|(key, member)| (other(key), renamed(member, name))).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(|element| renamed(element, name)).collect()),
        other => other.clone(),
    }
}

/// What is lost without a word when a member of that name has another: how many findings are left of how many.
fn lost(format: &'static Format, document: &Value, name: &str, before: usize) -> Option<String> {
    let changed = renamed(document, name).to_string().into_bytes();
    let input = Input::from_bytes("fixture", changed);
    // A report that is no longer recognised is refused, which is a word.
    if (format.sniff)(&input.head()) != Match::Sure {
        return None;
    }
    let mut after = 0;
    let mut sink = |_| after += 1;
    let mut out = Output::new(format.id, &mut sink);
    let result = format.read(&input, &mut out);
    let said = !out.finish().warnings.is_empty() || result.is_err();
    (after < before && !said).then(|| format!("{after} of {before}"))
}

/// Renames the members that are asked for, one at a time, in every fixture: what is lost in silence.
fn silent(wanted: &dyn Fn(&str, &str) -> bool) -> Vec<String> {
    let mut silent = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let mut all = Vec::new();
        names(&document, &mut all);
        all.retain(|name| wanted(format.id, name) && !KNOWN_TO_BE_SILENT.contains(&(format.id, name.as_str())));
        if all.is_empty() {
            continue;
        }
        let before = read(format, &bytes).unwrap().len();
        let one =
            |name: &String| Some(format!("(\"{}\", \"{name}\"), {} {}", format.id, lost(format, &document, name, before)?, file.display()));
        silent.extend(all.iter().filter_map(one));
    }
    silent
}

#[test]
fn renaming_what_results_hang_on_is_never_silent() {
    let marked: Vec<(&str, &str)> = include_str!("../src/renamed/members.txt")
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()?, parts.nth(1)?))
        })
        .flat_map(|(format, members)| members.split(' ').map(move |member| (format, member)))
        .filter_map(|(format, member)| Some((format, member.rsplit_once(':')?.0.strip_suffix(['!', '?'])?)))
        .collect();
    let silent = silent(&|format, name| marked.contains(&(format, name)));
    assert!(silent.is_empty(), "a renamed member loses findings in silence:\n{}", silent.join("\n"));
}

/// All members of all fixtures are sixty thousand readings, minutes of work: the test takes one member in 64, and all of
/// them where `MUSTER_RENAME_ALL` is set, which is done before a release.
#[test]
fn a_renamed_member_loses_no_finding_without_a_word() {
    const SLICES: u64 = 64;
    let all = std::env::var_os("MUSTER_RENAME_ALL").is_some();
    let silent = silent(&|format, name| {
        let sum = format.bytes().chain(name.bytes()).fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        all || sum % SLICES == 0
    });
    assert!(silent.is_empty(), "a renamed member loses findings in silence:\n{}", silent.join("\n"));
}

/// The fixtures are of versions that are known: nothing in them is taken for another name of something else.
#[test]
fn no_fixture_seems_to_name_its_results_otherwise() {
    let mut wrong = Vec::new();
    for (format, file, bytes) in fixtures() {
        let mut sink = |_| ();
        let mut out = Output::new(format.id, &mut sink);
        if format.read(&Input::from_bytes("fixture", bytes), &mut out).is_ok() {
            let said = out.finish().warnings.into_iter().find(|warning| warning.message.contains("and unknown members: "));
            wrong.extend(said.map(|warning| format!("{}: {}", file.display(), warning.message)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text with `new` put behind the name of every element that opens; comments, declarations and CDATA are left alone.
fn with_attribute(text: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let ends = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"), ("</", ">")];
        let (end, opens) = match ends.iter().find(|(start, _)| tag.starts_with(start)) {
            Some((_, end)) => (tag.find(end).map_or(tag.len(), |at| at + end.len()), false),
            None => (tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len()), true),
        };
        let (part, after) = tag.split_at(end);
        out.push_str(part);
        if opens {
            out.push_str(new);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[test]
fn new_attributes_on_every_element_change_no_finding() {
    let mut wrong = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        if !matches!(file.extension().and_then(|extension| extension.to_str()), Some("xml" | "nessus" | "fvdl")) {
            continue;
        }
        let changed = with_attribute(&text, &format!(" {NEW}=\"1\""));
        if read(format, changed.as_bytes()) != read(format, &bytes) {
            wrong.push(format!("{}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "a new attribute changes what is read:\n{}", wrong.join("\n"));
}

#[test]
fn a_new_column_changes_no_finding() {
    let mut wrong = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        // Rows that run over several lines, and heads of several lines, would need a reader of their own here.
        if file.extension().is_none_or(|extension| extension != "csv") || text.contains("\"\"") {
            continue;
        }
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default();
        let separator = [',', ';', '\t', '|'].into_iter().max_by_key(|separator| header.matches(*separator).count()).unwrap();
        let fields = header.matches(separator).count();
        if fields < 2 || text.lines().any(|line| line.matches('"').count() % 2 == 1 || line.matches(separator).count() < fields) {
            continue;
        }
        let rows = lines.map(|line| format!("\n{line}{separator}new")).collect::<String>();
        let changed = format!("{header}{separator}{NEW}{rows}\n");
        if read(format, changed.as_bytes()) != read(format, &bytes) {
            wrong.push(format!("{}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "a new column changes what is read:\n{}", wrong.join("\n"));
}
