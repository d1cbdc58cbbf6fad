//! A process that is killed leaves the database as it was, or complete.

use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::run::{Home, semgrep};

/// Results of the import that is killed.
const LARGE: usize = 1500;

#[test]
fn an_import_killed_in_the_middle_stores_all_or_nothing() {
    let home = Home::new();
    home.write("small.json", semgrep(3));
    home.write("large.json", semgrep(LARGE));
    home.done(&["import", "--repo", "github.com/acme/shop", "small.json"]);
    let mut before = 3;
    for wait in [20, 150, 400, 900] {
        let import = ["import", "--repo", &format!("github.com/acme/killed-{wait}"), "large.json"];
        let mut child = home.command(&import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The file is open at some time after this; when exactly does not matter, only that whatever was done is whole.
        let end = Instant::now() + Duration::from_millis(wait);
        while Instant::now() < end && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(5));
        }
        let _ = child.kill();
        let _ = child.wait().unwrap();
        let after = home.json(&["issues", "--state", "any"]).len();
        assert!(after == before || after == before + LARGE, "killed after {wait} ms: {before} issues before, {after} after");
        before = after;
    }
    let again = home.json(&["import", "--repo", "github.com/acme/shop", "small.json"]).remove(0);
    assert_eq!(again["reports"][0]["repeated"], true, "and the database works on");
}
