//! The tables of this subject.

pub(super) mod counts;
pub(super) mod members;
pub(super) mod plans;
