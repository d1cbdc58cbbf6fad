//! One report from bytes to normalised findings. Pure but for reading the file.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use formats::{Format, Input, Media, Output, Unrecognised};
use model::{Component, Finding, Run, TargetKind, Warning};
use pipeline::normalise::finding::{paths_of, secret_values};
use pipeline::normalise::path::SharedFolder;
use pipeline::normalise::{Context, Paths, Redactor, normalise};

use super::collect::Member;
use super::{ImportFlags, stream};
use crate::portions;

/// A report as read.
pub(crate) struct ReadFile {
    pub(crate) name: String,
    pub(crate) format: &'static Format,
    /// BLAKE3 of the bytes as they came.
    pub(crate) content_hash: String,
    pub(crate) runs: Vec<ReadRun>,
    pub(crate) warnings: Vec<Warning>,
    /// Masks the secrets of the report.
    pub(crate) redactor: Redactor,
}

/// Findings of a run. Each in memory of its own: a list of a hundred thousand grows without being copied, and they can be let go one by one.
pub(crate) type Findings = Vec<Box<Finding>>;

/// One run inside a report.
pub(crate) struct ReadRun {
    pub(crate) run: Run,
    pub(crate) findings: Findings,
    /// Place of each finding in the report; empty until [`ReadRun::strip`].
    pub(crate) indices: Vec<u32>,
    pub(crate) components: Vec<Component>,
}

impl ReadRun {
    fn of(run: Run) -> Self {
        Self { run, findings: Vec::new(), indices: Vec::new(), components: Vec::new() }
    }

    /// Takes from the findings what belongs to this one report: its name and their places in it.
    pub(crate) fn strip(&mut self) {
        let strip = |finding: &mut Box<Finding>| {
            finding.report = String::new();
            finding.identity = None;
            std::mem::take(&mut finding.index)
        };
        self.indices = self.findings.iter_mut().map(strip).collect();
    }
}

/// Why a report was not read.
pub(crate) struct Refusal {
    pub(crate) reason: String,
    pub(crate) unrecognised: bool,
    pub(crate) format: Option<&'static Format>,
    pub(crate) content_hash: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Largest report whose redacted bytes are kept, in bytes.
pub(super) const LARGEST_KEPT: u64 = 1024 * 1024 * 1024;

/// Reads a report to its end.
///
/// # Errors
/// When it is in no known format, or cannot be read to its end.
pub(crate) fn read_file(member: &Member, flags: &ImportFlags, key: &[u8; 32]) -> Result<ReadFile, Refusal> {
    read_with(member, flags, key, &|finding| finding.resolved.is_none())
}

/// As [`read_file`], with what the tool itself calls resolved: to be shown, not stored.
///
/// # Errors
/// As [`read_file`].
pub(crate) fn read_all(member: &Member, flags: &ImportFlags, key: &[u8; 32]) -> Result<ReadFile, Refusal> {
    read_with(member, flags, key, &|_| true)
}

fn read_with(member: &Member, flags: &ImportFlags, key: &[u8; 32], wanted: &dyn Fn(&Finding) -> bool) -> Result<ReadFile, Refusal> {
    let refuse = |reason: String, unrecognised: bool, format, content_hash: &str| Refusal {
        reason,
        unrecognised,
        format,
        content_hash: content_hash.to_owned(),
    };
    let Some(input) = &member.input else { return Err(refuse("nothing to read".to_owned(), true, None, "")) };
    let content_hash = hash(input).map_err(|error| refuse(error, false, None, ""))?;
    // The same bytes read in another way are another report.
    let content_hash = match &flags.mapping {
        Some(mapping) => blake3::hash(format!("{content_hash} {}", mapping.hash()).as_bytes()).to_hex().to_string(),
        None => content_hash,
    };
    let format = format_of(input, flags).map_err(|(reason, unrecognised)| refuse(reason, unrecognised, None, &content_hash))?;
    let mut by_run: Vec<Findings> = Vec::new();
    let mut sink = |finding: Finding| {
        if by_run.len() <= finding.run {
            by_run.resize_with(finding.run + 1, Vec::new);
        }
        if let Some(findings) = by_run.get_mut(finding.run) {
            findings.push(Box::new(finding));
        }
    };
    let mut out = Output::new(format.id, &mut sink);
    read_into(format, input, flags, &mut out).map_err(|reason| refuse(reason, false, Some(format), &content_hash))?;
    let mut collected = out.finish();
    if is_of_lines(format, input, flags) && !ends_its_last_line(input).map_err(|error| refuse(error, false, Some(format), &content_hash))? {
        for run in &mut collected.runs {
            run.claims.partial.get_or_insert_with(|| "the last line does not end; the report may be cut off".to_owned());
        }
    }
    let redactor = Redactor::new(by_run.iter().flat_map(|findings| secret_values(findings)));
    let mut runs: Vec<ReadRun> = collected.runs.into_iter().map(ReadRun::of).collect();
    if runs.is_empty() {
        runs.push(ReadRun::of(Run { tool: format.name.to_owned(), ..Run::default() }));
    }
    for (run, mut findings) in runs.iter_mut().zip(by_run) {
        // What the tool itself calls resolved was counted as looked for and not found.
        findings.retain(|finding| wanted(finding));
        run.findings = findings;
    }
    for (at, component) in collected.components {
        if let Some(run) = runs.get_mut(at) {
            run.components.push(component);
        }
    }
    for run in &mut runs {
        if run.run.tool.is_empty() {
            format.name.clone_into(&mut run.run.tool);
        }
        clean(run, flags, key, &redactor, &member.name);
        if let Some(root) = &flags.source {
            super::source::add(root, flags.prefix.as_deref(), &mut run.findings, &mut collected.warnings);
        }
    }
    Ok(ReadFile { name: member.name.clone(), format, content_hash, runs, warnings: collected.warnings, redactor })
}

/// The format that a report is read in, or why there is none and whether that is because nobody knows it.
fn format_of(input: &Input, flags: &ImportFlags) -> Result<&'static Format, (String, bool)> {
    if let Some(mapping) = &flags.mapping {
        let may_be = is_empty(input) || mapping.fits(&input.head());
        let other =
            || (format!("the mapping of {} reads {}, and this file is something else", mapping.tool(), mapping.media().word()), true);
        return if may_be { Ok(&formats::mapping::FORMAT) } else { Err(other()) };
    }
    match &flags.format {
        Some(id) => formats::by_id(id).ok_or_else(|| (format!("no format `{id}`"), false)),
        None => formats::recognise(input).map_err(|error| {
            let hint = if matches!(error, Unrecognised::Empty) {
                "; if it stands for a scan without results, say so with --format and --complete"
            } else {
                ""
            };
            (format!("{error}{hint}"), true)
        }),
    }
}

