//! SARIF 2.1.0 of any tool, with the dialects of CodeQL, Semgrep, Trivy, Checkov, Snyk, GitLab and others.
//!
//! - index: `runs[].results[]`, runs laid end to end. A run is a report of its own.
//! - kind by the tool's name (`sarif_dialect.rs`), for tools of several kinds by the rule's id or tags.
//! - severity: `properties.security-severity` of the rule or result by the CVSS bands (a word there stands for itself), else the level: error
//!   high, warning medium, note info (low for tools whose low is a note), none info. `severity_raw` holds the value that decided. A tool that states its own
//!   word beside it is taken by that word (Trivy, Grype, Snyk, zizmor, dependency-check), so that its formats agree; Checkov's level says nothing: medium.
//! - place: the first location; `artifactLocation` resolved through `artifacts` and `uriBaseId`. Lines and columns start at 1; a 0 is dropped.
//! - flow: the first thread flow of the first code flow.
//! - CWE from rule and result tags, `relationships` to CWE taxa, `properties.cwe`; identifiers from rule id, tags and help.
//! - results of kind `pass`, `notApplicable`, `open` … and baseline state `absent` are coverage, not findings.
//! - several locations of a result are one finding at the first; for njsscan and mobsfscan each is a place of its own: those behind the first
//!   become findings behind all others.
//! - packages of SCA tools are read off the texts in which they write them (`sarif_packages.rs`).
//! - failed: an invocation with `executionSuccessful: false`. A tool notification of level error is kept as *unread* where it names a file; where
//!   ESLint says that it failed because of such files alone, the rest counts. Semgrep names files in the text of a warning.
//! - category: `automationDetails.id` up to its last `/`.
//! - fingerprints are kept; trusted are those that the dialect lists.
//! - left out: graphs, stacks, attachments, web requests of 2.1's own shape, fixes (the first description becomes the remediation).
//!
//! # Differs
//! - severity: a secret that Gitleaks found is high; some readers take the missing level for medium. A tool's own word comes before the level.
//! - line: the first location; some readers take the last one.

use std::borrow::Cow;
use std::collections::HashMap;

use model::{Finding, FlowStep, Kind, Run, Severity, Suppression, Timestamp};
use serde_json::Value;

use super::sarif_dialect::{self, Context, Dialect};
use super::sarif_log::{ArtifactLocation, Location, Message, Outcome, Rule, Tool};
use super::wording::{add_unread, first_line};
use crate::read::json::Json;
use crate::read::lenient::{self, Members};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Longest message, in bytes, into which further arguments are put.
const LONGEST_MESSAGE: usize = 20_000;

/// SARIF 2.1.0.
pub(crate) static FORMAT: Format = Format {
    id: "sarif",
    name: "SARIF 2.1.0",
    kinds: &[Kind::Sast, Kind::Sca, Kind::Container, Kind::Iac, Kind::Secret, Kind::Pipeline, Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let schema = head.value("$schema").is_some_and(|text| text.to_ascii_lowercase().contains("sarif"));
    let version = head.value("version").is_some_and(|text| text.starts_with("2."));
    Match::sure_if(
        (schema && (head.has("runs") || head.is_json_object())) || (version && head.has("runs")) || head.has("runs[].tool.driver"),
    )
}

/// What a run says outside its results, read before them because the members of a run come in any order.
struct RunHead {
    dialect: &'static Dialect,
    tool: Tool,
    by_id: HashMap<String, (usize, usize)>,
    artifacts: Vec<String>,
    bases: HashMap<String, String>,
    taxa: Vec<String>,
    run: Run,
}

impl RunHead {
    fn new() -> Self {
        Self {
            dialect: sarif_dialect::of(""),
            tool: Tool::default(),
            by_id: HashMap::new(),
            artifacts: Vec::new(),
            bases: HashMap::new(),
            taxa: Vec::new(),
            run: Run::default(),
        }
    }

    fn rule(&self, component: usize, position: usize) -> Option<&Rule> {
        match component.checked_sub(1) {
            None => self.tool.driver.rules.get(position),
            Some(extension) => self.tool.extensions.get(extension)?.rules.get(position),
        }
    }

    /// The rule of a result: by id, else by index.
    fn rule_of(&self, outcome: &Outcome) -> Option<&Rule> {
        let id = outcome.rule_id.as_deref().or(outcome.rule.id.as_deref());
        let exact = id.and_then(|id| self.by_id.get(id)).or_else(|| {
            // A result may name a sub-rule: `CA1000/1` of the rule `CA1000`.
            id.and_then(|id| id.rsplit_once('/')).and_then(|(parent, _)| self.by_id.get(parent))
        });
        if let Some((component, position)) = exact {
            return self.rule(*component, *position);
        }
        let index = outcome.rule_index.or(outcome.rule.index)?;
        if id.is_some() && outcome.rule_index.is_none() { None } else { self.rule(0, index as usize) }
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let heads = read_heads(input)?;
    let mut further = Vec::new();
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "runs" {
            return Ok(());
        }
        json.array(|json, position| {
            let Some(head) = heads.get(position) else { return Ok(()) };
            *out.run("") = head.run.clone();
            if head.tool.driver.name.is_none() {
                out.warn(json.place(), "the run does not name its tool");
            }
            let (place, mut listed) = (json.place(), false);
            json.object(|json, key| {
                listed |= key == "results";
                if key == "results" { results(json, out, head, &mut further) } else { Ok(()) }
            })?;
            // A run that found nothing lists nothing; one without the list did not get so far.
            if !listed {
                out.this().claims.partial.get_or_insert_with(|| "no `results` in the run".to_owned());
                out.warn(place, "no `results` in the run");
            }
            if position + 1 == heads.len() {
                further.drain(..).for_each(|finding| out.finding(finding));
            }
            Ok(())
        })
    })?;
    json.end()
}

