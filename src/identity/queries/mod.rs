//! The tables of this subject; nothing else names them.

pub(crate) mod aliases;
pub(crate) mod alike;
pub(crate) mod cards;
pub(crate) mod documents;
pub(crate) mod doors;
pub(crate) mod halls;
pub(crate) mod people;
pub(crate) mod samples;
pub(crate) mod sessions;
pub(crate) mod staff;
pub(crate) mod staging;
pub(crate) mod upkeep;
