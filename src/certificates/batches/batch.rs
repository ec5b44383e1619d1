//! Batches and their lines, as they are kept.

use serde::{Deserialize, Serialize};

use crate::kernel::{AgencyId, CardNumber, CertificateBatchId, CertificateId, ClientId, Digest, LearnerId, Timestamp, digest_of};

/// An enum whose values stand in a column as short codes.
macro_rules! coded {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $value:ident = $code:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$what])* $value,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value),*];

            /// The code in tables, and the end of its words' key.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$value => $code,)* }
            }

            pub(in crate::certificates) fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$value),)* _ => None }
            }
        }
    };
}

coded! {
    /// How far a batch is.
    BatchState {
        /// Its lines are being kept and looked at.
        Reading = "reading",
        /// Each was looked at.
        Checked = "checked",
        /// It waits for a second person, who looks at the sample.
        Asked = "asked",
        /// The second person agreed: it will be made valid.
        Agreed = "agreed",
        /// It is being issued.
        Valid = "valid",
        /// All of it is done.
        Done = "done",
        /// The second person sent it back.
        Refused = "refused",
        /// Nobody wanted it.
        Withdrawn = "withdrawn",
    }
}

impl BatchState {
    /// Whether the bank works on it by itself just now.
    #[must_use]
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Reading | Self::Agreed | Self::Valid)
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::Withdrawn)
    }
}

coded! {
    /// Where the people of a batch stand.
    BatchSource {
        /// In a file.
        File = "file",
        /// They came to a class session.
        Class = "class",
        /// They are in a training plan.
        Plan = "plan",
        /// They have asked for one.
        Requests = "requests",
        /// A program of the agency names them.
        Client = "client",
    }
}

coded! {
    /// Why a batch that was agreed to went back.
    BatchTrouble {
        /// The agency may not issue this kind any more.
        Powers = "powers",
        /// One of the two does not do this work any more, or both are one person.
        People = "people",
        /// The kind is not there any more.
        Kind = "kind",
    }
}

coded! {
    /// What became of a line.
    BatchLineState {
        /// Nobody has looked at it.
        New = "new",
        /// It cannot be issued.
        Wrong = "wrong",
        /// It can.
        Ready = "ready",
        /// It is being issued.
        Reserved = "reserved",
        /// It is issued.
        Issued = "issued",
        /// It was passed over.
        Passed = "passed",
    }
}

coded! {
    /// Why a line cannot be issued, or was passed over.
    BatchProblem {
        /// Whose it is stands nowhere.
        WhoEmpty = "who-empty",
        /// It is no card number and no learner's number.
        WhoWrong = "who-wrong",
        /// There is nobody, or nobody whom they may see.
        Nobody = "nobody",
        /// The person of this number is called otherwise.
        NameOther = "name-other",
        /// Another line is of the same person.
        SamePerson = "same-person",
        /// Something is missing.
        Missing = "missing",
        /// They have one already.
        Held = "held",
        /// One is being made.
        BeingMade = "being-made",
        /// It is about one of those who decide, or somebody whom they helped.
        Own = "own",
        /// It rests on something else by now.
        Changed = "changed",
        /// It cannot be written.
        Document = "document",
        /// The agency was closed for good meanwhile.
        Closed = "closed",
        /// The agency may not issue this kind any more.
        Powers = "powers",
        /// One of the two does not do this work any more.
        People = "people",
        /// The kind is not there any more.
        Kind = "kind",
        /// Whoever it was has left.
        Gone = "gone",
    }
}