/// Reads the results of a run. Places behind the first of a result go to `further`, where the tool means each as a finding of its own.
fn results(json: &mut Json<'_>, out: &mut Output<'_>, head: &RunHead, further: &mut Vec<Finding>) -> Result<(), ParseError> {
    json.rows(out, |out, outcome: Outcome| {
        let looked_at = matches!(outcome.kind.as_deref(), Some("pass" | "notApplicable" | "informational" | "open"));
        if looked_at || outcome.baseline_state.as_deref() == Some("absent") {
            out.no_finding();
            return;
        }
        out.this().claims.ran = true;
        let found = finding(&outcome, head, outcome.locations.as_deref().unwrap_or_default());
        if head.dialect.each_place_counts {
            for place in outcome.locations.as_deref().unwrap_or_default().iter().skip(1) {
                further.push(finding(&outcome, head, std::slice::from_ref(place)));
            }
        }
        out.finding(found);
    })
}

fn read_heads(input: &Input) -> Result<Vec<RunHead>, ParseError> {
    let mut heads = Vec::new();
    let mut found = false;
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "runs" {
            return Ok(());
        }
        found = true;
        json.array(|json, _| {
            heads.push(read_head(json)?);
            Ok(())
        })
    })?;
    if !found {
        return Err(ParseError::whole("no `runs` in the SARIF log"));
    }
    Ok(heads)
}

fn read_head(json: &mut Json<'_>) -> Result<RunHead, ParseError> {
    let mut head = RunHead::new();
    let mut stated = Value::Null;
    json.object(|json, key| {
        match key {
            "tool" => head.tool = json.read::<Option<_>>()?.unwrap_or_default(),
            "automationDetails" => {
                if let Ok(Value::Object(details)) = json.row::<Value>()? {
                    let id = details.get("id").and_then(Value::as_str).unwrap_or_default();
                    head.run.category = id.rsplit_once('/').map_or("", |(category, _)| category).to_owned();
                }
            }
            "invocations" => stated = json.row::<Value>()?.unwrap_or_default(),
            "properties" => {
                let image = json.row::<Value>()?.unwrap_or_default();
                head.run.image = image.get("imageName").and_then(Value::as_str).map(str::to_owned);
            }
            "versionControlProvenance" => provenance(&json.row::<Value>()?.unwrap_or_default(), &mut head.run),
            "artifacts" => json.array(|json, _| {
                let artifact = json.row::<Value>()?.unwrap_or_default();
                let uri = artifact.pointer("/location/uri").and_then(Value::as_str).unwrap_or_default();
                head.artifacts.push(uri.to_owned());
                Ok(())
            })?,
            "originalUriBaseIds" => {
                if let Ok(Value::Object(bases)) = json.row::<Value>()? {
                    let uri = |base: &Value| base.get("uri").and_then(Value::as_str).unwrap_or_default().to_owned();
                    head.bases = bases.iter().map(|(name, base)| (name.clone(), uri(base))).collect();
                }
            }
            "taxonomies" => {
                let taxonomies = json.row::<Value>()?.unwrap_or_default();
                let taxa = taxonomies.as_array().into_iter().flatten().filter_map(|taxonomy| taxonomy.get("taxa")?.as_array()).flatten();
                head.taxa = taxa.map(|taxon| taxon.get("id").and_then(lenient::scalar).unwrap_or_default()).collect();
            }
            _ => {}
        }
        Ok(())
    })?;
    for component in std::iter::once(&mut head.tool.driver).chain(&mut head.tool.extensions) {
        component.rules.iter_mut().for_each(|rule| rule.tags = tags_of(&rule.properties));
    }
    let driver = &head.tool.driver;
    let name = driver.name.clone().unwrap_or_else(|| "SARIF".to_owned());
    head.dialect = sarif_dialect::of(&name);
    head.run.tool = if head.dialect.tool.is_empty() { name } else { head.dialect.tool.to_owned() };
    let version = driver.semantic_version.as_deref().or(driver.version.as_deref());
    head.run.tool_version = version.map(|version| version.strip_prefix('v').unwrap_or(version).to_owned());
    for (component, driver) in std::iter::once(driver).chain(&head.tool.extensions).enumerate() {
        for (position, rule) in driver.rules.iter().enumerate() {
            if let Some(id) = &rule.id {
                // The first rule of an id counts.
                head.by_id.entry(id.clone()).or_insert((component, position));
            }
        }
    }
    invocations(&stated, &mut head.run, head.dialect);
    Ok(head)
}

