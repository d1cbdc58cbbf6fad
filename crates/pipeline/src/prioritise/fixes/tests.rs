use model::{Finding, Fix, FixKind, Issue, Kind, Owner, Package, Remedy, Target, TargetKind};

use super::*;

fn package(purl: &str, version: &str, fixed: &[&str]) -> Finding {
    let mut out = Finding::new(Kind::Sca, "CVE-2026-1", "A flaw");
    out.package = Some(Package {
        purl: Some(format!("{purl}@{version}")),
        name: purl.rsplit('/').next().map(str::to_owned),
        version: Some(version.to_owned()),
        fixed: fixed.iter().map(|text| (*text).to_owned()).collect(),
        file: Some("package-lock.json".to_owned()),
        ..Package::default()
    });
    out
}

/// An issue of findings in a target.
fn issue(id: &str, score: i32, target: &Target, findings: &[Finding]) -> Issue {
    let all: Vec<&Finding> = findings.iter().collect();
    let services = vec!["shop-api".to_owned()];
    let input = RemedyInput {
        issue: id,
        title: &findings[0].title,
        team: Some("payments"),
        services: &services,
        target: Some(target),
        founder: &findings[0],
        findings: &all,
    };
    let remedy = remedy(&input);
    let owner = Owner { team: Some("payments".to_owned()), because: Vec::new() };
    Issue { id: id.to_owned(), score, services, owner, fix: line(&remedy), remedy: Some(remedy), ..Issue::default() }
}

fn repository() -> Target {
    Target { kind: TargetKind::Repository, name: "github.com/acme/shop".to_owned() }
}

fn upgrade(issues: &[(&str, &[&str])]) -> Fix {
    let list: Vec<Issue> = issues
        .iter()
        .zip(1..)
        .map(|((version, fixed), at)| issue(&format!("I{at}"), 100, &repository(), &[package("pkg:npm/next", version, fixed)]))
        .collect();
    let fixes = group(&list);
    assert_eq!(fixes.len(), 1, "{fixes:?}");
    fixes[0].clone()
}

#[test]
fn the_least_version_that_ends_most() {
    let fix = upgrade(&[("14.1.0", &["14.1.1"]), ("14.1.0", &["14.2.25", "13.5.9"]), ("14.1.0", &["14.2.10"])]);
    assert_eq!((fix.change.as_str(), fix.to.as_deref()), ("Upgrade next to 14.2.25", Some("14.2.25")));
    let steps: Vec<(&str, u64)> = fix.steps.iter().map(|step| (step.version.as_str(), step.issues)).collect();
    assert_eq!(steps, [("14.1.1", 1), ("14.2.10", 2), ("14.2.25", 3)]);
    assert_eq!(fix.place.as_deref(), Some("shop-api (package-lock.json)"));
    // 14.10 is more than 14.9: numbers, not text.
    assert_eq!(upgrade(&[("14.1.0", &["14.10.0"]), ("14.1.0", &["14.9.9"])]).to.as_deref(), Some("14.10.0"));
}

#[test]
fn a_version_of_another_line_ends_nothing() {
    // 2.0.0 ends the second, but the first is fixed in 2.x from 2.0.1 on.
    let fix = upgrade(&[("1.2.3", &["1.2.5", "2.0.1"]), ("1.2.3", &["2.0.0"])]);
    assert_eq!(fix.to.as_deref(), Some("2.0.1"));
    let steps: Vec<(&str, u64)> = fix.steps.iter().map(|step| (step.version.as_str(), step.issues)).collect();
    assert_eq!(steps, [("1.2.5", 1), ("2.0.1", 2)]);
    // Nothing below what is there is named.
    assert_eq!(upgrade(&[("2.14.1", &["2.12.2", "2.15.0"])]).to.as_deref(), Some("2.15.0"));
}

#[test]
fn tools_that_disagree_are_all_satisfied() {
    let both = [package("pkg:npm/next", "1.0.0", &["1.0.1"]), package("pkg:npm/next", "1.0.0", &["1.2.0"])];
    let fixes = group(&[issue("I1", 10, &repository(), &both)]);
    assert_eq!(fixes[0].to.as_deref(), Some("1.2.0"));
}

