//! `muster inventory`

use std::path::{Path, PathBuf};

use model::Timestamp;
use operations::{InventorySource, Moves};

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Reads muster.yaml, Backstage catalogs, CODEOWNERS, Kubernetes manifests, Terraform states and plans, OpenAPI documents.
    #[command(
        after_help = "Examples:\n  muster inventory apply muster.yaml\n  muster inventory apply --repo github.com/acme/shop CODEOWNERS k8s/"
    )]
    Apply(Files),
    /// What `apply` with these files would move: issues with another owner, service, application, exposure or tier. Changes nothing.
    #[command(
        after_help = "Examples:\n  muster inventory diff muster.yaml\n  muster --json inventory diff --repo github.com/acme/shop CODEOWNERS"
    )]
    Diff(Files),
    /// The inventory as it stands, or stood.
    Show {
        #[arg(long, value_name = "TIME", value_parser = clock::parse)]
        as_of: Option<Timestamp>,
    },
    /// Where sources disagree, and the rule that decided.
    Conflicts,
    /// Changes to the inventory that people's "not mine" propose.
    Proposals,
    /// Open issues that no service has.
    Unplaced,
}

/// The files of a change.
#[derive(clap::Args)]
pub(crate) struct Files {
    /// Repository that the files are of.
    #[arg(long)]
    repo: Option<String>,
    /// Takes over what this file declared.
    #[arg(long, value_name = "OLD")]
    replace: Option<String>,
    /// A checkout whose log says who works where: a suggestion for services that nobody owns.
    #[arg(long, value_name = "DIR", requires = "repo")]
    git: Option<PathBuf>,
    #[arg(required_unless_present = "git", value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Files {
    fn texts(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut texts = read_texts(&self.paths)?;
        if let Some(folder) = &self.git {
            texts.push(("git log".to_owned(), log_of(folder)?));
        }
        Ok(texts)
    }
}

