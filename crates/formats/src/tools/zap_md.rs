//! ZAP (Zed Attack Proxy), Markdown: the report `traditional-md`. Versions seen: 2.9 to 2.17.
//!
//! Make it with `zap-baseline.py -t https://shop.example.com -w zap.md`; JSON or XML are better, see below.
//!
//! - index: the places (*URL*) of the alerts in the part *Alert Detail*, in the order of the report. An alert without a place counts as one, and
//!   so does one that is *Systemic*: as in `zap.rs`, it is one finding of the site.
//! - rule: the number in the link of the alert's heading (`…/docs/alerts/10055-4/`), else the alert's name.
//! - the rest is as in `zap.rs`. Every site of a place is a target: one run each. The report says neither its version nor its time.
//! - the report is made in the language of the program: only English is read.
//! - absence proves nothing (read-only): risks, confidences and sections can be left out of the report, and it does not say so.

use super::web::{origin, paragraphs};
use super::wording::whole;
use super::zap::{Alert, Instance};
use super::zap_html::{Open, write};
use crate::read::lines;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// Most sites that become runs of their own.
const MOST_SITES: usize = 500;
/// Longest text of one member that is kept, in bytes.
const LONGEST: usize = 64 * 1024;
/// The headings within an alert.
const SECTIONS: [&str; 5] = ["Description", "Solution", "Reference", "Other information", "Other Info"];
const RISKS: [&str; 5] = ["High (", "Medium (", "Low (", "Informational (", "False Positive ("];

/// The Markdown report of ZAP.
pub(crate) static FORMAT: Format = Format {
    id: "zap-md",
    name: "ZAP Markdown",
    kinds: &[model::Kind::Dast],
    media: &[Media::Text],
    status: Status::ReadOnly,
    sniff,
    parse,
};

fn sniff(head: &Head<'_>) -> Match {
    let text = head.text();
    let titled = text.trim_start().starts_with("# ")
        && (text.contains("ZAP Scanning Report") || text.contains("ZAP by ") || text.contains("ZAP is "));
    let parts = text.contains("| Risk Level | Number of Alerts |") || text.contains("\n## Alert Detail");
    Match::sure_if(titled && parts)
}

/// Where the next lines of text belong.
#[derive(Clone, Copy, Default, PartialEq)]
enum At {
    #[default]
    Nowhere,
    Description,
    Solution,
    Reference,
    /// A value of the last place that goes on over several lines.
    Value(Value),
}

/// The values of a place that are read.
#[derive(Clone, Copy, PartialEq)]
enum Value {
    Method,
    Parameter,
    Attack,
    Evidence,
    Other,
    Node,
}

#[derive(Default)]
struct Reading {
    alerts: Vec<Open>,
    at: At,
    in_detail: bool,
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut reading = Reading::default();
    let ended = lines::each(input, |_, line| {
        reading.line(line);
        Ok(())
    })?;
    let mut sites: Vec<String> = Vec::new();
    for open in &mut reading.alerts {
        if open.alert.systemic.is_some() && open.places.len() > 1 {
            let seen: Vec<String> = open.places.iter().filter_map(|place| place.uri.clone()).take(10).collect();
            let site = open.places.first().and_then(|place| place.uri.as_deref()).map(|uri| origin(uri).to_owned());
            let told = paragraphs([Some(format!("Systemic, seen among others at: {}", seen.join(", ")))]);
            open.places = vec![Instance { uri: site, otherinfo: told, ..Instance::default() }];
        }
        for uri in open.places.iter().filter_map(|place| place.uri.as_deref()) {
            let site = origin(uri);
            if sites.len() < MOST_SITES && !sites.iter().any(|known| known == site) {
                sites.push(site.to_owned());
            }
        }
    }
    write(out, reading.alerts, &sites, None, "a Markdown page, from which risks and sections may be left out");
    whole(out, ended);
    Ok(())
}

