//! `muster serve`

use std::net::SocketAddr;

use server::ServeOptions;

use crate::clock;
use crate::failure::{Failure, notice};
use crate::open::{Global, author};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address to listen on. Anything but loopback needs accounts.
    #[arg(long, default_value = "127.0.0.1:7433", value_name = "ADDR")]
    listen: SocketAddr,
}

pub(crate) fn run(arguments: &Arguments, global: &Global) -> Result<(), Failure> {
    serve(global.open()?, arguments.listen)
}

/// Serves until the process is stopped.
pub(crate) fn serve(muster: operations::Muster, listen: SocketAddr) -> Result<(), Failure> {
    let options = ServeOptions { listen, author: author() };
    server::serve(muster, options, clock::now, |at| notice(&format!("listening on http://{at}  (Ctrl-C ends it)")))
        .map_err(|error| if error.is_user_fault() { Failure::Bad(error.to_string()) } else { Failure::System(error.to_string()) })
}
