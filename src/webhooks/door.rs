//! The way out: one POST to an address that was looked up and looked at in this very moment.

use std::io::{self, Read};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use ureq::config::Config as Settings;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::rules;
use crate::kernel::IpNet;

/// How long a receiver may take, from the look-up of its name to the end of its answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are kept.
const MOST_ANSWER: u64 = 1_024;
/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 8;
/// By what name a receiver knows who calls.
const AGENT: &str = concat!("credit-bank/", env!("CARGO_PKG_VERSION"));

/// Says which addresses a name has.
pub type Lookup = Arc<dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync>;

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its status.
    pub status: u16,
    /// The beginning of what it said.
    pub answer: String,
    /// For how many seconds it asks to be left alone.
    pub retry_after: Option<i64>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The name leads to no address that may be called.
    #[error("no address that may be called")]
    Address,
    /// Nobody answers there, or not as HTTP has it.
    #[error("nobody answers")]
    Unreachable,
    /// It took too long.
    #[error("it took too long")]
    Slow,
}

/// The way out.
#[derive(Clone)]
pub struct Door {
    agent: ureq::Agent,
    allowed: Arc<[IpNet]>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    /// A way out that calls the public net, and the networks named.
    #[must_use]
    pub fn new(allowed: &[IpNet]) -> Self {
        let lookup = |host: &str, port: u16| -> io::Result<Vec<SocketAddr>> { Ok((host, port).to_socket_addrs()?.collect()) };
        Self::looking_up(allowed, Arc::new(lookup), PATIENCE)
    }

    /// The same, where names are looked up by `lookup`, and receivers may take this long.
    #[must_use]
    pub fn looking_up(allowed: &[IpNet], lookup: Lookup, patience: Duration) -> Self {
        let allowed: Arc<[IpNet]> = allowed.into();
        let settings = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // A proxy would look the name up by itself, and a kept connection was looked at long ago.
            .proxy(None)
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .user_agent(AGENT)
            .build();
        let checked = Checked { lookup, allowed: Arc::clone(&allowed) };
        Self { agent: ureq::Agent::with_parts(settings, DefaultConnector::default(), checked), allowed }
    }

    /// The networks that the operator allows.
    #[must_use]
    pub fn allowed(&self) -> &[IpNet] {
        &self.allowed
    }

    /// Posts `body` to `url`. The work is done by a thread of its own, which holds nothing up when the process ends.
    ///
    /// # Errors
    /// [`NotSent`] where there is no answer; an answer of any status is none.
    pub async fn post(&self, url: String, headers: Vec<(&'static str, String)>, body: String) -> Result<Sent, NotSent> {
        let (agent, (tell, told)) = (self.agent.clone(), oneshot::channel());
        let work = move || drop(tell.send(post(&agent, &url, &headers, &body)));
        thread::Builder::new().name("webhook".to_owned()).spawn(work).map_err(|_| NotSent::Unreachable)?;
        told.await.unwrap_or(Err(NotSent::Unreachable))
    }
}

fn post(agent: &ureq::Agent, url: &str, headers: &[(&'static str, String)], body: &str) -> Result<Sent, NotSent> {
    let request = agent.post(url).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value.as_str()));
    let response = request.send(body).map_err(|error| not_sent(&error))?;
    let status = response.status().as_u16();
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after = asked.and_then(|seconds| seconds.trim().parse().ok()).filter(|seconds: &i64| *seconds >= 0);
    let mut answer = Vec::new();
    // What was read before it broke off is good enough: the status was said.
    drop(response.into_body().into_reader().take(MOST_ANSWER).read_to_end(&mut answer));
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let answer = String::from_utf8_lossy(&answer).chars().map(plain).collect();
    Ok(Sent { status, answer, retry_after })
}

/// The mark of an address that may not be called.
#[derive(Debug, thiserror::Error)]
#[error("no address that may be called")]
struct NoAddress;

fn not_sent(error: &ureq::Error) -> NotSent {
    match error {
        ureq::Error::Other(other) if other.is::<NoAddress>() => NotSent::Address,
        ureq::Error::Timeout(_) => NotSent::Slow,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => NotSent::Slow,
        _ => NotSent::Unreachable,
    }
}

/// Looks names up and lets through only the addresses that may be called: it is to them that the connection goes.
struct Checked {
    lookup: Lookup,
    allowed: Arc<[IpNet]>,
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checked")
    }
}

impl Resolver for Checked {
    fn resolve(&self, uri: &Uri, _: &Settings, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let is_plain = uri.scheme_str() != Some("https");
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
        let (lookup, (tell, told)) = (Arc::clone(&self.lookup), mpsc::sync_channel(1));
        // The system may take longer than there is time.
        thread::spawn(move || drop(tell.send(lookup(&host, port))));
        let found = told.recv_timeout(*timeout.after).map_err(|_| ureq::Error::Timeout(timeout.reason))?;
        let found = found.map_err(|_| ureq::Error::HostNotFound)?;
        let may = |address: &SocketAddr| {
            if is_plain { rules::is_allowed(address.ip(), &self.allowed) } else { rules::may_call(address.ip(), &self.allowed) }
        };
        let mut checked = self.empty();
        for address in found.into_iter().filter(may).take(MOST_ADDRESSES) {
            checked.push(address);
        }
        if checked.is_empty() { Err(ureq::Error::Other(Box::new(NoAddress))) } else { Ok(checked) }
    }
}
