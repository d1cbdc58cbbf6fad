//! CSAF 2.0 advisories: the packages that a publisher calls `known_affected`, by their package URLs.
//!
//! Products without a package URL are left out: a CPE or a name says nothing of a package. What the document says of our own products
//! (not affected, fixed) counts by `vex apply`.

use std::collections::BTreeMap;

use model::{VexStatus, VexThing};

use super::{MOST_PACKAGES, names};
use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::{AdvisoryPackage, IntelRow};

/// What a document says of one vulnerability.
#[derive(Default)]
struct Said {
    names: Vec<String>,
    affected: Vec<AdvisoryPackage>,
    /// Versions that fix a package, by package.
    fixed: BTreeMap<String, Vec<String>>,
}

pub(super) fn read(bytes: &[u8], name: &str) -> Result<Draft, Refusal> {
    let read = crate::vex::read(bytes, name).map_err(|error| Refusal::at(error.place, error.reason))?;
    let document = read.document;
    let mut draft = Draft::new(&document.author);
    draft.date = Some(document.at);
    draft.version = Some(document.version.clone());
    let mut found: BTreeMap<String, Said> = BTreeMap::new();
    for statement in &document.statements {
        let Some(first) = statement.vulnerabilities.first() else { continue };
        let entry = found.entry(first.clone()).or_insert_with(|| Said { names: statement.vulnerabilities.clone(), ..Said::default() });
        for subject in &statement.subjects {
            let thing = subject.component.as_ref().unwrap_or(&subject.product);
            match statement.status {
                VexStatus::Affected => entry.affected.extend(packages(thing)),
                VexStatus::Fixed => {
                    for purl in &thing.purls {
                        let (package, version) = parts(purl);
                        entry.fixed.entry(package).or_default().extend(version.or_else(|| thing.version.clone()));
                    }
                }
                VexStatus::UnderInvestigation | VexStatus::NotAffected => {}
            }
        }
    }
    for (vulnerability, Said { names: all, affected: mut packages, fixed }) in found {
        packages.truncate(MOST_PACKAGES);
        for package in &mut packages {
            let key = package.purl.as_deref().map(|purl| parts(purl).0).unwrap_or_default();
            package.fixed = fixed.get(&key).cloned().unwrap_or_default();
        }
        if packages.is_empty() {
            draft.warn(vulnerability.as_str(), "no affected product has a package URL");
            continue;
        }
        draft.rows.push(IntelRow::Advisory {
            id: format!("{} {vulnerability}", document.id.to_ascii_uppercase()),
            source: document.author.clone(),
            names: names(&document.id, all),
            published: Some(document.at),
            modified: Some(document.at),
            withdrawn: None,
            summary: String::new(),
            packages,
        });
    }
    Ok(draft)
}

fn packages(thing: &VexThing) -> Vec<AdvisoryPackage> {
    thing
        .purls
        .iter()
        .map(|purl| {
            let (package, version) = parts(purl);
            let affected = match (version.or_else(|| thing.version.clone()), &thing.range) {
                (Some(version), _) => format!("={version}"),
                (None, Some(range)) => range.clone(),
                (None, None) => "*".to_owned(),
            };
            AdvisoryPackage { ecosystem: String::new(), name: package.clone(), purl: Some(purl.clone()), affected, fixed: Vec::new() }
        })
        .collect()
}

/// A package URL without version and qualifiers, and its version.
fn parts(purl: &str) -> (String, Option<String>) {
    let head = purl.split(['?', '#']).next().unwrap_or(purl);
    match head.rsplit_once('@').filter(|(before, after)| !before.ends_with('/') && !after.contains('/')) {
        Some((package, version)) => (package.to_owned(), Some(version.replace("%2B", "+").replace("%3A", ":").replace("%2b", "+"))),
        None => (head.to_owned(), None),
    }
}
