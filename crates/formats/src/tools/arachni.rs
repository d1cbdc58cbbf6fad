//! Arachni (web application scanner), JSON. Versions seen: 1.5.
//!
//! Make it with `arachni_reporter report.afr --reporter=json:outfile=arachni.json`.
//!
//! - index: `issues[]`. Their `variations` are further requests of one issue and are not counted.
//! - rule: `check.shortname`. Severity: high, medium, low, informational. `trusted` false becomes the confidence `untrusted`.
//! - place: `vector.action`, else the URL of the response, else `vector.url`; `vector.method`, `vector.affected_input_name`.
//! - request and response as text; `proof` goes to the description; `cwe` is the number.
//! - `digest` is made from the check and the vector, not from the response: it is stable over scans, but other formats of Arachni do not all have it. Kept,
//!   not trusted.
//! - coverage: `finish_datetime` shows that the report was made at the end; an aborted scan writes it too, which cannot be told.
//! - left out: sitemap, plugins, pages with their scripts.

use std::collections::BTreeMap;

use model::{Finding, Kind, Timestamp};
use serde::Deserialize;

use super::web::{labelled, message, origin, paragraphs};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Arachni's JSON reporter.
pub(crate) static FORMAT: Format =
    Format { id: "arachni", name: "Arachni", kinds: &[Kind::Dast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["version", "seed", "options"]) || head.has_all(&["issues[].vector.class", "issues[].check.shortname"]))
}

#[derive(Deserialize)]
struct Row {
    name: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    check: Check,
    #[serde(default, deserialize_with = "lenient::text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    remedy_guidance: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    references: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    vector: Vector,
    #[serde(default, deserialize_with = "lenient::text")]
    proof: Option<String>,
    #[serde(default, deserialize_with = "lenient::truth")]
    trusted: Option<bool>,
    #[serde(default, deserialize_with = "lenient::whole")]
    cwe: Option<u32>,
    #[serde(default, deserialize_with = "lenient::text")]
    digest: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    request: Exchange,
    #[serde(default, deserialize_with = "lenient::or_default")]
    response: Exchange,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Check {
    #[serde(deserialize_with = "lenient::text")]
    shortname: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vector {
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    action: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    affected_input_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Exchange {
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    headers_string: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    body: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Arachni");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "version" => {
            out.this().tool_version = json.row::<String>()?.ok();
            Ok(())
        }
        "start_datetime" => {
            out.this().at = json.row::<String>()?.ok().as_deref().and_then(Timestamp::lenient);
            Ok(())
        }
        "finish_datetime" => {
            out.this().claims.ran = json.row::<String>()?.is_ok_and(|text| !text.is_empty());
            Ok(())
        }
        "options" => json.object(|json, key| {
            if key == "url" {
                out.this().url = json.row::<String>()?.ok().map(|url| origin(&url).to_owned());
            }
            Ok(())
        }),
        "issues" => json.rows(out, |out, row: Row| out.finding(finding(row))),
        _ => Ok(()),
    })?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let mut finding = Finding::new(Kind::Dast, row.check.shortname.unwrap_or_else(|| row.name.clone()), row.name.trim());
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    finding.confidence = row.trusted.map(|trusted| if trusted { "trusted" } else { "untrusted" }.to_owned());
    finding.cwes.extend(row.cwe.filter(|cwe| *cwe > 0));
    finding.description = paragraphs([row.description.map(|text| text.trim().to_owned()), labelled("Proof", row.proof.as_deref())]);
    finding.remediation = row.remedy_guidance.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    finding.references.extend(row.references.into_values());
    if let Some(digest) = row.digest {
        finding.fingerprint("digest", digest);
    }
    finding.request = message(row.request.headers_string.as_deref(), row.request.body.as_deref());
    finding.response = message(row.response.headers_string.as_deref(), row.response.body.as_deref());
    let place = &mut finding.location;
    place.url = row.vector.action.or(row.response.url).or(row.vector.url);
    place.method = row.vector.method.or(row.request.method).map(|method| method.to_ascii_uppercase());
    place.parameter = row.vector.affected_input_name;
    finding
}
