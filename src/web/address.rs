//! Where a request comes from: for limits only. Forwarded addresses are believed only from configured proxies.

use std::net::IpAddr;

use actix_web::HttpRequest;

use super::House;

/// The client's address: the connection's, or, where that is a trusted proxy, the last address in `X-Forwarded-For` that is none.
#[must_use]
pub fn client_address(request: &HttpRequest, house: &House) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|address| address.ip());
    let trusted = &house.config.trusted_proxies;
    if !peer.is_some_and(|peer| trusted.contains(&peer)) {
        return peer;
    }
    let header = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let forwarded = header.unwrap_or_default().split(',').rev().filter_map(|part| part.trim().parse::<IpAddr>().ok());
    forwarded.into_iter().find(|address| !trusted.contains(address)).or(peer)
}
