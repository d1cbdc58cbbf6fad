//! The CVE of a finding that names an advisory alone: what feeds say of a vulnerability, and most statements on one, go by its CVE.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::Finding;
use store::Conn;

use crate::Result;
use crate::derive::Member;
use crate::load::{alias_closure, all_names};

/// Adds to findings that name no CVE the one that feeds and other reports say is the same vulnerability. Where they say several, none: an
/// advisory on several CVEs does not say which of them it is.
pub(crate) fn put_cves(conn: &mut Conn, org: i64, members: &mut BTreeMap<String, Vec<Member>>) -> Result<()> {
    let names: BTreeSet<String> =
        members.values().flatten().map(|member| &member.finding).filter(|finding| needs_one(finding)).flat_map(names_of).collect();
    if names.is_empty() {
        return Ok(());
    }
    let aliases = alias_closure(conn, org, &names)?.names;
    for finding in members.values_mut().flatten().map(|member| &mut member.finding).filter(|finding| needs_one(finding)) {
        if let Some(cve) = only_cve(names_of(finding), &aliases) {
            finding.identifiers.push(cve);
            finding.identifiers.sort_unstable();
        }
    }
    Ok(())
}

/// Those of the names that findings use which stand for one of these CVEs and are none themselves.
pub(crate) fn standing_for(conn: &mut Conn, org: i64, cves: &BTreeSet<String>, used: BTreeSet<String>) -> Result<Vec<String>> {
    let names: BTreeSet<String> = used.into_iter().filter(|name| !is_cve(name)).collect();
    let aliases = alias_closure(conn, org, &names)?.names;
    Ok(names.into_iter().filter(|name| only_cve(vec![name.clone()], &aliases).is_some_and(|cve| cves.contains(&cve))).collect())
}

fn is_cve(name: &str) -> bool {
    name.starts_with("CVE-")
}

fn needs_one(finding: &Finding) -> bool {
    !finding.identifiers.is_empty() && !finding.identifiers.iter().any(|name| is_cve(name))
}

fn names_of(finding: &Finding) -> Vec<String> {
    finding.identifiers.iter().map(|name| name.to_uppercase()).collect()
}

/// The CVE among all names of a vulnerability, where there is exactly one.
fn only_cve(names: Vec<String>, aliases: &HashMap<String, Vec<String>>) -> Option<String> {
    let mut cves = all_names(names, aliases).into_iter().filter(|name| is_cve(name));
    cves.next().filter(|_| cves.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cve_is_taken_and_of_several_none() {
        let pairs =
            [("GHSA-1", "SNYK-1"), ("SNYK-1", "CVE-2024-1"), ("GHSA-2", "CVE-2024-2"), ("GHSA-2", "CVE-2024-3"), ("GHSA-3", "GO-3")];
        let mut aliases: HashMap<String, Vec<String>> = HashMap::new();
        for (a, b) in pairs {
            aliases.entry(a.to_owned()).or_default().push(b.to_owned());
            aliases.entry(b.to_owned()).or_default().push(a.to_owned());
        }
        let cve = |name: &str| only_cve(vec![name.to_owned()], &aliases);
        assert_eq!(cve("GHSA-1").as_deref(), Some("CVE-2024-1"), "through another name");
        assert_eq!([cve("GHSA-2"), cve("GHSA-3"), cve("GHSA-4")], [None, None, None]);
    }
}
