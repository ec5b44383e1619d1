//! The courier: puts on its way what happened, and sends what is due, until he is told to stop.

use std::future::Future;
use std::time::Duration;

use futures_util::FutureExt;

use super::answering::Answering;
use super::door::Door;
use super::{Error, service};
use crate::config::Keys;
use crate::db::Db;
use crate::web::House;

/// How long he rests when nothing is due.
const REST: Duration = Duration::from_secs(5);

/// Tells programs of what happens.
#[derive(Clone, Debug)]
pub struct Courier {
    db: Db,
    pub(super) keys: Keys,
    pub(super) answering: Answering,
    pub(super) door: Door,
    pub(super) help_phone: String,
}

impl Courier {
    /// A courier who calls the public net, and what the operator allows.
    #[must_use]
    pub fn of(house: &House, answering: Answering) -> Self {
        Self::through(house, answering, Door::new(&house.config.webhooks_allow))
    }

    /// A courier who goes out by this door.
    #[must_use]
    pub fn through(house: &House, answering: Answering, door: Door) -> Self {
        let (db, keys, help_phone) = (house.db.clone(), house.keys.clone(), house.config.help_phone.clone());
        Self { db, keys, answering, door, help_phone }
    }

    /// Puts on its way what happened since it was last looked; says how many deliveries are new. Safe to run twice, and in several processes.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn fan_out(&self) -> Result<u64, Error> {
        service::fan_out(&self.db, &self.answering, self.db.clock().now()).await
    }

    /// Puts on its way what happened, and sends all that is due now; says how many deliveries were taken in hand.
    ///
    /// # Errors
    /// What the database answers. A receiver that does not answer is no error here.
    pub async fn deliver_due(&self) -> Result<u64, Error> {
        self.fan_out().await?;
        service::deliver_due(&self.db, self).await
    }

    /// Does so until `stop` is ready. What is on its way then is left: it is sent again once its lease is over.
    pub async fn run_until(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        while stop.peek().is_none() {
            tokio::select! {
                done = self.deliver_due() => if let Err(error) = done {
                    tracing::error!(%error, "webhooks cannot be reached");
                },
                () = stop.clone() => return,
            }
            tokio::select! { () = stop.clone() => return, () = tokio::time::sleep(REST) => {} }
        }
    }
}
