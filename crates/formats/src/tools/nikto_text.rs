//! What Nikto shows, and what it writes with `-Format txt`: `+ OSVDB-3092: GET /admin/: This might be interesting.`

use model::Timestamp;

use super::nikto::{Item, push};
use super::web::guessed_site;
use super::wording::{plain_line, whole};
use crate::read::lines;
use crate::{Head, Input, Output, ParseError};

const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "TRACE", "TRACK", "PROPFIND", "SEARCH"];
/// What lines tell of the scan that are no results.
const ABOUT: [&str; 12] = [
    "Target IP:",
    "Start Time:",
    "SSL Info:",
    "Server:",
    "Platform:",
    "Virtual Host:",
    "Multiple IPs found",
    "No CGI Directories found",
    "Root page / redirects to",
    "Scan terminated",
    "Your Nikto",
    "No web server found",
];

/// True where the text begins with the program's name, or with the host that it looked at.
pub(super) fn is_text(head: &Head<'_>) -> bool {
    let lines: Vec<&str> = head.text().lines().map(str::trim).filter(|line| !line.is_empty()).take(30).collect();
    let named = lines.iter().any(|line| line.strip_prefix("- Nikto v").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
    named && lines.iter().any(|line| line.starts_with("+ Target ") || line.starts_with("+ ERROR") || line.starts_with("+ 0 host"))
}

#[derive(Default)]
struct Target {
    host: String,
    site: String,
    started: bool,
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let (mut target, mut version, mut hosts) = (Target::default(), None, 0);
    let ended = lines::each(input, |number, line| {
        let line = plain_line(line);
        let text = line.trim();
        if let Some(name) = text.strip_prefix("- Nikto v") {
            version = Some(name.split(['/', ' ']).next().unwrap_or(name).to_owned());
        }
        let Some(text) = text.strip_prefix("+ ") else { return Ok(()) };
        if let Some(host) = text.strip_prefix("Target Hostname:").or_else(|| text.strip_prefix("Target Host:")) {
            hosts += 1;
            out.run("Nikto").tool_version.clone_from(&version);
            target = Target { host: host.trim().to_owned(), ..Target::default() };
        } else if let Some(port) = text.strip_prefix("Target Port:") {
            target.site = guessed_site(&target.host, Some(port.trim()));
            out.this().url = Some(target.site.clone());
        } else if let Some(time) = text.strip_prefix("Start Time:") {
            target.started = true;
            out.this().at = Timestamp::lenient(time.split('(').next().unwrap_or(time).trim());
        } else if text.starts_with("End Time:") {
            out.this().claims.ran = out.this().claims.failed.is_none();
        } else if text.contains(" host(s) tested") || is_count(text) {
            // The line with the number of requests, errors and items.
        } else if ABOUT.iter().any(|start| text.starts_with(start)) {
            if text.starts_with("Scan terminated") {
                out.this().claims.partial = Some("the scan was terminated".to_owned());
            }
        } else {
            push(out, &target.site, &format!("line {number}"), item(text));
        }
        Ok(())
    })?;
    if hosts == 0 {
        out.this().tool_version = version;
    }
    whole(out, ended);
    Ok(())
}

/// `8074 requests: 0 error(s) and 8 item(s) reported on remote host`, `7785 items checked: …`.
fn is_count(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && (text.contains(" item(s) reported") || text.contains(" requests:"))
}

fn item(text: &str) -> Item {
    let mut rest = text;
    let mut item = Item::default();
    if let Some((id, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")).filter(|(id, _)| is_number(id)) {
        (item.id, rest) = (Some(id.to_owned()), after);
    }
    if let Some((id, after)) = rest.strip_prefix("OSVDB-").and_then(|rest| rest.split_once(": ")).filter(|(id, _)| is_number(id)) {
        (item.osvdb, rest) = (Some(id.to_owned()), after);
    }
    if let Some((method, after)) = rest.split_once(' ').filter(|(word, after)| METHODS.contains(word) && after.starts_with('/')) {
        (item.method, rest) = (Some(method.to_owned()), after);
    }
    if let Some((path, after)) = rest.split_once(": ").filter(|(path, _)| path.starts_with('/') && !path.contains(' ')) {
        (item.url, rest) = (Some(path.to_owned()), after);
    }
    let (message, links) = rest.split_once(" See: ").unwrap_or((rest, ""));
    item.msg = Some(message.trim_end_matches([':', ' ']).to_owned()).filter(|text| !text.is_empty());
    item.references = Some(links.to_owned()).filter(|links| !links.is_empty());
    item
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
