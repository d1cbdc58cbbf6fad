//! CVE Binary Tool (components in binaries, SBOMs and lists), JSON and CSV. Versions seen: 3.0 to 3.4.
//!
//! Make it with `cve-bin-tool --format json --output-file cve-bin-tool.json firmware/` (or `--format csv`).
//!
//! - index: elements of the array (`vulnerabilities.report[].entries[]` of format `json2`, `report[]` of an intermediate report), or rows.
//! - `cve_number` is the rule. Severity: the word. CVSS: the vector where given, else score with its version; `source` is the database.
//! - package: `vendor:product` where the vendor is known, in `version`; place: the first of `paths`, or `location`. Kind sca.
//! - `remarks` FalsePositive and NotAffected are suppressions with `justification` or `comments`; Mitigated is counted.
//! - nothing in an empty list shows that anything was scanned.

use model::{Finding, Kind, Suppression};

use super::sca;
use crate::read::csv;
use crate::read::fields::{self, Fields};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The formats of `cve-bin-tool`.
pub(crate) static FORMAT: Format = Format {
    id: "cve-bin-tool",
    name: "CVE Binary Tool",
    kinds: &[Kind::Sca],
    media: &[Media::Json, Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

const NAMES: [&str; 4] = ["vendor", "product", "version", "cve_number"];

fn sniff(head: &Head<'_>) -> Match {
    let row = |top: &str| NAMES.iter().all(|name| head.has(&format!("{top}{name}")));
    Match::sure_if(row("[].") || row("report[].") || row("vulnerabilities.report[].entries[].") || head.csv_has(&NAMES))
}

/// A row, from either form.
#[derive(Default)]
struct Row {
    vendor: Option<String>,
    product: Option<String>,
    version: Option<String>,
    severity: Option<String>,
    score: Option<f64>,
    vector: Option<String>,
    source: Option<String>,
    remarks: Option<String>,
    comment: Option<String>,
    path: Option<String>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("cve-bin-tool");
    if !input.head().is_json() {
        return csv::each(input, out, 0, |out, row| {
            let text = |names: &[&str]| row.text(names);
            let read = Row {
                vendor: text(&["vendor"]),
                product: text(&["product"]),
                version: text(&["version"]),
                severity: text(&["severity"]),
                score: row.get(&["score"]).and_then(|score| score.parse().ok()),
                vector: text(&["cvss_vector"]),
                source: text(&["source"]),
                remarks: text(&["remarks"]),
                comment: text(&["justification", "comments"]),
                path: text(&["paths", "location"]),
            };
            push(out, &format!("line {}", row.line), text(&["cve_number"]), read);
        });
    }
    if input.head().has("vulnerabilities") {
        let mut json = input.json()?;
        let document: serde_json::Value = json.read()?;
        let document = Fields::of(&document);
        document.rows(out, "vulnerabilities/report", |out, group| group.rows(out, "entries", |out, row| of_json(out, "entries", row)));
        return json.end();
    }
    fields::read(input, out, &["report"], |_, _| {}, of_json)
}

fn of_json(out: &mut Output<'_>, place: &str, row: Fields<'_>) {
    let read = Row {
        vendor: row.text(&["vendor"]),
        product: row.text(&["product"]),
        version: row.text(&["version"]),
        severity: row.text(&["severity"]),
        score: row.number(&["score"]),
        vector: row.text(&["cvss_vector"]),
        source: row.text(&["source"]),
        remarks: row.text(&["remarks"]),
        comment: row.text(&["justification", "comments"]),
        path: row.texts(&["paths", "path", "location"]).into_iter().next(),
    };
    push(out, place, row.text(&["cve_number"]), read);
}

fn push(out: &mut Output<'_>, place: &str, rule: Option<String>, row: Row) {
    let (Some(rule), Some(product)) = (rule, row.product) else { return out.bad_row(place, "a row without cve_number or product") };
    let remarks = row.remarks.unwrap_or_default().replace(' ', "");
    if remarks.eq_ignore_ascii_case("mitigated") {
        return out.no_finding();
    }
    let mut finding = Finding::new(Kind::Sca, rule.clone(), format!("{rule} in {product}"));
    if let Some(raw) = row.severity {
        finding.set_severity_word(&raw);
    }
    sca::identify(&mut finding, &rule, []);
    sca::assessed(&mut finding, row.vector.as_deref(), row.score, row.source.as_deref());
    if ["falsepositive", "notaffected", "ignored"].iter().any(|word| remarks.eq_ignore_ascii_case(word)) {
        finding.suppressed = Some(Suppression { by: "triage".to_owned(), reason: row.comment.or(Some(remarks)) });
    }
    let vendor = row.vendor.filter(|vendor| !matches!(vendor.to_ascii_lowercase().as_str(), "unknown" | ""));
    let package = finding.package_mut();
    package.name = Some(vendor.map_or_else(|| product.clone(), |vendor| format!("{vendor}:{product}")));
    package.version = row.version;
    if let Some(path) = row.path.as_deref().and_then(|paths| paths.split(',').next()).map(str::trim) {
        sca::in_file(&mut finding, path);
    }
    out.finding(finding);
}
