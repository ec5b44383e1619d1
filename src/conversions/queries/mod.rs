//! The tables of conversion rules.

pub(super) mod discards;
pub(super) mod runs;
pub(super) mod versions;
