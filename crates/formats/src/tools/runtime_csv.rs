//! Loaded packages as a runtime sensor or a script lists them, CSV. Facts, not findings.
//!
//! Columns, in any order and case: `purl` and `loaded` are needed; `observed_at`, `image`, `location`, `occurrences` (or `count`) are read,
//! `environment` and `service` are those of the import.
//!
//! - index: rows without the header. No row is a finding.
//! - `loaded`: true, yes, 1 (the package was seen in use) or false, no, 0 (it was looked for and not seen). Another word is a bad row.
//! - each image is a run of its own, at the newest `observed_at` of its rows.
//! - ran: at least one row.

use std::collections::BTreeMap;

use model::{Component, Kind, Timestamp};

use super::sca;
use crate::read::csv;
use crate::{Format, Input, Match, Media, Output, ParseError, Status};

/// Loaded packages, CSV.
pub(crate) static FORMAT: Format = Format {
    id: "runtime-csv",
    name: "Loaded packages (CSV)",
    kinds: &[Kind::Runtime],
    media: &[Media::Csv],
    status: Status::ReadOnly,
    sniff: |head| Match::sure_if(head.csv_has(&["purl", "loaded"])),
    parse,
};

#[derive(Default)]
struct Group {
    at: Option<Timestamp>,
    components: Vec<Component>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("runtime inventory");
    let mut groups: BTreeMap<Option<String>, Group> = BTreeMap::new();
    csv::each(input, out, 0, |out, row| match component(row) {
        Ok(component) => {
            let group = groups.entry(row.text(&["image"])).or_default();
            group.at = group.at.max(row.get(&["observed_at", "timestamp", "time"]).and_then(Timestamp::lenient));
            group.components.push(component);
        }
        Err(reason) => out.bad_row(format!("line {}", row.line), reason),
    })?;
    for (number, (image, group)) in groups.into_iter().enumerate() {
        if number > 0 {
            out.run("runtime inventory");
        }
        let run = out.this();
        run.image = image;
        run.at = group.at;
        run.claims.ran = true;
        group.components.into_iter().for_each(|component| out.component(component));
    }
    Ok(())
}

fn component(row: &csv::Row<'_>) -> Result<Component, String> {
    let purl = row.get(&["purl"]).filter(|purl| purl.starts_with("pkg:")).ok_or("no package URL in `purl`")?;
    let word = row.get(&["loaded"]).unwrap_or_default().to_ascii_lowercase();
    let loaded = match word.as_str() {
        "true" | "yes" | "1" => true,
        "false" | "no" | "0" => false,
        _ => return Err(format!("`{}` in `loaded` is neither true nor false", word.chars().take(40).collect::<String>())),
    };
    let mut component = sca::component(purl, row.text(&["version"]));
    component.loaded = Some(loaded);
    component.file = row.text(&["location", "path", "file"]);
    component.occurrences = row.whole(&["occurrences", "count"]).map(u64::from);
    Ok(component)
}
