//! The part of the page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pipeline::deduplicate::across::{KINDS_OF_EVIDENCE, MATCHING};
use serde_json::Value;

use crate::diagram::bins;
use crate::programme::Programme;
use crate::tally::{Tally, share, tally};

/// All that was measured.
pub(crate) struct Measured {
    pub(crate) set: String,
    pub(crate) classes: Vec<(String, Tally)>,
    /// The example programme without and with its code.
    pub(crate) without_code: Vec<(String, Tally)>,
    pub(crate) with_code: Vec<(String, Tally)>,
    /// What was left out, and what is left.
    pub(crate) ablation: Vec<(&'static str, Tally)>,
    pub(crate) points: Vec<(f64, bool)>,
    pub(crate) lifecycle: Option<Value>,
    pub(crate) simulated: Option<Value>,
}

/// Counts over all classes and in each.
pub(crate) fn classes(programmes: &[Programme]) -> Vec<(String, Tally)> {
    let names: BTreeSet<&String> = programmes.iter().flat_map(|programme| programme.truth.class.values()).collect();
    let count = |class: Option<&str>| {
        let mut sum = Tally::default();
        for programme in programmes {
            sum.add(&tally(&programme.truth, &programme.issue, &programme.suggested, class));
        }
        sum
    };
    let all = std::iter::once(("all".to_owned(), count(None)));
    all.chain(names.into_iter().map(|name| (name.clone(), count(Some(name))))).collect()
}

/// Counts over all classes without each kind of evidence.
pub(crate) fn ablation(programmes: &[Programme]) -> Vec<(&'static str, Tally)> {
    let kinds = std::iter::once(("nothing", &[][..])).chain(KINDS_OF_EVIDENCE.iter().copied());
    kinds
        .map(|(name, fields)| {
            let mut sum = Tally::default();
            for programme in programmes {
                sum.add(&tally(&programme.truth, &programme.without(fields), &programme.suggested, None));
            }
            (name, sum)
        })
        .collect()
}

fn f1(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}

/// The whole part, without its markers.
pub(crate) fn page(measured: &Measured) -> String {
    let set = match measured.set.as_str() {
        "examples" => "the first release of the [example programme](../examples/README.md) with the labels of `examples/labels.jsonl`",
        _ => "the labelled corpus, one report of each scan",
    };
    let mut out = format!(
        "Written by `cargo xtask measure identity` with {MATCHING}, on {set}. Behind a share stands its 95 % interval (Wilson). *Across*: \
         pairs of\ntwo tools. *With suggestions*: recall where a suggested pair counts as found. *Over*: issues that hold two flaws. \
         *Under*: flaws in\nseveral issues. *Lost*: flaws wholly hidden under another one's issue.\n\n"
    );
    pairs(&mut out, measured);
    calibration(&mut out, &measured.points);
    without(&mut out, measured);
    source(&mut out, measured);
    if let Some(lifecycle) = &measured.lifecycle {
        rows(&mut out, "Over time", lifecycle.get("lifecycle").unwrap_or(lifecycle));
    }
    if let Some(simulated) = &measured.simulated {
        simulated_rows(&mut out, simulated);
    }
    out
}

fn pairs(out: &mut String, measured: &Measured) {
    out.push_str(
        "| class | findings | flaws | pairs | precision | recall | F1 | over | under | lost |\n|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, t) in &measured.classes {
        let p = &t.pairs;
        let (precision, recall) = (share(p.right, p.right + p.wrong), share(p.right, p.truth));
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {precision} | {recall} | {} | {} | {} | {} |",
            t.findings,
            t.flaws,
            p.truth,
            f1(p.f1()),
            t.over,
            t.under,
            t.lost
        );
    }
    out.push_str("\n| across tools | pairs | precision | recall | F1 | with suggestions |\n|---|---|---|---|---|---|\n");
    for (name, t) in &measured.classes {
        let c = &t.cross;
        let (precision, recall) = (share(c.right, c.right + c.wrong), share(c.right, c.truth));
        let _ = writeln!(out, "| {name} | {} | {precision} | {recall} | {} | {} |", c.truth, f1(c.f1()), share(t.cross_suggested, c.truth));
    }
}

