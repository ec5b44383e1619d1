//! The box of a hall (活动室的电脑): one class on a local network without the bank. It has its own database, none of the bank's keys, and no balance.
//!
//! Rules kept here:
//! - Nothing of the class can be read before the class's password was typed, nor after it was locked: names, tests and the signing key stand in the
//!   kit, and notes are sealed with a key that follows from the kit.
//! - What is taken down is one row of a chain, sealed to the bank, in the same commit as the note by which the page shows it.
//! - Taking down the same once more takes down nothing.
//! - The papers of a supervised session open with words of their own. From then on each of the two shows by their half of them who they are: nobody
//!   says anything for the other. Answers are taken from the one device that has begun with an allowance, until the time is over by the box's clock;
//!   then what was saved is handed in. Once it was ended nothing more of it is taken down, and the end of the chain is shown as a code.
//! - A test is only collected here: 「答卷已收好。过没过，回到有网的地方就知道」.
//!
//! Nothing here ever runs in a bank, and nothing here ever says whether an answer is right.

mod duty_routes;
mod exam_routes;
mod exam_rules;
mod exam_samples;
mod exam_service;
mod exam_views;
mod queries;
mod room;
mod routes;
mod samples;
mod service;
mod sit_routes;
mod views;

use crate::kernel::{DataClass, Kept, Term};
use crate::web::Exhibit;

pub use exam_routes::{act_on_exam, act_on_seat, exam, seat};
pub use room::BoxRoom;
pub use routes::{
    class, doing, door, enrol, enrol_form, give_out, hand_in, hand_over, later, learn, lock, operator, operators, question,
    take_answer, tests, unlock,
};
pub use service::{mark_handed, pack_of, waiting};
pub use sit_routes::{act_on_sitting, sit, sit_question, take_sitting};

/// What a box keeps, and for how long.
pub const KEPT: &[Kept] =
    &[Kept::new("box_entry", DataClass::Trail, Term::Done), Kept::new("box_note", DataClass::Learning, Term::Done)];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("DoorPage", views::DoorPage::samples),
    ("OperatorsPage", views::OperatorsPage::samples),
    ("ClassPage", views::ClassPage::samples),
    ("EnrolPage", views::EnrolPage::samples),
    ("HandOverPage", views::HandOverPage::samples),
    ("TestsPage", views::TestsPage::samples),
    ("QuestionPage", views::QuestionPage::samples),
    ("LaterPage", views::LaterPage::samples),
    ("ExamWhoPage", exam_views::ExamWhoPage::samples),
    ("ExamPage", exam_views::ExamPage::samples),
    ("ExamSeatPage", exam_views::ExamSeatPage::samples),
    ("SitPage", exam_views::SitPage::samples),
];
