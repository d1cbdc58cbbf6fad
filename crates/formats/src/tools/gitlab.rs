//! What the security reports of GitLab share (schema versions 2.0 to 15.2): one shape, a class of report for each kind of scanner.
//!
//! - index: `vulnerabilities[]`.
//! - the class comes from `scan.type`, else from `category`, the name of the schema, or what `location` holds; a report without any of
//!   these and without vulnerabilities is read as SAST.
//! - tool: `scan.scanner.name`, else the first row's `scanner.name`; other scanners in the same report are not kept apart.
//! - rule: the value of the first of `identifiers[]`, which the schema calls the primary one (the name, where an analyzer writes something
//!   else as the value). CWE, CVE and GHSA come from all of them.
//! - severity: the word as it stands; `Unknown` and `Undefined` are unknown.
//! - lines are those of the scanner, without columns; a class and method become the symbol.
//! - fixed versions are read off `solution` ("Upgrade to version 2.2.3 or above").
//! - fingerprints: `tracking.items[].signatures[]` are kept, not trusted, since only some analyzers write them.
//! - `flags[]` of a likely false positive become the confidence: the analyzer reports the finding all the same.
//! - coverage: `scan.status` success shows a run, failure a failed one; a message of level error or fatal, and `partial_scan`, make it
//!   partial. `scan.primary_identifiers` is by the schema the list of all rules of the analyzer.
//!
//! # Differs
//! - severity: `Unknown` stays unknown. (Some readers call it info.)

use model::{Finding, FlowStep, Kind, SecretEvidence, Timestamp};
use serde_json::Value;

use super::gitlab_row::{Location, Row};
use super::{sca, semgrep_rules};
use crate::read::lenient;
use crate::{Head, Input, Match, Output, ParseError};

/// The classes of report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Sast,
    Secrets,
    Dependencies,
    Container,
    Dast,
    Fuzzing,
}

impl Class {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word.replace('-', "_").as_str() {
            "sast" => Self::Sast,
            "secret_detection" => Self::Secrets,
            "dependency_scanning" => Self::Dependencies,
            "container_scanning" | "cluster_image_scanning" => Self::Container,
            "dast" => Self::Dast,
            "api_fuzzing" | "coverage_fuzzing" => Self::Fuzzing,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sast => "GitLab SAST",
            Self::Secrets => "GitLab Secret Detection",
            Self::Dependencies => "GitLab Dependency Scanning",
            Self::Container => "GitLab Container Scanning",
            Self::Dast => "GitLab DAST",
            Self::Fuzzing => "GitLab Fuzzing",
        }
    }
}

/// The class that a file's head speaks for.
fn class_of(head: &Head<'_>) -> Option<Class> {
    let has = |path: &str| head.has(&format!("vulnerabilities[].{path}"));
    if !head.has("vulnerabilities") && !head.has("scan.scanner.id") {
        return None;
    }
    let word = head.value("scan.type").or_else(|| head.value("vulnerabilities[].category")).and_then(Class::from_word);
    let schema = || {
        let name = head.value("$schema").or_else(|| head.value("schema"))?.rsplit('/').next()?;
        Class::from_word(name.split("-report-format").next()?)
    };
    let shape = || match () {
        () if !has("identifiers") || !has("location") => None,
        () if has("location.image") => Some(Class::Container),
        () if has("location.dependency.package.name") => Some(Class::Dependencies),
        () if has("location.hostname") => Some(Class::Dast),
        () if has("location.crash_type") => Some(Class::Fuzzing),
        () if has("location.commit") => Some(Class::Secrets),
        () if has("location.file") => Some(Class::Sast),
        () => None,
    };
    let empty = || (head.has_all(&["version", "vulnerabilities", "remediations"]) && !has("id")).then_some(Class::Sast);
    word.or_else(schema).or_else(shape).or_else(empty)
}

pub(super) fn sniff(head: &Head<'_>, class: Class) -> Match {
    Match::sure_if(head.is_json_object() && class_of(head) == Some(class))
}

/// What the head pass collects.
#[derive(Default)]
struct Files {
    /// Manifest and its package manager.
    managers: Vec<(String, String)>,
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>, class: Class) -> Result<(), ParseError> {
    out.run(class.name());
    let files = read_head(input, out)?;
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "vulnerabilities" => json.rows(out, |out, row: Row| {
            let mut finding = finding(row, class, &files);
            if class == Class::Sast && out.this().tool == "Semgrep" {
                finding.kind = semgrep_rules::kind(&finding.rule);
            }
            let run = out.this();
            run.image = run.image.take().or_else(|| finding.location.image.clone());
            out.finding(finding);
        }),
        _ => Ok(()),
    })?;
    json.end()
}

