//! The part of the page.

use std::fmt::Write as _;

use model::Timestamp;
use pipeline::prioritise::Model;

use crate::ablation::{SIGNALS, without};
use crate::coverage::{Between, first, mean_difference};
use crate::day::{Day, ORDERS};
use crate::programme::{First, Programme};

/// Places of the queue that are looked at.
const PLACES: usize = 500;
/// Days after the day in which entries into KEV count, and what the page calls them. The last is all that followed.
const WINDOWS: [(i64, &str); 4] = [(90, "90 days"), (180, "180 days"), (365, "a year"), (100_000, "all since")];

pub(crate) fn page(model: &Model, days: &[Day], programmes: &[Programme]) -> String {
    let mut out =
        format!("Written by `cargo xtask measure ranking` with the model `{}`, through the code that ranks the queue.\n\n", model.name);
    if !days.is_empty() {
        history(&mut out, model, days);
    }
    if !programmes.is_empty() {
        simulated(&mut out, model, programmes);
    }
    left_out(&mut out, model, days, programmes);
    out
}

fn day_word(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// Share of the truth in the first places, one value a CVE of the truth.
fn shares(day: &Day, truth: &[&str], order: &str, model: &Model, places: usize, unlisted: bool) -> Vec<f64> {
    let mut scores = day.scored(order, model);
    if unlisted {
        scores.retain(|(cve, _)| !day.was_listed(cve));
    }
    let found = first(&scores, places);
    truth.iter().map(|cve| found.get(cve).copied().unwrap_or(0.0)).collect()
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

fn between(b: Between) -> String {
    format!("{:+.1} ({:+.1} to {:+.1})", b.value * 100.0, b.low * 100.0, b.high * 100.0)
}

fn history(out: &mut String, model: &Model, days: &[Day]) {
    let _ = write!(
        out,
        "**Past days.** All CVEs that CISA Vulnrichment described on the day, ordered by what was known then and nothing of any service; the \
         truth is\nwhich of them entered KEV afterwards. *Coverage*: how much of the truth stands among the first {PLACES}, in per cent (ties \
         shared out).\n*Efficiency*: how many of the {PLACES} are of the truth. Differences in points of coverage with their 95 % interval \
         (paired bootstrap over\nthe truth, 10,000 samples).\n\n"
    );
    for unlisted in [true, false] {
        let who = if unlisted { "CVEs not in KEV on the day" } else { "all CVEs, those in KEV on the day included" };
        let _ = write!(out, "| {who} | entered | {} | Muster − CVSS | Muster − EPSS | efficiency |\n|---|---|", ORDERS.join(" | "));
        out.push_str(&"---|".repeat(ORDERS.len() + 3));
        out.push('\n');
        for day in days {
            let pool = day.pool.keys().filter(|cve| !unlisted || !day.was_listed(cve)).count();
            for (length, word) in WINDOWS {
                let truth = day.entered_within(length);
                let found: Vec<Vec<f64>> = ORDERS.iter().map(|order| shares(day, &truth, order, model, PLACES, unlisted)).collect();
                let ours = &found[ORDERS.len() - 1];
                let against = |place: usize| {
                    let pairs: Vec<(f64, f64)> = ours.iter().copied().zip(found[place].iter().copied()).collect();
                    between(mean_difference(&pairs))
                };
                let cells: Vec<String> = found.iter().map(|found| format!("{:.1}", mean(found) * 100.0)).collect();
                let _ = writeln!(
                    out,
                    "| {} ({pool}), {word} | {} | {} | {} | {} | {:.1} |",
                    day_word(day.at),
                    truth.len(),
                    cells.join(" | "),
                    against(0),
                    against(1),
                    ours.iter().sum::<f64>()
                );
            }
        }
        out.push('\n');
    }
    for day in days.iter().filter(|day| day.epss.is_some_and(|epss| day_word(epss) != day_word(day.at))) {
        let _ = writeln!(
            out,
            "Of {} there was no file of scores at hand: EPSS is that of {}, for every order that uses it.\n",
            day_word(day.at),
            day.epss.map(day_word).unwrap_or_default()
        );
    }
    let _ = writeln!(out, "| coverage at | {} |\n|---|{}", ORDERS.join(" | "), "---|".repeat(ORDERS.len()));
    for day in days {
        let truth = day.entered_within(WINDOWS[3].0);
        for places in [100, 250, 500, 1000, 2000] {
            let cells: Vec<String> =
                ORDERS.iter().map(|order| format!("{:.1}", mean(&shares(day, &truth, order, model, places, true)) * 100.0)).collect();
            let _ = writeln!(out, "| {}, {places} | {} |", day_word(day.at), cells.join(" | "));
        }
    }
    out.push('\n');
}

fn cell(first: First) -> String {
    format!("{:.1}, {}", first.share * 100.0, first.wanted)
}

fn simulated(out: &mut String, model: &Model, programmes: &[Programme]) {
    out.push_str(
        "**Simulated programmes**, whose truth is known. Of the first places (as many as there are issues that matter): the share of all \
         simulated\nloss that they hold, in per cent, and how many of those that matter. Weights were chosen on seed 1 of *company*\nand on seeds 1 and 2 of *sca10k*.\n\n",
    );
    out.push_str(
        "| programme | open issues | first | Muster | EPSS | CVSS | best possible | `loaded && exposed && !vex`, of which matter |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for programme in programmes {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {}, {} |",
            programme.name,
            programme.issues(),
            programme.size,
            cell(programme.first(model)),
            cell(programme.by_epss()),
            cell(programme.by_cvss()),
            cell(programme.best()),
            programme.filtered.0,
            programme.filtered.1
        );
    }
    out.push('\n');
}

fn left_out(out: &mut String, model: &Model, days: &[Day], programmes: &[Programme]) {
    let names: Vec<String> =
        days.iter().map(|day| day_word(day.at)).chain(programmes.iter().map(|programme| programme.name.clone())).collect();
    let _ = writeln!(
        out,
        "**What each signal is worth.** The same without it: coverage at {PLACES} of all that entered KEV since the day, and share of loss \
         and issues\nthat matter in the first places.\n\n| without | {} |\n|---|{}",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    let variants = std::iter::once(("nothing", model.clone())).chain(SIGNALS.iter().map(|signal| (*signal, without(model, signal))));
    for (name, model) in variants {
        let of_day = |day: &Day| {
            let truth = day.entered_within(WINDOWS[3].0);
            format!("{:.1}", mean(&shares(day, &truth, "Muster", &model, PLACES, true)) * 100.0)
        };
        let cells: Vec<String> = days.iter().map(of_day).chain(programmes.iter().map(|programme| cell(programme.first(&model)))).collect();
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    }
}
