//! Which facts hold, and of what they speak. Pure.

use model::{Finding, Timestamp};
use store::queries::ledger::LedgerRow;

/// Days after which what was seen at run time is old.
pub(crate) const RUNTIME_DAYS: i64 = 30;
/// Days after which the word of an analysis, or on exposure, is old.
const ANALYSIS_DAYS: i64 = 180;

/// When a fact ceases to hold: at its stated end, else after the days of its sort.
pub(crate) fn holds(fact: &LedgerRow) -> Timestamp {
    let days = match fact.verdict.as_str() {
        "loaded" | "not_loaded" | "executed" | "not_executed" | "blocked" => RUNTIME_DAYS,
        _ => ANALYSIS_DAYS,
    };
    let by_age = fact.seen.plus_days(days);
    fact.expires.map_or(by_age, |end| end.min(by_age))
}

/// True while it holds.
pub(crate) fn is_fresh(fact: &LedgerRow, at: Timestamp) -> bool {
    fact.seen <= at && at < holds(fact)
}

/// True where the fact speaks of the finding, which belongs to the fact's service.
pub(crate) fn is_about(fact: &LedgerRow, issue: &str, finding: &Finding) -> bool {
    match fact.scope.as_str() {
        "issue" => fact.subject == issue || finding.identity.as_deref() == Some(fact.subject.as_str()),
        "package" => {
            let Some(package) = &finding.package else { return false };
            let same = package.purl.as_deref().and_then(crate::derive::package_key).is_some_and(|key| key == fact.subject);
            let version = fact.version.is_empty() || package.version.as_deref().is_none_or(|version| version == fact.version);
            // A word on one vulnerability or function of a package says nothing of its others.
            let named = fact.about.is_empty() || finding.identifiers.contains(&fact.about) || finding.rule == fact.about;
            same && version && named
        }
        "vulnerability" => finding.identifiers.contains(&fact.subject),
        "function" => finding.location.symbol.as_deref().is_some_and(|symbol| is_same_function(symbol, &fact.subject)),
        "route" => {
            let location = &finding.location;
            let (method, pattern) = fact.subject.split_once(' ').unwrap_or(("*", &fact.subject));
            let route = location.route.as_deref().or(location.url.as_deref().map(path_of));
            let same_method = method == "*" || location.method.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(method));
            same_method && route.is_some_and(|route| crate::apis::matches(pattern, route))
        }
        _ => false,
    }
}

/// `Orders.show` is `app.Orders.show` and `show` of no other class.
fn is_same_function(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.trim().trim_end_matches("()").replace("::", ".").replace(['#', '/'], ".");
    let (a, b) = (plain(a), plain(b));
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|head| head.ends_with('.'));
    !a.is_empty() && !b.is_empty() && (a == b || (a.contains('.') && b.contains('.') && (ends(&a, &b) || ends(&b, &a))))
}

/// The path of an address.
fn path_of(url: &str) -> &str {
    let start = url.find("://").and_then(|at| url.get(at + 3..)?.find('/').map(|slash| at + 3 + slash)).unwrap_or(0);
    let path = url.get(start..).unwrap_or(url);
    path.split(['?', '#']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use model::{Kind, Package};

    use super::*;

    fn fact(scope: &str, subject: &str, verdict: &str) -> LedgerRow {
        LedgerRow { scope: scope.into(), subject: subject.into(), verdict: verdict.into(), ..LedgerRow::default() }
    }

    #[test]
    fn facts_grow_old() {
        let day = |n: i64| Timestamp(0).plus_days(n);
        let loaded = fact("package", "pkg:npm/a", "loaded");
        assert!(is_fresh(&loaded, day(29)) && !is_fresh(&loaded, day(30)));
        let reachable = fact("package", "pkg:npm/a", "reachable");
        assert!(is_fresh(&reachable, day(179)) && !is_fresh(&reachable, day(180)));
        let ends = LedgerRow { expires: Some(day(5)), ..reachable };
        assert!(is_fresh(&ends, day(4)) && !is_fresh(&ends, day(5)));
    }

    #[test]
    fn of_what_facts_speak() {
        let mut finding = Finding::new(Kind::Sca, "CVE-1", "t");
        finding.identifiers = vec!["CVE-1".into()];
        finding.package = Some(Package { purl: Some("pkg:npm/a@1.0.0".into()), version: Some("1.0.0".into()), ..Package::default() });
        let about = |fact: &LedgerRow| is_about(fact, "MST-1", &finding);
        assert!(about(&fact("package", "pkg:npm/a", "loaded")) && !about(&fact("package", "pkg:npm/b", "loaded")));
        assert!(about(&LedgerRow { about: "CVE-1".into(), ..fact("package", "pkg:npm/a", "reachable") }));
        assert!(!about(&LedgerRow { about: "CVE-2".into(), ..fact("package", "pkg:npm/a", "reachable") }));
        assert!(!about(&LedgerRow { version: "2.0.0".into(), ..fact("package", "pkg:npm/a", "loaded") }));
        assert!(about(&fact("issue", "MST-1", "confirmed")) && !about(&fact("issue", "MST-2", "confirmed")));
        let mut code = Finding::new(Kind::Sast, "sqli", "t");
        code.location.symbol = Some("app.Orders.show".into());
        assert!(is_about(&fact("function", "Orders.show", "executed"), "", &code));
        assert!(
            !is_about(&fact("function", "Users.show", "executed"), "", &code)
                && !is_about(&fact("function", "show", "executed"), "", &code)
        );
        let mut web = Finding::new(Kind::Dast, "xss", "t");
        (web.location.url, web.location.method) = (Some("https://shop.example.com/orders/7?x=1".into()), Some("GET".into()));
        assert!(is_about(&fact("route", "GET /orders/{id}", "executed"), "", &web));
        assert!(!is_about(&fact("route", "POST /orders/{id}", "executed"), "", &web));
    }
}
