use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

/// Lists of rising versions, by the documents of each ecosystem.
const RISING: &[(&str, &[&str])] = &[
    // semver.org, paragraph 11.
    (
        "npm",
        &[
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2",
            "1.10.0",
            "2.0.0",
        ],
    ),
    ("cargo", &["0.9.99", "0.10.0", "1.0.0-rc.1", "1.0.0"]),
    (
        "golang",
        &[
            "v0.0.0-20190101000000-aaaaaaaaaaaa",
            "v0.0.0-20200101000000-bbbbbbbbbbbb",
            "v0.1.0",
            "v1.2.3",
            "1.2.4",
            "v1.3.0",
            "v2.0.0+incompatible",
        ],
    ),
    ("nuget", &["1.0.0-beta", "1.0.0", "1.0.0.1", "1.0.1", "10.0.0"]),
    // PEP 440, "Summary of permitted suffixes and relative ordering".
    (
        "pypi",
        &[
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ],
    ),
    // Maven's own test of ComparableVersion.
    (
        "maven",
        &[
            "1-alpha2snapshot",
            "1-alpha2",
            "1-alpha-123",
            "1-beta-2",
            "1-beta123",
            "1-m2",
            "1-m11",
            "1-rc",
            "1-cr2",
            "1-rc123",
            "1-SNAPSHOT",
            "1",
            "1-sp",
            "1-sp2",
            "1-abc",
            "1-1",
            "1-2",
            "1-123",
        ],
    ),
    ("maven", &["2.0", "2.0.1", "2.0.1-123", "2.1", "2.12.4", "2.17.0", "2.17.1", "2.123"]),
    ("deb", &["1.0~rc1-1", "1.0-1", "1.0-1+deb12u1", "1.0-1.1", "1.0-2", "1.10-1", "1:0.5-1"]),
    ("rpm", &["1.0~rc1-1", "1.0-1.el8", "1.0-1.el8_4.2", "1.0-2.el8", "1.0^git1-1", "1.0.1-1", "1.10-1", "1:0.1-1"]),
    ("apk", &["1.2_alpha1", "1.2_rc1-r0", "1.2-r0", "1.2-r1", "1.2-r10", "1.2_p1-r0", "1.2.1-r0", "1.10-r0"]),
    ("gem", &["1.0.0.beta1", "1.0.0.beta2", "1.0.0.rc1", "1.0.0", "1.0.0.1", "1.0.1", "1.10"]),
    ("composer", &["v1.0.0-alpha", "1.0.0-beta2", "1.0.0-RC1", "1.0.0", "1.0.0-patch1", "1.0.1", "v2.0"]),
];

const SAME: &[(&str, &str, &str)] = &[
    ("npm", "v1.2.3", "1.2.3+build.5"),
    ("pypi", "1.0", "1.0.0"),
    ("pypi", "1.0-alpha.1", "1.0a1"),
    ("pypi", "1.0-1", "1.0.post1"),
    ("maven", "1.0.0.Final", "1.0"),
    ("maven", "1.0-ga", "1"),
    ("maven", "1-rc", "1.0.0-cr"),
    ("maven", "1a1", "1-alpha-1"),
    ("rpm", "1.0", "1.0-5.el8"),
    ("deb", "0:1.2-1", "1.2-1"),
    ("gem", "1.15.4-x86_64-linux", "1.15.4"),
    ("gem", "1.0", "1.0.0"),
];

#[test]
fn versions_rise_as_their_ecosystem_says() {
    for (kind, list) in RISING {
        for (at, a) in list.iter().enumerate() {
            for b in &list[at + 1..] {
                assert_eq!(compare(kind, a, b), Some(Ordering::Less), "{kind}: {a} < {b}");
                assert_eq!(compare(kind, b, a), Some(Ordering::Greater), "{kind}: {b} > {a}");
            }
        }
    }
    for (kind, a, b) in SAME {
        assert_eq!(compare(kind, a, b), Some(Ordering::Equal), "{kind}: {a} = {b}");
    }
    assert_eq!(compare("npm", "1.0 beta", "1.0"), None);
    assert_eq!(compare("npm", "", "1.0"), None);
}

#[test]
fn ranges() {
    let within = |range: &str, version: &str| contains(range, "npm", version);
    assert!(within("vers:npm/>=1.0.0|<1.4.0", "1.3.9") && !within("vers:npm/>=1.0.0|<1.4.0", "1.4.0"));
    assert!(within("vers:npm/<1.0|>=2.0|<2.5|>=3", "0.9") && within("vers:npm/<1.0|>=2.0|<2.5|>=3", "3.1"));
    assert!(!within("vers:npm/<1.0|>=2.0|<2.5|>=3", "1.5") && !within("vers:npm/<1.0|>=2.0|<2.5|>=3", "2.5"));
    assert!(within("<=2.3", "2.3.0") && !within("<=2.3", "2.3.1"));
    assert!(within("vers:all/*", "7") && within("1.2|1.3", "1.3") && !within("1.2|1.3", "1.4"));
    assert!(!within(">=1.0|!=1.2", "1.2") && within(">=1.0|!=1.2", "1.3"));
    assert!(!within(">=1.0 and some", "1.5") && !within("", "1.0") && !within(">=1", ""));
    assert!(within(">= 1.0 < 1.4", "1.3") && !within(">= 1.0 < 1.4", "1.4") && within("< 2.17.1", "2.14.1"));
    assert!(within("== 1.3.0", "1.3") && within(">=1.0, <1.4", "1.3"));
}

#[test]
fn questions() {
    assert_eq!(split_range("log4j-core < 2.17.1"), ("log4j-core", "< 2.17.1"));
    assert_eq!(split_range("pkg:maven/g/a@<2"), ("pkg:maven/g/a", "<2"));
    assert_eq!(split_range("pkg:npm/x@vers:npm/>=1|<2"), ("pkg:npm/x", ">=1|<2"));
    assert_eq!(split_range("pkg:npm/x@1.2.3"), ("pkg:npm/x@1.2.3", ""));
    assert_eq!(split_range("pkg:maven/g/a@1?type=jar"), ("pkg:maven/g/a@1?type=jar", ""));
    assert_eq!(split_range("CVE-2021-44228"), ("CVE-2021-44228", ""));
}

#[test]
fn branches() {
    assert_eq!((branch("v1.2.3"), branch("2"), branch("1:3.4-5")), ((1, Some(2)), (2, None), (3, Some(4))));
}

proptest! {
    #[test]
    fn order_is_an_order(kind in "npm|pypi|maven|deb|rpm|apk|gem|composer|nuget", list in proptest::collection::vec("[0-9]{1,2}([.~^+_:!-]?[a-z0-9]{1,3}){0,4}", 3)) {
        let order = |a: &str, b: &str| compare(&kind, a, b);
        prop_assert_eq!(order(&list[0], &list[0]), Some(Ordering::Equal));
        prop_assert_eq!(order(&list[0], &list[1]), order(&list[1], &list[0]).map(Ordering::reverse));
    }

    #[test]
    fn no_text_makes_it_panic(kind in "npm|pypi|maven|deb|rpm|apk|gem|x", range in "\\PC{0,40}", version in "\\PC{0,20}") {
        let _ = (contains(&range, &kind, &version), split_range(&range), branch(&version));
    }
}
