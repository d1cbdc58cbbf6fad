//! The server on a real socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use operations::{Muster, SecretKey};
use server::{ServeError, ServeOptions, serve};
use store::testing::Place;

use crate::app::now;

fn open(place: &Place) -> Muster {
    Muster::open(place.url(), "acme", SecretKey::new([7; 32]), now()).unwrap()
}

#[test]
fn it_does_not_listen_where_others_could_reach_it() {
    let place = Place::sqlite();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let options = ServeOptions { listen: listen.parse().unwrap(), author: "robin".to_owned() };
        let error = serve(open(&place), options, now, |_| panic!("it listens on {listen}")).unwrap_err();
        assert!(matches!(error, ServeError::NotLoopback(_)) && error.is_user_fault());
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
    }
}

#[test]
fn it_answers_on_the_port_it_took_and_says_which_is_in_use() {
    let place = Place::sqlite();
    let (muster, second) = (open(&place), open(&place));
    let (tell, told) = mpsc::channel();
    // It ends with the test process.
    thread::spawn(move || {
        let options = ServeOptions { listen: "127.0.0.1:0".parse().unwrap(), author: "robin".to_owned() };
        serve(muster, options, now, |at| tell.send(at).unwrap())
    });
    let at = told.recv_timeout(Duration::from_secs(60)).unwrap();
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET /api/v1/status HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.contains("\"organisation\":\"acme\""), "{reply}");

    let options = ServeOptions { listen: at, author: "robin".to_owned() };
    let error = serve(second, options, now, |_| panic!("two on one port")).unwrap_err();
    assert!(matches!(error, ServeError::CannotListen { .. }), "{error}");
}
