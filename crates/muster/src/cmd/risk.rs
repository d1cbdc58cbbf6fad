//! `muster risk`

use std::path::{Path, PathBuf};

use model::Timestamp;
use operations::{RankMove, RiskDiff, RiskView, TermChange};

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::{Global, author};
use crate::table::{Table, json, points};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// The model in force: weights, tables, versions.
    #[command(
        after_help = "Examples:\n  muster risk show\n  muster risk show --as-of 2026-11-01\n  muster risk show --yaml > risk.yaml\n  \
                            muster risk show --model risk.yaml --json"
    )]
    Show {
        /// A file instead of the model in force; it is checked and not stored.
        #[arg(long, value_name = "FILE", conflicts_with = "as_of")]
        model: Option<PathBuf>,
        /// The model that was in force then.
        #[arg(long, value_name = "TIME", value_parser = clock::parse)]
        as_of: Option<Timestamp>,
        /// The file's text and nothing else: the place to start from for a model of one's own.
        #[arg(long)]
        yaml: bool,
    },
    /// What a model would move: who enters and leaves the first 20, the first 100 and each tier, per team, and the terms that do it.
    #[command(
        after_help = "Nothing is written.\n\nExamples:\n  muster risk diff --model risk.yaml\n  muster risk diff --model risk.yaml --json | jq .teams"
    )]
    Diff {
        #[arg(long, value_name = "FILE")]
        model: PathBuf,
        /// Most issues that the list of a tier names.
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// Puts a model in force from now on and ranks all issues again.
    #[command(after_help = "The queue of a past day (`issues --as-of`) stays ranked by the model of that day.\n\n\
                            A queue that the shipped model ranks is ranked again when another Muster ships another model; one that a \
                            file ranks stays with the file.\n\n\
                            Examples:\n  muster risk diff --model risk.yaml && muster risk apply --model risk.yaml\n  \
                            muster risk apply --shipped")]
    Apply {
        #[arg(long, value_name = "FILE", required_unless_present = "shipped")]
        model: Option<PathBuf>,
        /// The model that Muster ships, instead of a file; from then on the queue follows it.
        #[arg(long, conflicts_with = "model")]
        shipped: bool,
    },
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let muster = global.open()?;
    let now = clock::now();
    match command {
        Command::Show { model, as_of, yaml } => {
            let view = match model {
                Some(path) => {
                    let (name, text) = read(&path)?;
                    muster.risk_model_of(&name, &text)?
                }
                None => muster.risk_model(as_of, now)?,
            };
            if yaml {
                text(&view.yaml)
            } else if global.json {
                json(&view)
            } else {
                show(&view)
            }
        }
        Command::Diff { model, limit } => {
            let (name, text) = read(&model)?;
            let limit = limit.or((!global.json).then_some(10));
            let diff = muster.risk_diff(&name, &text, limit, now)?;
            if global.json { json(&diff) } else { print(&diff) }
        }
        Command::Apply { model, shipped: _ } => {
            let progress = |done, of| {
                if of > 0 {
                    notice(&format!("{done} of {of} issues ranked"));
                }
            };
            let answer = match model {
                Some(path) => {
                    let (name, text) = read(&path)?;
                    muster.risk_apply(&name, &text, &author(), now, progress)?
                }
                None => muster.risk_apply_shipped(&author(), now, progress)?,
            };
            if global.json {
                return json(&answer);
            }
            let version = format!("{}, version {}", answer.version.name, answer.version.number.unwrap_or(1));
            if answer.repeated {
                notice(&format!("{version} is in force already; nothing has changed"));
                return Ok(());
            }
            notice(&format!("{version} is in force"));
            answer.diff.as_ref().map_or(Ok(()), print)
        }
    }
}

fn read(path: &Path) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Bad(format!("{name}: {error}")))?;
    Ok((name, text))
}

fn text(yaml: &str) -> Result<(), Failure> {
    use std::io::Write;
    std::io::stdout().write_all(yaml.as_bytes())?;
    Ok(())
}

fn day(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "the beginning".to_owned(), |at| at.to_string())
}

