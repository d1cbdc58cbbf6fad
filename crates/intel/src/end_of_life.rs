//! When fixes for a release of a product end: the files of endoflife.date (API version 1: all products, or one; version 0: the cycles of
//! one, whose name is the file's).

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;

const SOURCE: &str = "endoflife.date";
/// Most releases of one product.
const MOST_RELEASES: usize = 2_000;

/// A release line of a product: `3.2` stands for 3.2.0, 3.2.1 and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    pub name: String,
    /// The day from which no fixes are published. `None`: not known, or none is set yet.
    pub ends: Option<Timestamp>,
    /// True where it is over and nobody says since when.
    pub ended: bool,
    /// Until when fixes can be had apart from the product's own: as a rule they are paid for.
    pub extended: Option<Timestamp>,
    /// The newest version of the line.
    pub latest: Option<String>,
}

impl Cycle {
    /// Whether fixes had ended at that time.
    #[must_use]
    pub fn over_at(&self, at: Timestamp) -> bool {
        self.ends.map_or(self.ended, |ends| ends <= at)
    }
}

/// The cycle that a version belongs to: the one whose name is its longest beginning, part by part. `3.2` has 3.2.25, and not 3.20.1.
#[must_use]
pub fn cycle_of<'c>(cycles: &'c [Cycle], version: &str) -> Option<&'c Cycle> {
    let version = version.trim().trim_start_matches(['v', 'V']);
    // The epoch of a distribution's package is no part of the product's version.
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    let begins = |cycle: &&Cycle| {
        let rest = version.strip_prefix(cycle.name.as_str());
        !cycle.name.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '+', '_', '~', ' ']))
    };
    cycles.iter().filter(begins).max_by_key(|cycle| cycle.name.len())
}

/// The product and version that a release of a distribution is, as reports write it in package URLs: `debian-12` is `product:debian`, `12`.
#[must_use]
pub fn keys_of_release(distro: &str) -> Option<(String, String)> {
    const NAMES: [(&str, &str); 16] = [
        ("debian", "debian"),
        ("ubuntu", "ubuntu"),
        ("alpine", "alpine-linux"),
        ("amzn", "amazon-linux"),
        ("amazon", "amazon-linux"),
        ("almalinux", "almalinux"),
        ("alma", "almalinux"),
        ("centos", "centos"),
        ("rocky", "rocky-linux"),
        ("rhel", "rhel"),
        ("redhat", "rhel"),
        ("fedora", "fedora"),
        ("ol", "oracle-linux"),
        ("oracle", "oracle-linux"),
        ("opensuse-leap", "opensuse"),
        ("sles", "sles"),
    ];
    let distro = distro.trim().to_ascii_lowercase();
    let (name, version) = distro.rsplit_once('-')?;
    let product = NAMES.iter().find(|(word, _)| *word == name).map(|(_, product)| *product)?;
    let version = version.trim_start_matches('v');
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| (format!("product:{product}"), version.to_owned()))
}

pub(crate) fn is(text: &str) -> bool {
    (text.contains("\"isEol\"") && text.contains("\"releases\""))
        || (text.starts_with('[') && text.contains("\"cycle\"") && text.contains("\"eol\""))
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(default)]
    generated_at: Option<String>,
    #[serde(default)]
    last_modified: Option<String>,
    #[serde(default)]
    total: Option<usize>,
    #[serde(borrow)]
    result: &'a RawValue,
}

#[derive(Deserialize)]
struct Product {
    name: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    identifiers: Vec<Identifier>,
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Identifier {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    name: String,
    #[serde(default)]
    is_eol: Option<bool>,
    #[serde(default)]
    eol_from: Option<String>,
    #[serde(default)]
    eoes_from: Option<String>,
    #[serde(default)]
    latest: Option<Latest>,
}

#[derive(Deserialize)]
struct Latest {
    name: String,
}

/// A cycle in the older form: `eol` and `extendedSupport` are days or truths.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OldCycle {
    cycle: Value,
    eol: Value,
    #[serde(default)]
    extended_support: Value,
    #[serde(default)]
    latest: Option<String>,
}

pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Draft, Refusal> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut draft = Draft::new(SOURCE);
    if bytes.trim_ascii_start().starts_with(b"[") {
        read_cycles(&mut draft, bytes, name)?;
        return Ok(draft);
    }
    let answer: Answer<'_> = serde_json::from_slice(bytes)?;
    draft.date = [answer.last_modified, answer.generated_at].iter().flatten().filter_map(|text| Timestamp::lenient(text)).max();
    let products: Vec<&RawValue> =
        if answer.result.get().starts_with('[') { serde_json::from_str(answer.result.get())? } else { vec![answer.result] };
    if let Some(total) = answer.total.filter(|total| *total != products.len()) {
        let reason = format!("it says {total} products and holds {}: the file is cut off or was edited", products.len());
        return Err(Refusal::at("total", reason));
    }
    for (index, raw) in products.into_iter().enumerate() {
        match serde_json::from_str::<Product>(raw.get()) {
            Ok(product) => add(&mut draft, &format!("result[{index}]"), product),
            Err(error) => draft.warn(format!("result[{index}]"), error.to_string()),
        }
    }
    Ok(draft)
}

fn add(draft: &mut Draft, place: &str, product: Product) {
    let mut keys: Vec<String> = product.identifiers.iter().filter_map(|identifier| key(&identifier.id)).collect();
    keys.extend(std::iter::once(&product.name).chain(&product.aliases).map(|name| format!("product:{}", name.to_lowercase())));
    keys.sort_unstable();
    keys.dedup();
    let label = product.label.unwrap_or_else(|| product.name.clone());
    for (index, release) in product.releases.into_iter().take(MOST_RELEASES).enumerate() {
        let day = |text: &Option<String>| text.as_deref().map(|text| Timestamp::lenient(text).ok_or(()));
        let (Ok(ends), Ok(extended)) = (day(&release.eol_from).transpose(), day(&release.eoes_from).transpose()) else {
            draft.warn(format!("{place}.releases[{index}]"), "the end of its life is no day");
            continue;
        };
        if ends.is_none() && release.is_eol.is_none() {
            draft.warn(format!("{place}.releases[{index}]"), "it says nothing of the end of its life");
            continue;
        }
        let cycle = Cycle {
            name: release.name,
            ends,
            ended: release.is_eol == Some(true),
            extended,
            latest: release.latest.map(|latest| latest.name),
        };
        draft.rows.push(IntelRow::EndOfLife { product: product.name.clone(), label: label.clone(), keys: keys.clone(), cycle });
    }
}

fn read_cycles(draft: &mut Draft, bytes: &[u8], name: &str) -> Result<(), Refusal> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let product = file.split('.').next().unwrap_or(file).to_lowercase();
    let rows: Vec<&RawValue> = serde_json::from_slice(bytes)?;
    for (index, raw) in rows.into_iter().take(MOST_RELEASES).enumerate() {
        let place = format!("[{index}]");
        let old = match serde_json::from_str::<OldCycle>(raw.get()) {
            Ok(old) => old,
            Err(error) => {
                draft.warn(place, error.to_string());
                continue;
            }
        };
        let name = match &old.cycle {
            Value::String(name) => name.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let ends = old.eol.as_str().map(Timestamp::lenient);
        if name.is_empty() || ends == Some(None) || (ends.is_none() && !old.eol.is_boolean()) {
            draft.warn(place, "`cycle` is no name, or `eol` neither a day nor a truth");
            continue;
        }
        let cycle = Cycle {
            name,
            ends: ends.flatten(),
            ended: old.eol == Value::Bool(true),
            extended: old.extended_support.as_str().and_then(Timestamp::lenient),
            latest: old.latest,
        };
        let keys = vec![format!("product:{product}")];
        draft.rows.push(IntelRow::EndOfLife { product: product.clone(), label: product.clone(), keys, cycle });
    }
    Ok(())
}

