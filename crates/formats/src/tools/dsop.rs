//! DSOP container scan (Iron Bank of the US Department of Defense), Excel workbook. Sheets seen: those of 2019 to 2023.
//!
//! Made by the pipeline of Iron Bank as the justifications workbook of an image.
//!
//! - index: the rows of the sheets below their headers, sheet by sheet: OpenSCAP DISA compliance, OpenSCAP OVAL results, Twistlock vulnerabilities, Anchore CVEs, Anchore compliance.
//! - OpenSCAP compliance: `result` fail is a finding with the rule's id; pass, notapplicable and notselected are counted.
//! - OpenSCAP OVAL: `result` true of a patch definition is a finding for each reference (RHSA or CVE), with the severity in brackets of the title; false is counted.
//! - Twistlock: the CVE in the package in its version; `vecStr` and `cvss` are the assessment.
//! - Anchore CVEs: the CVE in the package; the version is what stands in `vuln` behind the package's name; `fix`; the path; `tag` is the image.
//! - Anchore compliance: gate and trigger are the rule; rows of the gate `vulnerabilities` say the other sheet again and are counted.
//! - severity: the words as they stand; Negligible is info. Gates have none.
//! - a justification is a person's word that was not approved yet: it is told in the description and suppresses nothing.
//! - coverage: a workbook that people edit: it is read and closes nothing. `scanned_date` is the time.
//!
//! # Differs
//! - count: gates of Anchore that stop or warn are findings too. (Some readers leave that sheet out.)

use model::{Finding, Kind, Severity, Timestamp};

use super::sca::{assessed, identify, in_file, is_public_id};
use super::web::{labelled, paragraphs};
use super::wording::first_line;
use crate::read::csv::Row;
use crate::read::xlsx;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The justifications workbook of Iron Bank.
pub(crate) static FORMAT: Format = Format {
    id: "dsop",
    name: "DSOP scan (Iron Bank)",
    kinds: &[Kind::Container, Kind::Config],
    media: &[Media::Xlsx],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let named = ["OpenSCAP - DISA Compliance", "OpenSCAP - OVAL Results", "Twistlock Vulnerability Results", "Anchore CVE Results"];
    let found = head.sheets().iter().filter(|sheet| named.contains(&sheet.name.as_str())).count();
    Match::sure_if(found >= 2)
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("DSOP").claims.partial = Some("a workbook that people edit".to_owned());
    let head = input.head();
    for sheet in head.sheets() {
        if sheet.rows.is_empty() {
            continue;
        }
        let read: fn(&Row<'_>) -> Read = match sheet.name.to_ascii_lowercase() {
            name if name.contains("disa") => disa,
            name if name.contains("oval") => oval,
            name if name.contains("twistlock") || name.contains("prisma") => twistlock,
            name if name.contains("anchore cve") => anchore,
            name if name.contains("anchore compliance") => gate,
            _ => continue,
        };
        xlsx::each(input, out, Some(&sheet.name), 0, |out, row| {
            if let Some(at) = row.get(&["scanned_date"]).and_then(Timestamp::lenient) {
                out.this().at = out.this().at.max(Some(at));
            }
            match read(row) {
                Read::Finding(mut finding) => {
                    let said = labelled("Justification", row.get(&["JUSTIFICATION"]));
                    finding.description = paragraphs([finding.description, said]);
                    out.finding(*finding);
                }
                Read::Passed => out.no_finding(),
                Read::Bad(reason) => out.bad_row(format!("{}, row {}", sheet.name, row.line), reason),
            }
        })?;
    }
    Ok(())
}

