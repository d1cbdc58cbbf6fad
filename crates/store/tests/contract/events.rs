//! Histories of issues.

use model::Timestamp;
use store::Db;
use store::migrations::{MIGRATIONS, Migration};
use store::queries::events::{self, EventRow};
use store::testing::{on_both_engines, on_both_places};

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

#[test]
fn entries_of_an_older_version_keep_their_order_and_new_ones_come_behind() {
    on_both_places(|place| {
        let before: Vec<Migration> = MIGRATIONS.iter().filter(|step| step.number < 15).copied().collect();
        let db = Db::open_with(place.url(), &before).unwrap();
        let row = "INSERT INTO event (org, id, issue, happened, recorded, what, by_whom, detail) \
                   VALUES ($1, $2, 'MST-1', 100, 200, 'opened', 'trivy', $3)";
        db.write(|tx| {
            [(1, 2, "second"), (2, 1, "of another"), (1, 1, "first")]
                .into_iter()
                .try_for_each(|(org, id, detail): (i64, i64, &str)| tx.execute(row, &[org.into(), id.into(), detail.into()]).map(drop))
        })
        .unwrap();
        drop(db);
        let db = Db::open(place.url()).unwrap();
        let last = EventRow { issue: "MST-1".into(), ..event(3, 100, None) };
        db.write(|tx| events::insert(tx, ORG, &[last])).unwrap();
        let told: Vec<_> =
            db.read(|c| events::of_issue(c, ORG, "MST-1")).unwrap().into_iter().map(|event| (event.id, event.detail)).collect();
        assert_eq!(told, [(1, "first".to_owned()), (2, "second".to_owned()), (3, "up 3 places".to_owned())]);
    });
}
