//! The import rules, tried on every fixture of every format.

use std::collections::BTreeMap;

use model::CoverageState;
use operations::{ImportAnswer, ImportFlags, Muster};
use store::testing::Place;

use crate::fewer::{fewer, identities, indented, shuffled};
use crate::fixtures::{Fixture, all};
use crate::support::{every_issue, ids, import, moves, open, queue, scan, try_import};

const ONE_RESULT: &str = "what is left without its results is not read as this format";
const OTHER_SHAPE: &str = "no cut that knows nothing of the format leaves a report of its shape";
const PACKED: &str = "it is a packed file, and fewer results are made from texts alone";
const ONLY_WORD: &str = "the results left out are the report's only word that their kind or file was looked at";

/// Fixtures of which no report with fewer findings can be made, and why. The cases that need one are left out for them.
const NOT_FEWER: &[(&str, &str)] = &[
    ("aide/check.json", OTHER_SHAPE),
    ("anchore/anchorectl.json", OTHER_SHAPE),
    ("appscan/cloud.xml", OTHER_SHAPE),
    ("checkstyle/eslint.xml", ONE_RESULT),
    ("chef-inspec/controls.log", OTHER_SHAPE),
    ("cve-bin-tool/firmware.json", ONE_RESULT),
    ("cve-bin-tool/intermediate.json", ONE_RESULT),
    ("dsop/image.xlsx", PACKED),
    ("fortify/shop.fpr", PACKED),
    ("gitlab-code-quality/plain.json", ONE_RESULT),
    ("gitlab-code-quality/positions.json", ONE_RESULT),
    ("kingfisher/older.json", ONE_RESULT),
    ("nuclei/export.json", ONE_RESULT),
    ("prowler/aws.json", ONE_RESULT),
    ("ruff/shop.json", ONE_RESULT),
    ("scout-suite/aws.js", OTHER_SHAPE),
    ("scout-suite/scout2.js", OTHER_SHAPE),
    ("shellcheck/json.json", ONE_RESULT),
    ("shellcheck/older.json", ONE_RESULT),
    ("sonarqube-external/rules.json", ONE_RESULT),
    ("tfsec/older.json", ONE_RESULT),
    ("tfsec/shop.json", ONE_RESULT),
    ("threatmapper/vulnerabilities.xlsx", PACKED),
    ("trufflehog3/v2.json", ONE_RESULT),
    ("wfuzz/shop.json", ONE_RESULT),
];

/// Fixtures of which a complete report with fewer findings closes nothing, and why.
const CLOSE_NOTHING: &[(&str, &str)] = &[
    ("anchore-policy/anchorectl.json", ONLY_WORD),
    ("anchore-policy/enterprise.json", ONLY_WORD),
    ("anchore-policy/evaluations.json", ONLY_WORD),
    ("apkleaks/shop.json", ONLY_WORD),
    ("blackduck-binary/firmware.csv", ONLY_WORD),
    ("checkmarx-one/improved.json", ONLY_WORD),
    ("checkov-csv/iac.csv", ONLY_WORD),
    ("checkov/several.json", ONLY_WORD),
    ("eslint/shop.json", ONLY_WORD),
    ("eslint/with-metadata.json", ONLY_WORD),
    ("jfrog-xray-summary/artifact.json", ONLY_WORD),
    ("junit/checkov.xml", ONLY_WORD),
    ("junit/semgrep.xml", ONLY_WORD),
    ("lynis/host.dat", ONLY_WORD),
    ("sarif/packages.sarif", ONLY_WORD),
    ("sarif/quirks.sarif", ONLY_WORD),
    ("scorecard/shop.json", ONLY_WORD),
    ("secretlint/shop.json", ONLY_WORD),
    ("trivy/cluster.json", ONLY_WORD),
    ("trivy/filesystem-0.72.json", ONLY_WORD),
    ("trivy/image.json", ONLY_WORD),
    ("trivy/repository.json", ONLY_WORD),
    ("veracode/detailed.xml", ONLY_WORD),
];

fn reason(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    list.iter().find(|(listed, _)| *listed == name).map(|(_, reason)| *reason)
}

