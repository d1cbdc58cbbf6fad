//! Words as patterns see them: lower case, single spaces, `camelCase` taken apart, nothing but letters and digits.

/// Longest text looked at, in bytes: names are short, messages drift.
const LONGEST: usize = 240;

/// Folds a rule id or a title.
pub(in super::super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST) + 8);
    let mut before = ' ';
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if out.len() >= LONGEST {
            break;
        }
        if c.is_alphanumeric() {
            // `CPUNotSet`, but not `SSLv3`: an acronym ends where a word of two small letters begins.
            let word_begins = || chars.clone().take(2).filter(|next| next.is_lowercase()).count() == 2;
            if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit() || (before.is_uppercase() && word_begins())) {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        before = c;
    }
    while out.ends_with(' ') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_the_styles_of_many_tools() {
        assert_eq!(fold("Reflected_XSS-All.Clients"), "reflected xss all clients");
        assert_eq!(fold("LimitsCPUNotSet uses SSLv3 IDs"), "limits cpu not set uses sslv3 ids");
        assert_eq!(fold("allowPrivilegeEscalation"), "allow privilege escalation");
        assert_eq!(fold("  \u{1}\u{2} "), "");
        assert!(fold(&"a b".repeat(10_000)).len() < 300);
    }
}
