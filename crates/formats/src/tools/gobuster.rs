//! Gobuster (content discovery), the text of `-o`. Versions seen: 3.6.
//!
//! Make it with `gobuster dir -u https://shop.example.com -w words.txt -o gobuster.txt`.
//!
//! - index: the lines. The rule is `content-discovered` for all, severity info.
//! - a line is `name (Status: 301) [Size: 169] [--> target]`; with `-e` the name is the whole URL. Without it the site is not in the file, and the
//!   URL is the path alone.
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
    let first = head.text().lines().find(|line| !line.trim().is_empty());
    Match::sure_if(first.is_some_and(|line| line.contains("(Status: ") && line.contains(")")))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("Gobuster");
    lines::each(input, |number, line| {
        let Some((name, rest)) = line.split_once("(Status: ") else {
            out.bad_row(format!("line {number}"), "a line without a status");
            return Ok(());
        };
        let name = name.trim();
        let url = if name.contains("://") || name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        let mut finding = answered(&url, rest.split(')').next());
        let target = rest.split_once("[--> ").map(|(_, target)| target.trim_end().trim_end_matches(']'));
        finding.description = labelled("Redirects to", target);
        out.finding(finding);
        Ok(())
    })?;
    Ok(())
}
