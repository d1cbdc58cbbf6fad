//! EPSS (FIRST): the probability that exploitation of a CVE is seen in the next 30 days, one file a day.
//!
//! Shapes: `#model_version:v2023.03.01,score_date:2024-06-30T00:00:00+0000` then `cve,epss,percentile`; the files of 2021 have neither the
//! comment nor the percentile. A score out of 0 to 1 refuses the file: it is of another shape or damaged.

use std::collections::BTreeMap;

use model::Timestamp;

use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;

pub(crate) fn read(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new("FIRST EPSS");
    let text = std::str::from_utf8(bytes).map_err(|e| Refusal::at(format!("byte {}", e.valid_up_to()), "not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    if !text.ends_with('\n') {
        return Err(Refusal::at("end of file", "the last line does not end: the file is cut off"));
    }
    let mut lines = text.lines().zip(1u64..).filter(|(line, _)| !line.is_empty()).peekable();
    while let Some((comment, _)) = lines.next_if(|(line, _)| line.starts_with('#')) {
        read_comment(comment, &mut draft);
    }
    let (header, header_line) = lines.next().ok_or_else(|| Refusal::at("end of file", "no header"))?;
    let with_percentile = match header.trim() {
        "cve,epss,percentile" => true,
        "cve,epss" => false,
        other => return Err(Refusal::line(header_line, format!("header `{other}` where `cve,epss,percentile` is expected"))),
    };
    draft.rows.reserve(text.len() / 30);
    for (line, number) in lines {
        let mut fields = line.split(',').map(str::trim);
        let (cve, score) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        let percentile = if with_percentile { Some(fields.next().unwrap_or("")) } else { None };
        if fields.next().is_some() {
            return Err(Refusal::line(number, "more fields than the header has"));
        }
        let score = share(score, "score", number)?;
        let percentile = percentile.map(|text| share(text, "percentile", number)).transpose()?;
        match crate::cve_id::canonical(cve) {
            Some(cve) => draft.rows.push(IntelRow::Epss { cve, score, percentile, date: draft.date }),
            None => draft.warn(format!("line {number}"), format!("`{}` is not a CVE identifier", shorten(cve))),
        }
    }
    Ok(draft)
}

fn share(text: &str, what: &str, line: u64) -> Result<f64, Refusal> {
    let value: f64 = text.parse().map_err(|_| Refusal::line(line, format!("the {what} `{}` is not a number", shorten(text))))?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(Refusal::line(line, format!("the {what} {value} is not between 0 and 1"))) }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `#key:value,key:value`; the date is `score_date`, else any key that speaks of a date.
fn read_comment(comment: &str, draft: &mut Draft) {
    for part in comment.trim_start_matches('#').split(',') {
        let Some((key, value)) = part.split_once(':') else { continue };
        match key.trim() {
            "model_version" => draft.version = Some(value.trim().to_owned()),
            "score_date" => draft.date = Timestamp::lenient(value).or(draft.date),
            key if key.contains("date") && draft.date.is_none() => draft.date = Timestamp::lenient(value),
            _ => {}
        }
    }
}

/// Median EPSS by the year in the CVE identifier, from one day's scores: what stands in for a CVE that has no score yet.
pub type AgeMedians = BTreeMap<u16, f64>;

/// The medians of one day's scores by CVE year. Years with fewer than 100 CVEs are left out.
#[must_use]
pub fn medians_by_year<'a>(scores: impl Iterator<Item = (&'a str, f64)>) -> AgeMedians {
    let mut by_year: BTreeMap<u16, Vec<f64>> = BTreeMap::new();
    for (cve, score) in scores {
        if let Some(year) = crate::cve_id::year(cve) {
            by_year.entry(year).or_default().push(score);
        }
    }
    by_year
        .into_iter()
        .filter(|(_, scores)| scores.len() >= 100)
        .map(|(year, mut scores)| {
            let middle = scores.len() / 2;
            let (_, median, _) = scores.select_nth_unstable_by(middle, f64::total_cmp);
            (year, *median)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load;

    const DAY: &str = "#model_version:v2025.03.14,score_date:2026-08-16T12:55:00Z\ncve,epss,percentile\nCVE-2021-44228,0.99998,1.00000\ncve-2014-0160,0.94,0.999\n";

    #[test]
    fn a_day_of_scores() {
        let loaded = load(DAY.as_bytes(), "epss.csv").unwrap();
        assert_eq!(loaded.version.as_deref(), Some("v2025.03.14"));
        assert_eq!(loaded.date.unwrap().to_string(), "2026-08-16T12:55:00Z");
        assert_eq!(loaded.rows.len(), 2);
        assert!(
            matches!(&loaded.rows[1], IntelRow::Epss { cve, score, percentile: Some(p), .. } if cve == "CVE-2014-0160" && *score == 0.94 && *p == 0.999)
        );
    }

    #[test]
    fn the_date_may_stand_in_the_name() {
        let loaded = load(b"cve,epss\nCVE-2021-44228,0.5\n", "epss_scores-2021-04-14.csv").unwrap();
        assert_eq!(loaded.date.unwrap().to_string(), "2021-04-14T00:00:00Z");
        assert!(matches!(&loaded.rows[0], IntelRow::Epss { percentile: None, date: Some(_), .. }));
    }

    #[test]
    fn damaged_files_are_refused_with_the_place() {
        let cases = [
            (DAY.trim_end().to_owned(), "end of file"),
            (DAY.replace("0.94,", "9.4,"), "line 4: the score 9.4 is not between 0 and 1"),
            (DAY.replace("0.94,", "NaN,"), "line 4"),
            (DAY.replace("0.94,0.999", "0.94"), "line 4: the percentile `` is not a number"),
            (DAY.replace("cve,epss,percentile", "cve,epss,rank"), "line 2: header"),
            ("cve,epss,percentile\n".to_owned(), "it holds no entry"),
        ];
        for (text, place) in cases {
            let error = load(text.as_bytes(), "e.csv").unwrap_err().to_string();
            assert!(error.contains(place), "{error} / {place}");
        }
    }

    #[test]
    fn an_odd_row_is_a_warning() {
        let loaded = load(DAY.replace("cve-2014-0160", "CVE-X").as_bytes(), "e.csv").unwrap();
        assert_eq!((loaded.rows.len(), loaded.warnings.len()), (1, 1));
        assert_eq!(loaded.warnings[0].place, "line 4");
    }

    #[test]
    fn medians() {
        let scores: Vec<(String, f64)> = (0..101).map(|i| (format!("CVE-2020-{:04}", i), f64::from(i) / 1000.0)).collect();
        let medians = medians_by_year(scores.iter().map(|(c, s)| (c.as_str(), *s)));
        assert_eq!(medians.get(&2020), Some(&0.05));
    }
}
