//! VEX documents and what was published.

use model::Timestamp;
use store::queries::vex::{self, DocumentRow, ReleaseRow};
use store::testing::on_both_engines;

const ORG: i64 = 1;

fn document(id: i64, hash: &str) -> DocumentRow {
    DocumentRow {
        id,
        name: "https://vex.example.com/1".into(),
        version: id.to_string(),
        author: "Example Security".into(),
        format: "openvex".into(),
        file: "a.json".into(),
        content_hash: hash.into(),
        dated: Timestamp(id * 1000),
        applied: Timestamp(5000),
    }
}

#[test]
fn statements_are_found_by_every_name() {
    on_both_engines(|db| {
        assert!(db.read(|c| vex::is_empty(c, ORG)).unwrap());
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        let first = [
            (Timestamp(1), names(&["CVE-2026-1", "GHSA-1"]), "{\"n\":1}".to_owned()),
            (Timestamp(2), names(&["CVE-2026-2"]), "{\"n\":2}".to_owned()),
        ];
        let second = [(Timestamp(3), names(&["CVE-2026-1"]), "{\"n\":3}".to_owned())];
        db.write(|tx| vex::insert(tx, ORG, &document(1, "a"), &first)).unwrap();
        db.write(|tx| vex::insert(tx, ORG, &document(2, "b"), &second)).unwrap();
        db.write(|tx| vex::insert(tx, 2, &document(1, "a"), &second)).unwrap();
        let found = |wanted: &[&str]| {
            let rows = db.read(|c| vex::statements_on(c, ORG, &names(wanted))).unwrap();
            rows.into_iter().map(|row| (row.document, row.position, row.statement_json)).collect::<Vec<_>>()
        };
        assert_eq!(found(&["CVE-2026-1", "GHSA-1"]), [(1, 0, "{\"n\":1}".to_owned()), (2, 0, "{\"n\":3}".to_owned())], "each once");
        assert_eq!(found(&["CVE-2026-2"]).len(), 1);
        assert!(found(&[]).is_empty() && found(&["CVE-2026-9"]).is_empty());
        assert_eq!(db.read(|c| vex::documents(c, ORG)).unwrap(), [document(1, "a"), document(2, "b")]);
        assert_eq!(db.read(|c| vex::by_content(c, ORG, "b")).unwrap(), Some(document(2, "b")));
        assert_eq!(db.read(|c| vex::by_content(c, 3, "b")).unwrap(), None);
        let mut all = db.read(|c| vex::all_names(c, ORG)).unwrap();
        all.sort();
        assert_eq!(all, ["CVE-2026-1", "CVE-2026-2", "GHSA-1"]);
    });
}

#[test]
fn the_same_bytes_are_stored_once() {
    on_both_engines(|db| {
        db.write(|tx| vex::insert(tx, ORG, &document(1, "a"), &[])).unwrap();
        assert!(db.write(|tx| vex::insert(tx, ORG, &document(2, "a"), &[])).is_err());
        assert_eq!(db.read(|c| vex::documents(c, ORG)).unwrap().len(), 1);
    });
}

#[test]
fn releases_by_application() {
    on_both_engines(|db| {
        let release = |number: i64| ReleaseRow { number, released: Timestamp(number * 10), content_hash: format!("h{number}") };
        for (application, number) in [("shop", 1), ("shop", 2), ("", 1)] {
            db.write(|tx| vex::release(tx, ORG, application, &release(number))).unwrap();
        }
        assert_eq!(db.read(|c| vex::releases(c, ORG, "shop")).unwrap(), [release(1), release(2)]);
        assert_eq!(db.read(|c| vex::releases(c, ORG, "")).unwrap(), [release(1)]);
        assert!(db.write(|tx| vex::release(tx, ORG, "shop", &release(2))).is_err(), "a number is given once");
    });
}
