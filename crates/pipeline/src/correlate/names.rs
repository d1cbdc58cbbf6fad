//! One spelling for repositories, images and URLs, so that what a report states and what the inventory declares can be compared.

/// The canonical id of a repository (`host/segment/…`) from any form in which people and tools write it: web address, clone address
/// over HTTPS or SSH, `user@host:path`, `scm:git:…`, with or without `.git`. The host is in lower case; the path keeps its case.
/// `None` where it is empty or a path on a disk.
#[must_use]
pub fn repository_id(text: &str) -> Option<String> {
    let mut rest = text.trim();
    for prefix in ["scm:", "git+", "git:", "url:"] {
        // `git://host` is a scheme of its own.
        if !rest.starts_with("git://") {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
    }
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = match rest.split_once("://") {
        Some(("file", _)) => return None,
        Some((scheme, after)) => {
            let (authority, path) = after.split_once('/').unwrap_or((after, ""));
            (without_port(authority, scheme != "http" && scheme != "https"), path)
        }
        None => plain_repository(rest)?,
    };
    let host = authority.rsplit('@').next().unwrap_or(authority).trim_end_matches('.').to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let host = if host == "ssh.dev.azure.com" { "dev.azure.com" } else { host };
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect();
    if segments.contains(&"..") || host.is_empty() || host.starts_with('.') || host.contains(char::is_whitespace) {
        return None;
    }
    drop_page_parts(host, &mut segments);
    if let Some(last) = segments.last_mut() {
        *last = last.strip_suffix(".git").unwrap_or(last);
    }
    segments.retain(|segment| !segment.is_empty());
    let mut id = host.to_owned();
    for segment in segments {
        id.push('/');
        id.push_str(segment);
    }
    Some(id)
}

/// `user@host:path`, `host:path`, `host:7999/path` or `host/path`.
fn plain_repository(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() || text.starts_with(['/', '.', '~']) || text.contains('\\') {
        return None;
    }
    let slash = text.find('/').unwrap_or(text.len());
    match text.split_once(':') {
        Some((host, path)) if host.len() < slash => {
            let port = path.split('/').next().unwrap_or_default();
            if !host.contains('@') && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) {
                Some(text.split_once('/').unwrap_or((text, "")))
            } else {
                Some((host, path))
            }
        }
        _ => Some(text.split_once('/').unwrap_or((text, ""))),
    }
}

/// The authority without its port where the port says nothing: the default one of HTTP, any of SSH and Git (the web address has none).
fn without_port(authority: &str, always: bool) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && (always || port == "443" || port == "80") => host,
        _ => authority,
    }
}

/// Removes what belongs to a code host's pages and clone addresses, not to the repository.
fn drop_page_parts(host: &str, segments: &mut Vec<&str>) {
    if host == "dev.azure.com" {
        // dev.azure.com/org/project/_git/name over HTTPS is ssh.dev.azure.com:v3/org/project/name over SSH.
        if segments.first() == Some(&"v3") {
            segments.remove(0);
        }
        segments.retain(|segment| *segment != "_git");
        segments.truncate(3);
    } else if host == "github.com" || host == "bitbucket.org" {
        segments.truncate(2);
    } else {
        // Bitbucket Data Center clones over HTTPS under /scm; GitLab separates pages by /-/.
        if segments.len() > 2 && segments.first() == Some(&"scm") {
            segments.remove(0);
        }
        if let Some(page) = segments.iter().position(|segment| *segment == "-") {
            segments.truncate(page);
        }
    }
}

/// What two ids of one repository have in common: on the code hosts that ignore case in paths, the id in lower case.
#[must_use]
pub fn repository_key(id: &str) -> String {
    let host = id.split('/').next().unwrap_or(id).to_ascii_lowercase();
    let folds = ["github", "gitlab", "bitbucket", "gitea", "forgejo", "codeberg", "azure"].iter().any(|name| host.contains(name));
    if folds { id.to_lowercase() } else { format!("{host}{}", id.get(host.len()..).unwrap_or_default()) }
}

