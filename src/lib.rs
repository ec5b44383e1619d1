//! 数字素养学分银行: learn, practise, be assessed, be recognised, hold credit.
//!
//! Subjects are stacked; each uses only those below it. `docs/ARCHITECTURE.md` is the map, `tests/tidy.rs` keeps it.

pub mod audit;
pub mod config;
pub mod db;
pub mod kernel;
pub mod ledger;
pub mod outbox;
pub mod recognition;