fn read_head(input: &Input, out: &mut Output<'_>) -> Result<Files, ParseError> {
    let mut files = Files::default();
    let mut found = false;
    let mut json = input.json()?;
    json.object(|json, key| {
        match key {
            "vulnerabilities" => found = true,
            "scan" => scan(&json.row::<Value>()?.unwrap_or_default(), out),
            "dependency_files" => json.array(|json, _| {
                let file = json.row::<Value>()?.unwrap_or_default();
                let text = |key: &str| file.get(key).and_then(lenient::scalar).unwrap_or_default();
                let (path, manager) = (text("path"), text("package_manager"));
                for dependency in file.get("dependencies").and_then(Value::as_array).into_iter().flatten() {
                    component(dependency, &path, &manager, out);
                }
                files.managers.push((path, manager));
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    if found { Ok(files) } else { Err(ParseError::whole("no `vulnerabilities` in the report")) }
}

fn component(dependency: &Value, path: &str, manager: &str, out: &mut Output<'_>) {
    let name = dependency.pointer("/package/name").and_then(lenient::scalar);
    let kind = match manager {
        "npm" | "yarn" | "pnpm" => "npm",
        "pip" | "pipenv" | "poetry" | "setuptools" | "uv" => "pypi",
        "go" => "golang",
        "maven" | "gradle" | "sbt" => "maven",
        "bundler" => "gem",
        "composer" => "composer",
        "nuget" => "nuget",
        "conan" => "conan",
        "cargo" => "cargo",
        _ => return,
    };
    if let Some(name) = name {
        let mut component =
            sca::component(&format!("pkg:{kind}/{}", name.replace('@', "%40")), dependency.get("version").and_then(lenient::scalar));
        component.direct = dependency.get("direct").and_then(Value::as_bool);
        component.file = Some(path.to_owned()).filter(|path| !path.is_empty());
        out.component(component);
    }
}

fn scan(scan: &Value, out: &mut Output<'_>) {
    let text = |path: &str| scan.pointer(path).and_then(lenient::scalar);
    let run = out.this();
    if let Some(name) = text("/scanner/name").or_else(|| text("/analyzer/name")) {
        // So that it is one stream with the scanner's own reports.
        run.tool = if text("/scanner/id").as_deref() == Some("zaproxy") { "ZAP".to_owned() } else { name };
    }
    run.tool_version = text("/scanner/version");
    run.at = text("/start_time").or_else(|| text("/end_time")).and_then(|time| Timestamp::lenient(&time));
    let messages = scan.get("messages").and_then(Value::as_array);
    let error = messages.into_iter().flatten().find(|message| {
        let level = message.get("level").and_then(Value::as_str);
        matches!(level, Some("error" | "fatal"))
    });
    let error = error.and_then(|message| message.get("value")).and_then(lenient::scalar);
    match scan.get("status").and_then(Value::as_str) {
        Some("success") => run.claims.ran = true,
        Some("failure") => run.claims.failed = Some(error.clone().unwrap_or_else(|| "the report says that the scan failed".to_owned())),
        _ => {}
    }
    if run.claims.failed.is_none() {
        let mode = text("/partial_scan/mode").map(|mode| format!("a partial scan ({mode})"));
        run.claims.partial = error.map(|error| format!("the tool reports an error: {error}")).or(mode);
    }
    let rules = scan.get("primary_identifiers").and_then(Value::as_array);
    let rules: Vec<String> = rules.into_iter().flatten().filter_map(|rule| rule.get("value").and_then(lenient::scalar)).collect();
    run.claims.rules = Some(rules).filter(|rules| !rules.is_empty());
}

fn finding(row: Row, class: Class, files: &Files) -> Finding {
    let primary = row.identifiers.first();
    let rule = primary.and_then(|identifier| match identifier.kind.as_deref() {
        // Checkmarx One writes the number of its scan, the njsscan analyzer the text of the message as the value.
        Some("cxOneScan") => row.name.clone(),
        Some("njsscan_rule_type") => identifier.name.clone(),
        _ => identifier.value.clone().or_else(|| identifier.name.clone()),
    });
    let rule = rule.or_else(|| row.name.clone()).unwrap_or_else(|| "unnamed".to_owned());
    let first_line = |text: &String| text.lines().next().unwrap_or_default().chars().take(300).collect::<String>();
    let title = row.name.as_ref().or(row.message.as_ref()).or(row.description.as_ref()).map_or_else(|| rule.clone(), first_line);
    let system = class == Class::Container && row.location.file.is_none();
    let kind = match class {
        Class::Sast => Kind::Sast,
        Class::Secrets => Kind::Secret,
        Class::Dependencies => Kind::Sca,
        Class::Container if system => Kind::Container,
        Class::Container => Kind::Sca,
        Class::Dast => Kind::Dast,
        Class::Fuzzing => Kind::Api,
    };
    let mut finding = Finding::new(kind, rule.clone(), title);
    if let Some(raw) = &row.severity {
        finding.set_severity_word(raw);
    }
    let ids = row.identifiers.iter().filter_map(|identifier| identifier.value.as_deref());
    sca::identify(&mut finding, &rule, ids);
    let is_cwe = |kind: &str| kind.eq_ignore_ascii_case("cwe");
    let cwes = row.identifiers.iter().filter(|identifier| identifier.kind.as_deref().is_some_and(is_cwe));
    sca::weaknesses(&mut finding, cwes.filter_map(|identifier| identifier.value.as_deref()));
    for cvss in &row.cvss_vectors {
        sca::assessed(&mut finding, cvss.vector.as_deref(), None, cvss.vendor.as_deref());
    }
    let likely_false = row.flags.iter().any(|flag| flag.kind.as_deref() == Some("flagged-as-likely-false-positive"));
    finding.confidence = if likely_false { Some("likely false positive".to_owned()) } else { row.confidence };
    finding.first_seen_by_tool = row.discovered_at.as_deref().and_then(Timestamp::lenient);
    finding.references = row.links.into_iter().filter_map(|link| link.url).collect();
    finding.url = primary.and_then(|identifier| identifier.url.clone());
    for (name, value) in row.tracking.items.into_iter().flat_map(|item| item.signatures).filter_map(|s| Some((s.algorithm?, s.value?))) {
        finding.fingerprint(name, value);
    }
    finding.flow = row.details.code_flows.items.into_iter().next().unwrap_or_default().into_iter().map(step).collect();
    if let Some(evidence) = row.evidence {
        finding.request = evidence.request.map(|request| request.as_text());
        finding.response = evidence.response.map(|response| response.as_text());
    }
    if let Some(value) = row.raw_source_code_extract.filter(|_| class == Class::Secrets) {
        let head_only = value.starts_with("-----BEGIN") && !value.contains("-----END");
        finding.secret = Some(SecretEvidence { value: Some(value), sha1: None, head_only });
    }
    finding.description = row.description.or(row.message).filter(|text| *text != finding.title);
    package(&mut finding, &row.location, row.solution.as_deref(), system, files);
    place(&mut finding, row.location, class);
    finding.remediation = row.solution.filter(|text| !text.trim().is_empty() && text != "No solution provided");
    finding
}

fn step(node: super::gitlab_row::FlowNode) -> FlowStep {
    let place = node.file_location;
    FlowStep { path: place.file_name, line: place.line_start, end_line: place.line_end, symbol: None, message: node.node_type }
}

fn package(finding: &mut Finding, location: &Location, solution: Option<&str>, system: bool, files: &Files) {
    let Some(name) = location.dependency.package.name.clone() else { return };
    let manager = files.managers.iter().find(|(path, _)| Some(path) == location.file.as_ref()).map(|(_, manager)| manager.clone());
    let package = finding.package_mut();
    let is_maven = matches!(manager.as_deref(), Some("maven" | "gradle" | "sbt"));
    package.name = Some(if is_maven { name.replacen('/', ":", 1) } else { name });
    package.version.clone_from(&location.dependency.version);
    package.direct = location.dependency.direct;
    let distribution = location.operating_system.as_deref().and_then(|text| text.split([':', ' ']).next());
    package.ecosystem = if system { distribution.map(str::to_lowercase).filter(|name| name != "unknown") } else { manager };
    package.fixed = solution.map(fixed).unwrap_or_default();
    if let Some(file) = &location.file {
        sca::in_file(finding, file);
    }
}

/// Versions in "Upgrade to version 2.2.3 or above.", "Upgrade to versions 1.2, 3.4 or above.", "Upgrade apt from 1.4.8 to 1.4.9".
fn fixed(solution: &str) -> Vec<String> {
    let line = solution.lines().next().unwrap_or_default();
    let Some((_, versions)) = line.starts_with("Upgrade").then(|| line.rsplit_once(" to ")).flatten() else { return Vec::new() };
    let versions = versions.trim_start_matches("versions ").trim_start_matches("version ");
    let versions = versions.split(" or ").next().unwrap_or_default();
    versions
        .split(',')
        .map(|text| text.trim().trim_end_matches('.').to_owned())
        .filter(|text| text.contains(|c: char| c.is_ascii_digit()))
        .collect()
}

fn place(finding: &mut Finding, location: Location, class: Class) {
    let symbol = [location.class, location.method.clone().filter(|_| class != Class::Dast)];
    let symbol = symbol.into_iter().flatten().collect::<Vec<_>>().join(".");
    let to = &mut finding.location;
    to.path = location.file.filter(|file| !file.is_empty());
    to.start_line = location.start_line.filter(|line| *line > 0);
    to.end_line = location.end_line.filter(|line| *line > 0).or(to.start_line);
    to.symbol = Some(symbol).filter(|symbol| !symbol.is_empty());
    to.image = location.image;
    to.commit = location.commit.sha.filter(|sha| sha.contains(|c| c != '0'));
    to.resource = location.kubernetes_resource.name.map(|name| {
        let parts = [location.kubernetes_resource.namespace, location.kubernetes_resource.kind, Some(name)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("/")
    });
    if let Some(state) = location.crash_state {
        to.symbol = state.lines().next().map(str::to_owned);
    }
    if matches!(class, Class::Dast | Class::Fuzzing) {
        let url = [location.hostname, location.path].into_iter().flatten().collect::<String>();
        to.url = Some(url).filter(|url| !url.is_empty());
        to.method = location.method;
        to.parameter = location.param;
    }
}
