//! Tokens that are known by their shape: a fixed prefix and enough of the right characters behind it.

use super::scan;

/// Characters that a token is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Set {
    /// Letters and digits.
    Word,
    /// Upper-case letters and digits.
    Upper,
    Hex,
    /// Letters, digits, `-`, `_`.
    Url,
    /// Letters, digits, `-`, `_`, `.`, `=`, `/`, `+`.
    Wide,
}

impl Set {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Word => byte.is_ascii_alphanumeric(),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Wide => byte.is_ascii_alphanumeric() || b"-_.=/+".contains(&byte),
        }
    }
}

/// One shape of token.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) prefix: &'static str,
    set: Set,
    /// Fewest characters behind the prefix.
    least: usize,
    /// Most characters behind the prefix; more, and it is something else.
    most: usize,
    /// True where the prefix is so short that it counts only at the start of a word, and only when digits and letters are mixed.
    weak: bool,
}

const fn strong(prefix: &'static str, set: Set, least: usize) -> Shape {
    Shape { prefix, set, least, most: LONGEST, weak: false }
}

const fn weak(prefix: &'static str, set: Set, least: usize, most: usize) -> Shape {
    Shape { prefix, set, least, most, weak: true }
}

/// Longest token, in bytes.
const LONGEST: usize = 16 * 1024;

/// The shapes, by vendor. Sources: the vendors' own pages on secret scanning.
pub(super) static SHAPES: [Shape; 78] = [
    // Amazon Web Services key ids.
    weak("AKIA", Set::Upper, 16, 16),
    weak("ASIA", Set::Upper, 16, 16),
    weak("ABIA", Set::Upper, 16, 16),
    weak("ACCA", Set::Upper, 16, 16),
    weak("AGPA", Set::Upper, 16, 16),
    weak("AIDA", Set::Upper, 16, 16),
    weak("AROA", Set::Upper, 16, 16),
    weak("ANPA", Set::Upper, 16, 16),
    // GitHub, GitLab.
    strong("ghp_", Set::Word, 30),
    strong("gho_", Set::Word, 30),
    strong("ghu_", Set::Word, 30),
    strong("ghs_", Set::Word, 30),
    strong("ghr_", Set::Word, 30),
    strong("github_pat_", Set::Url, 22),
    strong("glpat-", Set::Url, 20),
    strong("gldt-", Set::Url, 20),
    strong("glrt-", Set::Url, 20),
    strong("glcbt-", Set::Url, 20),
    strong("glptt-", Set::Url, 20),
    strong("glsoat-", Set::Url, 20),
    strong("gloas-", Set::Url, 20),
    strong("GR1348941", Set::Url, 20),
    // Slack, Discord, Teams: addresses that are secrets too.
    strong("xoxb-", Set::Url, 10),
    strong("xoxa-", Set::Url, 10),
    strong("xoxp-", Set::Url, 10),
    strong("xoxe-", Set::Url, 10),
    strong("xoxe.", Set::Wide, 20),
    strong("xoxr-", Set::Url, 10),
    strong("xoxs-", Set::Url, 10),
    strong("xoxc-", Set::Url, 10),
    strong("xoxd-", Set::Wide, 10),
    strong("xapp-", Set::Url, 20),
    strong("hooks.slack.com/services/", Set::Wide, 20),
    strong("discord.com/api/webhooks/", Set::Wide, 30),
    strong("discordapp.com/api/webhooks/", Set::Wide, 30),
    strong(".webhook.office.com/", Set::Wide, 40),
    // Payment.
    strong("sk_live_", Set::Word, 10),
    strong("rk_live_", Set::Word, 10),
    strong("sk_test_", Set::Word, 10),
    strong("rk_test_", Set::Word, 10),
    strong("whsec_", Set::Wide, 20),
    strong("sq0atp-", Set::Url, 22),
    strong("sq0csp-", Set::Url, 22),
    strong("access_token$production$", Set::Wide, 20),
    // Google.
    weak("AIza", Set::Url, 35, 35),
    strong("ya29.", Set::Url, 20),
    strong("GOCSPX-", Set::Url, 20),
    // Package registries.
    strong("npm_", Set::Word, 36),
    strong("pypi-AgE", Set::Url, 40),
    strong("rubygems_", Set::Hex, 48),
    strong("dckr_pat_", Set::Url, 20),
    strong("oy2", Set::Word, 43),
    // Clouds and platforms.
    strong("dop_v1_", Set::Hex, 64),
    strong("doo_v1_", Set::Hex, 64),
    strong("dor_v1_", Set::Hex, 64),
    strong("hvs.", Set::Url, 20),
    strong("hvb.", Set::Url, 20),
    strong(".atlasv1.", Set::Url, 40),
    strong("ATATT3xFf", Set::Wide, 40),
    strong("ATBB", Set::Word, 24),
    weak("dapi", Set::Hex, 32, 32),
    strong("shpat_", Set::Hex, 32),
    strong("shpca_", Set::Hex, 32),
    strong("shppa_", Set::Hex, 32),
    strong("shpss_", Set::Hex, 32),
    strong("NRAK-", Set::Word, 20),
    strong("PMAK-", Set::Url, 40),
    strong("glsa_", Set::Url, 30),
    strong("glc_", Set::Wide, 40),
    strong("lin_api_", Set::Word, 30),
    strong("AGE-SECRET-KEY-1", Set::Upper, 50),
    strong("dp.pt.", Set::Word, 30),
    // Mail and telephone.
    weak("SG.", Set::Wide, 40, 80),
    weak("SK", Set::Hex, 32, 32),
    weak("key-", Set::Hex, 32, 32),
    // Models, chat.
    weak("sk-", Set::Url, 20, 256),
    weak("hf_", Set::Word, 30, 48),
    // JSON web tokens: two dots between the parts.
    weak("eyJ", Set::Wide, 30, LONGEST),
];

impl Shape {
    /// Gives the token at `anchor`, if there is one.
    pub(super) fn find(&self, bytes: &[u8], anchor: usize, add: &mut impl FnMut(usize, usize)) {
        let after = anchor + self.prefix.len();
        // The automaton does not tell case apart; a token does.
        if bytes.get(anchor..after) != Some(self.prefix.as_bytes()) {
            return;
        }
        if self.weak && !scan::word_starts(bytes, anchor) {
            return;
        }
        let tail = bytes.get(after..).unwrap_or_default();
        let length = tail.iter().take(self.most + 1).take_while(|byte| self.set.holds(**byte)).count();
        if length < self.least || (length > self.most && self.most < LONGEST) {
            return;
        }
        let body = tail.get(..length).unwrap_or_default();
        if self.weak && !looks_random(body) {
            return;
        }
        if self.prefix == "eyJ" && body.iter().filter(|byte| **byte == b'.').count() < 2 {
            return;
        }
        // A full stop that ends a sentence is no part of it.
        let end = after + length - body.iter().rev().take_while(|byte| **byte == b'.').count();
        let start = if self.prefix.contains('/') { after } else { anchor };
        add(start, end);
    }
}

/// True where letters and digits are mixed, as chance would.
fn looks_random(body: &[u8]) -> bool {
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = body.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let distinct = body.iter().fold(0u128, |seen, byte| seen | 1u128.checked_shl(u32::from(*byte)).unwrap_or(0)).count_ones();
    (digits > 0 || letters >= 16 && body.iter().any(u8::is_ascii_uppercase)) && letters > 0 && distinct >= 6
}
