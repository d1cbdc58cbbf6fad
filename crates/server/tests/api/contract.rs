//! The web client's types against the document: what its pages count on must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// A field of an interface: its name, and whether it must be there.
type Fields = BTreeMap<String, bool>;

/// What of the client's types is an answer, or part of one, and the name that the document has for it.
const SAME: [(&str, &str); 73] = [
    ("Affected", "Affected"),
    ("AffectedAnswer", "AffectedAnswer"),
    ("ApiList", "ApiList"),
    ("ApiRow", "ApiRow"),
    ("ApplicationRow", "ApplicationRow"),
    ("ChangeCause", "ChangeCause"),
    ("ChangedIssue", "ChangedIssue"),
    ("ComponentRow", "ComponentRow"),
    ("ComponentUse", "ComponentUse"),
    ("ComponentView", "ComponentView"),
    ("CoverageRow", "CoverageRow"),
    ("Decision", "Decision"),
    ("Deployment", "Deployment"),
    ("EvidenceFact", "EvidenceFact"),
    ("Facets", "Facets"),
    ("FactRow", "FactRow"),
    ("FeedAnswer", "FeedAnswer"),
    ("Fix", "Fix"),
    ("FixPage", "FixPage"),
    ("FixView", "FixView"),
    ("FlowStep", "FlowStep"),
    ("GuessRow", "GuessRow"),
    ("HistoryEntry", "HistoryEntry"),
    ("ImportAnswer", "ImportAnswer"),
    ("ImportPage", "ImportPage"),
    ("ImportRow", "ImportRow"),
    ("InventoryAnswer", "InventoryAnswer"),
    ("InventoryConflict", "InventoryConflict"),
    ("InventoryFact", "InventoryFact"),
    ("Issue", "Issue"),
    ("IssueFinding", "IssueFinding"),
    ("IssuePage", "IssuePage"),
    ("IssueView", "IssueView"),
    ("LicenceList", "LicenceList"),
    ("LicenceRow", "LicenceRow"),
    ("Link", "Link"),
    ("Location", "Location"),
    ("ModelVersion", "ModelVersion"),
    ("Moved", "Moved"),
    ("Moves", "Moves"),
    ("OwnerProposal", "OwnerProposal"),
    ("PreviewRow", "PreviewRow"),
    ("RankMove", "RankMove"),
    ("RankTerm", "RankTerm"),
    ("ReportRow", "ReportRow"),
    ("RiskApplied", "RiskApplied"),
    ("RiskDiff", "RiskDiff"),
    ("RiskTable", "RiskTable"),
    ("RiskTableRow", "RiskTableRow"),
    ("RiskView", "RiskView"),
    ("ServiceRow", "ServiceRow"),
    ("ServiceView", "ServiceView"),
    ("Shortfall", "Shortfall"),
    ("SinceGroup", "SinceGroup"),
    ("SinceSummary", "SinceSummary"),
    ("SourcedFact", "OwnerFact"),
    ("Standing", "Standing"),
    ("Status", "Status"),
    ("StreamStanding", "StreamStanding"),
    ("SuggestAnswer", "SuggestAnswer"),
    ("Suggestion", "Suggestion"),
    ("SuiteRow", "SuiteRow"),
    ("TeamMoves", "TeamMoves"),
    ("TeamRow", "TeamRow"),
    ("TermChange", "TermChange"),
    ("Tier", "Tier"),
    ("TierMoves", "TierMoves"),
    ("TopMoves", "TopMoves"),
    ("Total", "Total"),
    ("Unplaced", "Unplaced"),
    ("VexFact", "VexFact"),
    ("VulnerabilityView", "VulnerabilityView"),
    ("Warning", "Warning"),
];

#[test]
fn what_the_pages_count_on_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/api");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let interfaces = interfaces(&texts.join("\n"));
    let document = server::document();
    let mut wrong = Vec::new();
    for (client, ours) in SAME {
        let fields = interfaces.get(client).unwrap_or_else(|| panic!("no interface {client}"));
        let schema = &document["components"]["schemas"][ours];
        assert!(schema.is_object(), "no schema {ours}");
        let known: BTreeSet<&str> = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let required: BTreeSet<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (field, must) in fields {
            if !known.contains(field.as_str()) {
                wrong.push(format!("{client}.{field}: not answered"));
            } else if *must && !required.contains(field.as_str()) {
                wrong.push(format!("{client}.{field}: not always answered"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The interfaces of the file, with the fields that they inherit.
fn interfaces(text: &str) -> BTreeMap<String, Fields> {
    let mut out: BTreeMap<String, Fields> = BTreeMap::new();
    let mut current: Option<(String, Fields)> = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("export ").unwrap_or(line).strip_prefix("interface ") {
            let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            let mut fields = Fields::new();
            // `Omit<Other, "field">` or `Other`; what is left out is given anew.
            for parent in words[1..].iter().filter_map(|word| out.get(*word)) {
                fields.extend(parent.clone());
            }
            current = Some((words[0].to_owned(), fields));
        } else if line.starts_with('}') {
            out.extend(current.take());
        } else if let Some((_, fields)) = &mut current
            && let Some((name, kind)) = line.strip_prefix("  ").and_then(|line| line.split_once(": "))
            && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '?')
        {
            let optional = name.ends_with('?') || kind.contains("| null");
            fields.insert(name.trim_end_matches('?').to_owned(), !optional);
        }
    }
    out
}

#[test]
fn interfaces_are_read_with_what_they_inherit() {
    let text = "interface A {\n  /** Words: more. */\n  one: number;\n}\nexport interface B extends Omit<A, \"x\"> {\n  two?: string;\n  three: string | null;\n}\n";
    let read = interfaces(text);
    assert_eq!(read["B"], Fields::from([("one".to_owned(), true), ("two".to_owned(), false), ("three".to_owned(), false)]));
}
