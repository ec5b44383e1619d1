//! The tables of conversion rules.

pub(super) mod rules;
pub(super) mod runs;
