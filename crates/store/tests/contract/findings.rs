//! Findings, the keys by which they meet, and the issues that they are.

use model::Timestamp;
use store::migrations::{MIGRATIONS, Migration};
use store::queries::findings::{self, FindingRow};
use store::testing::{on_both_engines, on_both_places};
use store::{Db, Packed};

const ORG: i64 = 1;

fn finding(id: i64, issue: &str) -> FindingRow {
    FindingRow {
        id,
        lineage: 1,
        identity: format!("identity-{id}"),
        first_seen: Timestamp(100),
        body: Packed::of(format!("{{\"n\":{id}}}").as_bytes()),
        match_key: vec![1, 2, 3],
        issue: issue.into(),
        said: Timestamp(100),
        subject: "sast\nrule\na.py".into(),
        ..FindingRow::default()
    }
}

#[test]
fn new_findings_are_written_with_what_is_moved_out_of_their_rows() {
    on_both_engines(|db| {
        let mut rows = [finding(1, "MST-1"), finding(2, "MST-1"), finding(3, "MST-2")];
        let before = rows.clone();
        db.write(|tx| findings::insert(tx, ORG, &mut rows)).unwrap();
        assert!(rows.iter().all(|row| row.body.is_empty() && row.match_key.is_empty() && row.subject.is_empty()));
        let stored = db.read(|c| findings::by_ids(c, ORG, &[3, 1, 2])).unwrap();
        let told = |rows: &[FindingRow]| -> Vec<_> {
            rows.iter().map(|row| (row.id, row.identity.clone(), row.body.clone(), row.match_key.clone(), row.subject.clone())).collect()
        };
        assert_eq!(told(&stored), told(&before));
    });
}

#[test]
fn findings_of_an_older_version_keep_their_words_and_what_recognises_them() {
    on_both_places(|place| {
        let before: Vec<Migration> = MIGRATIONS.iter().filter(|step| step.number < 14).copied().collect();
        let db = Db::open_with(place.url(), &before).unwrap();
        let row = "INSERT INTO finding (org, id, lineage, identity, first_seen, body, body_hash, match_json, secret_head_only, place, flags_json, \
                   issue, link_json, said, subject) VALUES ($1, $2, 1, $3, 100, $4, 7, '{\"path\":4}', 0, 'p', '{}', 'MST-1', '', 200, 's')";
        db.write(|tx| {
            for id in [2, 1] {
                let body = Packed::of(format!("{{\"n\":{id}}}").as_bytes());
                tx.execute(row, &[ORG.into(), id.into(), format!("identity-{id}").into(), body.into()])?;
            }
            Ok(())
        })
        .unwrap();
        drop(db);
        let db = Db::open(place.url()).unwrap();
        let rows = db.read(|c| findings::of_issues(c, ORG, &["MST-1".to_owned()])).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.id, row.identity.as_str(), row.said, row.match_key.as_slice())).collect();
        let key = b"{\"path\":4}".as_slice();
        assert_eq!(told, [(1, "identity-1", Timestamp(200), key), (2, "identity-2", Timestamp(200), key)]);
        assert_eq!(rows[1].body.open().unwrap(), b"{\"n\":2}".as_slice());
        assert_eq!(db.read(|c| findings::known_of_lineage(c, ORG, 1)).unwrap().len(), 2);
    });
}

#[test]
fn who_stands_under_a_key_and_under_which_keys() {
    on_both_engines(|db| {
        let rows = [(1, "a"), (2, "a"), (2, "b"), (3, "c")].map(|(id, key)| (id, key.to_owned()));
        db.write(|tx| findings::add_blocks(tx, ORG, rows)).unwrap();
        db.write(|tx| findings::add_blocks(tx, 2, [(9, "a".to_owned())])).unwrap();
        let under = |keys: &[&str]| {
            let mut found = db.read(|c| findings::under(c, ORG, keys.iter().map(|key| (*key).to_owned()).collect())).unwrap();
            found.sort();
            found
        };
        assert_eq!(under(&["a", "c", "x"]), [("a".to_owned(), 1), ("a".to_owned(), 2), ("c".to_owned(), 3)]);
        assert!(under(&[]).is_empty());
        let mut keys = db.read(|c| findings::keys_of(c, ORG, &[2, 3, 4])).unwrap();
        keys.sort();
        assert_eq!(keys, [(2, "a".to_owned()), (2, "b".to_owned()), (3, "c".to_owned())]);
    });
}

#[test]
fn names_sizes_and_identifiers() {
    on_both_engines(|db| {
        let mut rows = [finding(1, "MST-1"), finding(2, "MST-1"), finding(3, "MST-2")];
        db.write(|tx| findings::insert(tx, ORG, &mut rows)).unwrap();
        let mut named = db.read(|c| findings::named(c, ORG, &[2, 3, 7])).unwrap();
        named.sort();
        let row = |id: i64, issue: &str| (id, issue.to_owned(), format!("identity-{id}"));
        assert_eq!(named, [row(2, "MST-1"), row(3, "MST-2")]);
        let mut sizes = db.read(|c| findings::sizes(c, ORG, ["MST-1", "MST-2", "MST-3"].map(str::to_owned).to_vec())).unwrap();
        sizes.sort();
        assert_eq!(sizes, [("MST-1".to_owned(), 2), ("MST-2".to_owned(), 1)]);
        let names = [(1, "CVE-2026-1"), (2, "CVE-2026-1"), (2, "GHSA-X")].map(|(id, name)| (id, name.to_owned()));
        db.write(|tx| findings::set_identifiers(tx, ORG, &[], names)).unwrap();
        assert_eq!(db.read(|c| findings::identifiers_of(c, ORG, &[1, 2, 3])).unwrap(), ["CVE-2026-1", "GHSA-X"]);
    });
}
