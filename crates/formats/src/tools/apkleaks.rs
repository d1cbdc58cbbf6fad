//! APKLeaks (secrets and addresses in Android packages), JSON. Versions seen: 2.6.
//!
//! Make it with `apkleaks -f app.apk --json -o apkleaks.json`.
//!
//! - index: `results[]`, and each of its `matches[]` in turn. `LinkFinder` and the patterns for addresses are one finding a result: they list what the package
//!   speaks to.
//! - rule: the pattern's name. Severity: the tool has none; secrets are high, lists of addresses info. (Some readers call each result medium.)
//! - kind secret with the match as the secret's value, which is never shown; addresses are config and part of the description.
//! - place: the package's name. There are no files and no lines. A match shows a quote or a prefix now and then, so it may not be the bare value.
//! - an empty list shows no run.

use std::cell::RefCell;

use model::{Finding, Kind, SecretEvidence, Severity};

use super::secret_value::set_severity_by_proof;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `apkleaks --json`.
pub(crate) static FORMAT: Format = Format {
    id: "apkleaks",
    name: "APKLeaks",
    kinds: &[Kind::Secret, Kind::Config],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

/// Patterns that match no secret, by their start.
const ADDRESSES: [&str; 5] = ["linkfinder", "ip_address", "amazon_aws_s3_bucket", "firebase", "mailto"];
/// Most matches that a description lists.
const MOST_LISTED: usize = 100;

fn sniff(head: &Head<'_>) -> Match {
    let rows = !head.has("results[]") || head.has_all(&["results[].name", "results[].matches"]);
    Match::sure_if(head.is_json_object() && head.value("package").is_some_and(|name| name.contains('.')) && head.has("results") && rows)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("APKLeaks");
    let package = RefCell::new(String::new());
    fields::read(
        input,
        out,
        &["results"],
        |_, head| package.replace(head.text(&["package"]).unwrap_or_default()).clear(),
        |out, place, row| {
            let Some(rule) = row.text(&["name"]) else { return out.bad_row(place, "a result without name") };
            push(out, &rule, row, &package.borrow());
        },
    )
}

fn push(out: &mut Output<'_>, rule: &str, row: Fields<'_>, package: &str) {
    if row.value("matches").is_some_and(|value| !value.is_array()) {
        return out.bad_row(rule, "expected a list of matches");
    }
    let matches = row.texts(&["matches"]);
    let lower = rule.to_ascii_lowercase();
    let make = |kind| {
        let mut finding = Finding::new(kind, rule, format!("{rule} in {package}"));
        finding.location.resource = Some(package.to_owned()).filter(|name| !name.is_empty());
        finding.location.resource_type = Some("Android package".to_owned());
        finding
    };
    if matches.is_empty() || ADDRESSES.iter().any(|start| lower.starts_with(start)) {
        let mut finding = make(Kind::Config);
        finding.severity = Severity::Info;
        finding.description =
            Some(matches.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty());
        return out.finding(finding);
    }
    for value in matches {
        let mut finding = make(Kind::Secret);
        finding.secret = Some(SecretEvidence { value: Some(value), ..SecretEvidence::default() });
        set_severity_by_proof(&mut finding);
        out.finding(finding);
    }
}
