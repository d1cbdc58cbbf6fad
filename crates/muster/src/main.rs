//! The command line. Each verb is a file in `cmd/`.

mod cmd;
mod failure;

use clap::{Parser, Subcommand};

/// Application security posture management: one queue of real vulnerabilities from the reports of all your scanners.
#[derive(Parser)]
#[command(name = "muster", version, max_term_width = 110)]
struct Cli {
    /// Machine output on stdout, and nothing else there.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What can be read.
    Formats(cmd::formats::Arguments),
    /// Reads reports and prints their findings; stores nothing.
    Parse(cmd::parse::Arguments),
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Formats(arguments) => cmd::formats::run(&arguments, cli.json),
        Command::Parse(arguments) => cmd::parse::run(&arguments, cli.json),
    };
    failure::exit_code(result)
}