/// Collects what is wrong with fixtures, so that one run names all of it.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn check(&mut self, fixture: &Fixture, rule: &str, holds: bool, seen: impl std::fmt::Debug) {
        if !holds {
            self.0.push(format!("{}: {rule}: {seen:?}", fixture.name));
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{} problems:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// The fixtures in four parts, so that they are tried side by side.
fn part(number: usize) {
    let mut problems = Problems::default();
    for fixture in all().iter().skip(number).step_by(4) {
        let place = Place::sqlite();
        try_rules(&open(place.url()), fixture, &mut problems);
    }
    problems.none();
}

#[test]
fn hold_for_the_first_quarter_of_the_fixtures() {
    part(0);
}

#[test]
fn hold_for_the_second_quarter_of_the_fixtures() {
    part(1);
}

#[test]
fn hold_for_the_third_quarter_of_the_fixtures() {
    part(2);
}

#[test]
fn hold_for_the_last_quarter_of_the_fixtures() {
    part(3);
}

#[test]
fn hold_on_postgresql() {
    let mut problems = Problems::default();
    for name in ["semgrep/pro.json", "trivy/image.json", "zap/shop.xml", "gitleaks/v8.json", "sarif/two-runs.sarif"] {
        let Some(place) = Place::postgres() else { return };
        let fixtures = all();
        let fixture = fixtures.iter().find(|fixture| fixture.name == name).expect("the fixture is there");
        try_rules(&open(place.url()), fixture, &mut problems);
    }
    problems.none();
}

fn try_rules(muster: &Muster, fixture: &Fixture, problems: &mut Problems) {
    let name = fixture.name.as_str();
    let first = import(muster, name, &fixture.bytes, &scan(1));
    problems.check(
        fixture,
        "the folder names the format",
        first.reports.iter().all(|row| row.format.as_ref() == Some(&fixture.format)),
        &first.reports[0].format,
    );
    same_again(muster, fixture, problems);
    same_later(muster, fixture, problems);
    unreadable(muster, fixture, problems);
    let less = fewer(name, &fixture.bytes);
    match (&less, reason(NOT_FEWER, name)) {
        (Some(less), None) => with_fewer(muster, fixture, less, problems),
        (None, None) if identities(name, &fixture.bytes).is_some_and(|found| !found.is_empty()) => {
            problems.check(fixture, "has no report with fewer findings and is not listed", false, ())
        }
        (Some(_), Some(_)) => problems.check(fixture, "is listed as having no report with fewer findings, but has one", false, ()),
        (None, _) => {}
    }
}

/// Rule 1: the same bytes for the same stream and time change nothing.
fn same_again(muster: &Muster, fixture: &Fixture, problems: &mut Problems) {
    let before = every_issue(muster);
    let again = import(muster, &fixture.name, &fixture.bytes, &scan(1));
    problems.check(fixture, "the same bytes are a repetition", again.reports.iter().all(|row| row.repeated), &again.reports);
    problems.check(fixture, "a repetition moves nothing", moves(&again) == [0; 4], moves(&again));
    problems.check(fixture, "a repetition leaves every issue", every_issue(muster) == before, ());
}

/// Rule 2: the same results later, however written, are neither new nor gone.
fn same_later(muster: &Muster, fixture: &Fixture, problems: &mut Problems) {
    let before = ids(&every_issue(muster));
    let written = [
        ("the same bytes later", Some(fixture.bytes.clone())),
        ("indented otherwise", indented(&fixture.bytes)),
        ("in another order", shuffled(&fixture.name, &fixture.bytes)),
    ];
    for ((how, bytes), day) in written.into_iter().zip(2..) {
        let Some(bytes) = bytes else { continue };
        match accepted(muster, fixture, &bytes, &scan(day)) {
            Some(answer) => problems.check(fixture, how, moves(&answer) == [0; 4], moves(&answer)),
            None => problems.check(fixture, how, false, "refused"),
        }
        problems.check(fixture, how, ids(&every_issue(muster)) == before, "other issues");
    }
}

/// Rule 4: what cannot be read to its end closes nothing and stores nothing.
fn unreadable(muster: &Muster, fixture: &Fixture, problems: &mut Problems) {
    let before = every_issue(muster);
    let cut = &fixture.bytes[..fixture.bytes.len() * 6 / 10];
    let answer = try_import(muster, &fixture.name, cut, &scan(10)).expect("the database works");
    let closes = answer.issues.fixed + moves(&answer)[2] + moves(&answer)[3];
    let refused = answer.reports.iter().all(|row| row.error.is_some());
    let complete = answer.reports.iter().any(|row| row.error.is_none() && row.coverage == Some(CoverageState::Complete));
    let misread = closes > 0 || complete && moves(&answer)[0] > 0;
    problems.check(fixture, "a report cut off closes nothing, and what it brings is not taken for complete", !misread, &answer);
    if refused {
        problems.check(fixture, "a report cut off leaves every issue", every_issue(muster) == before, ());
    }
    // What a partial report brought is gone again with the whole one.
    import(muster, &fixture.name, &fixture.bytes, &scan(12));
    let empty = try_import(muster, &fixture.name, b"", &scan(13)).expect("the database works");
    problems.check(fixture, "an empty file is refused", empty.reports.len() == 1 && empty.has_errors(), &empty);
    problems.check(fixture, "an empty file closes nothing", moves(&empty) == [0; 4] && empty.issues.fixed == 0, &empty);
}

/// Rules 3, 4 and 6: which report with fewer results closes, and which does not.
fn with_fewer(muster: &Muster, fixture: &Fixture, less: &[u8], problems: &mut Problems) {
    let open_before = ids(&queue(muster));
    let quiet: [(&str, ImportFlags); 3] = [
        ("a partial report", ImportFlags { partial: true, ..scan(20) }),
        ("a report of another branch", ImportFlags { branch: Some("feature".into()), ..scan(21) }),
        ("a report of another category", ImportFlags { category: Some("elsewhere".into()), ..scan(22) }),
    ];
    for (what, flags) in quiet {
        let Some(answer) = accepted(muster, fixture, less, &flags) else {
            problems.check(fixture, what, false, "refused");
            continue;
        };
        problems.check(fixture, &format!("{what} closes nothing"), answer.issues.fixed == 0 && moves(&answer)[2..] == [0, 0], &answer);
        let now_open = ids(&queue(muster));
        problems.check(fixture, &format!("{what} leaves the queue"), open_before.iter().all(|id| now_open.contains(id)), &now_open);
    }

    let Some(answer) = accepted(muster, fixture, less, &scan(30)) else { return };
    let closed = moves(&answer)[2];
    let may_close = answer.reports.iter().any(|row| row.coverage == Some(CoverageState::Complete));
    match (may_close, reason(CLOSE_NOTHING, &fixture.name)) {
        (true, None) => problems.check(fixture, "a complete report closes what it leaves out", closed > 0, &answer.reports),
        (true, Some(_)) => problems.check(fixture, "is listed as closing nothing, but closes", closed == 0, &answer.reports),
        (false, listed) => {
            problems.check(fixture, "a report that is not complete closes nothing", closed == 0 && answer.issues.fixed == 0, &answer);
            problems.check(fixture, "is listed as closing nothing, but is never complete", listed.is_none(), ());
        }
    }
    if formats::by_id(&fixture.format).is_some_and(|format| format.status == formats::Status::ReadOnly) {
        problems.check(fixture, "a read-only format closes nothing", closed == 0 && answer.issues.fixed == 0, &answer);
    }
    let back = import(muster, &fixture.name, &fixture.bytes, &scan(31));
    problems.check(fixture, "what is back is reopened, not new", moves(&back) == [0, closed, 0, 0], moves(&back));
    problems.check(
        fixture,
        "what is back is the same issue",
        ids(&queue(muster)).iter().filter(|id| open_before.contains(id)).count() == open_before.len(),
        (),
    );
}

/// The answer, unless the report is refused.
fn accepted(muster: &Muster, fixture: &Fixture, bytes: &[u8], flags: &ImportFlags) -> Option<ImportAnswer> {
    let answer = try_import(muster, &fixture.name, bytes, flags).expect("the database works");
    (!answer.has_errors()).then_some(answer)
}

#[test]
fn the_lists_of_exceptions_name_fixtures_and_reasons() {
    let names: BTreeMap<String, ()> = all().into_iter().map(|fixture| (fixture.name, ())).collect();
    for (name, reason) in NOT_FEWER.iter().chain(CLOSE_NOTHING) {
        assert!(names.contains_key(*name), "{name} is no fixture");
        assert!(reason.len() > 20, "{name} has a reason");
    }
}
