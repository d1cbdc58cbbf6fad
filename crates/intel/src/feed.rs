//! Which feed a file is, and reading it whole.

use std::borrow::Cow;
use std::io::Read;

use model::{Timestamp, Warning};
use serde::{Deserialize, Serialize};

use crate::error::{FeedError, Refusal};
use crate::row::IntelRow;

/// The feeds that Muster reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    Kev,
    Epss,
    Vulnrichment,
    Exploits,
    Cwe,
    CweMappings,
    Aliases,
    Advisories,
    EndOfLife,
    DecisionTable,
}

impl Feed {
    /// All feeds.
    pub const ALL: [Self; 10] = [
        Self::Kev,
        Self::Epss,
        Self::Vulnrichment,
        Self::Exploits,
        Self::Cwe,
        Self::CweMappings,
        Self::Aliases,
        Self::Advisories,
        Self::EndOfLife,
        Self::DecisionTable,
    ];

    /// The word that JSON uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Kev => "kev",
            Self::Epss => "epss",
            Self::Vulnrichment => "vulnrichment",
            Self::Exploits => "exploits",
            Self::Cwe => "cwe",
            Self::CweMappings => "cwe_mappings",
            Self::Aliases => "aliases",
            Self::Advisories => "advisories",
            Self::EndOfLife => "end_of_life",
            Self::DecisionTable => "decision_table",
        }
    }

    /// What a person calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Kev => "Known exploited vulnerabilities",
            Self::Epss => "EPSS",
            Self::Vulnrichment => "CISA Vulnrichment",
            Self::Exploits => "Exploit lists",
            Self::Cwe => "CWE",
            Self::CweMappings => "CWE mappings",
            Self::Aliases => "Advisory aliases",
            Self::Advisories => "Advisories with ranges (OSV, GitHub, CSAF)",
            Self::EndOfLife => "End-of-life dates",
            Self::DecisionTable => "SSVC decision table",
        }
    }
}

/// A feed that was read to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub feed: Feed,
    /// Publisher or list (`CISA KEV`, `FIRST EPSS` …).
    pub source: String,
    /// The day it speaks of: stated inside, else in the file's name.
    pub date: Option<Timestamp>,
    /// Catalogue or model version, where stated.
    pub version: Option<String>,
    pub rows: Vec<IntelRow>,
    pub warnings: Vec<Warning>,
}

/// Largest feed after decompression, in bytes. The largest today (CWE, EPSS) are some 10 MB.
const MAX_BYTES: u64 = 1 << 30;
/// Warnings kept of one file; the rest are counted.
const MAX_WARNINGS: usize = 100;
/// Bytes that recognition looks at.
const HEAD: usize = 64 * 1024;

/// What a reader fills.
pub(crate) struct Draft {
    pub(crate) source: String,
    pub(crate) date: Option<Timestamp>,
    pub(crate) version: Option<String>,
    pub(crate) rows: Vec<IntelRow>,
    warnings: Vec<Warning>,
    more: usize,
}

impl Draft {
    pub(crate) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), date: None, version: None, rows: Vec::new(), warnings: Vec::new(), more: 0 }
    }

    /// Takes over what was read of a member of an archive.
    pub(crate) fn absorb(&mut self, member: &str, other: Self) {
        if self.rows.is_empty() {
            self.source = other.source;
        }
        self.date = self.date.max(other.date);
        self.version = self.version.take().or(other.version);
        self.rows.extend(other.rows);
        self.more += other.more;
        for warning in other.warnings {
            self.warn(format!("{member}: {}", warning.place), warning.message);
        }
    }

    /// Why a file is refused of which more cannot be read than can: it is of another shape, as another year's may be.
    fn mostly_unread(&self, problems: usize) -> Refusal {
        match self.warnings.first() {
            None => Refusal::at("end of file", "it holds no entry"),
            Some(first) => {
                let reason = format!("{}; so are {problems} places of it, and {} can be read", first.message, self.rows.len());
                Refusal::at(first.place.clone(), reason)
            }
        }
    }

    pub(crate) fn warn(&mut self, place: impl Into<String>, message: impl Into<String>) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(Warning { place: place.into(), message: message.into() });
        } else {
            self.more += 1;
        }
    }
}

/// The feed that a file is, from its first bytes (decompressed); the name only decides what content leaves open.
#[must_use]
pub fn recognise(head: &[u8], _name: &str) -> Option<Feed> {
    let head = head.get(..head.len().min(HEAD)).unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') || text.starts_with('[') {
        if crate::kev::is(text) {
            return Some(Feed::Kev);
        }
        if crate::end_of_life::is(text) {
            return Some(Feed::EndOfLife);
        }
        if crate::cve_record::is(text) {
            return Some(Feed::Vulnrichment);
        }
        if crate::cwe::is(text) {
            return Some(Feed::Cwe);
        }
        if crate::advisories::is(text) {
            return Some(Feed::Advisories);
        }
        return crate::exploits::is_json(text).then_some(Feed::Exploits);
    }
    let header = text.lines().find(|line| !line.starts_with('#'))?.trim();
    let columns: Vec<&str> = header.split(',').map(|c| c.trim().trim_matches('"')).collect();
    let has = |name: &str| columns.contains(&name);
    match () {
        () if has("cve") && has("epss") => Some(Feed::Epss),
        () if has("cve") && has("ssvc_exploitation") => Some(Feed::Vulnrichment),
        () if (has("cve") && has("source")) || (has("codes") && has("date_published")) => Some(Feed::Exploits),
        () if has("id") && has("alias") => Some(Feed::Aliases),
        () if has("framework") && has("cwe") => Some(Feed::CweMappings),
        () if columns.first() == Some(&"row") && columns.len() >= 3 => Some(Feed::DecisionTable),
        // ENISA's and VulnCheck's lists of exploited vulnerabilities as CSV.
        () if crate::kev::is_csv(&columns) => Some(Feed::Kev),
        () => None,
    }
}

