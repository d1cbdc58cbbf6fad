//! Whether own signals keep the promise: each condition is tried in every situation of the facts that it names, with whatever else it asks
//! for once holding and once not. What all signals together may take away has to stay below what the step itself adds.

use ::model::{Exposure, Issue, Kind, Severity, Tri};
use intel::Exploitation;

use super::{CVE, Case, CounterExample, EPSS, NOW, REACHES, RUNTIMES, Step, additive, expand, finding, interacting, set_epss, set_exploit};
use super::{set_kev, set_reach, set_runtime, step};
use crate::filter::{Filter, Subject};
use crate::prioritise::facts::Stated;
use crate::prioritise::model::Model;
use crate::prioritise::rank;

/// Most situations of the facts that one condition names.
const MOST: usize = 4_000;

/// A signal, and its condition with what rests on no fact taken as given: once for each combination.
struct Tried<'a> {
    name: &'a str,
    points: i32,
    place: usize,
    filters: Vec<Filter>,
    facts: Vec<&'static str>,
}

pub(super) fn monotone(model: &Model) -> Result<(), CounterExample> {
    let tried: Vec<Tried<'_>> = model
        .own_signals()
        .enumerate()
        .filter(|(_, (own, filter))| own.points != 0 && filter.names_facts())
        .map(|(place, (own, filter))| Tried {
            name: &own.signal,
            points: own.points,
            place,
            filters: (0..1u32 << filter.given_parts().min(8)).map(|mask| filter.given(mask)).collect(),
            facts: filter.facts_named(),
        })
        .collect();
    if tried.is_empty() {
        return Ok(());
    }
    let (words, numbers) = thresholds(model);
    let mut steps = interacting();
    steps.extend(additive(model));
    steps.extend(more_steps(&words, &numbers));
    for signal in &tried {
        let cases = situations(&signal.facts, &words, &numbers);
        for step in steps.iter().filter(|step| signal.facts.contains(&step.turns)) {
            try_step(model, step, &cases, &tried, signal)?;
        }
    }
    Ok(())
}

