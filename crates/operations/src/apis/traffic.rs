//! What was called: HAR files of browsers and proxies, and lists of addresses that crawlers write.

use model::Timestamp;
use serde::Deserialize;

use super::pattern::{of_path, of_url};
use super::read::{Document, Entry};

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    entries: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exchange {
    #[serde(default)]
    started_date_time: Option<String>,
    request: Request,
    #[serde(default)]
    response: Response,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    name: String,
}

#[derive(Default, Deserialize)]
struct Response {
    #[serde(default)]
    status: i64,
}

/// A HAR file: what was called, and what answered without credentials.
pub(super) fn har(text: &str) -> Option<Result<Document, String>> {
    let head: String = text.chars().take(4096).collect();
    if !head.starts_with('{') || !head.contains("\"log\"") || !text.contains("\"entries\"") {
        return None;
    }
    let har: Har = match serde_json::from_str(text) {
        Ok(har) => har,
        Err(error) => return Some(Err(format!("line {}: {error}", error.line()))),
    };
    let mut entries = Vec::new();
    for exchange in har.log.entries {
        let named = |name: &str| exchange.request.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name));
        let credentials = named("authorization") || named("cookie") || named("x-api-key");
        let at = exchange.started_date_time.as_deref().and_then(Timestamp::lenient);
        if let Some(entry) = call(&exchange.request.method, &exchange.request.url, exchange.response.status, at, Some(credentials)) {
            entries.push(entry);
        }
    }
    Some(Ok(Document { how: "seen", entries, warnings: Vec::new() }))
}

/// One call. What answers *not found* is no endpoint, and neither are pictures and scripts.
pub(super) fn call(method: &str, url: &str, status: i64, at: Option<Timestamp>, credentials: Option<bool>) -> Option<Entry> {
    const FILES: [&str; 14] =
        [".js", ".css", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".woff", ".woff2", ".map", ".ttf", ".webp", ".html"];
    let method = method.trim().to_ascii_uppercase();
    let plain = !method.is_empty() && method.len() <= 10 && method.bytes().all(|byte| byte.is_ascii_uppercase());
    if !plain || matches!(method.as_str(), "OPTIONS" | "CONNECT" | "PRI") || matches!(status, 404 | 405 | 400) {
        return None;
    }
    let (host, path) = of_url(url);
    let pattern = of_path(path);
    if !path.starts_with('/') || FILES.iter().any(|end| pattern.to_ascii_lowercase().ends_with(end)) {
        return None;
    }
    let auth = match (credentials, status) {
        (Some(false), 200..=299) => "none",
        (_, 401) => "required",
        _ => "unknown",
    };
    Some(Entry { method, pattern, host: host.map(str::to_owned), first: at, last: at, calls: 1, auth, ..Entry::default() })
}

/// Addresses, one a line, as crawlers of scanners list them, alone or as JSON (`{"request": {"method", "endpoint"}}`): tested.
pub(super) fn urls(text: &str) -> Option<Result<Document, String>> {
    let mut entries = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with('{') {
            let row: serde_json::Value = serde_json::from_str(line).ok()?;
            let request = row.get("request")?;
            let url = request.get("endpoint").or_else(|| request.get("url"))?.as_str()?;
            let method = request.get("method").and_then(serde_json::Value::as_str).unwrap_or("GET");
            let at = row.get("timestamp").and_then(serde_json::Value::as_str).and_then(Timestamp::lenient);
            let status = row.pointer("/response/status_code").and_then(serde_json::Value::as_i64).unwrap_or(200);
            entries.extend(call(method, url, status, at, None));
            continue;
        }
        let mut words = line.split_whitespace();
        let (first, second) = (words.next()?, words.next());
        let (method, url) = if first.contains("://") { ("GET", first) } else { (first, second?) };
        if !url.starts_with("http://") && !url.starts_with("https://") || words.next().is_some() {
            return None;
        }
        entries.extend(call(method, url, 200, None, None));
    }
    (!entries.is_empty()).then(|| Ok(Document { how: "tested", entries, warnings: Vec::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn har_and_crawls() {
        let text = r#"{"log": {"entries": [
            {"startedDateTime": "2026-01-02T10:00:00Z", "request": {"method": "GET", "url": "https://shop.example.com/orders/7", "headers": [{"name": "Cookie"}]}, "response": {"status": 200}},
            {"startedDateTime": "2026-01-02T11:00:00Z", "request": {"method": "GET", "url": "https://shop.example.com/health", "headers": []}, "response": {"status": 200}},
            {"request": {"method": "GET", "url": "https://shop.example.com/.env"}, "response": {"status": 404}}]}}"#;
        let entries = har(text).unwrap().unwrap().entries;
        let shown: Vec<(&str, &str)> = entries.iter().map(|entry| (entry.pattern.as_str(), entry.auth)).collect();
        assert_eq!(shown, [("/orders/{id}", "unknown"), ("/health", "none")]);
        assert_eq!(entries[0].host.as_deref(), Some("shop.example.com"));
        assert!(har("{\"log\": {\"entries\": [").unwrap().is_err());
        let read = urls("https://shop.example.com/a/1\nPOST https://shop.example.com/b\n").unwrap().unwrap();
        assert_eq!((read.how, read.entries.len(), read.entries[1].method.as_str()), ("tested", 2, "POST"));
        assert!(urls("hello world\n").is_none());
    }
}
