//! Recordings (录音): cards and questions read aloud, sent by administrators and volunteers, beside those of the curriculum's files.
//!
//! What is sent is decoded whole, packed where it is heavy, and kept in the file store. Nobody but its sender hears it before an
//! administrator of the place has listened and published it. It keeps the digest of the words that were read: when an edition says them
//! otherwise, it is no longer played, and the desk says so. In each language a card has one voice of ours. Whoever speaks may take it back at any time, also
//! once they have no role any more, and then nobody else publishes it. Where the bank does not know who speaks, whoever takes it back does
//! so for good. What is taken back is no longer served, and its file goes in a day.
//!
//! Pages ask [`Voices`], the one place where both kinds of recordings meet. What is published is kept in each process and looked up anew
//! after [`FRESH_SECONDS`]: that long another process may still play what was taken back.

mod forms;
mod listen;
mod own_routes;
mod pool;
mod queries;
mod routes;
mod rules;
mod samples;
mod serve;
mod service;
mod sound;
mod views;
mod voices;

use sea_orm::DbErr;

use crate::curriculum::Shelf;
use crate::curriculum::model::{Sound, Speaker};
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::files::Stored;
use crate::i18n::Message;
use crate::kernel::{self, DataClass, Digest, LearnerId, RecordingId, Term, Timestamp};
use crate::places::PlaceCode;
use crate::web::ExhibitOf;

pub use listen::{Listen, card_voices, item_voices};
pub use own_routes::{take_back as post_take_back, voice as voice_page};
pub use routes::{
    course as course_page, desk as recordings_page, listen as preview, one as recording_page, publish as post_publish,
    read as read_page, send as post_recording, withdraw as post_withdraw_recording, within as lesson_page,
};
pub use rules::{Standing, State};
pub use serve::recording as sound_of;
pub use service::{Publisher, export, forget, has_spoken, publish, withdraw};
pub use sound::{Heard as Decoded, Unsound, decode, pack_wave};
pub use voices::{FRESH_SECONDS, Heard, Voices};

/// The version of the sentence that whoever speaks agrees to: `recordings-consent` in the catalogue.
pub const CONSENT: &str = "1";

/// What this subject keeps, and for how long.
pub const KEPT: &[kernel::Kept] = &[kernel::Kept::new("recording", DataClass::Impersonal, Term::Permanent)];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("DeskPage", views::DeskPage::samples),
    ("ChoosePage", views::ChoosePage::samples),
    ("ReadPage", views::ReadPage::samples),
    ("RecordingPage", views::RecordingPage::samples),
    ("VoicePage", views::VoicePage::samples),
];

/// A recording to be kept.
#[derive(Clone, Debug)]
pub struct NewRecording {
    /// What is read.
    pub of: String,
    /// The digest of its words.
    pub words: Digest,
    /// `zh-CN` or a dialect.
    pub lang: String,
    /// A person or a machine.
    pub kind: Speaker,
    /// The sound in the file store.
    pub file: Stored,
    /// How it is written.
    pub sound: Sound,
    /// How long it takes.
    pub seconds: u32,
    /// Where whoever sends it works.
    pub place: PlaceCode,
    /// Who sends it.
    pub sent_by: LearnerId,
    /// Whoever sends it, where they speak themselves.
    pub speaker: Option<LearnerId>,
    /// The version of the sentence that was agreed to.
    pub consent: &'static str,
}

/// A recording as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Its id.
    pub id: RecordingId,
    /// What is read.
    pub of: String,
    /// The digest of its words.
    pub words: Digest,
    /// `zh-CN` or a dialect.
    pub lang: String,
    /// A person or a machine.
    pub kind: Speaker,
    /// The digest of the sound.
    pub file: Digest,
    /// How it is written.
    pub sound: Sound,
    /// How long it takes.
    pub seconds: u32,
    /// Its size.
    pub bytes: i64,
    /// Where whoever sent it works.
    pub place: String,
    /// Who sent it.
    pub sent_by: LearnerId,
    /// When.
    pub sent_at: Timestamp,
    /// When its state changed last.
    pub changed_at: Timestamp,
    /// How far it has come.
    pub standing: Standing,
}

/// Why something cannot be done with a recording.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none.
    #[error("no such recording")]
    NoSuch,
    /// Whoever speaks has taken it back.
    #[error("its speaker has taken it back")]
    TakenBack,
    /// Somebody else has sent the same sound, and it waits, or is heard, or is theirs.
    #[error("somebody else has sent the same sound")]
    SentAlready,
    /// What is heard now was published in another place, whose administrators alone take it away.
    #[error("another place has published what is heard now")]
    ShownElsewhere,
    /// The words have changed since.
    #[error("the words have changed")]
    WordsChanged,
    /// Its file is gone.
    #[error("its file is gone")]
    FileGone,
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuch => Self::NotFound,
            Error::TakenBack => Self::Changed(Message::of("recordings-taken-back")),
            Error::SentAlready => Self::Changed(Message::of("recordings-sent-already")),
            Error::ShownElsewhere => Self::Changed(Message::of("recordings-shown-elsewhere")),
            Error::WordsChanged => Self::Changed(Message::of("recordings-words-changed")),
            Error::FileGone => Self::Changed(Message::of("recordings-file-gone")),
            Error::Fault(fault) => fault.into(),
        }
    }
}