#[test]
fn an_images_distribution_is_one_rebuild() {
    let image = Target { kind: TargetKind::Image, name: "registry.example.com/acme/web".to_owned() };
    let os = |name: &str, fixed: &[&str]| package(&format!("pkg:deb/debian/{name}"), "1.0-1", fixed);
    let fixes = group(&[
        issue("I1", 50, &image, &[os("openssl", &["1.0-2"])]),
        issue("I2", 50, &image, &[os("zlib1g", &["1.0-3"])]),
        issue("I3", 40, &image, &[os("perl", &[])]),
        issue("I4", 40, &image, &[package("pkg:npm/next", "1.0.0", &["1.0.1"])]),
    ]);
    let kinds: Vec<(FixKind, usize)> = fixes.iter().map(|fix| (fix.kind, fix.issues.len())).collect();
    assert!(kinds.contains(&(FixKind::Rebuild, 2)) && kinds.contains(&(FixKind::ReplaceBase, 1)) && kinds.contains(&(FixKind::Upgrade, 1)));
    assert!(fixes[0].change.contains("debian") && fixes[0].change.contains("openssl, zlib1g"), "{}", fixes[0].change);
}

#[test]
fn risk_adds_up_as_odds() {
    let fix = |score: i32, name: &str| issue(name, score, &repository(), &[package(&format!("pkg:npm/{name}"), "1.0.0", &["1.0.1"])]);
    let alone = group(&[fix(-137, "a")]);
    assert_eq!((alone[0].risk_removed, alone[0].share), (-137, 1000));
    let ten: Vec<Issue> =
        (0..10).map(|at| issue(&format!("I{at}"), 120, &repository(), &[package("pkg:npm/b", "1.0.0", &["1.0.1"])])).collect();
    assert_eq!(group(&ten)[0].risk_removed, 220);
    // An issue with a negative score still adds risk, and many small ones do not hide a great one.
    let mut mixed: Vec<Issue> =
        (0..20).map(|at| issue(&format!("I{at}"), -50, &repository(), &[package("pkg:npm/b", "1.0.0", &["2.0.0"])])).collect();
    mixed.push(fix(290, "c"));
    let fixes = group(&mixed);
    assert_eq!(fixes[0].risk_removed, 290);
    assert!(fixes[1].risk_removed > -50 && fixes[0].share > 980, "{fixes:?}");
}

#[test]
fn ids_do_not_depend_on_scores_order_or_later_findings() {
    let one = issue("I1", 10, &repository(), &[package("pkg:npm/next", "1.0.0", &["1.0.1"])]);
    let both =
        issue("I1", 90, &repository(), &[package("pkg:npm/next", "1.0.0", &["1.0.1"]), package("pkg:npm/next", "1.0.0", &["1.0.2"])]);
    let (a, b) = (one.remedy.clone().unwrap(), both.remedy.unwrap());
    assert_eq!(a.fix, b.fix);
    let other = issue("I2", 10, &repository(), &[package("pkg:npm/left", "1.0.0", &["1.0.1"])]);
    let forward = group(&[one.clone(), other.clone()]);
    assert_eq!(forward, group(&[other, one]));
}

#[test]
fn what_code_secrets_and_configuration_ask() {
    let at = |kind: Kind, rule: &str, path: &str| {
        let mut out = Finding::new(kind, rule, "A flaw");
        out.location.path = Some(path.to_owned());
        out
    };
    let secret = |path: &str| {
        let mut out = at(Kind::Secret, "aws-key", path);
        out.secret_hash = Some("hmac:1".to_owned());
        out
    };
    let list = [
        issue("I1", 10, &repository(), &[at(Kind::Sast, "sqli", "a.py")]),
        issue("I2", 10, &repository(), &[at(Kind::Sast, "sqli", "a.py")]),
        issue("I3", 10, &repository(), &[at(Kind::Sast, "sqli", "b.py")]),
        issue("I4", 10, &repository(), &[at(Kind::Iac, "CKV_1", "main.tf")]),
        issue("I5", 10, &repository(), &[secret("a.env")]),
        issue("I6", 10, &repository(), &[secret("b.env")]),
    ];
    let fixes = group(&list);
    let of = |kind: FixKind| fixes.iter().filter(|fix| fix.kind == kind).map(|fix| fix.issues.len()).collect::<Vec<_>>();
    let mut code = of(FixKind::Code);
    code.sort_unstable();
    assert_eq!((code, of(FixKind::Configure), of(FixKind::Rotate)), (vec![1, 2], vec![1], vec![2]));
    assert!(!serde_json::to_string(&fixes).unwrap().contains("hmac"), "no hash of a secret is shown");
}

#[test]
fn issues_without_a_remedy_are_kept() {
    let bare = Issue { id: "I1".to_owned(), title: "Old".to_owned(), ..Issue::default() };
    let fixes = group(&[bare]);
    assert_eq!((fixes.len(), fixes[0].issues.len()), (1, 1));
    assert_eq!(Remedy::default().fix, "");
}
