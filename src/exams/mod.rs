//! Supervised sessions (有人监考的测评): a unit's test that two people look at, somebody else decides about, and a third one enters.
//!
//! Rules kept here:
//! - Two invigilate: two people by all their accounts, each with a role for the organisation, place and line of work, read anew with each act. Both say
//!   of each candidate that they are neither family nor teacher; who has taught them the unit in a class session is refused, whatever they say.
//! - Answers come from the one device that has begun with an allowance, which is used up by that. A fresh one takes that device out.
//! - A session that is on a box is not run here until it is taken back. What a box hands over is held against the same rules. Once the box has ended it
//!   nothing more of it counts, and nothing is published before both of the two confirm what stands in their name, and type the code of that end, or
//!   somebody without a part has decided that it is not asked for.
//! - Level 3 asks only what nothing else asks, of somebody whose document was seen for this session.
//! - Numbers raise a hand about an item; a person takes it out, for all, with a line in the log. Scores are worked out until they are published, and say
//!   what the answers or points come to, whatever an appeal makes of the result.
//! - Whatever was noted about somebody needs a person who decides, and who is none of the two. 不计 is no failure. A session that is cancelled is
//!   about nobody.
//! - Who publishes is none of the two, who enters had no part so far, by any account, even if it was said anew or taken back since. What is entered is
//!   put right by corrections alone.
//! - Who is put down for a session sees nothing of its desk until it is entered, and decides nothing about it.
//! - An appeal goes to somebody who had no part, and changes a result for the better or not at all.
//! - 辅助操作, a test by word or by hand and more time are ways to be tested like any other.
//!
//! Nothing here ever gives credit: a pass goes to recognition, one commit each. No paper is an attempt, and of a document nothing is kept but that it was
//! seen, by whom, when and which kind.

mod box_views;
mod end_code;
mod error;
mod forms;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod views;

use crate::curriculum::Shelf;
use crate::i18n::Lang;
use crate::kernel::{
    DataClass, DeviceId, Digest, ExamId, Kept, LearnerId, OrganisationId, PaperId, Permille, Seed, Term, Timestamp,
};
use crate::web::{ExhibitOf, Page, day_words};

pub use end_code::end_code;
pub use error::Error;
pub use forms::{by_hand as read_by_hand, note as read_note};
pub use routes::{
    act_on_exam, act_on_own, act_on_person, add_exam, add_form, answer as post_answer, exam, exams, own_exam, own_exams, person,
    question, take_back_exam,
};
pub use rules::{
    Category, Deed, Form, Handed, Level, Next, Onward, Outcome, Reason, Sight, Stage, Tally, is_time, raises_a_hand,
};
pub use service::{
    Along, Arrival, NewExam, Offer, Setting, allow, arrive_answers, arrive_begun, arrive_by_hand, arrive_end, arrive_note,
    arrive_seen, box_of, came, candidates_of, declare, export, forget, list_ahead, list_to_take, must_have_no_part, plan,
    put_down, see_words, seen, take_along, who_sees,
};
pub use views::{categories, session_words, sights};

/// The words that invigilators say of each candidate, with their version.
pub const DECLARED_TEXT: &str = "exam-neither-family-nor-teacher/2026-11-27.1";

/// A moment in words: 2026 年 11 月 27 日 6:24.
fn moment_words(lang: Lang, at: Timestamp) -> String {
    format!("{} {}", day_words(lang, at.day()), at.to_clock_text())
}

/// A candidate in words: the name, and the last digits of the card.
fn who_words(page: &Page, one: &service::Candidate) -> String {
    page.t2("exams-who", ("name", &one.name), ("tail", &one.tail))
}

/// A supervised session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exam {
    /// Its id.
    pub id: ExamId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where that lies.
    pub place_code: String,
    /// Its line of work (条线); none: everybody.
    pub line: Option<String>,
    /// The unit's code.
    pub unit: String,
    /// The level of its evidence.
    pub level: Level,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when; a candidate may have more time.
    pub ends_at: Timestamp,
    /// How many seats there are.
    pub seats: i64,
    /// The two who invigilate.
    pub invigilators: [LearnerId; 2],
    /// How far it has come.
    pub stage: Stage,
    /// Who published, and when.
    pub published: Option<(LearnerId, Timestamp)>,
    /// Who entered.
    pub enterer: Option<LearnerId>,
    /// Why it was cancelled.
    pub cancelled_why: Option<String>,
}

/// That a session is on a box of the hall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnBox {
    /// Which.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Who took it along.
    pub by: LearnerId,
    /// When.
    pub at: Timestamp,
}

/// A session's stay on a box, over or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Which box.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Whether the session was taken back from it.
    pub is_over: bool,
    /// The number, on the box, of the latest of what the bank has made of it; none: nothing came.
    pub last_seq: Option<i64>,
    /// The number and the hash of the claim by which the box has ended it.
    pub end: Option<(i64, Digest)>,
    /// Whether somebody without a part has decided that the code of this end is not asked for.
    pub is_waived: bool,
}

impl Stay {
    /// Whether it has to have an end: it is on that box, or something has come from there.
    #[must_use]
    pub const fn must_end(&self) -> bool {
        !self.is_over || self.last_seq.is_some()
    }

