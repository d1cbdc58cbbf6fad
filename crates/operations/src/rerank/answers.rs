//! Ranks that were made, by what they follow from: issues of which the same is kept have the same rank, and many do, since a vulnerability
//! comes in many services. It is looked up once, ranked once, and written as words once for all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::IssueRank;
use store::queries::ranks::RankColumns;
use store::{Packed, Value};

/// Answers that are remembered: with more, all are forgotten and made again. About 25 MB.
const MOST: usize = 25_000;

/// The rank of all issues of which the same is kept.
pub(crate) struct Answer {
    pub(crate) columns: RankColumns,
    pub(crate) tier_label: String,
    /// Values of `store::queries::ranks::SEARCHED`.
    pub(super) searched: Vec<Value>,
    /// `IssueRank` as it is stored.
    pub(super) packed: Packed,
}

/// An answer, and all that it says where it was made just now.
pub(super) type Made = (Arc<Answer>, Option<IssueRank>);

/// Answers by the bytes that are kept of the issues, for all threads.
#[derive(Default)]
pub(super) struct Answers(Mutex<HashMap<Vec<u8>, Arc<Answer>>>);

impl Answers {
    /// What is known already, for each of these.
    pub(super) fn of<'k>(&self, kept: impl Iterator<Item = Option<&'k [u8]>>) -> Vec<Option<Arc<Answer>>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.map(|kept| known.get(kept?).cloned()).collect()
    }

    /// Remembers what was made.
    pub(super) fn keep(&self, made: HashMap<Vec<u8>, Arc<Answer>>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + made.len() > MOST {
            known.clear();
        }
        known.extend(made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(key: i64) -> Arc<Answer> {
        let columns = RankColumns { order_key: key, ..RankColumns::default() };
        Arc::new(Answer { columns, tier_label: String::new(), searched: Vec::new(), packed: Packed::default() })
    }

    #[test]
    fn an_answer_is_that_of_its_bytes_and_too_many_are_forgotten() {
        let answers = Answers::default();
        let key = |number: usize| number.to_le_bytes().to_vec();
        let asked = |number: usize| {
            let key = key(number);
            answers
                .of([Some(key.as_slice()), None].into_iter())
                .into_iter()
                .map(|known| known.map(|known| known.columns.order_key))
                .collect()
        };
        answers.keep((0..MOST).map(|number| (key(number), answer(number as i64))).collect());
        let known: Vec<Option<i64>> = asked(7);
        assert_eq!(known, [Some(7), None]);
        answers.keep([(key(MOST), answer(-1))].into());
        let known: [Vec<Option<i64>>; 2] = [asked(7), asked(MOST)];
        assert_eq!(known, [vec![None, None], vec![Some(-1), None]]);
    }
}
