//! Gobuster (content discovery), the text of `-o`. Versions seen: 3.6.
//!
//! Make it with `gobuster dir -u https://shop.example.com -w words.txt -o gobuster.txt`.
//!
//! - index: the lines. The rule is `content-discovered` for all, severity info.
//! - a line is `name (Status: 301) [Size: 169] [--> target]`; with `-e` the name is the whole URL. Without it the site is not in the file, and the
//!   URL is the path alone.
//! - what was printed on a terminal is read too: the banner names the site, and lines without a status are passed over.
//! - nothing shows a time, a version or that the run got through.
//!
//! # Differs
//! - host: where the site is not in the file, `--url` at import says it. (Some readers take it from elsewhere.)

use model::Kind;

use super::discovery::answered;
use super::web::labelled;
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `gobuster dir -o`.
pub(crate) static FORMAT: Format =
    Format { id: "gobuster", name: "Gobuster", kinds: &[Kind::Dast], media: &[Media::Text], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    if head.is_json() || head.starts_with("<") {
        return Match::No;
    }
    // A file written with `-o` starts with a result; what was printed on a terminal starts with a banner.
    let is_result = |line: &str| line.contains("(Status: ") && line.contains(')');
    let first = head.text().lines().find(|line| !line.trim().is_empty());
    Match::sure_if((has_banner(head) && head.text().lines().any(is_result)) || first.is_some_and(is_result))
}

fn has_banner(head: &Head<'_>) -> bool {
    head.text().lines().take(5).any(|line| line.starts_with("Gobuster v"))
}

/// The line without the control sequences of a terminal.
fn plain(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let sequence = part.strip_prefix('[').and_then(|rest| rest.split_once(|c: char| c.is_ascii_alphabetic()));
        out.push_str(sequence.map_or(part, |(_, rest)| rest));
    }
    out.trim_start_matches('\r').to_owned()
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Gobuster");
    let printed = has_banner(&input.head());
    let mut site = None;
    lines::each(input, |number, line| {
        let line = plain(line);
        let Some((name, rest)) = line.split_once("(Status: ") else {
            if let Some(url) = line.strip_prefix("[+] Url:").filter(|_| printed) {
                site = Some(url.trim().trim_end_matches('/').to_owned());
            } else if !printed {
                out.bad_row(format!("line {number}"), "a line without a status");
            }
            return Ok(());
        };
        let name = name.trim();
        let url = if name.contains("://") || name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        let url = site.as_ref().filter(|_| url.starts_with('/')).map_or(url.clone(), |site| format!("{site}{url}"));
        let mut finding = answered(&url, rest.split(')').next());
        let target = rest.split_once("[--> ").map(|(_, target)| target.trim_end().trim_end_matches(']'));
        finding.description = labelled("Redirects to", target);
        out.finding(finding);
        Ok(())
    })?;
    Ok(())
}
