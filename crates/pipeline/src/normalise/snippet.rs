//! The hash of the code that a tool shows. It must survive re-indenting and re-wrapping, so white space does not count, and neither do the
//! line numbers that tools print before each line.

use super::redact::redact_text;

/// Code beyond this many bytes does not enter the hash.
const LONGEST: usize = 5 * 1024 * 1024;

/// What tools print in the place of code that they will not show.
const NOT_CODE: [&str; 6] = ["requireslogin", "n/a", "none", "null", "undefined", "..."];

/// The hash of code, white space dropped, line numbers dropped, secrets masked first: 16 characters of hexadecimal. `None` where there is
/// no code.
#[must_use]
pub fn snippet_hash(code: &str) -> Option<String> {
    let end = if code.len() > LONGEST { (0..=LONGEST).rev().find(|at| code.is_char_boundary(*at))? } else { code.len() };
    let masked = redact_text(code.get(..end)?);
    let folded = folded(&masked);
    if folded.is_empty() || NOT_CODE.contains(&folded.to_ascii_lowercase().as_str()) {
        return None;
    }
    Some(model::short_hex(&model::hash_parts(&["snippet", &folded]), 8))
}

/// The code without line numbers and white space. A run of stars counts as one: a masked secret's length is no content.
fn folded(code: &str) -> String {
    let numbered = has_line_numbers(code);
    let mut out = String::with_capacity(code.len());
    for line in code.lines() {
        let line = if numbered { without_number(line) } else { line };
        for character in line.chars().filter(|c| !c.is_whitespace()) {
            if character != '*' || !out.ends_with('*') {
                out.push(character);
            }
        }
    }
    out
}

/// True where every line that is not blank begins with a number, and each is one more than the number before.
fn has_line_numbers(code: &str) -> bool {
    let mut before: Option<u64> = None;
    let mut lines = 0;
    for line in code.lines().filter(|line| !line.trim().is_empty()) {
        let Some((number, _)) = split_number(line) else { return false };
        if before.is_some_and(|before| before.checked_add(1) != Some(number)) {
            return false;
        }
        before = Some(number);
        lines += 1;
    }
    // One line alone: only what cannot be code (`12: x`, `12 | x`, `> 12 x`), or a number and a blank before more text.
    lines > 0
}

fn without_number(line: &str) -> &str {
    split_number(line).map_or(line, |(_, rest)| rest)
}

/// `12: code`, `12 code`, `12| code`, `> 12 | code`, `12<tab>code`, `12` alone.
fn split_number(line: &str) -> Option<(u64, &str)> {
    let line = line.trim_start();
    let line = line.strip_prefix('>').unwrap_or(line).trim_start();
    let end = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
    let number = line.get(..end).filter(|digits| !digits.is_empty() && digits.len() <= 7)?.parse().ok()?;
    let rest = line.get(end..)?;
    let mark = rest.chars().next();
    match mark {
        None => Some((number, "")),
        Some(':' | '|') => rest.get(1..).map(|rest| (number, rest)),
        Some(' ' | '\t') => {
            let rest = rest.trim_start_matches([' ', '\t']);
            Some((number, rest.strip_prefix('|').unwrap_or(rest)))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_line_numbers_do_not_count() {
        let plain = snippet_hash("def f(x):\n    return eval(x)\n").unwrap();
        for code in [
            "def f(x):\n\treturn   eval(x)",
            "def f( x ):\r\n  return eval(x)",
            "12 def f(x):\n13     return eval(x)\n",
            "12: def f(x):\n13:     return eval(x)",
            "  9 | def f(x):\n> 10 |   return eval(x)",
            "1200\tdef f(x):\n1201\t    return eval(x)\n",
        ] {
            assert_eq!(snippet_hash(code).unwrap(), plain, "{code}");
        }
        assert_eq!(plain.len(), 16);
        assert_ne!(snippet_hash("def f(x):\n    return eval(y)\n").unwrap(), plain);
    }

    #[test]
    fn numbers_that_are_code_count() {
        assert_ne!(snippet_hash("1: a\n7: b"), snippet_hash("2: a\n9: b"));
    }

    #[test]
    fn one_line_moved_is_the_same() {
        assert_eq!(snippet_hash("30 x = eval(y)"), snippet_hash("33 x = eval(y)"));
    }

    #[test]
    fn no_code_no_hash() {
        for code in ["", " \n", "requires login", "N/A"] {
            assert_eq!(snippet_hash(code), None, "{code}");
        }
    }

    #[test]
    fn a_secret_is_no_content() {
        let one = snippet_hash("password = 'correct-horse'");
        assert_eq!(one, snippet_hash("password = 'battery-staple-17'"));
        assert_ne!(one, snippet_hash("pass_phrase_file = 'x'"));
    }
}
