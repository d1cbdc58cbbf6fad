//! Known exploited vulnerabilities: CISA's catalogue (JSON and CSV), VulnCheck KEV (JSON, the same words in snake case with `cve` as a
//! list) and ENISA's EUVD export of exploited vulnerabilities (CSV with `cveID` and `dateReported`, JSON items with `exploitedSince`), and the
//! catalogue of the EU's CSIRTs network (JSON with `euvdID` and `dateReported`).
//!
//! An entry counts from the day on which it was added, never before.

use model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::cve_id::canonical;
use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;
use crate::table::Table;

pub(crate) fn is(text: &str) -> bool {
    let head: String = text.chars().take(8192).collect();
    (head.contains("\"vulnerabilities\"") && (head.contains("\"cveID\"") || head.contains("Known Exploited")))
        || head.contains("vulncheck_reported_exploitation")
        || (head.contains("\"knownRansomwareCampaignUse\"") && head.contains("\"vulnerabilityName\""))
        || head.contains("\"exploitedSince\"")
        || (head.contains("\"euvdID\"") && head.contains("\"dateReported\""))
}

pub(crate) fn is_csv(columns: &[&str]) -> bool {
    let has = |name: &str| columns.iter().any(|c| c.eq_ignore_ascii_case(name));
    has("cveID") && (has("dateAdded") || has("dateReported") || has("exploitedSince"))
}

#[derive(Deserialize)]
struct Catalogue<'a> {
    #[serde(default, rename = "catalogVersion")]
    version: Option<String>,
    #[serde(default, rename = "dateReleased")]
    released: Option<String>,
    #[serde(default)]
    count: Option<usize>,
    #[serde(borrow, alias = "items", alias = "data")]
    vulnerabilities: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default, rename = "cveID", alias = "cve", alias = "cve_id", alias = "cveId", alias = "aliases")]
    cve: Option<Names>,
    #[serde(alias = "date_added")]
    date_added: Option<String>,
    /// Of ENISA's lists: when exploitation was reported, which is the day of the entry where no other is given.
    #[serde(default, alias = "exploitedSince")]
    date_reported: Option<String>,
    #[serde(default, alias = "cisa_date_added")]
    cisa_date_added: Option<String>,
    #[serde(default, alias = "dueDate")]
    due_date: Option<String>,
    #[serde(default, alias = "knownRansomwareCampaignUse")]
    known_ransomware_campaign_use: Option<String>,
    /// Of ENISA's catalogue: `ransomware`, `APT` …
    #[serde(default)]
    exploitation_type: Option<Names>,
    #[serde(default, rename = "vendorProject")]
    vendor: Option<String>,
    #[serde(default, alias = "vulnerabilityName", alias = "description")]
    vulnerability_name: Option<String>,
}

/// One name, several names, or several on lines of one text.
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> serde::de::Visitor<'de> for Either {
            type Value = Names;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a CVE identifier or a list of them")
            }
            fn visit_str<E>(self, text: &str) -> Result<Names, E> {
                Ok(Names(text.split(['\n', ',', ' ']).map(str::to_owned).collect()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = list.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Draft, Refusal> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'{') => {
            let catalogue: Catalogue<'_> = serde_json::from_slice(bytes)?;
            read_entries(catalogue, bytes)
        }
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_slice(bytes)?;
            read_entries(Catalogue { version: None, released: None, count: None, vulnerabilities: list }, bytes)
        }
        _ => read_csv(bytes, name),
    }
}

fn publisher(bytes: &[u8]) -> &'static str {
    let head = bytes.get(..bytes.len().min(16_384)).unwrap_or(bytes);
    let has = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
    if has("vulncheck_") {
        "VulnCheck KEV"
    } else if has("originSource") {
        "EU KEV"
    } else if has("exploitedSince") || has("dateReported") {
        "ENISA EUVD"
    } else {
        "CISA KEV"
    }
}

