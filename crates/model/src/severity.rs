//! Severity in Muster's one scale.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a tool says a finding is. Ordered: `Info < Low < Medium < High < Critical`; `Unknown` sorts below all and equals only itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    #[default]
    Unknown,
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 6] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info, Self::Unknown];

    /// The word that JSON, filters and people use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity that a scanner's own word stands for, for words that mean the same in every tool. A format whose tool
    /// uses a word in another sense (SARIF `error`, numbers) maps it in its own file.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "critical" | "crit" | "blocker" | "urgent" | "very high" | "very_high" | "serious" | "fatal" | "emergency" => Self::Critical,
            "high" | "important" | "major" | "error" | "severe" => Self::High,
            "medium" | "moderate" | "mid" | "warning" | "warn" | "minor" | "average" => Self::Medium,
            "low" | "negligible" | "very low" | "very_low" => Self::Low,
            "info" | "informational" | "information" | "none" | "note" | "notice" | "style" | "recommendation" | "best practice"
            | "hint" | "log" | "debug" => Self::Info,
            _ => Self::Unknown,
        }
    }

    /// The qualitative rating of a CVSS 3.x or 4.0 base score (FIRST, CVSS v3.1 specification, section 5). `score` is 0.0 to 10.0.
    #[must_use]
    pub fn from_cvss(score: f64) -> Self {
        if score.is_nan() || score < 0.0 {
            Self::Unknown
        } else if score >= 9.0 {
            Self::Critical
        } else if score >= 7.0 {
            Self::High
        } else if score >= 4.0 {
            Self::Medium
        } else if score > 0.0 {
            Self::Low
        } else {
            Self::Info
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for severity in Severity::ALL {
            assert_eq!(Severity::from_word(severity.word()), severity);
        }
        assert_eq!(Severity::from_word(" MODERATE "), Severity::Medium);
    }

    #[test]
    fn cvss_bands() {
        let bands: Vec<_> = [0.0, 3.9, 4.0, 6.9, 7.0, 8.9, 9.0, 10.0].map(Severity::from_cvss).to_vec();
        use Severity::*;
        assert_eq!(bands, [Info, Low, Medium, Medium, High, High, Critical, Critical]);
        assert_eq!(Severity::from_cvss(f64::NAN), Unknown);
    }
}
