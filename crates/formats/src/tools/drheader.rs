//! drHEADer (HTTP security headers), JSON. Versions seen: 1.5 to 2.0.
//!
//! Make it with `drheader scan single --output json https://shop.example.com > drheader.json`; `drheader scan bulk` writes one list with a `report` for each URL.
//!
//! - index: the elements of the array; of a bulk scan those of `[].report[]` laid end to end.
//! - `rule` is the rule (the header, or `Set-Cookie - session` for one cookie); the message tells rules of one header apart and is part of the identity, with the directive it names.
//! - severity: the word as it stands; drHEADer lets the user's rule file set it.
//! - place: `url` of a bulk scan; a single scan does not name it, so `--url` at import says where it is.
//! - `expected`, `value`, `avoid` and `anomaly` go to the description.
//! - an empty array says nothing: not even which tool wrote it. An `error` beside a URL is a place that could not be read.
//! - no time, no version, no fingerprint, no list of rules.

use model::{Finding, Kind};
use serde_json::Value;

use super::web::{labelled, paragraphs};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `drheader scan --output json`.
pub(crate) static FORMAT: Format =
    Format { id: "drheader", name: "drHEADer", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let bulk = head.has_all(&["[].url", "[].report"]) && (head.has("[].report[].rule") || !head.has("[].report[]"));
    let row = head.has_all(&["[].rule", "[].message", "[].severity"]);
    let own = ["expected", "delimiter", "anomaly", "avoid", "value"].iter().any(|name| head.has(&format!("[].{name}")));
    Match::sure_if(bulk || (row && own && !head.has("[].file") && !head.has("[].path") && !head.has("[].line")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("drHEADer");
    let mut json = input.json()?;
    loose::rows(&mut json, out, |out, place, row| {
        if row.find("report").is_none() && row.find("url").is_none() {
            out.finding(finding(row, None)?);
            return Ok(());
        }
        let url = row.text(&["url"]);
        if let Some(error) = row.text(&["error"]) {
            out.this().claims.unread.extend(url.clone());
            out.warn(place, error);
        }
        for inner_row in inner(out, place, row, "report") {
            match finding(inner_row, url.as_deref()) {
                Ok(finding) => out.finding(finding),
                Err(reason) => out.bad_row(place, reason),
            }
        }
        Ok(())
    })?;
    json.end()
}

fn finding(row: &Value, url: Option<&str>) -> Result<Finding, String> {
    let rule = row.text(&["rule"]).ok_or("no `rule`")?;
    let message = row.text(&["message"]).unwrap_or_else(|| "Header is not as the policy wants it".to_owned());
    let mut finding = Finding::new(Kind::Dast, rule.clone(), format!("{rule}: {message}"));
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    let joined =
        |name: &str| row.texts(name).join(row.text(&["delimiter"]).as_deref().map_or(", ", |text| if text == ";" { "; " } else { ", " }));
    finding.description = paragraphs([
        labelled("Value", Some(&joined("value"))),
        labelled("Expected", Some(&joined("expected"))),
        labelled("To avoid", Some(&joined("avoid"))),
        labelled("Found", Some(&joined("anomaly"))),
    ]);
    finding.location.url = url.map(str::to_owned);
    finding.location.parameter = Some(rule);
    finding.distinct = Some(format!("{message} {}", row.texts("avoid").join(" ")).trim().to_owned());
    Ok(finding)
}
