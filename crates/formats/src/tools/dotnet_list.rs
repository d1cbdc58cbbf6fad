//! .NET CLI (known vulnerabilities of NuGet packages), JSON. Output version seen: 1 (.NET SDK 7.0.200 to 10).
//!
//! Make it with `dotnet list package --vulnerable --include-transitive --format json > dotnet.json` (`dotnet package list` from .NET 10 on).
//!
//! - index: `projects[].frameworks[].topLevelPackages[].vulnerabilities[]`, then those of `transitivePackages[]`, as they stand in each framework. The same package in two
//!   frameworks of one project is two elements; the framework is part of what tells them apart.
//! - rule: the GHSA id at the end of `advisoryurl` (some versions write `advisoryUrl`), else the URL.
//! - severity: the word as it stands (`Low`, `Moderate`, `High`, `Critical`).
//! - package: `id` in `resolvedVersion`; direct for a top-level one. The chain and the fixed version are not in the report.
//! - place: the project file; the CLI writes absolute paths.
//! - coverage: with `--vulnerable` in `parameters` a project without `frameworks` is one without vulnerable packages, so the list of projects shows that the run got through. They are the
//!   roots. `problems[]` of level error are projects that could not be read; without `--include-transitive` the same command is another category of the report.
//! - no time, no version of the tool, no fingerprint.
//! - left out: `sources`, what `--outdated` and `--deprecated` list.

use model::{Finding, Kind};
use serde_json::Value;

use super::sca::{identify, in_file};
use crate::read::loose::{self, Loose, inner};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `dotnet list package --vulnerable --format json`.
pub(crate) static FORMAT: Format = Format {
    id: "dotnet-list-package",
    name: ".NET vulnerable packages (dotnet list package)",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let asked = head.has_all(&["projects", "parameters"]) && head.value("parameters").is_some_and(|text| text.contains("--vulnerable"));
    let found = ["topLevelPackages", "transitivePackages"];
    Match::sure_if(asked || found.iter().any(|list| head.has(&format!("projects[].frameworks[].{list}[].vulnerabilities"))))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run(".NET CLI");
    let mut json = input.json()?;
    let mut asked = false;
    let mut listed = false;
    json.object(|json, key| match key {
        "parameters" => {
            let parameters = json.row::<String>()?.unwrap_or_default();
            asked = parameters.contains("--vulnerable");
            if !parameters.contains("--include-transitive") {
                "direct".clone_into(&mut out.this().category);
            }
            Ok(())
        }
        "problems" => loose::rows(json, out, |out, _, problem| {
            let level = problem.text(&["level"]).unwrap_or_default();
            let text = problem.text(&["text", "message"]).unwrap_or_default();
            match problem.text(&["project"]) {
                Some(project) if level == "error" => out.this().claims.unread.push(project),
                _ if level == "error" => out.this().claims.failed = Some(text),
                _ => out.warn(problem.text(&["project"]).unwrap_or_default(), text),
            }
            Ok(())
        }),
        "projects" => loose::rows(json, out, |out, place, project| {
            listed = true;
            let path = project.text(&["path"]).ok_or("no `path`")?;
            for framework in inner(out, place, project, "frameworks") {
                for (list, direct) in [("topLevelPackages", true), ("transitivePackages", false)] {
                    for package in inner(out, place, framework, list) {
                        for row in inner(out, place, package, "vulnerabilities") {
                            let framework = framework.text(&["framework"]).unwrap_or_default();
                            match finding(&path, &framework, package, row, direct) {
                                Some(finding) => out.finding(finding),
                                None => out.bad_row(place, "a vulnerability without `advisoryurl`"),
                            }
                        }
                    }
                }
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    out.this().claims.ran = asked && listed;
    json.end()
}

fn finding(path: &str, framework: &str, package: &Value, row: &Value, direct: bool) -> Option<Finding> {
    let url = row.text(&["advisoryurl"])?;
    let name = package.text(&["id"]).unwrap_or_default();
    let rule = url.rsplit('/').find(|part| !part.is_empty()).filter(|part| part.len() < 40).unwrap_or(&url).to_owned();
    let mut finding = Finding::new(Kind::Sca, rule.clone(), format!("{rule} in {name}"));
    identify(&mut finding, &rule, []);
    if let Some(raw) = row.text(&["severity"]) {
        finding.set_severity_word(&raw);
    }
    in_file(&mut finding, path);
    let found = finding.package_mut();
    found.name = Some(name);
    found.version = package.text(&["resolvedVersion"]);
    found.ecosystem = Some("nuget".to_owned());
    found.direct = Some(direct);
    finding.references.push(url);
    finding.distinct = Some(framework.to_owned()).filter(|text| !text.is_empty());
    Some(finding)
}
