//! The ways out: SMTP for mail, an SMS gateway over HTTP, and the mailbox of development and tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lettre::message::{Mailbox as MailAddress, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::Config;

/// How long a gateway may take; less than the ten seconds in which the server ends.
const PATIENCE: Duration = Duration::from_secs(8);
/// Letters that the mailbox keeps.
const KEPT: usize = 500;

/// A letter on its way out, with everything readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// `sms` or `mail`.
    pub channel: &'static str,
    /// The phone number or mail address.
    pub to: String,
    /// The template's id.
    pub template: String,
    /// The template's version.
    pub version: String,
    /// A mail's subject.
    pub subject: String,
    /// What fills the blanks: gateways of carriers want template and parameters apart.
    pub params: Vec<(String, String)>,
    /// The words.
    pub text: String,
}

/// Why a letter did not go, without address or words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotDelivered(pub String);

/// A way out.
pub trait Gateway: Send + Sync {
    /// Hands the letter over; when this is ready without an error the other side has taken it.
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<(), NotDelivered>>;
}

/// The mailbox of development and tests: letters stay here, readable on the page `/dev/mailbox`. Never in production.
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    letters: Arc<Mutex<VecDeque<Parcel>>>,
}

impl Mailbox {
    /// All letters, the newest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Parcel> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    /// The newest letter to this address.
    #[must_use]
    pub fn newest_to(&self, to: &str) -> Option<Parcel> {
        self.letters().into_iter().find(|parcel| parcel.to == to)
    }
}

impl Gateway for Mailbox {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<(), NotDelivered>> {
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push_back(parcel);
        if letters.len() > KEPT {
            letters.pop_front();
        }
        futures_util::future::ready(Ok(())).boxed()
    }
}

/// An SMS gateway that takes template, version, parameters and words as JSON.
#[derive(Clone)]
pub struct HttpSms {
    url: String,
    token: Option<String>,
    agent: ureq::Agent,
}

impl HttpSms {
    /// The gateway at `url`, with the bearer token where one is set.
    #[must_use]
    pub fn new(url: String, token: Option<String>) -> Self {
        let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build());
        Self { url, token, agent }
    }

    fn post(&self, parcel: &Parcel) -> Result<(), NotDelivered> {
        let params: serde_json::Map<String, serde_json::Value> =
            parcel.params.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let body = serde_json::json!({
            "phone": parcel.to, "template": parcel.template, "version": parcel.version, "params": params, "text": parcel.text,
        });
        let mut request = self.agent.post(&self.url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        match request.send_json(body) {
            Ok(_) => Ok(()),
            Err(ureq::Error::StatusCode(status)) => Err(NotDelivered(format!("the gateway answered {status}"))),
            Err(_) => Err(NotDelivered("the gateway cannot be reached".to_owned())),
        }
    }
}

impl std::fmt::Debug for HttpSms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpSms")
    }
}

impl Gateway for HttpSms {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<(), NotDelivered>> {
        let gateway = self.clone();
        let sent = tokio::task::spawn_blocking(move || gateway.post(&parcel));
        async move { sent.await.unwrap_or_else(|_| Err(NotDelivered("the gateway's thread ended".to_owned()))) }.boxed()
    }
}

/// Mail over SMTP.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: MailAddress,
}

impl Smtp {
    /// The server at `url`, with the sender's address.
    ///
    /// # Errors
    /// Where URL or address cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, NotDelivered> {
        let unreadable = |_| NotDelivered("smtp_url cannot be read".to_owned());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(unreadable)?.timeout(Some(PATIENCE)).build();
        let from = from.parse().map_err(|_| NotDelivered("mail_from is no mail address".to_owned()))?;
        Ok(Self { transport, from })
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smtp")
    }
}

impl Gateway for Smtp {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<(), NotDelivered>> {
        let (transport, from) = (self.transport.clone(), self.from.clone());
        async move {
            let to = parcel.to.parse().map_err(|_| NotDelivered("the address is none".to_owned()))?;
            let mail =
                Message::builder().from(from).to(to).subject(parcel.subject).header(ContentType::TEXT_PLAIN).body(parcel.text);
            let mail = mail.map_err(|_| NotDelivered("the mail cannot be written".to_owned()))?;
            match transport.send(mail).await {
                Ok(_) => Ok(()),
                Err(error) => Err(NotDelivered(match error.status() {
                    Some(code) => format!("the mail server answered {code}"),
                    None => "the mail server cannot be reached".to_owned(),
                })),
            }
        }
        .boxed()
    }
}

/// The two ways out.
pub(super) struct Gateways {
    pub sms: Arc<dyn Gateway>,
    pub mail: Arc<dyn Gateway>,
}

/// The gateways that the configuration names; where it names none, the mailbox.
///
/// # Errors
/// Where a setting cannot be read.
pub(super) fn of_config(config: &Config, mailbox: &Mailbox) -> Result<Gateways, NotDelivered> {
    let sms: Arc<dyn Gateway> = match &config.sms_url {
        Some(url) => Arc::new(HttpSms::new(url.clone(), config.sms_token.clone())),
        None => Arc::new(mailbox.clone()),
    };
    let mail: Arc<dyn Gateway> = match &config.smtp_url {
        Some(url) => Arc::new(Smtp::new(url, &config.mail_from)?),
        None => Arc::new(mailbox.clone()),
    };
    Ok(Gateways { sms, mail })
}
