//! Which addresses are private: a name on the outside must not lead a request into the network that Muster stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Looks names up, and refuses those that lead to a private address. Every redirect comes by here too.
#[derive(Debug)]
pub(crate) struct Guarded {
    pub(crate) allow_private: bool,
    /// The proxy was chosen by whoever runs Muster and may stand inside.
    pub(crate) proxy_host: Option<String>,
}

/// A name that leads to a private address; travels through the client as one of its errors.
#[derive(Debug, thiserror::Error)]
#[error("{0} is a private address")]
pub(crate) struct PrivateAddress(pub(crate) String);

impl Resolver for Guarded {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let is_proxy = self.proxy_host.as_deref().is_some_and(|host| uri.host() == Some(host));
        if self.allow_private || is_proxy {
            return Ok(found);
        }
        match found.iter().map(std::net::SocketAddr::ip).find(|ip| is_private(*ip)) {
            Some(ip) => Err(ureq::Error::Other(Box::new(PrivateAddress(ip.to_string())))),
            None => Ok(found),
        }
    }
}

/// Addresses that are not of the public internet: this machine, private and shared networks, link-local (where clouds keep their metadata),
/// multicast, documentation, and IPv6 forms that hold such an IPv4 address.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => is_private_v6(ip),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = a == 192 && b == 0 && c == 0;
    let benchmarks = a == 198 && (b == 18 || b == 19);
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || shared
        || protocols
        || benchmarks
        || a == 0
        || a >= 240
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_private_v4(inner);
    }
    let [a, b, c, _, _, _, g, h] = ip.segments();
    let unique_local = a & 0xfe00 == 0xfc00;
    let link_local = a & 0xffc0 == 0xfe80;
    let documentation = a == 0x2001 && b == 0xdb8;
    let octets = |high: u16, low: u16| {
        let ([p, q], [r, s]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(p, q, r, s)
    };
    // 6to4 and NAT64 hold an IPv4 address.
    let six_to_four = a == 0x2002 && is_private_v4(octets(b, c));
    let nat64 = a == 0x64 && b == 0xff9b && is_private_v4(octets(g, h));
    ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || unique_local || link_local || documentation || six_to_four || nat64
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_and_public() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "2002:0a00:0001::1",
            "64:ff9b::7f00:1",
            "ff02::1",
            "2001:db8::1",
        ];
        for text in private {
            assert!(is_private(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "2002:0101:0101::1",
            "64:ff9b::101:101",
        ] {
            assert!(!is_private(text.parse().unwrap()), "{text}");
        }
    }
}
