//! Versions of the risk model.

use model::Timestamp;
use store::queries::risk::{self, ModelRow};
use store::testing::on_both_engines;

const ORG: i64 = 1;

fn version(number: i64, since: i64) -> ModelRow {
    ModelRow {
        number,
        name: format!("model {number}"),
        since: Timestamp(since),
        by: "robin".into(),
        file: "risk.yaml".into(),
        content_hash: format!("hash {number}"),
        yaml: "version: 1\n".into(),
    }
}

#[test]
fn the_version_of_that_day_is_in_force() {
    on_both_engines(|db| {
        assert_eq!(db.read(|c| risk::in_force(c, ORG, Timestamp(5))).unwrap(), None);
        for row in [version(1, 0), version(2, 1000), version(3, 2000)] {
            db.write(|tx| risk::insert(tx, ORG, &row)).unwrap();
        }
        db.write(|tx| risk::insert(tx, 2, &version(1, 700))).unwrap();
        let number = |org: i64, at: i64| db.read(|c| risk::in_force(c, org, Timestamp(at))).unwrap().map(|row| row.number);
        assert_eq!([0, 999, 1000, 1999, 2000, i64::MAX].map(|at| number(ORG, at)), [1, 1, 2, 2, 3, 3].map(Some));
        assert_eq!((number(2, 5), number(3, 5)), (Some(1), None), "the first holds from the beginning");
        assert_eq!(db.read(|c| risk::all(c, ORG)).unwrap(), [version(1, 0), version(2, 1000), version(3, 2000)]);
        assert!(db.write(|tx| risk::insert(tx, ORG, &version(3, 3000))).is_err(), "a number is given once");
        assert_eq!(db.read(|c| risk::newest(c, ORG)).unwrap(), Some(version(3, 2000)));
        assert!(!db.read(|c| risk::anything_ranked(c, ORG)).unwrap());
        db.write(|tx| risk::clear(tx, ORG)).unwrap();
        assert_eq!(db.read(|c| risk::newest(c, ORG)).unwrap(), None);
        assert_eq!(number(2, 5), Some(1), "another organisation's versions stay");
    });
}
