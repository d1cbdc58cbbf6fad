//! Measures how well the queue is ordered, with the product's own code, and writes the result as a part of a page.
//!
//! `ranking_quality [--model FILE] [--intel FOLDER] [--feed FILE]… [--programme NAME DATABASE TRUTH]…`
//!
//! FOLDER holds feeds as they are published (`kev-*.json.gz`, `exploit-*.csv.gz`) and, of each past day, `vulnrichment-DAY.csv.gz` and an EPSS
//! file of that day or before. DATABASE is an SQLite file into which a simulated programme was imported, TRUTH the folder with its
//! `issues.jsonl`, `findings.jsonl`, `states.jsonl` and `summary.json`. A `--feed` is loaded into every
//! database first: a programme that was imported once is kept, and lacks what readers have learnt since. The page goes to standard output.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a tool of developers: it stops and says why"
)]

mod ablation;
mod coverage;
mod day;
mod page;
mod programme;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use pipeline::prioritise::Model;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut model = Model::default();
    let mut days = Vec::new();
    let mut programmes = Vec::new();
    let mut feeds = Vec::new();
    while let Some(flag) = arguments.next() {
        let mut next = || arguments.next().unwrap_or_else(|| panic!("{flag} needs more"));
        match flag.as_str() {
            "--model" => {
                let text = std::fs::read_to_string(next()).expect("the model is there");
                model = Model::parse(&text).unwrap_or_else(|error| panic!("{error}"));
            }
            "--intel" => days = day::days(Path::new(&next())),
            "--feed" => {
                let file = next();
                let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
                feeds.push((file, bytes));
            }
            "--programme" => programmes.push((next(), PathBuf::from(next()), PathBuf::from(next()))),
            other => panic!("no flag {other}"),
        }
    }
    let programmes: Vec<_> =
        programmes.into_iter().map(|(name, database, truth)| programme::Programme::read(name, &database, &truth, &feeds)).collect();
    std::io::stdout().write_all(page::page(&model, &days, &programmes).as_bytes()).expect("the page is written");
}