/// The log of a checkout as its own `git` prints it.
fn log_of(folder: &Path) -> Result<String, Failure> {
    let mut command = std::process::Command::new("git");
    command.arg("-C").arg(folder);
    command.args([
        "log",
        "--no-merges",
        "--no-color",
        "--no-ext-diff",
        "--format=medium",
        "--name-only",
        "--date=iso-strict",
        "--max-count=20000",
    ]);
    let output = command.output().map_err(|error| Failure::System(format!("git: {error}")))?;
    if !output.status.success() {
        return Err(Failure::Bad(format!("{}: {}", folder.display(), String::from_utf8_lossy(&output.stderr).trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let now = clock::now();
    match command {
        Command::Apply(chosen) => {
            let files = chosen.texts()?;
            let answer = muster.apply_inventory(&files, chosen.repo.as_deref(), chosen.replace.as_deref(), now)?;
            for warning in &answer.warnings {
                notice(&format!("warning: {warning}"));
            }
            if global.json {
                return json(&answer);
            }
            notice(&format!(
                "{} teams, {} applications, {} services, {} CODEOWNERS files; {} issues looked at again, {} moved{}",
                answer.teams,
                answer.applications,
                answer.services,
                answer.codeowners,
                answer.issues_placed,
                answer.moved.issues,
                counts(&answer.moved)
            ));
            Ok(())
        }
        Command::Diff(chosen) => {
            let files = chosen.texts()?;
            let source = InventorySource { repository: chosen.repo.as_deref(), replace: chosen.replace.as_deref() };
            let answer = muster.diff_inventory(&files, source, now)?;
            for warning in &answer.warnings {
                notice(&format!("warning: {warning}"));
            }
            if global.json {
                return json(&answer);
            }
            print_moves(&answer.moved)?;
            notice(&format!("{} issues would move{}; nothing was changed", answer.moved.issues, counts(&answer.moved)));
            Ok(())
        }
        Command::Conflicts => {
            let conflicts = muster.inventory(None, now)?.conflicts;
            if global.json {
                return json(&conflicts);
            }
            let mut table = Table::new(&["of", "what", "~said", "~rule"]);
            for conflict in &conflicts {
                let said: Vec<String> = conflict.said.iter().map(|fact| format!("{} ({})", fact.value, fact.source)).collect();
                table.row(vec![conflict.of.clone(), conflict.what.clone(), said.join(", not "), conflict.rule.clone()]);
            }
            table.print()
        }
        Command::Proposals => {
            let rows = muster.owner_proposals(now)?;
            if global.json {
                return json(&rows);
            }
            let mut table = Table::new(&["issue", "from", "to", "~reason", "~add under `owners` of muster.yaml"]);
            for row in rows {
                let (from, to) = (row.from.unwrap_or_default(), row.to.unwrap_or_else(|| "triage".to_owned()));
                table.row(vec![row.issue, from, to, row.reason, row.write]);
            }
            table.print()
        }
        Command::Show { as_of } => {
            let inventory = muster.inventory(as_of, now)?;
            if global.json {
                return json(&inventory);
            }
            let mut table = Table::new(&["application", "service", "owner", "exposure", "~repository", "path", "~declared in"]);
            for service in &inventory.services {
                let application = inventory.applications.iter().find(|application| application.name == service.application);
                let owner = service.owner.clone().or_else(|| application.and_then(|application| application.owner.clone()));
                table.row(vec![
                    service.application.clone(),
                    service.name.clone(),
                    owner.unwrap_or_else(|| "none".to_owned()),
                    service.exposure.word().to_owned(),
                    service.repository.clone().unwrap_or_default(),
                    service.path.clone(),
                    service.source.to_string(),
                ]);
            }
            table.print()
        }
        Command::Unplaced => {
            let rows = muster.unplaced(None, now)?;
            if global.json {
                return json(&rows);
            }
            let mut table = Table::new(&["issue", "findings", "~title", "~place", "~because", "~perhaps"]);
            for row in &rows {
                let perhaps = row.suggestions.first().map(|first| match &first.service {
                    Some(service) => format!("{service}, by `{}`", first.write),
                    None => first.write.clone(),
                });
                let (title, place, because) = (row.title.clone(), row.place.clone(), row.because.clone());
                table.row(vec![row.issue.clone(), row.findings.to_string(), title, place, because, perhaps.unwrap_or_default()]);
            }
            table.print()?;
            notice(&format!("{} open issues without a service, highest score first", rows.len()));
            Ok(())
        }
    }
}

/// `: 3 owner, 2 services`, nothing where nothing moved.
fn counts(moves: &Moves) -> String {
    let parts: Vec<String> = moves.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// What moved, an issue a row.
pub(crate) fn print_moves(moves: &Moves) -> Result<(), Failure> {
    let mut table = Table::new(&["issue", "~title", "~changes"]);
    for moved in &moves.list {
        let word = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        let changes: Vec<String> =
            moved.changes.iter().map(|change| format!("{}: {} to {}", change.what, word(&change.from), word(&change.to))).collect();
        table.row(vec![moved.issue.clone(), moved.title.clone(), changes.join("; ")]);
    }
    table.print()
}

/// Files as texts, folders file by file.
pub(crate) fn read_texts(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut out = Vec::new();
    // A path that is not there is told with the others, not before them.
    let missing: Vec<String> =
        paths.iter().filter(|path| !path.exists()).map(|path| format!("{}: no such file or folder", path.display())).collect();
    if !missing.is_empty() {
        return Err(Failure::Bad(missing.join("\n")));
    }
    for path in paths {
        if path.is_dir() {
            let mut inside: Vec<PathBuf> =
                std::fs::read_dir(path)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file()).collect();
            inside.sort();
            for file in inside {
                out.push(read_text(&file)?);
            }
        } else {
            out.push(read_text(path)?);
        }
    }
    Ok(out)
}

fn read_text(path: &Path) -> Result<(String, String), Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::Bad(format!("{}: not UTF-8 text", path.display())))?;
    Ok((path.display().to_string(), text))
}
