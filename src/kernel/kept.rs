//! Personal data has a clock: each subject lists its tables with what kind of data they hold and for how long. `docs/OPERATIONS.md` gives
//! the reasons; a test holds the lists against the schema.

/// One table, and how long its rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The table.
    pub table: &'static str,
    /// What kind of data it holds.
    pub class: DataClass,
    /// For how long.
    pub term: Term,
}

impl Kept {
    /// One line of a list.
    #[must_use]
    pub const fn new(table: &'static str, class: DataClass, term: Term) -> Self {
        Self { table, class, term }
    }
}

/// Kinds of data, in the words in which people are told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataClass {
    /// Who somebody is, and how they come in.
    Account,
    /// From which device and address somebody signed in, or tried to.
    SignIn,
    /// What was read, practised and answered.
    Learning,
    /// Results, hours and credit.
    Record,
    /// Questions, disputes, complaints.
    Help,
    /// What was sent to somebody.
    Letter,
    /// Who did what, and who read what.
    Trail,
    /// What happened, for figures and archives, without a name.
    Event,
    /// Nothing about a person.
    Impersonal,
}

impl DataClass {
    /// Key of its words.
    #[must_use]
    pub const fn message_key(self) -> &'static str {
        match self {
            Self::Account => "keeping-account",
            Self::SignIn => "keeping-sign-in",
            Self::Learning => "keeping-learning",
            Self::Record => "keeping-record",
            Self::Help => "keeping-help",
            Self::Letter => "keeping-letter",
            Self::Trail => "keeping-trail",
            Self::Event => "keeping-event",
            Self::Impersonal => "keeping-impersonal",
        }
    }
}

/// For how long rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// As long as the account: they go when its owner leaves.
    Account,
    /// So many days after they are over, or were written.
    Days(u16),
    /// So many years after they were written.
    Years(u16),
    /// By the archives' rule for so many years; after that somebody decides, no program.
    Archives(u16),
    /// For good. They name nobody once the key of their owner is destroyed.
    Permanent,
    /// Until the work they stand for is done.
    Done,
}

impl Term {
    /// Key of its words, and the figure that they name.
    #[must_use]
    pub const fn message(self) -> (&'static str, Option<u16>) {
        match self {
            Self::Account => ("keeping-while-account", None),
            Self::Days(days) => ("keeping-days", Some(days)),
            Self::Years(years) => ("keeping-years", Some(years)),
            Self::Archives(years) => ("keeping-archives", Some(years)),
            Self::Permanent => ("keeping-permanent", None),
            Self::Done => ("keeping-until-done", None),
        }
    }
}
