//! What port scanners have in common: a port that answered.

use model::{Finding, Kind, Severity};

/// The rule of every open port.
pub(crate) const RULE: &str = "open-port";

/// A finding for an open port. The tools rate nothing: info.
pub(crate) fn open_port(host: &str, port: &str, protocol: &str) -> Finding {
    let mut finding = Finding::new(Kind::Dast, RULE, format!("Open port: {port}/{protocol}"));
    finding.severity = Severity::Info;
    finding.location.resource = Some(host_and_port(host, Some(port)));
    finding.location.resource_type = Some(format!("{protocol} port"));
    finding.distinct = Some(protocol.to_owned());
    finding
}

/// `host:port`, an IPv6 address in brackets; the host alone without port.
pub(crate) fn host_and_port(host: &str, port: Option<&str>) -> String {
    let bare = host.trim();
    let host = if bare.contains(':') && !bare.starts_with('[') { format!("[{bare}]") } else { bare.to_owned() };
    match port.map(str::trim).filter(|port| port.parse::<u16>().is_ok_and(|number| number > 0)) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        assert_eq!(host_and_port("10.0.0.1", Some("80")), "10.0.0.1:80");
        assert_eq!(host_and_port("fe80::1", Some("443")), "[fe80::1]:443");
        assert_eq!(host_and_port("db.example.com", Some("0")), "db.example.com");
    }
}
