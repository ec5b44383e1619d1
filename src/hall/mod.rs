//! The hall (活动室): what was taken down there without the bank, on a box or on a volunteer's phone, and handed over later (暂记).
//!
//! Rules kept here:
//! - A claim is not a credit. It becomes what it says by the same services as at the desk, with the rights of whoever wrote it as they are
//!   when it arrives; a test is graded here, by the attempt that was begun here.
//! - Claims of one device are settled one after the other, in the order in which they were written. What is missing is waited for and
//!   shown. So packs may come late, twice, in pieces and in any order: it comes to the same.
//! - A row that was changed is found and named, and nothing of its pack is kept. A device that tells another story than before is not
//!   believed any more.
//! - Whatever is doubtful waits for a person, who sees both times and why; nothing is thrown away by itself.
//! - What a claim says is sealed with the bank's key, and emptied as soon as the bank has made something of it.
//!
//! Nothing here ever holds a balance, and nothing on a device opens what was sealed to the bank.

mod bodies;
mod error;
mod kit;
mod kit_exam;
mod pack;
mod prepare_routes;
mod prepare_samples;
mod prepare_views;
mod queries;
mod routes;
mod rules;
mod samples;
mod seal;
mod service;
mod upkeep;
mod views;

use ed25519_dalek::VerifyingKey;

use crate::kernel::{ClaimId, DataClass, Digest, Kept, LearnerId, PackId, Term, Timestamp};
use crate::web::Exhibit;

pub use crate::kernel::DeviceId;
pub use bodies::{
    AnswerFields, Answers, Body, Came, Enrolled, ExamAnswers, ExamBegun, ExamEnd, ExamHand, ExamNote, ExamSeen, Witnessed,
};
pub use error::Error;
pub use kit::{Kit, KitClass, KitPerson, KitQuestion, KitTest};
pub use kit_exam::{Half, KitExam, KitPaper, KitWay, half_of, opening_words};
pub use pack::{Broken, Entry, MOST_BYTES, MOST_ENTRIES, Pack, genesis};
pub use prepare_routes::{form as prepare_page, save_kit, show_exam_words, show_password as show_kit_password};
pub use routes::{
    bring as bring_pack, bring_tests as bring_phone_tests, decide as decide_claim, desk as packs_page,
    give_test as post_phone_test, give_up as give_up_device, look as look_page, one as pack_page, phone as phone_page,
    queue as take_queue, test as phone_test_page, worker,
};
pub use rules::{Kind, State, Why};
pub use seal::{ToBank, open_sealed};
pub use service::{
    Carrier, Decision, Line, Maker, Receipt, Wanted, decide, devices_of, export, forget, give_sheet, in_fours, look_list,
    own_phone, packs_of, prepare, receive, register_box, revoke, settle, settle_all,
};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("DeskPage", views::DeskPage::samples),
    ("PackPage", views::PackPage::samples),
    ("LookPage", views::LookPage::samples),
    ("PhonePage", views::PhonePage::samples),
    ("PreparePage", prepare_views::PreparePage::samples),
    ("KitPage", prepare_views::KitPage::samples),
    ("ExamWordsPage", prepare_views::ExamWordsPage::samples),
    ("TestPage", views::TestPage::samples),
];

/// What this subject keeps, and for how long. That something was handed over is the trail of what it became.
pub const KEPT: &[Kept] = &[
    Kept::new("claim_device", DataClass::Trail, Term::Archives(30)),
    Kept::new("claim_pack", DataClass::Trail, Term::Archives(30)),
    Kept::new("claim", DataClass::Trail, Term::Archives(30)),
    Kept::new("claim_sheet", DataClass::Learning, Term::Account),
];

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// A box of the hall: a laptop with this program.
    Box,
    /// A volunteer's phone.
    Phone,
}

impl DeviceKind {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Phone => "phone",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Box, Self::Phone].into_iter().find(|kind| kind.code() == code)
    }
}

