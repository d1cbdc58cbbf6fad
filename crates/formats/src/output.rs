//! Where a format puts what it reads.

use model::{Component, Finding, Run, Warning};

/// Most warnings that are kept of one report; further ones are counted.
const MOST_WARNINGS: usize = 200;

/// Takes findings one at a time, numbers them, and collects what the report says of its runs.
pub struct Output<'a> {
    format: &'static str,
    sink: &'a mut dyn FnMut(Finding),
    runs: Vec<Run>,
    components: Vec<(usize, Component)>,
    /// Common folder of the scanned files of the current run, while such are named.
    scanned: Option<String>,
    warnings: Vec<Warning>,
    more_warnings: u64,
    index: u32,
}

impl<'a> Output<'a> {
    /// An output that hands each finding to `sink`. `format` is the id of the format that reads.
    pub fn new(format: &'static str, sink: &'a mut dyn FnMut(Finding)) -> Self {
        Self { format, sink, runs: Vec::new(), components: Vec::new(), scanned: None, warnings: Vec::new(), more_warnings: 0, index: 0 }
    }

    /// Begins a run of that tool. Findings that follow belong to it.
    pub fn run(&mut self, tool: impl Into<String>) -> &mut Run {
        self.close_run();
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

    /// Hands over a finding. Its index, run, format, tool and tool version are filled in. One that the tool calls resolved counts as an
    /// element that became no finding.
    pub fn finding(&mut self, mut finding: Finding) {
        let (format, index) = (self.format, self.index);
        let run = self.this();
        match finding.resolved {
            Some(_) => run.claims.passed += 1,
            None => run.claims.rows_read += 1,
        }
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

    /// Records a package of the scanned target (SBOM, runtime sensor).
    pub fn component(&mut self, component: Component) {
        self.this();
        self.components.push((self.runs.len() - 1, component));
    }

    /// Records a file that the tool says it looked at. A list of such files stands for their common folder, so that a file deleted
    /// since is covered too; the folder becomes a root of the run.
    pub fn scanned_file(&mut self, path: &str) {
        let folder = path.trim_start_matches("./").rsplit_once('/').map_or("", |(folder, _)| folder);
        self.scanned = Some(match self.scanned.take() {
            None => folder.to_owned(),
            Some(common) => common_folder(&common, folder),
        });
    }

    /// Says of every run so far that it covers only a part, where none says so itself.
    pub(crate) fn partial(&mut self, why: &str) {
        for run in &mut self.runs {
            run.claims.partial.get_or_insert_with(|| why.to_owned());
        }
    }

    fn close_run(&mut self) {
        if let (Some(folder), Some(run)) = (self.scanned.take(), self.runs.last_mut()) {
            run.claims.roots.push(folder);
        }
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

    /// What was collected beside the findings.
    #[must_use]
    pub fn finish(mut self) -> Collected {
        self.close_run();
        if self.more_warnings > 0 {
            self.warnings
                .push(Warning { place: String::new(), message: format!("{} further warnings are not listed", self.more_warnings) });
        }
        Collected { runs: self.runs, components: self.components, warnings: self.warnings }
    }
}

/// What a report says beside its findings.
pub struct Collected {
    pub runs: Vec<Run>,
    /// Packages, each with the position of its run.
    pub components: Vec<(usize, Component)>,
    pub warnings: Vec<Warning>,
}

/// The longest folder that holds both.
fn common_folder(a: &str, b: &str) -> String {
    let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).map(|(a, _)| a);
    same.collect::<Vec<_>>().join("/")
}