enum Read {
    Finding(Box<Finding>),
    Passed,
    Bad(&'static str),
}

fn rate(finding: &mut Finding, raw: &str) {
    let severity = if raw.eq_ignore_ascii_case("negligible") { Severity::Info } else { Severity::from_word(raw) };
    finding.set_severity(raw, severity);
}

fn disa(row: &Row<'_>) -> Read {
    let Some(rule) = row.get(&["ruleid"]) else { return Read::Bad("no `ruleid`") };
    if row.get(&["result"]) != Some("fail") {
        return Read::Passed;
    }
    let mut finding = Finding::new(Kind::Config, rule, row.get(&["title"]).unwrap_or(rule));
    if let Some(raw) = row.get(&["severity"]) {
        rate(&mut finding, raw);
    }
    finding.description = paragraphs([row.text(&["desc"]), row.text(&["rationale"]), labelled("Identifiers", row.get(&["identifiers"]))]);
    Read::Finding(Box::new(finding))
}

fn oval(row: &Row<'_>) -> Read {
    let Some(rule) = row.get(&["ref", "id"]) else { return Read::Bad("no `ref`") };
    if row.get(&["result"]) != Some("true") {
        return Read::Passed;
    }
    let title = row.get(&["title"]).unwrap_or(rule);
    let mut finding = Finding::new(Kind::Container, rule, first_line(title));
    identify(&mut finding, rule, []);
    if let Some(word) = title.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('(')).map(|(_, word)| word) {
        rate(&mut finding, word);
    }
    finding.distinct = row.text(&["id"]);
    Read::Finding(Box::new(finding))
}

/// A vulnerability in a package.
fn vulnerability(rule: &str, row: &Row<'_>, package: Option<&str>) -> Finding {
    let title = package.map_or_else(|| rule.to_owned(), |name| format!("{rule} in {name}"));
    let mut finding = Finding::new(Kind::Container, rule, title);
    identify(&mut finding, rule, []);
    if !is_public_id(rule) && !finding.identifiers.iter().any(|id| id == rule) {
        finding.identifiers.push(rule.to_owned());
    }
    if let Some(raw) = row.get(&["severity"]) {
        rate(&mut finding, raw);
    }
    finding
}

fn twistlock(row: &Row<'_>) -> Read {
    let Some(rule) = row.get(&["cve", "id"]) else { return Read::Bad("no `cve`") };
    let mut finding = vulnerability(rule, row, row.get(&["packageName"]));
    assessed(&mut finding, row.get(&["vecStr"]), row.get(&["cvss"]).and_then(|text| text.parse().ok()), None);
    finding.description = row.text(&["desc"]);
    finding.references = row.get(&["link"]).filter(|url| url.contains("://")).map(str::to_owned).into_iter().collect();
    let package = finding.package_mut();
    (package.name, package.version) = (row.text(&["packageName"]), row.text(&["packageVersion"]));
    let fixed = row.get(&["status"]).and_then(|status| status.strip_prefix("fixed in "));
    package.fixed = fixed.into_iter().flat_map(|text| text.split(", ")).map(str::to_owned).collect();
    Read::Finding(Box::new(finding))
}

fn anchore(row: &Row<'_>) -> Read {
    let Some(rule) = row.get(&["cve"]) else { return Read::Bad("no `cve`") };
    let name = row.get(&["package"]);
    let mut finding = vulnerability(rule, row, name);
    in_file(&mut finding, row.get(&["package_path"]).filter(|path| *path != "None").unwrap_or_default());
    finding.location.image = row.text(&["tag"]);
    let url = row.get(&["url"]).and_then(|link| link.split('\'').find(|part| part.contains("://")));
    finding.references = url.map(str::to_owned).into_iter().collect();
    let package = finding.package_mut();
    package.name = name.map(str::to_owned);
    let rest = name.and_then(|name| row.get(&["vuln"])?.strip_prefix(name)?.strip_prefix('-'));
    package.version = rest.map(str::to_owned);
    package.fixed = row.text(&["fix"]).filter(|fix| fix != "None").into_iter().collect();
    Read::Finding(Box::new(finding))
}

fn gate(row: &Row<'_>) -> Read {
    let (Some(gate), Some(trigger)) = (row.get(&["gate"]), row.get(&["trigger"])) else { return Read::Bad("no `gate`") };
    if gate == "vulnerabilities" || row.get(&["gate_action"]) == Some("go") {
        return Read::Passed;
    }
    let output = row.get(&["check_output"]).unwrap_or(trigger);
    let mut finding = Finding::new(Kind::Config, format!("{gate}/{trigger}"), first_line(output));
    finding.description = labelled("Action", row.get(&["gate_action"]));
    finding.location.image = row.text(&["repo_tag"]);
    finding.distinct = row.text(&["trigger_id"]);
    Read::Finding(Box::new(finding))
}
