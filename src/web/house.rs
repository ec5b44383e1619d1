//! What every handler can reach: database, files, keys, configuration.

use std::sync::Arc;

use crate::config::{Config, Keys};
use crate::db::Db;
use crate::files::Files;
use crate::kernel::Clock;

use super::Rooms;
use super::metrics::Metrics;

/// The common rooms of the application; cheap to clone.
#[derive(Clone, Debug)]
pub struct House {
    /// The database.
    pub db: Db,
    /// The files beside it.
    pub files: Files,
    /// The bank's keys.
    pub keys: Keys,
    /// The configuration.
    pub config: Arc<Config>,
    /// What is counted.
    pub metrics: Metrics,
    /// What subjects keep for this process.
    pub rooms: Rooms,
}

impl House {
    /// The clock of the house.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        self.db.clock()
    }
}
