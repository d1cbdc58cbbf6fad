//! Qualys SSL Labs (TLS of public servers), JSON of its API and of `ssllabs-scan`. Versions seen: API v2 to v4, engine 1.5 and 2.x.
//!
//! Make it with `ssllabs-scan --quiet shop.example.com > ssllabs.json` or `GET https://api.ssllabs.com/api/v3/analyze?host=…`.
//!
//! - index: for each host `endpoints[]`: first the grade, then each known attack that the endpoint is open to.
//! - rules: `tls-grade` (title with the grade), and the name of the attack (`heartbleed`, `poodle`, `freak`, `logjam`, `drown`, `robot` …).
//! - severity: grades A+ to A- info, B medium, C high, D, E, F, M (name mismatch) and T (not trusted) critical; attacks as published.
//! - place: the host as URL (`https://host:port`), the address in `distinct` where a host has several.
//! - coverage: `status: READY` says that the host was looked at; `ERROR` is a failed scan of it. An endpoint without a grade (`statusMessage`
//!   says why) is unread. `testTime` is the time, `engineVersion` the version.
//! - left out: certificates, suites, simulations, headers.
//!
//! # Differs
//! - no CWE on the grade, which is no weakness of its own (others set 310).

use model::{Finding, Kind, Severity, Timestamp};
use serde_json::Value;

use super::loose::{at, items, number, text, yes};
use super::sca;
use super::web::labelled;
use crate::read::json::Shape;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of SSL Labs' API.
pub(crate) static FORMAT: Format = Format {
    id: "ssl-labs",
    name: "Qualys SSL Labs",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let of = |top: &str| {
        let has = |name: &str| head.has(&format!("{top}{name}"));
        has("host") && (has("criteriaVersion") || has("engineVersion")) && (has("endpoints") || has("status"))
    };
    Match::sure_if(of("") || of("[]."))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("SSL Labs");
    let mut json = input.json()?;
    if json.shape()? == Shape::Array {
        json.rows(out, host)?;
    } else {
        let place = json.place();
        match json.row::<Value>()? {
            Ok(value) => host(out, value),
            Err(reason) => return Err(ParseError::at(place, reason)),
        }
    }
    json.end()
}

fn host(out: &mut Output<'_>, said: Value) {
    let Some(name) = text(&said, &["host"]) else {
        return out.bad_row(format!("[{}]", out.next_index()), "no host");
    };
    let port = text(&said, &["port"]).unwrap_or_else(|| "443".to_owned());
    let url = if port == "443" { format!("https://{name}") } else { format!("https://{name}:{port}") };
    let run = out.this();
    run.tool_version = run.tool_version.take().or(text(&said, &["engineVersion"]));
    let tested = at(&said, "testTime").and_then(Value::as_i64).map(Timestamp);
    run.at = run.at.max(tested);
    match text(&said, &["status"]).as_deref() {
        Some("READY") => run.claims.ran = true,
        Some("ERROR") => run.claims.unread.push(url.clone()),
        Some(_) => run.claims.partial = Some(format!("{name} was not finished")),
        None => {}
    }
    let endpoints = items(&said, "endpoints");
    for endpoint in endpoints {
        let address = text(endpoint, &["ipAddress"]).filter(|_| endpoints.len() > 1);
        let place = |mut finding: Finding| {
            finding.location.url = Some(url.clone());
            finding.distinct.clone_from(&address);
            finding
        };
        if !endpoint.is_object() {
            out.bad_row(format!("{name}, endpoints"), "expected an object");
            continue;
        }
        match text(endpoint, &["grade", "gradeTrustIgnored"]) {
            Some(grade) => out.finding(place(graded(&name, &grade, endpoint))),
            None => {
                out.this().claims.unread.push(url.clone());
                out.no_finding();
            }
        }
        // A member of another type says neither yes nor no.
        let is_wrong = |details: &Value| {
            !details.is_object()
                || MEMBERS.iter().any(|member| matches!(details.get(member), Some(Value::String(_) | Value::Array(_) | Value::Object(_))))
        };
        if at(endpoint, "details").is_some_and(is_wrong) {
            out.bad_row(format!("{name}, details"), "expected numbers and truth values");
        }
        if let Some(details) = at(endpoint, "details") {
            for (rule, title, severity, cve) in
                ATTACKS.iter().filter(|(rule, ..)| is_open(details, rule)).map(|(rule, t, s, c)| (*rule, *t, *s, *c))
            {
                let mut finding = Finding::new(Kind::Dast, rule, title);
                finding.severity = severity;
                finding.cwes = vec![326];
                sca::identify(&mut finding, cve, []);
                out.finding(place(finding));
            }
        }
    }
}

fn graded(name: &str, grade: &str, endpoint: &Value) -> Finding {
    let mut finding = Finding::new(Kind::Dast, "tls-grade", format!("TLS grade {grade} for {name}"));
    let severity = match grade.chars().next() {
        Some('A') => Severity::Info,
        Some('B') => Severity::Medium,
        Some('C') => Severity::High,
        Some('D'..='F' | 'M' | 'T') => Severity::Critical,
        _ => Severity::Unknown,
    };
    finding.set_severity(grade, severity);
    let parts = [
        labelled("Address", text(endpoint, &["ipAddress"]).as_deref()),
        labelled("Server name", text(endpoint, &["serverName"]).as_deref()),
        labelled("Grade with trust ignored", text(endpoint, &["gradeTrustIgnored"]).as_deref()),
        yes(endpoint, &["hasWarnings"]).then(|| "The report has warnings.".to_owned()),
    ];
    finding.description = super::web::paragraphs(parts);
    finding
}

const ATTACKS: [(&str, &str, Severity, &str); 9] = [
    ("heartbleed", "OpenSSL Heartbleed", Severity::High, "CVE-2014-0160"),
    ("ccs-injection", "OpenSSL CCS injection", Severity::High, "CVE-2014-0224"),
    ("ticketbleed", "Ticketbleed", Severity::High, "CVE-2016-9244"),
    ("robot", "ROBOT (return of Bleichenbacher's oracle)", Severity::High, "CVE-2017-13099"),
    ("poodle", "POODLE (SSL 3.0)", Severity::Medium, "CVE-2014-3566"),
    ("poodle-tls", "POODLE over TLS", Severity::High, "CVE-2014-8730"),
    ("freak", "FREAK", Severity::High, "CVE-2015-0204"),
    ("logjam", "Logjam", Severity::Medium, "CVE-2015-4000"),
    ("drown", "DROWN", Severity::High, "CVE-2016-0800"),
];

const MEMBERS: [&str; 9] =
    ["heartbleed", "openSslCcs", "ticketbleed", "bleichenbacher", "poodle", "poodleTls", "freak", "logjam", "drownVulnerable"];

/// The numbers are those of the API's documentation: 2 and 3 are vulnerable, 1 is not, others are unknown.
fn is_open(details: &Value, rule: &str) -> bool {
    let is = |name: &str, bad: &[f64]| number(details, &[name]).is_some_and(|found| bad.contains(&found));
    match rule {
        "heartbleed" => yes(details, &["heartbleed"]),
        "ccs-injection" => is("openSslCcs", &[3.0]),
        "ticketbleed" => is("ticketbleed", &[2.0]),
        "robot" => is("bleichenbacher", &[2.0, 3.0]),
        "poodle" => yes(details, &["poodle"]),
        "poodle-tls" => is("poodleTls", &[2.0]),
        "freak" => yes(details, &["freak"]),
        "logjam" => yes(details, &["logjam"]),
        "drown" => yes(details, &["drownVulnerable"]),
        _ => false,
    }
}
