//! Where a web finding was seen: site, path pattern, parameter.

use model::Finding;

/// The place of a finding that was seen over HTTP, or of a trace that names the route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WebPlace {
    /// Host without port, folded; `localhost` for all names of the machine itself. Empty when unknown.
    pub(super) host: String,
    /// Path with numbers, ids and named parameters folded to `{}`; no trailing slash.
    pub(super) path: String,
    pub(super) parameter: Option<String>,
    pub(super) method: Option<String>,
}

impl WebPlace {
    /// `None` where the finding names neither URL nor route.
    pub(super) fn of(finding: &Finding) -> Option<Self> {
        let place = &finding.location;
        let url = place.url.as_deref().unwrap_or_default();
        if url.is_empty() && place.route.is_none() {
            return None;
        }
        let (host, path) = split(url);
        let path = place.route.as_deref().filter(|route| !route.is_empty()).map_or(path, |route| split(route).1);
        let parameter = place.parameter.as_deref().map(str::trim).filter(|p| !p.is_empty()).map(str::to_ascii_lowercase);
        let parameter = parameter.or_else(|| only_parameter(finding, url));
        Some(Self { host, path: pattern(&path), parameter, method: place.method.as_deref().map(str::to_ascii_uppercase) })
    }
}

/// A person's report often names the parameter only in the URL or the title: the one query parameter whose name the title repeats.
fn only_parameter(finding: &Finding, url: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let query = query.split('#').next().unwrap_or(query);
    let words: Vec<&str> = finding.title.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).collect();
    let mut named = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty() && words.contains(name));
    let first = named.next()?.to_ascii_lowercase();
    named.next().is_none().then_some(first)
}

/// Host and path of a URL, or of a path alone.
fn split(url: &str) -> (String, String) {
    let url = url.trim();
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let (authority, path) = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}"))),
        None if url.starts_with('/') || url.is_empty() => ("", url.to_owned()),
        None => match url.split_once('/') {
            Some((host, path)) if host.contains('.') || host.contains(':') => (host, format!("/{path}")),
            None if url.contains('.') || url.contains(':') => (url, String::new()),
            _ => ("", format!("/{url}")),
        },
    };
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = if host.starts_with('[') { host.split(']').next().unwrap_or(host) } else { host.split(':').next().unwrap_or(host) };
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let host = match host.as_str() {
        "127.0.0.1" | "::1" | "0.0.0.0" | "localhost.localdomain" => "localhost".to_owned(),
        _ => host,
    };
    (host, path)
}

/// Folds what varies inside a path: numbers, UUIDs, long hexadecimal ids, `{id}`, `:id`, `<int:id>`.
pub(super) fn pattern(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').filter(|s| !s.is_empty()).take(40) {
        out.push('/');
        let inner = segment.trim_matches(['{', '}', '<', '>']);
        if segment.starts_with([':', '{', '<']) || inner.len() != segment.len() || varies(segment) {
            out.push_str("{}");
        } else {
            out.push_str(segment);
        }
    }
    out
}

fn varies(segment: &str) -> bool {
    let hexadecimal = segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    digits == segment.len()
        || (hexadecimal && segment.len() >= 16 && digits > 0)
        || (segment.len() == 36 && segment.matches('-').count() == 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_route_under_many_urls() {
        for url in
            ["https://shop.example/orders/417?x=1", "http://shop.example:8080/orders/9/", "/orders/{id}", "/orders/:id", "/orders/<int:id>"]
        {
            assert_eq!(pattern(&split(url).1), "/orders/{}", "{url}");
        }
        assert_eq!(pattern("/orders/export"), "/orders/export");
        assert_eq!(pattern("/v1/users"), "/v1/users");
        assert_eq!(pattern("/x/6f1c2b7e-1111-4222-8333-0123456789ab"), "/x/{}");
    }

    #[test]
    fn the_machine_itself_has_many_names() {
        for url in ["http://127.0.0.1:5000/", "http://localhost:5000", "http://[::1]/x", "localhost:80/x"] {
            assert_eq!(split(url).0, "localhost", "{url}");
        }
        assert_eq!(split("https://user@shop.example./a").0, "shop.example");
    }
}
