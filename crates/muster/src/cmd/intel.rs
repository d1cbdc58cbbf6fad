//! `muster intel`

use std::path::{Path, PathBuf};

use model::Timestamp;
use operations::{FeedAnswer, FeedList, FetchAnswer, FetchOptions, pack_feeds};

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::{Global, user_folder};
use crate::table::{Table, json};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Loads published feed files and bundles of them, recognised by content.
    #[command(
        after_help = "Examples:\n  muster intel load known_exploited_vulnerabilities.json epss_scores-current.csv.gz\n  muster intel load feeds.zip"
    )]
    Load {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Gets feeds from their publishers and loads what is new.
    #[command(
        after_help = "The proxy is that of the environment (HTTPS_PROXY, NO_PROXY). What has not changed is not sent again. A feed that fails\n\
                            holds up no other; the exit code is then 2. Run it on a schedule, daily or more often.\n\n\
                            Examples:\n  muster intel fetch\n  muster intel fetch kev epss\n  muster intel fetch epss --since 2026-08-01\n  muster intel fetch --feeds feeds.yaml --allow-private\n  \
                            muster intel fetch --list > feeds.yaml"
    )]
    Fetch {
        /// Only these feeds of the list, by name.
        #[arg(value_name = "FEED")]
        only: Vec<String>,
        /// A list of feeds with addresses of one's own.
        #[arg(long, value_name = "FILE")]
        feeds: Option<PathBuf>,
        /// Asks private addresses too: for a mirror inside.
        #[arg(long)]
        allow_private: bool,
        /// Asks for whole files although they may not have changed.
        #[arg(long)]
        anew: bool,
        /// Also the files of days from this one on that are not there yet, of feeds that have them (EPSS).
        #[arg(long, value_name = "DAY", value_parser = clock::parse)]
        since: Option<Timestamp>,
        /// Where the files are kept, for `intel pack`. Default: a folder in the user's cache.
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
        /// Prints the list of feeds and does nothing else.
        #[arg(long)]
        list: bool,
    },
    /// Packs feed files into one bundle for a closed network, with a manifest and SHA-256 of each.
    #[command(
        after_help = "Without files those that were fetched last are packed. `muster intel load BUNDLE` checks every file against the manifest.\n\n\
                            Examples:\n  muster intel fetch && muster intel pack feeds.zip\n  muster intel pack feeds.zip kev.json epss.csv.gz"
    )]
    Pack {
        /// The bundle to write.
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Feeds that are loaded, with their dates and ages.
    Status,
    /// What feeds and VEX documents say of one vulnerability, by any of its names.
    #[command(after_help = "Examples:\n  muster intel show CVE-2021-44228\n  muster intel show GHSA-jfh8-c2jp-5v3q --json")]
    Show {
        #[arg(value_name = "CVE")]
        id: String,
    },
}

pub(crate) fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::Load { files } => {
            let feeds = global.open()?.load_intel(&read(&files)?, clock::now())?;
            shown(&feeds, global.json)
        }
        Command::Show { id } => super::intel_show::run(&id, global),
        Command::Status => shown(&global.open()?.feeds(clock::now())?, global.json),
        Command::Fetch { list: true, .. } => {
            use std::io::Write;
            std::io::stdout().write_all(FeedList::shipped_text().as_bytes())?;
            Ok(())
        }
        Command::Fetch { only, feeds, allow_private, anew, since, keep, list: _ } => {
            let list = match feeds {
                Some(path) => {
                    let text = std::fs::read_to_string(&path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
                    FeedList::read(&path.display().to_string(), &text)?
                }
                None => FeedList::shipped(),
            };
            let keep = Some(keep.map_or_else(kept, Ok)?);
            let options = FetchOptions { list, only, allow_private, keep, anew, since };
            fetched(&global.open()?.fetch_intel(&options, clock::now())?, global.json)
        }
        Command::Pack { bundle, files } => pack(&bundle, files, global.json),
    }
}

fn kept() -> Result<PathBuf, Failure> {
    Ok(user_folder("XDG_CACHE_HOME", ".cache")?.join("feeds"))
}

