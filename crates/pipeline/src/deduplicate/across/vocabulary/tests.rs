use std::collections::BTreeSet;

use super::*;

fn pattern_names() -> BTreeSet<&'static str> {
    [&FAMILIES, &CONTROLS, &WORKFLOW].iter().flat_map(|patterns| patterns.names().iter().copied()).collect()
}

#[test]
fn every_pattern_compiles_and_stands_once() {
    for text in [include_str!("tables/families.txt"), include_str!("tables/controls.txt"), include_str!("tables/workflow.txt")] {
        let mut seen = BTreeSet::new();
        for (name, pattern) in lookup::rows(text) {
            assert!(seen.insert(pattern), "{name}: its pattern stands twice");
            regex::Regex::new(pattern).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!pattern.contains(char::is_uppercase), "{name}: folded words have no upper case");
        }
        assert!(seen.len() > 15);
    }
}

#[test]
fn every_line_of_a_table_is_a_comment_or_two_fields() {
    let patterns = [include_str!("tables/families.txt"), include_str!("tables/controls.txt"), include_str!("tables/workflow.txt")];
    for text in FAMILY_FILES.iter().chain(&CONTROL_FILES).map(|file| file.1).chain(patterns) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(line.matches('\t').count(), 1, "{line}");
        }
    }
}

