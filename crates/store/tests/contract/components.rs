//! Packages, advisories, facts and endpoints, on both engines.

use model::Timestamp;
use store::queries::advisories::{self, AdvisoryPackage, AdvisoryRow};
use store::queries::components::{self, SnapshotRow, SpanRow};
use store::queries::ledger::{self, LedgerRow};
use store::queries::sightings::{self, SightingRow};
use store::testing::on_both_engines;

const ORG: i64 = 1;

fn span(stream: i64, name: &str, since: i64, until: Option<i64>) -> SpanRow {
    SpanRow {
        stream,
        purl: format!("pkg:npm/{name}"),
        version: "1.0.0".into(),
        since: Timestamp(since),
        until: until.map(Timestamp),
        direct: Some(true),
        listed: "sbom".into(),
        origin: if name == "libssl3" { "pkg:deb/debian/openssl".into() } else { String::new() },
        licenses: vec!["MIT".into(), "ISC".into()],
        ..SpanRow::default()
    }
}

#[test]
fn packages_are_found_by_name_by_source_and_by_time() {
    on_both_engines(|db| {
        let rows = [span(1, "left", 10, Some(20)), span(1, "right", 10, None), span(2, "left", 15, None), span(2, "libssl3", 15, None)];
        db.write(|tx| components::put_spans(tx, ORG, &rows)).unwrap();
        db.write(|tx| components::put_spans(tx, 2, &[span(1, "left", 1, None)])).unwrap();
        let at = |purl: &str, time: i64| {
            let found = db.read(|c| components::of_packages(c, ORG, &[purl.to_owned()], Timestamp(time))).unwrap();
            found.into_iter().map(|span| (span.stream, span.since.0)).collect::<Vec<_>>()
        };
        assert_eq!(at("pkg:npm/left", 9), []);
        assert_eq!(at("pkg:npm/left", 10), [(1, 10)]);
        assert_eq!(at("pkg:npm/left", 19), [(1, 10), (2, 15)]);
        assert_eq!(at("pkg:npm/left", 20), [(2, 15)]);
        assert_eq!(at("pkg:deb/debian/openssl", 20), [(2, 15)], "by its source package");
        assert_eq!(db.read(|c| components::open_spans(c, ORG, 1)).unwrap(), [span(1, "right", 10, None)]);
        assert_eq!(db.read(|c| components::named(c, ORG, "ef", 10)).unwrap(), ["pkg:npm/left"]);
        assert_eq!(db.read(|c| components::named_after(c, ORG, "", "pkg:npm/left", 1)).unwrap(), ["pkg:npm/libssl3"]);
        assert_eq!(db.read(|c| components::count(c, ORG)).unwrap(), 3);
        let mut all = Vec::new();
        db.read(|c| components::each_at(c, ORG, Timestamp(15), |span| all.push(span.purl))).unwrap();
        assert_eq!(all.len(), 4);
        db.write(|tx| components::delete_spans(tx, ORG, 1)).unwrap();
        assert_eq!(at("pkg:npm/left", 15), [(2, 15)]);
    });
}

#[test]
fn only_versions_that_are_wanted_are_read() {
    on_both_engines(|db| {
        let of = |stream: i64, name: &str, version: &str| SpanRow { version: version.into(), ..span(stream, name, 10, None) };
        let mut rows: Vec<SpanRow> = (1..=20).map(|stream| of(stream, "left", if stream % 5 == 0 { "1.0.0" } else { "2.0.0" })).collect();
        let made = |stream: i64, version: &str| SpanRow { purl: "pkg:deb/debian/libssl3".into(), ..of(stream, "libssl3", version) };
        rows.extend([made(21, "3.0.1"), made(22, "3.0.2")]);
        db.write(|tx| components::put_spans(tx, ORG, &rows)).unwrap();
        let asked = std::cell::RefCell::new(Vec::new());
        let streams = |purl: &str, wanted: &str| {
            let wanted = |purl: &str, version: &str| {
                asked.borrow_mut().push(format!("{purl} {version}"));
                version == wanted
            };
            let found = db.read(|c| components::of_versions(c, ORG, &[purl.to_owned()], Timestamp(10), wanted)).unwrap();
            found.into_iter().map(|span| span.stream).collect::<Vec<_>>()
        };
        assert_eq!(streams("pkg:npm/left", "1.0.0"), [5, 10, 15, 20]);
        asked.borrow_mut().sort();
        assert_eq!(*asked.borrow(), ["pkg:npm/left 1.0.0", "pkg:npm/left 2.0.0"], "a version is judged once, not once a place");
        assert_eq!(streams("pkg:npm/left", "3.0.0"), [] as [i64; 0]);
        assert_eq!(streams("pkg:deb/debian/openssl", "3.0.2"), [22], "made from the source package");
    });
}

