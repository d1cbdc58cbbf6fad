//! CVE records (CVE JSON 5) with the container of CISA's ADP, as CISA publishes Vulnrichment: SSVC inputs, CVSS, weaknesses, entry of KEV.

use std::collections::BTreeMap;

use model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::cve_id::canonical;
use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::{Exploitation, IntelRow};
use crate::vendor::vendor_named;

const SOURCE: &str = "CISA Vulnrichment";

pub(crate) fn is(text: &str) -> bool {
    let head: String = text.chars().take(8192).collect();
    head.contains("\"CVE_RECORD\"") && head.contains("\"cveMetadata\"")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    cve_metadata: Metadata,
    #[serde(default)]
    containers: Containers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    cve_id: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    date_published: Option<String>,
    #[serde(default)]
    date_updated: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Containers {
    cna: Container,
    adp: Vec<Container>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Container {
    provider_metadata: Provider,
    metrics: Vec<BTreeMap<String, serde_json::Value>>,
    problem_types: Vec<Problem>,
    affected: Vec<Affected>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affected {
    vendor: String,
    product: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Provider {
    short_name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    descriptions: Vec<Weakness>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Weakness {
    cwe_id: Option<String>,
}

pub(crate) fn read(bytes: &[u8]) -> Result<Draft, Refusal> {
    let mut draft = Draft::new(SOURCE);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut number = 0u64;
    // Several records may stand behind each other, or in one array.
    for document in serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>() {
        let document = document?;
        let records: Vec<&RawValue> = if document.get().starts_with('[') { serde_json::from_str(document.get())? } else { vec![document] };
        for record in records {
            number += 1;
            let read = serde_json::from_str::<Record>(record.get()).map_err(|error| error.to_string());
            if let Err(reason) = read.and_then(|record| add(&mut draft, record)) {
                draft.warn(format!("record {number}"), reason);
            }
        }
    }
    Ok(draft)
}

fn add(draft: &mut Draft, record: Record) -> Result<(), String> {
    let Metadata { cve_id, state, date_published, date_updated } = record.cve_metadata;
    let cve = canonical(&cve_id).ok_or_else(|| format!("`{}` is no CVE identifier", cve_id.chars().take(40).collect::<String>()))?;
    let time = |text: Option<&str>| text.and_then(Timestamp::lenient);
    draft.date = draft.date.max(time(date_updated.as_deref()));
    let rejected = state.eq_ignore_ascii_case("rejected");
    let Containers { cna, adp } = record.containers;
    let cisa: Vec<Container> = adp.into_iter().filter(|adp| adp.provider_metadata.short_name.eq_ignore_ascii_case("CISA-ADP")).collect();
    let containers = || std::iter::once((&cna, "CNA")).chain(cisa.iter().map(|container| (container, "CISA ADP")));
    let named = containers().flat_map(|(container, _)| &container.problem_types).flat_map(|problem| &problem.descriptions);
    let cwes = named.filter_map(|weakness| weakness.cwe_id.as_deref()?.trim_start_matches("CWE-").parse().ok()).collect();
    let vendor = cna.affected.first().and_then(|affected| vendor_named(&affected.vendor, &affected.product));
    draft.rows.push(IntelRow::Cve { cve: cve.clone(), published: time(date_published.as_deref()), rejected, cwes, vendor });
    if rejected {
        return Ok(());
    }
    for (container, source) in containers() {
        for (name, value) in container.metrics.iter().flatten() {
            if name.starts_with("cvssV") {
                cvss(draft, &cve, source, value)?;
            } else if name == "other" && source == "CISA ADP" {
                other(draft, &cve, value);
            }
        }
    }
    Ok(())
}

fn cvss(draft: &mut Draft, cve: &str, source: &str, value: &serde_json::Value) -> Result<(), String> {
    let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let score = value.get("baseScore").and_then(serde_json::Value::as_f64);
    if let Some(score) = score.filter(|score| !(0.0..=10.0).contains(score)) {
        return Err(format!("the CVSS score {score} is not between 0 and 10"));
    }
    draft.rows.push(IntelRow::Cvss {
        cve: cve.to_owned(),
        version: text("version"),
        vector: text("vectorString"),
        score,
        source: source.to_owned(),
    });
    Ok(())
}

/// `{"type": "ssvc", "content": {"options": [{"Exploitation": "none"}, …], "timestamp": …}}` and `{"type": "kev", "content": {"dateAdded": …}}`.
fn other(draft: &mut Draft, cve: &str, value: &serde_json::Value) {
    let content = |name: &str| value.get("content").and_then(|content| content.get(name));
    let time = |name: &str| content(name).and_then(serde_json::Value::as_str).and_then(Timestamp::lenient);
    match value.get("type").and_then(serde_json::Value::as_str) {
        Some("ssvc") => {
            let options = content("options").and_then(serde_json::Value::as_array);
            let said = |name: &str| {
                let mut all = options.into_iter().flatten();
                all.find_map(|option| option.get(name)).and_then(serde_json::Value::as_str)
            };
            let yes = |name: &str, yes: &str, no: &str| match said(name) {
                Some(word) if word.eq_ignore_ascii_case(yes) => Some(true),
                Some(word) if word.eq_ignore_ascii_case(no) => Some(false),
                _ => None,
            };
            let exploitation = said("Exploitation").and_then(Exploitation::from_word);
            let (automatable, total) = (yes("Automatable", "yes", "no"), yes("Technical Impact", "total", "partial"));
            if exploitation.is_none() && automatable.is_none() && total.is_none() {
                draft.warn(cve, "its SSVC options state nothing that SSVC has");
                return;
            }
            draft.rows.push(IntelRow::Ssvc {
                cve: cve.to_owned(),
                exploitation,
                automatable,
                technical_impact_total: total,
                date: time("timestamp"),
                source: SOURCE.to_owned(),
            });
        }
        Some("kev") => match time("dateAdded") {
            Some(added) => draft.rows.push(IntelRow::listed(cve.to_owned(), added, SOURCE)),
            None => draft.warn(cve, "its entry of KEV has no date"),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::{Exploitation, Feed, IntelRow, load};

    const RECORD: &str = r#"{"dataType": "CVE_RECORD", "dataVersion": "5.1",
      "cveMetadata": {"cveId": "CVE-2026-1001", "state": "PUBLISHED", "datePublished": "2026-02-01T10:00:00.000Z", "dateUpdated": "2026-02-03T10:00:00.000Z"},
      "containers": {
        "cna": {"providerMetadata": {"shortName": "acme"}, "affected": [{"vendor": "Acme, Inc.", "product": "Shop"}], "problemTypes": [{"descriptions": [{"type": "CWE", "cweId": "CWE-78"}]}],
          "metrics": [{"format": "CVSS", "cvssV4_0": {"version": "4.0", "vectorString": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "baseScore": 9.3}}]},
        "adp": [
          {"title": "CISA ADP Vulnrichment", "providerMetadata": {"shortName": "CISA-ADP"}, "metrics": [
            {"other": {"type": "ssvc", "content": {"id": "CVE-2026-1001", "version": "2.0.3", "timestamp": "2026-02-02T08:00:00.000000Z",
              "options": [{"Exploitation": "poc"}, {"Automatable": "yes"}, {"Technical Impact": "total"}]}}},
            {"other": {"type": "kev", "content": {"dateAdded": "2026-02-03"}}},
            {"cvssV3_1": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8}}]},
          {"title": "CVE Program Container", "providerMetadata": {"shortName": "CVE"}, "references": []}]}}"#;

    #[test]
    fn a_record_with_the_container_of_cisa() {
        let loaded = load(RECORD.as_bytes(), "CVE-2026-1001.json").unwrap();
        assert_eq!((loaded.feed, loaded.source.as_str(), loaded.rows.len()), (Feed::Vulnrichment, "CISA Vulnrichment", 5));
        assert_eq!(loaded.date.unwrap().to_string(), "2026-02-03T10:00:00Z");
        assert!(matches!(&loaded.rows[0], IntelRow::Cve { cwes, vendor, .. } if cwes == &[78] && vendor.as_deref() == Some("Acme, Inc.")));
        assert!(matches!(&loaded.rows[1], IntelRow::Cvss { score: Some(s), source, .. } if *s == 9.3 && source == "CNA"));
        assert!(matches!(
            &loaded.rows[2],
            IntelRow::Ssvc { exploitation: Some(Exploitation::Poc), automatable: Some(true), technical_impact_total: Some(true), .. }
        ));
        assert!(matches!(&loaded.rows[3], IntelRow::Kev { added, .. } if added.to_string().starts_with("2026-02-03")));
        assert!(matches!(&loaded.rows[4], IntelRow::Cvss { source, .. } if source == "CISA ADP"));
    }

    #[test]
    fn a_rejected_one_says_only_that_and_odd_ones_are_refused() {
        let rejected = RECORD.replace("PUBLISHED", "REJECTED");
        assert!(matches!(&load(rejected.as_bytes(), "r.json").unwrap().rows[..], [IntelRow::Cve { rejected: true, .. }]));
        let odd = RECORD.replace("9.8", "98");
        assert!(load(odd.as_bytes(), "r.json").unwrap().warnings[0].message.contains("98 is not between"));
        assert!(load(&RECORD.as_bytes()[..400], "r.json").unwrap_err().reason.contains("cut off"));
    }
}
