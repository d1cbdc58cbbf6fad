use std::collections::{BTreeMap, BTreeSet};

use model::{Finding, Kind, Package, Target, TargetKind};
use proptest::prelude::*;

use super::*;

fn target() -> Target {
    Target { kind: TargetKind::Repository, name: "github.com/acme/shop".into() }
}

/// A finding of rule `r` in `path`; `code` empty where the format shows none.
fn found(rule: &str, path: &str, line: u32, code: &str) -> Finding {
    let mut finding = Finding::new(Kind::Sast, rule, format!("{rule} found"));
    finding.location.path = Some(path.into());
    finding.location.start_line = Some(line);
    finding.location.snippet_hash = crate::normalise::snippet::snippet_hash(code);
    finding
}

/// Imports reports one after another, as the store would.
#[derive(Default)]
struct Stream {
    known: Vec<Known>,
}

impl Stream {
    fn import(&mut self, findings: &[Finding]) -> Vec<String> {
        let answer = assign(&target(), "acme", "", findings, &self.known);
        for known in &mut self.known {
            known.present = false;
            known.fresh = false;
        }
        for assigned in &answer.findings {
            match self.known.iter_mut().find(|known| known.identity == assigned.identity) {
                Some(known) => {
                    known.key = (*assigned.key).clone();
                    known.present = true;
                    known.fresh = true;
                }
                None => {
                    let id = self.known.len() as u64;
                    self.known.push(Known {
                        id,
                        identity: assigned.identity.clone(),
                        key: (*assigned.key).clone(),
                        present: true,
                        fresh: true,
                    });
                }
            }
        }
        let all: BTreeSet<_> = answer.findings.iter().map(|assigned| &assigned.identity).collect();
        assert_eq!(all.len(), findings.len(), "each finding has an identity of its own");
        answer.findings.into_iter().map(|assigned| assigned.identity).collect()
    }
}

/// Imports two reports; for each finding of the second the place of its like in the first.
fn like(first: &[Finding], second: &[Finding]) -> Vec<Option<usize>> {
    let mut stream = Stream::default();
    let before = stream.import(first);
    stream.import(second).iter().map(|identity| before.iter().position(|known| known == identity)).collect()
}

fn eval(path: &str, line: u32) -> Finding {
    found("eval", path, line, "eval(x)")
}

#[test]
fn the_one_of_several_equals_that_was_fixed_closes() {
    let first = [10, 20, 30].map(|line| eval("a.py", line));
    assert_eq!(like(&first, &[eval("a.py", 10), eval("a.py", 29)]), [Some(0), Some(2)]);
    assert_eq!(like(&first, &[eval("a.py", 60), eval("a.py", 79)]), [Some(0), Some(2)], "fifty lines on top");
    // A neighbour of another rule shows how far the lines moved.
    let neighbours = |shift: u32| vec![found("sql", "a.py", 5 + shift, "query(x)"), found("sql", "a.py", 35 + shift, "query(y)")];
    let (mut first, mut second) = (first.to_vec(), neighbours(10));
    first.extend(neighbours(0));
    second.extend([eval("a.py", 30), eval("a.py", 40)]);
    assert_eq!(like(&first, &second), [Some(3), Some(4), Some(1), Some(2)]);
}

#[test]
fn code_decides_before_lines() {
    let first = [found("r", "a.py", 10, "f(a)"), found("r", "a.py", 20, "f(b)")];
    assert_eq!(like(&first, &[found("r", "a.py", 10, "f(b)"), found("r", "a.py", 20, "f(a)")]), [Some(1), Some(0)]);
}

#[test]
fn an_edited_line_keeps_its_identity_and_far_code_does_not_take_it() {
    let anchor = |line| found("sql", "a.py", line, "query(x)");
    let first = [anchor(5), found("r", "a.py", 10, "f(a)")];
    assert_eq!(like(&first, &[anchor(8), found("r", "a.py", 13, "f(a, shell=True)")]), [Some(0), Some(1)]);
    assert_eq!(like(&first, &[anchor(8), found("r", "a.py", 200, "g(z)")]), [Some(0), None]);
}

#[test]
fn a_reformatted_file_keeps_all() {
    let first: Vec<_> = (1..6).map(|n| found("r", "a.js", n * 10, &format!("f('{n}')"))).collect();
    let second: Vec<_> = (1..6).map(|n| found("r", "a.js", n * 14, &format!("f(\"{n}\");"))).collect();
    assert_eq!(like(&first, &second), (0..5).map(Some).collect::<Vec<_>>());
}

