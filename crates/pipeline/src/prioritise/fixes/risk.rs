//! What several issues weigh together.

/// The odds of a score in tenths of a deciban: 10 to the power of a hundredth of it.
#[must_use]
pub fn odds(score: i32) -> f64 {
    // Far beyond any score, and within what a number can hold when a million of them are added up.
    10f64.powf(f64::from(score.clamp(-20_000, 20_000)) / 100.0)
}

/// The score that one issue of these odds has. Odds of nothing have the least score there is.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "held to what a score may be")]
pub fn combined(odds: f64) -> i64 {
    if odds > 0.0 { (100.0 * odds.log10()).round().clamp(-30_000.0, 30_000.0) as i64 } else { -30_000 }
}
