//! How many tests passed, read off the output of cargo, Vitest and Playwright.

use std::ops::AddAssign;

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    /// Failed, and those that a failure kept from running.
    pub(crate) failed: u64,
    /// Ignored, skipped, to do.
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Counts {
    fn add(&mut self, number: u64, word: &str) {
        match word {
            "passed" => self.passed += number,
            // A flaky test failed at least once.
            "failed" | "flaky" | "interrupted" | "did not run" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; …`: a line of a test binary of cargo's.
pub(crate) fn cargo(line: &str) -> Counts {
    let mut counts = Counts::default();
    let Some(result) = line.trim().strip_prefix("test result: ") else { return counts };
    for part in result.split([';', '.']) {
        if let Some((number, word)) = number_and_word(part) {
            counts.add(number, word);
        }
    }
    counts
}

/// `Tests  1 failed | 27 passed (28)`: the line of Vitest's summary.
pub(crate) fn vitest(line: &str) -> Counts {
    let mut counts = Counts::default();
    let plain = without_colours(line);
    let Some(result) = plain.trim().strip_prefix("Tests ") else { return counts };
    let result = result.split('(').next().unwrap_or_default();
    for part in result.split('|') {
        if let Some((number, word)) = number_and_word(part) {
            counts.add(number, word);
        }
    }
    counts
}

/// `12 passed (30.1s)`, `2 did not run`: each a line of Playwright's summary.
pub(crate) fn playwright(line: &str) -> Counts {
    let mut counts = Counts::default();
    let plain = without_colours(line);
    // Its summary is indented by two; a test's own output is not taken for it.
    let Some(result) = plain.strip_prefix("  ") else { return counts };
    let result = result.split(" (").next().unwrap_or_default();
    if let Some((number, word)) = number_and_word(result) {
        counts.add(number, word);
    }
    counts
}

fn number_and_word(text: &str) -> Option<(u64, &str)> {
    let (number, word) = text.trim().split_once(' ')?;
    Some((number.parse().ok()?, word.trim()))
}

/// The line without the escape sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line.chars();
    while let Some(letter) = rest.next() {
        if letter == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn cargos_line_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.10s";
        assert_eq!(cargo(line), counts(12, 3, 1));
        assert_eq!(cargo("test things::result ... ok"), Counts::default());
    }

    #[test]
    fn vitests_line_is_read_and_that_of_its_files_is_not() {
        assert_eq!(vitest("      Tests  1 failed | 27 passed | 2 skipped (30)"), counts(27, 1, 2));
        assert_eq!(
            vitest("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m28 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (28)"),
            counts(28, 0, 0)
        );
        assert_eq!(vitest(" Test Files  5 passed (5)"), Counts::default());
    }

    #[test]
    fn playwrights_lines_are_read_one_by_one() {
        let mut sum = Counts::default();
        for line in
            ["  2 failed", "    [x] › queue.spec.ts:3:1 › 4 passed", "  1 flaky", "  3 skipped", "  2 did not run", "  31 passed (1.2m)"]
        {
            sum += playwright(line);
        }
        assert_eq!(sum, counts(31, 5, 3));
        assert_eq!(playwright("Running 30 tests using 1 worker"), Counts::default());
    }
}
