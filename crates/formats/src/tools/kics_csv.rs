//! KICS (IaC, pipelines, secrets), CSV. Versions seen: 1.5 to 2.1.
//!
//! Make it with `kics scan -p . --report-formats csv -o .`.
//!
//! - index: the rows behind the header. All columns mean what they mean in the JSON report (`kics.rs`).
//! - there is no column for the resource before 2: it is read off `search_key`, as in JSON.
//! - nothing in an empty table shows that anything was scanned.

use model::Kind;

use super::kics;
use crate::read::csv;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `kics scan --report-formats csv`.
pub(crate) static FORMAT: Format = Format {
    id: "kics-csv",
    name: "KICS CSV",
    kinds: &[Kind::Iac, Kind::Pipeline, Kind::Secret, Kind::Api],
    media: &[Media::Csv],
    status: Status::Supported,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.csv_has_most(&["query_name", "query_id", "similarity_id", "search_key"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("KICS");
    csv::each(input, out, 0, |out, row| match (row.text(&["query_id"]), row.text(&["file_name"])) {
        (Some(query_id), Some(file_name)) => {
            let query = kics::Query {
                query_name: row.text(&["query_name"]).unwrap_or_else(|| query_id.clone()),
                query_id,
                query_url: row.text(&["query_uri", "query_url"]),
                severity: row.text(&["severity"]),
                platform: row.text(&["platform"]),
                description: row.text(&["description"]),
                cwe: row.text(&["cwe"]).into_iter().collect(),
                files: Vec::new(),
            };
            let place = kics::Place {
                file_name,
                line: row.whole(&["line"]),
                similarity_id: row.text(&["similarity_id"]),
                resource_type: row.text(&["resource_type"]),
                resource_name: row.text(&["resource_name"]),
                search_key: row.text(&["search_key"]),
                expected_value: row.text(&["expected_value"]),
                actual_value: row.text(&["actual_value"]),
            };
            out.finding(kics::finding(&query, place));
        }
        _ => out.bad_row(format!("line {}", row.line), "no query_id or no file_name"),
    })
}
