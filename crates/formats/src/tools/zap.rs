//! ZAP (Zed Attack Proxy), XML and JSON. Versions seen: 2.7 to 2.17; the reports `traditional-xml`, `traditional-xml-plus`, `traditional-json`
//! and `traditional-json-plus`.
//!
//! Make it with `zap-baseline.py -t https://shop.example.com -J zap.json -x zap.xml`, or the same of `zap-full-scan.py` and `zap-api-scan.py`.
//!
//! - index: instances (`site[].alerts[].instances[]`), sites and alerts laid end to end. An alert without instances counts as one.
//! - an alert that is `systemic` (2.17) is one finding of the site: ZAP lists the first few places where it met it. The other instances are counted.
//! - a site is a target: one run each, with the site's name as its URL.
//! - rule: `alertRef`, which tells the alerts of one plug-in apart (`10055-4`), else `pluginid`. The alert's name changes between versions and is
//!   only the title.
//! - severity: `riskcode` 3 high, 2 medium, 1 low, 0 info. `confidence` 0 means that a person marked it as a false positive: suppressed.
//! - `cweid` is the CWE (-1: none); `wascid` goes to the references. `param` is the parameter, `attack`, `evidence` and `otherinfo` go to the
//!   description, the messages of the `-plus` reports are request and response.
//! - no fingerprint: `id` of an instance and `sourceid` number the messages of one session.
//! - scan time: `created` (UTC), else `generated`, which has no zone and is taken as UTC.
//! - coverage: a site in the report was visited, also with no alert. Nothing lists the rules.
//! - left out: statistics, insights, sequences, `count` (more instances than are listed).
//!
//! # Differs
//! - Other importers make one finding of an alert; here each instance is one.

use model::{Finding, Kind, Run, Severity, Suppression};
use serde::Deserialize;
use serde_json::Value;

use super::web::{add_references, labelled, message, paragraphs, plain, plain_some};
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::read::xml::{self, Element, Node};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// How many places of a systemic alert are named.
const MOST_SHOWN: usize = 10;

/// The format of ZAP's traditional reports.
pub(crate) static FORMAT: Format =
    Format { id: "zap", name: "ZAP", kinds: &[Kind::Dast], media: &[Media::Json, Media::Xml], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let json = (head.has("@version") || head.has("@generated")) && head.has("site");
    let named = head.is("@programName", "ZAP") || head.has("site[].alerts[].pluginid");
    // Older GitLab DAST reports carry ZAP's own along. GitLab's `scan` says that the scan succeeded and what it visited, and GitLab's own
    // list is what its pages show: the document is GitLab's.
    let is_gitlab = head.has("scan.type") && head.has("scan.scanner.id");
    Match::sure_if(((json || named) && !is_gitlab) || head.is_xml("OWASPZAPReport"))
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Alert {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) pluginid: Option<String>,
    #[serde(default, rename = "alertRef", deserialize_with = "lenient::text")]
    pub(super) alert_ref: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) alert: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) riskcode: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) riskdesc: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) desc: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) solution: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) otherinfo: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) reference: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) cweid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) wascid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) systemic: Option<String>,
    #[serde(default)]
    pub(super) instances: Option<Vec<Value>>,
}

impl Alert {
    fn is_systemic(&self) -> bool {
        self.systemic.as_deref().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Instance {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) uri: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) method: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) param: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) attack: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) evidence: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) otherinfo: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) request_header: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) request_body: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) response_header: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) response_body: Option<String>,
}

/// What the report says of the scan, for the run of every site.
#[derive(Clone, Default)]
struct About {
    version: Option<String>,
    created: Option<String>,
    generated: Option<String>,
}

impl About {
    fn begin<'a>(&self, out: &'a mut Output<'_>) -> &'a mut Run {
        let run = out.run("ZAP");
        run.tool_version.clone_from(&self.version);
        let time = self.created.as_deref().and_then(model::Timestamp::lenient);
        run.at = time.or_else(|| self.generated.as_deref().and_then(model::Timestamp::lenient));
        run
    }
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    if input.head().is_xml("OWASPZAPReport") { parse_xml(input, out) } else { parse_json(input, out) }
}

