//! GitLab, CSV export of the vulnerability report of a project, group or the security centre. Versions seen: 13 to 18.
//!
//! Make it in *Secure, Vulnerability report, Export, Export as CSV*, or `POST /security/projects/:id/vulnerability_exports`.
//!
//! - index: rows behind the header. The tool is `Scanner Name`; each scanner is a run of its own where they follow each other.
//! - kind by `Tool` (`sast`, `secret_detection`, `dependency_scanning` …).
//! - rule: the CVE, else the first of `Other Identifiers`, else the title in `Vulnerability`.
//! - severity: the word. `Status` dismissed and resolved are suppressions (`Dismissal Reason`).
//! - `Location` is a Ruby hash or JSON in a text: file, lines, package and version, image, class and method, address are read off it.
//! - `CVSS Vectors` (`NVD=CVSS:3.1/…`) and `CWE` as they stand. `Detected At` is when GitLab first saw it; `Vulnerability ID` is kept and trusted:
//!   GitLab keeps the number for as long as it knows the vulnerability.
//! - the repository is `Full Path` where all rows share it. An export holds what a filter let through: read-only.
//! - left out: activity, comments, OWASP columns.

use model::{Finding, Kind, Suppression};

use super::web::paragraphs;
use super::wording::add_cwes;
use super::{sca, tracked};
use crate::read::csv::{self, Row};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The CSV export of GitLab's vulnerability report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-vulnerabilities",
    name: "GitLab vulnerability report (CSV export)",
    kinds: &[Kind::Sast, Kind::Secret, Kind::Sca, Kind::Container, Kind::Dast, Kind::Api],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["Scanner Name", "Status", "Vulnerability", "Severity", "CVE"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut several = false;
    csv::each(input, out, 0, |out, row| {
        let Some(title) = row.get(&["Vulnerability"]) else {
            return out.bad_row(format!("line {}", row.line), "a row without Vulnerability");
        };
        let scanner = row.get(&["Scanner Name"]).unwrap_or("GitLab");
        if out.this().tool.is_empty() {
            scanner.clone_into(&mut out.this().tool);
        } else if out.this().tool != scanner {
            out.run(scanner);
            several = false;
        }
        let run = out.this();
        let path = row.text(&["Full Path", "Project Name"]);
        several |= run.claims.rows_read > 0 && run.repository != path;
        run.repository = path.filter(|_| !several);
        out.finding(finding(title, row));
    })
}

fn finding(title: &str, row: &Row<'_>) -> Finding {
    let kind = match row.get(&["Tool", "Report Type"]).unwrap_or_default().to_ascii_lowercase().replace(' ', "_").as_str() {
        "secret_detection" => Kind::Secret,
        "dependency_scanning" => Kind::Sca,
        "container_scanning" | "cluster_image_scanning" => Kind::Container,
        "dast" => Kind::Dast,
        "api_fuzzing" | "coverage_fuzzing" => Kind::Api,
        _ => Kind::Sast,
    };
    let list = |name: &str| -> Vec<&str> {
        row.get(&[name]).unwrap_or_default().split([';', ',']).map(str::trim).filter(|text| !text.is_empty()).collect()
    };
    let (cves, others) = (list("CVE"), list("Other Identifiers"));
    let rule = cves.first().or(others.first()).copied().unwrap_or(title);
    let mut finding = Finding::new(kind, rule, title);
    if let Some(raw) = row.get(&["Severity"]) {
        finding.set_severity_word(raw);
    }
    sca::identify(&mut finding, rule, cves.into_iter().chain(others));
    add_cwes(&mut finding.cwes, list("CWE"));
    for part in list("CVSS Vectors") {
        let (source, vector) = part.split_once('=').unwrap_or(("", part));
        sca::assessed(&mut finding, Some(vector), None, Some(source));
    }
    finding.description = paragraphs([row.text(&["Details"]), row.text(&["Additional Info"])]);
    tracked::first_seen(&mut finding, row.text(&["Detected At"]));
    tracked::track(&mut finding, "vulnerability_id", row.text(&["Vulnerability ID"]));
    if let Some(status) = row.get(&["Status"]).filter(|status| matches!(status.to_ascii_lowercase().as_str(), "dismissed" | "resolved")) {
        let reason = row.text(&["Dismissal Reason"]).or_else(|| Some(status.to_owned()));
        finding.suppressed = Some(Suppression { by: "GitLab".to_owned(), reason });
    }
    at(&mut finding, row.get(&["Location"]).unwrap_or_default());
    finding
}

fn at(finding: &mut Finding, location: &str) {
    let text = |key: &str| value(location, key);
    let line = |key: &str| text(key).and_then(|text| text.parse().ok()).filter(|line: &u32| *line > 0);
    let place = &mut finding.location;
    place.path = text("file");
    place.start_line = line("start_line").or_else(|| line("line"));
    place.end_line = line("end_line").or(place.start_line);
    place.symbol = [text("class"), text("method")].into_iter().flatten().reduce(|class, method| format!("{class}.{method}"));
    place.image = text("image");
    place.commit = text("sha");
    if let (Some(host), path) = (text("hostname"), text("path")) {
        place.url = Some(format!("{host}{}", path.unwrap_or_default()));
        (place.method, place.parameter, place.symbol) = (text("method"), text("param"), None);
    }
    if let Some(name) = text("name") {
        let file = place.path.clone();
        let package = finding.package_mut();
        (package.name, package.version, package.file) = (Some(name), text("version"), file);
    }
}

/// The text or number of that key in a Ruby hash or in JSON: `"file"=>"a.rb"`, `"file": "a.rb"`, `file: "a.rb"`.
fn value(text: &str, key: &str) -> Option<String> {
    for (at, _) in text.match_indices(key) {
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + key.len()..)?;
        let after = match before {
            Some('"') => after.strip_prefix('"'),
            Some(' ' | '{' | ',' | ':') => Some(after),
            _ => None,
        };
        let Some(after) = after.map(str::trim_start) else { continue };
        let Some(rest) = after.strip_prefix("=>").or_else(|| after.strip_prefix(':')) else { continue };
        let rest = rest.trim_start();
        if let Some(quoted) = rest.strip_prefix('"') {
            return quoted.split('"').next().map(str::to_owned).filter(|text| !text.is_empty());
        }
        let bare: String = rest.chars().take_while(|c| c.is_ascii_digit()).collect();
        if !bare.is_empty() {
            return Some(bare);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn hashes_of_ruby_and_json() {
        let old = r#"{"file"=>"batch/pom.xml", "dependency"=>{"package"=>{"name"=>"x/y"}, "version"=>"5.3.30"}}"#;
        assert_eq!((value(old, "file").as_deref(), value(old, "name").as_deref()), (Some("batch/pom.xml"), Some("x/y")));
        assert_eq!(value(r#"{"start_line" => 7, "file" => "a.rb"}"#, "start_line").as_deref(), Some("7"));
        assert_eq!(value(r#"{"my_file": "no", "file": "yes"}"#, "file").as_deref(), Some("yes"));
        assert_eq!(value(r#"{file: "a", line: nil}"#, "line"), None);
    }
}
