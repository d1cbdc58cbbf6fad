//! Web addresses: canonical form, origin, path pattern, names of query parameters.

/// An address taken apart. Credentials are never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl {
    /// Lower case.
    pub scheme: String,
    /// Lower case; `127.0.0.1` and `[::1]` are `localhost`.
    pub host: String,
    /// Absent where it is the scheme's own.
    pub port: Option<u16>,
    /// As given, from the first `/` on; `/` where there is none. A scanner's path may be its proof (`/../../etc/passwd`), so nothing is
    /// resolved.
    pub path: String,
    /// What stands behind `?`, as given.
    pub query: Option<String>,
    /// What stands behind `#`, only where it is a route of a single-page application (`#/login`, `#!/login`).
    pub route: Option<String>,
}

/// Longest address that is read, in bytes; a longer one is cut there, at a character.
const LONGEST: usize = 8192;

impl WebUrl {
    /// Takes an absolute address apart (`scheme://host…`). `None` where the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = if text.len() > LONGEST { (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at))? } else { text.len() };
        let text = text.get(..end)?;
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(plain) || scheme == "file" {
            return None;
        }
        let (authority, tail) = rest.find(['/', '?', '#']).map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = host_and_port(authority.rsplit('@').next().unwrap_or_default())?;
        let port = port.filter(|port| Some(*port) != own_port(&scheme));
        let (tail, fragment) = tail.split_once('#').map_or((tail, None), |(tail, fragment)| (tail, Some(fragment)));
        let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
        Some(Self {
            scheme,
            host,
            port,
            path: if path.is_empty() { "/".to_owned() } else { same_escapes(path) },
            query: query.filter(|query| !query.is_empty()).map(same_escapes),
            route: fragment.filter(|route| route.starts_with('/') || route.starts_with("!/")).map(same_escapes),
        })
    }

    /// Scheme, host and port: `https://shop.example.com`, `http://localhost:8080`.
    #[must_use]
    pub fn origin(&self) -> String {
        match self.port {
            Some(port) => format!("{}://{}:{port}", self.scheme, self.host),
            None => format!("{}://{}", self.scheme, self.host),
        }
    }

    /// The path with `{}` for what looks like a value: numbers, UUIDs, long hexadecimal text, tokens. A route of a single-page application
    /// is part of it.
    #[must_use]
    pub fn path_pattern(&self) -> String {
        let path = path_pattern(&self.path);
        match &self.route {
            Some(route) => format!("{path}#{}", path_pattern(route)),
            None => path,
        }
    }

    /// Names of the query's parameters, sorted, without repeats, not decoded.
    #[must_use]
    pub fn parameters(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .query
            .iter()
            .flat_map(|query| query.split(['&', ';']))
            .filter_map(|pair| pair.split('=').next())
            .filter(|name| !name.is_empty())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl std::fmt::Display for WebUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if let Some(route) = &self.route {
            write!(f, "#{route}")?;
        }
        Ok(())
    }
}

/// A path with `{}` for the segments that look like values.
#[must_use]
pub fn path_pattern(path: &str) -> String {
    path.split('/').map(|segment| if is_value(segment) { "{}" } else { segment }).collect::<Vec<_>>().join("/")
}

/// True for a segment that names one thing among many: a number, a UUID, a hash, a token.
fn is_value(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if segment == "{}" || digits == 0 {
        return false;
    }
    let hex = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let token = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_=.".contains(byte));
    let mixed = bytes.iter().any(u8::is_ascii_uppercase) && bytes.iter().any(u8::is_ascii_lowercase);
    digits == bytes.len()
        || (hex && bytes.len() >= 16)
        || (hex && bytes.len() >= 8 && digits * 3 >= bytes.len() && letters > 0)
        || (token && mixed && bytes.len() >= 20 && digits >= 2)
}

fn own_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        "ssh" => Some(22),
        _ => None,
    }
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.find(']') {
        Some(end) => (authority.get(..=end)?, authority.get(end + 1..)?.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let port = match port {
        Some("") | None => None,
        Some(port) => Some(port.parse().ok()?),
    };
    let host = host.trim_end_matches('.').to_lowercase();
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}@".contains(c)) {
        return None;
    }
    let host = if matches!(host.as_str(), "127.0.0.1" | "[::1]") { "localhost".to_owned() } else { host };
    Some((host, port))
}

