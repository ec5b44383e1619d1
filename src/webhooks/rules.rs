//! What is told, how it is signed, where it may go, when it is tried again. Pure.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::kernel::{IpNet, Timestamp, hmac_sha256};

/// Addresses that one client may have.
pub const MOST_WEBHOOKS: u64 = 10;
/// Characters of an address.
const MOST_URL: usize = 500;
/// Bytes of a body.
const MOST_BODY: usize = 20_000;
/// How long after a change the old secret signs too.
pub const OLD_SECRET_DAYS: i64 = 1;
/// How long before where it had arrived a reader of events begins: commits do not come in the order of their instants.
pub const OVERLAP_MS: i64 = 120_000;
/// Seconds until the next try, after the first, the second, … failed one.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// The longest that a receiver may ask to be left alone.
const LONGEST_PAUSE: i64 = 86_400;
/// The kind of the first delivery, by which an address shows that it listens.
pub const TEST: &str = "webhook.test";
/// Members of an event that leave the bank: numbers, states, codes and ids. Whatever else an event says stays here.
const TOLD: [&str; 15] = [
    "agency",
    "batch",
    "certificate",
    "decision",
    "issued",
    "kind",
    "lines",
    "number",
    "passed",
    "reason",
    "request",
    "roll",
    "since",
    "standing",
    "version",
];
/// The longest of them, in bytes.
const MOST_TOLD: usize = 100;

/// An enum whose values stand in a column as short codes.
macro_rules! coded {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $code:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$what])* $value,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The code in tables and answers.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)* }
            }

            /// The one of a code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$value),)* _ => None }
            }
        }
    };
}

coded! {
    /// What a program may want to be told of.
    Kind {
        /// Nothing more comes of a roll.
        RollDone = "roll.done",
        /// Nothing more comes of a batch of certificates.
        BatchDone = "batch.done",
        /// A certificate was issued.
        CertificateIssued = "certificate.issued",
        /// A further version of one was: put right, or back after it was revoked.
        CertificateVersion = "certificate.version",
        /// One was suspended.
        CertificateSuspended = "certificate.suspended",
        /// One goes on.
        CertificateLifted = "certificate.lifted",
        /// One was revoked.
        CertificateRevoked = "certificate.revoked",
        /// The agency was suspended.
        AgencySuspended = "agency.suspended",
        /// The agency may go on.
        AgencyLifted = "agency.lifted",
        /// The agency was closed.
        AgencyClosed = "agency.closed",
    }
}

coded! {
    /// How an address stands.
    State {
        /// Its first delivery was not answered yet.
        New = "new",
        /// It is told.
        On = "on",
        /// It is told nothing any more.
        Off = "off",
    }
}

coded! {
    /// What went wrong.
    Trouble {
        /// It said that it is gone (410).
        Gone = "gone",
        /// The client was put out, or nobody of the agency answers for it any more.
        Client = "client",
        /// Its name leads to no address that may be called.
        Address = "address",
        /// Nobody answers there.
        Unreachable = "unreachable",
        /// It took too long.
        Slow = "slow",
        /// It answered, and did not take it.
        Refused = "refused",
        /// Its secret cannot be opened.
        Secret = "secret",
    }
}

/// The kinds written in `text`, each once and in order; `None` where one of them is unknown.
#[must_use]
pub fn parse_kinds(text: &str) -> Option<Vec<Kind>> {
    let mut kinds: Vec<Kind> = text.split_ascii_whitespace().map(Kind::from_code).collect::<Option<_>>()?;
    kinds.sort_unstable();
    kinds.dedup();
    Some(kinds)
}

/// The kinds as text.
#[must_use]
pub fn kinds_text(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(" ")
}

/// The signature of a body by one secret, as Standard Webhooks 1.0 has it: `v1,` and base64.
#[must_use]
pub fn sign(secret: &[u8], id: &str, at: Timestamp, body: &[u8]) -> String {
    let seconds = at.ms().div_euclid(1_000).to_string();
    let code = hmac_sha256(secret, &[id.as_bytes(), b".", seconds.as_bytes(), b".", body]);
    format!("v1,{}", STANDARD.encode(code.bytes()))
}

/// A secret as its owner is shown it.
#[must_use]
pub fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// What is sent of an event; `None` where it would be longer than a receiver must take.
#[must_use]
pub fn body_of(kind: &str, at: Timestamp, facts: &Value) -> Option<String> {
    let told = facts.as_object().into_iter().flatten().filter(|(name, value)| TOLD.contains(&name.as_str()) && is_plain(value));
    let data: Map<String, Value> = told.map(|(name, value)| (name.clone(), value.clone())).collect();
    let body = json!({ "type": kind, "timestamp": at.to_rfc3339(), "data": data }).to_string();
    (body.len() <= MOST_BODY).then_some(body)
}

