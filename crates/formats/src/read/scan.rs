//! Where a JSON value ends, without reading it.

/// Looks for the end of a value, a piece of it at a time.
pub(super) struct Scan {
    /// Brackets that are open.
    pub(super) depth: usize,
    /// Deepest nesting that is passed.
    most: usize,
    pub(super) in_text: bool,
}

/// What stands where a scan of a piece stopped.
pub(super) enum Found {
    /// The piece ended first.
    Nothing,
    End,
    TooDeep,
}

impl Scan {
    /// A scan that stands before a value and passes up to `most` open brackets.
    pub(super) fn new(most: usize) -> Self {
        Self { depth: 0, most, in_text: false }
    }

    /// How many bytes of the piece belong to the value or were passed. A backslash at the very end of the piece is not passed.
    pub(super) fn run(&mut self, piece: &[u8]) -> (usize, Found) {
        let mut at = 0;
        while let Some(byte) = piece.get(at) {
            if self.in_text {
                let Some(found) = memchr::memchr2(b'"', b'\\', piece.get(at..).unwrap_or_default()) else {
                    return (piece.len(), Found::Nothing);
                };
                at += found;
                if piece.get(at) == Some(&b'"') {
                    at += 1;
                    self.in_text = false;
                    if self.depth == 0 {
                        return (at, Found::End);
                    }
                } else if at + 1 < piece.len() {
                    at += 2;
                } else {
                    return (at, Found::Nothing);
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > self.most {
                        return (at, Found::TooDeep);
                    }
                }
                b'}' | b']' if self.depth == 0 => return (at, Found::End),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, Found::End);
                    }
                }
                b',' | b':' if self.depth == 0 => return (at, Found::End),
                _ => {}
            }
            at += 1;
        }
        (at, Found::Nothing)
    }
}
