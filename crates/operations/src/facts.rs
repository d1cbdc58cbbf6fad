//! What sensors saw: packages loaded in the services.

use std::collections::BTreeSet;

use model::{StreamKey, TargetKind, Timestamp};
use store::queries::facts::{RuntimeFactRow, insert_runtime};
use store::{Conn, params};

use crate::Result;
use crate::derive::{package_key, place_with};
use crate::import::ImportFlags;
use crate::import::ReadRun;
use crate::load::World;

/// The services that a run's components belong to: the named one, else those of its target.
pub(crate) fn services_of(run: &ReadRun, flags: &ImportFlags, world: &World) -> Vec<String> {
    let target = crate::import::target_of(&run.run, flags);
    if target.kind == TargetKind::Service {
        return vec![target.name];
    }
    // A component is placed as a package finding of its target would be.
    let mut finding = model::Finding::new(model::Kind::Runtime, "component", "component");
    finding.package = Some(model::Package::default());
    let services = place_with(&world.index, &target, &finding, &crate::import::place_flags_of(&run.run, flags)).place.services;
    if services.is_empty() { flags.service.iter().cloned().collect() } else { services }
}

/// Keeps what the components of a run say of packages being loaded.
pub(crate) fn record_components(
    tx: &mut Conn,
    org: i64,
    run: &ReadRun,
    key: &StreamKey,
    flags: &ImportFlags,
    world: &World,
    at: Timestamp,
) -> Result<()> {
    let services = services_of(run, flags, world);
    let mut rows = Vec::new();
    for component in &run.components {
        let (Some(loaded), Some(purl)) = (component.loaded, package_key(&component.purl)) else { continue };
        for service in &services {
            rows.push(RuntimeFactRow {
                service: service.clone(),
                purl: purl.clone(),
                version: component.version.clone().unwrap_or_default(),
                source: key.tool.clone(),
                loaded,
                occurrences: component.occurrences.and_then(|n| i64::try_from(n).ok()),
                seen: at,
            });
        }
    }
    // A package that is loaded in one place of a service and not in another is loaded.
    rows.sort_by(|a, b| (&a.service, &a.purl, &a.version, a.loaded).cmp(&(&b.service, &b.purl, &b.version, b.loaded)));
    rows.reverse();
    rows.dedup_by(|later, first| (&later.service, &later.purl, &later.version) == (&first.service, &first.purl, &first.version));
    insert_runtime(tx, org, &rows)?;
    Ok(())
}

/// Issues of these services that are about a package: what a runtime fact may move.
pub(crate) fn issues_of_services(conn: &mut Conn, org: i64, services: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for service in services {
        let sql = "SELECT id FROM issue WHERE org = $1 AND instr(services, $2) > 0 AND kind IN ('sca', 'container', 'runtime', 'malware', 'license')";
        out.extend(conn.query_map(sql, params![org, format!("\u{1f}{service}\u{1f}")], |row| row.text(0))?);
    }
    Ok(out)
}

/// All issues of these services: what any fact may move.
pub(crate) fn all_issues_of_services(conn: &mut Conn, org: i64, services: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for service in services {
        let sql = "SELECT id FROM issue WHERE org = $1 AND instr(services, $2) > 0";
        out.extend(conn.query_map(sql, params![org, format!("\u{1f}{service}\u{1f}")], |row| row.text(0))?);
    }
    Ok(out)
}
