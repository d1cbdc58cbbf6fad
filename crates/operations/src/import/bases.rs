//! A scan of a base image says what the base brings, and so whose the findings of images built on it are.

use model::TargetKind;
use store::Conn;
use store::queries::inventory as queries;
use store::queries::streams::StreamRow;

use crate::Result;
use crate::load::{World, world};

/// The world as it is after a scan of these streams, and the issues of images whose base was scanned and is known better now. `None` where nothing
/// of that changed, which is so for nearly all reports.
pub(super) fn after(
    tx: &mut Conn,
    org: i64,
    scanned: &[StreamRow],
    before: &World,
    now: model::Timestamp,
) -> Result<Option<(World, Vec<String>)>> {
    let mut bases: Vec<&str> = scanned
        .iter()
        .filter(|stream| stream.key.target.kind == TargetKind::Image)
        .map(|stream| stream.key.target.name.as_str())
        .filter(|image| before.index.bases().any(|base| base == *image))
        .collect();
    bases.dedup();
    if bases.is_empty() {
        return Ok(None);
    }
    let after = world(tx, org, now)?;
    let mut issues = Vec::new();
    for base in bases.iter().filter(|base| !before.index.knows_the_same_of_base(&after.index, base)) {
        issues.extend(queries::issues_of_images_on(tx, org, &after.index.images_built_on(base))?);
    }
    Ok((!issues.is_empty()).then_some((after, issues)))
}