/// Percent escapes in one spelling: hexadecimal in upper case, letters, digits, `-._~` never escaped, blanks always.
fn same_escapes(text: &str) -> String {
    let blanks_escaped;
    let text = if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        blanks_escaped = escaped_blanks(text);
        blanks_escaped.as_str()
    } else {
        text
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let code = rest.get(at + 1..at + 3).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                // What decodes to `%`, and what would make a new escape with what follows, stays escaped, so twice is once.
                if (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) && !out.ends_with('%') && !ends_in_half_escape(&out) {
                    out.push(char::from(byte));
                } else {
                    out.push_str(&format!("%{byte:02X}"));
                }
                rest = rest.get(at + 3..).unwrap_or_default();
            }
            None => {
                out.push('%');
                rest = rest.get(at + 1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn escaped_blanks(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len() + 8), |mut out, character| {
        if character.is_whitespace() || character.is_control() {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(character);
        }
        out
    })
}

/// True where the text ends in `%` and one hexadecimal digit, which the next character would complete.
fn ends_in_half_escape(text: &str) -> bool {
    matches!(text.as_bytes(), [.., b'%', digit] if digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> String {
        WebUrl::parse(text).unwrap_or_else(|| panic!("{text}")).to_string()
    }

    #[test]
    fn one_form() {
        assert_eq!(canonical("HTTP://User:pa@ss@Shop.Example.com:80"), "http://shop.example.com/");
        assert_eq!(canonical("https://shop.example.com:443/a?x=1#frag"), "https://shop.example.com/a?x=1");
        assert_eq!(canonical("http://127.0.0.1:8080/a/%7euser%2fx"), "http://localhost:8080/a/~user%2Fx");
        assert_eq!(canonical("http://[::1]:3000/#/login"), "http://localhost:3000/#/login");
        assert_eq!(canonical("https://shop.example.com?x=<script>"), "https://shop.example.com/?x=<script>");
        assert_eq!(canonical("http://x/../../etc/passwd"), "http://x/../../etc/passwd");
    }

    #[test]
    fn what_is_no_address() {
        for text in ["", "shop.example.com", "/a", "file:///etc/passwd", "http://", "http://a b/", "http://x:99999/", "1http://x"] {
            assert_eq!(WebUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn patterns() {
        let pattern = |path: &str| WebUrl::parse(&format!("http://x{path}")).unwrap().path_pattern();
        assert_eq!(pattern("/orders/17/lines/2"), "/orders/{}/lines/{}");
        assert_eq!(pattern("/u/6f9619ff-8b86-d011-b42d-00cf4fc964ff"), "/u/{}");
        assert_eq!(pattern("/o/5f2b9c0a1e/x"), "/o/{}/x");
        assert_eq!(pattern("/t/dGhpc0lzQVRva2VuMTIzNDU2Nzg"), "/t/{}");
        assert_eq!(pattern("/api/v1/oauth2/index.php"), "/api/v1/oauth2/index.php");
        assert_eq!(pattern("/static/jquery-3.4.1.min.js"), "/static/jquery-3.4.1.min.js");
        assert_eq!(pattern("/#/order/3"), "/#/order/{}");
    }

    #[test]
    fn parameter_names() {
        assert_eq!(WebUrl::parse("http://x/?b=1&a=2&b=3&=4").unwrap().parameters(), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "[hH]ttps?://[a-zA-Z0-9.@:]{1,12}[a-zA-Z0-9/?#=&%;!~{}. -]{0,40}") {
            if let Some(url) = WebUrl::parse(&text) {
                let once = url.to_string();
                prop_assert_eq!(WebUrl::parse(&once).map(|url| url.to_string()), Some(once.clone()));
                let pattern = url.path_pattern();
                prop_assert_eq!(path_pattern(&path_pattern(&url.path)), path_pattern(&url.path), "{}", pattern);
            }
        }
    }
}
