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
    let page = app.get("/issues?state=any&limit=2").good();
    assert_eq!((&page["total"], page["next"].is_null()), (&json!({"count": 3, "exact": true}), false));
    // Counting what a pattern leaves would mean to read it all: there are more than these.
    let page = app.get("/issues?state=any&limit=2&where=title.matches(%22.%22)").good();
    assert_eq!((&page["total"], page["next"].is_null()), (&json!({"count": 2, "exact": false}), false));
    assert!(app.get("/issues?state=opened").problem(400, "bad_filter").contains("in_progress"));
}

#[test]
fn the_filter_bar_and_the_filter_language_narrow_the_list() {
    let place = Place::sqlite();
    let app = App::with_issues(&place, 4);
    let all = app.ids();
    app.post(&format!("/issues/{}/state", all[0]), &json!({"state": "accepted_risk", "reason": "behind a login"})).good();
    let listed = |query: &str| ids(&app.get(&format!("/issues?{query}")).good());
    let count = |query: &str| listed(query).len();
    assert_eq!(count("q=severity:high"), count("where=severity%20%3D%3D%20%22high%22"));
    assert_eq!(count("q=severity:high") + count("q=-severity:high"), 3);
    assert!((1..3).contains(&count("q=severity:high")));
    assert_eq!(listed("q=state:accepted_risk"), all[..1]);
    assert_eq!(listed("q=state:accepted_risk&state=open"), all[..1]);
    assert_eq!(listed("q=state:any"), all);
    // Both conditions hold for what is listed.
    assert_eq!(count("q=severity:high&where=severity%20%3D%3D%20%22medium%22"), 0);
    assert_eq!(count("q=path:src/**"), 3);
    assert_eq!(count("q=-path:src/**"), 0);
    assert_eq!(count("q=tool:lint"), 3);
    let facets = app.get("/facets?q=severity:high").good();
    assert_eq!(facets["total"], count("q=severity:high"));
}

#[test]
fn a_term_that_is_wrong_is_left_out_with_a_word_and_a_condition_that_is_wrong_is_refused() {
    let place = Place::sqlite();
    let app = App::with_issues(&place, 2);
    let page = app.get("/issues?q=sevrity:high").good();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert!(page["warnings"][0].as_str().unwrap().contains("severity"), "{}", page["warnings"]);
    assert_eq!(app.get("/issues").good()["warnings"], json!([]));
    assert!(app.get("/issues?where=sevrity%20%3D%3D%201").problem(400, "bad_request").contains("sevrity"));
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
