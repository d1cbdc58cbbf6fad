//! `intel fetch`: feeds from their publishers. What has not changed since is not sent again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use connect::{Client, Fetched, Options, Token, Validators};
use model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::queries::settings;

use super::bundle::sha256;
use super::{FeedList, FeedSource};
use crate::{FeedAnswer, Muster, OperationError, Result};

/// For the whole of one file: the archives of advisories have hundreds of megabytes.
const LONGEST: Duration = Duration::from_secs(900);
/// Most files of past days that one call loads.
const MOST_DAYS: u32 = 400;

/// How to fetch.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    pub list: FeedList,
    /// Only these, by name; empty for all.
    pub only: Vec<String>,
    /// Asks private addresses too: for a mirror inside.
    pub allow_private: bool,
    /// A folder in which the files are kept, for `intel pack`.
    pub keep: Option<PathBuf>,
    /// Asks for the whole file although it may not have changed.
    pub anew: bool,
    /// Also the files of days from this one on that are not there yet, of feeds that have them.
    pub since: Option<Timestamp>,
}

/// What became of one feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FetchAnswer {
    pub name: String,
    pub url: String,
    /// The publisher has nothing newer.
    pub unchanged: bool,
    /// Why nobody was asked: the feed wants a token, and there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<String>,
    /// Files of past days that were loaded.
    #[serde(default)]
    pub days: u32,
    /// What it brought; absent where nothing came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loaded: Option<FeedAnswer>,
    /// Why nothing came: the state before stays in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What is remembered of a feed between two fetches.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Remembered {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    sha256: String,
}

impl Muster {
    /// Fetches feeds and loads what is new. One that fails does not hold up the others.
    ///
    /// # Errors
    /// When a name is not in the list, or the database fails.
    pub fn fetch_intel(&self, options: &FetchOptions, now: Timestamp) -> Result<Vec<FetchAnswer>> {
        let unknown: Vec<&str> =
            options.only.iter().filter(|name| !options.list.feeds.iter().any(|feed| feed.name == **name)).map(String::as_str).collect();
        if !unknown.is_empty() {
            let known: Vec<&str> = options.list.feeds.iter().map(|feed| feed.name.as_str()).collect();
            return Err(OperationError::Bad(format!("no feed {}; there are {}", unknown.join(", "), known.join(", "))));
        }
        let client = Client::new(Options { allow_private: options.allow_private, timeout: LONGEST, ..Options::default() });
        let wanted = options.list.feeds.iter().filter(|feed| options.only.is_empty() || options.only.contains(&feed.name));
        let mut out = Vec::new();
        for feed in wanted {
            let mut answer = FetchAnswer { name: feed.name.clone(), url: feed.url.clone(), ..FetchAnswer::default() };
            let token = feed.token.as_ref().map(|name| (name, std::env::var(name).ok().filter(|token| !token.is_empty())));
            if let Some((name, None)) = token {
                let reason = format!("it wants a token, and {name} holds none");
                // Who asks for it by name wants it.
                if options.only.is_empty() {
                    answer.left_out = Some(reason)
                } else {
                    answer.error = Some(reason)
                }
                out.push(answer);
                continue;
            }
            let token = token.and_then(|(_, token)| token).map(Token::new);
            match self.past_days(&client, feed, token.as_ref(), options, now) {
                Ok(days) => answer.days = days,
                Err(OperationError::Store(error)) => return Err(OperationError::Store(error)),
                Err(error) => answer.error = Some(error.to_string()),
            }
            match self.fetch_one(&client, feed, token.as_ref(), options, now) {
                Ok(None) => answer.unchanged = true,
                Ok(Some(loaded)) => answer.loaded = Some(loaded),
                Err(OperationError::Store(error)) => return Err(OperationError::Store(error)),
                Err(error) => answer.error = Some(error.to_string()),
            }
            out.push(answer);
        }
        Ok(out)
    }

    /// Fetches and loads one feed; none where nothing is newer.
    fn fetch_one(
        &self,
        client: &Client,
        feed: &FeedSource,
        token: Option<&Token>,
        options: &FetchOptions,
        now: Timestamp,
    ) -> Result<Option<FeedAnswer>> {
        let setting = format!("feed {}", feed.name);
        let stored = self.db.read(|conn| settings::get(conn, self.org, &setting, now))?;
        let known: Remembered = match stored {
            Some(json) if !options.anew => serde_json::from_str::<Remembered>(&json)?,
            _ => Remembered::default(),
        };
        let ours = known.url == feed.url;
        // Without the file at hand an unchanged answer would leave the folder without it.
        let kept = options.keep.as_ref().is_none_or(|folder| self.kept(folder, &feed.name).is_some());
        let validators = if ours && kept {
            Validators { etag: known.etag.clone(), last_modified: known.last_modified.clone() }
        } else {
            Validators::default()
        };
        let Fetched::New { bytes, validators } = client.fetch_as(&feed.url, &validators, token).map_err(failed)? else { return Ok(None) };
        let bytes = if feed.leads { follow(client, &feed.url, &bytes)? } else { bytes };
        if let Some(url) = &feed.sha256 {
            check_sum(client, url, &feed.url, &bytes)?;
        }
        let sum = sha256(&bytes);
        if let Some(folder) = &options.keep {
            keep(folder, feed, &bytes)?;
        }
        let remembered =
            Remembered { url: feed.url.clone(), etag: validators.etag, last_modified: validators.last_modified, sha256: sum.clone() };
        let loaded = if ours && known.sha256 == sum { None } else { self.load_intel(&[(file_name(feed), bytes)], now)?.into_iter().next() };
        let json = serde_json::to_string(&remembered)?;
        self.db.try_write(|tx| -> Result<()> { Ok(settings::set(tx, self.org, &setting, Timestamp(0), &json)?) })?;
        Ok(loaded)
    }

