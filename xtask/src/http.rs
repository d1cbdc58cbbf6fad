//! As much HTTP as it takes to ask our own server something.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::Done;

/// An address on loopback with a port that is free now.
///
/// # Errors
/// When there is none.
pub(crate) fn free_address() -> Done<SocketAddr> {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(|error| format!("no free port: {error}"))
}

/// The body of a successful answer to GET.
///
/// # Errors
/// When there is no answer, or another than 2xx.
pub(crate) fn get(address: SocketAddr, path: &str) -> Done<Vec<u8>> {
    let wrong = |error: std::io::Error| format!("GET {path}: {error}");
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5)).map_err(wrong)?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(wrong)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(wrong)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(wrong)?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or_else(|| format!("GET {path}: no whole answer"))?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer);
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status.starts_with('2') { Ok(body) } else { Err(format!("GET {path}: {}", head.lines().next().unwrap_or_default())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(text: &'static str) -> Done<Vec<u8>> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let length = stream.read(&mut request).unwrap();
            assert!(request[..length].starts_with(b"GET /x HTTP/1.1\r\n"));
            stream.write_all(text.as_bytes()).unwrap();
        });
        let answer = get(address, "/x");
        server.join().unwrap();
        answer
    }

    #[test]
    fn only_a_success_is_an_answer() {
        assert_eq!(answered("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").unwrap(), b"hi");
        assert!(answered("HTTP/1.1 503 Busy\r\n\r\n").unwrap_err().contains("503"));
        assert!(answered("").is_err());
    }
}