    /// The same, where nobody has decided otherwise.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.must_end() && !self.is_waived
    }
}

/// A candidate with their paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Who.
    pub learner: LearnerId,
    /// Of which session.
    pub exam: ExamId,
    /// Its id: what recognition knows it by.
    pub id: PaperId,
    /// When they came.
    pub came_at: Option<Timestamp>,
    /// Who saw a document for this session, which kind, and when.
    pub sight: Option<(LearnerId, Sight, Timestamp)>,
    /// How they are tested.
    pub setting: Setting,
    /// An allowance that is not used up.
    pub is_allowed: bool,
    /// Who allowed last.
    pub allowed_by: Option<LearnerId>,
    /// The hash of the secret of the device that answers are taken from.
    pub device: Option<Digest>,
    /// What was drawn, once it was begun.
    pub begun: Option<Begun>,
    /// When it was handed in.
    pub handed_in_at: Option<Timestamp>,
    /// Points of a test by word or hand: right, of so many.
    pub by_hand: Option<(i64, i64)>,
    /// Who kept them.
    pub heard_by: Option<LearnerId>,
    /// What was seen and heard then, sealed.
    pub by_hand_sealed: Option<Vec<u8>>,
    /// What somebody has decided.
    pub verdict: Option<Verdict>,
    /// The share that was right, from publishing on; none where it does not count.
    pub score: Option<Permille>,
    /// Whether it passed, from publishing on.
    pub passed: Option<bool>,
    /// When it was entered.
    pub entered_at: Option<Timestamp>,
}

impl Paper {
    /// Whether there is anything to be scored.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        self.begun.is_some() || self.by_hand.is_some()
    }

    /// Whether the time is over, with the minutes that they have more.
    #[must_use]
    pub const fn is_over(&self, exam: &Exam, now: Timestamp) -> bool {
        rules::is_over(exam.ends_at, self.setting.extra_minutes, now)
    }

    /// What it came to, from publishing on.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (&self.verdict, self.passed) {
            (_, Some(true)) => Outcome::Passed,
            (Some(Verdict { void: Some(_), .. }), _) => Outcome::Void,
            (_, Some(false)) => Outcome::Failed,
            (_, None) => Outcome::Absent,
        }
    }
}

/// What a candidate was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// When they began.
    pub at: Timestamp,
    /// By which items were drawn and choices are shuffled.
    pub seed: Seed,
    /// Digest of the edition.
    pub edition: String,
    /// The items in the order asked.
    pub items: Vec<Digest>,
}

/// What somebody has decided about a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Why it does not count; none: it counts.
    pub void: Option<Reason>,
    /// Its ground, sealed.
    pub sealed: Option<Vec<u8>>,
    /// Who decided.
    pub by: LearnerId,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// About whom; none: about the session.
    pub learner: Option<LearnerId>,
    /// What it is.
    pub category: Category,
    /// In words, where it is about the session.
    pub words: Option<String>,
    /// In words, sealed, where it is about somebody.
    pub sealed: Option<Vec<u8>>,
    /// Who noted it.
    pub by: LearnerId,
    /// When.
    pub at: Timestamp,
}

impl Incident {
    /// Whether somebody noted it about this candidate; that something was decided is no note.
    #[must_use]
    pub fn is_about(&self, learner: LearnerId) -> bool {
        self.learner == Some(learner) && (self.category.is_offered() || self.category == Category::Counted)
    }
}

/// An appeal against a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// Whose.
    pub learner: LearnerId,
    /// Why, sealed.
    pub ground_sealed: Vec<u8>,
    /// When.
    pub asked_at: Timestamp,
    /// Whether the result became better; none: it waits.
    pub is_better: Option<bool>,
    /// The answer, sealed.
    pub answer_sealed: Option<Vec<u8>>,
    /// Who decided.
    pub by: Option<LearnerId>,
}

/// What this subject keeps, and for how long. What a pass rests on stays; its answers go with the account, and what was written about somebody with
/// their key.
pub const KEPT: &[Kept] = &[
    Kept::new("exam_session", DataClass::Impersonal, Term::Permanent),
    Kept::new("exam_paper", DataClass::Record, Term::Permanent),
    Kept::new("exam_answer", DataClass::Learning, Term::Account),
    Kept::new("exam_box", DataClass::Impersonal, Term::Permanent),
    Kept::new("exam_box_paper", DataClass::Learning, Term::Account),
    Kept::new("exam_confirmation", DataClass::Record, Term::Permanent),
    Kept::new("exam_declaration", DataClass::Record, Term::Permanent),
    Kept::new("exam_incident", DataClass::Record, Term::Permanent),
    Kept::new("exam_item_out", DataClass::Impersonal, Term::Permanent),
    Kept::new("exam_appeal", DataClass::Record, Term::Permanent),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("ExamsPage", views::ExamsPage::samples),
    ("PlanPage", views::PlanPage::samples),
    ("DeskPage", views::DeskPage::samples),
    ("PersonPage", views::PersonPage::samples),
    ("OwnExamsPage", views::OwnExamsPage::samples),
    ("OwnExamPage", views::OwnExamPage::samples),
    ("QuestionPage", views::QuestionPage::samples),
];