coded! {
    /// What somebody who looked at a line says.
    BatchLook {
        /// 对.
        Right = "right",
        /// 不对.
        Wrong = "wrong",
    }
}

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: CertificateBatchId,
    /// Whose.
    pub agency: AgencyId,
    /// Of which kind.
    pub kind: String,
    /// About which unit, or [`crate::certificates::WHOLE`].
    pub about: String,
    /// Where its people stand.
    pub source: BatchSource,
    /// A code of where they stand: the same is the same batch.
    pub source_code: Vec<u8>,
    /// The program that brought it; none where a person did.
    pub client: Option<ClientId>,
    /// How far it is.
    pub state: BatchState,
    /// Why it went back.
    pub trouble: Option<BatchTrouble>,
    /// Lines.
    pub total: i64,
    /// Lines that can be issued.
    pub ready: i64,
    /// Lines that cannot; once it is done, all that were not issued.
    pub wrong: i64,
    /// Of the step at hand, lines that are done.
    pub done: i64,
    /// Lines of the sample.
    pub sample: i64,
    /// What drew the sample.
    pub seed: [u8; 32],
    /// The person who brought it, or who answered for the program that did.
    pub brought_by: LearnerId,
    /// When.
    pub brought_at: Timestamp,
    /// Who asked for a second person.
    pub asked_by: Option<LearnerId>,
    /// When a second person was asked.
    pub asked_at: Option<Timestamp>,
    /// Who decided, and when.
    pub decided: Option<(LearnerId, Timestamp)>,
    /// Why it was sent back.
    pub answer: Option<String>,
    /// When it became valid.
    pub valid_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl Batch {
    /// What a second person is shown, as a digest that the form carries.
    #[must_use]
    pub fn shown(&self) -> Digest {
        let figures = [self.total, self.ready, self.sample, self.asked_at.map_or(0, Timestamp::ms)];
        let figures: Vec<u8> = figures.into_iter().flat_map(i64::to_be_bytes).collect();
        digest_of(&[b"certificate batch", self.id.uuid().as_bytes(), &self.source_code, &self.seed, &figures])
    }
}

/// One line of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    /// Its number in the file, or in the list.
    pub number: i64,
    /// Whose it is, once that was looked up.
    pub learner: Option<LearnerId>,
    /// What it says, sealed; nothing once it is over.
    pub sealed: Option<Vec<u8>>,
    /// What became of it.
    pub state: BatchLineState,
    /// Why it cannot be issued.
    pub problem: Option<BatchProblem>,
    /// Digest of what it rested on when it was looked at.
    pub basis: Option<Digest>,
    /// Whether it is looked at before the batch is agreed to.
    pub is_in_sample: bool,
    /// Who looked, when, and what they say.
    pub look: Option<(LearnerId, Timestamp, BatchLook)>,
    /// The certificate that is being made, or was issued.
    pub certificate: Option<CertificateId>,
}

/// What a line says, in the form in which it is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSaid {
    /// Whose: ten digits of a card, or a learner's number; as it is written where it is neither.
    pub who: String,
    /// The name, where it is written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What is wrong with it by itself, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
    /// What is missing for a certificate, where something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<Lacks>,
}

/// What is missing for a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacks {
    /// Units that are still to be passed, by code.
    pub learn: Vec<String>,
    /// Units that are still to be passed under supervision.
    pub supervised: Vec<String>,
    /// Whether a document is to be seen.
    pub document: bool,
    /// Whether something else stands in the way: what is being looked into, or went elsewhere.
    pub more: bool,
}

/// Whose a line is.
pub(in crate::certificates) enum Named {
    Card(CardNumber),
    Learner(LearnerId),
}

impl BatchSaid {
    /// That a line is about this person.
    #[must_use]
    pub fn of(learner: LearnerId) -> Self {
        Self { who: learner.to_string(), ..Self::default() }
    }

    /// Whom it names.
    pub(in crate::certificates) fn named(&self) -> Option<Named> {
        if let Some(card) = CardNumber::parse(&self.who) {
            return Some(Named::Card(card));
        }
        self.who.parse().ok().map(Named::Learner)
    }

    /// What is wrong with it by itself.
    pub(in crate::certificates) fn problem(&self) -> Option<BatchProblem> {
        self.wrong.as_deref().and_then(BatchProblem::from_code)
    }
}

/// How far the drawing of a batch's sheets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// Of which batch.
    pub batch: CertificateBatchId,
    /// Whether it goes on by itself.
    pub state: PrintState,
    /// Sheets to be drawn, from where it began.
    pub total: i64,
    /// Sheets that are drawn, or cannot be.
    pub drawn: i64,
    /// Of these, sheets that cannot be: the certificate was revoked, its owner has left, no font has a character.
    pub skipped: i64,
    /// The last line at which it has arrived.
    pub after: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

coded! {
    /// Whether sheets are still being drawn.
    PrintState {
        /// They are.
        Drawing = "drawing",
        /// All are drawn.
        Done = "done",
        /// There is no room for more: what is there is fetched first.
        Full = "full",
    }
}

/// A part of a batch's sheets: one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintPart {
    /// From 1.
    pub number: i64,
    /// Its first and its last line.
    pub lines: (i64, i64),
    /// How many sheets.
    pub sheets: i64,
    /// Bytes, as they are fetched.
    pub bytes: i64,
    /// The file.
    pub file: Digest,
}

/// A column of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchColumn {
    /// For whom: the number of a card, or a learner's number.
    Who,
    /// What they are called; it may be left out.
    Name,
}
