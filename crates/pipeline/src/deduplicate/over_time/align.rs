//! Pairs two sequences in order, as many as may be, at the least cost.

/// Cost of leaving one out: more than any pair costs, so that as many as possible are paired.
const GAP: u64 = 1 << 32;
/// Most cells of the table; larger problems are paired in plain order.
const MOST_CELLS: usize = 2_000_000;

/// Pairs of places (in `0..olds`, `0..news`), both ascending. `cost` of a pair is below 2³⁰, or `None` where the two can never be one.
/// Time and memory grow with `olds · news` up to a cap; beyond it the nth is paired with the nth where that is allowed.
pub(super) fn align(olds: usize, news: usize, cost: impl Fn(usize, usize) -> Option<u64>) -> Vec<(usize, usize)> {
    if olds == 0 || news == 0 {
        return Vec::new();
    }
    let width = news + 1;
    if olds.saturating_add(1).saturating_mul(width) > MOST_CELLS {
        return (0..olds.min(news)).filter(|at| cost(*at, *at).is_some()).map(|at| (at, at)).collect();
    }
    // steps[old * width + new]: how the best way came here. 0 pair, 1 old left out, 2 new left out.
    let mut steps = vec![2u8; (olds + 1) * width];
    let mut before: Vec<u64> = (0..=news).map(|new| GAP * new as u64).collect();
    let mut now = before.clone();
    for old in 1..=olds {
        let mut left = GAP * old as u64;
        let mut diagonal = before.first().copied().unwrap_or(0);
        set(&mut now, 0, left);
        set(&mut steps, old * width, 1);
        for new in 1..=news {
            let above = before.get(new).copied().unwrap_or(u64::MAX);
            let mut best = (above.saturating_add(GAP), 1u8);
            if left.saturating_add(GAP) < best.0 {
                best = (left.saturating_add(GAP), 2);
            }
            if let Some(pair) = cost(old - 1, new - 1).map(|cost| diagonal.saturating_add(cost.min(GAP / 4)))
                && pair <= best.0
            {
                best = (pair, 0);
            }
            set(&mut now, new, best.0);
            set(&mut steps, old * width + new, best.1);
            left = best.0;
            diagonal = above;
        }
        std::mem::swap(&mut before, &mut now);
    }
    let (mut old, mut new) = (olds, news);
    let mut pairs = Vec::new();
    while old > 0 && new > 0 {
        match steps.get(old * width + new) {
            Some(0) => {
                (old, new) = (old - 1, new - 1);
                pairs.push((old, new));
            }
            Some(1) => old -= 1,
            _ => new -= 1,
        }
    }
    pairs.reverse();
    pairs
}

fn set<T>(cells: &mut [T], at: usize, value: T) {
    if let Some(cell) = cells.get_mut(at) {
        *cell = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(old: &[i64], new: &[i64]) -> Vec<(usize, usize)> {
        align(old.len(), new.len(), |a, b| Some(old[a].abs_diff(new[b])))
    }

    #[test]
    fn the_nearest_in_order() {
        assert_eq!(distance(&[10, 20, 30], &[10, 30]), [(0, 0), (2, 1)]);
        assert_eq!(distance(&[10, 20], &[9, 20, 21]), [(0, 0), (1, 1)]);
        assert_eq!(distance(&[], &[1]), []);
    }

    #[test]
    fn what_can_never_be_one_is_left_out() {
        let pairs = align(2, 2, |old, new| (old != new).then_some(0));
        assert_eq!(pairs.len(), 1);
    }

    #[test]
    fn very_long_lists_are_paired_in_order() {
        assert_eq!(align(9_000, 9_000, |_, _| Some(1)).len(), 9_000);
    }
}
