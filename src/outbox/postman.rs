//! The postman: takes due letters, hands them to a gateway, deletes address and words when they are gone.
//!
//! Texts and mails go in lanes of their own, each with a few letters on their way at once: a slow gateway holds back only its own.
//! A letter is sent at least once: a postman who dies between the gateway and the row sends it again after his lease.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Shared, pending};
use futures_util::stream::{FuturesUnordered, StreamExt};
use uuid::Uuid;

use super::gateway::{self, Gateway, Gateways, Mailbox, NotDelivered, Parcel};
use super::queries::{self, Due};
use super::{Channel, letters, rules, seal};
use crate::config::{Config, Keys};
use crate::db::{Db, DbFault};
use crate::i18n::Lang;
use crate::web::metrics::Metrics;

/// Letters of one lane that are on their way at once.
const AT_ONCE: u64 = 8;
/// How long a postman may take for a letter before another may take it up: gateways take at most 8 s.
const LEASE_MS: i64 = 60_000;
/// How long he rests when nothing is due.
const REST: Duration = Duration::from_secs(1);
/// How long letters on their way are waited for once he is told to stop; the server ends within 10 s.
const LAST_WAIT: Duration = Duration::from_millis(8_500);

/// Sends letters.
#[derive(Clone)]
pub struct Postman {
    db: Db,
    keys: Keys,
    sms: Arc<dyn Gateway>,
    mail: Arc<dyn Gateway>,
    sms_per_day: u32,
    metrics: Option<Metrics>,
}

impl std::fmt::Debug for Postman {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postman")
    }
}

/// What becomes of one letter.
enum Fate {
    Sent,
    Later { seconds: i64, why: String },
    Tomorrow,
    GivenUp(&'static str),
}

impl Fate {
    const fn code(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Later { .. } | Self::Tomorrow => "later",
            Self::GivenUp(_) => "given_up",
        }
    }
}

/// Whether the day's texts suffice for one more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Budget {
    Left,
    UsedUp,
}

impl Postman {
    /// A postman with the gateways of the configuration; what has none goes to `mailbox`.
    ///
    /// # Errors
    /// Where a gateway's setting cannot be read.
    pub fn new(db: Db, keys: Keys, config: &Config, mailbox: &Mailbox) -> Result<Self, NotDelivered> {
        let Gateways { sms, mail } = gateway::of_config(config, mailbox)?;
        Ok(Self::with(db, keys, config.sms_per_day, sms, mail))
    }

    /// A postman with these gateways.
    #[must_use]
    pub fn with(db: Db, keys: Keys, sms_per_day: u32, sms: Arc<dyn Gateway>, mail: Arc<dyn Gateway>) -> Self {
        Self { db, keys, sms, mail, sms_per_day, metrics: None }
    }

