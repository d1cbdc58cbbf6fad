//! `muster inventory`

use std::path::{Path, PathBuf};

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::Global;
use crate::table::{Table, json};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Reads muster.yaml, Backstage catalogs, CODEOWNERS, Kubernetes manifests.
    Apply {
        /// Repository that the files are of.
        #[arg(long)]
        repo: Option<String>,
        /// Takes over what this file declared.
        #[arg(long, value_name = "OLD")]
        replace: Option<String>,
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// The inventory as it stands.
    Show,
    /// Open issues that no service has.
    Unplaced,
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let now = clock::now();
    match command {
        Command::Apply { repo, replace, paths } => {
            let files = read_texts(&paths)?;
            let answer = muster.apply_inventory(&files, repo.as_deref(), replace.as_deref(), now)?;
            for warning in &answer.warnings {
                notice(&format!("warning: {warning}"));
            }
            if global.json {
                return json(&answer);
            }
            notice(&format!(
                "{} teams, {} applications, {} services, {} CODEOWNERS files; {} issues looked at again",
                answer.teams, answer.applications, answer.services, answer.codeowners, answer.issues_placed
            ));
            Ok(())
        }
        Command::Show => {
            let inventory = muster.inventory()?;
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

/// Files as texts, folders file by file.
pub(crate) fn read_texts(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    let mut out = Vec::new();
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
