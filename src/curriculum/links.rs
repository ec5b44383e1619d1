//! Whether what a resource links to is still there. How an address is asked is the caller's: nothing here opens a connection.

use super::model::Resource;

/// Turns that are taken before an address counts as leading nowhere.
const MOST_TURNS: usize = 5;

/// How an address is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// HEAD: whether it is there.
    Head,
    /// GET: the same, of those who do not answer HEAD.
    Get,
}

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// Where else it is, if it says so.
    pub location: Option<String>,
}

/// No server answered; why, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent(pub String);

/// How an address was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// There, under this status.
    Alive(u16),
    /// There, after turning to this address.
    Moved(String),
    /// A server answers with this status.
    Dead(u16),
    /// It leads to an address that is not https.
    Unsafe(String),
    /// It turns round and round.
    Astray,
    /// No server answers.
    Silent(String),
}

impl Health {
    /// Whether somebody who follows the link finds something.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Alive(_) | Self::Moved(_))
    }
}

/// The host of an https address that pages may link to: no user, no blank, nothing but ASCII.
#[must_use]
pub fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
    let is_host = host.contains('.') && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (is_plain && is_host && !host.starts_with('.') && !host.ends_with('.')).then_some(host)
}

/// Asks for each resource in turn.
pub fn look_at_all<'r>(
    resources: &'r [Resource],
    ask: &impl Fn(Asked, &str) -> Result<Said, Silent>,
) -> Vec<(&'r Resource, Health)> {
    resources.iter().map(|resource| (resource, look_at(&resource.url, ask))).collect()
}

/// Asks by HEAD, and by GET where that is refused; turns are followed to https addresses alone.
pub fn look_at(url: &str, ask: &impl Fn(Asked, &str) -> Result<Said, Silent>) -> Health {
    let mut here = url.to_owned();
    for _ in 0..=MOST_TURNS {
        if host_of(&here).is_none() {
            return Health::Unsafe(here);
        }
        let said = match ask(Asked::Head, &here) {
            Ok(said) if said.status < 400 => Ok(said),
            _ => ask(Asked::Get, &here),
        };
        match said {
            Err(Silent(why)) => return Health::Silent(why),
            Ok(Said { status: 300..=399, location: Some(to) }) => here = resolved(&here, &to),
            Ok(Said { status, .. }) if status >= 400 => return Health::Dead(status),
            Ok(Said { status, .. }) if here == url => return Health::Alive(status),
            Ok(_) => return Health::Moved(here),
        }
    }
    Health::Astray
}

/// Where `to` leads from `here`, an https address.
fn resolved(here: &str, to: &str) -> String {
    let origin = host_of(here).map(|host| format!("https://{host}")).unwrap_or_default();
    // A scheme stands at the beginning; further on it belongs to a question.
    if to.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        to.to_owned()
    } else if to.starts_with("//") {
        format!("https:{to}")
    } else if to.starts_with('/') {
        format!("{origin}{to}")
    } else {
        let path = here.strip_prefix(&origin).and_then(|rest| rest.split(['?', '#']).next()).unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{origin}{folder}/{to}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_address_has_a_host() {
        assert_eq!(host_of("https://www.example.cn/a?b#c"), Some("www.example.cn"));
        assert_eq!(host_of("https://example.cn"), Some("example.cn"));
        let bad = [
            "http://example.cn/",
            "https://",
            "https://localhost/",
            "https://a b.cn/",
            "https://例子.cn/",
            "https://u@example.cn/",
            "https://example.cn:8443/",
            "https://example.cn/\"x",
            "javascript:alert(1)",
            "https://.cn/",
        ];
        for url in bad {
            assert_eq!(host_of(url), None, "{url}");
        }
    }

    /// A network that is made up: by method and address.
    fn net(asked: Asked, url: &str) -> Result<Said, Silent> {
        let said = |status: u16, to: Option<&str>| Ok(Said { status, location: to.map(str::to_owned) });
        match (asked, url) {
            (_, "https://a.cn/") => said(200, None),
            (Asked::Head, "https://a.cn/get-only") => said(405, None),
            (Asked::Get, "https://a.cn/get-only") => said(200, None),
            (Asked::Head, "https://a.cn/mute-to-head") => Err(Silent("reset".to_owned())),
            (Asked::Get, "https://a.cn/mute-to-head") => said(200, None),
            (_, "https://a.cn/moved") => said(301, Some("/")),
            (_, "https://a.cn/x/near?q=1") => said(302, Some("far")),
            (_, "https://a.cn/x/far") => said(307, Some("//a.cn/")),
            (_, "https://a.cn/down") => said(302, Some("http://a.cn/")),
            (_, "https://a.cn/round") => said(302, Some("round")),
            (_, "https://a.cn/ask") => said(302, Some("/login?service=https://a.cn/")),
            (_, "https://a.cn/login?service=https://a.cn/") => said(200, None),
            (_, "https://a.cn/gone") => said(404, None),
            (_, "https://a.cn/kept") => said(304, None),
            _ => Err(Silent("no such host".to_owned())),
        }
    }

    #[test]
    fn an_address_is_asked_until_it_is_known_whether_it_is_there() {
        let cases = [
            ("", Health::Alive(200)),
            ("get-only", Health::Alive(200)),
            ("mute-to-head", Health::Alive(200)),
            ("kept", Health::Alive(304)),
            ("ask", Health::Moved("https://a.cn/login?service=https://a.cn/".to_owned())),
            ("moved", Health::Moved("https://a.cn/".to_owned())),
            ("x/near?q=1", Health::Moved("https://a.cn/".to_owned())),
            ("down", Health::Unsafe("http://a.cn/".to_owned())),
            ("round", Health::Astray),
            ("gone", Health::Dead(404)),
        ];
        for (path, expected) in cases {
            let found = look_at(&format!("https://a.cn/{path}"), &net);
            assert_eq!(found, expected, "{path}");
        }
        assert_eq!(look_at("https://b.cn/", &net), Health::Silent("no such host".to_owned()));
        assert_eq!(look_at("http://a.cn/", &net), Health::Unsafe("http://a.cn/".to_owned()), "never asked at all");
        assert!(Health::Moved(String::new()).is_good() && !Health::Astray.is_good() && !Health::Dead(404).is_good());
    }
}
