//! A server on an empty database, asked without a network.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::{Router, http};
use model::Timestamp;
use operations::{Muster, SecretKey};
use serde_json::{Value, json};
use store::testing::Place;
use tokio::runtime::Runtime;
use tower::ServiceExt;

pub(crate) const HOST: &str = "localhost:8420";
pub(crate) const AUTHOR: &str = "robin";

/// 2026-11-20, eight o'clock, and a second later at each look.
pub(crate) fn now() -> Timestamp {
    static LOOKS: AtomicI64 = AtomicI64::new(0);
    Timestamp(1_795_161_600_000 + 1000 * LOOKS.fetch_add(1, Ordering::Relaxed))
}

pub(crate) struct App {
    router: Router,
    // Dropped last: a database must not be dropped among asynchronous tasks.
    pub(crate) muster: Muster,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of an answer that must be good.
    pub(crate) fn good(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        assert!(self.header("content-type").starts_with("application/json"));
        self.json()
    }

    /// Checks that it is a whole problem with that status and code, and gives its detail.
    pub(crate) fn problem(self, status: u16, code: &str) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status, "{body}");
        assert_eq!(body["type"], format!("urn:muster:problem:{code}"));
        assert_eq!(body["request_id"], self.header("x-request-id"));
        assert!(!self.header("x-request-id").is_empty());
        assert!(!body["title"].as_str().unwrap().is_empty());
        body["detail"].as_str().unwrap().to_owned()
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// A request that names the server rightly.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, HOST)
}

impl App {
    pub(crate) fn at(place: &Place) -> Self {
        let muster = Muster::open(place.url(), "acme", SecretKey::new([7; 32]), now()).unwrap();
        let router = server::router(muster.clone(), AUTHOR.to_owned(), now, 8420);
        Self { router, muster }
    }

    /// With reports of `count` findings, each an issue of its own.
    pub(crate) fn with_issues(place: &Place, count: usize) -> Self {
        let app = Self::at(place);
        let answer = app.import(&[("web.sarif", &sarif("Lint", count))], &[("repo", "git.example.com/acme/shop")]);
        assert_eq!(answer["reports"][0]["findings"], count, "{answer}");
        app
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Reply {
        let router = self.router.clone();
        runtime().block_on(async {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
            Reply { status: parts.status, headers: parts.headers, bytes }
        })
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(request("GET", &format!("/api/v1{path}")).body(Body::empty()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        let request = request("POST", &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
    }

    pub(crate) fn form(&self, path: &str, files: &[(&str, &str)], texts: &[(&str, &str)]) -> Reply {
        let mut body = String::new();
        for (name, text) in texts {
            body += &format!("--frontier\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        }
        for (name, content) in files {
            let head = format!("content-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\ncontent-type: application/json");
            body += &format!("--frontier\r\n{head}\r\n\r\n{content}\r\n");
        }
        body += "--frontier--\r\n";
        let request = request("POST", &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier");
        self.send(request.body(Body::from(body)).unwrap())
    }

    pub(crate) fn import(&self, files: &[(&str, &str)], texts: &[(&str, &str)]) -> Value {
        self.form("/imports", files, texts).good()
    }

    /// Ids of all open issues, best first.
    pub(crate) fn ids(&self) -> Vec<String> {
        ids(&self.get("/issues?limit=500").good())
    }
}

/// Ids of the issues of a page.
pub(crate) fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|issue| issue["id"].as_str().unwrap().to_owned()).collect()
}

/// A report of that many findings, each in a file of its own.
pub(crate) fn sarif(tool: &str, count: usize) -> String {
    let result = |at: usize| {
        json!({
            "ruleId": "no-eval",
            "level": if at.is_multiple_of(2) { "error" } else { "warning" },
            "message": {"text": format!("eval of value {at}, which a request gives")},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": format!("src/page{at}.js")},
                "region": {"startLine": 7, "snippet": {"text": format!("eval(request.value{at})")}},
            }}],
        })
    };
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": {"driver": {"name": tool, "rules": [{"id": "no-eval", "properties": {"tags": ["external/cwe/cwe-95"]}}]}},
            "results": (0..count).map(result).collect::<Vec<_>>(),
        }],
    })
    .to_string()
}
