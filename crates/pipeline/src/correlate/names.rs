//! How names of the inventory and of reports are compared. Their canonical forms are [`crate::normalise`]'s.

use crate::normalise::WebUrl;

/// What two ids of one repository have in common: on the code hosts that ignore case in paths, self-hosted ones included, the id in
/// lower case.
#[must_use]
pub fn repository_key(id: &str) -> String {
    let host = id.split('/').next().unwrap_or(id).to_ascii_lowercase();
    let folds = ["github", "gitlab", "bitbucket", "gitea", "forgejo", "codeberg", "azure"].iter().any(|name| host.contains(name));
    if folds { id.to_lowercase() } else { format!("{host}{}", id.get(host.len()..).unwrap_or_default()) }
}

/// A URL as far as it places: origin with scheme and default ports folded, and the segments of its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPlace {
    /// Host in lower case, and the port where it is not the default; `localhost` for every loopback name.
    pub origin: String,
    /// Path without leading and trailing slash, empty segments dropped.
    pub path: String,
}

/// Takes a URL apart. `None` where it has no scheme and host.
#[must_use]
pub fn url_place(text: &str) -> Option<UrlPlace> {
    let url = WebUrl::parse(text)?;
    let host = if matches!(url.host.as_str(), "0.0.0.0" | "[::]" | "::") { "localhost" } else { url.host.as_str() };
    // Scheme and default port fold: http://x, https://x and https://x:443 are one site to those who own it.
    let origin = match url.port {
        None | Some(80 | 443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    };
    let path = url.path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect::<Vec<_>>().join("/");
    Some(UrlPlace { origin, path })
}

/// A path inside a repository: forward slashes, no `./` head, no slash at either end.
#[must_use]
pub fn tidy_path(path: &str) -> &str {
    let mut path = path.trim();
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    if path == "." { "" } else { path.trim_matches('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_of_hosts_that_ignore_case() {
        for (a, b, same) in [
            ("github.com/acme/Shop", "github.com/Acme/shop", true),
            ("gitlab.acme.example/A/b", "gitlab.acme.example/a/B", true),
            ("git.acme.example/Shop", "git.acme.example/shop", false),
            ("GIT.acme.example/Shop", "git.acme.example/Shop", true),
        ] {
            assert_eq!(repository_key(a) == repository_key(b), same, "{a} {b}");
        }
    }

    #[test]
    fn urls_fold_scheme_port_and_loopback() {
        let place = |text: &str| url_place(text).map(|place| (place.origin, place.path));
        let shop = Some(("shop.example.com".to_owned(), "api".to_owned()));
        for text in ["https://shop.example.com/api", "http://SHOP.example.com:80//api/", "https://me:x@shop.example.com:443/api?x=/y#z"] {
            assert_eq!(place(text), shop, "{text}");
        }
        for text in ["http://localhost:3000", "https://127.0.0.1:3000/", "http://[::1]:3000/?a", "http://0.0.0.0:3000"] {
            assert_eq!(place(text), Some(("localhost:3000".to_owned(), String::new())), "{text}");
        }
        for text in ["/orders", "shop.example.com", "https://", "://x"] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    #[test]
    fn paths() {
        for (text, tidy) in [("./a/b/", "a/b"), ("././a", "a"), (".", ""), ("/", ""), ("", ""), (".github", ".github")] {
            assert_eq!(tidy_path(text), tidy, "{text}");
        }
    }
}