fn invocations(value: &Value, run: &mut Run, dialect: &Dialect) {
    for invocation in value.as_array().into_iter().flatten() {
        let success = invocation.get("executionSuccessful").and_then(Value::as_bool);
        let time = ["startTimeUtc", "endTimeUtc"].iter().find_map(|key| invocation.get(key)?.as_str());
        run.at = run.at.or_else(|| time.and_then(Timestamp::lenient));
        let (mut first_error, mut without_place) = (None, false);
        for list in ["toolExecutionNotifications", "toolConfigurationNotifications"] {
            for notice in invocation.get(list).and_then(Value::as_array).into_iter().flatten() {
                let text = notice.pointer("/message/text").and_then(Value::as_str).unwrap_or("the tool reports an error");
                let stated = notice.pointer("/locations/0/physicalLocation/artifactLocation/uri").and_then(Value::as_str);
                let place = stated.map(str::to_owned).or_else(|| dialect.unread_by(text));
                let is_error = notice.get("level").and_then(Value::as_str) == Some("error");
                match place {
                    Some(place) if is_error || stated.is_none() => add_unread(&mut run.claims.unread, &place),
                    None if is_error => {
                        without_place = true;
                        if success != Some(false) {
                            run.claims.partial.get_or_insert_with(|| format!("the tool reports an error: {}", first_line(text)));
                        }
                    }
                    _ => {}
                }
                if is_error {
                    first_error.get_or_insert_with(|| first_line(text));
                }
            }
        }
        match success {
            Some(true) => run.claims.ran = true,
            // Only single files could not be read: the run itself got through.
            Some(false) if dialect.fails_by_file && first_error.is_some() && !without_place => run.claims.ran = true,
            Some(false) => {
                let reason = invocation.get("exitCodeDescription").and_then(Value::as_str).map(str::to_owned).or(first_error);
                run.claims.failed = Some(reason.unwrap_or_else(|| "the report says that the run was not successful".to_owned()));
            }
            None => {}
        }
    }
}

fn provenance(value: &Value, run: &mut Run) {
    let Some(first) = value.as_array().and_then(|list| list.first()) else { return };
    let text = |key: &str| first.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    run.repository = text("repositoryUri");
    run.branch = text("branch");
    run.commit = text("revisionId");
}

