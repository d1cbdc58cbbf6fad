//! KubeLinter (Kubernetes manifests and Helm charts), JSON. Versions seen: 0.2 to 0.8.
//!
//! Make it with `kube-linter lint --format json . > kube-linter.json`.
//!
//! - index: `Reports[]`.
//! - rule: `Check`; the message is the title.
//! - place: the file and, as the resource, `namespace/Kind/name`. There are no lines. The message tells two findings of one check on one object apart (the container).
//! - `Checks[]` are the checks that were enabled, so they are the list of active rules.
//! - coverage: `Summary` is written last, so it got through; `CheckEndTime` is the time, `KubeLinterVersion` the version.
//! - an ignored object (annotation `ignore-check.kube-linter.io/…`) is not in the report. No fingerprint.
//!
//! # Differs
//! - severity: KubeLinter has none, so it is unknown. (Some readers call all of them medium.)

use model::{Finding, Kind, Timestamp};
use serde_json::Value;

use crate::read::loose::{self, Loose};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kube-linter lint --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "kube-linter", name: "KubeLinter", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("Summary.KubeLinterVersion") || head.has("Reports[].Diagnostic") || head.has("Checks[].template"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("KubeLinter");
    let mut json = input.json()?;
    json.object(|json, key| match key {
        "Checks" => {
            let mut rules = Vec::new();
            loose::rows(json, out, |_, _, check| {
                rules.push(check.text(&["name"]).ok_or("no `name`")?);
                Ok(())
            })?;
            out.this().claims.rules = (!rules.is_empty()).then_some(rules);
            Ok(())
        }
        "Summary" => {
            let summary = json.row::<Value>()?.unwrap_or_default();
            let run = out.this();
            run.claims.ran = summary.text(&["ChecksStatus"]).is_some();
            run.at = summary.text(&["CheckEndTime"]).and_then(|text| Timestamp::lenient(&text));
            run.tool_version = summary.text(&["KubeLinterVersion"]);
            Ok(())
        }
        "Reports" => loose::rows(json, out, |out, _, row| {
            out.finding(finding(row)?);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    json.expect(out, &["Reports"]);
    json.end()
}

fn finding(row: &Value) -> Result<Finding, String> {
    let rule = row.text(&["Check"]).ok_or("no `Check`")?;
    let message = row.text(&["Diagnostic/Message"]).unwrap_or_else(|| rule.clone());
    let mut finding = Finding::new(Kind::Iac, rule, message.clone());
    finding.remediation = row.text(&["Remediation"]);
    finding.location.path = row.text(&["Object/Metadata/FilePath"]);
    let kind = row.text(&["Object/K8sObject/GroupVersionKind/Kind"]);
    let parts = [row.text(&["Object/K8sObject/Namespace"]), kind.clone(), row.text(&["Object/K8sObject/Name"])];
    let place = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
    finding.location.resource = Some(place).filter(|place| !place.is_empty());
    finding.location.resource_type = kind;
    finding.distinct = Some(message);
    Ok(finding)
}