fn is_empty(input: &Input) -> bool {
    input.is_empty() || input.head().bytes().iter().all(u8::is_ascii_whitespace) && !input.head().is_cut()
}

/// Reads a report by its format or mapping.
fn read_into(format: &'static Format, input: &Input, flags: &ImportFlags, out: &mut Output<'_>) -> Result<(), String> {
    let said_what_nothing_means = flags.complete && (flags.format.is_some() || flags.mapping.is_some());
    if said_what_nothing_means && (is_empty(input) || formats::says_nothing(&input.head())) {
        out.run(flags.mapping.as_ref().map_or(format.name, |mapping| mapping.tool()));
        return Ok(());
    }
    if is_empty(input) {
        return Err("the file is empty".to_owned());
    }
    match &flags.mapping {
        Some(mapping) => mapping.read(input, out),
        None => format.read(input, out),
    }
    .map_err(|error| error.to_string())
}

/// Reads a report twice and hands over its findings one at a time, so that memory does not grow with their number: what normalising needs
/// of all of them is known after the first reading. Nothing is handed over of a report that cannot be read to its end.
///
/// # Errors
/// When it is in no known format, or cannot be read to its end.
pub(crate) fn read_each(
    member: &Member,
    flags: &ImportFlags,
    key: &[u8; 32],
    each: &mut dyn FnMut(Finding),
) -> Result<Vec<Warning>, Refusal> {
    let refuse = |reason: String, unrecognised: bool| Refusal { reason, unrecognised, format: None, content_hash: String::new() };
    let Some(input) = &member.input else { return Err(refuse("nothing to read".to_owned(), true)) };
    let format = format_of(input, flags).map_err(|(reason, unrecognised)| refuse(reason, unrecognised))?;
    let mut folders: Vec<SharedFolder> = Vec::new();
    let mut secrets = BTreeSet::new();
    let mut sink = |finding: Finding| {
        while folders.len() <= finding.run {
            folders.push(SharedFolder::default());
        }
        if let Some(shared) = folders.get_mut(finding.run) {
            paths_of(&finding).for_each(|path| shared.add(path));
        }
        secrets.extend(finding.secret.and_then(|secret| secret.value));
    };
    let mut out = Output::new(format.id, &mut sink);
    read_into(format, input, flags, &mut out).map_err(|reason| refuse(reason, false))?;
    let first = out.finish();
    let redactor = Redactor::new(secrets.iter().map(String::as_str));
    let paths: Vec<Paths> = first
        .runs
        .iter()
        .enumerate()
        .map(|(at, run)| match folders.get(at) {
            _ if stream::target(run, flags).kind == TargetKind::Image => Paths::untouched(),
            shared => shared.map(SharedFolder::paths).unwrap_or_default().with_prefix(flags.prefix.as_deref()),
        })
        .collect();
    let mut sink = |mut finding: Finding| {
        let (Some(paths), Some(run)) = (paths.get(finding.run), first.runs.get(finding.run)) else { return };
        normalise(&mut finding, &Context { paths, redactor: &redactor, secret_key: Some(key) });
        member.name.clone_into(&mut finding.report);
        (if run.tool.is_empty() { format.name } else { &run.tool }).clone_into(&mut finding.tool);
        if finding.tool_version.is_none() {
            finding.tool_version.clone_from(&run.tool_version);
        }
        each(finding);
    };
    let mut out = Output::new(format.id, &mut sink);
    read_into(format, input, flags, &mut out).map_err(|reason| refuse(reason, false))?;
    Ok(first.warnings)
}