fn finding(outcome: &Outcome, head: &RunHead, locations: &[Location]) -> Finding {
    let (rule, dialect) = (head.rule_of(outcome), head.dialect);
    let rule_id = outcome.rule_id.clone().or_else(|| outcome.rule.id.clone()).or_else(|| rule.and_then(|rule| rule.id.clone()));
    let rule_id = rule_id.unwrap_or_else(|| "unnamed".to_owned());
    let message = message_text(&outcome.message, rule);
    let mut finding = Finding::new(Kind::Sast, rule_id, title(&message, rule, dialect));
    severity(&mut finding, outcome, rule, dialect);
    let tags = tags(rule, &outcome.properties);
    weaknesses(&mut finding, outcome, rule, &tags, head);
    place(&mut finding, locations, head);
    if let Some(flow) = outcome.code_flows.first().and_then(|flow| flow.thread_flows.first()) {
        finding.flow = flow.locations.iter().map(|step| flow_step(&step.location, head)).collect();
    }
    let mut prints: Vec<_> =
        outcome.partial_fingerprints.iter().chain(outcome.fingerprints.iter()).filter(|(_, value)| *value != "requires login").collect();
    prints.sort();
    for (name, value) in prints {
        finding.fingerprint(name, value);
    }
    finding.trusted_fingerprint = dialect.trusted_fingerprint;
    let suppression = outcome.suppressions.iter().find(|s| !matches!(s.status.as_deref(), Some("rejected" | "underReview")));
    finding.suppressed =
        suppression.map(|s| Suppression { by: s.kind.clone().unwrap_or_else(|| "report".to_owned()), reason: s.justification.clone() });
    finding.confidence = property(&outcome.properties, rule, &["precision", "confidence", "issue_confidence"]);
    finding.description = Some(&message).filter(|text| **text != finding.title && !text.is_empty()).cloned();
    if finding.description.is_none() {
        finding.description = rule.and_then(|rule| rule.full_description.any()).map(str::to_owned).filter(|text| *text != finding.title);
    }
    finding.remediation = outcome.fixes.first().and_then(|fix| fix.description.any()).map(str::to_owned);
    finding.references.extend(rule.and_then(|rule| rule.help_uri.clone()));
    finding.url.clone_from(&outcome.hosted_viewer_uri);
    finding.location.image.clone_from(&head.run.image);
    let context = Context { message: &message, rule, properties: &outcome.properties, tags: &tags, location: locations.first() };
    dialect.refine(&mut finding, &context);
    finding
}

fn message_text(message: &Message, rule: Option<&Rule>) -> String {
    if let Some(text) = message.any() {
        return text.trim().to_owned();
    }
    let template = message.id.as_deref().and_then(|id| rule?.message_strings.get(id)).and_then(Message::any);
    let mut text = template.unwrap_or_default().to_owned();
    for (position, argument) in message.arguments.iter().enumerate().take(20) {
        // A text that repeats a placeholder must not grow without bound.
        if text.len() > LONGEST_MESSAGE {
            break;
        }
        text = text.replace(&format!("{{{position}}}"), &argument.chars().take(1000).collect::<String>());
    }
    text
}

/// The rule's short description where it has one that says more than its id, else the first line of the message.
fn title(message: &str, rule: Option<&Rule>, dialect: &Dialect) -> String {
    let short = rule.and_then(|rule| rule.short_description.any()).map(str::trim).filter(|text| !text.is_empty());
    let name = rule.and_then(|rule| rule.name.as_deref());
    if let Some(help) = rule.and_then(|rule| rule.help.text.as_deref()).filter(|help| dialect.title_from_help && !help.trim().is_empty()) {
        return first_line(help);
    }
    let line = message.lines().next().unwrap_or_default().trim();
    let chosen = if dialect.title_from_message { Some(line).filter(|line| !line.is_empty()).or(short) } else { short.or(Some(line)) };
    let chosen = chosen.filter(|text| !text.is_empty()).or(name).unwrap_or("unnamed");
    chosen.char_indices().nth(300).and_then(|(end, _)| chosen.get(..end)).unwrap_or(chosen).to_owned()
}

fn severity(finding: &mut Finding, outcome: &Outcome, rule: Option<&Rule>, dialect: &Dialect) {
    let stated = property(&outcome.properties, rule, &["security-severity"]);
    let score = stated.as_deref().and_then(|text| text.parse::<f64>().ok());
    if let Some(score) = score.filter(|score| (0.0..=10.0).contains(score)) {
        finding.set_severity(score.to_string(), Severity::from_cvss(score));
        return;
    }
    // Rules that people write hold a word where the number belongs.
    if let Some(word) = stated.filter(|word| Severity::from_word(word) != Severity::Unknown) {
        finding.set_severity_word(&word);
        return;
    }
    let level = outcome.level.clone().or_else(|| rule.and_then(|rule| rule.default_configuration.level.clone()));
    let level = level.unwrap_or_else(|| "warning".to_owned());
    let severity = match level.as_str() {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "note" => dialect.note,
        "none" => Severity::Info,
        other => Severity::from_word(other),
    };
    finding.set_severity(level, severity);
}

fn property(own: &Members<Value>, rule: Option<&Rule>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| own.get(name).or_else(|| rule?.properties.get(name)).and_then(lenient::scalar))
}

fn tags_of(properties: &Members<Value>) -> Vec<String> {
    properties.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(lenient::scalar).collect()
}

/// Those of the rule and of the result.
fn tags<'a>(rule: Option<&'a Rule>, properties: &Members<Value>) -> Cow<'a, [String]> {
    let of_rule = rule.map(|rule| rule.tags.as_slice()).unwrap_or_default();
    let own = tags_of(properties);
    if own.is_empty() { Cow::Borrowed(of_rule) } else { Cow::Owned([of_rule, &own].concat()) }
}

