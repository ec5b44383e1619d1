//! What tests stand on.

pub mod databases;
pub mod server;