fn read_entries(catalogue: Catalogue<'_>, bytes: &[u8]) -> Result<Draft, Refusal> {
    let mut draft = Draft::new(publisher(bytes));
    if let Some(count) = catalogue.count.filter(|count| *count != catalogue.vulnerabilities.len()) {
        let reason = format!("it says {count} entries and holds {}: the file is cut off or was edited", catalogue.vulnerabilities.len());
        return Err(Refusal::at("count", reason));
    }
    draft.version = catalogue.version;
    draft.date = catalogue.released.as_deref().and_then(Timestamp::lenient);
    for (index, raw) in catalogue.vulnerabilities.iter().enumerate() {
        let place = format!("vulnerabilities[{index}]");
        match serde_json::from_str::<Entry>(raw.get()) {
            Ok(entry) => add(&mut draft, &place, entry),
            Err(error) => draft.warn(place, error.to_string()),
        }
    }
    Ok(draft)
}

fn add(draft: &mut Draft, place: &str, entry: Entry) {
    let added = [entry.date_added, entry.cisa_date_added, entry.date_reported].into_iter().flatten().find_map(|text| day(&text));
    let Some(added) = added else {
        draft.warn(place, "no date on which it was added");
        return;
    };
    let typed = entry.exploitation_type.is_some_and(|names| names.0.iter().any(|word| word.eq_ignore_ascii_case("ransomware")));
    let ransomware = typed || entry.known_ransomware_campaign_use.is_some_and(|word| word.eq_ignore_ascii_case("known"));
    let due = entry.due_date.as_deref().and_then(Timestamp::lenient);
    let name = entry.vulnerability_name.unwrap_or_default();
    let vendor = entry.vendor.unwrap_or_default();
    let before = draft.rows.len();
    for cve in entry.cve.into_iter().flat_map(|names| names.0).filter_map(|name| canonical(&name)) {
        let source = draft.source.clone();
        draft.rows.push(IntelRow::Kev { cve, added, due, ransomware, name: name.clone(), source, vendor: vendor.clone() });
    }
    if draft.rows.len() == before {
        draft.warn(place, "no CVE identifier");
    }
}

/// A day; ENISA writes `2026/03/01` and `Mar 1, 2026, 12:00:00 AM`.
fn day(text: &str) -> Option<Timestamp> {
    let american = || {
        let (day, hour) = text.rsplit_once(", ")?;
        Timestamp::lenient(&format!("{day} {hour}"))
    };
    Timestamp::lenient(text).or_else(|| Timestamp::lenient(&text.trim().replace('/', "-"))).or_else(american)
}

