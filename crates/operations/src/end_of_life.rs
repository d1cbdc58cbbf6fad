//! For what of an installation no fix will come: packages whose product, or whose distribution's release, has reached the end of its life.
//! It follows from a package URL (or CPE) and a day, so it is looked up when somebody asks, and never stored.

use std::collections::{BTreeMap, BTreeSet};

use intel::{Cycle, cycle_of, keys_of_release};
use model::{EndOfLife, Issue, Timestamp};
use pipeline::filter::Filter;
use pipeline::normalise::Purl;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::intel as queries;

use crate::Result;

const SOURCE: &str = "endoflife.date";

/// A release as it is stored under each key of its product.
#[derive(Serialize, Deserialize)]
struct Stored {
    product: String,
    label: String,
    cycle: Cycle,
}

/// A release, as its row is stored.
pub(crate) fn stored(product: &str, label: &str, cycle: &Cycle) -> Result<String> {
    Ok(serde_json::to_string(&Stored { product: product.to_owned(), label: label.to_owned(), cycle: cycle.clone() })?)
}

/// The keys under which rows of a product are stored: package URLs are written as those of components are.
pub(crate) fn keys(of_feed: &[String]) -> BTreeSet<String> {
    let canonical = |key: &String| match Purl::parse(key) {
        Some(purl) => prefixed(&purl.key()),
        None => prefixed(key),
    };
    of_feed.iter().map(canonical).collect()
}

fn prefixed(key: &str) -> String {
    format!("eol {key}")
}

/// Where a package is looked up, with the version to look for: its own product first, then the release of its distribution.
fn asked(text: &str) -> Vec<(String, String)> {
    if let Some(rest) = text.strip_prefix("cpe:2.3:").or_else(|| text.strip_prefix("cpe:/")) {
        let parts: Vec<&str> = rest.split(':').collect();
        return match parts.as_slice() {
            [_, vendor, product, version, ..] if *version != "*" && *version != "-" => {
                vec![(prefixed(&format!("cpe:{}:{}", vendor.to_lowercase(), product.to_lowercase())), (*version).to_owned())]
            }
            _ => Vec::new(),
        };
    }
    let Some(purl) = Purl::parse(text) else { return Vec::new() };
    let own = purl.version.as_ref().map(|version| (prefixed(&purl.key()), version.clone()));
    let distro = purl.qualifiers.get("distro").filter(|_| purl.is_of_distribution()).and_then(|distro| keys_of_release(distro));
    own.into_iter().chain(distro.map(|(key, version)| (prefixed(&key), version))).collect()
}

/// Which of these packages (package URLs with version, or CPEs) no fix would come for at a time.
pub(crate) fn end_of_life<'t>(
    conn: &mut Conn,
    packages: impl Iterator<Item = &'t str>,
    at: Timestamp,
) -> Result<BTreeMap<String, EndOfLife>> {
    let asked: BTreeMap<&str, Vec<(String, String)>> =
        packages.map(|text| (text, asked(text))).filter(|(_, keys)| !keys.is_empty()).collect();
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let keys: BTreeSet<&String> = asked.values().flatten().map(|(key, _)| key).collect();
    let keys: Vec<String> = keys.into_iter().cloned().collect();
    let releases = Releases::read(queries::references_of(conn, &keys)?, at)?;
    Ok(asked.iter().filter_map(|(text, keys)| Some(((*text).to_owned(), releases.over(text, keys)?))).collect())
}

/// What is known of releases, at a time.
pub(crate) struct Releases {
    /// Label and releases of a product, by key.
    known: BTreeMap<String, (String, Vec<Cycle>)>,
    at: Timestamp,
}

impl Releases {
    fn read(rows: Vec<(String, String)>, at: Timestamp) -> Result<Self> {
        let mut known: BTreeMap<String, (String, Vec<Cycle>)> = BTreeMap::new();
        for (key, json) in rows {
            let stored: Stored = serde_json::from_str(&json)?;
            known.entry(key).or_insert_with(|| (stored.label, Vec::new())).1.push(stored.cycle);
        }
        Ok(Self { known, at })
    }

    /// All of them, for a condition that asks of issues for which release no fix will come; nothing for any other.
    pub(crate) fn asked_by(conn: &mut Conn, filter: Option<&Filter>, at: Timestamp) -> Result<Option<Self>> {
        filter
            .filter(|filter| filter.names_end_of_life())
            .map(|_| Self::read(queries::references_under(conn, &prefixed(""))?, at))
            .transpose()
    }

    /// The release of a package, where it is over.
    fn over(&self, text: &str, keys: &[(String, String)]) -> Option<EndOfLife> {
        keys.iter().find_map(|(key, version)| {
            let (label, cycles) = self.known.get(key)?;
            let cycle = cycle_of(cycles, version).filter(|cycle| cycle.over_at(self.at))?;
            Some(EndOfLife {
                package: text.to_owned(),
                release: format!("{label} {}", cycle.name),
                since: cycle.ends,
                extended_until: cycle.extended.filter(|until| *until > self.at),
                source: SOURCE.to_owned(),
            })
        })
    }

    /// Says of an issue which of its packages no fix will come for.
    pub(crate) fn put_on(&self, issue: &mut Issue) {
        put(issue, |package| self.over(package, &asked(package)));
    }
}

/// Says of an issue which of its packages are over. Of many packages of one release, the first is named.
fn put(issue: &mut Issue, over: impl Fn(&str) -> Option<EndOfLife>) {
    let mut releases = BTreeSet::new();
    let found = issue.packages.iter().filter_map(|package| over(package));
    issue.end_of_life = found.filter(|found| releases.insert(found.release.clone())).collect();
}

/// Says of each issue which of its packages no fix will come for. Of many packages of one release, the first is named.
pub(crate) fn put_on_issues(conn: &mut Conn, issues: &mut [Issue], at: Timestamp) -> Result<()> {
    if !queries::feeds(conn)?.iter().any(|feed| feed.feed == intel::Feed::EndOfLife.word()) {
        return Ok(());
    }
    let packages: BTreeSet<String> = issues.iter().flat_map(|issue| issue.packages.iter().cloned()).collect();
    let over = end_of_life(conn, packages.iter().map(String::as_str), at)?;
    if over.is_empty() {
        return Ok(());
    }
    issues.iter_mut().for_each(|issue| put(issue, |package| over.get(package).cloned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn what_is_looked_up() {
        let keys = |text: &str| asked(text).into_iter().map(|(key, version)| format!("{key} {version}")).collect::<Vec<_>>();
        assert_eq!(keys("pkg:pypi/Django@3.2.19"), ["eol pkg:pypi/django 3.2.19"]);
        let debian = keys("pkg:deb/debian/openssl@1.1.1n-0+deb10u3?arch=amd64&distro=debian-10");
        assert_eq!(debian, ["eol pkg:deb/debian/openssl 1.1.1n-0+deb10u3", "eol product:debian 10"]);
        assert_eq!(keys("cpe:2.3:a:djangoproject:django:3.2.19:*:*:*:*:*:*:*"), ["eol cpe:djangoproject:django 3.2.19"]);
        assert!(keys("cpe:/a:x:y").is_empty() && keys("openssl").is_empty() && keys("pkg:npm/next").is_empty());
    }
}
