//! Advisories on their way into the record: packages get the names that components have.

use intel::{AdvisoryPackage, IntelRow};
use pipeline::normalise::Purl;
use store::queries::advisories::{AdvisoryPackage as Stored, AdvisoryRow};

/// An advisory as it is stored; `None` for another row.
pub(crate) fn row(row: &IntelRow) -> Option<AdvisoryRow> {
    let IntelRow::Advisory { id, source, names, published, modified, withdrawn, summary, packages } = row else { return None };
    Some(AdvisoryRow {
        id: id.clone(),
        source: source.clone(),
        published: *published,
        modified: *modified,
        withdrawn: *withdrawn,
        summary: summary.clone(),
        names: names.clone(),
        packages: packages.iter().filter_map(package).collect(),
    })
}

fn package(package: &AdvisoryPackage) -> Option<Stored> {
    let purl = package.purl.as_deref().and_then(Purl::parse);
    let distro = purl.as_ref().and_then(|purl| purl.qualifiers.get("distro").cloned()).or_else(|| release(&package.ecosystem));
    let purl = purl.or_else(|| Purl::build(&package.ecosystem, &package.name, None))?;
    Some(Stored { purl: purl.key(), distro: distro.unwrap_or_default(), affected: package.affected.clone(), fixed: package.fixed.clone() })
}

/// `Debian:12` is `debian-12`, `Alpine:v3.18` is `alpine-3.18`, `Ubuntu:22.04:LTS` is `ubuntu-22.04`.
fn release(ecosystem: &str) -> Option<String> {
    let mut parts = ecosystem.split(':');
    let name = parts.next()?.trim().to_ascii_lowercase().replace(' ', "");
    let number = parts.find(|part| part.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()))?;
    Some(format!("{name}-{}", number.trim_start_matches('v')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_as_components_are() {
        let of = |ecosystem: &str, name: &str| {
            let stored =
                package(&AdvisoryPackage { ecosystem: ecosystem.into(), name: name.into(), ..AdvisoryPackage::default() }).unwrap();
            (stored.purl, stored.distro)
        };
        assert_eq!(of("Maven", "g:a"), ("pkg:maven/g/a".to_owned(), String::new()));
        assert_eq!(of("PyPI", "Jinja2"), ("pkg:pypi/jinja2".to_owned(), String::new()));
        assert_eq!(of("Debian:12", "openssl"), ("pkg:deb/debian/openssl".to_owned(), "debian-12".to_owned()));
        assert_eq!(of("Ubuntu:22.04:LTS", "curl").1, "ubuntu-22.04");
        assert_eq!(of("Go", "github.com/gorilla/mux").0, "pkg:golang/github.com/gorilla/mux");
    }
}
