//! The postman: takes due letters, hands them to a gateway, deletes address and words when they are gone.
//!
//! A letter is sent at least once: a postman who dies between the gateway and the row sends it again after his lease.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use super::gateway::{self, Gateway, Gateways, Mailbox, NotDelivered, Parcel};
use super::queries::{self, Due};
use super::{Channel, letters, rules, seal};
use crate::config::{Config, Keys};
use crate::db::{Db, DbFault};
use crate::i18n::Lang;

/// Letters taken at once.
const BATCH: u64 = 20;
/// How long a postman may take for a batch before another may take it up: 20 letters of at most 10 s each.
const LEASE_MS: i64 = 4 * 60_000;
/// How long he rests when nothing is due.
const REST: Duration = Duration::from_secs(1);

/// Sends letters.
#[derive(Clone)]
pub struct Postman {
    db: Db,
    keys: Keys,
    sms: Arc<dyn Gateway>,
    mail: Arc<dyn Gateway>,
    sms_per_day: u32,
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
        Self { db, keys, sms, mail, sms_per_day }
    }

    /// Sends all that is due now; says how many letters were taken in hand.
    ///
    /// # Errors
    /// [`DbFault`] where the table cannot be reached. A letter that does not go is no error here.
    pub async fn deliver_due(&self) -> Result<usize, DbFault> {
        let mut taken = 0;
        loop {
            let due = self.db.write(async |tx| Ok::<_, DbFault>(queries::take_due(tx, BATCH, LEASE_MS).await?)).await?;
            if due.is_empty() {
                return Ok(taken);
            }
            taken += due.len();
            for letter in due {
                self.deliver(letter).await?;
            }
        }
    }

    /// Sends letters until `stop` is ready; the batch in hand is finished.
    pub async fn run_until(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop.fuse());
        loop {
            if let Err(error) = self.deliver_due().await {
                tracing::error!(%error, "the outbox cannot be reached");
            }
            let mut rest = std::pin::pin!(tokio::time::sleep(REST).fuse());
            futures_util::select! { () = stop => return, () = rest => {} }
        }
    }

    async fn deliver(&self, due: Due) -> Result<(), DbFault> {
        let fate = self.try_to_deliver(&due).await?;
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

    async fn try_to_deliver(&self, due: &Due) -> Result<Fate, DbFault> {
        let now = self.db.clock().now();
        if due.give_up_at_ms <= now.ms() {
            return Ok(Fate::GivenUp("too late"));
        }
        let Some(parcel) = self.open(due) else { return Ok(Fate::GivenUp("cannot be read")) };
        if due.channel == Channel::Sms {
            if rules::first_moment(now, due.at_night) > now {
                return Ok(Fate::Tomorrow);
            }
            let sent = queries::count_sent(self.db.read(), rules::start_of_day(now)).await?;
            if sent >= u64::from(self.sms_per_day) {
                tracing::error!(limit = self.sms_per_day, "the day's texts are used up");
                return Ok(if due.at_night {
                    Fate::Later { seconds: 60, why: "the day's texts are used up".to_owned() }
                } else {
                    Fate::Tomorrow
                });
            }
        }
        let gateway = match due.channel {
            Channel::Sms => &self.sms,
            Channel::Mail => &self.mail,
        };
        Ok(match gateway.deliver(parcel).await {
            Ok(()) => Fate::Sent,
            Err(NotDelivered(why)) => Fate::Later { seconds: rules::pause_seconds(due.attempts), why },
        })
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
