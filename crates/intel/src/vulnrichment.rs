//! CISA Vulnrichment as one table: SSVC inputs, CVSS by source, weaknesses, and the day a CVE entered KEV. A missing CVSS is unknown, not 0.
//!
//! Columns: `cve,published,state,cvss_source,cvss_version,cvss_score,cvss_vector,…,ssvc_exploitation,ssvc_automatable,
//! ssvc_technical_impact,ssvc_timestamp,cwes,kev_date_added,…`; several weaknesses are parted by `|`; SSVC words come in either case.

use model::Timestamp;

use crate::cve_id::canonical;
use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::{Exploitation, IntelRow};
use crate::table::{Row, Table};
use crate::vendor::vendor_named;

const SOURCE: &str = "CISA Vulnrichment";

pub(crate) fn read(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new(SOURCE);
    let needed = ["cve", "ssvc_exploitation", "ssvc_automatable", "ssvc_technical_impact"];
    let mut table = Table::open(bytes, &needed)?;
    let columns = Columns::of(&table);
    while let Some(row) = table.next()? {
        let Some(cve) = canonical(row.get(columns.cve)) else {
            draft.warn(format!("line {}", row.line), "not a CVE identifier");
            continue;
        };
        add(&mut draft, &columns, &row, cve)?;
    }
    Ok(draft)
}

struct Columns {
    cve: usize,
    published: usize,
    state: usize,
    cvss_source: usize,
    cvss_version: usize,
    cvss_score: usize,
    cvss_vector: usize,
    exploitation: usize,
    automatable: usize,
    impact: usize,
    ssvc_at: usize,
    cwes: usize,
    kev: usize,
    vendor: usize,
    product: usize,
}

impl Columns {
    fn of(table: &Table<'_>) -> Self {
        Self {
            cve: table.column("cve"),
            published: table.column("published"),
            state: table.column("state"),
            cvss_source: table.column("cvss_source"),
            cvss_version: table.column("cvss_version"),
            cvss_score: table.column("cvss_score"),
            cvss_vector: table.column("cvss_vector"),
            exploitation: table.column("ssvc_exploitation"),
            automatable: table.column("ssvc_automatable"),
            impact: table.column("ssvc_technical_impact"),
            ssvc_at: table.column("ssvc_timestamp"),
            cwes: table.column("cwes"),
            kev: table.column("kev_date_added"),
            vendor: table.column("vendor"),
            product: table.column("product"),
        }
    }
}

fn add(draft: &mut Draft, columns: &Columns, row: &Row<'_>, cve: String) -> Result<(), Refusal> {
    let time = |column| Timestamp::lenient(row.get(column));
    let word = |column| Some(row.get(column)).filter(|text| !text.is_empty());
    let cwes = row.get(columns.cwes).split(['|', ';', ' ']).filter_map(|text| text.trim_start_matches("CWE-").parse().ok()).collect();
    let vendor = vendor_named(row.get(columns.vendor), row.get(columns.product));
    let rejected = row.get(columns.state).eq_ignore_ascii_case("rejected");
    draft.rows.push(IntelRow::Cve { cve: cve.clone(), published: time(columns.published), rejected, cwes, vendor });
    if rejected {
        return Ok(());
    }

    let score = match word(columns.cvss_score) {
        None => None,
        Some(text) => match text.parse::<f64>() {
            Ok(score) if (0.0..=10.0).contains(&score) => Some(score),
            _ => return Err(Refusal::line(row.line, format!("the CVSS score `{text}` is not between 0 and 10"))),
        },
    };
    let vector = word(columns.cvss_vector).map(str::to_owned);
    if score.is_some() || vector.is_some() {
        let source = if row.get(columns.cvss_source).eq_ignore_ascii_case("adp") { "CISA ADP" } else { "CNA" };
        let version = word(columns.cvss_version).map(str::to_owned);
        draft.rows.push(IntelRow::Cvss { cve: cve.clone(), version, vector, score, source: source.to_owned() });
    }

    let exploitation = word(columns.exploitation).map(Exploitation::from_word);
    let automatable = word(columns.automatable).map(|text| yes_no(text, "yes", "no"));
    let impact = word(columns.impact).map(|text| yes_no(text, "total", "partial"));
    if exploitation == Some(None) || automatable == Some(None) || impact == Some(None) {
        draft.warn(format!("line {}", row.line), "an SSVC value that SSVC does not have; taken as not stated");
    }
    let (exploitation, automatable, total) = (exploitation.flatten(), automatable.flatten(), impact.flatten());
    if exploitation.is_some() || automatable.is_some() || total.is_some() {
        draft.rows.push(IntelRow::Ssvc {
            cve: cve.clone(),
            exploitation,
            automatable,
            technical_impact_total: total,
            date: time(columns.ssvc_at),
            source: SOURCE.to_owned(),
        });
    }

    if let Some(added) = time(columns.kev) {
        draft.rows.push(IntelRow::listed(cve, added, SOURCE));
    }
    Ok(())
}

