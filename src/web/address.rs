//! Where a request comes from: for limits only. Forwarded addresses are believed only from configured proxies.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;

use super::House;

/// The client's address: the connection's, or, where that is a trusted proxy, the one that the proxies have handed on.
#[must_use]
pub fn client_address(request: &HttpRequest, house: &House) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|address| address.ip());
    let trusted = &house.config.trusted_proxies;
    if !peer.is_some_and(|peer| trusted.contains(&peer)) {
        return peer;
    }
    let lines: Vec<&str> = request.headers().get_all("x-forwarded-for").map(|line| line.to_str().unwrap_or("?")).collect();
    forwarded(&lines, trusted).or(peer)
}

/// Each proxy adds, at the right, where it was called from: read from there, past the proxies we trust, to the first address that is
/// none of them. What stands further left, or behind something that is no address, anybody may have written.
fn forwarded(lines: &[&str], trusted: &[IpAddr]) -> Option<IpAddr> {
    let chain = lines.join(",");
    let mut addresses = chain.rsplit(',').map(|part| address_in(part.trim()));
    addresses.find(|address| address.is_none_or(|address| !trusted.contains(&address)))?
}

/// An address, also with a port behind it: `10.0.0.1`, `10.0.0.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address_in(part: &str) -> Option<IpAddr> {
    let with_port = || part.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || part.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    part.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// The address under which people open this site: the one that was configured, else the one that was just used.
#[must_use]
pub fn address_of(house: &House, request: &HttpRequest) -> String {
    let host = || format!("http://{}", request.connection_info().host());
    house.config.public_url.clone().unwrap_or_else(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_right_past_our_proxies_and_no_further() {
        let trusted: Vec<IpAddr> = ["127.0.0.1", "10.0.0.9", "::1"].map(|text| text.parse().unwrap()).to_vec();
        let cases: [(&[&str], Option<&str>); 10] = [
            (&["1.2.3.4"], Some("1.2.3.4")),
            (&["6.6.6.6, 1.2.3.4"], Some("1.2.3.4")),
            (&["6.6.6.6, 1.2.3.4, 10.0.0.9"], Some("1.2.3.4")),
            (&["6.6.6.6", "1.2.3.4", "10.0.0.9, ::1"], Some("1.2.3.4")),
            (&["6.6.6.6, unknown"], None),
            (&["6.6.6.6, , 10.0.0.9"], None),
            (&["10.0.0.9"], None),
            (&["[2001:db8::1]:443"], Some("2001:db8::1")),
            (&["1.2.3.4:5678"], Some("1.2.3.4")),
            (&[], None),
        ];
        for (lines, expected) in cases {
            assert_eq!(forwarded(lines, &trusted), expected.map(|text| text.parse().unwrap()), "{lines:?}");
        }
    }
}
