//! Packages: one vulnerability of one package in one place. Versions and dependency paths are no part of it.

use super::super::ledger::Ledger;
use super::super::subject::Subject;
use super::{Strength, same_rule};

const PRIOR: i32 = -217;
const SAME_PACKAGE: i32 = 174;
const SAME_ID: i32 = 261;
const SAME_RULE: i32 = 217;
const SAME_FIX: i32 = 52;
const LIKE_WORDS: i32 = 40;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    if a.candidate.place != b.candidate.place || a.topic != b.topic {
        return None;
    }
    let (x, y) = (a.package.as_ref()?, b.package.as_ref()?);
    if !x.agrees(y) {
        return None;
    }
    let shared = a.ids.intersection(&b.ids).next();
    // Both state CVEs and no CVE is common: two vulnerabilities, whatever an alias feed says.
    if !a.cves.is_empty() && !b.cves.is_empty() && a.cves.is_disjoint(&b.cves) {
        return None;
    }
    ledger.prior(PRIOR, "package");
    ledger.add(SAME_PACKAGE, &["package.purl", "package.name"], || format!("both are about {} in {}", x.name, a.candidate.place));
    if let Some(id) = shared {
        let stated = [a, b].iter().all(|s| s.candidate.finding.identifiers.iter().any(|own| own == id));
        ledger.add(SAME_ID, &["identifiers", "aliases"], || {
            if stated { format!("both name {id}") } else { format!("their identifiers are aliases, by way of {id}") }
        });
        return Some(Strength::Exact);
    }
    if a.ids.is_empty() && b.ids.is_empty() && same_rule(a, b) && a.candidate.finding.title == b.candidate.finding.title {
        ledger.add(SAME_RULE, &["tool", "rule", "title"], || "one rule of one tool says it of several versions or paths".to_owned());
        return Some(Strength::Exact);
    }
    if a.tool() == b.tool() {
        return None;
    }
    if a.topic != "vulnerability" && a.ids.is_empty() && b.ids.is_empty() {
        let licences = |s: &Subject<'_>| s.candidate.finding.package.as_ref().map(|p| p.licenses.clone()).unwrap_or_default();
        if a.topic == "malware" || (!licences(a).is_empty() && licences(a) == licences(b)) {
            ledger.add(SAME_RULE, &["kind", "package.licenses"], || format!("both report the package's {}", a.topic));
            return Some(Strength::Exact);
        }
    }
    // Without a common identifier it stays a suggestion, whatever the text says.
    let fixed = |s: &Subject<'_>| s.candidate.finding.package.as_ref().map(|p| p.fixed.clone()).unwrap_or_default();
    if !fixed(a).is_empty() && fixed(a) == fixed(b) {
        ledger.add(SAME_FIX, &["package.fixed"], || format!("both are fixed in {}", fixed(a).join(", ")));
    }
    let (x, y) = (a.words(), b.words());
    let (common, all) = (x.intersection(&y).count(), x.len().min(y.len()));
    if all > 0 && common * 2 > all {
        ledger.add(LIKE_WORDS, &["title", "description"], || format!("{common} words of the text are the same"));
    }
    Some(Strength::Loose)
}