    /// This postman, counting what becomes of his letters.
    #[must_use]
    pub fn counting(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Sends all that is due now; says how many letters were taken in hand.
    ///
    /// # Errors
    /// [`DbFault`] where the table cannot be reached. A letter that does not go is no error here.
    pub async fn deliver_due(&self) -> Result<usize, DbFault> {
        let never = pending().shared();
        let lanes = futures_util::join!(self.deliver_lane(Channel::Sms, &never), self.deliver_lane(Channel::Mail, &never));
        Ok(lanes.0? + lanes.1?)
    }

    /// Sends letters until `stop` is ready; those on their way then are waited for, but not for long.
    pub async fn run_until(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        futures_util::join!(self.run_lane(Channel::Sms, &stop), self.run_lane(Channel::Mail, &stop));
    }

    async fn run_lane<S: Future<Output = ()>>(&self, channel: Channel, stop: &Shared<S>) {
        while stop.peek().is_none() {
            if let Err(error) = self.deliver_lane(channel, stop).await {
                tracing::error!(%error, "the outbox cannot be reached");
            }
            tokio::select! { () = stop.clone() => {}, () = tokio::time::sleep(REST) => {} }
        }
    }

    /// Keeps letters on their way until none is due, or until `stop` is ready. Whatever goes wrong with one, the others arrive first.
    async fn deliver_lane<S: Future<Output = ()>>(&self, channel: Channel, stop: &Shared<S>) -> Result<usize, DbFault> {
        let mut on_their_way = FuturesUnordered::new();
        let (mut taken, mut under_way, mut outcome) = (0, Vec::new(), Ok(()));
        let stopped = async {
            stop.clone().await;
            tokio::time::sleep(LAST_WAIT).await;
        };
        let mut stopped = std::pin::pin!(stopped);
        loop {
            if outcome.is_ok() && stop.peek().is_none() {
                match self.take(channel, &under_way).await {
                    Ok(letters) => {
                        taken += letters.len();
                        under_way.extend(letters.iter().map(|(due, _)| due.id));
                        on_their_way.extend(letters.into_iter().map(|(due, budget)| self.deliver(due, budget)));
                    }
                    Err(fault) => outcome = Err(fault),
                }
            }
            tokio::select! {
                ended = on_their_way.next() => match ended {
                    Some((letter, ended)) => {
                        under_way.retain(|id| *id != letter);
                        outcome = outcome.and(ended);
                    }
                    None => return outcome.map(|()| taken),
                },
                () = &mut stopped => return outcome.map(|()| taken),
            }
        }
    }

    /// Takes as many letters as may be on their way beside those `under_way`, each with whether the day's texts suffice for it.
    async fn take(&self, channel: Channel, under_way: &[Uuid]) -> Result<Vec<(Due, Budget)>, DbFault> {
        let busy = u64::try_from(under_way.len()).unwrap_or(u64::MAX);
        let most = AT_ONCE.saturating_sub(busy);
        if most == 0 {
            return Ok(Vec::new());
        }
        let due = self.db.write(async move |tx| Ok::<_, DbFault>(queries::take_due(tx, channel, most, LEASE_MS).await?)).await?;
        let mut left = u64::MAX;
        if channel == Channel::Sms && !due.is_empty() {
            let since = rules::start_of_day(self.db.clock().now());
            let sent = queries::count_sent(self.db.read(), since, under_way).await?;
            left = u64::from(self.sms_per_day).saturating_sub(sent).saturating_sub(busy);
        }
        let budgets = (0..).map(|place| if place < left { Budget::Left } else { Budget::UsedUp });
        Ok(due.into_iter().zip(budgets).collect())
    }

    async fn deliver(&self, due: Due, budget: Budget) -> (Uuid, Result<(), DbFault>) {
        (due.id, self.deliver_one(due, budget).await)
    }

    async fn deliver_one(&self, due: Due, budget: Budget) -> Result<(), DbFault> {
        let fate = self.try_to_deliver(&due, budget).await;
        if let Some(metrics) = &self.metrics {
            metrics.letter_ended(due.channel.code(), fate.code());
        }
        if let Fate::Later { why, .. } = &fate {
            tracing::warn!(letter = %due.id, template = %due.template, attempts = due.attempts, %why, "letter {} did not go", due.id);
        }
        self.db
            .write(async move |tx| {
                match &fate {
                    Fate::Sent => queries::mark_sent(tx, &due).await?,
                    Fate::Later { seconds, why } => {
                        let next = rules::first_moment(tx.now.plus_ms(seconds.saturating_mul(1_000)), due.at_night);
                        if next.ms() >= due.give_up_at_ms {
                            queries::give_up(tx, &due, why).await?;
                        } else {
                            queries::put_back(tx, &due, next, why).await?;
                        }
                    }
                    Fate::Tomorrow => {
                        queries::put_back(tx, &due, rules::next_morning(tx.now), "the day's texts are used up").await?
                    }
                    Fate::GivenUp(why) => queries::give_up(tx, &due, why).await?,
                }
                Ok(())
            })
            .await
    }

    async fn try_to_deliver(&self, due: &Due, budget: Budget) -> Fate {
        let now = self.db.clock().now();
        if due.give_up_at_ms <= now.ms() {
            return Fate::GivenUp("too late");
        }
        let Some(parcel) = self.open(due) else { return Fate::GivenUp("cannot be read") };
        if due.channel == Channel::Sms {
            if rules::first_moment(now, due.at_night) > now {
                return Fate::Tomorrow;
            }
            if budget == Budget::UsedUp {
                tracing::error!(limit = self.sms_per_day, "the day's texts are used up");
                return if due.at_night {
                    Fate::Later { seconds: 60, why: "the day's texts are used up".to_owned() }
                } else {
                    Fate::Tomorrow
                };
            }
        }
        let gateway = match due.channel {
            Channel::Sms => &self.sms,
            Channel::Mail => &self.mail,
        };
        match gateway.deliver(parcel).await {
            Ok(()) => Fate::Sent,
            Err(NotDelivered(why)) => Fate::Later { seconds: rules::pause_seconds(due.attempts), why },
        }
    }

    fn open(&self, due: &Due) -> Option<Parcel> {
        let (to, params) = seal::open(&self.keys, due.id, due.address_sealed.as_ref()?, due.params_sealed.as_ref()?)?;
        let template = letters::find(&due.template)?;
        let lang = Lang::from_tag(&due.lang).unwrap_or_default();
        Some(Parcel {
            channel: due.channel.code(),
            to,
            template: due.template.clone(),
            version: due.version.clone(),
            subject: template.subject.clone(),
            text: template.words(lang, &params),
            params,
        })
    }
}
