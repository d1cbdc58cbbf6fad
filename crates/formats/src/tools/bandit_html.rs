//! Bandit (Python SAST), HTML. Versions seen: 1.5 to 1.9.
//!
//! Make it with `bandit -r . -f html -o bandit.html`; JSON is better, see below.
//!
//! - index: the blocks of issues, in the order of the page. Fields mean what they mean in the JSON report (`bandit.rs`); the end of the lines is not
//!   written.
//! - *Skipped files* could not be read: nothing closes there. The metrics show that the run got through. There is no time and no version.
//! - absence proves nothing (read-only): a page compared with a baseline leaves out what was known, and does not say so.

use model::{Finding, Kind};

use super::bandit_csv::severity;
use super::web::{page, plain};
use super::wording::add_cwes;
use crate::read::html::attribute;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `bandit -f html`.
pub(crate) static FORMAT: Format =
    Format { id: "bandit-html", name: "Bandit HTML", kinds: &[Kind::Sast], media: &[Media::Html], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(
        head.starts_with("<") && head.contains("Bandit Report") && (head.contains("issue-block") || head.contains("metrics-box")),
    )
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let page = page(input)?;
    let run = out.run("Bandit");
    run.claims.ran = page.contains("id='loc'") || page.contains("id=\"loc\"");
    run.claims.partial = Some("an HTML page, which may be compared with a baseline".to_owned());
    let (before, results) = page.split_once("id='results'").or_else(|| page.split_once("id=\"results\"")).unwrap_or((&page, ""));
    if let Some((_, skipped)) = before.split_once("Skipped files:</b>") {
        let skipped = skipped.split("</div>").next().unwrap_or_default();
        let files = skipped.split("<br>").filter_map(|line| line.split_once(" <b>reason:</b>")).map(|(file, _)| plain(file));
        run.claims.unread.extend(files);
    }
    for (position, block) in results.split("<div class='issue-block").skip(1).enumerate() {
        let (facts, code) = block.split_once("<pre>").map_or((block, None), |(facts, code)| (facts, code.split("</pre>").next()));
        match finding(facts, code) {
            Some(finding) => out.finding(finding),
            None => out.bad_row(format!("issue {position}"), "no Test ID or no File"),
        }
    }
    Ok(())
}

fn finding(facts: &str, code: Option<&str>) -> Option<Finding> {
    let fact = |label: &str| {
        let (_, rest) = facts.split_once(&format!("<b>{label}:"))?;
        let rest = rest.trim_start().trim_start_matches("</b>");
        Some(rest.split("<br").next().unwrap_or_default()).filter(|text| !text.trim().is_empty())
    };
    let (name, rest) = facts.split_once("<b>")?.1.split_once(':')?;
    let text = plain(rest.trim_start().trim_start_matches("</b>").split("<br").next().unwrap_or_default());
    let rule = plain(fact("Test ID")?);
    let path = plain(fact("File")?.split("</a>").next().unwrap_or_default());
    if rule.is_empty() || path.is_empty() {
        return None;
    }
    let mut finding = Finding::new(Kind::Sast, rule, text.split_whitespace().collect::<Vec<_>>().join(" "));
    let word = |label: &str| fact(label).map(|text| plain(text.split("</").next().unwrap_or_default())).filter(|text| !text.is_empty());
    if let Some(raw) = word("Severity") {
        finding.set_severity(raw.clone(), severity(&raw));
    }
    finding.confidence = word("Confidence");
    add_cwes(&mut finding.cwes, fact("CWE").map(plain).as_deref());
    finding.description = Some(plain(name));
    finding.references.extend(fact("More info").and_then(|text| attribute(text, "href")).map(str::to_owned));
    finding.location.path = Some(path);
    let line = word("Line number").and_then(|text| text.parse::<u32>().ok()).filter(|line| *line > 0);
    finding.location.start_line = line;
    finding.location.end_line = line;
    finding.snippet = code.map(|code| plain(code.trim_matches('\n')));
    Some(finding)
}
