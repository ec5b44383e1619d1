//! Rolls (成批认定): results of one partner brought as one file, for one rule, as one decision of two people.
//!
//! Rules kept here:
//! - A roll is booked whole or not at all: read, looked at, asked, agreed to by another person (never whoever brought it, by any account), looked
//!   at once more; then one commit takes the quota for all of it and makes it valid. Before that nothing is booked whatever happens; after it the
//!   work goes on where it was broken off, each line under a key of its own.
//! - What comes between after that commit is passed over and named; what was taken of the quota stays taken.
//! - A roll whose lines do not fit is not mended in place: the file is, and is brought again. The same file by the same version of a rule is the
//!   same roll.
//! - Two people see its lines and totals, each within what they may see. Somebody whom whoever brought it may not see is answered like
//!   nobody; that they were looked for stands in the person's own access log. Nobody decides about themselves.
//! - A program of the agency brings a roll in the name of whoever answers for it: it is the first of the two, never the second.
//! - A suspension of the agency halts a roll; it goes on when the suspension is lifted.
//! - What a line says is sealed. It goes a month after the roll is done; at once where nobody wants the roll (given up, not agreed to), or where
//!   whoever it is about leaves.
//!
//! Nothing here reckons credit: what a result gives is the rule's and recognition's to say.

mod error;
mod forms;
mod lines;
mod queries;
mod roll;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;
mod words;

use crate::kernel::{DataClass, Kept, Term};
use crate::web::Exhibit;

pub use error::Error;
pub use lines::{Column, WrongHead, read_head};
pub use roll::{Line, LineState, Problem, Roll, RollState, Trouble};
pub use routes::{
    ask as post_ask, decide as post_decision, list as list_page, one as one_page, passed as passed_file, template, upload,
    withdraw,
};
pub use service::{
    Deciding, NewRoll, Read, agree, ask, check, empty_old, export, file_code, find_roll, forget, keep_roll, list_troubled,
    open_rules, run, shown_of,
};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("roll", DataClass::Trail, Term::Permanent),
    Kept::new("roll_line", DataClass::Record, Term::Days(rules::LINE_DAYS)),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[("RollsPage", views::RollsPage::samples), ("RollPage", views::RollPage::samples)];
