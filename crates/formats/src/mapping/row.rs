//! A row that references are looked up in.

use super::reference::Reference;

/// A row that references are looked up in.
pub(super) trait Row {
    /// The texts that stand there: none, one, or those of a list. Blank ones are left out.
    fn texts(&self, reference: &Reference) -> Vec<String>;
}

/// No row at all: only what stands outside of rows is there.
pub(super) struct Outside<'a>(pub(super) &'a dyn Fn(&Reference) -> Vec<String>);

impl Row for Outside<'_> {
    fn texts(&self, reference: &Reference) -> Vec<String> {
        (self.0)(reference)
    }
}
