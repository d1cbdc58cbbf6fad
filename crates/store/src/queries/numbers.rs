//! Numbers of rows that are one key for a whole table, and tell organisations apart all the same.

/// Bits for the number of a row in its organisation.
const OWN: u32 = 40;

/// The numbers of an organisation's rows are above this one, and below that of the next organisation.
pub(super) const fn numbers_from(org: i64) -> i64 {
    org << OWN
}

/// The number of a row in its organisation.
pub(super) const fn own_number(number: i64) -> i64 {
    number & ((1 << OWN) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_have_numbers_apart() {
        assert_eq!(numbers_from(1), 1_099_511_627_776, "as the migration has it");
        assert!(numbers_from(3) + 999_999_999 < numbers_from(4));
        assert_eq!(own_number(numbers_from(3) + 17), 17);
    }
}
