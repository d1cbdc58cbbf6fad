//! "Did you mean": the known word that is most like a wrong one.

/// `; did you mean …?` for the nearest of the known words, or nothing where none is near.
pub(super) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |word| format!("; did you mean {word}?"))
}

/// The nearest known word: the same but for case and underscores, or at most a third of its characters changed.
pub(super) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(wrong);
    // A word far longer than any name is near to none; the distance is never computed on long text.
    if folded.is_empty() || folded.len() > 32 {
        return None;
    }
    let (distance, word) = known.into_iter().map(|word| (distance(&folded, &fold(word)), word)).min_by_key(|(distance, _)| *distance)?;
    let allowed = (folded.len().max(3) / 3).min(3);
    (distance <= allowed).then_some(word)
}

fn fold(word: &str) -> Vec<char> {
    word.chars().take(40).filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).collect()
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut least = (get(&last, j) + usize::from(x != y)).min(get(&last, j + 1) + 1).min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(get(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words() {
        let known = ["severity", "state", "score", "first_seen", "kev"];
        assert_eq!(nearest("sevrity", known), Some("severity"));
        assert_eq!(nearest("firstSeen", known), Some("first_seen"));
        assert_eq!(nearest("kve", known), Some("kev"));
        assert_eq!(nearest("SCORE", known), Some("score"));
        assert_eq!(nearest("banana", known), None);
        assert_eq!(nearest(&"a".repeat(10_000), known), None);
    }
}
