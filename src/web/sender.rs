//! Which page sent a request, by what the browser itself says of it: no page can write these headers for another.

use actix_web::http::header::HeaderMap;

use super::local_path;
use crate::config::Config;

/// What is known of the page that sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// Certainly a page of this very origin.
    Own,
    /// The browser does not say.
    Unsaid,
    /// Another site, or one without a name.
    Foreign,
}

/// Reads `Sec-Fetch-Site` and `Origin`; whoever contradicts, the stricter counts.
pub(super) fn sender_of(headers: &HeaderMap, config: &Config) -> Sender {
    let by_site = match text(headers, "sec-fetch-site") {
        Some("same-origin") => Sender::Own,
        // Typed into the address bar, or an old browser.
        Some("none") | None => Sender::Unsaid,
        Some(_) => Sender::Foreign,
    };
    let by_origin = match text(headers, "origin") {
        Some(origin) if is_own(origin, headers, config) => Sender::Own,
        Some(_) => Sender::Foreign,
        None => Sender::Unsaid,
    };
    match (by_site, by_origin) {
        (Sender::Foreign, _) | (_, Sender::Foreign) => Sender::Foreign,
        (Sender::Own, _) | (_, Sender::Own) => Sender::Own,
        (Sender::Unsaid, Sender::Unsaid) => Sender::Unsaid,
    }
}

/// Path and query of the page of ours that the request came from, where the browser says so.
pub(super) fn referer_path<'h>(headers: &'h HeaderMap, config: &Config) -> Option<&'h str> {
    let referer = text(headers, "referer")?;
    let (scheme, rest) = referer.split_once("://")?;
    let (origin, path) = referer.split_at_checked(scheme.len() + 3 + rest.find('/')?)?;
    Some(path).filter(|path| is_own(origin, headers, config) && local_path(path) == *path)
}

/// What cannot be read as text is foreign to us, never absent.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"))
}

/// The address that people type, or the host that the browser asked; over TLS only where the site is known to be reached so.
fn is_own(origin: &str, headers: &HeaderMap, config: &Config) -> bool {
    if config.public_url.as_deref() == Some(origin) {
        return true;
    }
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let fits = if config.is_https() { scheme == "https" } else { matches!(scheme, "http" | "https") };
    fits && Some(host) == text(headers, "host")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_this_very_origin_is_our_own() {
        let https = Config { public_url: Some("https://xuefen.example.cn".to_owned()), ..Config::default() };
        let cases = [
            (&[("origin", "http://bank:8080")][..], Sender::Own),
            (&[("origin", "https://bank:8080")], Sender::Own),
            (&[("origin", "http://bank")], Sender::Foreign),
            (&[("origin", "http://bank:8080.evil.example")], Sender::Foreign),
            (&[("origin", "null")], Sender::Foreign),
            (&[("sec-fetch-site", "same-origin")], Sender::Own),
            (&[("sec-fetch-site", "none")], Sender::Unsaid),
            (&[("sec-fetch-site", "same-site")], Sender::Foreign),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://bank:8080")], Sender::Foreign),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")], Sender::Foreign),
            (&[], Sender::Unsaid),
        ];
        for (pairs, expected) in cases {
            let headers = headers(&[&[("host", "bank:8080")], pairs].concat());
            assert_eq!(sender_of(&headers, &Config::default()), expected, "{pairs:?}");
        }
        let at = |origin| sender_of(&headers(&[("host", "inside"), ("origin", origin)]), &https);
        assert_eq!(at("https://xuefen.example.cn"), Sender::Own);
        assert_eq!(
            (at("https://inside"), at("http://inside"), at("http://xuefen.example.cn")),
            (Sender::Own, Sender::Foreign, Sender::Foreign)
        );
    }

    #[test]
    fn the_way_back_is_a_path_of_our_own() {
        let cases = [
            ("http://bank/help?a=1", Some("/help?a=1")),
            ("http://bank/", Some("/")),
            ("http://bank", None),
            ("http://bank//evil.example", None),
            ("http://evil.example/help", None),
            ("/help", None),
        ];
        for (referer, expected) in cases {
            let headers = headers(&[("host", "bank"), ("referer", referer)]);
            assert_eq!(referer_path(&headers, &Config::default()), expected, "{referer}");
        }
    }
}
