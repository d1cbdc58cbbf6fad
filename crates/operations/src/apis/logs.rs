//! Access logs: nginx and Apache (common and combined), Envoy's default, and JSON lines of nginx, Envoy, Kong and AWS API Gateway.

use model::Timestamp;
use serde_json::Value;

use super::read::{Document, Entry};
use super::traffic::call;

/// Lines that look like no log may be so many in a thousand.
const ODD: usize = 200;

fn document(entries: Vec<Entry>, odd: usize) -> Document {
    let warnings = if odd > 0 { vec![format!("{odd} lines are no log line and were left out")] } else { Vec::new() };
    Document { how: "seen", entries, warnings }
}

/// Lines with a quoted request: `1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] "GET /orders/7 HTTP/1.1" 200 …` and Envoy's
/// `[2026-01-01T00:00:00.000Z] "GET /orders/7 HTTP/1.1" 200 - …`.
pub(super) fn lines(text: &str) -> Option<Result<Document, String>> {
    let is_log = |line: &str| line.contains(" HTTP/") && line.contains('"') && line.contains('[');
    text.lines().find(|line| !line.trim().is_empty()).filter(|line| is_log(line))?;
    let (mut entries, mut odd, mut all) = (Vec::new(), 0usize, 0usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        all += 1;
        match line_of(line) {
            Some(found) => entries.extend(found),
            None => odd += 1,
        }
    }
    if odd * 1000 > all * ODD {
        return Some(Err(format!("{odd} of {all} lines are no log line")));
    }
    Some(Ok(document(entries, odd)))
}

/// The call of a line, where it counts; `None` where it is no log line.
fn line_of(line: &str) -> Option<Option<Entry>> {
    let mut quoted = line.split('"');
    let (before, request, after) = (quoted.next()?, quoted.next()?, quoted.next()?);
    let mut words = request.split_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    let status: i64 = after.split_whitespace().next()?.parse().ok()?;
    let time = before.rsplit_once('[').map_or("", |(_, rest)| rest.split(']').next().unwrap_or(rest));
    // Envoy names the host among the quoted words behind.
    let host = before.starts_with('[').then(|| line.split('"').nth(9)).flatten().filter(|host| host.contains('.') && !host.contains(' '));
    let mut found = call(method, path, status, time_of(time), None);
    if let (Some(found), Some(host)) = (&mut found, host) {
        found.host = Some(host.to_owned());
    }
    Some(found)
}

/// `10/Oct/2026:13:55:36 +0000`, RFC 3339, or seconds or milliseconds since 1970.
fn time_of(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        #[expect(clippy::cast_possible_truncation, reason = "a time that is far off is refused where it is used")]
        let whole = if number > 1e11 { number } else { number * 1000.0 } as i64;
        return Some(Timestamp(whole));
    }
    let mut parts = text.splitn(3, '/');
    if let (Some(day), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next())
        && let Some(month) = MONTHS.iter().position(|known| *known == month)
        && let Some((year, clock)) = rest.split_once(':')
    {
        return Timestamp::lenient(&format!("{year}-{:02}-{day} {clock}", month + 1));
    }
    Timestamp::lenient(text)
}

/// One JSON object a line (or an array of them).
pub(super) fn json_lines(text: &str) -> Option<Result<Document, String>> {
    let first = text.lines().find(|line| !line.trim().is_empty())?.trim();
    if !first.starts_with('{') || !first.ends_with('}') {
        return None;
    }
    let value: Value = serde_json::from_str(first).ok()?;
    value_of(&value)?;
    let (mut entries, mut odd, mut all) = (Vec::new(), 0usize, 0usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        all += 1;
        match serde_json::from_str::<Value>(line).ok().and_then(|value| value_of(&value)) {
            Some(found) => entries.extend(found),
            None => odd += 1,
        }
    }
    if odd * 1000 > all * ODD {
        return Some(Err(format!("{odd} of {all} lines are no log line")));
    }
    Some(Ok(document(entries, odd)))
}