    /// Loads the files of past days that are not there yet, oldest first; answers how many. A day without a file is passed over.
    fn past_days(&self, client: &Client, feed: &FeedSource, token: Option<&Token>, options: &FetchOptions, now: Timestamp) -> Result<u32> {
        let (Some(since), Some(url)) = (options.since, &feed.day_url) else { return Ok(0) };
        let there: BTreeSet<String> =
            self.db.read(store::queries::intel::feeds)?.into_iter().filter(|row| row.feed == feed.name).map(|row| day(row.dated)).collect();
        let mut loaded = 0;
        let mut at = since;
        // The newest file is fetched as always.
        while at.plus_days(1) <= now {
            if loaded == MOST_DAYS {
                return Err(OperationError::Bad(format!("more than {MOST_DAYS} days are asked for; ask again from {} on", day(at))));
            }
            let named = day(at);
            at = at.plus_days(1);
            if there.contains(&named) {
                continue;
            }
            match client.fetch_as(&url.replace("{day}", &named), &Validators::default(), token) {
                Ok(Fetched::New { bytes, .. }) => {
                    self.load_intel(&[(format!("{}-{named}.csv.gz", feed.name), bytes)], now)?;
                    loaded += 1;
                }
                Ok(Fetched::Unchanged) => {}
                Err(connect::ConnectError::Status { status: 403 | 404, .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(loaded)
    }

    fn kept(&self, folder: &Path, name: &str) -> Option<PathBuf> {
        let entries = std::fs::read_dir(folder).ok()?;
        entries.filter_map(|entry| Some(entry.ok()?.path())).find(|path| {
            path.file_name()
                .and_then(|file| file.to_str())
                .and_then(|file| file.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with('.') && rest != ".part")
        })
    }
}

fn failed(error: connect::ConnectError) -> OperationError {
    OperationError::Bad(error.to_string())
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// The file to which an answer leads. It comes without the token: where it lies is another's address.
fn follow(client: &Client, url: &str, answer: &[u8]) -> Result<Vec<u8>> {
    let wrong = |what: &str| OperationError::Bad(format!("{url}: {what}: another shape of this answer"));
    let answer: Value = serde_json::from_slice(answer).map_err(|_| wrong("no JSON"))?;
    let of = |name: &str| answer.pointer(&format!("/data/0/{name}")).and_then(Value::as_str);
    let file = of("url").ok_or_else(|| wrong("`data[0].url` is missing"))?;
    let Fetched::New { bytes, .. } = client.fetch(file, &Validators::default()).map_err(failed)? else {
        return Err(wrong("nothing lies where it leads"));
    };
    match of("sha256") {
        Some(sum) if !sum.eq_ignore_ascii_case(&sha256(&bytes)) => {
            Err(OperationError::Bad(format!("{url}: the file is not the one whose SHA-256 it states")))
        }
        _ => Ok(bytes),
    }
}

/// The name under which a feed is kept: its own, with the end of the address.
fn file_name(feed: &FeedSource) -> String {
    let last = feed.url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let end: String = last.find('.').and_then(|dot| last.get(dot..)).unwrap_or(".feed").chars().take(20).collect();
    let plain = end.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    format!("{}{}", feed.name, if plain { end } else { ".feed".to_owned() })
}

/// Written beside and moved over, so that a file that is there is whole.
fn keep(folder: &Path, feed: &FeedSource, bytes: &[u8]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(file_name(feed));
    let beside = folder.join(format!("{}.part", feed.name));
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, &path)?;
    Ok(())
}

fn check_sum(client: &Client, url: &str, of: &str, bytes: &[u8]) -> Result<()> {
    let fetched = client.fetch(url, &Validators::default()).map_err(|error| OperationError::Bad(error.to_string()))?;
    let Fetched::New { bytes: text, .. } = fetched else { return Err(OperationError::Bad(format!("{url}: no answer"))) };
    let stated: String =
        String::from_utf8_lossy(&text).chars().skip_while(|c| c.is_whitespace()).take_while(char::is_ascii_hexdigit).collect();
    if stated.len() != 64 {
        return Err(OperationError::Bad(format!("{url}: does not begin with a SHA-256")));
    }
    if !stated.eq_ignore_ascii_case(&sha256(bytes)) {
        return Err(OperationError::Bad(format!("{of}: the file is not the one whose SHA-256 {url} states")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_kept_files() {
        let name = |url: &str| file_name(&FeedSource { name: "x".into(), url: url.into(), ..FeedSource::default() });
        assert_eq!(name("https://e.com/a/epss_scores-current.csv.gz?x=1"), "x.csv.gz");
        assert_eq!(name("https://e.com/feed"), "x.feed");
        assert_eq!(name("https://e.com/a.%2e%2e"), "x.feed");
    }
}
