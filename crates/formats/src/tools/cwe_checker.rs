//! cwe_checker (weaknesses in binaries), JSON. Versions seen: 0.3 to 0.9.
//!
//! Make it with `cwe_checker --json --out cwe_checker.json ./shop-agent`.
//!
//! - index: the elements of the array; in versions before 0.5 those of `warnings[]`.
//! - `name` is the rule and the CWE number; the title is what stands in brackets before the `description`.
//! - place: the functions or calls named in `symbols`, else the first address, as the resource; before 0.5 also the binary as the path. There are no lines. Addresses move with
//!   every build, so only the symbols are part of the identity.
//! - no severity, no version of the tool (`version` is that of the check), no time, no fingerprint, no list of rules. `time` (before 0.5) is a duration and says that the run got through.
//! - an empty array says nothing: not even which tool wrote it.
//! - `other` is kept in the description.
//!
//! # Differs
//! - severity: the tool gives none, so it is unknown. (Some readers call all of them medium.)

use model::{Finding, Kind};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use super::wording::add_cwes;
use crate::read::json::Shape;
use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cwe_checker --json`.
pub(crate) static FORMAT: Format =
    Format { id: "cwe-checker", name: "cwe_checker", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = |at: &str| head.has(&format!("{at}name")) && head.has(&format!("{at}addresses")) && head.has(&format!("{at}tids"));
    Match::sure_if(row("[].") || row("warnings[].") || head.has_all(&["binary", "warnings", "check_path"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("cwe_checker");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        loose::rows(&mut json, out, |out, _, row| push(out, row, None))?;
        return json.end();
    }
    let mut binary = None;
    json.object(|json, key| match key {
        "binary" => {
            binary = json.row::<String>()?.ok();
            Ok(())
        }
        "time" => {
            out.this().claims.ran = true;
            Ok(())
        }
        "warnings" => loose::rows(json, out, |out, _, row| push(out, row, binary.clone())),
        _ => Ok(()),
    })?;
    json.end()
}

fn push(out: &mut Output<'_>, row: &Value, binary: Option<String>) -> Result<(), String> {
    let rule = row.text(&["name"]).ok_or("no `name`")?;
    let message = row.text(&["description"]).unwrap_or_default();
    let (title, rest) = match message.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((title, rest)) => (title.trim().to_owned(), rest.trim().to_owned()),
        None => (rule.clone(), message),
    };
    let mut finding = Finding::new(Kind::Sast, rule, title);
    add_cwes(&mut finding.cwes, [finding.rule.as_str()]);
    let other = row.list("other").iter().map(|texts| texts.texts("").join("; ")).collect::<Vec<_>>().join("\n");
    let addresses = row.texts("addresses");
    finding.description = paragraphs([Some(rest), labelled("At", Some(&addresses.join(", "))), Some(other)]);
    let symbols = row.texts("symbols").join(", ");
    finding.location.path = binary;
    finding.location.resource = Some(symbols.clone()).filter(|text| !text.is_empty()).or_else(|| addresses.first().cloned());
    finding.location.resource_type = finding.location.resource.as_ref().map(|_| "symbol".to_owned());
    finding.location.symbol = Some(symbols).filter(|text| !text.is_empty());
    out.finding(finding);
    Ok(())
}