fn show(view: &RiskView) -> Result<(), Failure> {
    let mut weights = Table::new(&["weight", "points, or value"]);
    for (name, value) in view.model.iter().filter(|(name, _)| !matches!(name.as_str(), "tables" | "version" | "name" | "signals")) {
        flatten(&mut weights, name, value);
    }
    weights.print()?;
    let mut own = Table::new(&["own signal", "points", "~when", "source"]);
    for signal in view.model.get("signals").and_then(serde_json::Value::as_array).into_iter().flatten() {
        let text =
            |key: &str| signal.get(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
        own.row(vec![text("signal"), text("points"), text("when"), text("source")]);
    }
    own.print()?;
    let mut tables = Table::new(&["table", "decides for", "inputs", "rows", "~source"]);
    for table in &view.tables {
        let used = if table.used_for.is_empty() { "nothing".to_owned() } else { table.used_for.join(", ") };
        tables.row(vec![table.name.clone(), used, table.inputs.join(", "), table.rows.len().to_string(), table.source.clone()]);
    }
    tables.print()?;
    let mut versions = Table::new(&["version", "in force from", "by", "name", "~file"]);
    for version in &view.versions {
        let number = version.number.unwrap_or_default().to_string();
        versions.row(vec![number, day(version.since), version.by.clone(), version.name.clone(), version.file.clone()]);
    }
    versions.print()?;
    notice(&format!("{}; points are tenths of a deciban: 100 multiplies the odds by ten", view.version.name));
    if let Some(shipped) = &view.shipped {
        notice(&if view.ranked_by_older {
            format!("the queue is as an older Muster ranked it; the next write, or look at it, ranks it by {}", shipped.name)
        } else {
            format!("this Muster ships {}; `muster risk apply --shipped` puts it in force", shipped.name)
        });
    }
    Ok(())
}

/// One row a number: `exposure.internet`.
fn flatten(table: &mut Table, name: &str, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(entries) => entries.iter().for_each(|(key, value)| flatten(table, &format!("{name}.{key}"), value)),
        serde_json::Value::Array(_) => {}
        serde_json::Value::String(text) => table.row(vec![name.to_owned(), text.clone()]),
        other => table.row(vec![name.to_owned(), other.to_string()]),
    }
}

fn print(diff: &RiskDiff) -> Result<(), Failure> {
    notice(&format!(
        "{} → {}: {} issues in the queue, {} with another score, {} in another tier",
        diff.from.name, diff.to.name, diff.issues, diff.rescored, diff.retiered
    ));
    let mut table = Table::new(&["where", "", "id", "place", "score", "fix within", "team", "~issue", "~because"]);
    for top in &diff.top {
        add(&mut table, &format!("first {}", top.first), &top.entering, &top.leaving);
    }
    for tier in &diff.tiers {
        add(&mut table, &tier.label, &tier.entering, &tier.leaving);
    }
    table.print()?;
    let mut tiers = Table::new(&["tier", "now", "then", "enter", "leave"]);
    for tier in &diff.tiers {
        let cells = [tier.before, tier.after, tier.entering_count, tier.leaving_count].map(|count| count.to_string());
        tiers.row(std::iter::once(tier.label.clone()).chain(cells).collect());
    }
    tiers.print()?;
    let mut teams = Table::new(&["team", "enter", "leave"]);
    for team in &diff.teams {
        let counts = |map: &std::collections::BTreeMap<String, u64>| {
            map.iter().map(|(what, count)| format!("{what}: {count}")).collect::<Vec<_>>().join(", ")
        };
        teams.row(vec![team.team.clone().unwrap_or_else(|| "none".to_owned()), counts(&team.entering), counts(&team.leaving)]);
    }
    teams.print()
}

fn add(table: &mut Table, place: &str, entering: &[RankMove], leaving: &[RankMove]) {
    let sides = entering.iter().map(|issue| ("enters", issue)).chain(leaving.iter().map(|issue| ("leaves", issue)));
    for (side, issue) in sides {
        let both = |from: String, to: String| if from == to { from } else { format!("{from} → {to}") };
        table.row(vec![
            place.to_owned(),
            side.to_owned(),
            issue.issue.clone(),
            both(place_of(issue.from.place), place_of(issue.to.place)),
            both(points(issue.from.score), points(issue.to.score)),
            both(issue.from.tier.clone(), issue.to.tier.clone()),
            issue.team.clone().unwrap_or_else(|| "none".to_owned()),
            issue.title.clone(),
            because(&issue.because, &issue.tier_because),
        ]);
    }
}

fn place_of(place: Option<u64>) -> String {
    place.map_or_else(String::new, |place| place.to_string())
}

fn because(terms: &[TermChange], tier: &[String]) -> String {
    let Some(term) = terms.first() else {
        return tier.first().cloned().unwrap_or_else(|| "others moved past it".to_owned());
    };
    let sign = if term.points() > 0 { "+" } else { "" };
    format!("{sign}{} {}: {}", points(term.points()), term.signal, term.fact)
}