#[test]
fn snapshots_come_by_time() {
    on_both_engines(|db| {
        let row = |report: i64, scanned: i64| SnapshotRow {
            report,
            scanned: Timestamp(scanned),
            complete: true,
            list: format!("hash {report}"),
            flags_json: "{}".into(),
        };
        for snapshot in [row(1, 20), row(2, 10)] {
            db.write(|tx| components::put_snapshot(tx, ORG, 7, &snapshot, b"list")).unwrap();
        }
        assert_eq!(db.read(|c| components::snapshots(c, ORG, 7)).unwrap(), [row(2, 10), row(1, 20)]);
        assert_eq!(db.read(|c| components::list(c, ORG, "hash 1")).unwrap().as_deref(), Some(&b"list"[..]));
        assert_eq!(db.read(|c| components::flags_of(c, ORG, &[7, 8])).unwrap().len(), 2);
        assert!(db.write(|tx| components::drop_snapshot(tx, ORG, 7, 1)).unwrap());
        assert!(!db.write(|tx| components::drop_snapshot(tx, ORG, 7, 1)).unwrap());
    });
}

#[test]
fn advisories_are_replaced_whole_and_found_by_every_name() {
    on_both_engines(|db| {
        let package = AdvisoryPackage {
            purl: "pkg:npm/left".into(),
            affected: "<2".into(),
            fixed: vec!["2.0.0".into()],
            ..AdvisoryPackage::default()
        };
        let advisory = AdvisoryRow {
            id: "GHSA-1".into(),
            source: "OSV GHSA".into(),
            names: vec!["CVE-2026-1".into(), "GHSA-1".into()],
            packages: vec![package.clone(), package],
            ..AdvisoryRow::default()
        };
        db.write(|tx| advisories::put(tx, std::slice::from_ref(&advisory))).unwrap();
        let named = |name: &str| db.read(|c| advisories::of_names(c, &[name.to_owned()])).unwrap();
        assert_eq!(named("CVE-2026-1"), std::slice::from_ref(&advisory));
        assert_eq!(db.read(|c| advisories::of_packages(c, &["pkg:npm/left".to_owned()])).unwrap().len(), 1);
        let shorter = AdvisoryRow { names: vec!["GHSA-1".into()], packages: Vec::new(), ..advisory.clone() };
        db.write(|tx| advisories::put(tx, std::slice::from_ref(&shorter))).unwrap();
        assert!(named("CVE-2026-1").is_empty() && named("GHSA-1") == [shorter.clone()]);
        db.write(|tx| advisories::put(tx, &[AdvisoryRow { withdrawn: Some(Timestamp(1)), ..shorter }])).unwrap();
        assert!(named("GHSA-1").is_empty(), "withdrawn");
    });
}

#[test]
fn facts_and_endpoints() {
    on_both_engines(|db| {
        let fact = |service: &str, seen: i64| LedgerRow {
            service: service.into(),
            scope: "package".into(),
            subject: "pkg:npm/left".into(),
            verdict: "loaded".into(),
            source: "sensor".into(),
            seen: Timestamp(seen),
            calls: Some(3),
            ..LedgerRow::default()
        };
        assert!(db.read(|c| ledger::is_empty(c, ORG)).unwrap());
        db.write(|tx| ledger::put(tx, ORG, &[fact("api", 5), fact("api", 9), fact("web", 5), fact("api", 5)], Timestamp(10))).unwrap();
        let of = |until: i64| db.read(|c| ledger::of_services(c, ORG, &["api".to_owned()], Timestamp(until))).unwrap();
        assert_eq!((of(4), of(5), of(9).len()), (vec![], vec![fact("api", 5)], 2));

        let seen = |how: &str, pattern: &str| SightingRow {
            service: "api".into(),
            method: "GET".into(),
            pattern: pattern.into(),
            how: how.into(),
            source: "f".into(),
            auth: "unknown".into(),
            data: vec!["pii".into()],
            ..SightingRow::default()
        };
        let put = |rows: &[SightingRow]| db.write(|tx| sightings::put(tx, ORG, "api", "f", rows)).unwrap();
        put(&[seen("documented", "/a"), seen("documented", "/b")]);
        put(&[seen("seen", "/c")]);
        put(&[seen("documented", "/a")]);
        let all = db.read(|c| sightings::all(c, ORG)).unwrap();
        assert_eq!(all, [seen("documented", "/a"), seen("seen", "/c")], "a description replaces, traffic adds");
    });
}