/// A device that hands over claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// What people call it.
    pub name: String,
    /// Where it is used.
    pub place_code: String,
    /// By which it signs; none of a phone.
    pub key: Option<VerifyingKey>,
    /// Who may write on it.
    pub operators: Vec<LearnerId>,
    /// When it was made ready.
    pub prepared_at: Timestamp,
    /// How far its chain has come in the bank.
    pub settled: i64,
    /// The hash of the last claim that was settled.
    pub head: Digest,
    /// When it was given up.
    pub revoked_at: Option<Timestamp>,
}

/// How a pack came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The device sent it itself.
    Network,
    /// As a file, on a page.
    File,
    /// As a file, at the bank's own keyboard.
    Command,
}

impl Way {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::File => "file",
            Self::Command => "command",
        }
    }
}

/// Whether a pack was what its device had written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackState {
    /// It was.
    Whole,
    /// A row was changed on the way.
    Broken,
    /// A row is otherwise than what the device handed over before.
    Forked,
}

impl PackState {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Broken => "broken",
            Self::Forked => "forked",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Whole, Self::Broken, Self::Forked].into_iter().find(|state| state.code() == code)
    }
}

/// A pack that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPack {
    /// Of which device.
    pub device: DeviceId,
    /// Its id.
    pub id: PackId,
    /// From which number to which.
    pub span: (i64, i64),
    /// Whether it was whole.
    pub state: PackState,
    /// The row that was not, where one was not.
    pub row: Option<i64>,
    /// When it was made, by the device's clock.
    pub made_at: Timestamp,
    /// When it came first.
    pub received_at: Timestamp,
    /// How often it came.
    pub times: i64,
}

/// A claim as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Of which device.
    pub device: DeviceId,
    /// Its number there.
    pub seq: i64,
    /// Its name.
    pub id: ClaimId,
    /// What was taken down.
    pub kind: Kind,
    /// By whom.
    pub operator: LearnerId,
    /// When, by the device's clock.
    pub made_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// The hash of the one before.
    pub prev: Digest,
    /// Its own.
    pub hash: Digest,
    /// What it says, sealed; none once it is no longer needed.
    pub body_sealed: Option<Vec<u8>>,
    /// Where it stands.
    pub state: State,
    /// Why a person has to look.
    pub why: Option<Why>,
    /// About whom.
    pub learner: Option<LearnerId>,
    /// What was made of it.
    pub became: Option<String>,
    /// When it was settled last.
    pub settled_at: Option<Timestamp>,
}

/// What a claim came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Where it stands now.
    pub state: State,
    /// Why a person has to look.
    pub why: Option<Why>,
    /// About whom.
    pub learner: Option<LearnerId>,
    /// What was made of it.
    pub became: Option<String>,
}

/// The key of the words that say why.
const fn why_key(why: Why) -> &'static str {
    match why {
        Why::ClockAhead => "hall-why-clock-ahead",
        Why::ClockBehind => "hall-why-clock-behind",
        Why::Revoked => "hall-why-revoked",
        Why::Operator => "hall-why-operator",
        Why::Unreadable => "hall-why-unreadable",
        Why::Chain => "hall-why-chain",
        Why::NoPerson => "hall-why-no-person",
        Why::NoClass => "hall-why-no-class",
        Why::ClassCancelled => "hall-why-class-cancelled",
        Why::ClassClosed => "hall-why-class-closed",
        Why::OtherTime => "hall-why-other-time",
        Why::NotThere => "hall-why-not-there",
        Why::OnePerson => "hall-why-one-person",
        Why::NoSheet => "hall-why-no-sheet",
        Why::NoTest => "hall-why-no-test",
        Why::Alike => "hall-why-alike",
        Why::Held => "hall-why-held",
        Why::NotSo => "hall-why-not-so",
        Why::Elsewhere => "hall-why-elsewhere",
        Why::Full => "hall-why-full",
        Why::Forbidden => "hall-why-forbidden",
        Why::ExamBack => "hall-why-exam-back",
        Why::ExamStands => "hall-why-exam-stands",
        Why::ExamClosed => "hall-why-exam-closed",
        Why::ExamLate => "hall-why-exam-late",
        Why::ExamNotReady => "hall-why-exam-not-ready",
        Why::ExamEnded => "hall-why-exam-ended",
    }
}
