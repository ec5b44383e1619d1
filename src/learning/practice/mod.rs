//! The practice: a pretended phone on which mistakes cost nothing.
//!
//! A run is a small value ([`Run`]) that travels with the learner in a signed text: no row is kept for a tap, and a run survives
//! restarts and other machines. Whatever one does leads on or back, never into a dead end. Names and amounts are drawn from the
//! run's seed, so the same run always shows the same.

mod run;
mod token;

pub(super) use run::{Feedback, NotYet, Run, steps_to_end};
pub(super) use token::{PURPOSE, read_run, write_run};

#[cfg(test)]
mod tests;