fn parse_json(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut about = About::default();
    let mut json = input.json()?;
    json.object(|json, key| {
        let field = match key {
            "@version" => &mut about.version,
            "created" => &mut about.created,
            "@generated" => &mut about.generated,
            _ => return Ok(()),
        };
        *field = json.row::<Value>()?.ok().as_ref().and_then(lenient::scalar);
        Ok(())
    })?;
    json.end()?;
    let mut sites = 0;
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "site" {
            return Ok(());
        }
        match json.shape()? {
            Shape::Array => json.array(|json, _| {
                sites += 1;
                site(json, out, &about)
            }),
            Shape::Object => {
                sites += 1;
                site(json, out, &about)
            }
            Shape::Null => Ok(()),
            _ => {
                out.bad_row(json.place(), "expected a site");
                Ok(())
            }
        }
    })?;
    if sites == 0 {
        about.begin(out);
    }
    Ok(())
}

fn site(json: &mut Json<'_>, out: &mut Output<'_>, about: &About) -> Result<(), ParseError> {
    about.begin(out);
    if json.shape()? != Shape::Object {
        out.bad_row(json.place(), "expected a site");
        return Ok(());
    }
    json.object(|json, key| match key {
        "@name" => {
            let run = out.this();
            run.url = json.row::<String>()?.ok().filter(|name| !name.is_empty());
            run.claims.ran |= run.url.is_some();
            Ok(())
        }
        "alerts" => json.array(|json, _| {
            let place = json.place();
            match json.row::<Alert>()? {
                Ok(alert) => read_alert(&place, alert, out),
                Err(reason) => out.bad_row(place, reason),
            }
            Ok(())
        }),
        _ => Ok(()),
    })
}

fn read_alert(place: &str, mut alert: Alert, out: &mut Output<'_>) {
    let instances = alert.instances.take().unwrap_or_default();
    if instances.is_empty() {
        let site = out.this().url.clone();
        return push(out, place, &alert, Instance { uri: site, ..Instance::default() });
    }
    if alert.is_systemic() {
        let instances = instances.into_iter().map(|value| serde_json::from_value(value).unwrap_or_default()).collect();
        return push_systemic(out, place, &alert, instances);
    }
    for (position, value) in instances.into_iter().enumerate() {
        let place = format!("{place}.instances[{position}]");
        match serde_json::from_value::<Instance>(value) {
            Ok(instance) => push(out, &place, &alert, instance),
            Err(error) => out.bad_row(place, error.to_string()),
        }
    }
}

/// One finding of the whole site: ZAP lists the first few instances that it met, in another scan maybe others.
fn push_systemic(out: &mut Output<'_>, place: &str, alert: &Alert, instances: Vec<Instance>) {
    let seen: Vec<String> = instances.iter().filter_map(|instance| instance.uri.clone()).take(MOST_SHOWN).collect();
    let others = instances.len().saturating_sub(1);
    let first = instances.into_iter().next().unwrap_or_default();
    let uri = out.this().url.clone().or_else(|| first.uri.clone());
    let told = [first.otherinfo.clone(), labelled("Systemic, seen among others at", Some(&seen.join(", ")))];
    push(out, place, alert, Instance { uri, method: None, param: None, otherinfo: paragraphs(told), ..first });
    for _ in 0..others {
        out.no_finding();
    }
}

pub(super) fn push(out: &mut Output<'_>, place: &str, alert: &Alert, instance: Instance) {
    let rule = alert.alert_ref.as_deref().or(alert.pluginid.as_deref());
    let title = alert.alert.as_deref().or(alert.name.as_deref());
    match (rule, title) {
        (None, None) => out.bad_row(place, "an alert without pluginid and name"),
        (rule, title) => out.finding(finding(rule.or(title).unwrap_or_default(), title.or(rule).unwrap_or_default(), alert, instance)),
    }
}