/// A number, or a code: no words of anybody, and no name.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= MOST_TOLD && text.is_ascii(),
        Value::Number(_) | Value::Bool(_) | Value::Null => true,
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// Milliseconds until the next try after `attempts` failed ones, `spread` thousandths more or less, and no sooner than the receiver asks;
/// `None` where there is no next one.
#[must_use]
pub fn pause_ms(attempts: i64, spread: i64, asked_seconds: Option<i64>) -> Option<i64> {
    let at = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let own = PAUSES.get(at)?.saturating_mul(1_000 + spread.clamp(-100, 100));
    let asked = asked_seconds.unwrap_or(0).clamp(0, LONGEST_PAUSE).saturating_mul(1_000);
    Some(own.max(asked))
}

/// Why nothing can be sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongUrl {
    /// It is no address: host, port and path in ASCII, no name and password, nothing behind a `#`.
    Form,
    /// It is not `https://`.
    Scheme,
    /// Its port is neither the usual one nor above 1023.
    Port,
    /// It is an address that may not be called.
    Address,
}

/// Looks at an address before anything is kept. Without TLS only networks are called that the operator allows.
///
/// # Errors
/// [`WrongUrl`].
pub fn check_url(url: &str, allowed: &[IpNet]) -> Result<(), WrongUrl> {
    if url.len() > MOST_URL || !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains(['#', '\\', '"', '<', '>']) {
        return Err(WrongUrl::Form);
    }
    let (scheme, rest) = url.split_once("://").ok_or(WrongUrl::Form)?;
    let usual = match scheme {
        "https" => 443,
        "http" if !allowed.is_empty() => 80,
        _ => return Err(WrongUrl::Scheme),
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = host_and_port(authority).ok_or(WrongUrl::Form)?;
    if port.is_some_and(|port| port != usual && port < 1024) {
        return Err(WrongUrl::Port);
    }
    match host.parse::<IpAddr>() {
        Ok(address) if !may_call(address, allowed) => Err(WrongUrl::Address),
        Ok(address) if scheme == "http" && !is_allowed(address, allowed) => Err(WrongUrl::Scheme),
        _ => Ok(()),
    }
}

fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            (host, rest.strip_prefix(':').or_else(|| rest.is_empty().then_some(""))?)
        }
        None => authority.split_once(':').unwrap_or((authority, "")),
    };
    let is_name = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:_".contains(&byte));
    let port = if port.is_empty() { None } else { Some(port.parse().ok().filter(|port| *port > 0)?) };
    is_name.then_some((host, port))
}

/// Whether the operator names the network of an address.
#[must_use]
pub fn is_allowed(address: IpAddr, allowed: &[IpNet]) -> bool {
    allowed.iter().any(|net| net.contains(address) || net.contains(address.to_canonical()))
}

/// Networks of IPv4 in which no stranger's program answers: by RFC 6890 and its registry, and multicast.
const NOT_PUBLIC_V4: [IpNet; 15] = [
    IpNet::v4([0, 0, 0, 0], 8),
    IpNet::v4([10, 0, 0, 0], 8),
    IpNet::v4([100, 64, 0, 0], 10),
    IpNet::v4([127, 0, 0, 0], 8),
    IpNet::v4([169, 254, 0, 0], 16),
    IpNet::v4([172, 16, 0, 0], 12),
    IpNet::v4([192, 0, 0, 0], 24),
    IpNet::v4([192, 0, 2, 0], 24),
    IpNet::v4([192, 88, 99, 0], 24),
    IpNet::v4([192, 168, 0, 0], 16),
    IpNet::v4([198, 18, 0, 0], 15),
    IpNet::v4([198, 51, 100, 0], 24),
    IpNet::v4([203, 0, 113, 0], 24),
    IpNet::v4([224, 0, 0, 0], 4),
    IpNet::v4([240, 0, 0, 0], 4),
];

/// All of IPv6 that is given out for everybody's use.
const PUBLIC_V6: IpNet = IpNet::v6([0x2000, 0, 0, 0], 3);

/// And what of it is not, or holds an address of IPv4: protocols, documentation, 6to4.
const NOT_PUBLIC_V6: [IpNet; 4] = [
    IpNet::v6([0x2001, 0, 0, 0], 23),
    IpNet::v6([0x2001, 0xdb8, 0, 0], 32),
    IpNet::v6([0x2002, 0, 0, 0], 16),
    IpNet::v6([0x3fff, 0, 0, 0], 20),
];