#[test]
fn renamed_and_moved_files() {
    let first = [found("r", "src/a.py", 10, "f(a)"), found("r", "src/a.py", 20, "f(a)"), found("q", "src/a.py", 5, "g(b)")];
    let second = |path: &str| [found("r", path, 12, "f(a)"), found("r", path, 22, "f(a)"), found("q", path, 7, "g(b)")];
    assert_eq!(like(&first, &second("src/b.py")), [Some(0), Some(1), Some(2)]);
    assert_eq!(like(&first, &second("lib/a.py")), [Some(0), Some(1), Some(2)]);
    // A copy is new while the first is still there.
    let mut both = first.to_vec();
    both.extend(second("src/b.py"));
    assert_eq!(like(&first, &both)[3..], [None, None, None]);
}

#[test]
fn another_root_without_code() {
    let bare =
        |root: &str| [("x/a.py", 3), ("x/b.py", 9), ("y/a.py", 4)].map(|(path, line)| found("r", &format!("{root}{path}"), line, ""));
    assert_eq!(like(&bare(""), &bare("checkout/")), [Some(0), Some(1), Some(2)]);
    // Another file of that name is no move.
    assert_eq!(like(&[found("r", "x/index.js", 3, "")], &[found("r", "y/index.js", 70, "")]), [None]);
}

#[test]
fn a_file_renamed_while_its_lines_move_and_no_code_is_shown() {
    let bare = |path: &str, lines: &[(&str, u32)]| lines.iter().map(|(rule, line)| found(rule, path, *line, "")).collect::<Vec<_>>();
    let first = bare("src/exportService.java", &[("exec", 106), ("redirect", 133), ("exec", 193), ("md5", 399)]);
    let second = bare("src/exportServiceV2.java", &[("exec", 106), ("redirect", 133), ("exec", 190), ("md5", 404)]);
    assert_eq!(like(&first, &second), [Some(0), Some(1), Some(2), Some(3)]);
    assert_eq!(like(&first[..1], &second[..1]), [Some(0)], "one finding, a similar name in the same folder");
    assert_eq!(like(&first[..1], &bare("src/otherThing.java", &[("exec", 106)])), [None], "another name");
    assert_eq!(like(&first[..1], &bare("src/exportServiceV2.java", &[("exec", 300)])), [None], "elsewhere in it");
    // The first file is still there, so the second is a copy.
    let mut both = first.clone();
    both.extend(second);
    assert_eq!(like(&first, &both)[4..], [None; 4]);
    // Two new files of which either may be it.
    let mut two = bare("src/exportServiceV2.java", &[("exec", 106)]);
    two.extend(bare("src/exportServiceV3.java", &[("exec", 106)]));
    assert_eq!(like(&first[..1], &two), [None, None]);
}