fn read(files: &[PathBuf]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let read_one = |path: &PathBuf| {
        let bytes = std::fs::read(path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
        Ok((path.display().to_string(), bytes))
    };
    files.iter().map(read_one).collect()
}

fn pack(bundle: &Path, mut files: Vec<PathBuf>, as_json: bool) -> Result<(), Failure> {
    if files.is_empty() {
        let folder = kept()?;
        let entries = std::fs::read_dir(&folder)
            .map_err(|error| Failure::Bad(format!("{}: {error}; name files, or fetch first", folder.display())))?;
        files =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_none_or(|end| end != "part")).collect();
        files.sort();
    }
    let (bytes, answer) = pack_feeds(&read(&files)?, clock::now())?;
    std::fs::write(bundle, bytes)?;
    if as_json {
        return json(&answer);
    }
    let mut table = Table::new(&["feed", "date", "bytes", "~file", "sha-256"]);
    for feed in &answer.feeds {
        let date = feed.date.map(|date| date.to_string().chars().take(10).collect()).unwrap_or_else(|| "not known".to_owned());
        table.row(vec![feed.feed.clone(), date, feed.bytes.to_string(), feed.file.clone(), feed.sha256.clone()]);
    }
    table.print()?;
    notice(&format!("{} files in {}", answer.feeds.len(), bundle.display()));
    Ok(())
}

fn fetched(answers: &[FetchAnswer], as_json: bool) -> Result<(), Failure> {
    for answer in answers {
        if let Some(error) = &answer.error {
            notice(&format!("error: {}: {error}", answer.name));
        }
        if let Some(reason) = &answer.left_out {
            notice(&format!("{}: left out: {reason}", answer.name));
        }
        if answer.days > 0 {
            notice(&format!("{}: {} past days loaded", answer.name, answer.days));
        }
        if let Some(feed) = &answer.loaded {
            warn(feed);
        }
    }
    if as_json {
        json(answers)?;
    } else {
        let mut table = Table::new(&["feed", "", "date", "rows", "issues", "~from"]);
        for answer in answers {
            let state = match (&answer.error, &answer.loaded) {
                (Some(_), _) => "failed",
                (None, Some(_)) => "loaded",
                (None, None) if answer.left_out.is_some() => "left out",
                (None, None) => "unchanged",
            };
            let of = |cell: fn(&FeedAnswer) -> String| answer.loaded.as_ref().map(cell).unwrap_or_default();
            table.row(vec![
                answer.name.clone(),
                state.to_owned(),
                of(|feed| feed.date.map(|date| date.to_string().chars().take(10).collect()).unwrap_or_default()),
                of(|feed| feed.rows.to_string()),
                of(|feed| feed.issues_ranked.to_string()),
                answer.url.clone(),
            ]);
        }
        table.print()?;
    }
    if answers.iter().any(|answer| answer.error.is_some()) { Err(Failure::Reported) } else { Ok(()) }
}

fn warn(feed: &FeedAnswer) {
    for warning in feed.warnings.iter().take(5) {
        notice(&format!("warning: {}: {warning}", feed.file));
    }
    if feed.owners_noted > 0 {
        notice(&format!("{}: {} owners have to be told: `muster notifications`", feed.file, feed.owners_noted));
    }
}

fn shown(feeds: &[FeedAnswer], as_json: bool) -> Result<(), Failure> {
    feeds.iter().for_each(warn);
    if as_json {
        return json(feeds);
    }
    let mut table = Table::new(&["feed", "date", "age", "rows", "~file"]);
    for feed in feeds {
        let date = feed.date.map(|date| date.to_string().chars().take(10).collect()).unwrap_or_else(|| "not known".to_owned());
        let age = feed.age.as_ref().map(|age| match age.limit.filter(|_| age.stale) {
            Some(limit) => format!("{} days: old (more than {limit})", age.days),
            None => format!("{} days", age.days),
        });
        table.row(vec![feed.feed.clone(), date, age.unwrap_or_default(), feed.rows.to_string(), feed.file.clone()]);
    }
    table.print()?;
    notice(&format!("{} feeds, by name", feeds.len()));
    Ok(())
}