/// The call of an object; `None` where it is no log line.
fn value_of(value: &Value) -> Option<Option<Entry>> {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| {
            let found = if name.starts_with('/') { value.pointer(name) } else { value.get(name) }?;
            found
                .as_str()
                .map(str::to_owned)
                .or_else(|| found.as_i64().map(|number| number.to_string()))
                .or_else(|| found.as_f64().map(|number| number.to_string()))
        })
    };
    let (method, path) = match text(&["routeKey"]).or_else(|| text(&["request"])).filter(|text| text.contains(' ')) {
        // `GET /orders/{id}` of a gateway, `GET /orders/7 HTTP/1.1` of nginx.
        Some(line) => {
            let mut words = line.split_whitespace().map(str::to_owned);
            (words.next()?, words.next()?)
        }
        None => (
            text(&["/request/method", "httpMethod", "method", "request_method", "http_method", ":method"])?,
            text(&["resourcePath", "/request/uri", "path", "request_uri", "uri", "url", "/request/url", ":path"])?,
        ),
    };
    let status = text(&["/response/status", "status", "response_code", "status_code"])?.parse().ok()?;
    let at = text(&[
        "started_at",
        "start_time",
        "time_iso8601",
        "time_local",
        "requestTime",
        "@timestamp",
        "timestamp",
        "time",
        "requestTimeEpoch",
    ]);
    let host = text(&["/request/headers/host", "authority", ":authority", "host", "http_host", "domainName"]);
    let consumer = text(&["/consumer/username", "/consumer/id", "/authenticated_entity/id", "user", "principalId"]);
    let credentials = (consumer.is_some() || value.pointer("/request/headers/authorization").is_some()).then_some(true);
    let mut found = call(&method, &path, status, at.as_deref().and_then(time_of), credentials);
    if let Some(found) = &mut found {
        found.host = found.host.take().or(host);
        // A gateway's consumer shows that it asked who it is.
        if consumer.is_some() && found.auth == "unknown" {
            found.auth = "required";
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(read: Option<Result<Document, String>>) -> (String, String, String, &'static str, i64) {
        let entry = read.unwrap().unwrap().entries.remove(0);
        (entry.method, entry.pattern, entry.host.unwrap_or_default(), entry.auth, entry.last.unwrap().0)
    }

    #[test]
    fn logs_of_servers_and_gateways() {
        let at = Timestamp::lenient("2026-10-10T13:55:36Z").unwrap().0;
        let row = |host: &str, auth: &'static str| ("GET".to_owned(), "/orders/{id}".to_owned(), host.to_owned(), auth, at);
        assert_eq!(
            one(lines("1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] \"GET /orders/7?x=1 HTTP/1.1\" 200 12 \"-\" \"curl\"\n")),
            row("", "unknown")
        );
        assert_eq!(
            one(lines(
                "[2026-10-10T13:55:36.000Z] \"GET /orders/7 HTTP/1.1\" 401 - 0 12 5 4 \"-\" \"curl\" \"id\" \"shop.example.com\" \"10.0.0.1:80\"\n"
            )),
            row("shop.example.com", "required")
        );
        assert_eq!(
            one(json_lines(
                r#"{"start_time":"2026-10-10T13:55:36Z","method":"GET","path":"/orders/7","authority":"shop.example.com","response_code":200}"#
            )),
            row("shop.example.com", "unknown")
        );
        let kong = format!(
            r#"{{"started_at":{at},"request":{{"method":"GET","uri":"/orders/7","headers":{{"host":"shop.example.com"}}}},"response":{{"status":200}},"consumer":{{"username":"a"}}}}"#
        );
        assert_eq!(one(json_lines(&kong)), row("shop.example.com", "required"));
        assert_eq!(
            one(json_lines(
                r#"{"requestTime":"10/Oct/2026:13:55:36 +0000","httpMethod":"GET","resourcePath":"/orders/{id}","status":"200"}"#
            )),
            row("", "unknown")
        );
        assert_eq!(
            one(json_lines(r#"{"time_iso8601":"2026-10-10T13:55:36+00:00","request":"GET /orders/7 HTTP/1.1","status":200}"#)),
            row("", "unknown")
        );
        assert!(json_lines("{\"a\": 1}\n").is_none() && lines("hello\n").is_none());
        let odd = format!("{}{}", "1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] \"GET /a HTTP/1.1\" 200 1\n", "what\n".repeat(9));
        assert!(lines(&odd).unwrap().is_err());
    }
}
