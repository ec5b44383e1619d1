//! 数字素养学分银行: learn, practise, be assessed, be recognised, hold credit.
//!
//! Subjects are stacked; each uses only those below it. `docs/ARCHITECTURE.md` is the map, `tests/tidy.rs` keeps it.

pub mod admin;
pub mod agencies;
pub mod aliases;
pub mod api;
pub mod app;
pub mod applications;
pub mod assessment;
pub mod audit;
pub mod classes;
pub mod clients;
pub mod closing;
pub mod config;
pub mod conversions;
pub mod corrections;
pub mod curriculum;
pub mod db;
pub mod enrolment;
pub mod error;
pub mod exams;
pub mod files;
pub mod hall;
pub mod hall_box;
pub mod help;
pub mod helping;
pub mod home;
pub mod i18n;
pub mod identity;
pub mod jobs;
pub mod kernel;
pub mod learning;
pub mod ledger;
pub mod me;
pub mod open;
pub mod outbox;
pub mod passbook;
pub mod places;
pub mod plans;
pub mod recognition;
pub mod recordings;
pub mod rolls;
pub mod signals;
pub mod transfers;
pub mod transparency;
pub mod web;
