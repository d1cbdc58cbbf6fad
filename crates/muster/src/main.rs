//! The command line. Each verb is a file in `cmd/`.

mod clock;
mod cmd;
mod failure;
mod open;
mod table;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Application security posture management: one queue of real vulnerabilities from the reports of all your scanners.
#[derive(Parser)]
#[command(
    name = "muster",
    version,
    max_term_width = 110,
    after_help = "Exit codes: 0 done, 1 the answer is no, 2 the request or an input was bad, 3 the system failed.\n\n\
                  Examples:\n  muster demo\n  muster import --repo github.com/acme/shop reports/\n  muster issues --limit 20\n  muster issue show MST-7F3K2Q9D4XYZ"
)]
struct Cli {
    #[command(flatten)]
    global: open::Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// What can be read.
    Formats(cmd::formats::Arguments),
    /// Reads reports and prints their findings; stores nothing.
    Parse(cmd::parse::Arguments),
    /// Stores reports (files, folders, archives) and updates the issues.
    Import(cmd::import::Arguments),
    /// The list of imported reports, and taking one back.
    #[command(subcommand)]
    Report(cmd::report::Command),
    /// The ranked queue.
    Issues(cmd::issues::Arguments),
    /// One issue: its evidence, its history, and decisions on it.
    #[command(subcommand)]
    Issue(cmd::issue::Command),
    /// Changes that end issues, ranked by the risk that they remove.
    Fixes(cmd::fixes::Arguments),
    /// Which version of the matching made the issues, and what this program's would change.
    #[command(subcommand)]
    Identity(cmd::identity::Command),
    /// Applications, services, teams and who owns what.
    #[command(subcommand)]
    Inventory(cmd::inventory::Command),
    /// Services, or one with every fact, what runs, what shipped and who owns it.
    Services(cmd::services::Arguments),
    /// Teams, or one with its services.
    Teams(cmd::teams::Arguments),
    /// Feeds: KEV, EPSS, CVSS, SSVC, exploits, CWE, aliases.
    #[command(subcommand)]
    Intel(cmd::intel::Command),
    /// What authors say of vulnerabilities in products, whose word counts, and what we say (VEX).
    #[command(subcommand)]
    Vex(cmd::vex::Command),
    /// Packages of all targets, from SBOMs and reports.
    Components(cmd::components::Arguments),
    /// Who has a vulnerable package, direct or transitive, where deployed, now or at a past time.
    Affected(cmd::affected::Arguments),
    /// Teams that have to be told of what became known of their packages.
    Notifications(cmd::notifications::Arguments),
    /// Licences of packages under a policy.
    Licences(cmd::licences::Arguments),
    /// The risk model: weights and tables, what a change would move, and putting it in force.
    #[command(subcommand)]
    Risk(cmd::risk::Command),
    /// Records what runs where, since when.
    Deploy(cmd::deploy::Arguments),
    /// What tools saw loaded, executed, reachable, confirmed; where each fact comes from.
    #[command(subcommand)]
    Facts(cmd::facts::Command),
    /// Endpoints of services: documented, seen, tested; shadow, zombie and untested ones.
    Apis(cmd::apis::Arguments),
    /// Endpoints of a service and what answers them.
    #[command(subcommand)]
    Routes(cmd::routes::Command),
    /// What was open and urgent week by week, and how long fixing takes.
    Trend(cmd::trend::Arguments),
    /// Which service lacks which kind of scan; stale, failed, partial.
    Coverage(cmd::coverage::Arguments),
    /// What comes regularly from which tool, and what failed or fell silent.
    Streams(cmd::streams::Arguments),
    /// The queue with all that ranked it, so that anyone can compute it again.
    Export(cmd::export::Arguments),
    /// JSON Schema of an output.
    Schema(cmd::schema::Arguments),
    /// The API and the web pages.
    Serve(cmd::serve::Arguments),
    /// The web pages with the example programme, in a throw-away database.
    Demo(cmd::demo::Arguments),
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let global = &cli.global;
    let result = match cli.command {
        Command::Formats(arguments) => cmd::formats::run(&arguments, global.json),
        Command::Parse(arguments) => cmd::parse::run(arguments, global.json),
        Command::Import(arguments) => cmd::import::run(arguments, global),
        Command::Report(command) => cmd::report::run(command, global),
        Command::Issues(arguments) => cmd::issues::run(arguments, global),
        Command::Issue(command) => cmd::issue::run(command, global),
        Command::Fixes(arguments) => cmd::fixes::run(arguments, global),
        Command::Identity(command) => cmd::identity::run(command, global),
        Command::Inventory(command) => cmd::inventory::run(command, global),
        Command::Services(arguments) => cmd::services::run(arguments, global),
        Command::Teams(arguments) => cmd::teams::run(&arguments, global),
        Command::Intel(command) => cmd::intel::run(command, global),
        Command::Vex(command) => cmd::vex::run(command, global),
        Command::Components(arguments) => cmd::components::run(&arguments, global),
        Command::Affected(arguments) => cmd::affected::run(&arguments, global),
        Command::Notifications(arguments) => cmd::notifications::run(arguments, global),
        Command::Licences(arguments) => cmd::licences::run(arguments, global),
        Command::Risk(command) => cmd::risk::run(command, global),
        Command::Deploy(arguments) => cmd::deploy::run(arguments, global),
        Command::Facts(command) => cmd::facts::run(command, global),
        Command::Apis(arguments) => cmd::apis::run(arguments, global),
        Command::Routes(command) => cmd::routes::run(command, global),
        Command::Trend(arguments) => cmd::trend::run(arguments, global),
        Command::Coverage(arguments) => cmd::coverage::run(&arguments, global),
        Command::Streams(arguments) => cmd::streams::run(&arguments, global),
        Command::Export(arguments) => cmd::export::run(&arguments, global),
        Command::Schema(arguments) => cmd::schema::run(&arguments),
        Command::Serve(arguments) => cmd::serve::run(&arguments, global),
        Command::Demo(arguments) => cmd::demo::run(&arguments, global),
    };
    failure::exit_code(result)
}
