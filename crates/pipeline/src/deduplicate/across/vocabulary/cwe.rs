//! The part of the CWE hierarchy that scanners use: child and parent, from the Research Concepts view. A fallback where no weakness
//! family is known; never a reason to merge alone and never a veto.

/// Child and parent, sorted by child. Pillars and abstract classes above are left out: they are parents of nearly everything.
static PARENTS: [(u32, u32); 78] = [
    (22, 706),
    (23, 22),
    (36, 22),
    (73, 610),
    (77, 74),
    (78, 77),
    (79, 74),
    (80, 79),
    (83, 79),
    (87, 79),
    (88, 77),
    (89, 943),
    (90, 943),
    (91, 74),
    (93, 74),
    (94, 74),
    (95, 94),
    (96, 94),
    (98, 829),
    (113, 93),
    (116, 707),
    (117, 116),
    (119, 118),
    (120, 119),
    (121, 787),
    (122, 787),
    (125, 119),
    (190, 682),
    (200, 668),
    (209, 200),
    (256, 522),
    (259, 798),
    (260, 522),
    (276, 732),
    (287, 284),
    (295, 287),
    (297, 295),
    (306, 287),
    (311, 693),
    (312, 311),
    (319, 311),
    (321, 798),
    (325, 573),
    (326, 693),
    (327, 693),
    (328, 327),
    (329, 1204),
    (330, 693),
    (335, 330),
    (338, 330),
    (347, 345),
    (352, 345),
    (377, 668),
    (384, 610),
    (416, 825),
    (434, 669),
    (470, 913),
    (476, 754),
    (494, 345),
    (502, 913),
    (521, 287),
    (522, 287),
    (532, 538),
    (538, 200),
    (548, 497),
    (564, 89),
    (601, 610),
    (611, 610),
    (614, 319),
    (643, 943),
    (732, 285),
    (776, 674),
    (787, 119),
    (798, 1391),
    (915, 913),
    (916, 327),
    (918, 441),
    (1333, 407),
];

fn parent(cwe: u32) -> Option<u32> {
    let at = PARENTS.binary_search_by_key(&cwe, |row| row.0).ok()?;
    PARENTS.get(at).map(|row| row.1)
}

/// True where `a` is `b` or stands above it, at most three steps.
fn above(a: u32, b: u32) -> bool {
    std::iter::successors(Some(b), |&at| parent(at)).take(4).any(|at| at == a)
}

/// The weakness and all that the table places below it, sorted.
pub(crate) fn class_of(cwe: u32) -> Vec<u32> {
    let below =
        PARENTS.iter().map(|row| row.0).filter(|&child| std::iter::successors(Some(child), |&at| parent(at)).take(20).any(|at| at == cwe));
    let mut class: Vec<u32> = below.chain([cwe]).collect();
    class.sort_unstable();
    class.dedup();
    class
}

/// A pair of weaknesses of both lists of which one is the other or a kind of it.
pub(in super::super) fn related(a: &[u32], b: &[u32]) -> Option<(u32, u32)> {
    let pairs = || a.iter().take(12).flat_map(|&x| b.iter().take(12).map(move |&y| (x, y)));
    pairs().find(|&(x, y)| x == y).or_else(|| pairs().find(|&(x, y)| above(x, y) || above(y, x)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_no_cycle() {
        assert!(PARENTS.is_sorted_by(|a, b| a.0 < b.0));
        for (child, _) in PARENTS {
            assert!(std::iter::successors(Some(child), |&at| parent(at)).take(20).count() < 20, "{child}");
        }
    }

    #[test]
    fn a_class_holds_what_is_below() {
        assert_eq!(class_of(78), [78]);
        assert!(class_of(74).contains(&80) && class_of(74).contains(&74));
        assert_eq!(class_of(9999), [9999]);
    }

    #[test]
    fn parents_relate_and_siblings_do_not() {
        assert_eq!(related(&[564], &[89]), Some((564, 89)));
        assert_eq!(related(&[95], &[94]), Some((95, 94)));
        assert_eq!(related(&[89], &[79]), None);
        assert_eq!(related(&[22], &[918]), None);
    }
}
