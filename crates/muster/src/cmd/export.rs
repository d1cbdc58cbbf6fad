//! `muster export`

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use model::Timestamp;
use operations::{ExportPart, OperationError};
use serde::Serialize;

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;

#[derive(clap::Args)]
#[command(
    after_help = "The file holds the queue in all states, the risk model with its tables, what the feeds say of each vulnerability, and the facts\n\
                  of each issue with their dates: all that ranking reads, and nothing else (`muster schema export`).\n\
                  tools/check_ranking.py computes every score, tier and deadline from it again.\n\n\
                  Examples:\n  muster export --all queue.json\n  muster export --all - --as-of 2026-11-01T00:00:00Z | gzip > queue.json.gz\n  \
                  python3 tools/check_ranking.py queue.json"
)]
pub(crate) struct Arguments {
    /// Where to write it; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    all: PathBuf,
    /// The queue as of a past time.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    as_of: Option<Timestamp>,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let to_stdout = arguments.all.as_os_str() == "-";
    let place = arguments.all.display().to_string();
    let out: Box<dyn Write> = if to_stdout {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(File::create(&arguments.all).map_err(|error| Failure::Bad(format!("{place}: {error}")))?)
    };
    let mut out = Document { out: BufWriter::new(out), in_list: "", issues: 0, vulnerabilities: 0 };
    muster.export_all(arguments.as_of, clock::now(), &mut |part| {
        out.take(part).map_err(|error| OperationError::System(format!("{place}: {error}")))
    })?;
    out.end()?;
    let Document { issues, vulnerabilities, .. } = out;
    if global.json && !to_stdout {
        return crate::table::json(&serde_json::json!({ "file": place, "issues": issues, "vulnerabilities": vulnerabilities }));
    }
    notice(&format!("{issues} issues and {vulnerabilities} vulnerabilities written"));
    Ok(())
}

/// One JSON document, an element a line, written as its parts come: it is never whole in memory.
struct Document<W: Write> {
    out: W,
    /// The list that is open; empty before the first.
    in_list: &'static str,
    issues: u64,
    vulnerabilities: u64,
}

impl<W: Write> Document<W> {
    fn take(&mut self, part: ExportPart) -> std::io::Result<()> {
        match part {
            ExportPart::Head(head) => {
                self.out.write_all(b"{\"head\":")?;
                serde_json::to_writer(&mut self.out, &head)?;
                self.out.write_all(b",\n\"issues\":[")?;
                self.in_list = "issues";
                Ok(())
            }
            ExportPart::Issue(issue) => {
                self.issues += 1;
                self.element(&issue, self.issues == 1)
            }
            ExportPart::Vulnerability(vulnerability) => {
                self.vulnerabilities += 1;
                self.begin_vulnerabilities()?;
                self.element(&vulnerability, self.vulnerabilities == 1)
            }
        }
    }

    fn element(&mut self, element: &impl Serialize, first: bool) -> std::io::Result<()> {
        self.out.write_all(if first { b"\n" } else { b",\n" })?;
        Ok(serde_json::to_writer(&mut self.out, element)?)
    }

    fn begin_vulnerabilities(&mut self) -> std::io::Result<()> {
        if self.in_list == "issues" {
            self.in_list = "vulnerabilities";
            self.out.write_all(b"],\n\"vulnerabilities\":[")?;
        }
        Ok(())
    }

    fn end(&mut self) -> std::io::Result<()> {
        self.begin_vulnerabilities()?;
        self.out.write_all(b"]}\n")?;
        self.out.flush()
    }
}