/// Whether an address may be called: one of the public net, or in a network that the operator names. An address of IPv4 that hides in one
/// of IPv6 is none of the public net.
#[must_use]
pub fn may_call(address: IpAddr, allowed: &[IpNet]) -> bool {
    if is_allowed(address, allowed) {
        return true;
    }
    match address {
        IpAddr::V4(_) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(address)),
        IpAddr::V6(_) => PUBLIC_V6.contains(address) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_signed_as_standard_webhooks_has_it() {
        // The vector of the specification.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Timestamp::from_ms(1_614_265_330_999);
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn only_public_addresses_are_called_but_for_what_the_operator_names() {
        let none: [&str; 20] = [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.51.100.7",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:db8::1",
            "2001::1",
        ];
        for address in none {
            assert!(!may_call(address.parse().unwrap(), &[]), "{address}");
        }
        for address in ["8.8.8.8", "223.5.5.5", "2400:3200::1", "2606:4700::1111", "172.32.0.1", "100.128.0.1"] {
            assert!(may_call(address.parse().unwrap(), &[]), "{address}");
        }
        let allowed = [IpNet::parse("10.1.0.0/16").unwrap()];
        for (address, expected) in [("10.1.2.3", true), ("10.2.2.3", false), ("::ffff:10.1.2.3", true), ("127.0.0.1", false)] {
            assert_eq!(may_call(address.parse().unwrap(), &allowed), expected, "{address}");
        }
    }

    #[test]
    fn an_address_is_taken_or_what_is_wrong_with_it_is_said() {
        let allowed = [IpNet::parse("10.1.0.0/16").unwrap()];
        let cases: [(&str, &[IpNet], Result<(), WrongUrl>); 19] = [
            ("https://hooks.example.cn/bank?x=1", &[], Ok(())),
            ("https://hooks.example.cn:8443", &[], Ok(())),
            ("https://[2400:3200::1]:8443/", &[], Ok(())),
            ("https://hooks.example.cn:443/", &[], Ok(())),
            ("http://hooks.example.cn/", &[], Err(WrongUrl::Scheme)),
            ("http://10.1.2.3/", &allowed, Ok(())),
            ("http://hooks.intern:8080/", &allowed, Ok(())),
            ("http://8.8.8.8/", &allowed, Err(WrongUrl::Scheme)),
            ("ftp://hooks.example.cn/", &allowed, Err(WrongUrl::Scheme)),
            ("https://hooks.example.cn:22/", &[], Err(WrongUrl::Port)),
            ("https://hooks.example.cn:80/", &[], Err(WrongUrl::Port)),
            ("https://127.0.0.1/", &[], Err(WrongUrl::Address)),
            ("https://[::1]/", &[], Err(WrongUrl::Address)),
            ("https://user:word@hooks.example.cn/", &[], Err(WrongUrl::Form)),
            ("https://hooks.example.cn/#x", &[], Err(WrongUrl::Form)),
            ("https://钩子.cn/", &[], Err(WrongUrl::Form)),
            ("https:///x", &[], Err(WrongUrl::Form)),
            ("hooks.example.cn", &[], Err(WrongUrl::Form)),
            ("https://hooks.example.cn:70000/", &[], Err(WrongUrl::Form)),
        ];
        for (url, allowed, expected) in cases {
            assert_eq!(check_url(url, allowed), expected, "{url}");
        }
        assert_eq!(check_url(&format!("https://a.cn/{}", "x".repeat(500)), &[]), Err(WrongUrl::Form));
    }

    #[test]
    fn it_is_tried_ten_times_over_three_days_and_no_sooner_than_asked() {
        let pauses: Vec<i64> = (1..).map_while(|attempts| pause_ms(attempts, 0, None)).collect();
        assert_eq!((pauses.len(), pauses[0], pauses[8]), (9, 5_000, 86_400_000));
        assert!(pauses.iter().sum::<i64>() > 3 * 86_400_000);
        assert_eq!(
            (pause_ms(1, 100, None), pause_ms(1, -100, None), pause_ms(1, 5_000, None)),
            (Some(5_500), Some(4_500), Some(5_500))
        );
        assert_eq!(
            (pause_ms(1, 0, Some(60)), pause_ms(2, 0, Some(60)), pause_ms(1, 0, Some(i64::MAX))),
            (Some(60_000), Some(300_000), Some(86_400_000))
        );
        assert_eq!((pause_ms(0, 0, None), pause_ms(10, 0, None)), (None, None));
    }

    #[test]
    fn what_is_told_names_numbers_and_states_and_nothing_else() {
        let facts = json!({
            "agency": "a", "number": "1", "version": 2, "standing": "suspended", "name": "王桂英", "learner": "x",
            "since": null, "roll": { "name": "王桂英" }, "lines": [1], "reason": "王桂英写错了",
        });
        let body: Value =
            serde_json::from_str(&body_of("certificate.suspended", Timestamp::from_ms(1_790_006_400_007), &facts).unwrap())
                .unwrap();
        assert_eq!(
            body,
            json!({
                "type": "certificate.suspended", "timestamp": "2026-09-21T16:00:00.007Z",
                "data": { "agency": "a", "number": "1", "version": 2, "standing": "suspended", "since": null },
            })
        );
        let long = body_of("x", Timestamp::from_ms(0), &json!({ "number": "1".repeat(20_000) })).unwrap();
        assert!(long.contains("\"data\":{}"), "{long}");
        assert!(body_of("x", Timestamp::from_ms(0), &Value::Null).is_some());
    }

    #[test]
    fn kinds_are_read_each_once_and_an_unknown_one_spoils_all() {
        let read = |text: &str| parse_kinds(text).map(|kinds| kinds_text(&kinds));
        assert_eq!(read("roll.done agency.suspended roll.done").as_deref(), Some("roll.done agency.suspended"));
        assert_eq!(read("roll.done roll.begun"), None);
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
    }
}