impl Reading {
    fn line(&mut self, line: &str) {
        if let At::Value(value) = self.at {
            return self.value_goes_on(value, line);
        }
        let text = line.trim_end();
        if let Some(heading) = text.strip_prefix("## ") {
            self.in_detail = heading.trim() == "Alert Detail";
            self.at = At::Nowhere;
        } else if !self.in_detail {
            // Tables of numbers, in some versions with the words of an alert.
        } else if let Some(heading) = text.strip_prefix("### ") {
            self.heading(heading.trim());
        } else if let Some(risk) = text.strip_prefix("##### ").filter(|risk| RISKS.iter().any(|start| risk.starts_with(start))) {
            self.risk(risk);
        } else if let Some(id) = text.strip_prefix("#### ") {
            self.id(id);
        } else if let Some(uri) = text.strip_prefix("* URL: ") {
            self.at = At::Nowhere;
            if let Some(open) = self.alerts.last_mut() {
                open.places.push(Instance { uri: Some(uri.trim().to_owned()), ..Instance::default() });
            }
        } else if let Some((name, value)) = text.trim_start().strip_prefix("* ").and_then(|text| text.split_once(": `")) {
            self.value(name, value);
        } else if let Some(count) = text.strip_prefix("Instances: ") {
            if let Some(open) = self.alerts.last_mut().filter(|_| count.trim().eq_ignore_ascii_case("systemic")) {
                open.alert.systemic = Some("true".to_owned());
            }
            self.at = At::Nowhere;
        } else {
            self.text(text);
        }
    }

    fn heading(&mut self, heading: &str) {
        if SECTIONS.contains(&heading) {
            self.at = match heading {
                "Description" => At::Description,
                "Solution" => At::Solution,
                "Reference" => At::Reference,
                _ => At::Nowhere,
            };
            return;
        }
        let (name, link) = heading.strip_prefix("[ ").and_then(|rest| rest.split_once(" ](")).unwrap_or((heading, ""));
        let id = link.split("/alerts/").nth(1).map(|rest| rest.trim_end_matches([')', '/']).to_owned()).filter(|id| !id.is_empty());
        let alert = Alert { alert: Some(name.trim().to_owned()), pluginid: id, ..Alert::default() };
        self.alerts.push(Open { alert, places: Vec::new() });
        self.at = At::Nowhere;
    }

    fn risk(&mut self, risk: &str) {
        let Some(open) = self.alerts.last_mut() else { return };
        let confidence = risk.split_once(" (").map(|(_, word)| word.trim_end_matches(')'));
        open.alert.confidence = confidence.map(|word| if word == "False Positive" { "0".to_owned() } else { word.to_owned() });
        open.alert.riskdesc = Some(risk.to_owned());
    }

    /// `CWE Id: [ 352 ](https://cwe.mitre.org/…)`, `WASC Id: 9`.
    fn id(&mut self, text: &str) {
        let Some((open, (name, value))) = self.alerts.last_mut().zip(text.split_once(':')) else { return };
        let digits: String = value.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        match name.trim().to_ascii_lowercase().as_str() {
            "cwe id" => open.alert.cweid = Some(digits),
            "wasc id" => open.alert.wascid = Some(digits),
            _ => {}
        }
        self.at = At::Nowhere;
    }

    fn value(&mut self, name: &str, value: &str) {
        let value_of = match name.to_ascii_lowercase().as_str() {
            "method" => Value::Method,
            "param" | "parameter" => Value::Parameter,
            "attack" => Value::Attack,
            "evidence" => Value::Evidence,
            "other info" | "otherinfo" | "other information" => Value::Other,
            "node name" => Value::Node,
            _ => return,
        };
        self.at = At::Value(value_of);
        self.value_goes_on(value_of, value);
    }

    /// A value ends with the line that ends with its closing quote.
    fn value_goes_on(&mut self, value: Value, line: &str) {
        let (text, ends) = line.trim_end().strip_suffix('`').map_or((line, false), |text| (text, true));
        let place = self.alerts.last_mut().and_then(|open| open.places.last_mut());
        if let Some(place) = place.filter(|_| !text.is_empty()) {
            let text = if value == Value::Node { format!("Node: {text}") } else { text.to_owned() };
            add(
                match value {
                    Value::Method => &mut place.method,
                    Value::Parameter => &mut place.param,
                    Value::Attack => &mut place.attack,
                    Value::Evidence => &mut place.evidence,
                    Value::Other | Value::Node => &mut place.otherinfo,
                },
                &text,
            );
        }
        if ends {
            self.at = At::Nowhere;
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.alerts.last_mut() else { return };
        match self.at {
            At::Description => add(&mut open.alert.desc, text),
            At::Solution => add(&mut open.alert.solution, text),
            // `* [ https://… ](https://…)`
            At::Reference => add(&mut open.alert.reference, text.rsplit_once("](").map_or(text, |(_, link)| link.trim_end_matches(')'))),
            At::Nowhere | At::Value(_) => {}
        }
    }
}

fn add(to: &mut Option<String>, line: &str) {
    let text = to.get_or_insert_default();
    if text.len() + line.len() < LONGEST {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
    }
}