/// A package URL as it stands, without version; a CPE as `cpe:VENDOR:PRODUCT`.
fn key(id: &str) -> Option<String> {
    if id.len() > 500 {
        return None;
    }
    if id.starts_with("pkg:") {
        return Some(id.to_owned());
    }
    let rest = id.strip_prefix("cpe:2.3:").or_else(|| id.strip_prefix("cpe:/"))?;
    let mut parts = rest.split(':').skip(1);
    let (vendor, product) = (parts.next()?, parts.next()?);
    let named = |part: &str| !part.is_empty() && part != "*" && part != "-";
    (named(vendor) && named(product)).then(|| format!("cpe:{}:{}", vendor.to_lowercase(), product.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Feed, load};

    const FULL: &str = r#"{"schema_version": "1.2.0", "generated_at": "2026-08-20T03:00:00+00:00", "total": 2, "result": [
      {"name": "django", "aliases": [], "label": "Django", "category": "framework",
       "identifiers": [{"id": "pkg:pypi/django", "type": "purl"}, {"id": "cpe:2.3:a:djangoproject:django", "type": "cpe"}, {"id": "django", "type": "repology"}],
       "releases": [{"name": "5.2", "isEol": false, "eolFrom": "2028-04-30", "isMaintained": true, "latest": {"name": "5.2.5", "date": "2026-08-06"}},
                    {"name": "3.2", "isEol": true, "eolFrom": "2024-04-01", "isMaintained": false, "latest": {"name": "3.2.25"}}]},
      {"name": "debian", "label": "Debian", "identifiers": [{"id": "cpe:/o:debian:debian_linux", "type": "cpe"}],
       "releases": [{"name": "10", "isEol": true, "eolFrom": "2022-09-10", "eoesFrom": "2029-06-30"}]}]}"#;

    fn cycles(loaded: &crate::Loaded, product: &str) -> Vec<Cycle> {
        let of = |row: &IntelRow| match row {
            IntelRow::EndOfLife { product: name, cycle, .. } if name == product => Some(cycle.clone()),
            _ => None,
        };
        loaded.rows.iter().filter_map(of).collect()
    }

    #[test]
    fn all_products() {
        let loaded = load(FULL.as_bytes(), "eol.json").unwrap();
        assert_eq!((loaded.feed, loaded.rows.len(), loaded.warnings.len()), (Feed::EndOfLife, 3, 0));
        assert_eq!(loaded.date.unwrap().to_string(), "2026-08-20T03:00:00Z");
        let IntelRow::EndOfLife { keys, .. } = &loaded.rows[0] else { panic!("{loaded:?}") };
        assert_eq!(keys, &["cpe:djangoproject:django", "pkg:pypi/django", "product:django"]);
        let day = |text: &str| text.parse::<Timestamp>().unwrap();
        let django = cycles(&loaded, "django");
        let old = cycle_of(&django, "3.2.19").unwrap();
        assert!(old.over_at(day("2024-04-01")) && !old.over_at(day("2024-03-31")));
        assert!(cycle_of(&django, "3.20.1").is_none() && cycle_of(&django, "v5.2").is_some() && cycle_of(&django, "").is_none());
        assert_eq!(cycles(&loaded, "debian")[0].extended, Some(day("2029-06-30")));
    }

    #[test]
    fn one_product_in_the_older_form() {
        let text = r#"[{"cycle": "22", "releaseDate": "2024-04-24", "eol": "2027-04-30", "latest": "22.18.0", "lts": "2024-10-29"},
                       {"cycle": 16, "eol": true}, {"cycle": "15", "eol": "2022-06-01"}, {"cycle": "14", "eol": 7}]"#;
        let loaded = load(text.as_bytes(), "feeds/nodejs.json").unwrap();
        let node = cycles(&loaded, "nodejs");
        assert_eq!((node.len(), loaded.warnings.len(), loaded.warnings[0].place.as_str()), (3, 1, "[3]"));
        assert!(cycle_of(&node, "16.20.2").unwrap().over_at(Timestamp(0)), "it is over, and nobody says since when");
    }

    #[test]
    fn cut_off_or_of_another_shape_is_refused() {
        assert_eq!(load(FULL.replace("\"total\": 2", "\"total\": 300").as_bytes(), "e.json").unwrap_err().place, "total");
        assert!(load(&FULL.as_bytes()[..FULL.len() - 20], "e.json").unwrap_err().reason.contains("cut off"));
        let renamed = FULL.replace("eolFrom", "endsOn").replace("isEol", "over").replacen("\"over\"", "\"isEol\"", 1);
        assert!(load(renamed.as_bytes(), "e.json").unwrap_err().reason.contains("says nothing of the end"));
    }

    #[test]
    fn releases_of_distributions() {
        assert_eq!(keys_of_release("debian-12"), Some(("product:debian".into(), "12".into())));
        assert_eq!(keys_of_release("alpine-3.18.4"), Some(("product:alpine-linux".into(), "3.18.4".into())));
        assert_eq!(keys_of_release("opensuse-leap-15.5").unwrap().1, "15.5");
        assert!(keys_of_release("debian-sid").is_none() && keys_of_release("plan9-4").is_none() && keys_of_release("x").is_none());
    }
}
