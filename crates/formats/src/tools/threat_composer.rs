//! Threat Composer (threat models written by people), its JSON workspace. Schema seen: 1.
//!
//! Make it with *Export* in the tool, or take the `.tc.json` file.
//!
//! - index: `threats[]`.
//! - title: `threatAction`, else `statement`; rule: the threat's `id`, because each is of its own. `statement` and the comments are the
//!   description; CWE and CVE numbers are read from `tags`.
//! - severity: the metadata `Priority` as it stands.
//! - place: the first of `impactedAssets` as resource.
//! - mitigations that are linked to the threat are the remediation.
//! - `status` `threatResolved` and `threatResolvedNotUseful` are suppressions: people's word.
//! - kind: pentest, which never closes by absence (read-only). No time, no version, no fingerprint.
//! - left out: assumptions, diagrams, STRIDE letters are in the description.

use std::collections::HashMap;

use model::{Finding, Kind, Suppression};
use serde_json::Value;

use super::loose::{items, text, texts};
use super::sca;
use super::web::{labelled, paragraphs};
use super::wording::{add_cwes, first_line};
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of Threat Composer's workspaces.
pub(crate) static FORMAT: Format = Format {
    id: "threat-composer",
    name: "Threat Composer",
    kinds: &[Kind::Pentest],
    media: &[Media::Json],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let workspace =
        head.has_all(&["schema", "applicationInfo"]) && (head.has("threats") || head.has("assumptions") || head.has("architecture"));
    Match::sure_if(workspace || head.has_all(&["threats[].threatAction", "threats[].statement"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Threat Composer").claims.partial = Some("a threat model".to_owned());
    // Mitigations and their links may stand behind the threats.
    let (mut mitigations, mut links) = (HashMap::new(), HashMap::<String, Vec<String>>::new());
    let mut has_threats = false;
    let mut first = input.json()?;
    first.object(|json, key| {
        match key {
            "mitigations" => {
                let list = in_member(json.row::<Value>()?.unwrap_or_default());
                mitigations.extend(items(&list, "rows").iter().filter_map(|row| Some((text(row, &["id"])?, text(row, &["content"])?))));
            }
            "mitigationLinks" => {
                let list = in_member(json.row::<Value>()?.unwrap_or_default());
                for link in items(&list, "rows") {
                    if let (Some(threat), Some(mitigation)) = (text(link, &["linkedId"]), text(link, &["mitigationId"])) {
                        links.entry(threat).or_default().push(mitigation);
                    }
                }
            }
            "threats" => has_threats = true,
            _ => {}
        }
        Ok(())
    })?;
    if !has_threats {
        return Err(ParseError::whole("a workspace without `threats`"));
    }
    let mut json = input.json()?;
    json.object(|json, key| {
        if key != "threats" {
            return Ok(());
        }
        json.rows(out, |out, row: Value| match text(&row, &["threatAction", "statement", "id"]) {
            Some(title) => {
                let mut finding = finding(&row, &title);
                let of_threat = text(&row, &["id"]).and_then(|id| links.get(&id)).into_iter().flatten();
                let told: Vec<String> = of_threat.filter_map(|id| mitigations.get(id).cloned()).collect();
                finding.remediation = Some(told.join("\n\n")).filter(|text| !text.is_empty());
                out.finding(finding);
            }
            None => out.bad_row(format!("threats[{}]", out.next_index()), "no threatAction, statement or id"),
        })
    })?;
    json.end()
}

fn in_member(value: Value) -> Value {
    Value::Object(std::iter::once(("rows".to_owned(), value)).collect())
}

fn finding(row: &Value, title: &str) -> Finding {
    let mut finding = Finding::new(Kind::Pentest, text(row, &["id", "numericId"]).unwrap_or_else(|| title.to_owned()), first_line(title));
    let meta = |name: &str| items(row, "metadata").iter().find(|entry| text(entry, &["key"]).as_deref() == Some(name));
    if let Some(raw) = meta("Priority").and_then(|entry| text(entry, &["value"])) {
        finding.set_severity_word(&raw);
    }
    let stride = meta("STRIDE").map(|entry| texts(entry, "value").join(", "));
    finding.description = paragraphs([
        text(row, &["statement"]).filter(|told| told != title),
        labelled("STRIDE", stride.as_deref()),
        labelled("Comments", meta("Comments").and_then(|entry| text(entry, &["value"])).as_deref()),
    ]);
    let tags = texts(row, "tags");
    add_cwes(&mut finding.cwes, tags.iter().map(String::as_str).filter(|tag| tag.to_ascii_uppercase().starts_with("CWE-")));
    let ids = tags.iter().flat_map(|tag| super::web::cves(tag)).collect::<Vec<_>>();
    if let Some((first, others)) = ids.split_first() {
        sca::identify(&mut finding, first, others.iter().map(String::as_str));
    }
    finding.location.resource = texts(row, "impactedAssets").into_iter().next();
    finding.location.resource_type = finding.location.resource.as_ref().map(|_| "asset".to_owned());
    let status = text(row, &["status"]);
    finding.suppressed = status
        .filter(|status| status.starts_with("threatResolved"))
        .map(|status| Suppression { by: "Threat Composer".to_owned(), reason: Some(status) });
    finding
}
