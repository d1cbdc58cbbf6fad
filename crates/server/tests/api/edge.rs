//! What holds for every request: who may ask, how large it may be, what every answer carries, and the pages.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use store::testing::Place;

use crate::app::{App, HOST, request};

fn app() -> (Place, App) {
    let place = Place::sqlite();
    let app = App::at(&place);
    (place, app)
}

#[test]
fn a_host_of_another_name_is_refused_on_every_route_and_page() {
    let (_place, app) = app();
    let ask = |method: &str, path: &str, host: Option<&str>| {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        app.send(request.body(Body::empty()).unwrap())
    };
    for route in server::routes() {
        let method = route.method.word().to_ascii_uppercase();
        for host in [Some("rebound.example:8420"), Some("localhost:9999"), None] {
            ask(&method, &format!("/api/v1{}", route.path), host).problem(421, "wrong_host");
        }
    }
    ask("GET", "/", Some("rebound.example:8420")).problem(421, "wrong_host");
    ask("GET", "http://rebound.example:8420/api/v1/status", Some(HOST)).problem(421, "wrong_host");
    ask("GET", "/api/v1/status", Some("127.0.0.1:8420")).good();
    ask("GET", "/api/v1/status", Some("[::1]:8420")).good();
}

#[test]
fn writes_of_other_sites_are_refused_on_every_route() {
    let (_place, app) = app();
    let foreign: [(&str, &str); 6] = [
        ("origin", "http://evil.example"),
        ("origin", "http://localhost:3000"),
        ("origin", "https://localhost:8420"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for route in server::routes().filter(|route| route.method == server::Method::Post) {
        for (name, value) in foreign {
            let request = request("POST", &format!("/api/v1{}", route.path)).header(name, value).body(Body::from("{}")).unwrap();
            app.send(request).problem(403, "cross_site");
        }
    }
    // Our own page gets past the guard, and is told what is wrong with what it asks.
    let own = request("POST", "/api/v1/issues/none/undo")
        .header("origin", "http://localhost:8420")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json");
    app.send(own.body(Body::from("{}")).unwrap()).problem(404, "not_found");
    // Reading from another site is left to the browser, which keeps the answer from it.
    let read = request("GET", "/api/v1/status").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    let reply = app.send(read);
    assert!(reply.header("access-control-allow-origin").is_empty());
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
}

#[test]
fn every_answer_carries_its_id_and_the_headers_of_safety() {
    let (_place, app) = app();
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/api/v1/status", "/api/v1/nothing", "/", "/assets/none.js"] {
        let reply = app.send(request("GET", path).body(Body::empty()).unwrap());
        let policy = reply.header("content-security-policy");
        for part in ["default-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert!(seen.insert(reply.header("x-request-id").to_owned()), "{path}");
    }
    assert_eq!(app.get("/status").header("cache-control"), "no-store");
}

#[test]
fn unknown_addresses_and_methods_of_the_api() {
    let (_place, app) = app();
    app.get("/nothing").problem(404, "not_found");
    app.send(request("GET", "/api").body(Body::empty()).unwrap()).problem(404, "not_found");
    let reply = app.send(request("DELETE", "/api/v1/issues").body(Body::empty()).unwrap());
    assert!(reply.header("allow").contains("GET"), "{:?}", reply.headers);
    reply.problem(405, "method_not_allowed");
    app.send(request("POST", "/queue").body(Body::empty()).unwrap()).problem(405, "method_not_allowed");
}

#[test]
fn bodies_have_a_type_and_a_limit() {
    let (_place, app) = app();
    let send = |kind: &str, body: String| {
        app.send(request("POST", "/api/v1/issues/x/undo").header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
    };
    send("text/plain", "{}".to_owned()).problem(415, "unsupported_media_type");
    send("application/json", "{".to_owned()).problem(400, "bad_request");
    send("application/json", format!("{{\"a\":\"{}\"}}", "x".repeat(2 * 1024 * 1024))).problem(413, "too_large");
    // Depth has its limit too.
    send("application/json", "[".repeat(100_000)).problem(400, "bad_request");
    app.post("/issues/x/undo", &json!({"unheard": 1})).problem(400, "bad_request");
}

#[test]
fn app_addresses_answer_with_a_page_and_files_that_are_missing_do_not() {
    let (_place, app) = app();
    for path in ["/", "/queue", "/issues/M-1", "/imports/new"] {
        let reply = app.send(request("GET", path).header("accept", "text/html").body(Body::empty()).unwrap());
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(reply.header("content-type").starts_with("text/html"), "{path}");
        assert!(reply.text().contains("Muster"), "{path}");
    }
    for path in ["/assets/none.js", "/favicon.ico", "/assets/../../Cargo.toml", "/..%2fCargo.toml"] {
        let reply = app.send(request("GET", path).body(Body::empty()).unwrap());
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
}