fn finding(rule: &str, title: &str, alert: &Alert, instance: Instance) -> Finding {
    let mut finding = Finding::new(Kind::Dast, rule, title.trim());
    let word = alert.riskdesc.as_deref().and_then(|text| text.split(" (").next());
    let severity = match alert.riskcode.as_deref() {
        Some("3") => Severity::High,
        Some("2") => Severity::Medium,
        Some("1") => Severity::Low,
        Some("0") => Severity::Info,
        _ => word.map(Severity::from_word).unwrap_or_default(),
    };
    if let Some(raw) = word.or(alert.riskcode.as_deref()) {
        finding.set_severity(raw.trim(), severity);
    }
    finding.confidence = alert.confidence.as_deref().map(|code| {
        let word = match code {
            "0" => "False Positive",
            "1" => "Low",
            "2" => "Medium",
            "3" => "High",
            "4" => "Confirmed",
            other => other,
        };
        word.to_owned()
    });
    if alert.confidence.as_deref() == Some("0") {
        finding.suppressed = Some(Suppression { by: "ZAP".to_owned(), reason: Some("marked as a false positive".to_owned()) });
    }
    finding.cwes.extend(alert.cweid.as_deref().and_then(lenient::cwe));
    finding.description = paragraphs([
        plain_some(alert.desc.as_deref()),
        labelled("Attack", instance.attack.as_deref()),
        labelled("Evidence", instance.evidence.as_deref()),
        plain_some(instance.otherinfo.as_deref().or(alert.otherinfo.as_deref())),
    ]);
    finding.remediation = plain_some(alert.solution.as_deref());
    add_references(&mut finding, &plain(alert.reference.as_deref().unwrap_or_default()));
    finding.references.extend(alert.wascid.as_deref().filter(|id| id.parse::<u32>().is_ok_and(|n| n > 0)).map(|id| format!("WASC-{id}")));
    finding.request = message(instance.request_header.as_deref(), instance.request_body.as_deref());
    finding.response = message(instance.response_header.as_deref(), instance.response_body.as_deref());
    finding.location.url = instance.uri;
    finding.location.method = instance.method;
    finding.location.parameter = instance.param;
    finding
}

fn parse_xml(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut about = About::default();
    let mut sites = 0;
    xml::walk(input, &["alertitem"], |node| {
        match node {
            Node::Open(element) if element.name == "OWASPZAPReport" => {
                about.version = element.attr("version").map(str::to_owned);
                about.created = element.attr("created").map(str::to_owned);
                about.generated = element.attr("generated").map(str::to_owned);
            }
            Node::Open(element) if element.name == "site" => {
                sites += 1;
                let run = about.begin(out);
                run.url = element.attr("name").map(str::to_owned);
                run.claims.ran |= run.url.is_some();
            }
            Node::Row(element) => {
                let place = format!("byte {}", element.offset);
                let alert = alert_of(&element);
                let instances: Vec<Instance> =
                    element.child("instances").into_iter().flat_map(|all| all.children("instance").map(instance_of)).collect();
                // Up to 2.6 the place stood in the alert itself.
                let alone = instances.is_empty().then(|| instance_of(&element));
                if alert.is_systemic() && !instances.is_empty() {
                    push_systemic(out, &place, &alert, instances);
                    return Ok(());
                }
                for instance in instances.into_iter().chain(alone) {
                    push(out, &place, &alert, instance);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if sites == 0 {
        about.begin(out);
    }
    Ok(())
}

fn text(element: &Element, name: &str) -> Option<String> {
    element.text_at(name).map(str::to_owned)
}

fn alert_of(element: &Element) -> Alert {
    Alert {
        pluginid: text(element, "pluginid"),
        alert_ref: text(element, "alertRef"),
        alert: text(element, "alert"),
        name: text(element, "name"),
        riskcode: text(element, "riskcode"),
        riskdesc: text(element, "riskdesc"),
        confidence: text(element, "confidence"),
        desc: text(element, "desc"),
        solution: text(element, "solution"),
        otherinfo: text(element, "otherinfo"),
        reference: text(element, "reference"),
        cweid: text(element, "cweid"),
        wascid: text(element, "wascid"),
        systemic: text(element, "systemic"),
        instances: None,
    }
}

fn instance_of(element: &Element) -> Instance {
    Instance {
        uri: text(element, "uri"),
        method: text(element, "method"),
        param: text(element, "param"),
        attack: text(element, "attack"),
        evidence: text(element, "evidence"),
        otherinfo: text(element, "otherinfo"),
        request_header: text(element, "requestheader"),
        request_body: text(element, "requestbody"),
        response_header: text(element, "responseheader"),
        response_body: text(element, "responsebody"),
    }
}
