//! What tests stand on.

pub mod binary;
pub mod databases;
pub mod editions;
pub mod markup;
pub mod people;
pub mod raw;
pub mod receiver;
pub mod server;
pub mod smtp_sink;
