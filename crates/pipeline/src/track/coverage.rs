//! Whether a report is complete (import rule 4).

use model::{Coverage, CoverageState, ScanClaims};

/// What decides whether a report is complete.
#[derive(Clone, Debug, Default)]
pub struct CoverageInput {
    /// What the report says.
    pub claims: ScanClaims,
    /// Findings read.
    pub findings: u64,
    /// `--partial`.
    pub said_partial: bool,
    /// `--complete`.
    pub said_complete: bool,
    /// The format is read-only: it imports and closes nothing.
    pub read_only: Option<&'static str>,
}

/// The coverage record of a report. The first reason that speaks against *complete* is kept.
#[must_use]
pub fn coverage(input: CoverageInput) -> Coverage {
    let CoverageInput { claims, findings, said_partial, said_complete, read_only } = input;
    let (state, reason) = if let Some(reason) = &claims.failed {
        (CoverageState::Failed, Some(reason.clone()))
    } else if said_partial {
        (CoverageState::Partial, Some("imported with --partial".to_owned()))
    } else if claims.rows_skipped > 0 {
        (CoverageState::Partial, Some(format!("{} rows could not be read", claims.rows_skipped)))
    } else if let Some(reason) = claims.partial.as_ref().filter(|_| !said_complete) {
        (CoverageState::Partial, Some(reason.clone()))
    } else if let Some(format) = read_only {
        (CoverageState::Partial, Some(format!("the format {format} is read-only: it closes nothing")))
    } else if findings == 0 && !said_complete && !claims.ran && claims.passed == 0 {
        (CoverageState::Partial, Some("no results, and nothing in the report shows that a scan got through; --complete says so".to_owned()))
    } else {
        (CoverageState::Complete, None)
    };
    Coverage { state, reason, claims }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(input: CoverageInput) -> CoverageState {
        coverage(input).state
    }

    #[test]
    fn what_speaks_against_complete() {
        use CoverageState::*;
        let ran = ScanClaims { ran: true, ..ScanClaims::default() };
        assert_eq!(state(CoverageInput { findings: 3, ..CoverageInput::default() }), Complete);
        assert_eq!(state(CoverageInput::default()), Partial, "zero results need evidence of a run");
        assert_eq!(state(CoverageInput { claims: ran.clone(), ..CoverageInput::default() }), Complete);
        assert_eq!(state(CoverageInput { said_complete: true, ..CoverageInput::default() }), Complete);
        assert_eq!(state(CoverageInput { claims: ran.clone(), said_partial: true, ..CoverageInput::default() }), Partial);
        let skipped = ScanClaims { rows_skipped: 1, ..ran.clone() };
        assert_eq!(state(CoverageInput { claims: skipped, said_complete: true, findings: 1, ..CoverageInput::default() }), Partial);
        let failed = ScanClaims { failed: Some("out of memory".into()), ..ran };
        assert_eq!(state(CoverageInput { claims: failed, said_complete: true, findings: 9, ..CoverageInput::default() }), Failed);
    }
}
