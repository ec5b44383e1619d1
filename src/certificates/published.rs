//! The lists that say how certificates stand, as they are made and as everybody may have them.

use crate::credentials::status::Purpose;
use crate::kernel::{AgencyId, Timestamp};

/// A list that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Whose.
    pub agency: AgencyId,
    /// 1 for the first.
    pub list: u32,
    /// What about.
    pub purpose: Purpose,
    /// Since when there is something in it that was not published.
    pub dirty_at: Option<Timestamp>,
    /// How often something changed in it until it was read.
    pub changes: i64,
    /// How often it was published.
    pub generation: i64,
}

/// A list as everybody may have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// How often it was published.
    pub generation: i64,
    /// As JSON-LD.
    pub document: String,
    /// As a JWT.
    pub jwt: String,
    /// Until when it holds.
    pub valid_until: Timestamp,
}
