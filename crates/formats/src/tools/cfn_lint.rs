//! cfn-lint (CloudFormation), JSON. Versions seen: 0.44 to 1.40.
//!
//! Make it with `cfn-lint --format json template.yaml > cfn-lint.json`.
//!
//! - index: the elements of the array.
//! - `Rule.Id` is the rule, `Rule.ShortDescription` the title, `Message` the description.
//! - severity: Error high, Warning medium, Informational info.
//! - lines and columns start at 1, the end column is exclusive.
//! - `resource`: the logical id in `Location.Path` (`Resources`, id, …).
//! - an empty array says nothing: not even which tool wrote it. `Id` is a hash over the whole match with its lines and is left out.

use model::{Finding, Kind, Severity};
use serde::Deserialize;

use super::wording::{beyond, first_line};
use crate::read::lenient;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `cfn-lint --format json`.
pub(crate) static FORMAT: Format =
    Format { id: "cfn-lint", name: "cfn-lint", kinds: &[Kind::Iac], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has_all(&["[].Filename", "[].Rule.Id", "[].Location"]))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    filename: String,
    message: String,
    rule: Rule,
    #[serde(default, deserialize_with = "lenient::text")]
    level: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    location: Place,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    short_description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    source: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Place {
    #[serde(deserialize_with = "lenient::texts")]
    path: Vec<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    start: Point,
    #[serde(deserialize_with = "lenient::or_default")]
    end: Point,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Point {
    #[serde(deserialize_with = "lenient::whole")]
    line_number: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    column_number: Option<u32>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    out.run("cfn-lint");
    let mut json = input.json()?;
    json.rows(out, |out, row: Row| out.finding(finding(row)))?;
    json.end()
}

fn finding(row: Row) -> Finding {
    let title = row.rule.short_description.unwrap_or_else(|| first_line(&row.message));
    let mut finding = Finding::new(Kind::Iac, row.rule.id, title);
    finding.description = beyond(&finding.title, &row.message);
    if let Some(raw) = row.level {
        finding.set_severity(raw.clone(), Severity::from_word(&raw));
    }
    let place = &mut finding.location;
    place.path = Some(row.filename);
    place.start_line = row.location.start.line_number.filter(|line| *line > 0);
    place.end_line = row.location.end.line_number.filter(|line| *line > 0).or(place.start_line);
    (place.start_column, place.end_column) = (row.location.start.column_number, row.location.end.column_number);
    if row.location.path.first().is_some_and(|first| first == "Resources") {
        place.resource = row.location.path.get(1).cloned();
    }
    finding.references.extend(row.rule.source.filter(|source| source.starts_with("http")));
    finding
}
