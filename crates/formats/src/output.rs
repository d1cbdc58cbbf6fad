//! Where a format puts what it reads.

use model::{Finding, Run, Warning};

/// Most warnings that are kept of one report; further ones are counted.
const MOST_WARNINGS: usize = 200;

/// Takes findings one at a time, numbers them, and collects what the report says of its runs.
pub struct Output<'a> {
    format: &'static str,
    sink: &'a mut dyn FnMut(Finding),
    runs: Vec<Run>,
    warnings: Vec<Warning>,
    more_warnings: u64,
    index: u32,
}

impl<'a> Output<'a> {
    /// An output that hands each finding to `sink`. `format` is the id of the format that reads.
    pub fn new(format: &'static str, sink: &'a mut dyn FnMut(Finding)) -> Self {
        Self { format, sink, runs: Vec::new(), warnings: Vec::new(), more_warnings: 0, index: 0 }
    }

    /// Begins a run of that tool. Findings that follow belong to it.
    pub fn run(&mut self, tool: impl Into<String>) -> &mut Run {
        self.runs.push(Run { tool: tool.into(), ..Run::default() });
        self.this()
    }

    /// The run that findings belong to now; one without a tool name where none was begun.
    pub fn this(&mut self) -> &mut Run {
        if self.runs.is_empty() {
            self.runs.push(Run::default());
        }
        let last = self.runs.len() - 1;
        // Not empty: the line above saw to that.
        #[expect(clippy::indexing_slicing, reason = "the index was computed from the length")]
        &mut self.runs[last]
    }

    /// Hands over a finding. Its index, run, format, tool and tool version are filled in.
    pub fn finding(&mut self, mut finding: Finding) {
        let (format, index) = (self.format, self.index);
        let run = self.this();
        run.claims.rows_read += 1;
        finding.tool.clone_from(&run.tool);
        if finding.tool_version.is_none() {
            finding.tool_version.clone_from(&run.tool_version);
        }
        finding.format = format.to_owned();
        finding.index = index;
        finding.run = self.runs.len() - 1;
        self.index = self.index.saturating_add(1);
        (self.sink)(finding);
    }

    /// Counts an element that is a result and becomes no finding: a passed check, a note. It says that the scan looked.
    pub fn no_finding(&mut self) {
        self.this().claims.passed += 1;
        self.index = self.index.saturating_add(1);
    }

    /// Counts an element that could not be read: a warning, and the report is no longer complete.
    pub fn bad_row(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.this().claims.rows_skipped += 1;
        self.index = self.index.saturating_add(1);
        self.warn(place, message);
    }

    /// Notes something that a person should know about the report; nothing is lost.
    pub fn warn(&mut self, place: impl Into<String>, message: impl Into<String>) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(Warning { place: place.into(), message: message.into() });
        } else {
            self.more_warnings += 1;
        }
    }

    /// The index that the next finding gets.
    #[must_use]
    pub fn next_index(&self) -> u32 {
        self.index
    }

    /// What was collected: the runs and the warnings.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Run>, Vec<Warning>) {
        if self.more_warnings > 0 {
            self.warnings.push(Warning { place: String::new(), message: format!("{} further warnings are not listed", self.more_warnings) });
        }
        (self.runs, self.warnings)
    }
}