/// Reads a feed; `.gz` is unpacked. `name` is the file's name: it is used in errors, as the name of a decision table, and for the date
/// where the content states none.
///
/// # Errors
/// When it is no feed, was cut off, or holds what cannot be (a score out of range, another count than stated).
pub fn load(bytes: &[u8], name: &str) -> Result<Loaded, FeedError> {
    let refuse = |refusal: Refusal| FeedError { file: name.to_owned(), place: refusal.place, reason: refusal.reason };
    let bytes = unpack(bytes).map_err(refuse)?;
    let (feed, mut draft) = if crate::archive::is(&bytes) {
        crate::archive::read(&bytes).map_err(refuse)?
    } else {
        let feed = recognise(&bytes, name).ok_or_else(|| refuse(Refusal::at("head", "not a feed that Muster knows")))?;
        (feed, read_as(feed, &bytes, name).map_err(refuse)?)
    };
    let problems = draft.warnings.len() + draft.more;
    if draft.rows.is_empty() || problems > draft.rows.len() {
        return Err(refuse(draft.mostly_unread(problems)));
    }
    if draft.more > 0 {
        draft.warnings.push(Warning { place: String::new(), message: format!("and {} more of the same sort", draft.more) });
    }
    let date = draft.date.or_else(|| date_in(name));
    if draft.date.is_none() {
        for row in &mut draft.rows {
            if let IntelRow::Epss { date: empty @ None, .. } | IntelRow::Ssvc { date: empty @ None, .. } = row {
                *empty = date;
            }
        }
    }
    Ok(Loaded { feed, source: draft.source, date, version: draft.version, rows: draft.rows, warnings: draft.warnings })
}

/// Reads a file as one of a feed.
pub(crate) fn read_as(feed: Feed, bytes: &[u8], name: &str) -> Result<Draft, Refusal> {
    match feed {
        Feed::Kev => crate::kev::read(bytes, name),
        Feed::Epss => crate::epss::read(bytes, name),
        Feed::Vulnrichment if bytes.trim_ascii_start().starts_with(b"{") || bytes.trim_ascii_start().starts_with(b"[") => {
            crate::cve_record::read(bytes)
        }
        Feed::Vulnrichment => crate::vulnrichment::read(bytes, name),
        Feed::Exploits => crate::exploits::read(bytes, name),
        Feed::Cwe => crate::cwe::read(bytes, name),
        Feed::CweMappings => crate::cwe_mappings::read(bytes, name),
        Feed::Aliases => crate::aliases::read(bytes, name),
        Feed::Advisories => crate::advisories::read(bytes, name),
        Feed::EndOfLife => crate::end_of_life::read(bytes, name),
        Feed::DecisionTable => crate::ssvc::read(bytes, name),
    }
}

pub(crate) fn unpack(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(MAX_BYTES + 1).read_to_end(&mut out);
    read.map_err(|error| Refusal::at("gzip", format!("the file is cut off or damaged: {error}")))?;
    if out.len() as u64 > MAX_BYTES {
        return Err(Refusal::at("gzip", format!("more than {MAX_BYTES} bytes when unpacked")));
    }
    Ok(Cow::Owned(out))
}

/// The first `YYYY-MM-DD` in a file's name.
fn date_in(name: &str) -> Option<Timestamp> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    (0..name.len()).filter_map(|at| name.get(at..at + 10)).find_map(|part| {
        let shaped = part.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        if shaped { Timestamp::parse(part).ok().map(|(at, _)| at) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_by_content() {
        let cases: [(&str, Option<Feed>); 9] = [
            ("#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\n", Some(Feed::Epss)),
            ("{\n \"title\": \"CISA Catalog of Known Exploited Vulnerabilities\",\n \"vulnerabilities\": [", Some(Feed::Kev)),
            ("cve,published,state,cvss_source,ssvc_exploitation\n", Some(Feed::Vulnrichment)),
            ("cve,source,snapshot\n", Some(Feed::Exploits)),
            ("{\"categories\":{},\"weaknesses\":{}}", Some(Feed::Cwe)),
            ("framework,item,title,cwe\n", Some(Feed::CweMappings)),
            ("id,alias,ecosystem,package\n", Some(Feed::Aliases)),
            ("row,In KEV v1.0.0 (cisa),Automatable v2.0.0,Timeline\n", Some(Feed::DecisionTable)),
            ("{\"runs\":[]}", None),
        ];
        for (text, feed) in cases {
            assert_eq!(recognise(text.as_bytes(), "x"), feed, "{text}");
        }
    }

    #[test]
    fn dates_in_names() {
        assert_eq!(date_in("a/epss-2024-06-30.csv.gz"), Some(Timestamp::parse("2024-06-30").unwrap().0));
        assert_eq!(date_in("2024-06-30/epss.csv"), None);
        assert_eq!(date_in("épss-2024-99-30.csv"), None);
    }

    #[test]
    fn a_damaged_archive_is_refused() {
        let error = load(&[0x1f, 0x8b, 8, 0, 1, 2], "epss.csv.gz").unwrap_err();
        assert!(error.to_string().starts_with("epss.csv.gz: gzip: the file is cut off"), "{error}");
    }

    #[test]
    fn no_feed_is_refused_with_its_name() {
        assert_eq!(load(b"hello", "notes.txt").unwrap_err().to_string(), "notes.txt: head: not a feed that Muster knows");
    }
}
