//! A past day: what was known then, in which order that puts the CVEs, and which of them became known exploited afterwards.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use intel::{IntelRow, IntelView, VulnerabilityIntel};
use model::{Kind, Timestamp};
use pipeline::prioritise::{Model, RankInput, rank, score};

/// What was known on the day, as feeds said it.
#[derive(Default)]
pub(crate) struct Day {
    pub(crate) at: Timestamp,
    /// The day of the EPSS scores that were there.
    pub(crate) epss: Option<Timestamp>,
    known: HashMap<String, VulnerabilityIntel>,
    medians: BTreeMap<u16, f64>,
    /// CVEs that the day's Vulnrichment describes, and when each entered KEV, whenever that was.
    pub(crate) pool: BTreeMap<String, Option<Timestamp>>,
}

impl IntelView for Day {
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel> {
        self.known.get(cve)
    }

    fn epss_median(&self, year: u16) -> Option<f64> {
        self.medians.get(&year).copied()
    }

    fn has_kev(&self) -> bool {
        true
    }

    fn has_exploits(&self) -> bool {
        true
    }
}

/// The orders that are compared, ours last.
pub(crate) const ORDERS: [&str; 5] = ["CVSS", "EPSS", "EPSS × CVSS", "BOD 26-04", "Muster"];

impl Day {
    /// The score that an order gives a CVE, highest first. Nothing is known of any service: this is the order of bare CVEs.
    pub(crate) fn scored(&self, order: &str, model: &Model) -> Vec<(&str, f64)> {
        let of = |cve: &String| match order {
            "CVSS" => self.cvss(cve),
            // A CVE without a score stands last.
            "EPSS" => self.epss_of(cve).unwrap_or(-1.0),
            "EPSS × CVSS" => self.epss_of(cve).unwrap_or(0.0) * self.cvss(cve),
            "BOD 26-04" => rank(&bare(cve), self, model, self.at).tier.days.map_or(0.0, |days| 1.0 / f64::from(days)),
            _ => f64::from(score(&bare(cve), self, model, self.at)),
        };
        self.pool.keys().map(|cve| (cve.as_str(), of(cve))).collect()
    }

    /// The highest score; 5.0 where none is known.
    fn cvss(&self, cve: &str) -> f64 {
        self.known.get(cve).and_then(|known| intel::best_cvss(&known.cvss)).map_or(5.0, |(_, score)| score)
    }

    fn epss_of(&self, cve: &str) -> Option<f64> {
        self.known.get(cve)?.epss.map(|epss| epss.score)
    }

    pub(crate) fn was_listed(&self, cve: &str) -> bool {
        self.pool.get(cve).copied().flatten().is_some_and(|added| added <= self.at)
    }

    /// CVEs that entered KEV after the day, within so many days.
    pub(crate) fn entered_within(&self, days: i64) -> Vec<&str> {
        let end = self.at.plus_days(days + 1);
        let entered = |added: &Option<Timestamp>| added.is_some_and(|added| added > self.at && added < end);
        self.pool.iter().filter(|(_, added)| entered(added)).map(|(cve, _)| cve.as_str()).collect()
    }
}

fn bare(cve: &str) -> RankInput {
    RankInput { kinds: vec![Kind::Sca], identifiers: vec![cve.to_owned()], ..RankInput::default() }
}

/// The past days for which a folder has what is needed, oldest first.
pub(crate) fn days(folder: &Path) -> Vec<Day> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("the folder of feeds").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let named = |start: &str| -> Vec<&PathBuf> {
        let is = |file: &&PathBuf| file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(start));
        files.iter().filter(is).collect()
    };
    let kev = read(named("kev-").last().expect("a file of known exploited vulnerabilities"));
    let exploits = read(named("exploit-").last().expect("a file of exploits"));
    let epss: Vec<intel::Loaded> = named("epss-").into_iter().map(read).collect();
    named("vulnrichment-").into_iter().map(|file| day(read(file), &kev, &exploits, &epss)).collect()
}

fn read(file: &PathBuf) -> intel::Loaded {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    intel::load(&bytes, &file.display().to_string()).unwrap_or_else(|error| panic!("{error}"))
}

fn day(described: intel::Loaded, kev: &intel::Loaded, exploits: &intel::Loaded, epss: &[intel::Loaded]) -> Day {
    let at = described.date.expect("the day stands in the file's name");
    // The end of the day: what was published on it was known.
    let mut day = Day { at: at.end_of_day(), ..Day::default() };
    let entered: HashMap<&str, Timestamp> = kev
        .rows
        .iter()
        .filter_map(|row| if let IntelRow::Kev { cve, added, .. } = row { Some((cve.as_str(), *added)) } else { None })
        .collect();
    let mut vendors: HashMap<String, Vec<Timestamp>> = HashMap::new();
    for row in &kev.rows {
        if let IntelRow::Kev { vendor, added, .. } = row
            && *added <= day.at
            && let Some(key) = intel::vendor_key(vendor, "")
        {
            vendors.entry(key).or_default().push(*added);
        }
    }
    for row in &described.rows {
        // A rejected CVE has no other row.
        if let IntelRow::Cve { cve, rejected: false, .. } = row {
            day.pool.insert(cve.clone(), entered.get(cve.as_str()).copied());
        }
    }
    let scores = epss.iter().filter(|scores| scores.date.is_some_and(|date| date <= day.at)).max_by_key(|scores| scores.date);
    if let Some(scores) = scores {
        day.epss = scores.date;
        let all = scores
            .rows
            .iter()
            .filter_map(|row| if let IntelRow::Epss { cve, score, .. } = row { Some((cve.as_str(), *score)) } else { None });
        day.medians = intel::medians_by_year(all).into_iter().collect();
    }
    let then = |row: &&IntelRow| match row {
        IntelRow::Kev { added, .. } => *added <= day.at,
        IntelRow::Exploit { since, .. } => since.is_none_or(|since| since <= day.at),
        _ => true,
    };
    let rows = described.rows.iter().chain(&kev.rows).chain(&exploits.rows).chain(scores.into_iter().flat_map(|scores| &scores.rows));
    for row in rows.filter(then) {
        if let Some(cve) = cve_of(row).filter(|cve| day.pool.contains_key(*cve)) {
            day.known.entry(cve.to_owned()).or_default().add(row);
        }
    }
    for known in day.known.values_mut() {
        if let (Some(vendor), Some(published)) = (&mut known.vendor, known.published) {
            let Some(key) = intel::vendor_key(&vendor.name, "") else { continue };
            vendor.entries = intel::entries_before(vendors.get(&key).into_iter().flatten().copied(), published);
        }
    }
    day
}

fn cve_of(row: &IntelRow) -> Option<&str> {
    match row {
        IntelRow::Kev { cve, .. }
        | IntelRow::Epss { cve, .. }
        | IntelRow::Cvss { cve, .. }
        | IntelRow::Ssvc { cve, .. }
        | IntelRow::Cve { cve, .. }
        | IntelRow::Exploit { cve, .. } => Some(cve),
        _ => None,
    }
}
