//! Packages on their way into the record: from SBOMs, and from findings that name a package.

use std::borrow::Borrow;
use std::io::{Read, Write};

use model::{Component, Finding, Timestamp, hash_parts, short_hex};
use pipeline::normalise::Purl;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::components::{self as queries, SnapshotRow, SpanRow};

use super::spans::{Snapshot, advance, distinct, replay};
use crate::{OperationError, Result};

/// Most packages of one report that are kept; the largest SBOMs of images have some 10,000.
const MOST: usize = 200_000;
/// Largest list after unpacking, bytes.
const LARGEST: u64 = 1 << 30;

/// A package in a kept list. Short names: a list has thousands.
#[derive(Serialize, Deserialize)]
struct Kept {
    p: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    v: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    f: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<bool>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    s: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    o: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    r: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    l: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    c: Vec<String>,
}

/// A report's packages and where they stand in time.
pub(crate) struct Source {
    pub(crate) stream: i64,
    pub(crate) report: i64,
    pub(crate) at: Timestamp,
    pub(crate) complete: bool,
    pub(crate) flags_json: String,
    /// What the report lists.
    pub(crate) listed: Vec<SpanRow>,
}

/// Puts what a report lists into the spans of its stream.
pub(crate) fn record(tx: &mut Conn, org: i64, source: Source) -> Result<()> {
    let packages: Vec<SpanRow> = distinct(source.listed).into_values().take(MOST).collect();
    let before = queries::snapshots(tx, org, source.stream)?;
    if packages.is_empty() && before.is_empty() {
        return Ok(());
    }
    let (hash, body) = pack(&packages)?;
    let row = SnapshotRow {
        report: source.report,
        scanned: source.at,
        complete: source.complete,
        list: hash.clone(),
        flags_json: source.flags_json.clone(),
    };
    let newest = before.last();
    queries::put_snapshot(tx, org, source.stream, &row, &body)?;
    if newest.is_some_and(|newest| newest.scanned >= source.at) {
        return rebuild(tx, org, source.stream);
    }
    if newest.is_some_and(|newest| newest.list == hash && newest.complete) {
        return Ok(());
    }
    let open = queries::open_spans(tx, org, source.stream)?;
    let snapshot = Snapshot { at: source.at, complete: source.complete, packages };
    let changes: Vec<SpanRow> = advance(open, snapshot).into_iter().map(|span| SpanRow { stream: source.stream, ..span }).collect();
    Ok(queries::put_spans(tx, org, &changes)?)
}

/// As if a report had listed nothing.
pub(crate) fn forget(tx: &mut Conn, org: i64, stream: i64, report: i64) -> Result<()> {
    if queries::drop_snapshot(tx, org, stream, report)? { rebuild(tx, org, stream) } else { Ok(()) }
}

fn rebuild(tx: &mut Conn, org: i64, stream: i64) -> Result<()> {
    let mut snapshots = Vec::new();
    for row in queries::snapshots(tx, org, stream)? {
        let packages = match queries::list(tx, org, &row.list)? {
            Some(body) => unpack(&body)?,
            None => Vec::new(),
        };
        snapshots.push(Snapshot { at: row.scanned, complete: row.complete, packages });
    }
    queries::delete_spans(tx, org, stream)?;
    let spans: Vec<SpanRow> = replay(snapshots).into_iter().map(|span| SpanRow { stream, ..span }).collect();
    Ok(queries::put_spans(tx, org, &spans)?)
}

/// The packages that a report lists, and those that its findings name.
pub(crate) fn listed(components: &[Component], findings: &[impl Borrow<Finding>]) -> Vec<SpanRow> {
    let of_components = components.iter().filter_map(|component| {
        let purl = Purl::parse(&component.purl)?;
        Some(SpanRow {
            version: component.version.clone().or_else(|| purl.version.clone()).unwrap_or_default(),
            file: component.file.clone().unwrap_or_default(),
            direct: component.direct,
            listed: "sbom".to_owned(),
            licenses: component.licenses.clone(),
            ..of_purl(&purl)
        })
    });
    let of_findings = findings.iter().map(Borrow::borrow).filter_map(|finding| {
        let package = finding.package.as_ref()?;
        let purl = package.purl.as_deref().and_then(Purl::parse)?;
        let row = of_purl(&purl);
        // The last step of a chain is the package itself.
        let chain = package.chain.split_last().map(|(_, before)| before.to_vec()).unwrap_or_default();
        let origin = package.source.as_deref().and_then(|source| origin(&purl, source)).unwrap_or_else(|| row.origin.clone());
        Some(SpanRow {
            version: package.version.clone().or_else(|| purl.version.clone()).unwrap_or_default(),
            file: package.file.clone().unwrap_or_default(),
            direct: package.direct,
            listed: "report".to_owned(),
            licenses: package.licenses.clone(),
            chain,
            origin,
            ..row
        })
    });
    of_components.chain(of_findings).collect()
}

fn of_purl(purl: &Purl) -> SpanRow {
    let upstream = purl.qualifiers.get("upstream").and_then(|source| origin(purl, source.split('@').next().unwrap_or(source)));
    SpanRow {
        purl: purl.key(),
        origin: upstream.unwrap_or_default(),
        distro: purl.qualifiers.get("distro").cloned().unwrap_or_default(),
        ..SpanRow::default()
    }
}

/// The source package of a distribution's package, where it has another name.
fn origin(purl: &Purl, source: &str) -> Option<String> {
    let name = source.trim();
    if !purl.is_of_distribution() || name.is_empty() || name == purl.name {
        return None;
    }
    Some(Purl { name: name.to_owned(), ..purl.clone() }.key())
}

fn pack(packages: &[SpanRow]) -> Result<(String, Vec<u8>)> {
    let kept: Vec<Kept> = packages
        .iter()
        .map(|span| Kept {
            p: span.purl.clone(),
            v: span.version.clone(),
            f: span.file.clone(),
            d: span.direct,
            s: span.listed == "sbom",
            o: span.origin.clone(),
            r: span.distro.clone(),
            l: span.licenses.clone(),
            c: span.chain.clone(),
        })
        .collect();
    let json = serde_json::to_string(&kept)?;
    let hash = short_hex(&hash_parts(&["component list", &json]), 16);
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let failed = |error: std::io::Error| OperationError::System(format!("a list of packages could not be packed: {error}"));
    encoder.write_all(json.as_bytes()).map_err(failed)?;
    Ok((hash, encoder.finish().map_err(failed)?))
}

fn unpack(body: &[u8]) -> Result<Vec<SpanRow>> {
    let mut json = Vec::new();
    let read = flate2::read::ZlibDecoder::new(body).take(LARGEST).read_to_end(&mut json);
    read.map_err(|error| OperationError::System(format!("a kept list of packages is damaged: {error}")))?;
    let kept: Vec<Kept> = serde_json::from_slice(&json)?;
    Ok(kept
        .into_iter()
        .map(|kept| SpanRow {
            purl: kept.p,
            version: kept.v,
            file: kept.f,
            direct: kept.d,
            listed: if kept.s { "sbom" } else { "report" }.to_owned(),
            origin: kept.o,
            distro: kept.r,
            licenses: kept.l,
            chain: kept.c,
            ..SpanRow::default()
        })
        .collect())
}
