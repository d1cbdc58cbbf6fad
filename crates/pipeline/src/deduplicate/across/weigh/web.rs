//! Seen from outside: one weakness at one route and parameter; headers and cookies are one for the site.

use super::super::ledger::Ledger;
use super::super::subject::Subject;
use super::super::vocabulary::Likeness;
use super::{Strength, families, same_rule};

const PRIOR: i32 = -217;
const SAME_SITE: i32 = 130;
const SAME_SETTING: i32 = 261;
const SAME_PATH: i32 = 91;
const SAME_PARAMETER: i32 = 130;
const NO_PARAMETER: i32 = 48;
const SAME_FAMILY: i32 = 182;
const WIDER_FAMILY: i32 = 160;
const FAMILY_BY_CWE: i32 = 130;
const SAME_RULE: i32 = 182;
const OTHER_METHOD: i32 = -35;

pub(super) fn weigh(a: &Subject<'_>, b: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    if !one_site(a, b) {
        return None;
    }
    let families = families(a, b);
    if families.is_some_and(|families| families.likeness == Likeness::Different) {
        return None;
    }
    ledger.prior(PRIOR, "web");
    match (a.site_wide(), b.site_wide()) {
        (Some(x), Some(y)) => {
            ledger.add(SAME_SITE, &["location.url"], || format!("both are about {}", a.site()));
            ledger.add(SAME_SETTING, &["rule", "title"], || {
                if x == y {
                    format!("both are about the setting {x} of the whole site")
                } else {
                    format!("the settings {x} and {y} are one within the other")
                }
            });
            return Some(if x == y { Strength::Exact } else { Strength::Loose });
        }
        (None, None) => {}
        _ => return None,
    }
    let (x, y) = (a.web.as_ref()?, b.web.as_ref()?);
    if x.path != y.path {
        return None;
    }
    // Without a parameter two titles of one tool at one path are two problems: two outdated components, two exposed files.
    if a.tool() == b.tool() && x.parameter.is_none() && y.parameter.is_none() && a.candidate.finding.title != b.candidate.finding.title {
        return None;
    }
    ledger.add(SAME_PATH, &["location.url", "location.route"], || format!("both are at {}{}", a.site(), x.path));
    match (&x.parameter, &y.parameter) {
        (Some(p), Some(q)) if p == q => {
            ledger.add(SAME_PARAMETER, &["location.parameter"], || format!("both came in by the parameter {p}"))
        }
        (Some(_), Some(_)) => return None,
        (None, None) => ledger.add(NO_PARAMETER, &["location.parameter"], || "neither names a parameter".to_owned()),
        _ => {}
    }
    if matches!((&x.method, &y.method), (Some(p), Some(q)) if p != q) {
        ledger.add(OTHER_METHOD, &["location.method"], || "the methods differ".to_owned());
    }
    match families {
        Some(families) => families.weigh(SAME_FAMILY, WIDER_FAMILY, FAMILY_BY_CWE, ledger),
        None if same_rule(a, b) && a.candidate.finding.title == b.candidate.finding.title => {
            ledger.add(SAME_RULE, &["tool", "rule"], || "one rule of one tool says it twice".to_owned())
        }
        None => {}
    }
    Some(Strength::Exact)
}

fn one_site(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    if !a.candidate.services.is_empty() && !b.candidate.services.is_empty() {
        return a.candidate.services == b.candidate.services;
    }
    let host = |s: &Subject<'_>| s.web.as_ref().map(|web| web.host.clone()).unwrap_or_default();
    if host(a).is_empty() || host(b).is_empty() { a.scope == b.scope } else { host(a) == host(b) }
}