/// True for reports of one row a line, of which a part reads like a whole. A format may have others beside them: what starts like JSON, XML
/// or a packed file is none.
fn is_of_lines(format: &Format, input: &Input, flags: &ImportFlags) -> bool {
    if let Some(mapping) = &flags.mapping {
        return mapping.media() == Media::Csv;
    }
    let first = input.head().bytes().iter().copied().find(|byte| !byte.is_ascii_whitespace());
    format.media.iter().any(|media| matches!(media, Media::Csv | Media::Text))
        && !matches!(first, Some(b'{' | b'[' | b'<'))
        && !input.head().bytes().starts_with(b"PK")
}

/// Line formats are complete when the last line ends (import rule 4).
fn ends_its_last_line(input: &Input) -> Result<bool, String> {
    let mut last = b'\n';
    pass_over(input, |bytes| last = bytes.last().copied().unwrap_or(last))?;
    Ok(last == b'\n')
}

fn hash(input: &Input) -> Result<String, String> {
    let mut hasher = blake3::Hasher::new();
    pass_over(input, |bytes| {
        hasher.update(bytes);
    })?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Calls `each` with all bytes, a part at a time.
fn pass_over(input: &Input, mut each: impl FnMut(&[u8])) -> Result<(), String> {
    let mut source = input.open().map_err(|error| error.to_string())?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => each(buffer.get(..read).unwrap_or_default()),
            Err(error) => return Err(format!("cannot be read: {error}")),
        }
    }
}

/// Normalises the findings of a run, and the paths that it claims to have looked at.
fn clean(run: &mut ReadRun, flags: &ImportFlags, key: &[u8; 32], redactor: &Redactor, name: &str) {
    let inside_image = stream::target(&run.run, flags).kind == TargetKind::Image;
    let paths = if inside_image {
        Paths::untouched()
    } else {
        Paths::of_run(run.findings.iter().flat_map(|finding| paths_of(finding))).with_prefix(flags.prefix.as_deref())
    };
    let context = Context { paths: &paths, redactor, secret_key: Some(key) };
    let (tool, version) = (&run.run.tool, &run.run.tool_version);
    portions::each_on_all_cores(&mut run.findings, &|finding: &mut Box<Finding>| {
        normalise(finding, &context);
        name.clone_into(&mut finding.report);
        finding.tool.clone_from(tool);
        if finding.tool_version.is_none() {
            finding.tool_version.clone_from(version);
        }
    });
    if !inside_image {
        for file in run.components.iter_mut().filter_map(|component| component.file.as_mut()) {
            *file = paths.clean(file);
        }
    }
    let claims = &mut run.run.claims;
    for path in claims.roots.iter_mut().chain(&mut claims.unread) {
        if !path.is_empty() && path != "." {
            *path = paths.clean(path);
        }
    }
}
