//! The pages in a browser, against the program as the demo builds it and a throw-away database with the example programme.

use crate::counts::{self, Counts};
use crate::demo::{build_muster, build_web, muster};
use crate::repository::{root, target};
use crate::run::{npm, run_and_read, say};
use crate::served::Served;
use crate::{Done, http, needs};

pub(super) fn all(sum: &mut Counts) -> Done {
    needs::node()?;
    let chromium = needs::chromium().ok_or("Chromium is missing; apt-get install chromium, or set CHROMIUM to a browser's path")?;
    if !root().join("web/dist/index.html").exists() || !root().join("web/node_modules").exists() {
        build_web()?;
    }
    build_muster()?;
    let server = Served::start(&muster(), &["demo"], target().join("browser-server.log"))?;
    let url = format!("http://{}", server.address);
    say(&format!("serving the example programme at {url}"));
    let page = http::get(server.address, "/")?;
    if !String::from_utf8_lossy(&page).to_ascii_lowercase().contains("<!doctype html") {
        return Err("the server holds no web app".into());
    }
    let mut command = npm();
    command.args(["run", "e2e"]).env("MUSTER_URL", &url).env("CHROMIUM", chromium);
    run_and_read(&mut command, |line| *sum += counts::playwright(line))
}