#[test]
fn a_file_renamed_while_the_root_is_another_and_no_code_is_shown() {
    let of = |root: &str, view: &str| -> Vec<Finding> {
        let at = |path: &str, all: &[(&str, u32)]| {
            all.iter().map(|(rule, line)| found(rule, &format!("{root}{path}"), *line, "")).collect::<Vec<_>>()
        };
        let others = [("src/billing/basket.py", 248), ("src/jobs/report.py", 323), ("src/web/imports.py", 36)];
        others
            .iter()
            .flat_map(|(path, line)| at(path, &[("raw-query", *line)]))
            .chain(at(view, &[("eval", 358), ("format", 358)]))
            .collect()
    };
    let first = of("", "src/store/refund_views.py");
    let second = of("builds/acme/ledger/", "src/store/refund_viewsV2.py");
    assert_eq!(like(&first, &second), [Some(0), Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(like(&second, &first), [Some(0), Some(1), Some(2), Some(3), Some(4)]);
    // Two files do not show that the root is another one; another folder is another file.
    assert_eq!(like(&first[1..], &second[1..])[2..], [None, None]);
    assert_eq!(like(&first, &of("builds/acme/ledger/", "src/admin/refund_viewsV2.py"))[3..], [None, None]);
}

#[test]
fn another_root_while_lines_move_and_no_code_is_shown() {
    let first = [("builds/acme/x/a.go", 125), ("builds/acme/x/a.go", 309), ("builds/acme/y/b.go", 9)];
    let second = [("x/a.go", 126), ("x/a.go", 311), ("y/b.go", 9)];
    let of = |all: &[(&str, u32)]| all.iter().map(|(path, line)| found("r", path, *line, "")).collect::<Vec<_>>();
    assert_eq!(like(&of(&first), &of(&second)), [Some(0), Some(1), Some(2)]);
    assert_eq!(like(&of(&second), &of(&first)), [Some(0), Some(1), Some(2)]);
}

#[test]
fn what_the_last_report_did_not_look_at_gives_way() {
    let of = |path: &str, line| found("md5", path, line, "");
    let first = [of("api/a.java", 347), of("api/a.java", 352), found("sql", "api/a.java", 9, "")];
    let mut stream = Stream::default();
    let before = stream.import(&first);
    // From another root, which closes nothing: the first is gone, but nobody looked.
    let second = stream.import(&[of("shop/api/a.java", 352), found("sql", "shop/api/a.java", 9, "")]);
    assert_eq!(second, before[1..]);
    stream.known.iter_mut().for_each(|known| known.present = true);
    assert_eq!(stream.import(&[of("api/a.java", 352), found("sql", "api/a.java", 9, "")]), second);
}

#[test]
fn a_reformatted_file_without_code() {
    let of = |lines: &[u32]| lines.iter().map(|line| found("redirect", "a.java", *line, "")).collect::<Vec<_>>();
    // A sixth longer throughout; the first was fixed.
    assert_eq!(like(&of(&[116, 340, 380]), &of(&[404, 452])), [Some(1), Some(2)]);
    // Ten lines put into each of seven blocks.
    let (blocks, longer): (Vec<u32>, Vec<u32>) = (1..=7).map(|n| (9 * n + 1, 19 * n + 1)).unzip();
    assert_eq!(like(&of(&blocks), &of(&longer)), (0..7).map(Some).collect::<Vec<_>>());
}

#[test]
fn a_renamed_rule() {
    let first = [found("pack.one.weak-hash", "a.py", 4, "md5(x)")];
    assert_eq!(like(&first, &[found("pack.two.weak-hash", "a.py", 4, "md5(x)")]), [Some(0)]);
    // Another rule on the same line is another finding.
    assert_eq!(like(&first, &[found("pack.two.injection", "a.py", 4, "md5(x)")]), [None]);
}

#[test]
fn closed_ones_come_back_as_themselves() {
    let all = [found("r", "a.py", 10, "f(a)"), found("r", "a.py", 20, "f(b)"), found("r", "b.py", 1, "")];
    let mut stream = Stream::default();
    let before = stream.import(&all);
    stream.import(&all[..1]);
    assert_eq!(stream.import(&all), before);
    // What never was there is new although a closed one has its rule and file.
    stream.import(&all[..1]);
    let fresh = stream.import(&[all[0].clone(), found("r", "a.py", 90, "f(c)")]);
    assert!(!before.contains(&fresh[1]));
}

#[test]
fn packages_keep_identity_over_versions() {
    let vulnerable = |version: &str, file: &str| {
        let mut finding = Finding::new(Kind::Sca, "CVE-2021-44228", "log4shell");
        finding.identifiers = vec!["CVE-2021-44228".into()];
        finding.package = Some(Package {
            purl: Some(format!("pkg:maven/g/log4j@{version}")),
            version: Some(version.into()),
            file: Some(file.into()),
            ..Package::default()
        });
        finding
    };
    assert_eq!(like(&[vulnerable("2.1", "pom.xml")], &[vulnerable("2.2", "pom.xml")]), [Some(0)]);
    let two = [vulnerable("2.1", "pom.xml"), vulnerable("2.2", "pom.xml")];
    assert_eq!(like(&two, &two[1..]), [Some(1)]);
    assert_eq!(like(&two[..1], &[two[0].clone(), vulnerable("2.1", "b/pom.xml")]), [Some(0), None]);
    let mut by_ghsa = vulnerable("2.1", "pom.xml");
    by_ghsa.rule = "GHSA-JFH8-C2JP-5V3Q".into();
    by_ghsa.identifiers.push("GHSA-JFH8-C2JP-5V3Q".into());
    assert_eq!(like(&two[..1], &[by_ghsa]), [Some(0)]);
}

#[test]
fn resources_of_one_file_do_not_swap() {
    let block = |resource: &str, line| {
        let mut finding = found("CKV_1", "main.tf", line, "");
        finding.kind = Kind::Iac;
        finding.location.resource = Some(resource.into());
        finding
    };
    let first = [block("s3.a", 1), block("s3.b", 20)];
    assert_eq!(like(&first, &[block("s3.b", 1), block("s3.a", 20)]), [Some(1), Some(0)]);
    assert_eq!(like(&first, &[block("s3.c", 1), block("s3.b", 40)]), [None, Some(1)]);
}

#[test]
fn addresses_by_pattern() {
    let hit = |url: &str, parameter: &str| {
        let mut finding = Finding::new(Kind::Dast, "40012", "XSS");
        finding.location.url = Some(url.into());
        finding.location.parameter = Some(parameter.into());
        finding
    };
    assert_eq!(like(&[hit("http://x/order/1", "q")], &[hit("http://x/order/7", "q")]), [Some(0)]);
    assert_eq!(like(&[hit("http://x/order/1", "q")], &[hit("http://x/order/1", "p")]), [None]);
    let two = [hit("http://x/order/1", "q"), hit("http://x/order/2", "q")];
    assert_eq!(like(&two, &two[1..]), [Some(1)]);
}

#[test]
fn base_identity_ignores_what_changes() {
    let one = found("r", "a.py", 10, "f(a)");
    let mut other = found("r", "a.py", 99, "f(b)");
    other.title = "reworded".into();
    other.severity = model::Severity::High;
    other.secret_hash = Some("x".into());
    let identity = |finding: &Finding, tool: &str, ordinal| base_identity(&target(), tool, "", finding, ordinal);
    assert_eq!(identity(&one, "Semgrep OSS", 0), identity(&other, "semgrep", 0));
    assert_ne!(identity(&one, "semgrep", 0), identity(&one, "semgrep", 1));
    other.distinct = Some("x".into());
    assert_ne!(identity(&one, "semgrep", 0), identity(&other, "semgrep", 0));
    assert_eq!(identity(&one, "semgrep", 0).len(), 32);
}

#[test]
fn ten_thousand_equals() {
    let many = |from: u32, step: u32| (0..10_000).map(|n| eval("a.py", from + n * step)).collect::<Vec<_>>();
    let mut stream = Stream::default();
    let keys = |findings: &[Finding], known: &[Known]| assign(&target(), "acme", "", findings, known);
    let first = keys(&many(1, 3), &[]);
    stream.known = first
        .findings
        .iter()
        .enumerate()
        .map(|(id, assigned)| Known {
            id: id as u64,
            identity: assigned.identity.clone(),
            key: (*assigned.key).clone(),
            present: true,
            fresh: true,
        })
        .collect();
    for second in [many(1, 3), many(8, 3)] {
        let answer = keys(&second, &stream.known);
        assert!(answer.findings.iter().zip(&first.findings).all(|(a, b)| a.identity == b.identity));
    }
    let answer = keys(&many(1, 3)[1..], &stream.known);
    assert_eq!(answer.absent, [0]);
}

/// What a format may leave out.
fn lean(finding: &Finding, drop: u8) -> Finding {
    let mut lean = finding.clone();
    if drop & 1 != 0 {
        lean.location.snippet_hash = None;
    }
    if drop & 2 != 0 {
        lean.location.start_column = None;
        lean.location.end_line = None;
    }
    if drop & 4 != 0 {
        lean.title = lean.rule.clone();
        lean.description = None;
    }
    if drop & 8 != 0 {
        lean.fingerprints.clear();
        lean.trusted_fingerprint = None;
        lean.location.symbol = None;
    }
    lean
}

prop_compose! {
    /// A report of some rules, files and code, with equals and with two on one line.
    fn report()(rows in proptest::collection::vec((0..3u8, 0..3u8, 1..60u32, 0..3u8, 0..2u32), 1..30)) -> Vec<Finding> {
        let mut seen = BTreeSet::new();
        rows.into_iter().filter(|row| seen.insert((row.0, row.1, row.2, row.4))).map(|(rule, file, line, code, column)| {
            let mut finding = found(&format!("rule-{rule}"), &format!("src/file{file}.py"), line, &format!("code({code})"));
            finding.location.start_column = Some(column + 1);
            finding.description = Some(format!("text {rule}"));
            finding.fingerprint("print", format!("{rule}/{code}"));
            finding.trusted_fingerprint = Some("print");
            finding
        }).collect()
    }
}

proptest! {
    #[test]
    fn shuffled(first in report(), seed in any::<u64>(), drop in 0..16u8) {
        let mut order: Vec<usize> = (0..first.len()).collect();
        order.sort_by_key(|at| (*at as u64).wrapping_mul(seed | 1));
        let second: Vec<Finding> = order.iter().map(|at| lean(&first[*at], drop)).collect();
        let answer = like(&first, &second);
        prop_assert!(answer.iter().all(Option::is_some));
        // Without columns nothing tells equals on one line apart; then only the set stays.
        if drop & 2 == 0 {
            prop_assert_eq!(answer, order.iter().map(|at| Some(*at)).collect::<Vec<_>>());
        }
        // And as the first of its stream: the same identities whatever the order.
        let mut shuffled: Vec<Finding> = order.iter().map(|at| first[*at].clone()).collect();
        let (a, b) = (Stream::default().import(&first), Stream::default().import(&shuffled));
        prop_assert_eq!(order.iter().map(|at| a[*at].clone()).collect::<Vec<_>>(), b);
        shuffled.reverse();
        prop_assert_eq!(Stream::default().import(&shuffled).into_iter().collect::<BTreeSet<_>>(), a.into_iter().collect::<BTreeSet<_>>());
    }

    #[test]
    fn all_lines_further_down(first in report(), by in 0..500u32, drop in 0..16u8, dropped_before in any::<bool>()) {
        let moved: Vec<Finding> = first.iter().map(|finding| {
            let mut finding = finding.clone();
            finding.location.start_line = finding.location.start_line.map(|line| line + by);
            finding
        }).collect();
        let lean_of = |all: &[Finding], on: bool| all.iter().map(|finding| lean(finding, if on { drop } else { 0 })).collect::<Vec<_>>();
        // A format without code and columns, and findings on one line, are told apart by nothing; then only the set stays.
        let exact = drop & 3 == 0;
        let answer = like(&lean_of(&first, dropped_before), &lean_of(&moved, !dropped_before));
        prop_assert!(answer.iter().all(Option::is_some));
        if exact {
            prop_assert_eq!(answer, (0..first.len()).map(Some).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_gone(first in report(), which in any::<prop::sample::Index>(), drop in 0..16u8) {
        let gone = which.index(first.len());
        let second: Vec<Finding> = first.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, finding)| lean(finding, drop & !2)).collect();
        let rest: Vec<Option<usize>> = (0..first.len()).filter(|at| *at != gone).map(Some).collect();
        prop_assert_eq!(like(&first, &second), rest);
    }

    #[test]
    fn a_file_renamed(first in report(), drop in prop::sample::select(vec![0u8, 4, 8, 12])) {
        let second: Vec<Finding> = first.iter().map(|finding| {
            let mut finding = lean(finding, drop);
            finding.location.path = finding.location.path.map(|path| path.replace("file0.py", "other.py"));
            finding
        }).collect();
        prop_assert_eq!(like(&first, &second), (0..first.len()).map(Some).collect::<Vec<_>>());
    }

    #[test]
    fn rows_twice(first in report()) {
        let doubled: Vec<Finding> = first.iter().flat_map(|finding| [finding.clone(), finding.clone()]).collect();
        let mut stream = Stream::default();
        let before: BTreeSet<_> = stream.import(&doubled).into_iter().collect();
        prop_assert_eq!(stream.import(&doubled).into_iter().collect::<BTreeSet<_>>(), before.clone());
        prop_assert!(stream.import(&first).into_iter().all(|identity| before.contains(&identity)));
    }

    #[test]
    fn halved_and_whole_again(first in report(), keep in any::<u64>(), drop in 0..16u8) {
        let first: Vec<Finding> = first.iter().map(|finding| lean(finding, drop)).collect();
        let half: Vec<Finding> = first.iter().enumerate().filter(|(at, _)| keep >> (at % 64) & 1 == 1).map(|(_, finding)| finding.clone()).collect();
        let mut stream = Stream::default();
        let before: BTreeSet<_> = stream.import(&first).into_iter().collect();
        stream.import(&half);
        prop_assert_eq!(stream.import(&first).into_iter().collect::<BTreeSet<_>>(), before);
    }

    #[test]
    fn the_stored_key_reads_back(first in report()) {
        for finding in &first {
            let key = MatchKey::of("acme", finding);
            let text = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(serde_json::from_str::<MatchKey>(&text).unwrap(), key);
        }
    }
}

#[test]
fn order_of_known_does_not_matter() {
    let first: Vec<_> = (0..40).map(|n| found("r", "a.py", 1 + n % 10, if n % 2 == 0 { "f(a)" } else { "f(b)" })).collect();
    let second: Vec<_> = (0..35).map(|n| found("r", "a.py", 3 + n % 12, if n % 3 == 0 { "f(a)" } else { "f(b)" })).collect();
    let mut stream = Stream::default();
    stream.import(&first);
    let one = assign(&target(), "acme", "", &second, &stream.known);
    stream.known.reverse();
    let other = assign(&target(), "acme", "", &second, &stream.known);
    assert_eq!(one.findings, other.findings);
    let counts: BTreeMap<_, _> = one.findings.iter().fold(BTreeMap::new(), |mut counts, found| {
        *counts.entry(found.known.is_some()).or_insert(0) += 1;
        counts
    });
    assert_eq!(counts, BTreeMap::from([(true, 35)]));
}
