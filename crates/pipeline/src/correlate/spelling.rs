//! "Did you mean": the known word nearest to a wrong one.

/// Words longer than this are compared by nobody.
const LONGEST: usize = 64;

/// The known word nearest to `word`, where it is near enough to be a slip: at most a third of the letters differ, case folded.
pub(super) fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let limit = (word.len() / 3).max(1);
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            (letters.len().abs_diff(word.len()) <= limit).then(|| (distance(&word, &letters), candidate))
        })
        .filter(|(far, _)| *far <= limit)
        .min_by(|a, b| a.cmp(b))
        .map(|(_, candidate)| candidate)
}

/// Edits from one word to the other (Levenshtein, neighbours swapped count as one).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_and_other_words_are_not() {
        let keys = ["name", "owner", "repository", "images"];
        assert_eq!(closest("onwer", keys), Some("owner"));
        assert_eq!(closest("repositroy", keys), Some("repository"));
        assert_eq!(closest("Image", keys), Some("images"));
        assert_eq!(closest("colour", keys), None);
        assert_eq!(closest("", keys), None);
    }
}
