//! Nikto, CSV and text. Versions seen: 2.6.1 and the seven columns of 2.1; text: 2.1 to 2.5.
//!
//! Make it with `nikto -h https://shop.example.com -Format csv -output nikto.csv`; JSON or XML are better, see below. The text is what Nikto shows and
//! what `-output nikto.txt` writes.
//!
//! - index: the lines behind the first, which only names the program. The line that names the host is counted and is no finding.
//! - columns: host, address, port, references (2.1: OSVDB number), method, path, message. There is no id, so the rule is made of the first words
//!   of the message and differs from that of the other reports: this format is read and closes nothing.
//! - the text has the same but the columns: `+ GET /admin/: This might be interesting.`
//! - the rest is as in `nikto.rs`.

use model::Kind;

use super::nikto::{Item, push};
use super::nikto_text;
use super::web::guessed_site;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `nikto -Format csv`.
pub(crate) static FORMAT: Format = Format {
    id: "nikto-csv",
    name: "Nikto CSV and text",
    kinds: &[Kind::Dast],
    media: &[Media::Csv, Media::Text],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.starts_with("\"Nikto - v") || nikto_text::is_text(head))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    if nikto_text::is_text(&input.head()) {
        return nikto_text::parse(input, out);
    }
    let run = out.run("Nikto");
    let head = input.head();
    let title = head.text().lines().next().unwrap_or_default();
    run.tool_version = title.split_once(" - v").map(|(_, rest)| rest.trim_matches(|c| c == '"' || c == '/').to_owned());
    csv::each(input, out, 0, |out, row| {
        let place = format!("line {}", row.line);
        let site = guessed_site(row.at(0), Some(row.at(2)));
        if row.at(5).is_empty() && row.at(6).is_empty() {
            out.this().url.get_or_insert(site);
            return out.no_finding();
        }
        let text = |position: usize| Some(row.at(position).to_owned()).filter(|text| !text.is_empty());
        let is_number = row.at(3).strip_prefix("OSVDB-").is_some();
        let osvdb = row.at(3).strip_prefix("OSVDB-").map(str::to_owned);
        let references = text(3).filter(|_| !is_number);
        push(out, &site, &place, Item { id: None, osvdb, method: text(4), url: text(5), msg: text(6), references });
    })
}
