//! Measures how findings become issues, on labelled programmes, and writes the result as a part of a page.
//!
//! `identity_quality IMAGE EXAMPLES examples`: the example programme with the labels that lie beside it.
//! `identity_quality IMAGE EXAMPLES corpus FOLDER [--lifecycle FILE] [--simulated FILE]`: a folder with `reports/` and `truth/`, and what the
//! scorers of lifecycle and of simulated programmes wrote as JSON.
//!
//! IMAGE is where the reliability diagram is written (SVG). The page goes to standard output.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool of developers: it stops and says why"
)]

mod corpus;
mod diagram;
mod own;
mod page;
mod programme;
mod tally;

use std::io::Write as _;
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (image, examples, set, rest) = match arguments.as_slice() {
        [image, examples, set, rest @ ..] => (image, Path::new(examples), set, rest),
        _ => panic!("identity_quality IMAGE EXAMPLES examples|corpus"),
    };
    let own = own::programme(examples, None);
    let with_code = page::classes(&[own::programme(examples, Some(own::code(examples).path()))]);
    let without_code = page::classes(std::slice::from_ref(&own));
    let programmes = match (set.as_str(), rest) {
        ("examples", _) => vec![own],
        ("corpus", [folder, ..]) => corpus::programmes(Path::new(folder)),
        _ => panic!("no set {set}"),
    };
    let file = |flag: &str| rest.iter().position(|argument| argument == flag).and_then(|at| rest.get(at + 1));
    let read = |path: &String| serde_json::from_slice(&std::fs::read(path).expect("a file of figures")).expect("figures as JSON");
    let measured = page::Measured {
        set: set.clone(),
        points: programmes.iter().flat_map(programme::Programme::points).collect(),
        ablation: page::ablation(&programmes),
        classes: page::classes(&programmes),
        without_code,
        with_code,
        lifecycle: file("--lifecycle").map(read),
        simulated: file("--simulated").map(read),
    };
    std::fs::write(image, diagram::draw(&measured.points)).expect("the diagram is written");
    std::io::stdout().write_all(page::page(&measured).as_bytes()).expect("the page is written");
}
