//! Output for people: tables that fit the terminal, JSON for machines.

use std::io::{IsTerminal, Write, stdout};

use serde::Serialize;

use crate::failure::Failure;

/// Prints a value as one JSON document.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<(), Failure> {
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints values as one JSON object a line.
pub(crate) fn json_lines<T: Serialize>(values: impl IntoIterator<Item = T>) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(stdout().lock());
    for value in values {
        serde_json::to_writer(&mut out, &value)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

/// Columns that fit the terminal: the last one that may shrink gives way first.
pub(crate) struct Table {
    head: Vec<&'static str>,
    /// Which column may be cut.
    flexible: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these heads; a head that starts with `~` is of a column that may be cut to fit.
    pub(crate) fn new(heads: &[&'static str]) -> Self {
        let flexible = heads.iter().map(|head| head.starts_with('~')).collect();
        Self { head: heads.iter().map(|head| head.trim_start_matches('~')).collect(), flexible, rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.into_iter().map(|cell| cell.replace(['\n', '\r', '\t', '\u{1b}'], " ")).collect());
    }

    /// Prints it, heads first; nothing where there are no rows.
    pub(crate) fn print(self) -> Result<(), Failure> {
        let (terminal, bold) = (stdout().is_terminal(), std::env::var_os("NO_COLOR").is_none());
        let mut out = std::io::BufWriter::new(stdout().lock());
        self.print_to(&mut out, terminal, terminal && bold)
    }

    /// Prints it beside the output, on stderr.
    pub(crate) fn print_on_stderr(self) {
        let terminal = std::io::stderr().is_terminal();
        // If stderr is gone there is nobody left to tell.
        let _ = self.print_to(&mut std::io::stderr().lock(), terminal, false);
    }

    fn print_to(self, out: &mut impl Write, terminal: bool, bold: bool) -> Result<(), Failure> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let width_of = |text: &str| text.chars().count();
        let columns = self.head.len();
        let mut widths: Vec<usize> = self.head.iter().map(|head| width_of(head)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width_of(cell));
            }
        }
        let available = if terminal { terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0)) } else { 160 };
        let mut total: usize = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
        while total > available {
            let widest = widths
                .iter_mut()
                .zip(&self.flexible)
                .filter(|(width, flexible)| **flexible && **width > 12)
                .max_by_key(|(width, _)| **width);
            let Some((width, _)) = widest else { break };
            *width -= 1;
            total -= 1;
        }
        let heads: Vec<String> = self.head.iter().map(|head| (*head).to_owned()).collect();
        if bold {
            write!(out, "\u{1b}[1m")?;
        }
        write_row(out, &heads, &widths)?;
        if bold {
            write!(out, "\u{1b}[0m")?;
        }
        for row in &self.rows {
            write_row(out, row, &widths)?;
        }
        out.flush()?;
        Ok(())
    }
}

fn write_row(out: &mut impl Write, cells: &[String], widths: &[usize]) -> std::io::Result<()> {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cut = cut(cell, *width);
        line.push_str(&cut);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cut.chars().count()) + 2));
    }
    writeln!(out, "{}", line.trim_end())
}

/// A text that fits, cut at its end.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Tenths of a deciban as people read them.
pub(crate) fn points(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}
