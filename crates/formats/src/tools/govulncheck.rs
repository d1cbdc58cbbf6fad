//! govulncheck (Go), JSON. Versions seen: 0.x (one object with `Vulns`), 1.0 to 1.3 (a stream of messages, or an array of them).
//!
//! Make it with `govulncheck -format json ./... > govulncheck.json`.
//!
//! - index: the pairs of vulnerability and module that `finding` messages name, in the order of their first message. govulncheck tells one pair
//!   several times: that the module is required, that the package is imported, that the function is called. The last of these counts.
//! - rule: the OSV id (`GO-…`); `aliases` are other names of it.
//! - severity: none is given (unknown), unless the OSV entry has `database_specific.severity`.
//! - reachability: a function in the trace is reachable, a package is imported, a module alone is present.
//! - flow: the trace from the own code to the vulnerable function. Its last step is the symbol; where no function is called, the imported
//!   package is.
//! - place: `go.mod`, line 1, as in its SARIF; the line says nothing. A binary has no place.
//! - ran: never stated. The stream has no end mark, so one that ends early looks like a whole one; zero results close nothing without
//!   `--complete`.
//!
//! # Differs
//! - severity: some readers guess one from the advisory; the report gives none.

use std::collections::HashMap;

use model::{Finding, FlowStep, Kind, Reachability};
use serde::Deserialize;
use serde_json::Value;

use super::sca;
use crate::read::json::{Json, Shape};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `govulncheck -format json`.
pub(crate) static FORMAT: Format = Format {
    id: "govulncheck",
    name: "govulncheck",
    kinds: &[Kind::Sca],
    media: &[Media::Json, Media::JsonLines],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let stream = head.has("[].config.protocol_version") || head.has("config.protocol_version");
    let old = head.has_all(&["Imports", "Requires"]) || (head.has("Vulns") && head.has("Modules"));
    Match::sure_if(stream || old)
}

#[derive(Default, Deserialize)]
struct Osv {
    id: String,
    #[serde(default, deserialize_with = "lenient::texts")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    details: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    references: Vec<Reference>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    database_specific: HashMap<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    osv: String,
    #[serde(default, deserialize_with = "lenient::text")]
    fixed_version: Option<String>,
    trace: Vec<Frame>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Frame {
    #[serde(deserialize_with = "lenient::text")]
    module: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    package: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    function: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    receiver: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    position: Position,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Position {
    #[serde(deserialize_with = "lenient::text")]
    filename: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    line: Option<u32>,
}

#[derive(Default)]
struct Scan {
    known: HashMap<String, Osv>,
    /// One a pair of vulnerability and module, with the most that was said of it.
    told: Vec<Message>,
    place: HashMap<(String, String), usize>,
    binary: bool,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("govulncheck");
    let mut scan = Scan::default();
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.array(|json, _| message(json, &mut scan, out))?;
        json.end()?;
    } else {
        json.values(|json, _| message(json, &mut scan, out))?;
    }
    for told in &scan.told {
        out.finding(finding(told, scan.known.get(&told.osv), scan.binary));
    }
    Ok(())
}

fn message(json: &mut Json<'_>, scan: &mut Scan, out: &mut Output<'_>) -> Result<(), ParseError> {
    json.object(|json, key| {
        let place = json.place();
        match key {
            "config" => {
                let config = json.row::<Value>()?.unwrap_or_default();
                out.this().tool_version = config.get("scanner_version").and_then(lenient::scalar);
                scan.binary = config.get("scan_mode").and_then(Value::as_str) == Some("binary");
            }
            "osv" => match json.row::<Osv>()? {
                Ok(osv) => {
                    scan.known.insert(osv.id.clone(), osv);
                }
                Err(reason) => out.warn(place, reason),
            },
            "finding" => match json.row::<Message>()? {
                Ok(message) => scan.add(message),
                Err(reason) => out.bad_row(place, reason),
            },
            "Vulns" => json.rows(out, |_, row: OldRow| scan.add_old(row))?,
            _ => {}
        }
        Ok(())
    })
}

/// How much a message says: a function more than a package, a package more than a module; a shorter way before a longer one.
fn weight(message: &Message) -> (u8, std::cmp::Reverse<usize>) {
    let first = message.trace.first();
    let level = match first {
        Some(frame) if frame.function.is_some() => 2,
        Some(frame) if frame.package.is_some() => 1,
        _ => 0,
    };
    (level, std::cmp::Reverse(message.trace.len()))
}

impl Scan {
    fn add(&mut self, message: Message) {
        let module = message.trace.first().and_then(|frame| frame.module.clone()).unwrap_or_default();
        let key = (message.osv.clone(), module);
        match self.place.get(&key).and_then(|place| self.told.get_mut(*place)) {
            Some(before) if weight(before) < weight(&message) => *before = message,
            Some(_) => {}
            None => {
                self.place.insert(key, self.told.len());
                self.told.push(message);
            }
        }
    }

