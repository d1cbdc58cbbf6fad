//! CVE identifiers.

/// The canonical form (`CVE-2021-44228`, upper case) of a text that is a CVE identifier: a year from 1999 and four to nineteen digits
/// (CVE record format 5). `CVE-0000-0000` and the like are placeholders of tools and are none.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    is_cve(text).then(|| text.to_ascii_uppercase())
}

/// True where the text is a CVE identifier in either case.
#[must_use]
pub fn is_cve(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let head = parts.next().is_some_and(|head| head.eq_ignore_ascii_case("CVE"));
    let year = parts.next().is_some_and(|year| {
        year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) && year.parse::<u16>().is_ok_and(|year| (1999..=2099).contains(&year))
    });
    let number = parts.next().is_some_and(|number| (4..=19).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()));
    head && year && number
}

/// The year in the identifier: when it was reserved, which is close to when it was published.
#[must_use]
pub fn year(cve: &str) -> Option<u16> {
    if is_cve(cve) { cve.get(4..8)?.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_placeholders() {
        assert_eq!(canonical(" cve-2021-44228 ").as_deref(), Some("CVE-2021-44228"));
        for wrong in ["CVE-0000-0000", "CVE-1978-1234", "CVE-2021-12", "GHSA-1", "CVE-2021-4422x", "", "CVE-2021", "ÇVE-2021-0000"] {
            assert!(!is_cve(wrong), "{wrong}");
        }
        assert_eq!(year("CVE-2014-0160"), Some(2014));
        assert_eq!(year("CVE-ÿ014-0160"), None);
    }
}
