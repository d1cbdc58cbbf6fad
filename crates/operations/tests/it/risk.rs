//! The risk model over time: what a change would move, and putting it in force.

use model::{Issue, Timestamp};
use operations::{IssueQuery, Muster};
use store::testing::on_both_places;
use store::{Db, params};

use crate::reports::{EVAL, MD5, SQL, semgrep, trivy};
use crate::support::{day, ids, import, now, open, queue, scan};

fn shop(url: &str) -> Muster {
    let muster = open(url);
    import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL, MD5]), &scan(1));
    import(&muster, "trivy.json", &trivy(&[("CVE-2023-45803", "urllib3", "1.26.5"), ("CVE-2024-3772", "pydantic", "1.10.2")]), &scan(1));
    muster
}

fn yaml(muster: &Muster) -> String {
    muster.risk_model(None, now()).unwrap().yaml
}

fn best_first(muster: &Muster, as_of: Option<Timestamp>, at: Timestamp) -> Vec<Issue> {
    muster.issues(&IssueQuery { as_of, ..IssueQuery::default() }, at).unwrap().issues
}

/// The shipped model with other weights.
fn changed(muster: &Muster, changes: &[(&str, &str)]) -> String {
    let mut text = yaml(muster);
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` does not stand in the model");
        text = text.replacen(from, to, 1);
    }
    text
}

/// The model with another class prior of code.
pub(crate) fn with_prior_of_code(yaml: &str, points: i32) -> String {
    let line = yaml.lines().find(|line| line.trim_start().starts_with("sast: ")).expect("a prior of code");
    yaml.replacen(line, &format!("    sast: {points}"), 1)
}

fn code_first(muster: &Muster) -> String {
    with_prior_of_code(&changed(muster, &[("name: muster-", "name: code-first-")]), 200)
}

#[test]
fn a_diff_says_who_moves_and_why_and_writes_nothing() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let before = queue(&muster);
        let diff = muster.risk_diff("mine.yaml", &code_first(&muster), None, now()).unwrap();
        assert_eq!((diff.issues, diff.rescored, diff.retiered), (5, 3, 0));
        assert!(diff.top.iter().all(|top| top.entering.is_empty()), "five issues stand in the first 20 whatever moves");
        assert_eq!((diff.from.number, diff.to.number), (Some(1), None));
        assert_eq!(queue(&muster), before);

        // A table that gives every package three days moves two issues into that tier.
        let table = "  custom:\n    strict: |\n      # ours\n      production,outcome\n      no,3d\n      yes,3d\n";
        let strict = changed(&muster, &[("{table: bod-26-04, unknown: mild}", "{table: strict}")]) + table;
        let diff = muster.risk_diff("mine.yaml", &strict, Some(1), now()).unwrap();
        assert_eq!((diff.rescored, diff.retiered), (0, 2));
        let tier = diff.tiers.iter().find(|tier| tier.tier == "3d").unwrap();
        assert_eq!((tier.before, tier.after, tier.entering_count, tier.entering.len()), (0, 2, 2, 1));
        assert!(tier.entering[0].because.is_empty() && tier.entering[0].tier_because[0].contains("table strict"));
        assert_eq!(diff.teams.len(), 1);
        assert_eq!(diff.teams[0].entering.get("3d"), Some(&2));
        assert_eq!(queue(&muster), before);
    });
}

#[test]
fn a_model_holds_from_when_it_was_applied() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let old = best_first(&muster, None, now());
        let model = code_first(&muster);
        let at = now().plus_days(1);
        let answer = muster.risk_apply("mine.yaml", &model, "robin", at, |_, _| {}).unwrap();
        assert_eq!((answer.version.number, answer.issues_ranked, answer.repeated), (Some(2), 5, false));
        let later = now().plus_days(2);
        let new = best_first(&muster, None, later);
        assert_ne!(ids(&old), ids(&new));
        assert_eq!(new[0].kind, model::Kind::Sast);
        let view = muster.issue(&new[0].id, later).unwrap();
        assert!(view.model.name.starts_with("code-first-") && view.model.version == "2", "{:?}", view.model);

        // The past is ranked by the model of its day.
        let past = best_first(&muster, Some(day(50)), later);
        assert_eq!(ids(&past), ids(&old));
        assert_eq!(past.iter().map(|issue| issue.score).collect::<Vec<_>>(), old.iter().map(|issue| issue.score).collect::<Vec<_>>());
        assert_eq!(ids(&best_first(&muster, Some(at), later)), ids(&new));
        assert_eq!(muster.risk_model(Some(day(50)), later).unwrap().version.number, Some(1));
        let now_in_force = muster.risk_model(None, later).unwrap();
        assert_eq!((now_in_force.version.number, now_in_force.version.since, now_in_force.versions.len()), (Some(2), Some(at), 2));

        let again = muster.risk_apply("mine.yaml", &model, "robin", later, |_, _| {}).unwrap();
        assert!(again.repeated && again.diff.is_none());
        // And back again, as a version of its own.
        let first = muster.risk_model(Some(day(50)), later).unwrap().yaml;
        assert_eq!(muster.risk_apply("old.yaml", &first, "robin", later, |_, _| {}).unwrap().version.number, Some(3));
        assert_eq!(ids(&best_first(&muster, None, later)), ids(&old));
    });
}

#[test]
fn a_first_model_of_an_empty_record_holds_from_the_beginning() {
    on_both_places(|place| {
        let muster = open(place.url());
        let model = code_first(&muster);
        assert_eq!(muster.risk_apply("mine.yaml", &model, "robin", now(), |_, _| {}).unwrap().version.number, Some(1));
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        let later = now().plus_days(1);
        assert_eq!(best_first(&muster, Some(day(2)), later)[0].score, best_first(&muster, None, later)[0].score);
        assert_eq!(muster.risk_model(None, later).unwrap().versions.len(), 1);
    });
}

#[test]
fn a_bad_model_is_refused_and_the_one_before_stays() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let before = queue(&muster);
        let turned = changed(&muster, &[("automatable: ", "automatable: -")]);
        for bad in [turned.as_str(), "version: 1\n", "[", ""] {
            let said = muster.risk_apply("mine.yaml", bad, "robin", now(), |_, _| {}).unwrap_err();
            assert!(said.is_user_fault() && said.to_string().starts_with("mine.yaml"), "{said}");
        }
        let said = muster.risk_diff("mine.yaml", &turned, None, now()).unwrap_err().to_string();
        assert!(said.contains("automatable moves the score from"), "{said}");
        assert_eq!(queue(&muster), before);
        assert_eq!(muster.risk_model(None, now()).unwrap().versions.len(), 1);
    });
}

/// Makes the model in force one that an older Muster shipped.
fn of_an_older_muster(url: &str) {
    let db = Db::open(url).unwrap();
    db.write(|tx| tx.execute("UPDATE risk_model SET by_whom = 'shipped with Muster' WHERE number = 2", params![])).unwrap();
}

#[test]
fn what_an_older_muster_ranked_is_ranked_again_with_a_word_in_the_history() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let shipped = best_first(&muster, None, now());
        let other = code_first(&muster);
        muster.risk_apply("mine.yaml", &other, "robin", now(), |_, _| {}).unwrap();
        let view = muster.risk_model(None, now()).unwrap();
        assert!(view.shipped.is_some_and(|shipped| shipped.name.starts_with("muster-")) && !view.ranked_by_older);
        let others = best_first(&muster, None, now());
        assert_ne!(ids(&others), ids(&shipped), "a model that somebody applied stays");

        of_an_older_muster(place.url());
        let later = now().plus_days(1);
        assert!(muster.risk_model(None, later).unwrap().ranked_by_older);
        assert_eq!(ids(&best_first(&muster, None, later)), ids(&shipped));
        let view = muster.risk_model(None, later).unwrap();
        assert!(view.shipped.is_none() && !view.ranked_by_older);
        assert_eq!((view.version.number, view.version.since), (Some(3), Some(later)));
        let history = muster.issue(&shipped[0].id, later).unwrap().history;
        let told = serde_json::to_string(&history).unwrap();
        assert!(told.contains("(version 3), shipped with Muster"), "{told}");
        // The day before stays as it was.
        assert_eq!(ids(&best_first(&muster, Some(now()), later)), ids(&others));
    });
}

#[test]
fn a_write_ranks_all_by_the_newer_model_and_not_only_what_it_touches() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let shipped: Vec<i32> = queue(&muster).iter().map(|issue| issue.score).collect();
        muster.risk_apply("mine.yaml", &code_first(&muster), "robin", now(), |_, _| {}).unwrap();
        of_an_older_muster(place.url());
        import(&muster, "trivy.json", &trivy(&[("CVE-2023-45803", "urllib3", "1.26.5")]), &scan(2));
        let view = muster.risk_model(None, now()).unwrap();
        assert_eq!((view.ranked_by_older, view.versions.len()), (false, 3));
        assert!(queue(&muster).iter().all(|issue| shipped.contains(&issue.score)));
    });
}

#[test]
fn the_shipped_model_is_put_back_and_followed() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let shipped = ids(&best_first(&muster, None, now()));
        muster.risk_apply("mine.yaml", &code_first(&muster), "robin", now(), |_, _| {}).unwrap();
        let answer = muster.risk_apply_shipped("robin", now(), |_, _| {}).unwrap();
        assert_eq!((answer.version.number, answer.version.by.as_str()), (Some(3), "shipped with Muster, applied by robin"));
        assert_eq!(ids(&best_first(&muster, None, now().plus_days(1))), shipped);
        assert!(muster.risk_model(None, now().plus_days(1)).unwrap().shipped.is_none());
    });
}
