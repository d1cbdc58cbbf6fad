use serde_json::json;

use crate::row::{AdvisoryPackage, IntelRow};
use crate::{Feed, load};

fn osv() -> serde_json::Value {
    json!({"schema_version": "1.6.0", "id": "GHSA-jfh8-c2jp-5v3q", "modified": "2025-01-14T09:00:00Z", "published": "2021-12-10T00:40:56Z",
    "aliases": ["CVE-2021-44228"], "summary": "Remote code injection in Log4j",
    "affected": [
        {"package": {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core", "purl": "pkg:maven/org.apache.logging.log4j/log4j-core"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.13.0"}, {"fixed": "2.15.0"}]}]},
        {"package": {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "2.0-beta9"}, {"introduced": "2.4"}, {"fixed": "2.12.2"}]},
                    {"type": "GIT", "repo": "https://example.com/r", "events": [{"introduced": "0"}]}]},
        {"package": {"ecosystem": "npm", "name": "left"}, "versions": ["1.0.0", "1.0.1"]}
    ]})
}

fn packages(rows: &[IntelRow]) -> Vec<&AdvisoryPackage> {
    rows.iter()
        .flat_map(|row| match row {
            IntelRow::Advisory { packages, .. } => packages.iter(),
            _ => panic!("{row:?}"),
        })
        .collect()
}

#[test]
fn osv_ranges() {
    let loaded = load(osv().to_string().as_bytes(), "a.json").unwrap();
    assert_eq!(loaded.feed, Feed::Advisories);
    let ranges: Vec<&str> = packages(&loaded.rows).iter().map(|package| package.affected.as_str()).collect();
    assert_eq!(ranges, [">=2.13.0|<2.15.0", "<=2.0-beta9|>=2.4|<2.12.2", "=1.0.0|=1.0.1"]);
    let IntelRow::Advisory { id, names, packages, .. } = &loaded.rows[0] else { panic!() };
    assert_eq!((id.as_str(), names.len(), packages[0].fixed.as_slice()), ("GHSA-JFH8-C2JP-5V3Q", 2, &["2.15.0".to_owned()][..]));
}

#[test]
fn arrays_and_lines_are_read_and_a_cut_file_is_refused() {
    let array = json!([osv(), osv()]).to_string();
    assert_eq!(load(array.as_bytes(), "a.json").unwrap().rows.len(), 2);
    let lines = format!("{}\n{}\n", osv(), osv());
    assert_eq!(load(lines.as_bytes(), "a.jsonl").unwrap().rows.len(), 2);
    assert!(load(&lines.as_bytes()[..lines.len() - 40], "a.jsonl").unwrap_err().to_string().contains("cut off"));
    let odd = format!("{}\n{{\"id\": 7}}\n", osv());
    let loaded = load(odd.as_bytes(), "a.jsonl").unwrap();
    assert_eq!((loaded.rows.len(), loaded.warnings.len()), (1, 1));
}

#[test]
fn github_and_csaf() {
    let github = json!([{"ghsa_id": "GHSA-x", "cve_id": "CVE-2026-1", "summary": "s", "vulnerabilities": [
        {"package": {"ecosystem": "npm", "name": "next"}, "vulnerable_version_range": ">= 13.0.0, < 13.5.9", "first_patched_version": "13.5.9"}]}]);
    let loaded = load(github.to_string().as_bytes(), "g.json").unwrap();
    assert_eq!(packages(&loaded.rows)[0].affected, ">=13.0.0|<13.5.9");
    let csaf = json!({"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "t",
        "publisher": {"category": "vendor", "name": "Example PSIRT", "namespace": "https://example.com"},
        "tracking": {"id": "EX-1", "status": "final", "version": "1", "initial_release_date": "2026-01-01T00:00:00Z", "current_release_date": "2026-01-01T00:00:00Z",
            "revision_history": [{"number": "1", "date": "2026-01-01T00:00:00Z", "summary": "i"}]}},
        "product_tree": {"full_product_names": [
            {"product_id": "A", "name": "a", "product_identification_helper": {"purl": "pkg:npm/a@1.0.0"}},
            {"product_id": "B", "name": "a2", "product_identification_helper": {"purl": "pkg:npm/a@1.0.1"}}]},
        "vulnerabilities": [{"cve": "CVE-2026-1", "product_status": {"known_affected": ["A"], "fixed": ["B"]}}]});
    let loaded = load(csaf.to_string().as_bytes(), "c.json").unwrap();
    let found = packages(&loaded.rows);
    assert_eq!((found[0].affected.as_str(), found[0].fixed.as_slice()), ("=1.0.0", &["1.0.1".to_owned()][..]));
}
