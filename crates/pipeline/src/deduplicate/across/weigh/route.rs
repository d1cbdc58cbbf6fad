//! From outside to the code: only a fact about the route joins what a browser sees to a line. Everything else is a suggestion.

use model::Endpoint;

use super::super::ledger::Ledger;
use super::super::subject::{Subject, clean_path};
use super::super::vocabulary::Likeness;
use super::super::web::pattern;
use super::{Families, Strength, families};

const PRIOR: i32 = -217;
const TRACE: i32 = 391;
const HANDLER: i32 = 160;
const SAME_FAMILY: i32 = 174;
const FAMILY_BY_CWE: i32 = 122;
const NAMED_PARAMETER: i32 = 60;
const ONLY_PLACE: i32 = 52;
const SUGGESTED_PARAMETER: i32 = 80;

/// Routes that answer where the web finding was made.
pub(in super::super) fn routes_of<'r>(web: &Subject<'_>, routes: &'r [Endpoint]) -> impl Iterator<Item = &'r Endpoint> {
    let path = web.web.as_ref().map(|w| w.path.clone());
    let method = web.web.as_ref().and_then(|w| w.method.clone());
    let services: Vec<String> = web.candidate.services.to_vec();
    routes.iter().filter(move |route| {
        let method_fits =
            route.method.is_empty() || route.method == "*" || method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(&route.method));
        services.contains(&route.service) && method_fits && path.as_deref().is_some_and(|path| answers(&route.pattern, path))
    })
}

/// True where a route's pattern answers a path; the path may lie under a prefix that the gateway strips.
fn answers(route: &str, path: &str) -> bool {
    let route = pattern(route);
    if route.is_empty() {
        return path.is_empty();
    }
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').skip(1).collect(), path.split('/').skip(1).collect());
    let Some(tail) = path.len().checked_sub(route.len()).and_then(|at| path.get(at..)) else {
        return false;
    };
    // A prefix may be missing only before fixed text, else `/{id}` would answer everything.
    (tail.len() == path.len() || route.first() != Some(&"{}")) && route.iter().zip(tail).all(|(want, have)| want == have || *want == "{}")
}

fn same_family(web: &Subject<'_>, code: &Subject<'_>) -> Option<Families> {
    families(web, code).filter(|families| families.likeness != Likeness::Different)
}

/// A trace from inside the application names both the route and the line.
pub(in super::super) fn by_trace(web: &Subject<'_>, code: &Subject<'_>, trace: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    same_family(web, code)?;
    ledger.prior(PRIOR, "web and code");
    ledger.add(TRACE, &["location.url", "location.parameter", "location.start_line"], || {
        format!(
            "{} traced {} to line {} of {}",
            trace.tool(),
            trace.web.as_ref().map_or("the route", |w| w.path.as_str()),
            trace.first,
            trace.base()
        )
    });
    Some(Strength::Exact)
}

/// The route table names the handler; `only`: no other place of this family in it.
pub(in super::super) fn by_route_table(
    web: &Subject<'_>,
    code: &Subject<'_>,
    routes: &[Endpoint],
    only: bool,
    ledger: &mut Ledger<'_>,
) -> Option<Strength> {
    let families = same_family(web, code)?;
    let route = routes_of(web, routes).find(|route| handles(route, code))?;
    ledger.prior(PRIOR, "web and code");
    ledger.add(HANDLER, &["location.url", "location.path", "location.symbol"], || {
        format!("{} {} is answered by {} ({})", route.method, route.pattern, code.base(), route.source)
    });
    families.weigh(SAME_FAMILY, SAME_FAMILY, FAMILY_BY_CWE, ledger);
    let parameter = web.web.as_ref().and_then(|w| w.parameter.as_deref()).unwrap_or_default();
    let named = code.quoted_words().contains(parameter);
    if named {
        ledger
            .add(NAMED_PARAMETER, &["location.parameter", "title", "flow"], || format!("the code finding names the parameter {parameter}"));
    }
    if only {
        ledger.add(ONLY_PLACE, &["location.symbol"], || "it is the only such place in the handler".to_owned());
    }
    Some(if named || only { Strength::Exact } else { Strength::Loose })
}

/// True where the route's handler is the function or, without a symbol, the file of the code finding.
pub(in super::super) fn handles(route: &Endpoint, code: &Subject<'_>) -> bool {
    let symbol = |text: &str| text.rsplit(['.', ':', '#', '/']).next().unwrap_or(text).trim_end_matches("()").to_ascii_lowercase();
    let here = code.candidate.finding.location.symbol.as_deref().map(symbol);
    let file_fits = route.path.as_deref().map(clean_path).is_some_and(|path| {
        code.path == path
            || code.path.strip_suffix(path.as_str()).is_some_and(|head| head.ends_with('/'))
            || path.strip_suffix(code.path.as_str()).is_some_and(|head| head.ends_with('/'))
    });
    match (route.symbol.as_deref().map(symbol), here) {
        (Some(wanted), Some(here)) => wanted == here && (file_fits || route.path.is_none()),
        (Some(_), None) | (None, _) => file_fits,
    }
}

/// Without any route: the parameter stands in quotes in the message of a code finding of the same family in the same service.
pub(in super::super) fn by_named_parameter(web: &Subject<'_>, code: &Subject<'_>, ledger: &mut Ledger<'_>) -> Option<Strength> {
    let families = same_family(web, code)?;
    if !web.candidate.services.iter().any(|service| code.candidate.services.contains(service)) {
        return None;
    }
    let parameter = web.web.as_ref()?.parameter.as_deref()?;
    if !code.quoted_words().contains(parameter) {
        return None;
    }
    ledger.prior(PRIOR, "web and code");
    families.weigh(SAME_FAMILY, SAME_FAMILY, FAMILY_BY_CWE, ledger);
    ledger.add(SUGGESTED_PARAMETER, &["location.parameter", "title", "flow"], || {
        format!("the code finding names the parameter {parameter}; no route is known")
    });
    Some(Strength::Loose)
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn routes_answer_what_they_describe() {
        assert!(answers("/orders/{id}", "/orders/{}"));
        assert!(answers("/orders/:id", "/api/orders/{}"));
        assert!(answers("/orders/{id}", "/orders/latest"));
        assert!(!answers("/orders/{id}", "/orders"));
        assert!(!answers("/{id}", "/api/orders/{}"));
        assert!(answers("/", ""));
    }
}
