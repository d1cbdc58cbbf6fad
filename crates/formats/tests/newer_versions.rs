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

/// Members whose absence loses findings in silence: format, name. Of some the tool itself means it so (a list of one kind of finding that was
/// not looked for is left out); of others a renamed list would not be noticed as long as the rest of the report is known. The list may only
/// become shorter.
const KNOWN_TO_BE_SILENT: &[(&str, &str)] = &[
    ("aide", "added"),
    ("aide", "changed"),
    ("anchore-policy", "detail"),
    ("anchore-policy", "details"),
    ("anchore-policy", "rows"),
    ("aqua", "sensitive_data_items"),
    ("aqua", "vulnerabilities"),
    ("arachni", "issues"),
    ("bearer", "critical"),
    ("bearer", "high"),
    ("bearer", "warning"),
    ("brakeman", "ignored_warnings"),
    ("cargo-audit", "list"),
    ("cargo-audit", "vulnerabilities"),
    ("cargo-audit", "warnings"),
    ("cfn-nag", "logical_resource_ids"),
    ("cfn-nag", "violations"),
    ("checkmarx-one", "categoryResults"),
    ("checkmarx-one", "iacScanResults"),
    ("checkmarx-one", "languages"),
    ("checkmarx-one", "packageCategory"),
    ("checkmarx-one", "packages"),
    ("checkmarx-one", "queries"),
    ("checkmarx-one", "scaScanResults"),
    ("checkmarx-one", "technology"),
    ("checkmarx-one", "vulnerabilities"),
    ("checkov", "failed_checks"),
    ("checkov", "skipped_checks"),
    ("chef-inspec", "status"),
    ("clair", "package_vulnerabilities"),
    ("composer-audit", "ignored-advisories"),
    ("conftest", "exceptions"),
    ("conftest", "failures"),
    ("conftest", "warnings"),
    ("coverity-api", "rows"),
    ("crashtest", "cve_findings"),
    ("crunch42", "data"),
    ("crunch42", "issues"),
    ("crunch42", "security"),
    ("csaf", "known_affected"),
    ("csaf", "product_status"),
    ("csaf", "under_investigation"),
    ("csaf", "vulnerabilities"),
    ("cyberwatch", "cves"),
    ("cyberwatch", "security_issues"),
    ("cyberwatch", "servers"),
    ("cyclonedx", "affects"),
    ("cyclonedx", "vulnerabilities"),
    ("dawnscanner", "vulnerabilities"),
    ("dependabot", "nodes"),
    ("dependabot", "search"),
    ("dependency-check", "dependencies"),
    ("dependency-check", "suppressedVulnerabilities"),
    ("dependency-check", "vulnerabilities"),
    ("dependency-track", "findings"),
    ("docker-bench", "results"),
    ("docker-bench", "tests"),
    ("eslint", "ruleId"),
    ("eslint", "suppressedMessages"),
    ("gcloud-artifact-analysis", "package_vulnerability_summary"),
    ("gcloud-artifact-analysis", "vulnerabilities"),
    ("gcloud-artifact-analysis", "vulnerability"),
    ("ggshield", "entities_with_incidents"),
    ("ggshield", "incidents"),
    ("ggshield", "occurrences"),
    ("ggshield", "scans"),
    ("govulncheck", "Vulns"),
    ("grype", "ignoredMatches"),
    ("harbor", "vulnerabilities"),
    ("huskyci", "highvulns"),
    ("huskyci", "huskyciresults"),
    ("huskyci", "lowvulns"),
    ("huskyci", "mediumvulns"),
    ("huskyci", "nosecvulns"),
    ("invicti", "Vulnerabilities"),
    ("jfrog-xray-scan", "vulnerabilities"),
    ("kingfisher", "findings"),
    ("kiuwan-sca", "components"),
    ("kube-bench", "results"),
    ("kubescape", "results"),
    ("legitify", "violations"),
    ("mend", "vulnerabilities"),
    ("meterian", "advices"),
    ("mobsf", "android_api"),
    ("mobsf", "ats_analysis"),
    ("mobsf", "binary_analysis"),
    ("mobsf", "certificate_analysis"),
    ("mobsf", "certificate_findings"),
    ("mobsf", "code_analysis"),
    ("mobsf", "files"),
    ("mobsf", "firebase_urls"),
    ("mobsf", "macho_analysis"),
    ("mobsf", "manifest_analysis"),
    ("mobsf", "manifest_findings"),
    ("mobsf", "name"),
    ("mobsf", "network_findings"),
    ("mobsf", "network_security"),
    ("mobsf", "open"),
    ("mobsf", "permissions"),
    ("mobsf", "secrets"),
    ("mobsf", "severity"),
    ("mobsf", "status"),
    ("neuvector", "secrets"),
    ("neuvector", "type"),
    ("njsscan", "files"),
    ("njsscan", "templates"),
    ("npm-audit", "via"),
    ("openreports", "results"),
    ("openvex", "products"),
    ("openvex", "statements"),
    ("openvex", "subcomponents"),
    ("ort", "rule_violations"),
    ("ort", "vulnerabilities"),
    ("ossindex-devaudit", "Packages"),
    ("ossindex-devaudit", "Vulnerabilities"),
    ("osv-scanner", "packages"),
    ("osv-scanner", "vulnerabilities"),
    ("phpcs", "messages"),
    ("pip-audit", "vulns"),
    ("polaris", "ContainerResults"),
    ("polaris", "PodResult"),
    ("polaris", "Results"),
    ("popeye", "issues"),
    ("popeye", "sanitizers"),
    ("popeye", "sections"),
    ("ptart", "assessments"),
    ("ptart", "hits"),
    ("pwn-sast", "line_no_and_contents"),
    ("rapplex", "IssueGroups"),
    ("rapplex", "Issues"),
    ("rapplex", "Severities"),
    ("retire-js", "vulnerabilities"),
    ("rubocop", "offenses"),
    ("safety", "dependencies"),
    ("safety", "files"),
    ("safety", "ignored_vulnerabilities"),
    ("safety", "known_vulnerabilities"),
    ("safety", "projects"),
    ("safety", "results"),
    ("safety", "specifications"),
    ("safety", "vulnerabilities"),
    ("scout-suite", "findings"),
    ("scout-suite", "services"),
    ("snyk", "applications"),
    ("snyk", "filtered"),
    ("snyk", "ignore"),
    ("snyk", "vulnerabilities"),
    ("sonarqube", "issues"),
    ("sonarqube-external", "secondaryLocations"),
    ("sonatype", "securityData"),
    ("sonatype", "securityIssues"),
    ("spdx", "externalRefs"),
    ("spdx", "packages"),
    ("ssh-audit", "cves"),
    ("ssh-audit", "del"),
    ("ssh-audit", "fail"),
    ("ssh-audit", "key"),
    ("ssh-audit", "notes"),
    ("ssh-audit", "recommendations"),
    ("ssh-audit", "warn"),
    ("ssl-labs", "details"),
    ("ssl-labs", "drownVulnerable"),
    ("ssl-labs", "endpoints"),
    ("ssl-labs", "openSslCcs"),
    ("ssl-labs", "poodle"),
    ("sslyze", "accepted_cipher_suites"),
    ("sslyze", "certificate_deployments"),
    ("sslyze", "certificate_info"),
    ("sslyze", "heartbleed"),
    ("sslyze", "is_vulnerable_to_heartbleed"),
    ("sslyze", "path_validation_results"),
    ("sslyze", "result"),
    ("sslyze", "status"),
    ("sslyze", "tls_1_0_cipher_suites"),
    ("sslyze", "tls_1_2_cipher_suites"),
    ("sslyze", "validation_error"),
    ("stackhawk", "findings"),
    ("stackhawk", "paths"),
    ("sysdig", "packages"),
    ("sysdig", "result"),
    ("sysdig", "vulnerabilitiesRefs"),
    ("sysdig", "vulns"),
    ("talisman", "failure_list"),
    ("talisman", "ignore_list"),
    ("talisman", "results"),
    ("talisman", "warning_list"),
    ("terrascan", "skipped_violations"),
    ("terrascan", "violations"),
    ("trivy", "ExperimentalModifiedFindings"),
    ("trivy", "Licenses"),
    ("trivy", "Misconfigurations"),
    ("trivy", "Results"),
    ("trivy", "Secrets"),
    ("trivy", "Vulnerabilities"),
    ("trivy-operator", "checks"),
    ("trivy-operator", "controlCheck"),
    ("trivy-operator", "detailReport"),
    ("trivy-operator", "results"),
    ("trivy-operator", "secrets"),
    ("trivy-operator", "summaryReport"),
    ("trivy-operator", "totalFail"),
    ("trivy-operator", "vulnerabilities"),
    ("twistlock", "complianceIssues"),
    ("twistlock", "compliances"),
    ("twistlock", "vulnerabilities"),
    ("wapiti", "anomalies"),
    ("wapiti", "vulnerabilities"),
    ("wiz-cli", "libraries"),
    ("wiz-cli", "matches"),
    ("wiz-cli", "osPackages"),
    ("wiz-cli", "result"),
    ("wiz-cli", "ruleMatches"),
    ("wiz-cli", "secrets"),
    ("wiz-cli", "vulnerabilities"),
    ("wpscan", "config_backups"),
    ("wpscan", "interesting_findings"),
    ("wpscan", "plugins"),
    ("wpscan", "version"),
    ("wpscan", "vulnerabilities"),
    ("xygeni", "dependencies"),
    ("xygeni", "secrets"),
    ("xygeni", "vulnerabilities"),
    ("zap", "alerts"),
    ("zap", "instances"),
    ("zap", "site"),
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

#[test]
#[ignore = "reads sixty thousand reports: run before a release"]
fn a_renamed_member_loses_no_finding_without_a_word() {
    let mut silent = Vec::new();
    for (format, file, bytes) in fixtures() {
        let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { continue };
        let before = read(format, &bytes).unwrap().len();
        let mut all = Vec::new();
        names(&document, &mut all);
        for name in all.iter().filter(|name| !KNOWN_TO_BE_SILENT.contains(&(format.id, name.as_str()))) {
            let changed = renamed(&document, name).to_string().into_bytes();
            let input = Input::from_bytes("fixture", changed);
            // A report that is no longer recognised is refused, which is a word.
            if (format.sniff)(&input.head()) != Match::Sure {
                continue;
            }
            let mut after = 0;
            let mut sink = |_| after += 1;
            let mut out = Output::new(format.id, &mut sink);
            let result = format.read(&input, &mut out);
            let said = !out.finish().warnings.is_empty() || result.is_err();
            if after < before && !said {
                silent.push(format!("(\"{}\", \"{name}\") {after} of {before} {}", format.id, file.display()));
            }
        }
    }
    assert!(silent.is_empty(), "a renamed member loses findings in silence:\n{}", silent.join("\n"));
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
