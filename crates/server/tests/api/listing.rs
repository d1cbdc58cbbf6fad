//! Filters, states, times and limits of the list.

use serde_json::json;
use store::testing::Place;

use crate::app::{App, ids};

#[test]
fn states_and_teams_narrow_the_list() {
    let place = Place::sqlite();
    let app = App::with_issues(&place, 3);
    let all = app.ids();
    app.post(&format!("/issues/{}/state", all[0]), &json!({"state": "accepted_risk", "reason": "behind a login"})).good();
    let listed = |query: &str| ids(&app.get(&format!("/issues?{query}")).good());
    assert_eq!(listed("state=open,in_progress"), all[1..]);
    assert_eq!(listed("state=accepted_risk"), all[..1]);
    assert_eq!(listed("state=any"), all);
    assert_eq!(listed("team=none"), all[1..]);
    assert!(listed("team=payments").is_empty() && listed("app=shop").is_empty() && listed("service=api").is_empty());
    assert!(app.get("/issues?state=opened").problem(400, "bad_filter").contains("in_progress"));
}

#[test]
fn a_past_time_is_answered_with_itself() {
    let place = Place::sqlite();
    let app = App::with_issues(&place, 2);
    let past = app.get("/issues?as_of=2026-01-01").good();
    assert_eq!(past["as_of"], "2026-01-01T00:00:00Z");
    assert_eq!(past["items"], json!([]));
    assert_eq!(past["total"], json!({"count": 0, "exact": true}));
    app.get("/issues?as_of=yesterday").problem(400, "bad_request");
}

#[test]
fn what_cannot_be_asked_is_refused_with_a_reason() {
    let place = Place::sqlite();
    let app = App::with_issues(&place, 3);
    for limit in ["0", "501", "-1", "many"] {
        app.get(&format!("/issues?limit={limit}")).problem(400, "bad_request");
    }
    assert!(app.get("/issues?ordre=due").problem(400, "bad_request").contains("ordre"));
    app.get("/issues?sort=beauty").problem(400, "bad_request");
    app.get(&format!("/issues?q={}", "a".repeat(20_000))).problem(400, "bad_filter");
}

#[test]
fn a_cursor_is_of_its_own_list() {
    let place = Place::sqlite();
    let app = App::with_issues(&place, 3);
    let next = app.get("/issues?limit=1").good()["next"].as_str().unwrap().to_owned();
    app.get(&format!("/issues?limit=2&cursor={next}")).good();
    app.get(&format!("/issues?limit=1&state=any&cursor={next}")).problem(400, "bad_cursor");
    app.get(&format!("/issues?limit=1&sort=due&cursor={next}")).problem(400, "bad_cursor");
    app.get("/issues?cursor=0000").problem(400, "bad_cursor");
}
