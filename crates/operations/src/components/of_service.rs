//! `components --service`: the packages of one service, from all that was scanned of it.

use std::collections::{BTreeMap, BTreeSet};

use model::{TargetKind, Timestamp};
use store::queries::components::{self as queries, SpanRow};
use store::queries::streams::{self, StreamRow};

use super::PackagePlaces;
use super::search::{ComponentPage, needle, rows};
use crate::load::merged_at;
use crate::{Muster, OperationError, Result};
use pipeline::correlate::InventoryIndex;

impl Muster {
    /// Packages of a service whose group and name hold a text, by package URL; all where it is empty. `after` is the last package of the page
    /// before.
    ///
    /// # Errors
    /// When there is no such service, or the database fails.
    pub fn components_of_service(
        &self,
        service: &str,
        text: &str,
        as_of: Option<Timestamp>,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<ComponentPage> {
        let at = as_of.unwrap_or(now);
        let needle = needle(text);
        self.db.try_read(|conn| {
            let index = InventoryIndex::new(&merged_at(conn, self.org, at)?.inventory);
            let all = streams::all(conn, self.org)?;
            let known = all.iter().any(|row| row.key.target.kind == TargetKind::Service && row.key.target.name == service);
            if index.service(service).is_none() && !known {
                return Err(OperationError::NotFound(format!("the inventory has no service {service}")));
            }
            let some: Vec<StreamRow> = all.into_iter().filter(|row| may_have(&index, row, service)).collect();
            let ids: Vec<i64> = some.iter().map(|row| row.id).collect();
            let mut spans = queries::of_streams(conn, self.org, &ids, at)?;
            let mut places = PackagePlaces::load(conn, self.org, &spans, at)?;
            spans.retain(|span| places.of(span).services.iter().any(|name| name == service));
            let mut by_purl: BTreeMap<String, Vec<SpanRow>> = BTreeMap::new();
            for span in spans.into_iter().filter(|span| needle.is_empty() || span.purl.to_lowercase().contains(&needle)) {
                by_purl.entry(span.purl.clone()).or_default().push(span);
            }
            let total = by_purl.len() as u64;
            let wanted: BTreeSet<String> =
                by_purl.keys().filter(|purl| after.is_none_or(|after| purl.as_str() > after)).take(limit.max(1)).cloned().collect();
            let last = wanted.last().cloned();
            let next = last.filter(|last| by_purl.keys().next_back().is_some_and(|end| end > last));
            by_purl.retain(|purl, _| wanted.contains(purl));
            Ok(ComponentPage { items: rows(conn, by_purl, &some, at)?, next, as_of, total: Some(total) })
        })
    }
}

/// False where a stream says by its target alone that it has nothing of the service, so that thousands need not be read.
fn may_have(index: &InventoryIndex, row: &StreamRow, service: &str) -> bool {
    let target = &row.key.target;
    match target.kind {
        TargetKind::Repository => index.shares_repository(service, &target.name),
        TargetKind::Image => index.service_of_image(&target.name).is_none_or(|of| of.name == service),
        TargetKind::Service => target.name == service,
        TargetKind::Url => false,
        _ => true,
    }
}
