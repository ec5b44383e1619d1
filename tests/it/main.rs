//! Through the public door: a real server, a real database (SQLite always, PostgreSQL where `CREDIT_BANK_TEST_POSTGRES` names a
//! server), a clock that tests turn, a mailbox they read. One binary.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says so by failing")]

mod access;
mod again;
mod api;
mod assessment;
mod assessment_pages;
mod backup;
mod bad_input;
mod binary;
mod configuration;
mod corrections;
mod crash;
mod curriculum;
mod desk;
mod gallery;
mod help;
mod home;
mod house;
mod identity;
mod identity_desk;
mod identity_doors;
mod identity_guessing;
mod identity_people;
mod identity_services;
mod identity_staff;
mod learning;
mod learning_words;
mod leaving;
mod ledger;
mod listen;
mod me;
mod night;
mod operation;
mod own_data;
mod passbook;
mod postman;
mod recognition;
mod recognition_conversions;
mod recognition_outward;
mod registration;
mod support;
mod total;
mod transparency;
mod weak_sessions;
mod write_path;
