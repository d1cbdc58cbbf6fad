//! `cargo xtask`: what a developer runs. It needs Rust, Node and git, and says so in one line where one is missing.

mod bench;
mod counts;
mod demo;
mod docs;
mod http;
mod measure;
mod needs;
mod repository;
mod run;
mod served;
mod test;
mod tidy;

use std::process::ExitCode;

/// A failure, told in a sentence that the reader can act on.
type Done<T = ()> = Result<T, String>;

/// Name, what it does, its options with what each does, and the function.
struct Command {
    name: &'static str,
    about: &'static str,
    options: &'static [(&'static str, &'static str)],
    run: fn(&[String]) -> Done<ExitCode>,
}

const ONLY: (&str, &str) = ("--only NAME[,NAME]", "these alone");
const LIST: (&str, &str) = ("--list", "prints the names and ends");

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        about: "build everything, import the example programme and serve it",
        options: &[
            ("--no-open", "prints the address, and opens no browser"),
            ("--port N", "listens on this port of 127.0.0.1; default 7433, or a free one where that is taken"),
        ],
        run: demo::command,
    },
    Command { name: "test", about: "every check there is", options: &[ONLY, LIST], run: test::command },
    Command { name: "tidy", about: "the few rules of the source tree that a machine can check", options: &[], run: tidy::command },
    Command { name: "docs", about: "writes the pages on formats from the files of the formats", options: &[], run: docs::command },
    Command { name: "bench", about: "speed and memory, each figure beside its floor", options: &[ONLY, LIST], run: bench::command },
    Command {
        name: "measure",
        about: "how well reports are read and findings become issues",
        options: &[("NAME…", "these alone"), LIST],
        run: measure::command,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", &[][..]),
    };
    if name == demo::OPENER {
        return demo::open_when_ready(rest);
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let known = matches!(name, "help" | "--help" | "-h");
        if !known {
            eprintln!("error: no command `{name}`");
        }
        help();
        return if known { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    if rest.iter().any(|argument| matches!(argument.as_str(), "--help" | "-h")) {
        run::say(&format!("cargo xtask {}: {}\n", command.name, command.about));
        list(command, "  ");
        return ExitCode::SUCCESS;
    }
    match (command.run)(rest) {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn help() {
    run::say("cargo xtask COMMAND\n");
    for command in COMMANDS {
        run::say(&format!("  {:<9} {}", command.name, command.about));
        list(command, "            ");
    }
}

/// The options of a command, one a line.
fn list(command: &Command, indent: &str) {
    for (option, does) in command.options {
        run::say(&format!("{indent}{option:<19} {does}"));
    }
}

/// The names of all commands.
fn command_names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}

/// What follows a flag: `--only a,b` or `--only=a,b`. `Some(Err)` where the flag has no value.
fn value_of<'a>(arguments: &'a [String], flag: &str) -> Option<Done<&'a str>> {
    arguments.iter().enumerate().find_map(|(position, argument)| {
        let rest = argument.strip_prefix(flag)?;
        if rest.is_empty() {
            return Some(arguments.get(position + 1).map(String::as_str).ok_or_else(|| format!("{flag} needs a value")));
        }
        rest.strip_prefix('=').map(Ok)
    })
}

/// Refuses what is neither one of the switches, nor one of the flags with its value.
fn refuse_unknown(arguments: &[String], switches: &[&str], flags: &[&str]) -> Done {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if flags.contains(&name) {
            if name == argument {
                rest.next();
            }
        } else if !switches.contains(&argument.as_str()) {
            return Err(format!("unknown argument `{argument}`"));
        }
    }
    Ok(())
}

/// The entries that `--only` names, all without it; an unknown name is an error that lists the known ones.
fn chosen<'a, T>(all: &'a [T], name: fn(&T) -> &'static str, arguments: &[String]) -> Done<Vec<&'a T>> {
    let Some(only) = value_of(arguments, "--only").transpose()? else { return Ok(all.iter().collect()) };
    for wanted in only.split(',') {
        if !all.iter().any(|entry| name(entry) == wanted) {
            let known: Vec<&str> = all.iter().map(name).collect();
            return Err(format!("no part `{wanted}`; there are {}", known.join(", ")));
        }
    }
    Ok(all.iter().filter(|entry| only.split(',').any(|wanted| wanted == name(entry))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn flags_take_their_value_behind_a_space_or_an_equals_sign() {
        assert_eq!(value_of(&words("--port 80"), "--port"), Some(Ok("80")));
        assert_eq!(value_of(&words("--port=80"), "--port"), Some(Ok("80")));
        assert_eq!(value_of(&words("--portal 80"), "--port"), None);
        assert!(value_of(&words("--port"), "--port").is_some_and(|value| value.is_err()));
    }

    #[test]
    fn only_the_known_is_taken() {
        assert!(refuse_unknown(&words("--no-open --port 80"), &["--no-open"], &["--port"]).is_ok());
        assert!(refuse_unknown(&words("--port 80 81"), &["--no-open"], &["--port"]).is_err());
        let all = ["a", "b", "c"];
        assert_eq!(chosen(&all, |name| name, &words("--only c,a")).unwrap(), [&"a", &"c"]);
        assert!(chosen(&all, |name| name, &words("--only d")).unwrap_err().contains("a, b, c"));
    }
}
