//! Which rules of a file can match a path at all: a file may have thousands of lines, most of which start with a literal folder.

use std::collections::HashMap;

use super::pattern::{Matcher, Reach, Segment};

/// Most segments of a literal head that is looked up.
const MAX_DEPTH: usize = 32;

/// Positions of rules by what their pattern holds literally.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// `/services/api/**`: by the literal folders or file at its head.
    heads: HashMap<String, Vec<usize>>,
    /// `docs/`, `package.json`: by the name that stands anywhere in the path.
    names: HashMap<String, Vec<usize>>,
    /// `*.tf`: by what follows the last dot.
    extensions: HashMap<String, Vec<usize>>,
    /// All others.
    others: Vec<usize>,
}

impl Table {
    pub(super) fn new<'a>(matchers: impl Iterator<Item = &'a Matcher>) -> Self {
        let mut table = Self::default();
        for (at, matcher) in matchers.enumerate() {
            let bucket = match matcher {
                Matcher::Nothing => continue,
                Matcher::Expression(_) => &mut table.others,
                Matcher::Path { segments, reach } => match segments.as_slice() {
                    [Segment::Name(_), ..] => {
                        let head: Vec<&str> = segments
                            .iter()
                            .take(MAX_DEPTH)
                            .map_while(|segment| if let Segment::Name(name) = segment { Some(name.as_str()) } else { None })
                            .collect();
                        table.heads.entry(head.join("/")).or_default()
                    }
                    [Segment::AnyDepth, Segment::Name(name), ..] => table.names.entry(name.clone()).or_default(),
                    // With Exact only the last segment can match, else any: both are looked up below.
                    [Segment::AnyDepth, Segment::Ending(ending)] => match ending.rsplit_once('.') {
                        Some((_, extension)) if *reach != Reach::Below => table.extensions.entry(extension.to_owned()).or_default(),
                        _ => &mut table.others,
                    },
                    _ => &mut table.others,
                },
            };
            bucket.push(at);
        }
        table
    }

    /// Positions of the rules to try on a path, last line first, none twice.
    pub(super) fn candidates<'a>(&'a self, path: &str, segments: &[&str]) -> impl Iterator<Item = usize> + use<'a> {
        let mut special: Vec<usize> = Vec::new();
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).take(MAX_DEPTH);
        for head in ends.filter_map(|end| path.get(..end)) {
            special.extend(self.heads.get(head).into_iter().flatten());
        }
        for segment in segments {
            if !self.names.is_empty() {
                special.extend(self.names.get(*segment).into_iter().flatten());
            }
            if let Some((_, extension)) = segment.rsplit_once('.') {
                special.extend(self.extensions.get(extension).into_iter().flatten());
            }
        }
        special.sort_unstable_by(|a, b| b.cmp(a));
        special.dedup();
        let mut special = special.into_iter().peekable();
        let mut others = self.others.iter().rev().copied().peekable();
        std::iter::from_fn(move || match (special.peek(), others.peek()) {
            (Some(a), Some(b)) if a < b => others.next(),
            (Some(_), _) => special.next(),
            (None, _) => others.next(),
        })
    }
}
