//! CSAF 2.0 documents (any profile: an advisory with product status says as much as the VEX profile).
//!
//! Each product status becomes statements: `known_not_affected`; `fixed` and `first_fixed`; `known_affected`, `first_affected` and
//! `last_affected`; `under_investigation`. `recommended` says nothing of the product. The author is the publisher. A statement's date is that
//! of its flag, else the document's current release. Products with one flag, impact and remediation are one statement.

use std::collections::{BTreeMap, HashMap};

use ::model::{Timestamp, VexDocument, VexStatement, VexStatus};
use serde::Deserialize;

use super::csaf_tree::{ProductTree, Products};
use super::{Draft, filled, time, vulnerability};
use crate::error::Refusal;

#[derive(Deserialize)]
struct Csaf {
    document: Document,
    #[serde(default)]
    product_tree: ProductTree,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    publisher: Publisher,
    #[serde(default)]
    tracking: Tracking,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Publisher {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tracking {
    id: String,
    status: String,
    version: String,
    current_release_date: Option<String>,
    initial_release_date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability {
    cve: Option<String>,
    ids: Vec<Id>,
    product_status: BTreeMap<String, Vec<String>>,
    flags: Vec<Flag>,
    threats: Vec<Remark>,
    remediations: Vec<Remark>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Id {
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Flag {
    label: String,
    date: Option<String>,
    product_ids: Vec<String>,
    group_ids: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Remark {
    category: String,
    details: String,
    product_ids: Vec<String>,
    group_ids: Vec<String>,
}

pub(super) fn read(bytes: &[u8], draft: &mut Draft) -> Result<VexDocument, Refusal> {
    let csaf: Csaf = serde_json::from_slice(bytes)?;
    let tracking = csaf.document.tracking;
    if tracking.status == "draft" {
        return Err(Refusal::at("document.tracking.status", "the document is a draft, which its publisher may still take back"));
    }
    let at = time(tracking.current_release_date.as_ref()).or_else(|| time(tracking.initial_release_date.as_ref()));
    let at = at.ok_or_else(|| Refusal::at("document.tracking.current_release_date", "the document has no date"))?;
    let products = Products::read(csaf.product_tree, draft)?;
    let mut statements = Vec::new();
    for (n, row) in csaf.vulnerabilities.into_iter().enumerate() {
        let place = format!("vulnerabilities[{n}]");
        let mut names: Vec<String> = Vec::new();
        for name in row.cve.iter().chain(row.ids.iter().map(|id| &id.text)).take(64).filter_map(|text| vulnerability(text)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            draft.warn(place, "names no vulnerability; left out");
            continue;
        }
        let remarks = Remarks::new(&row, &products, &place, draft)?;
        for (word, ids) in &row.product_status {
            let Some(status) = status_of(word) else { continue };
            let place = format!("{place}.product_status.{word}");
            draft.count(&place, ids.len())?;
            statements.extend(of_status(&remarks, &names, status, ids, &products, &place, at, draft));
        }
    }
    let author = csaf.document.publisher.name;
    Ok(VexDocument { format: "csaf".to_owned(), id: tracking.id, version: tracking.version, author, at, statements })
}

fn status_of(word: &str) -> Option<VexStatus> {
    match word {
        "known_not_affected" => Some(VexStatus::NotAffected),
        "fixed" | "first_fixed" => Some(VexStatus::Fixed),
        "known_affected" | "first_affected" | "last_affected" => Some(VexStatus::Affected),
        "under_investigation" => Some(VexStatus::UnderInvestigation),
        _ => None,
    }
}

/// Flags, impacts and remediations of a vulnerability by product id; of several the first.
struct Remarks<'a> {
    flags: HashMap<&'a str, &'a Flag>,
    impacts: HashMap<&'a str, &'a Remark>,
    actions: HashMap<&'a str, &'a Remark>,
    /// Those that name no product are about all.
    impact: Option<&'a Remark>,
    action: Option<&'a Remark>,
}

impl<'a> Remarks<'a> {
    fn new(row: &'a Vulnerability, products: &'a Products, place: &str, draft: &mut Draft) -> Result<Self, Refusal> {
        let (mut flags, mut impacts, mut actions) = (HashMap::new(), HashMap::new(), HashMap::new());
        for flag in &row.flags {
            let ids = products.expand(&flag.product_ids, &flag.group_ids);
            draft.count(place, ids.len())?;
            ids.into_iter().for_each(|id| _ = flags.entry(id).or_insert(flag));
        }
        let impact_rows = row.threats.iter().filter(|remark| remark.category == "impact");
        for (remark, is_impact) in impact_rows.clone().map(|r| (r, true)).chain(row.remediations.iter().map(|r| (r, false))) {
            let ids = products.expand(&remark.product_ids, &remark.group_ids);
            draft.count(place, ids.len())?;
            let map = if is_impact { &mut impacts } else { &mut actions };
            ids.into_iter().for_each(|id| _ = map.entry(id).or_insert(remark));
        }
        let general = |remark: &&Remark| remark.product_ids.is_empty() && remark.group_ids.is_empty();
        let (impact, action) = (impact_rows.clone().find(general), row.remediations.iter().find(general));
        Ok(Self { flags, impacts, actions, impact, action })
    }
}

fn details(remark: Option<&Remark>) -> Option<String> {
    remark.and_then(|remark| filled(Some(remark.details.clone())))
}

/// What is said of a product beside its status: justification, its date, impact, action.
type Said = (Option<String>, Timestamp, Option<String>, Option<String>);

#[expect(clippy::too_many_arguments, reason = "one call, in the loop over the statuses of a vulnerability")]
fn of_status(
    remarks: &Remarks<'_>,
    names: &[String],
    status: VexStatus,
    ids: &[String],
    products: &Products,
    place: &str,
    at: Timestamp,
    draft: &mut Draft,
) -> Vec<VexStatement> {
    let mut groups: BTreeMap<Said, Vec<_>> = BTreeMap::new();
    for id in ids {
        let Some(subject) = products.subject(id) else {
            draft.warn(place, format!("`{}` is no product of the tree; left out", super::short(id)));
            continue;
        };
        let id = id.as_str();
        let flag = remarks.flags.get(id).filter(|_| status == VexStatus::NotAffected);
        let dated = flag.and_then(|flag| time(flag.date.as_ref())).unwrap_or(at);
        let impact = remarks.impacts.get(id).copied().or(remarks.impact).filter(|_| status == VexStatus::NotAffected);
        let action = remarks.actions.get(id).copied().or(remarks.action).filter(|_| status == VexStatus::Affected);
        let label = flag.and_then(|flag| filled(Some(flag.label.clone())));
        groups.entry((label, dated, details(impact), details(action))).or_default().push(subject);
    }
    let make = |((justification, at, reason, action), subjects): (Said, Vec<_>)| VexStatement {
        place: place.to_owned(),
        vulnerabilities: names.to_vec(),
        status,
        at,
        justification,
        reason,
        action,
        subjects,
    };
    groups.into_iter().map(make).collect()
}
