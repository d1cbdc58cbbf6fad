//! Migrations as text: how it is cut into statements.

use std::fmt::Write as _;

/// The statements of a script: each ends with `;` at the end of a line. Lines that are comments are left out.
/// `mine` and `other` are the markers for statements of one engine alone.
pub(crate) fn statements(sql: &str, mine: &str, other: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut statement = String::new();
    for line in sql.lines() {
        if line.trim_start().starts_with("--") {
            continue;
        }
        if !line.trim().is_empty() {
            let _ = writeln!(statement, "{line}");
        }
        if line.trim_end().ends_with(';') {
            push(&mut statements, &statement, mine, other);
            statement.clear();
        }
    }
    push(&mut statements, &statement, mine, other);
    statements
}

fn push(statements: &mut Vec<String>, statement: &str, mine: &str, other: &str) {
    let statement = statement.trim().trim_end_matches(';').trim_end();
    let statement = statement.strip_prefix(mine).map_or(statement, str::trim_start);
    if !statement.is_empty() && !statement.starts_with(other) {
        statements.push(statement.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_line_ends_only() {
        let sql = "-- a comment; with\n-- two lines;\nCREATE TABLE t (a {text} DEFAULT ';'\n);\n\n{mine} ONE;\n{other} TWO;\nTHREE";
        assert_eq!(statements(sql, "{mine}", "{other}"), ["CREATE TABLE t (a {text} DEFAULT ';'\n)", "ONE", "THREE"]);
    }
}
