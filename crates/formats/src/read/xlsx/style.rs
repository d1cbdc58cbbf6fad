//! What a number in a cell means: a number, or a day.

use quick_xml::events::Event;

use super::{attribute, started};

/// Which of a workbook's cell styles show days or times.
#[derive(Default)]
pub(super) struct Styles {
    /// By position of the style.
    is_time: Vec<bool>,
    /// Ids of formats of the workbook's own that show days or times.
    own: Vec<u32>,
    inside_cell_styles: bool,
    from_1904: bool,
}

impl Styles {
    pub(super) fn new(from_1904: bool) -> Self {
        Self { from_1904, ..Self::default() }
    }

    /// Takes a part of `styles.xml`.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        if let Event::End(end) = event
            && end.local_name().as_ref() == b"cellXfs"
        {
            self.inside_cell_styles = false;
        }
        match started(event) {
            Some((b"numFmt", start)) => {
                let id = attribute(start, b"numFmtId").and_then(|text| text.parse().ok());
                if let (Some(id), Some(code)) = (id, attribute(start, b"formatCode"))
                    && shows_time(&code)
                {
                    self.own.push(id);
                }
            }
            Some((b"cellXfs", _)) => self.inside_cell_styles = matches!(event, Event::Start(_)),
            Some((b"xf", start)) if self.inside_cell_styles && self.is_time.len() < 100_000 => {
                let id = attribute(start, b"numFmtId").and_then(|text| text.parse().ok()).unwrap_or(0);
                // Built-in formats (ECMA-376, part 1, 18.8.30).
                self.is_time.push(matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58) || self.own.contains(&id));
            }
            _ => {}
        }
    }

    /// A number as text: an ISO 8601 day or time where its style shows one.
    pub(super) fn number(&self, raw: &str, style: usize) -> String {
        let Ok(number) = raw.parse::<f64>() else { return raw.to_owned() };
        if self.is_time.get(style).copied().unwrap_or(false)
            && let Some(time) = time(number, self.from_1904)
        {
            return time;
        }
        // 8.199999999999999 is what 8.2 became on its way through binary.
        let rounded = (number * 1e10).round() / 1e10;
        if number.abs() < 1e9 { rounded.to_string() } else { number.to_string() }
    }
}

/// True for codes with a part of a day or time outside of quotes, brackets and escapes.
fn shows_time(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                let _quoted = letters.by_ref().find(|c| *c == '"');
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                // [h]:mm counts hours; [Red] and [$-409] do not.
                if matches!(inside.to_ascii_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
                    return true;
                }
            }
            '\\' | '_' | '*' => {
                letters.next();
            }
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// Days since the workbook's epoch as ISO 8601; none for what is no day.
#[expect(clippy::cast_possible_truncation, reason = "checked to be within some thousand years")]
fn time(days: f64, from_1904: bool) -> Option<String> {
    if !(1.0..2_958_466.0).contains(&days) {
        return None;
    }
    let whole = days.floor() as i64;
    let seconds = ((days - days.floor()) * 86_400.0).round() as i64;
    // Excel counts a 29 February 1900 that never was: from March 1900 on its days start at 1899-12-30.
    let since_1970 = whole - if from_1904 { 24_107 } else { 25_569 } + i64::from(!from_1904 && whole < 60);
    let at = model::Timestamp((since_1970 * 86_400 + seconds) * 1000).to_string();
    Some(if seconds == 0 { at.split('T').next().unwrap_or_default().to_owned() } else { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_both_epochs() {
        assert_eq!(time(45_658.0, false).as_deref(), Some("2025-01-01"));
        assert_eq!(time(45_658.5, false).as_deref(), Some("2025-01-01T12:00:00Z"));
        assert_eq!(time(1.0, false).as_deref(), Some("1900-01-01"));
        assert_eq!(time(60.0 + 1.0, false).as_deref(), Some("1900-03-01"));
        assert_eq!(time(44_196.0, true).as_deref(), Some("2025-01-01"));
        assert_eq!(time(0.5, false), None);
    }

    #[test]
    fn codes_of_days() {
        for code in ["yyyy-mm-dd", "[$-409]d/m/yy", "[h]:mm", "dd\\.mm"] {
            assert!(shows_time(code), "{code}");
        }
        for code in ["0.00", "#,##0", "[Red]0", "\"days\" 0", "@", "General"] {
            assert!(!shows_time(code), "{code}");
        }
    }
}