fn calibration(out: &mut String, points: &[(f64, bool)]) {
    let n = points.len().max(1) as f64;
    let brier: f64 = points.iter().map(|(p, right)| (p - f64::from(u8::from(*right))).powi(2)).sum::<f64>() / n;
    let bins = bins(points);
    let ece: f64 = bins.iter().filter(|(n, _, _)| *n > 0).map(|(n, mean, right)| (mean * *n as f64 - *right as f64).abs()).sum::<f64>() / n;
    let right = points.iter().filter(|(_, right)| *right).count();
    let _ = write!(
        out,
        "\n**Calibration.** Links of labelled findings and suggestions between them: {} ({right} right), Brier score {brier:.4}, expected \
         calibration\nerror over ten bins {ece:.4}.\n\n![How often links of a confidence are right](images/identity-reliability.svg)\n\n\
         | confidence said | links | mean | right |\n|---|---|---|---|\n",
        points.len()
    );
    for (at, (n, mean, right)) in bins.iter().enumerate().filter(|(_, (n, _, _))| *n > 0) {
        let _ = writeln!(out, "| {:.1} to {:.1} | {n} | {mean:.3} | {} |", at as f64 / 10.0, (at + 1) as f64 / 10.0, share(*right, *n));
    }
}

fn without(out: &mut String, measured: &Measured) {
    out.push_str(
        "\n**What each kind of evidence is worth.** All issues again without it; what proves findings apart still counts.\n\n\
         | without | precision across tools | recall across tools | over | lost |\n|---|---|---|---|---|\n",
    );
    for (name, t) in &measured.ablation {
        let c = &t.cross;
        let _ = writeln!(out, "| {name} | {} | {} | {} | {} |", share(c.right, c.right + c.wrong), share(c.right, c.truth), t.over, t.lost);
    }
}

/// The example programme twice: it is the only set here of which the code is at hand.
fn source(out: &mut String, measured: &Measured) {
    out.push_str(
        "\n**With the code and without.** The first release of the [example programme](../examples/README.md), imported with `--source` and\n\
         without: pairs across tools.\n\n\
         | class | pairs | precision without | recall without | precision with | recall with | suggested too, without | with |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for ((name, before), (_, after)) in measured.without_code.iter().zip(&measured.with_code) {
        let of = |t: &Tally| {
            let c = &t.cross;
            (share(c.right, c.right + c.wrong), share(c.right, c.truth), share(t.cross_suggested, c.truth))
        };
        let ((p, r, s), (p_with, r_with, s_with)) = (of(before), of(after));
        let _ = writeln!(out, "| {name} | {} | {p} | {r} | {p_with} | {r_with} | {s} | {s_with} |", before.cross.truth);
    }
}

/// Rows of `{what: {n, right}}`.
fn rows(out: &mut String, title: &str, rows: &Value) {
    let Some(rows) = rows.as_object() else { return };
    let _ = write!(
        out,
        "\n**{title}.** An older and a newer scan of the same code.\n\n| what must hold | right | of | share |\n|---|---|---|---|\n"
    );
    for (what, row) in rows {
        if let (Some(n), Some(right)) = (row["n"].as_u64(), row["right"].as_u64()) {
            let counts = (usize::try_from(right).unwrap(), usize::try_from(n).unwrap());
            let _ = writeln!(out, "| {what} | {right} | {n} | {} |", share(counts.0, counts.1));
        }
    }
}

/// Rows of `[{class, pairs, said, right}]`, wherever they stand in what the scorer of a simulated programme wrote.
fn simulated_rows(out: &mut String, simulated: &Value) {
    let Some(rows) = find_rows(simulated) else { return };
    let _ = write!(
        out,
        "\n**Simulated programme**, whose truth is known.\n\n| pairs | true | said | precision | recall |\n|---|---|---|---|---|\n"
    );
    for row in rows {
        let number = |name: &str| row[name].as_u64().and_then(|n| usize::try_from(n).ok());
        if let (Some(class), Some(truth), Some(said), Some(right)) =
            (row["class"].as_str(), number("pairs"), number("said"), number("right"))
        {
            let _ = writeln!(out, "| {class} | {truth} | {said} | {} | {} |", share(right, said), share(right, truth));
        }
    }
}

fn find_rows(value: &Value) -> Option<&Vec<Value>> {
    let is_row = |row: &Value| ["class", "pairs", "said", "right"].iter().all(|key| row.get(key).is_some());
    match value {
        Value::Array(rows) if !rows.is_empty() && rows.iter().all(is_row) => Some(rows),
        Value::Array(list) => list.iter().find_map(find_rows),
        Value::Object(map) => map.values().find_map(find_rows),
        _ => None,
    }
}
