//! Embeds the web app anew when it was built anew. Nothing is built here: `cargo xtask demo` builds the pages.

fn main() {
    let built = std::path::Path::new("../../web/dist");
    // A path that is missing counts as changed each time, so without a build its parent is watched.
    println!("cargo:rerun-if-changed={}", if built.exists() { "../../web/dist" } else { "../../web" });
}