fn yes_no(text: &str, yes: &str, no: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case(yes) {
        Some(true)
    } else if text.eq_ignore_ascii_case(no) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::{Exploitation, IntelRow, load};

    const HEADER: &str = "cve,published,state,cvss_source,cvss_version,cvss_score,cvss_vector,cvss_v2,cvss_v31,cvss_v40,ssvc_exploitation,ssvc_automatable,ssvc_technical_impact,ssvc_timestamp,cwes,kev_date_added,vendor,product,exploit_ref\n";

    #[test]
    fn all_facts_of_a_row() {
        let row = "CVE-2024-3400,2024-04-12,PUBLISHED,cna,3.1,10,CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H,,10,,Active,yes,Total,2024-04-30,CWE-20|CWE-77,2024-04-12,Palo Alto,PAN-OS,1\n";
        let loaded = load(format!("{HEADER}{row}").as_bytes(), "vulnrichment-2024-06-30.csv").unwrap();
        assert_eq!(loaded.rows.len(), 4);
        assert!(matches!(&loaded.rows[0], IntelRow::Cve { cwes, rejected: false, .. } if cwes == &[20, 77]));
        assert!(matches!(&loaded.rows[1], IntelRow::Cvss { score: Some(s), source, .. } if *s == 10.0 && source == "CNA"));
        let ssvc = &loaded.rows[2];
        assert!(matches!(
            ssvc,
            IntelRow::Ssvc { exploitation: Some(Exploitation::Active), automatable: Some(true), technical_impact_total: Some(true), .. }
        ));
        assert!(matches!(&loaded.rows[3], IntelRow::Kev { .. }));
    }

    #[test]
    fn a_missing_score_is_no_score_and_a_rejected_cve_has_none() {
        let rows = "CVE-2024-1,,PUBLISHED,,,,,,,,,,,,,,,,\nCVE-2024-1000,,PUBLISHED,,,,,,,,none,no,partial,,,,,,0\nCVE-2024-1001,,REJECTED,cna,3.1,9.8,,,,,,,,,,,,,0\n";
        let loaded = load(format!("{HEADER}{rows}").as_bytes(), "v.csv").unwrap();
        assert_eq!(loaded.warnings.len(), 1);
        assert!(!loaded.rows.iter().any(|row| matches!(row, IntelRow::Cvss { .. })));
        assert_eq!(loaded.rows.len(), 3);
    }

    #[test]
    fn a_score_out_of_range_is_refused() {
        let row = "CVE-2024-1000,,PUBLISHED,cna,3.1,98,,,,,,,,,,,,,0\n";
        let error = load(format!("{HEADER}{row}").as_bytes(), "v.csv").unwrap_err();
        assert_eq!((error.place.as_str(), error.file.as_str()), ("line 2", "v.csv"));
    }
}
