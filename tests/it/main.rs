//! Through the public door: a real server, a real database (SQLite always, PostgreSQL where `CREDIT_BANK_TEST_POSTGRES` names a
//! server), a clock that tests turn, a mailbox they read. One binary.
#![expect(clippy::unwrap_used, reason = "a test says so by failing")]

mod configuration;
mod house;
mod support;
mod write_path;
