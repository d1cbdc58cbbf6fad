//! Inventory files in time, and what runs where.

use model::{Deployment, Timestamp};
use store::Db;
use store::queries::deployments::{self, DeploymentRow};
use store::queries::inventory::{self, VersionRow};
use store::testing::on_both_engines;

fn version(repository: &str, since: i64, text: Option<&str>) -> VersionRow {
    VersionRow {
        repository: repository.into(),
        path: "muster.yaml".into(),
        since: Timestamp(since),
        recorded: Timestamp(since),
        declared_json: text.map(ToOwned::to_owned),
    }
}

#[test]
fn each_time_has_its_version_of_a_file() {
    on_both_engines(|db| {
        db.write(|tx| {
            for row in
                [version("", 0, Some("first")), version("", 20, Some("second")), version("", 30, None), version("x", 20, Some("other"))]
            {
                inventory::put(tx, 1, &row)?;
            }
            inventory::put(tx, 2, &version("", 0, Some("another organisation's")))
        })
        .unwrap();
        let at = |time: i64| {
            let rows = db.read(|conn| inventory::at(conn, 1, Timestamp(time))).unwrap();
            rows.into_iter().map(|row| row.declared_json.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(at(5), ["first"]);
        assert_eq!(at(20), ["second", "other"]);
        assert_eq!(at(i64::MAX), ["other"], "the first file is gone");
        assert_eq!(db.read(|conn| inventory::versions(conn, 1, "", "muster.yaml")).unwrap().len(), 3);
    });
}

fn row(unit: &str, version: &str, since: i64) -> DeploymentRow {
    let deployment = Deployment {
        service: "api".into(),
        environment: "production".into(),
        since: Timestamp(since),
        image: Some(format!("{unit}@{version}")),
        source: "deploy".into(),
        ..Deployment::default()
    };
    DeploymentRow { deployment, unit: unit.into(), version: version.into() }
}

fn put(db: &Db, row: &DeploymentRow) {
    db.write(|tx| deployments::put(tx, 1, row, Timestamp(0))).unwrap();
}

#[test]
fn units_of_a_service_run_beside_each_other() {
    on_both_engines(|db| {
        for row in [row("r/api", "one", 1), row("r/jobs", "one", 1), row("r/api", "two", 10)] {
            put(db, &row);
        }
        let place = ("api", "production");
        let ended = db.write(|tx| deployments::end(tx, 1, place, Some("r/api"), Some("two"), Timestamp(10))).unwrap();
        assert_eq!(ended, 1);
        let running = |at: i64| {
            let rows = db.read(|conn| deployments::running(conn, 1, Timestamp(at))).unwrap();
            rows.into_iter().map(|row| format!("{} {}", row.unit, row.version)).collect::<Vec<_>>()
        };
        assert_eq!(running(5), ["r/api one", "r/jobs one"]);
        assert_eq!(running(10), ["r/api two", "r/jobs one"]);
        assert_eq!(db.write(|tx| deployments::end(tx, 1, place, None, None, Timestamp(20))).unwrap(), 2);
        assert!(running(20).is_empty());
        assert_eq!(db.read(|conn| deployments::shipped(conn, 1, Some("api"), Timestamp(30))).unwrap().len(), 3);
        assert_eq!(db.read(|conn| deployments::shipped(conn, 1, Some("web"), Timestamp(30))).unwrap().len(), 0);
        assert_eq!(db.read(|conn| deployments::recorded(conn, 1, Timestamp(30))).unwrap(), [("api".to_owned(), "production".to_owned())]);
        assert_eq!(db.read(|conn| deployments::of_unit(conn, 1, "api", "production", "r/api")).unwrap().len(), 2);
    });
}
