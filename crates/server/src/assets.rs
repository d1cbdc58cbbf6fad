//! The web app, embedded. Its addresses are answered by one page, which reads the rest from the address.

use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Code;
use crate::table::BASE;

/// What `npm run build` made; nothing where it was not run.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Built;

const MISSING: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Muster</title></head><body>\
<h1>Muster runs, without its pages</h1><p>This binary was built without the web app; <code>cargo xtask demo</code> builds both. \
The API is at <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p></body></html>";

/// Names with a hash of their content: what they answer never changes.
const HASHED: &str = "assets/";

/// Everything that is no route of the API.
pub(crate) async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    // Below `/api` a page would only confuse.
    if path == "/api" || path.starts_with("/api/") {
        return unknown(request.uri());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return crate::problem::Problem::from(Code::MethodNotAllowed).into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = Built::get(name) {
        return answer(name, file, request.headers());
    }
    if name.starts_with(HASHED) || (is_file(name) && !wants_page(request.headers())) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Built::get("index.html") {
        Some(page) => answer("index.html", page, request.headers()),
        None => Html(MISSING).into_response(),
    }
}

fn unknown(uri: &Uri) -> Response {
    let detail = format!("there is no {}; {BASE}/openapi.json lists what there is", uri.path());
    crate::problem::Problem::new(Code::NotFound, detail).into_response()
}

fn is_file(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

fn answer(name: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let hash: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    let caching = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if asked.get(IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = file.data.into_owned().into_response();
        if let Ok(media) = HeaderValue::from_str(&media(file.metadata.mimetype())) {
            response.headers_mut().insert(CONTENT_TYPE, media);
        }
        response
    };
    response.headers_mut().insert(ETAG, tag);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

fn media(kind: &str) -> String {
    let is_text = kind.starts_with("text/") || kind == "application/json";
    if is_text && !kind.contains("charset") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::is_file;

    #[test]
    fn files_have_an_ending() {
        assert!(is_file("mark.svg") && is_file("a/b.js"));
        assert!(!is_file("") && !is_file("queue") && !is_file("v1.2/queue"));
    }
}