/// The canonical name of an image repository: registry, path, no tag, no digest. Docker Hub's short names are written out, as every
/// client does (`nginx` is `docker.io/library/nginx`). `None` where it is empty.
#[must_use]
pub fn image_id(text: &str) -> Option<String> {
    let mut rest = text.trim();
    for scheme in ["docker://", "oci://", "docker-daemon:", "registry:", "https://", "http://", "docker-image://", "docker-pullable://"] {
        rest = rest.strip_prefix(scheme).unwrap_or(rest);
    }
    let rest = rest.split(['?', '@']).next().unwrap_or(rest).trim_matches('/');
    // A colon after the last slash starts a tag; one before it, a port.
    let name = match rest.rfind(':') {
        Some(colon) if !rest.get(colon..).unwrap_or_default().contains('/') && rest.contains('/') => rest.get(..colon).unwrap_or(rest),
        Some(colon) if !rest.contains('/') => rest.get(..colon).unwrap_or(rest),
        _ => rest,
    };
    let name = name.to_ascii_lowercase();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    let (first, others) = name.split_once('/').unwrap_or(("", &name));
    let registry = first.contains(['.', ':']) || first == "localhost";
    Some(match (registry, first) {
        (true, "index.docker.io" | "registry-1.docker.io" | "docker.io") if !others.contains('/') => format!("docker.io/library/{others}"),
        (true, "index.docker.io" | "registry-1.docker.io") => format!("docker.io/{others}"),
        (true, _) => name,
        (false, "") => format!("docker.io/library/{name}"),
        (false, _) => format!("docker.io/{name}"),
    })
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
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    let default_port = match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => "80",
        "https" | "wss" => "443",
        scheme if scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) => "",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let authority = authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (authority.as_str(), ""),
    };
    let host = host.trim_end_matches('.');
    if host.is_empty() || host.contains(char::is_whitespace) {
        return None;
    }
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0" | "[::]");
    let host = if loopback { "localhost" } else { host };
    // Scheme and default port fold: http://x, https://x and https://x:443 are one site to those who own it.
    let folded = port.is_empty() || port == default_port || (port == "80" || port == "443");
    let origin = if folded { host.to_owned() } else { format!("{host}:{port}") };
    let path = path.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect::<Vec<_>>().join("/");
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
    fn every_form_of_a_repository_is_one_id() {
        for text in [
            "github.com/acme/Shop",
            "https://github.com/acme/Shop",
            "https://GitHub.com/acme/Shop.git",
            "https://token@github.com:443/acme/Shop/",
            "git@github.com:acme/Shop.git",
            "ssh://git@github.com:22/acme/Shop.git",
            "ssh://git@github.com/acme/Shop",
            "git://github.com/acme/Shop.git",
            "git+https://github.com/acme/Shop.git",
            "scm:git:https://github.com/acme/Shop.git",
            "scm:git:git@github.com:acme/Shop.git",
            "https://www.github.com/acme/Shop/tree/main/services/api",
            "github.com:acme/Shop",
        ] {
            assert_eq!(repository_id(text).as_deref(), Some("github.com/acme/Shop"), "{text}");
        }
        assert_eq!(repository_key("github.com/acme/Shop"), repository_key("github.com/Acme/shop"));
        assert_ne!(repository_key("git.acme.example/Shop"), repository_key("git.acme.example/shop"));
    }

    #[test]
    fn code_hosts_with_ways_of_their_own() {
        for (text, id) in [
            ("https://gitlab.com/acme/group/sub/app.git", "gitlab.com/acme/group/sub/app"),
            ("https://gitlab.com/acme/app/-/tree/main/x", "gitlab.com/acme/app"),
            ("https://dev.azure.com/acme/Project/_git/app", "dev.azure.com/acme/Project/app"),
            ("git@ssh.dev.azure.com:v3/acme/Project/app", "dev.azure.com/acme/Project/app"),
            ("https://bitbucket.acme.example/scm/shop/app.git", "bitbucket.acme.example/shop/app"),
            ("ssh://git@bitbucket.acme.example:7999/shop/app.git", "bitbucket.acme.example/shop/app"),
            ("https://git.acme.example:8443/shop/app", "git.acme.example:8443/shop/app"),
            ("git.acme.example:8443/shop/app", "git.acme.example:8443/shop/app"),
        ] {
            assert_eq!(repository_id(text).as_deref(), Some(id), "{text}");
        }
        for text in ["", "/home/me/app", "../app", "file:///home/me/app", "C:\\app", "github.com/acme/../x"] {
            assert_eq!(repository_id(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_is_its_own_id() {
        for text in ["github.com/acme/shop", "gitlab.com/a/b/c", "git.acme.example:8443/shop/app", "acme/shop"] {
            assert_eq!(repository_id(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn images_lose_tag_and_digest() {
        for (text, id) in [
            ("registry.example.com/acme/api:1.2", "registry.example.com/acme/api"),
            ("registry.example.com:5000/acme/api:1.2@sha256:abc", "registry.example.com:5000/acme/api"),
            ("registry.example.com:5000/acme/api", "registry.example.com:5000/acme/api"),
            ("localhost/api", "localhost/api"),
            ("nginx", "docker.io/library/nginx"),
            ("nginx:1.27", "docker.io/library/nginx"),
            ("acme/api:1", "docker.io/acme/api"),
            ("index.docker.io/acme/api", "docker.io/acme/api"),
            ("docker.io/nginx", "docker.io/library/nginx"),
            ("docker://GHCR.io/Acme/Api@sha256:00", "ghcr.io/acme/api"),
        ] {
            assert_eq!(image_id(text).as_deref(), Some(id), "{text}");
        }
        assert_eq!(image_id(" "), None);
    }

    #[test]
    fn urls_fold_scheme_port_and_loopback() {
        let place = |text: &str| url_place(text).map(|place| (place.origin, place.path));
        let shop = Some(("shop.example.com".to_owned(), "api".to_owned()));
        for text in ["https://shop.example.com/api", "http://SHOP.example.com:80//api/", "https://me:x@shop.example.com:443/api?x=/y#z"] {
            assert_eq!(place(text), shop, "{text}");
        }
        for text in ["http://localhost:3000", "https://127.0.0.1:3000/", "http://[::1]:3000/?a"] {
            assert_eq!(place(text), Some(("localhost:3000".to_owned(), String::new())), "{text}");
        }
        for text in ["/orders", "shop.example.com", "https://", "://x"] {
            assert_eq!(place(text).map(|p| p.0).filter(|o| !o.is_empty() && text.starts_with("http")), None, "{text}");
        }
    }
}
