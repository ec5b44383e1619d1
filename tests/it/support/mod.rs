//! What tests stand on.

pub mod databases;
pub mod server;
pub mod smtp_sink;
