//! `muster vex`

use std::io::Write;
use std::path::PathBuf;

use operations::{TrustList, VexAnswer, VexFormat};

use super::inventory::read_texts;
use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Stores what authors say of vulnerabilities in products: OpenVEX, CSAF 2.0, CycloneDX, recognised by content.
    #[command(
        after_help = "A trusted not_affected or fixed takes an issue out of the queue (`vex trust apply`); everything else is shown on it.\n\
                            Statements hold from their own dates, also for `issues --as-of`.\n\n\
                            Examples:\n  muster vex apply product.openvex.json vendor-2026-014.csaf.json\n  muster issues --state not_affected"
    )]
    Apply {
        /// Keeps a document of whose products nobody here has one.
        #[arg(long)]
        any_product: bool,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// What we say ourselves, from decisions and open issues.
    #[command(after_help = "The same content gives the same document; its version rises when what it says changes.\n\
                            Issues without a public identifier (CVE, GHSA …) are not in it.\n\n\
                            Examples:\n  muster vex export --format openvex --app checkout > checkout.openvex.json\n  muster vex export --format csaf")]
    Export {
        /// openvex, csaf or cyclonedx.
        #[arg(long, value_parser = format)]
        format: VexFormat,
        /// One application; else all.
        #[arg(long, value_name = "NAME")]
        app: Option<String>,
    },
    /// Whose statements count.
    #[command(subcommand)]
    Trust(Trust),
}

#[derive(clap::Subcommand)]
pub(crate) enum Trust {
    /// Puts a trust list (trust.yaml) in force.
    #[command(
        after_help = "Example of a list:\n  version: 1\n  vex:\n    max_age_days: 365\n    trusted:\n      - Acme Product Security\n      \
                            - {author: Vendor PSIRT, products: [\"pkg:maven/org.vendor/*\"], statuses: [not_affected, fixed]}\n    \
                            publisher: {name: Acme Product Security, namespace: \"https://acme.example\"}\n\n\
                            Examples:\n  muster vex trust apply trust.yaml\n  muster vex trust show"
    )]
    Apply {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// The list in force.
    Show,
}

fn format(word: &str) -> Result<VexFormat, String> {
    VexFormat::from_word(word).ok_or_else(|| "write openvex, csaf or cyclonedx".to_owned())
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let now = clock::now();
    match command {
        Command::Apply { any_product, files } => {
            let mut read = Vec::new();
            for path in &files {
                let bytes = std::fs::read(path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
                read.push((path.display().to_string(), bytes));
            }
            let answers = muster.apply_vex(&read, any_product, now)?;
            applied(&answers, global.json)
        }
        Command::Export { format, app } => {
            let text = muster.export_vex(format, app.as_deref(), now)?;
            std::io::stdout().write_all(text.as_bytes())?;
            Ok(())
        }
        Command::Trust(Trust::Apply { file }) => {
            for (name, text) in read_texts(&[file])? {
                let answer = muster.apply_trust(&name, &text, now)?;
                if global.json {
                    return json(&answer);
                }
                notice(&format!(
                    "{} authors, statements count for {} days; {} issues looked at again, {} of them are not affected",
                    answer.trust.trusted.len(),
                    answer.trust.max_age_days,
                    answer.issues,
                    answer.not_affected
                ));
            }
            Ok(())
        }
        Command::Trust(Trust::Show) => {
            let trust = muster.trust(now)?;
            if global.json { json(&trust) } else { show(&trust) }
        }
    }
}

fn applied(answers: &[VexAnswer], as_json: bool) -> Result<(), Failure> {
    for answer in answers {
        for warning in answer.warnings.iter().take(5) {
            notice(&format!("warning: {}: {warning}", answer.file));
        }
        if let Some(error) = &answer.error {
            notice(&format!("error: {error}"));
        }
    }
    if as_json {
        json(answers)?;
    } else {
        let mut table = Table::new(&["date", "author", "statements", "issues", "not affected", "~document", "~file"]);
        for answer in answers.iter().filter(|answer| answer.error.is_none()) {
            table.row(vec![
                answer.date.map(|date| date.to_string().chars().take(10).collect()).unwrap_or_default(),
                answer.author.clone().unwrap_or_default(),
                answer.statements.to_string(),
                if answer.repeated { "known".to_owned() } else { answer.issues.to_string() },
                answer.not_affected.to_string(),
                answer.document.clone().unwrap_or_default(),
                answer.file.clone(),
            ]);
        }
        table.print()?;
    }
    if answers.iter().any(|answer| answer.error.is_some()) { Err(Failure::Reported) } else { Ok(()) }
}

fn show(trust: &TrustList) -> Result<(), Failure> {
    let mut table = Table::new(&["author", "~products", "~statuses", "~stated in"]);
    for entry in &trust.trusted {
        let statuses: Vec<&str> = entry.statuses.iter().map(|status| status.word()).collect();
        let all_where_empty = |list: String| if list.is_empty() { "all".to_owned() } else { list };
        table.row(vec![
            entry.author.clone(),
            all_where_empty(entry.products.join(", ")),
            all_where_empty(statuses.join(", ")),
            format!("{}:{}", trust.file, entry.line),
        ]);
    }
    table.print()?;
    if trust.trusted.is_empty() {
        notice("nobody is trusted: no statement takes an issue out of the queue (`muster vex trust apply trust.yaml`)");
    }
    notice(&format!("statements count for {} days", trust.max_age_days));
    Ok(())
}
