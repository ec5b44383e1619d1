//! The ledger: what it takes, what it refuses, what its audit finds. On both databases.

mod audit;
mod bulk;
mod clock_back;
mod journal;
mod model;
mod postings;
mod refusals;
mod removed;
mod rows;
pub mod sealing;
pub mod steps;
mod wrong;