#[test]
fn ids_stand_once_over_all_tools_and_name_what_exists() {
    // A general word (`ssl`, `memory`) need not have a pattern of its own.
    let names = pattern_names();
    let exists = |name: &str| {
        name == "-" || names.iter().any(|known| known == &name || known.strip_prefix(name).is_some_and(|r| r.starts_with('.')))
    };
    let alone: BTreeSet<&str> = include_str!("tables/names.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let mut used = BTreeSet::new();
    for files in [&FAMILY_FILES[..], &CONTROL_FILES[..]] {
        let mut seen = BTreeSet::new();
        for (tool, text) in files {
            for (id, name) in lookup::rows(text) {
                assert!(seen.insert(id), "{tool}: {id} stands twice");
                assert!(exists(name) || alone.contains(name), "{tool}: {id} names {name}, which neither a pattern nor names.txt has");
                used.insert(name);
            }
        }
    }
    for name in alone {
        assert!(used.contains(name) && !exists(name), "names.txt: {name} is not needed");
    }
    assert!(FAMILY_FILES.is_sorted_by(|a, b| a.0 < b.0) && CONTROL_FILES.is_sorted_by(|a, b| a.0 < b.0));
}

#[test]
fn one_family_under_the_names_of_many_tools() {
    let same = [
        (
            "sqli",
            &[
                ("B608", ""),
                ("java.lang.security.audit.formatted-sql-string.formatted-sql-string", ""),
                ("py/sql-injection", ""),
                ("40018", "SQL Injection"),
                ("python:S3649", ""),
                ("SQL_INJECTION_JDBC", ""),
                ("G201", ""),
                ("SQL", "Possible SQL injection"),
                ("sql-injection", "SQL Injection from \"id\" Parameter"),
            ][..],
        ),
        (
            "cmdi",
            &[
                ("B602", ""),
                ("js/command-line-injection", ""),
                ("security/detect-child-process", ""),
                ("go.lang.security.audit.dangerous-exec-command.dangerous-exec-command", ""),
                ("90020", "Remote OS Command Injection"),
                ("COMMAND_INJECTION", ""),
                ("php.lang.security.exec-use.exec-use", ""),
            ][..],
        ),
        (
            "xss",
            &[
                ("B703", ""),
                ("js/xss-through-dom", ""),
                ("40012", "Cross Site Scripting (Reflected)"),
                ("Reflected_XSS_All_Clients", ""),
                ("py/reflective-xss", ""),
                ("java.lang.security.audit.xss.no-direct-response-writer.no-direct-response-writer", ""),
            ][..],
        ),
        (
            "ssrf",
            &[
                ("js/request-forgery", ""),
                ("py/full-ssrf", ""),
                ("java.spring.security.injection.tainted-url-host.tainted-url-host", ""),
                ("40046", "Server Side Request Forgery"),
            ][..],
        ),
        (
            "redirect",
            &[
                ("js/server-side-unvalidated-url-redirection", ""),
                ("20019", "External Redirect"),
                ("unvalidated-redirect", ""),
                ("py/url-redirection", ""),
            ][..],
        ),
        (
            "path",
            &[
                ("py/path-injection", ""),
                ("6", "Path Traversal"),
                ("go.lang.security.filepath-clean-misuse.filepath-clean-misuse", ""),
                ("security/detect-non-literal-fs-filename", ""),
            ][..],
        ),
        (
            "ssl.verify",
            &[
                ("B501", ""),
                ("py/request-without-cert-validation", ""),
                ("java/insecure-trustmanager", ""),
                ("x.bypass-tls-verification.bypass-tls-verification", ""),
            ][..],
        ),
        ("random", &[("B311", ""), ("js/insecure-randomness", ""), ("a.b.math_random.math-random-used", ""), ("G404", "")][..]),
        (
            "header.csp",
            &[
                ("10038", "Content Security Policy (CSP) Header Not Set"),
                ("http-missing-security-headers:content-security-policy", "Http Missing Security Headers"),
                ("013587", "Suggested security header missing: content-security-policy."),
            ][..],
        ),
        (
            "header.frame",
            &[
                ("Clickjacking Protection", "X-Frame-Options is not set"),
                ("10020", "Missing Anti-clickjacking Header"),
                ("007342", "X-Frame-Options header is deprecated and was replaced with the Content-Security-Policy HTTP header"),
            ][..],
        ),
    ];
    for (family, rules) in same {
        for (rule, title) in rules {
            assert_eq!(family_of(rule, title), Some(family), "{rule} {title}");
        }
    }
}

#[test]
fn likely_confusions_stay_apart() {
    assert_eq!(family_of("py/code-injection", ""), Some("code"));
    assert_eq!(family_of("nosql-injection", ""), Some("nosqli"));
    assert_eq!(family_of("cross-site-request-forgery", ""), Some("csrf"));
    assert_eq!(family_of("log-injection", ""), Some("log-injection"));
    assert_eq!(family_of("", ""), None);
    assert_eq!(likeness("crypto", "crypto.hash"), Likeness::Wider);
    assert_eq!(likeness("crypto.cipher", "crypto.hash"), Likeness::Different);
    assert_eq!(likeness("cookie.path", "cookie.path"), Likeness::Same);
}

#[test]
fn one_control_under_the_names_of_many_tools() {
    let same = [
        (
            "encryption",
            &[
                ("CKV_AWS_3", "Ensure all data stored in the EBS is securely encrypted"),
                ("x.y.aws-ebs-volume-unencrypted", ""),
                ("AVD-AWS-0026", "EBS volumes must be encrypted"),
                ("", "S3 Bucket Without Server-side-encryption"),
                ("aws-s3-enable-bucket-encryption", ""),
                ("", "DB Instance Storage Not Encrypted"),
            ][..],
        ),
        (
            "backup",
            &[
                ("CKV_AWS_133", "Ensure that RDS instances has backup policy"),
                ("", "RDS With Backup Disabled"),
                ("x.y.aws-rds-backup-no-retention", ""),
            ][..],
        ),
        (
            "user",
            &[
                ("CKV_K8S_23", ""),
                ("", "Container Running As Root"),
                ("KSV012", ""),
                ("run-as-non-root", ""),
                ("DL3002", ""),
                ("", "Missing User Instruction"),
            ][..],
        ),
        ("res.memory.limit", &[("CKV_K8S_13", ""), ("", "Memory Limits Not Defined"), ("AVD-KSV-0018", "")][..]),
        ("k8s.cap.net-raw", &[("CKV_K8S_28", ""), ("", "NET_RAW Capabilities Not Being Dropped")][..]),
        (
            "logging",
            &[
                ("CKV_AWS_18", "Ensure the S3 bucket has access logging enabled"),
                ("", "S3 Bucket Logging Disabled"),
                ("aws-s3-enable-bucket-logging", ""),
            ][..],
        ),
        (
            "rotation",
            &[
                ("CKV_AWS_7", "Ensure rotation for customer created CMKs is enabled"),
                ("", "KMS Key With Rotation Disabled"),
                ("aws-kms-auto-rotate-keys", ""),
            ][..],
        ),
        (
            "description",
            &[("CKV_AWS_23", "Ensure every security group and rule has a description"), ("", "Security Group Rules Without Description")][..],
        ),
        (
            "public-network",
            &[
                ("CKV_AWS_17", "Ensure all data stored in RDS is not publicly accessible"),
                ("", "RDS DB Instance Publicly Accessible"),
                ("x.y.rds-public-access", ""),
            ][..],
        ),
        ("image.latest", &[("CKV_K8S_14", ""), ("DL3007", ""), ("latest-tag", ""), ("", "Image Version Not Explicit")][..]),
    ];
    for (control, rules) in same {
        for (rule, title) in rules {
            assert_eq!(control_of(rule, title), Some(control), "{rule} {title}");
        }
    }
    assert_eq!(control_of("CKV_AWS_189", "Ensure EBS Volume is encrypted by KMS using a customer managed Key (CMK)"), Some("customer-key"));
    assert_eq!(workflow_control_of("CKV2_GHA_1", "Ensure top-level permissions are not set to write-all"), Some("wide.permissions"));
    assert_eq!(workflow_control_of("excessive-permissions", "overly broad permissions"), Some("wide.permissions"));
    assert_eq!(
        workflow_control_of("x.third-party-action-not-pinned-to-commit-sha.third-party-action-not-pinned-to-commit-sha", ""),
        Some("pin.action")
    );
}

#[test]
fn rules_that_would_hurt_do_not() {
    for rule in ["\u{1}\u{7f}\n", &"(".repeat(100_000), "....", ":::", "AVD-"] {
        let _ = (family_of(rule, rule), control_of(rule, rule), known_rules(rule));
    }
}

#[test]
fn a_stated_weakness_names_the_family_of_a_rule_that_no_table_knows() {
    let names = pattern_names();
    for (cwe, family) in lookup::rows(include_str!("tables/cwe-families.txt")) {
        assert!(cwe.parse::<u32>().is_ok() && names.contains(family), "cwe-families.txt: {cwe} {family}");
    }
    assert_eq!(family_of_cwes("acme-orders-query", &[89]), Some("sqli"));
    assert_eq!(family_of_cwes("acme-orders-query", &[20, 89, 564]), Some("sqli"), "general ones say nothing");
    assert_eq!(family_of_cwes("acme-orders-query", &[89, 79]), None, "of several families");
    assert_eq!(family_of_cwes("acme-orders-query", &[20]), None);
    let of_none = FAMILY_FILES.iter().flat_map(|file| lookup::rows(file.1)).find(|row| row.1 == "-").unwrap().0;
    assert_eq!(family_of_cwes(of_none, &[89]), None, "{of_none} was looked at");
}
