//! Which sort of document a file is, and what it says of endpoints.

use std::collections::BTreeMap;

use model::Timestamp;
use store::queries::sightings::SightingRow;

use super::{describe, frameworks, logs, traffic};

/// Largest document, bytes.
const LARGEST: usize = 256 << 20;
/// Most endpoints of one file; beyond that paths are made up by somebody who probes.
const MOST: usize = 20_000;

/// A handler in the code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Handler {
    pub(crate) path: Option<String>,
    pub(crate) symbol: Option<String>,
}

/// What a file says of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Upper case.
    pub(crate) method: String,
    pub(crate) pattern: String,
    /// Where the file names it.
    pub(crate) host: Option<String>,
    pub(crate) handler: Handler,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    pub(crate) calls: i64,
    /// `none`, `required` or `unknown`.
    pub(crate) auth: &'static str,
    pub(crate) deprecated: bool,
    pub(crate) data: Vec<String>,
}

/// A file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// `documented`, `code`, `seen` or `tested`.
    pub(crate) how: &'static str,
    pub(crate) entries: Vec<Entry>,
    pub(crate) warnings: Vec<String>,
}

type Reader = fn(&str) -> Option<Result<Document, String>>;

/// In this order: the first that knows the file reads it.
const READERS: [Reader; 12] = [
    frameworks::csv,
    traffic::har,
    frameworks::spring,
    frameworks::laravel,
    describe::graphql_introspection,
    logs::json_lines,
    describe::openapi,
    describe::graphql,
    describe::proto,
    traffic::urls,
    logs::lines,
    frameworks::text,
];

/// Reads a document; a reason where it is none.
pub(crate) fn read(text: &str) -> Result<Document, String> {
    if text.len() > LARGEST {
        return Err(format!("larger than {LARGEST} bytes"));
    }
    let text = text.trim_start_matches('\u{feff}');
    for reader in READERS {
        if let Some(read) = reader(text) {
            let mut document = read?;
            document.entries = folded(document.entries);
            if document.entries.len() > MOST {
                document.entries.truncate(MOST);
                document.warnings.push(format!("more than {MOST} endpoints; the rest was left out"));
            }
            return Ok(document);
        }
    }
    Err("no description of an API, table of routes, HAR file, access log or list of addresses; see docs/components.md".to_owned())
}

/// One entry for each endpoint and host, its calls added up.
fn folded(entries: Vec<Entry>) -> Vec<Entry> {
    let mut out: BTreeMap<(String, String, Option<String>), Entry> = BTreeMap::new();
    for entry in entries {
        let key = (entry.pattern.clone(), entry.method.clone(), entry.host.clone());
        let Some(known) = out.get_mut(&key) else {
            out.insert(key, entry);
            continue;
        };
        known.calls = known.calls.saturating_add(entry.calls);
        known.first = [known.first, entry.first].into_iter().flatten().min();
        known.last = known.last.max(entry.last);
        // Once answered without asking who it is, it asks nobody.
        known.auth = match (known.auth, entry.auth) {
            ("none", _) | (_, "none") => "none",
            ("required", _) | (_, "required") => "required",
            _ => "unknown",
        };
        known.deprecated |= entry.deprecated;
        for class in entry.data {
            if !known.data.contains(&class) {
                known.data.push(class);
            }
        }
    }
    out.into_values().collect()
}

impl Entry {
    /// As it is stored, for a service. What states no time was said at the time of reading.
    pub(crate) fn row(&self, service: &str, how: &str, source: &str, at: Timestamp) -> SightingRow {
        SightingRow {
            service: service.to_owned(),
            method: self.method.clone(),
            pattern: self.pattern.clone(),
            how: how.to_owned(),
            source: source.to_owned(),
            first: self.first.unwrap_or(at),
            last: self.last.or(self.first).unwrap_or(at),
            calls: self.calls,
            auth: self.auth.to_owned(),
            deprecated: self.deprecated,
            data: self.data.clone(),
        }
    }
}
