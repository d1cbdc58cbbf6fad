//! Patterns of routes: which addresses they stand for, and the pattern of an address that no document knows.

/// Longest path that is looked at, bytes, and most parts of one.
const LONGEST: usize = 2_000;
const MOST_PARTS: usize = 40;

/// True where the pattern stands for the path, or for another pattern of the same routes: `/orders/{id}`, `/orders/:id`, `/orders/<int:id>`
/// and `/orders/7` meet.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    if pattern.len() > LONGEST || path.len() > LONGEST {
        return false;
    }
    if field(pattern) != field(path) {
        return false;
    }
    let (mut ours, mut theirs) = (parts(pattern), parts(path));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some("**" | "*" | "{*}"), _) => return true,
            (Some(_), None) | (None, Some(_)) => return false,
            (Some(a), Some(b)) if is_parameter(a) || a.eq_ignore_ascii_case(b) || (is_parameter(b) && is_parameter(a)) => {}
            (Some(_), Some(_)) => return false,
        }
    }
}

/// The same pattern in whatever words its parameters have: `/orders/{}`.
pub(super) fn folded(pattern: &str) -> String {
    let mut out = String::new();
    for part in parts(pattern) {
        out.push('/');
        out.push_str(if is_parameter(part) { "{}" } else { part });
    }
    if let Some(field) = field(pattern) {
        out.push('#');
        out.push_str(field);
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// The field of a GraphQL schema that a pattern names: `Query.orders` of `/graphql#Query.orders`. All fields have one address.
fn field(pattern: &str) -> Option<&str> {
    let (_, field) = pattern.split_once('#')?;
    ["Query.", "Mutation.", "Subscription."].iter().any(|root| field.starts_with(root)).then_some(field)
}

/// True for the pattern of a GraphQL field.
pub(super) fn is_field(pattern: &str) -> bool {
    field(pattern).is_some()
}

/// How many parts of a pattern are parameters: the fewer, the closer it is.
pub(super) fn parameters(pattern: &str) -> usize {
    parts(pattern).filter(|part| is_parameter(part)).count()
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.split('/').filter(|part| !part.is_empty()).take(MOST_PARTS)
}

fn is_parameter(part: &str) -> bool {
    (part.starts_with('{') && part.ends_with('}')) || part.starts_with(':') || (part.starts_with('<') && part.ends_with('>')) || part == "*"
}

/// The pattern of an address: numbers, UUIDs, hashes and long tokens are parameters.
pub(super) fn of_path(path: &str) -> String {
    let mut out = String::new();
    for part in parts(path.get(..path.len().min(LONGEST)).unwrap_or_default()) {
        out.push('/');
        out.push_str(if is_value(part) { "{id}" } else { part });
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

fn is_value(part: &str) -> bool {
    let all = |of: fn(u8) -> bool| part.bytes().all(of);
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    all(|byte| byte.is_ascii_digit())
        || (part.len() >= 8 && digits > 0 && all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
        || (part.len() >= 16 && digits >= 3 && all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))
        || part.contains('%')
        || part.contains('@')
}

/// The path of an address, and its host.
pub(super) fn of_url(url: &str) -> (Option<&str>, &str) {
    match url.split_once("://") {
        Some((_, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (Some(host), if path.is_empty() { "/" } else { path })
        }
        None => (None, url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_paths() {
        assert!(matches("/orders/{id}", "/orders/7?x=1") && matches("/orders/:id/", "/orders/{orderId}"));
        assert!(matches("/orders/<int:id>", "/orders/7") && matches("/static/**", "/static/a/b/c"));
        assert!(!matches("/orders/{id}", "/orders") && !matches("/orders/{id}", "/orders/7/items") && !matches("/a", "/b"));
        assert!(matches("/graphql#Query.a", "/graphql#Query.a") && !matches("/graphql#Query.a", "/graphql#Query.b"));
        assert!(!matches("/graphql#Query.a", "/graphql") && matches("/orders", "/orders#top"));
        assert_ne!(folded("/graphql#Query.a"), folded("/graphql#Mutation.a"));
        assert_eq!((folded("/Orders/{id}/items"), folded("")), ("/Orders/{}/items".to_owned(), "/".to_owned()));
    }

    #[test]
    fn values_become_parameters() {
        assert_eq!(of_path("/orders/4711/items/9f2d394c-63a9-1eda-9054-98e5b719b591"), "/orders/{id}/items/{id}");
        assert_eq!(of_path("/api/v1/status"), "/api/v1/status");
        assert_eq!(of_path("/u/ada@example.com?x=1"), "/u/{id}");
        assert_eq!(of_url("https://shop.example.com/a?b"), (Some("shop.example.com"), "/a?b"));
        assert_eq!(of_url("/a"), (None, "/a"));
    }
}
