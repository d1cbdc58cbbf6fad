//! Numbers and days as people read them.

use ::model::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `3 Dec 2025`, in UTC.
pub(super) fn day(at: Timestamp) -> String {
    let (year, month, day) = civil(at.0.div_euclid(Timestamp::DAY));
    let month = usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or("?");
    format!("{day} {month} {year}")
}

/// Year of an instant in UTC.
pub(super) fn year(at: Timestamp) -> i64 {
    civil(at.0.div_euclid(Timestamp::DAY)).0
}

/// Year, month and day of a number of days since 1970-01-01 (Howard Hinnant, *chrono-compatible low-level date algorithms*).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days.saturating_add(719_468);
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A share as a percentage: two digits after the point below one per cent, and never rounded up to 100 or down to 0.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share >= 1.0 {
        "100 %".to_owned()
    } else if percent >= 99.95 {
        "over 99.9 %".to_owned()
    } else if percent >= 0.995 {
        format!("{percent:.1} %")
    } else if percent >= 0.005 {
        format!("{percent:.2} %")
    } else {
        "under 0.01 %".to_owned()
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (text, words) in
            [("2025-12-03", "3 Dec 2025"), ("2024-02-29", "29 Feb 2024"), ("1969-12-31", "31 Dec 1969"), ("2000-03-01", "1 Mar 2000")]
        {
            assert_eq!(day(text.parse().unwrap()), words);
        }
        assert_eq!(year("2026-01-01".parse().unwrap()), 2026);
        // The ends of time are no reason to stop.
        day(Timestamp(i64::MAX));
        day(Timestamp(i64::MIN));
    }

    #[test]
    fn percentages() {
        let words: Vec<String> = [1.0, 0.99999, 0.996, 0.0212, 0.0004, 0.0].map(percent).to_vec();
        assert_eq!(words, ["100 %", "over 99.9 %", "99.6 %", "2.1 %", "0.04 %", "under 0.01 %"]);
    }

    #[test]
    fn lists() {
        assert_eq!((list(&["a"]), list(&["a", "b", "c"])), ("a".to_owned(), "a, b and c".to_owned()));
    }
}