fn weaknesses(finding: &mut Finding, outcome: &Outcome, rule: Option<&Rule>, tags: &[String], head: &RunHead) {
    let names_cwe = |tag: &&String| tag.as_bytes().windows(3).any(|part| part.eq_ignore_ascii_case(b"cwe"));
    let mut texts: Vec<String> = tags.iter().filter(names_cwe).cloned().collect();
    for key in ["cwe", "cwe_id", "cweId", "cwes", "CWE"] {
        for value in [outcome.properties.get(key), rule.and_then(|rule| rule.properties.get(key))].into_iter().flatten() {
            match value {
                Value::Array(list) => texts.extend(list.iter().filter_map(lenient::scalar)),
                other => texts.extend(lenient::scalar(other)),
            }
        }
    }
    let references =
        outcome.taxa.iter().chain(rule.into_iter().flat_map(|rule| rule.relationships.iter().map(|relation| &relation.target)));
    for reference in references {
        let is_cwe = reference.tool_component.name.as_deref().is_some_and(|name| name.to_ascii_lowercase().contains("cwe"));
        let id = reference.id.clone().or_else(|| head.taxa.get(reference.index? as usize).cloned());
        texts.extend(id.filter(|id| is_cwe || id.to_ascii_lowercase().starts_with("cwe")));
    }
    for cwe in texts.iter().filter_map(|text| lenient::cwe(text)) {
        if !finding.cwes.contains(&cwe) {
            finding.cwes.push(cwe);
        }
    }
}

fn place(finding: &mut Finding, locations: &[Location], head: &RunHead) {
    let Some(first) = locations.first() else { return };
    let physical = &first.physical_location;
    finding.location.path = uri(&physical.artifact_location, head);
    let line = |line: Option<u32>| line.filter(|line| *line > 0);
    finding.location.start_line = line(physical.region.start_line);
    finding.location.end_line = line(physical.region.end_line).or(finding.location.start_line);
    finding.location.start_column = line(physical.region.start_column);
    finding.location.end_column = line(physical.region.end_column);
    finding.snippet = physical.region.snippet.any().or_else(|| physical.context_region.snippet.any()).map(str::to_owned);
    if let Some(logical) = first.logical_locations.first() {
        let name = logical.fully_qualified_name.clone().or_else(|| logical.name.clone());
        match logical.kind.as_deref() {
            Some("resource") => finding.location.resource = name,
            _ => finding.location.symbol = name,
        }
    }
}

fn uri(location: &ArtifactLocation, head: &RunHead) -> Option<String> {
    let uri = location.uri.clone().or_else(|| head.artifacts.get(location.index? as usize).cloned()).filter(|uri| !uri.is_empty())?;
    let is_whole = uri.contains("://") || uri.starts_with('/');
    let base = location.uri_base_id.as_deref().and_then(|id| head.bases.get(id)).filter(|base| !base.is_empty() && !is_whole);
    Some(match base {
        // A base that is a folder of the scanned tree is part of the path; the absolute root of the checkout is not.
        Some(base) if !base.contains("://") && !base.starts_with('/') => format!("{}/{uri}", base.trim_end_matches('/')),
        _ => uri,
    })
}

fn flow_step(location: &Location, head: &RunHead) -> FlowStep {
    let physical = &location.physical_location;
    FlowStep {
        path: uri(&physical.artifact_location, head),
        line: physical.region.start_line.filter(|line| *line > 0),
        end_line: physical.region.end_line.filter(|line| *line > 0),
        symbol: location
            .logical_locations
            .first()
            .and_then(|logical| logical.fully_qualified_name.clone().or_else(|| logical.name.clone())),
        message: location.message.any().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tool: &str) -> Vec<Option<u32>> {
        let place =
            |line: u32| format!(r#"{{"physicalLocation": {{"artifactLocation": {{"uri": "a.js"}}, "region": {{"startLine": {line}}}}}}}"#);
        let log = format!(
            r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "{tool}"}}}}, "results": [{{"ruleId": "x", "message": {{"text": "m"}}, "locations": [{}, {}]}}]}}]}}"#,
            place(3),
            place(9)
        );
        let mut lines = Vec::new();
        let mut sink = |finding: Finding| lines.push(finding.location.start_line);
        parse(&Input::from_bytes("x", log.into_bytes()), &mut Output::new("sarif", &mut sink)).unwrap();
        lines
    }

    #[test]
    fn places_behind_the_first_count_where_the_tool_means_it() {
        assert_eq!(read("CodeQL"), [Some(3)]);
        assert_eq!(read("nodejsscan"), [Some(3), Some(9)]);
    }
}