fn try_step(model: &Model, step: &Step, cases: &[Case], tried: &[Tried<'_>], signal: &Tried<'_>) -> Result<(), CounterExample> {
    for case in cases {
        let made = |change: &dyn Fn(&mut Case)| {
            let mut case = case.clone();
            change(&mut case);
            let ranked = rank(&case.input, &case, model, NOW);
            (ranked.score, issue_of(&case, ranked.facts, ranked.epss))
        };
        let ((before, less), (after, more)) = (made(&step.less), made(&step.more));
        let losses = tried.iter().map(|signal| (signal, worst(signal, &less, &more))).filter(|(_, change)| *change < 0);
        let losses: Vec<(&Tried<'_>, i32)> = losses.collect();
        let after = losses.iter().fold(after, |sum, (_, change)| sum.saturating_add(*change));
        if after < before {
            let worst = losses.iter().min_by_key(|(_, change)| *change).map_or(signal, |(signal, _)| signal);
            let names: Vec<String> = losses.iter().map(|(signal, _)| format!("`{}`", signal.name)).collect();
            let situation = format!("{}, and {} fits or ceases to", case.words.join(", "), names.join(", "));
            return Err(CounterExample { fact: step.name.clone(), situation, place: format!("signals.{}", worst.place), before, after });
        }
    }
    Ok(())
}

/// What a signal changes at worst, in points, over all that its condition asks for beside facts.
fn worst(signal: &Tried<'_>, less: &Issue, more: &Issue) -> i32 {
    let holds = |filter: &Filter, issue: &Issue| i32::from(filter.matches(&Subject { issue, now: NOW, is_new: false }));
    signal.filters.iter().map(|filter| signal.points * (holds(filter, more) - holds(filter, less))).min().unwrap_or(0)
}

/// The issue as a condition sees it.
fn issue_of(case: &Case, facts: std::collections::BTreeMap<String, Tri>, epss: Option<f64>) -> Issue {
    let input = &case.input;
    Issue {
        facts,
        epss,
        severity: input.severity,
        criticality: input.criticality.value,
        exposure: input.exposure.value,
        data: input.data.as_ref().map(|data| data.value.clone()).unwrap_or_default(),
        compliance: input.compliance.value.clone(),
        ..Issue::default()
    }
}

/// Words of data classes and frameworks, and EPSS scores, that any condition compares with.
fn thresholds(model: &Model) -> (Vec<String>, Vec<f64>) {
    let (mut words, mut numbers) = (Vec::new(), EPSS.to_vec());
    for (_, filter) in model.own_signals() {
        let (more_words, more_numbers) = filter.thresholds();
        words.extend(more_words);
        numbers.extend(
            more_numbers.into_iter().filter(|n| (0.0..=1.0).contains(n)).flat_map(|n| [n, (n + 1e-6).min(1.0), (n - 1e-6).max(0.0)]),
        );
    }
    words.sort();
    words.dedup();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    (words, numbers)
}

fn more_steps(words: &[String], numbers: &[f64]) -> Vec<Step> {
    let mut steps = Vec::new();
    for word in words {
        let (data, framework) = (word.clone(), word.clone());
        let with = move |c: &mut Case| {
            let mut stated = c.input.data.take().unwrap_or_else(|| Stated::new(Vec::new(), ""));
            stated.value.retain(|known| *known != data);
            stated.value.push(data.clone());
            c.input.data = Some(stated);
        };
        let name = format!("handling {word}");
        let without = word.clone();
        let none = move |c: &mut Case| {
            if let Some(data) = &mut c.input.data {
                data.value.retain(|known| *known != without);
            }
        };
        steps.push(step((&name, "data", "data"), none, with));
        let without = word.clone();
        let none = move |c: &mut Case| c.input.compliance.value.retain(|known| *known != without);
        let with = move |c: &mut Case| {
            c.input.compliance.value.retain(|known| *known != framework);
            c.input.compliance.value.push(framework.clone());
        };
        steps.push(step((&format!("in scope of {word}"), "compliance", "compliance"), none, with));
    }
    for pair in numbers.windows(2) {
        if let &[less, more] = pair {
            let name = format!("EPSS from {less} to {more}");
            steps.push(step((&name, "epss.percent", "epss"), move |c| set_epss(c, less), move |c| set_epss(c, more)));
        }
    }
    steps
}

/// The position of the first signal that names so many facts that they cannot all be tried.
pub(crate) fn too_many(model: &Model) -> Option<usize> {
    let (words, numbers) = thresholds(model);
    model.own_signals().position(|(_, filter)| situations(&filter.facts_named(), &words, &numbers).len() > MOST)
}

/// Every combination of the facts named, for a package's vulnerability and for code. More than [`MOST`] are not all made.
fn situations(facts: &[&'static str], words: &[String], numbers: &[f64]) -> Vec<Case> {
    let mut package = finding(Kind::Sca);
    package.input.identifiers = vec![CVE.to_owned()];
    let mut cases = vec![package, finding(Kind::Sast)];
    for fact in with_companions(facts) {
        cases = match fact {
            "kev" => expand(&cases, &[false, true], |case, kev| {
                if *kev {
                    set_kev(case, false);
                }
                format!("known exploited {kev}")
            }),
            "exploit" => expand(&cases, &[Exploitation::None, Exploitation::Poc, Exploitation::Active], |case, word| {
                set_exploit(case, *word, false);
                format!("exploitation {}", word.word())
            }),
            "epss" => expand(&cases, numbers, |case, epss| {
                set_epss(case, *epss);
                format!("EPSS {epss}")
            }),
            "reachable" => expand(&cases, &REACHES, |case, reach| {
                set_reach(case, *reach);
                format!("static {reach:?}")
            }),
            "loaded" => expand(&cases, &RUNTIMES, |case, state| {
                set_runtime(case, *state);
                format!("run time {state:?}")
            }),
            "exposed" => expand(&cases, &[Exposure::Unknown, Exposure::None, Exposure::Internal, Exposure::Internet], |case, value| {
                case.input.exposure.value = *value;
                format!("exposure {}", value.word())
            }),
            "production" => expand(&cases, &[Tri::Unknown, Tri::No, Tri::Yes], |case, value| {
                case.input.production.value = *value;
                format!("production {}", value.word())
            }),
            "severity" => expand(&cases, &Severity::ALL, |case, value| {
                case.input.severity = *value;
                format!("severity {}", value.word())
            }),
            "criticality" => expand(&cases, &Severity::ALL, |case, value| {
                case.input.criticality.value = *value;
                format!("criticality {}", value.word())
            }),
            "data" => expand(&cases, &sets(words), |case, classes| {
                case.input.data = Some(Stated::new(classes.clone(), ""));
                format!("data {}", classes.join(" and "))
            }),
            "compliance" => expand(&cases, &sets(words), |case, frameworks| {
                case.input.compliance.value.clone_from(frameworks);
                format!("frameworks {}", frameworks.join(" and "))
            }),
            _ => cases,
        };
        if cases.len() > MOST {
            break;
        }
    }
    cases
}

/// The facts, and those on which it depends what they add: known exploited, exploit code and EPSS; static reach and run time.
fn with_companions(facts: &[&'static str]) -> Vec<&'static str> {
    let mut out = facts.to_vec();
    for group in [["kev", "exploit", "epss"].as_slice(), &["reachable", "loaded"]] {
        if group.iter().any(|fact| facts.contains(fact)) {
            out.extend(group.iter().filter(|fact| !facts.contains(fact)));
        }
    }
    out
}

/// No word, each alone, and all.
fn sets(words: &[String]) -> Vec<Vec<String>> {
    let alone = words.iter().map(|word| vec![word.clone()]);
    std::iter::once(Vec::new()).chain(alone).chain(std::iter::once(words.to_vec())).collect()
}
