//! How much of what matters stands in the first places of an order, and how sure that is.

use std::collections::HashMap;

/// The share, 0 to 1, with which each key stands among the first `places` of an order by score, highest first. Among equals every order is
/// equally likely. Keys outside stand in no place.
pub(crate) fn first<'k>(scores: &[(&'k str, f64)], places: usize) -> HashMap<&'k str, f64> {
    let mut order: Vec<&(&str, f64)> = scores.iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut left = places as f64;
    let mut out = HashMap::new();
    for equals in order.chunk_by(|a, b| a.1.total_cmp(&b.1).is_eq()) {
        if left <= 0.0 {
            break;
        }
        let share = (left / equals.len() as f64).min(1.0);
        out.extend(equals.iter().map(|(key, _)| (*key, share)));
        left -= equals.len() as f64;
    }
    out
}

/// A value with its 95 % interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Between {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Samples of the bootstrap.
const SAMPLES: usize = 10_000;

/// Mean of paired differences, with the percentile bootstrap's interval: the pairs are drawn again, with replacement. The draws are the same
/// in every run.
pub(crate) fn mean_difference(pairs: &[(f64, f64)]) -> Between {
    let differences: Vec<f64> = pairs.iter().map(|(ours, theirs)| ours - theirs).collect();
    if differences.is_empty() {
        return Between { value: 0.0, low: 0.0, high: 0.0 };
    }
    let mean = |sum: f64| sum / differences.len() as f64;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = || {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let place = (z ^ (z >> 31)) % differences.len() as u64;
        differences[usize::try_from(place).expect("a place")]
    };
    let mut means: Vec<f64> = (0..SAMPLES).map(|_| mean((0..differences.len()).map(|_| draw()).sum())).collect();
    means.sort_by(f64::total_cmp);
    Between { value: mean(differences.iter().sum()), low: means[SAMPLES * 25 / 1000], high: means[SAMPLES * 975 / 1000] }
}
