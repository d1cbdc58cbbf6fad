//! A simulated programme of which it is known what each true issue costs, as Muster holds it, and its queue under any model.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use intel::{EpssFact, ExploitFact, Exploitation, IntelView, KevFact, SsvcFact, VendorFact, VulnerabilityIntel};
use model::Timestamp;
use operations::{ExportedVulnerability, IssueQuery, Muster, RankingExport, SecretKey};
use pipeline::prioritise::{Model, RankInput, score};
use serde_json::Value;

/// An open issue of the queue.
struct Open {
    id: String,
    input: RankInput,
    /// The true issue that it stands for.
    stands_for: Option<String>,
}

pub(crate) struct Programme {
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    queue: Vec<Open>,
    feeds: Feeds,
    /// True issue to (loss, whether it matters).
    truth: HashMap<String, (f64, bool)>,
    /// How many true issues matter: so many places are looked at.
    pub(crate) size: usize,
    /// What `loaded && exposed && !vex` gives: issues, and how many of them matter.
    pub(crate) filtered: (usize, usize),
}

/// What the first places hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct First {
    /// Of all loss, 0 to 1.
    pub(crate) share: f64,
    pub(crate) wanted: usize,
}

const FILTER: &str = "loaded && exposed && !vex";

impl Programme {
    pub(crate) fn read(name: String, database: &Path, truth: &Path, feeds: &[(String, Vec<u8>)]) -> Self {
        let lines = |file: &str| -> Vec<Value> {
            let text = fs::read_to_string(truth.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
        };
        let at: Timestamp = lines("states.jsonl").last().expect("a state")["at"].as_str().expect("a time").parse().expect("a time");
        let size = lines("summary.json")[0]["queue"].as_u64().expect("a size") as usize;
        let mut losses = HashMap::new();
        for issue in lines("issues.jsonl") {
            if ["open", "not_affected"].contains(&issue["state_at_end"].as_str().unwrap_or_default()) {
                let loss = (issue["loss"].as_f64().unwrap_or(0.0), issue["in_queue"] == true);
                losses.insert(issue["id"].as_str().expect("an id").to_owned(), loss);
            }
        }
        let mut tracks: HashMap<(String, u64), (String, String)> = HashMap::new();
        for finding in lines("findings.jsonl") {
            let text = |what: &str| finding[what].as_str().expect("a text").to_owned();
            tracks.insert((text("report"), finding["index"].as_u64().expect("an index")), (text("track"), text("issue")));
        }
        let muster = Muster::open(&format!("sqlite:{}", database.display()), "default", SecretKey::new([0; 32]), at).expect("the database");
        if !feeds.is_empty() {
            muster.load_intel(feeds, at).expect("feeds");
        }
        let export = muster.exported(Some(at), at).expect("an export");
        let ask = |filter: Option<&str>| {
            let query = IssueQuery { as_of: Some(at), with_findings: true, filter: filter.map(str::to_owned), ..IssueQuery::default() };
            muster.issues(&query, at).expect("the queue").issues
        };
        let stands_for = |issue: &model::Issue| {
            let mut seen = HashSet::new();
            let mut count: BTreeMap<&str, i64> = BTreeMap::new();
            for finding in issue.findings.iter().flatten() {
                let place = (finding.finding.report.clone(), u64::from(finding.finding.index));
                if let Some((track, issue)) = tracks.get(&place)
                    && seen.insert(track)
                {
                    *count.entry(issue).or_default() += 1;
                }
            }
            count.into_iter().min_by_key(|(issue, count)| (-count, *issue)).map(|(issue, _)| issue.to_owned())
        };
        let chosen = ask(Some(FILTER));
        let matter = chosen.iter().filter(|issue| stands_for(issue).is_some_and(|issue| losses.get(&issue).is_some_and(|known| known.1)));
        let filtered = (chosen.len(), matter.count());
        let RankingExport { head, issues, vulnerabilities } = export;
        let mut inputs: HashMap<String, RankInput> = issues.into_iter().map(|issue| (issue.id, issue.input)).collect();
        let queue = ask(None)
            .into_iter()
            .map(|issue| Open { input: inputs.remove(&issue.id).expect("its facts"), stands_for: stands_for(&issue), id: issue.id })
            .collect();
        let known = vulnerabilities.iter().map(|known| (known.cve.clone(), intel_of(known))).collect();
        let feeds = Feeds { known, medians: head.epss_medians, kev: head.has_kev, exploits: head.has_exploits };
        Self { name, at, queue, feeds, truth: losses, size, filtered }
    }

    pub(crate) fn issues(&self) -> usize {
        self.queue.len()
    }

    /// The first places under a model.
    pub(crate) fn first(&self, model: &Model) -> First {
        self.ordered(|input| f64::from(score(input, &self.feeds, model, self.at)))
    }

    /// The first places by the highest CVSS score (5.0 where none is known), and by EPSS, as the feeds and reports give them.
    pub(crate) fn by_cvss(&self) -> First {
        self.ordered(|input| {
            let known = input.identifiers.iter().filter_map(|id| self.feeds.vulnerability(id));
            let all: Vec<_> = known.flat_map(|known| known.cvss.clone()).chain(input.cvss.clone()).collect();
            intel::best_cvss(&all).map_or(5.0, |(_, score)| score)
        })
    }

    /// See [`Self::by_cvss`].
    pub(crate) fn by_epss(&self) -> First {
        self.ordered(|input| {
            let scores = input.identifiers.iter().filter_map(|id| self.feeds.vulnerability(id)?.epss);
            scores.map(|epss| epss.score).fold(-1.0, f64::max)
        })
    }

    /// The best order there is.
    pub(crate) fn best(&self) -> First {
        let mut losses: Vec<&(f64, bool)> = self.truth.values().collect();
        losses.sort_by(|a, b| b.0.total_cmp(&a.0));
        let first = &losses[..self.size.min(losses.len())];
        First { share: first.iter().map(|loss| loss.0).sum::<f64>() / self.loss(), wanted: first.iter().filter(|loss| loss.1).count() }
    }

    fn loss(&self) -> f64 {
        self.truth.values().map(|loss| loss.0).sum()
    }

    /// Equals go by id, as in the queue. A true issue counts once.
    fn ordered(&self, key: impl Fn(&RankInput) -> f64) -> First {
        let mut order: Vec<(f64, &Open)> = self.queue.iter().map(|open| (key(&open.input), open)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        let mut seen = HashSet::new();
        let mut out = First::default();
        for (_, open) in order.into_iter().take(self.size) {
            if let Some(issue) = &open.stands_for
                && seen.insert(issue)
                && let Some((loss, matters)) = self.truth.get(issue)
            {
                out.share += loss / self.loss();
                out.wanted += usize::from(*matters);
            }
        }
        out
    }
}

struct Feeds {
    known: HashMap<String, VulnerabilityIntel>,
    medians: BTreeMap<u16, f64>,
    kev: bool,
    exploits: bool,
}

impl IntelView for Feeds {
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel> {
        self.known.get(cve)
    }

    fn epss_median(&self, year: u16) -> Option<f64> {
        self.medians.get(&year).copied()
    }

    fn has_kev(&self) -> bool {
        self.kev
    }

    fn has_exploits(&self) -> bool {
        self.exploits
    }
}

fn intel_of(known: &ExportedVulnerability) -> VulnerabilityIntel {
    VulnerabilityIntel {
        kev: known.kev.as_ref().map(|kev| KevFact {
            added: kev.added,
            due: None,
            ransomware: kev.ransomware,
            name: String::new(),
            source: kev.source.clone(),
        }),
        epss: known.epss.as_ref().map(|epss| EpssFact { score: epss.score, percentile: None, date: epss.date }),
        cvss: known.cvss.clone(),
        ssvc: known.ssvc.as_ref().map(|ssvc| SsvcFact {
            exploitation: ssvc.exploitation.as_deref().and_then(Exploitation::from_word),
            automatable: ssvc.automatable,
            technical_impact_total: ssvc.total_impact,
            date: ssvc.date,
            source: ssvc.source.clone(),
        }),
        exploits: known.exploits.iter().map(|fact| ExploitFact { source: fact.source.clone(), since: fact.since }).collect(),
        vendor: known.vendor.as_ref().map(|vendor| VendorFact { name: vendor.name.clone(), entries: vendor.entries }),
        ..VulnerabilityIntel::default()
    }
}
