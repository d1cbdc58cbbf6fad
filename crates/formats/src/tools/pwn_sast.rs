//! PWN (`pwn_sast` of the 0dayInc framework), JSON. Versions seen: 0.4 and 0.5.
//!
//! Make it with `pwn_sast --dir-path . --uri-source-root https://git.example.com/acme/shop/tree/main`.
//!
//! - index: `data[].line_no_and_contents[]`, files laid end to end.
//! - rule: the module (`PWN::SAST::Eval`); the section of NIST 800-53 is the title's tail. CWE from `cwe_id`.
//! - severity: none is given, so unknown.
//! - place: `filename.entry` and line; the line's content is the snippet. The repository is the part of `git_repo_root_uri` before `/tree/` or `/blob/`.
//! - left out: the author of the line, the shell command of the test.
//!
//! Differs: no severity info is made up.

use model::{Finding, Kind};
use serde_json::Value;

use super::dig::{self, Dig};
use super::sca::weaknesses;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `pwn_sast`.
pub(crate) static FORMAT: Format =
    Format { id: "pwn-sast", name: "PWN SAST", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let row = head.has("data[].line_no_and_contents") || head.has("data[].security_references.sast_module");
    Match::sure_if(row || head.has("report_name") && head.has("data"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("PWN SAST");
    let mut json = input.json()?;
    json.object(|json, key| if key == "data" { dig::each(json, out, file) } else { Ok(()) })?;
    json.end()
}

fn file(out: &mut Output<'_>, place: &str, row: &Value) {
    let about = row.dig("security_references|security_requirements").unwrap_or(&Value::Null);
    let Some(rule) = about.text("sast_module") else {
        return out.bad_row(place, "a result without sast_module");
    };
    let path = row.text("filename.entry|filename");
    let run = out.this();
    if run.repository.is_none() {
        let root = row.text("filename.git_repo_root_uri").unwrap_or_default();
        let end = root.find("/tree").or_else(|| root.find("/blob")).unwrap_or(root.len());
        run.repository = root.get(..end).filter(|url| url.contains("://")).map(|url| url.trim_end_matches('/').to_owned());
    }
    run.at = row.time("timestamp").max(run.at);
    for (_, line) in dig::objects(out, place, row, "line_no_and_contents") {
        let title = about.text("section").map_or_else(|| rule.clone(), |section| format!("{rule}: {}", section.to_lowercase()));
        let mut finding = Finding::new(Kind::Sast, rule.as_str(), title);
        weaknesses(&mut finding, about.text("cwe_id|cwe_uri").as_deref());
        finding.references = [about.text("nist_800_53_uri"), about.text("cwe_uri")].into_iter().flatten().collect();
        finding.location.path.clone_from(&path);
        finding.location.start_line = line.whole("line_no").filter(|line| *line > 0);
        finding.snippet = line.text("contents");
        out.finding(finding);
    }
}
