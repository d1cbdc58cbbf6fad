//! What Hydra shows, and what it writes with `-o` alone: `[22][ssh] host: 10.0.0.5   login: admin   password: …`.

use model::Timestamp;

use super::hydra::{Login, push};
use super::wording::{plain_line, whole};
use crate::read::lines;
use crate::{Head, Input, Output, ParseError};

/// True where the text is Hydra's: its head, or a login that it found in the first line.
pub(super) fn is_text(head: &Head<'_>) -> bool {
    if head.is_json() || head.starts_with("<") {
        return false;
    }
    let lines: Vec<_> = head.text().lines().map(plain_line).filter(|line| !line.trim().is_empty()).take(20).collect();
    let named = |line: &str| {
        let rest = line.trim_start_matches("# ").strip_prefix("Hydra v");
        rest.is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit()) && (line.contains(" run at ") || line.contains("van Hauser"))
        })
    };
    lines.iter().any(|line| named(line)) || lines.first().is_some_and(|line| login(line).is_some())
}

/// One line taken apart. What stands behind `password:` is the password, blanks and all.
fn login(line: &str) -> Option<Login> {
    let (port, rest) = line.trim().strip_prefix('[')?.split_once("][")?;
    let (service, rest) = rest.split_once("] ")?;
    let member = |name: &str| {
        let (_, rest) = rest.split_once(name)?;
        let end = ["   login: ", "   password: ", "   misc: "].iter().filter_map(|next| rest.find(next)).min();
        let end = if name == "password: " { None } else { end };
        Some(rest.get(..end.unwrap_or(rest.len()))?.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let host = member("host: ").filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(Login {
        host,
        port: Some(port.to_owned()),
        service: Some(service.to_owned()),
        login: member("login: "),
        password: member("password: "),
    })
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let ended = lines::each(input, |number, line| {
        let line = plain_line(line);
        let text = line.trim();
        if let Some(found) = login(text) {
            push(out, found);
        } else if let Some((_, rest)) = text.trim_start_matches("# ").split_once("Hydra v") {
            let run = out.this();
            run.tool_version = rest.split_whitespace().next().map(str::to_owned);
            let words = rest.split_once(" run at ").map(|(_, time)| time.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
            run.at = words.and_then(|time| Timestamp::lenient(&time)).or(run.at);
        } else if let Some((_, time)) = text.strip_prefix("Hydra (").and_then(|rest| rest.split_once(" starting at ")) {
            out.this().at = Timestamp::lenient(time.trim()).or(out.this().at);
        } else if text.starts_with("Hydra (") && text.contains(" finished at ") {
            out.this().claims.ran = out.this().claims.failed.is_none();
        } else if text.contains(" did not complete") || text.starts_with("[ERROR]") {
            // Which of the lines it is says enough; the text may repeat what was tried.
            out.this().claims.ran = false;
            out.this().claims.failed = Some(format!("Hydra says in line {number} that it failed"));
        }
        Ok(())
    })?;
    whole(out, ended);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::login;

    #[test]
    fn lines_are_taken_apart() {
        let found = login("[80][http-post-form] host: 10.0.0.5   misc: /login   login: ann lee   password: a   login: b").unwrap();
        assert_eq!((found.host.as_str(), found.login.as_deref()), ("10.0.0.5", Some("ann lee")));
        assert_eq!(found.password.as_deref(), Some("a   login: b"));
        assert!(login("[DATA] max 16 tasks").is_none() && login("[22][ssh] nothing").is_none());
    }
}
