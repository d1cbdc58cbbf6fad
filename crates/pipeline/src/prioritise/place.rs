//! The line of a model file that an error is about.

use yaml::{Node, documents};

/// The line of a dotted place (`epss.percent`, `signals.2`, `class_prior.families.NAME`), or of the deepest part of it that there is.
pub(super) fn line_of(yaml: &str, place: &str) -> Option<u32> {
    let documents = documents(yaml).ok()?;
    let mut node = documents.first()?;
    let mut line = None;
    let mut rest = place;
    while !rest.is_empty() {
        let Some((next, at, left)) = step(node, rest) else { break };
        (node, line, rest) = (next, Some(at), left);
    }
    line
}

/// One step down: the value, its line, and what is left of the place. Keys and names may hold dots themselves.
fn step<'a, 'p>(node: &'a Node, place: &'p str) -> Option<(&'a Node, u32, &'p str)> {
    let after = |name: &str| place.strip_prefix(name).and_then(|rest| if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') });
    for (key, value) in node.entries() {
        if let Some(rest) = after(&key.text) {
            return Some((value, key.line, rest));
        }
    }
    for (at, item) in node.items().iter().enumerate() {
        let name = item.get("name").and_then(Node::text).and_then(after);
        if let Some(rest) = after(&at.to_string()).or(name) {
            return Some((item, item.line, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn the_deepest_part_there_is() {
        let yaml = "a: 1\nb:\n  c: {d: 2}\n  list:\n    - {name: x.y, e: 3}\n    - 4\n";
        assert_eq!(
            ["a", "b", "b.c.d", "b.list.1", "b.list.x.y.e", "b.nothing", "nothing"].map(|place| line_of(yaml, place)),
            [Some(1), Some(2), Some(3), Some(6), Some(5), Some(2), None]
        );
        assert_eq!(line_of("[", "a"), None);
    }
}
