//! Help of two kinds, told apart from the first moment on, and the hours of those who help.
//!
//! Rules kept here:
//! - 辅助操作 (assisted operation): the learner decides, somebody beside them reads aloud or moves the finger. Both say so, each in a
//!   session of their own, before it begins; from then on everything done in that session says it was assisted. The row is written once
//!   and only ended. It counts as the learner's own; no certificate and no line of the passbook mentions it.
//! - 代办 (act on behalf): somebody else decided or did it. It is a record of its own, with who, where, why and the learner's consent; the
//!   learner is told at once, holds a receipt, and can undo it for fifteen days. It earns nothing: no column of it, and no code here, leads
//!   to a unit, a result or a credit, and what gives credit does not know this subject.
//! - What was undone, or not agreed to, is a case at the help desk with a promised day. Whoever did the act does not answer the second.
//! - Hours of volunteers are kept by the organisation that organised them: when a class session is closed, or by its administrators for
//!   others than themselves. A mistake is put right by a further line. There is no ranking, and nothing here compares two people.
//! - A proof of hours says what was recorded, is free, and is no certificate of this bank.

mod error;
mod forms;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod views;

use crate::help::CaseNumber;
use crate::kernel::{
    ActId, AssistanceId, ClassId, DataClass, Day, HoursId, Kept, LearnerId, OrganisationId, ProofId, SealKey, Term, Timestamp,
};
use crate::web::Exhibit;

pub use error::Error;
pub use routes::{
    act_on_assistance, act_on_volunteering, acts, add_hours, aid_form, assistance, correct_hours_of, keep_act, new_act_form,
    offer_aid, proof, receipt, staff_acts, staff_receipt, undo_act, undo_act_for, volunteer, volunteering, volunteers,
};
pub use rules::{Agreed, Aid, Errand, Outcome, Source, Way, errand};
pub use service::{
    ClassHours, NewAct, NewHours, Says, Undoing, begin_assistance, confirm_help, correct_hours, end_assistance, export, forget,
    issue_proof, keep_class_hours, keep_hours, keys_of, list_acts, offer_assistance, record_act, undo,
};
pub use views::ActLine;

/// 辅助操作: somebody sat, or sits, beside a learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assistance {
    /// Its id.
    pub id: AssistanceId,
    /// Who helps.
    pub helper: LearnerId,
    /// With what.
    pub aid: Aid,
    /// Since when.
    pub since: Timestamp,
    /// Until when; none: until the session ends.
    pub until: Option<Timestamp>,
}

/// What a helper has said, and the learner has not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Who.
    pub helper: LearnerId,
    /// What they will do.
    pub aid: Aid,
    /// Where they help.
    pub place_code: String,
}

/// 代办: what somebody did on a learner's behalf. Its words stay sealed until [`Act::read`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Whose matter it was.
    pub learner: LearnerId,
    /// Its id.
    pub id: ActId,
    /// The number of its receipt.
    pub number: CaseNumber,
    /// The code of the errand.
    pub errand: String,
    /// Who did it.
    pub helper: LearnerId,
    /// At which service point.
    pub organisation: Option<OrganisationId>,
    /// Where.
    pub place_code: String,
    /// On which day.
    pub day: Day,
    /// How the learner agreed.
    pub agreed: Agreed,
    /// What came of it.
    pub outcome: Outcome,
    /// When it was kept.
    pub recorded_at: Timestamp,
    /// When it was undone, and how.
    pub undone: Option<(Timestamp, Way)>,
    words_sealed: Option<Vec<u8>>,
}

/// What is told of an act in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ActWords {
    /// What exactly.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Why somebody else did it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Why it did not work out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why_not: String,
}

/// Where the sealed column stands, as its seal says.
const PLACE_WORDS: &str = "act_on_behalf.words";

impl Act {
    /// The words, as far as `key` opens them: nothing once the person has left.
    #[must_use]
    pub fn read(&self, key: &SealKey) -> ActWords {
        let text = self.words_sealed.as_deref().and_then(|sealed| key.open_text(PLACE_WORDS, sealed).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }
}

/// A line of a volunteer's hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursLine {
    /// Its id.
    pub id: HoursId,
    /// Who organised it.
    pub organisation: OrganisationId,
    /// The place of that.
    pub place_code: String,
    /// On which day.
    pub day: Day,
    /// How many minutes; of a correction, the difference.
    pub minutes: i64,
    /// What was done; of a correction, why.
    pub what: String,
    /// Where it comes from.
    pub source: Source,
    /// The session.
    pub class: Option<ClassId>,
    /// The line that it puts right.
    pub corrects: Option<HoursId>,
    /// When it was kept.
    pub recorded_at: Timestamp,
}

/// 志愿服务记录证明.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its id.
    pub id: ProofId,
    /// Its number.
    pub number: CaseNumber,
    /// Who issued it.
    pub organisation: OrganisationId,
    /// From which day to which.
    pub days: (Day, Day),
    /// How many minutes were recorded then.
    pub minutes: i64,
    /// When it was issued.
    pub issued_at: Timestamp,
}

/// What this subject keeps, and for how long. Of an act its words go with the account; that it was done, by whom and whether it was undone
/// stays, and so does what proves how a result came about. They name nobody once the key of their owner is destroyed.
pub const KEPT: &[Kept] = &[
    Kept::new("assistance", DataClass::Record, Term::Permanent),
    Kept::new("assistance_offer", DataClass::SignIn, Term::Days(1)),
    Kept::new("act_on_behalf", DataClass::Help, Term::Permanent),
    Kept::new("volunteer_hours", DataClass::Record, Term::Permanent),
    Kept::new("volunteer_thanks", DataClass::Learning, Term::Account),
    Kept::new("volunteer_proof", DataClass::Record, Term::Permanent),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("AssistancePage", views::AssistancePage::samples),
    ("AidPage", views::AidPage::samples),
    ("ActFormPage", views::ActFormPage::samples),
    ("ReceiptPage", views::ReceiptPage::samples),
    ("StaffReceiptPage", views::StaffReceiptPage::samples),
    ("ActsPage", views::ActsPage::samples),
    ("StaffActsPage", views::StaffActsPage::samples),
    ("VolunteeringPage", views::VolunteeringPage::samples),
    ("ProofPage", views::ProofPage::samples),
    ("VolunteersPage", views::VolunteersPage::samples),
    ("VolunteerPage", views::VolunteerPage::samples),
];