    fn add_old(&mut self, row: OldRow) {
        let called = row.call_sink.is_some_and(|sink| sink > 0);
        let imported = row.import_sink.is_some_and(|sink| sink > 0);
        let frame = Frame {
            module: row.module,
            package: row.package.filter(|_| imported || called),
            function: row.symbol.filter(|_| called),
            ..Frame::default()
        };
        let osv = row.osv.id.clone();
        self.known.insert(osv.clone(), row.osv);
        self.add(Message { osv, fixed_version: None, trace: vec![frame] });
    }
}

/// A vulnerable symbol as version 0 wrote it.
#[derive(Deserialize)]
struct OldRow {
    #[serde(rename = "OSV")]
    osv: Osv,
    #[serde(default, rename = "Symbol", deserialize_with = "lenient::text")]
    symbol: Option<String>,
    #[serde(default, rename = "PkgPath", deserialize_with = "lenient::text")]
    package: Option<String>,
    #[serde(default, rename = "ModPath", deserialize_with = "lenient::text")]
    module: Option<String>,
    #[serde(default, rename = "CallSink", deserialize_with = "lenient::whole")]
    call_sink: Option<u32>,
    #[serde(default, rename = "ImportSink", deserialize_with = "lenient::whole")]
    import_sink: Option<u32>,
}

fn symbol(frame: &Frame) -> Option<String> {
    let Some(function) = frame.function.as_deref() else { return frame.package.clone() };
    let receiver = frame.receiver.as_deref().map(|receiver| format!("{}.", receiver.trim_start_matches('*'))).unwrap_or_default();
    Some(format!("{}.{receiver}{function}", frame.package.as_deref().unwrap_or_default()))
}

fn finding(told: &Message, osv: Option<&Osv>, binary: bool) -> Finding {
    let first = told.trace.first().cloned().unwrap_or_default();
    let module = first.module.clone().unwrap_or_default();
    let title = osv.and_then(|osv| osv.summary.clone()).unwrap_or_else(|| format!("{} in {module}", told.osv));
    let mut finding = Finding::new(Kind::Sca, told.osv.clone(), title);
    sca::identify(&mut finding, &told.osv, osv.into_iter().flat_map(|osv| osv.aliases.iter().map(String::as_str)));
    if let Some(osv) = osv {
        if let Some(raw) = osv.database_specific.get("severity").and_then(lenient::scalar) {
            finding.set_severity_word(&raw);
        }
        finding.description.clone_from(&osv.details);
        finding.url = osv.database_specific.get("url").and_then(lenient::scalar);
        finding.references = osv.references.iter().filter_map(|reference| reference.url.clone()).collect();
    }
    let verdict = match weight(told).0 {
        2 => "reachable",
        1 => "imported",
        _ => "present",
    };
    finding.reachability = Some(Reachability { verdict: verdict.to_owned(), source: Some("govulncheck".to_owned()) });
    if told.trace.len() > 1 {
        let step = |frame: &Frame| FlowStep {
            path: frame.position.filename.clone(),
            line: frame.position.line.filter(|line| *line > 0),
            symbol: symbol(frame),
            ..FlowStep::default()
        };
        finding.flow = told.trace.iter().rev().map(step).collect();
    }
    finding.location.symbol = symbol(&first);
    let package = finding.package_mut();
    package.ecosystem = Some("go".to_owned());
    package.name = Some(module);
    package.version = first.version;
    package.fixed = told.fixed_version.clone().into_iter().collect();
    if !binary {
        sca::in_file(&mut finding, "go.mod");
        (finding.location.start_line, finding.location.end_line) = (Some(1), Some(1));
    }
    finding
}