fn read_csv(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new(publisher(bytes));
    let mut table = Table::open(bytes, &["cveID"])?;
    let pick = |names: &[&str]| names.iter().map(|n| table.column(n)).find(|c| *c != usize::MAX).unwrap_or(usize::MAX);
    let cve = table.column("cveID");
    let added = pick(&["dateAdded", "dateReported", "exploitedSince"]);
    let (kinds, vendor) = (pick(&["exploitationType"]), pick(&["vendorProject"]));
    let (due, ransomware, title) =
        (pick(&["dueDate"]), pick(&["knownRansomwareCampaignUse"]), pick(&["vulnerabilityName", "shortDescription"]));
    while let Some(row) = table.next()? {
        let field = |column| Some(row.get(column).to_owned()).filter(|text: &String| !text.is_empty());
        let entry = Entry {
            cve: field(cve).map(|name| Names(vec![name])),
            date_added: field(added),
            cisa_date_added: None,
            date_reported: None,
            exploitation_type: field(kinds).map(|text| Names(text.split([',', ';', ' ']).map(str::to_owned).collect())),
            due_date: field(due),
            known_ransomware_campaign_use: field(ransomware),
            vulnerability_name: field(title),
            vendor: field(vendor),
        };
        let place = format!("line {}", row.line);
        add(&mut draft, &place, entry);
    }
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use crate::{Feed, IntelRow, load};

    const CISA: &str = r#"{"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.08.21",
        "dateReleased": "2026-08-21T17:46:43.6019Z", "count": 2, "vulnerabilities": [
        {"cveID": "CVE-2025-55182", "vendorProject": "Meta", "product": "React", "vulnerabilityName": "React RCE", "dateAdded": "2025-12-05",
         "dueDate": "2025-12-26", "knownRansomwareCampaignUse": "Known", "cwes": ["CWE-502"]},
        {"cveID": "CVE-2021-44228", "vulnerabilityName": "Log4Shell", "dateAdded": "2021-12-10", "knownRansomwareCampaignUse": "Unknown"}]}"#;

    #[test]
    fn cisa() {
        let loaded = load(CISA.as_bytes(), "kev.json").unwrap();
        assert_eq!((loaded.feed, loaded.source.as_str(), loaded.version.as_deref()), (Feed::Kev, "CISA KEV", Some("2026.08.21")));
        let IntelRow::Kev { cve, added, due, ransomware, .. } = &loaded.rows[0] else { panic!("{loaded:?}") };
        assert_eq!((cve.as_str(), added.to_string().as_str(), *ransomware), ("CVE-2025-55182", "2025-12-05T00:00:00Z", true));
        assert!(due.is_some());
        assert!(matches!(&loaded.rows[1], IntelRow::Kev { ransomware: false, due: None, .. }));
    }

    #[test]
    fn cut_off_or_edited_is_refused() {
        let cut = &CISA[..CISA.len() - 40];
        assert!(load(cut.as_bytes(), "kev.json").unwrap_err().reason.contains("cut off"));
        let renamed = CISA.replace("dateAdded", "exploitedOn");
        let refused = load(renamed.as_bytes(), "kev.json").unwrap_err();
        assert_eq!(refused.place, "vulnerabilities[0]");
        assert!(refused.reason.contains("no date on which it was added; so are 2 places"), "{refused}");
        let edited = CISA.replace("\"count\": 2", "\"count\": 1674");
        assert_eq!(load(edited.as_bytes(), "kev.json").unwrap_err().place, "count");
    }

    #[test]
    fn a_bad_entry_is_a_warning() {
        let odd = CISA.replace("2021-12-10", "soon");
        let loaded = load(odd.as_bytes(), "kev.json").unwrap();
        assert_eq!((loaded.rows.len(), loaded.warnings[0].place.as_str()), (1, "vulnerabilities[1]"));
    }

    #[test]
    fn vulncheck_and_enisa() {
        let vulncheck = r#"[{"vendorProject": "Acme", "vulnerabilityName": "X", "cve": ["CVE-2024-1000", "CVE-2024-1001"],
            "knownRansomwareCampaignUse": "Unknown", "vulncheck_reported_exploitation": [], "date_added": "2024-02-01T00:00:00Z"}]"#;
        let loaded = load(vulncheck.as_bytes(), "v.json").unwrap();
        assert_eq!((loaded.source.as_str(), loaded.rows.len()), ("VulnCheck KEV", 2));
        let enisa = "cveID,euvdID,vendorProject,product,dateReported\nCVE-2024-1000,EUVD-1,Acme,Shop,2024-03-01\n";
        let loaded = load(enisa.as_bytes(), "e.csv").unwrap();
        assert!(matches!(&loaded.rows[0], IntelRow::Kev { source, .. } if source == "ENISA EUVD"));
        // What the EUVD's own address answers: several names on lines of one text.
        let euvd = r#"[{"id": "EUVD-2026-1", "description": "Shop lets everyone in", "aliases": "CVE-2026-1000\nGHSA-aaaa-bbbb-cccc\n",
            "exploitedSince": "Mar 1, 2026, 12:00:00 AM", "baseScore": 9.8}]"#;
        let loaded = load(euvd.as_bytes(), "e.json").unwrap();
        assert!(
            matches!(&loaded.rows[..], [IntelRow::Kev { cve, added, .. }] if cve == "CVE-2026-1000" && added.to_string().starts_with("2026-03-01")),
            "{loaded:?}"
        );
    }

    #[test]
    fn the_catalogue_of_the_csirts_network() {
        let text = r#"[{"cveID": "CVE-2026-1000", "euvdID": "EUVD-2026-1", "vendorProject": "Acme", "product": "Shop", "vulnerabilityName": "Shop bypass",
            "dateReported": "2026/02/20", "dateAdded": "2026/03/01", "originSource": "CNW", "shortDescription": "Everyone is let in",
            "exploitationType": ["APT", "ransomware"], "threatActorsExploiting": [], "cwes": ["CWE-287"]}]"#;
        let loaded = load(text.as_bytes(), "eukev.json").unwrap();
        let IntelRow::Kev { added, ransomware, source, .. } = &loaded.rows[0] else { panic!("{loaded:?}") };
        assert_eq!((added.to_string().as_str(), *ransomware, source.as_str()), ("2026-03-01T00:00:00Z", true, "EU KEV"));
    }
}
