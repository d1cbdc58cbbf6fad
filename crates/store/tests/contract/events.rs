//! Histories of issues.

use model::Timestamp;
use store::queries::events::{self, EventRow};
use store::testing::on_both_engines;

const ORG: i64 = 1;

fn event(id: i64, happened: i64, change: Option<&str>) -> EventRow {
    EventRow {
        id,
        issue: format!("MST-{}", id % 2),
        happened: Timestamp(happened),
        recorded: Timestamp(9000),
        what: "tier".into(),
        by: "feed kev".into(),
        detail: "up 3 places".into(),
        change_json: change.map(str::to_owned),
    }
}

#[test]
fn what_happened_since_a_time() {
    on_both_engines(|db| {
        let rows = [event(1, 100, None), event(2, 300, Some("{}")), event(3, 200, Some("{\"from\":1}")), event(4, 50, None)];
        db.write(|tx| events::insert(tx, ORG, &rows)).unwrap();
        db.write(|tx| events::insert(tx, 2, &[event(1, 500, None)])).unwrap();
        let ids = |since: i64, most: i64| {
            let rows = db.read(|c| events::since(c, ORG, Timestamp(since), most)).unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(100, 10), [1, 2, 3], "in the order of writing, the time itself included");
        assert_eq!(ids(100, 2), [2, 3], "the newest of them");
        assert!(ids(301, 10).is_empty());
        assert_eq!(db.read(|c| events::of_issue(c, ORG, "MST-1")).unwrap(), [rows[0].clone(), rows[2].clone()]);
    });
}
