//! ZAP (Zed Attack Proxy), HTML: the reports `traditional-html` and `traditional-html-plus`. Versions seen: 2.9 to 2.16.
//!
//! Make it with `zap-baseline.py -t https://shop.example.com -r zap.html`; JSON or XML are better, see below.
//!
//! - index: the places (*URL*) of the alerts in the part *Alert Detail*, in the order of the page. An alert without a place counts as one.
//! - rule: *Plugin Id*, since the page does not have the number that tells the alerts of one plug-in apart; the other reports do.
//! - the rest is as in `zap.rs`. A site of the head of the page and every site of a place is a target: one run each.
//! - the page is made in the language of the program: only English is read.
//! - absence proves nothing (read-only): risks, confidences and sections can be left out of the page, and it does not say so.

use super::web::{labelled, origin, page, paragraphs, plain};
use super::zap::{Alert, Instance, push};
use crate::read::html;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most sites that become runs of their own.
const MOST_SITES: usize = 500;
/// Longest text of a cell that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// The HTML report of ZAP.
pub(crate) static FORMAT: Format =
    Format { id: "zap-html", name: "ZAP HTML", kinds: &[model::Kind::Dast], media: &[Media::Html], status: Status::ReadOnly, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    let titled = head.contains("ZAP Scanning Report") || head.contains("ZAP Version") || head.contains("ZAP by ");
    let tables = head.contains("Number of Alerts") || head.contains("class=\"results\"") || head.contains("Alert Detail");
    Match::sure_if(head.starts_with("<") && head.contains("<html") && titled && tables)
}

/// An alert and its places, as far as the page was read.
#[derive(Default)]
pub(super) struct Open {
    pub(super) alert: Alert,
    pub(super) places: Vec<Instance>,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let page = page(input)?;
    let mut alerts: Vec<Open> = Vec::new();
    for row in html::rows(&page) {
        let texts: Vec<String> = row.iter().map(|cell| plain(short(cell))).collect();
        let [label, text] = texts.as_slice() else { continue };
        let word = label.split(" (").next().unwrap_or_default();
        // The counts of the summary have the same words, and a number beside them.
        if matches!(word, "High" | "Medium" | "Low" | "Informational" | "False Positive") {
            if text.parse::<u64>().is_err() && !text.is_empty() {
                let alert = Alert { riskdesc: Some(word.to_owned()), alert: Some(text.clone()), ..Alert::default() };
                alerts.push(Open { alert, places: Vec::new() });
            }
            continue;
        }
        let Some(open) = alerts.last_mut() else { continue };
        let value = Some(text.clone()).filter(|text| !text.is_empty());
        match label.to_ascii_lowercase().as_str() {
            "url" => open.places.push(Instance { uri: value, ..Instance::default() }),
            "description" => open.alert.desc = value,
            "solution" => open.alert.solution = value,
            "reference" => open.alert.reference = value,
            "cwe id" => open.alert.cweid = value,
            "wasc id" => open.alert.wascid = value,
            "plugin id" => open.alert.pluginid = value,
            label => in_place(open.places.last_mut(), label, value),
        }
    }
    let heading =
        page.split_once("<h2>").and_then(|(_, rest)| rest.split_once("</h2>")).map(|(text, _)| plain(short(text))).unwrap_or_default();
    let version = page.split_once("ZAP Version: ").and_then(|(_, rest)| rest.split('<').next()).map(|text| text.trim().to_owned());
    let mut sites: Vec<String> =
        heading.split_whitespace().filter(|word| word.contains("://")).map(str::to_owned).take(MOST_SITES).collect();
    for place in alerts.iter().flat_map(|open| &open.places).filter_map(|place| place.uri.as_deref()) {
        let site = origin(place);
        if sites.len() < MOST_SITES && !sites.iter().any(|known| known == site) {
            sites.push(site.to_owned());
        }
    }
    write(out, alerts, &sites, version.as_deref(), "an HTML page, from which risks and sections may be left out");
    Ok(())
}

fn in_place(place: Option<&mut Instance>, label: &str, value: Option<String>) {
    let Some(place) = place else { return };
    match label {
        "method" => place.method = value,
        "param" | "parameter" => place.param = value,
        "attack" => place.attack = value,
        "evidence" => place.evidence = value,
        "other info" => place.otherinfo = value,
        "node name" => place.otherinfo = paragraphs([place.otherinfo.take(), labelled("Node", value.as_deref())]),
        _ => {}
    }
}

/// Site by site; what is of no site comes with the first.
pub(super) fn write(out: &mut Output<'_>, mut alerts: Vec<Open>, sites: &[String], version: Option<&str>, partial: &str) {
    for position in 0..sites.len().max(1) {
        let run = out.run("ZAP");
        run.tool_version = version.map(str::to_owned);
        run.url = sites.get(position).cloned();
        run.claims.ran = run.url.is_some();
        run.claims.partial = Some(partial.to_owned());
        let site = run.url.clone();
        for (number, open) in alerts.iter_mut().enumerate() {
            let place = format!("alert {}", number + 1);
            let is_here = |instance: &Instance| {
                let of = instance.uri.as_deref().map(origin);
                of == site.as_deref() || (position == 0 && of.is_none_or(|of| !sites.iter().any(|known| known == of)))
            };
            let without_place = position == 0 && open.places.is_empty();
            let (here, elsewhere) = std::mem::take(&mut open.places).into_iter().partition(is_here);
            open.places = elsewhere;
            let here: Vec<Instance> = here;
            if without_place {
                push(out, &place, &open.alert, Instance { uri: site.clone(), ..Instance::default() });
                continue;
            }
            here.into_iter().for_each(|instance| push(out, &place, &open.alert, instance));
        }
    }
}

fn short(html: &str) -> &str {
    let end = (0..=LONGEST).rev().find(|at| html.is_char_boundary(*at)).unwrap_or(0);
    if html.len() <= LONGEST { html } else { html.get(..end).unwrap_or(html) }
}
