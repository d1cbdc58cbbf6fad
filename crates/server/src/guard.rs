//! Who may ask while there are no accounts: whoever reaches loopback by its own name, and for writes no page of another site.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::{Code, Problem};

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Refuses requests that name another host, and writes that pages of other sites send.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match check(app.port(), &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(port: u16, request: &Request) -> Result<(), Problem> {
    let host = text(request.headers(), &header::HOST);
    // A request may name its host a second time, in its target; that one must be right too.
    let target = request.uri().authority().map(|authority| authority.as_str());
    if !host.is_some_and(|host| is_ours(host, port)) || target.is_some_and(|target| !is_ours(target, port)) {
        return Err(Problem::new(Code::WrongHost, format!("this server answers to http://localhost:{port} and http://127.0.0.1:{port}")));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let site = request.headers().get("sec-fetch-site").map(|value| value.as_bytes());
    let origin = request.headers().get(header::ORIGIN);
    let is_ours = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| is_ours(host, port));
    let same_site = site.is_none_or(|site| matches!(site, b"same-origin" | b"none"));
    let same_origin = origin.is_none_or(|origin| origin.to_str().is_ok_and(is_ours));
    if same_site && same_origin { Ok(()) } else { Err(Problem::new(Code::CrossSite, "only Muster's own pages may change anything")) }
}

fn is_ours(host: &str, port: u16) -> bool {
    let (name, given) = match host.rsplit_once(':') {
        // The last colon of `[::1]` parts no port.
        Some((name, given)) if !given.ends_with(']') => (name, given.parse().ok()),
        _ => (host, Some(80)),
    };
    given == Some(port) && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn names_of_loopback_with_the_port() {
        for host in ["localhost:8420", "LOCALHOST:8420", "127.0.0.1:8420", "[::1]:8420"] {
            assert!(is_ours(host, 8420), "{host}");
        }
        assert!(is_ours("localhost", 80));
        assert!(is_ours("[::1]", 80));
    }

    #[test]
    fn nothing_else() {
        for host in [
            "",
            "localhost",
            "localhost:1",
            "localhost:",
            "evil.example:8420",
            "127.0.0.1.evil.example:8420",
            "[::1]",
            "user@localhost:8420",
            "127.0.0.2:8420",
        ] {
            assert!(!is_ours(host, 8420), "{host}");
        }
    }
}
