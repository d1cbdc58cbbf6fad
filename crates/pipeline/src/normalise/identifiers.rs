//! Identifiers of vulnerabilities in one spelling: upper case, as the contract prints them.

use std::sync::LazyLock;

use regex::Regex;

/// Shapes of the identifiers that can be told from other text. An identifier of a distribution that wraps a CVE (`DEBIAN-CVE-2024-1`) is
/// read as itself and as the CVE.
static SHAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:",
        r"CVE-[0-9]{4}-[0-9]{4,10}",
        r"|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}",
        r"|(?:RUSTSEC|PYSEC|GO|OSV|MAL|GSD|GMS|WS|CVE|BIT|ASB-A|HSEC|RSEC|PSF|CURL-CVE|PRISMA|SONATYPE|UVI|CNVD|CNNVD|JVNDB|EUVD|XRAY|LBSEC|GLSA|V8|DRUPAL-(?:CORE|CONTRIB))-[0-9]{4,6}-[0-9A-Z]{1,12}",
        r"|SNYK-[A-Z0-9]{2,20}-[A-Z0-9_.]{1,80}-[0-9]{3,12}",
        r"|(?:DSA|DLA|USN|DTSA)-[0-9]{3,5}-[0-9]{1,3}",
        r"|(?:RHSA|RHBA|RHEA|ELSA|ALSA|RLSA|MGASA|CESA)-[0-9]{4}[:-][0-9]{3,6}",
        r"|(?:SUSE|OPENSUSE)-SU-[0-9]{4}:[0-9]{3,6}-[0-9]",
        r"|ALAS[0-9A-Z]{0,12}-[0-9]{4}-[0-9]{1,5}",
        r"|(?:DEBIAN|ALPINE|UBUNTU|AZL|ECHO|MINIMOS|CHAINGUARD|CGA|JLSEC|BELL|BDSA|TEMP)-[0-9A-Z-]{4,40}",
        r"|XRAY-[0-9]{3,8}",
        r")\b"
    ))
    .ok()
});

static INNER_CVE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"CVE-[0-9]{4}-[0-9]{4,10}").ok());

/// Longest value that may be an identifier of a kind not known here, in bytes.
const LONGEST: usize = 80;

/// The identifiers that *structured* values state (an id field, an alias list, a link to an advisory): upper case, sorted, without repeats.
/// A value of an unknown kind without white space is kept as it is, in upper case: an identifier is never lost for want of a table entry.
/// Never call this on free text: a CVE that a description names may be another one ("incomplete fix for …").
pub fn canonical_identifiers<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut found = Vec::new();
    for value in values {
        let value = value.trim();
        let before = found.len();
        found.extend(known_identifiers(value));
        let may_be_one = value.len() <= LONGEST
            && value.bytes().any(|byte| byte.is_ascii_digit())
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
            && value.bytes().any(|byte| byte.is_ascii_alphabetic());
        if found.len() == before && may_be_one {
            found.push(value.to_ascii_uppercase());
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The identifiers of known kinds in a value, in upper case, in its order.
#[must_use]
pub fn known_identifiers(value: &str) -> Vec<String> {
    let Some(shapes) = SHAPES.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for hit in shapes.find_iter(value).take(1000) {
        let whole = hit.as_str().to_ascii_uppercase();
        let inner = INNER_CVE.as_ref().and_then(|cve| cve.find(&whole)).map(|cve| cve.as_str().to_owned()).filter(|cve| *cve != whole);
        found.push(whole);
        found.extend(inner);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_spelling_sorted_once() {
        let found = canonical_identifiers([
            "ghsa-jfh8-c2jp-5v3q",
            "cve-2021-44228",
            "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
            "CVE-2021-44228",
        ]);
        assert_eq!(found, ["CVE-2021-44228", "GHSA-JFH8-C2JP-5V3Q"]);
    }

    #[test]
    fn every_family() {
        for id in [
            "RUSTSEC-2021-0001",
            "PYSEC-2019-179",
            "GO-2022-0969",
            "SNYK-JS-LODASH-567746",
            "SNYK-PYTHON-DJANGO-1066259",
            "DSA-5123-1",
            "USN-5310-1",
            "RHSA-2022:0951",
            "ALAS2-2022-1749",
            "ELSA-2021-9575",
            "SUSE-SU-2022:1234-1",
            "WS-2019-0063",
            "TEMP-0290435-0B57B5",
            "MAL-2024-1234",
        ] {
            assert_eq!(canonical_identifiers([id.to_ascii_lowercase().as_str()]), [id]);
            assert_eq!(known_identifiers(&format!("x {id}, y")), [id]);
        }
    }

    #[test]
    fn a_wrapped_cve_is_both() {
        assert_eq!(canonical_identifiers(["DEBIAN-CVE-2024-6119"]), ["CVE-2024-6119", "DEBIAN-CVE-2024-6119"]);
    }

    #[test]
    fn an_unknown_kind_is_kept_and_words_are_not() {
        assert_eq!(canonical_identifiers(["acme-vuln-17", "not an id", "none", "", "1523"]), ["ACME-VULN-17"]);
    }

    proptest! {
        #[test]
        fn twice_is_once(values in proptest::collection::vec("(CVE-20[0-9]{2}-[0-9]{4}|DEBIAN-CVE-2024-[0-9]{5}|[ -~]{0,30})", 0..6)) {
            let once = canonical_identifiers(values.iter().map(String::as_str));
            prop_assert_eq!(canonical_identifiers(once.iter().map(String::as_str)), once);
        }
    }
}
