//! How far a session and a paper have come, what needs a person, when an item raises a hand. Pure.

use crate::kernel::{Permille, Timestamp};

/// Minutes before its beginning from which on people are let in.
pub const EARLY_MINUTES: i64 = 60;
/// Minutes before its beginning from which on the two who invigilate see the words that open the papers on a box.
pub const WORDS_MINUTES: i64 = 120;
/// Days in which a result may be appealed against.
pub const APPEAL_DAYS: i64 = 30;
/// Days that a session may be planned ahead.
pub const MOST_DAYS_AHEAD: i64 = 365;
/// Characters of what is written for the file.
pub const MOST_WORDS: usize = 500;
/// The most points of a test by word or by hand.
pub const MOST_POINTS: i64 = 100;
/// Answers from which on an item may raise a hand.
const LEAST_ANSWERS: usize = 5;

macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$each])* $variant),+ }

        impl $name {
            /// All of them, in the order in which pages show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code in tables, and the end of its words' key.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The one that `code` names.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

codes! {
    /// How far a session has come.
    Stage {
        /// People come, begin, answer.
        Planned = "planned",
        /// No answers are taken any more; somebody decides.
        Finished = "finished",
        /// Everybody knows their result.
        Published = "published",
        /// Passes are with recognition, or on their way.
        Entered = "entered",
        /// It did not count for anybody.
        Cancelled = "cancelled",
    }
}

codes! {
    /// How somebody is tested.
    Form {
        /// On a device, question after question.
        Screen = "screen",
        /// By word of mouth.
        Word = "word",
        /// By doing it.
        Hand = "hand",
    }
}

codes! {
    /// Which document was seen.
    Sight {
        /// 居民身份证.
        IdCard = "id_card",
        /// 社会保障卡.
        SocialCard = "social_card",
        /// 残疾人证.
        Disability = "disability",
        /// 护照、港澳台居民居住证.
        Other = "other",
    }
}

codes! {
    /// What is noted in the log.
    Category {
        /// Somebody fell ill.
        Unwell = "unwell",
        /// A device or the network failed.
        Device = "device",
        /// Noise, a stop in the hall.
        Disturbed = "disturbed",
        /// Somebody helped who may not.
        Helped = "helped",
        /// A forbidden thing was used.
        Cheated = "cheated",
        /// Who sits there may be somebody else.
        Identity = "identity",
        /// Something else.
        Other = "other",
        /// Results were published.
        Published = "published",
        /// What was published was taken back.
        Unpublished = "unpublished",
        /// Somebody decided about a paper.
        Decided = "decided",
        /// A question was taken out for all.
        Out = "out",
        /// The session was taken back from a box.
        TakenBack = "taken_back",
        /// One of the two says that the list of what boxes have handed over in their name is true.
        Confirmed = "confirmed",
        /// Somebody else counted what a box handed over in doubt.
        Counted = "counted",
        /// One of the two typed a code that is none of the ends that came.
        EndWrong = "end_wrong",
        /// Somebody else decided that the codes of the ends are not asked for.
        EndLost = "end_lost",
    }
}

impl Category {
    /// Those that a form offers. The others say who did what, and stay whatever is said anew.
    #[must_use]
    pub const fn offered() -> &'static [Self] {
        &[Self::Device, Self::Unwell, Self::Disturbed, Self::Helped, Self::Cheated, Self::Identity, Self::Other]
    }

    /// Whether a form offers it.
    #[must_use]
    pub fn is_offered(self) -> bool {
        Self::offered().contains(&self)
    }

    /// Whether whoever wrote it down has decided something by that.
    #[must_use]
    pub const fn is_decision(self) -> bool {
        matches!(self, Self::Published | Self::Unpublished | Self::Decided | Self::Out | Self::Counted | Self::EndLost)
    }
}

codes! {
    /// Why a paper does not count. None of it is a failure.
    Reason {
        /// It could not be taken to its end.
        Broken = "broken",
        /// Somebody fell ill.
        Unwell = "unwell",
        /// Somebody else decided for them.
        Helped = "helped",
        /// 作弊, with its ground.
        Fraud = "fraud",
        /// Something else.
        Other = "other",
    }
}

codes! {
    /// What a paper came to.
    Outcome {
        /// Enough was right.
        Passed = "passed",
        /// Not enough yet.
        Failed = "failed",
        /// It does not count.
        Void = "void",
        /// They did not begin.
        Absent = "absent",
    }
}

codes! {
    /// What comes next with a candidate.
    Next {
        /// They have not come.
        Come = "come",
        /// A document is to be seen.
        See = "see",
        /// The invigilators have to declare.
        Declare = "declare",
        /// They may be allowed to begin.
        Allow = "allow",
        /// They may begin.
        Begin = "begin",
        /// They answer.
        Answer = "answer",
        /// The device is out: allow again.
        Again = "again",
        /// The result of a test by word or hand is to be kept.
        Keep = "keep",
        /// It is in.
        Done = "done",
        /// They had not handed in when answering ended; what they answered counts.
        Over = "over",
        /// They came, and did not begin.
        Left = "left",
        /// They did not come.
        Absent = "absent",
        /// The session was cancelled before they handed in.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What comes next with a session, for the one who looks at its desk.
    Onward {
        /// People are put down.
        PutDown = "put_down",
        /// A candidate needs them.
        Candidate = "candidate",
        /// Answering is ended.
        Finish = "finish",
        /// They confirm what a box has handed over.
        Confirm = "confirm",
        /// Results are published.
        Publish = "publish",
        /// Passes are entered.
        Enter = "enter",
        /// Nothing, or somebody else does it.
        Nothing = "nothing",
    }
}

/// The level of a session's evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 2: supervised.
    Supervised,
    /// 3: two staff, log, items that nothing else asks.
    Exam,
}

impl Level {
    /// The number.
    #[must_use]
    pub const fn value(self) -> i64 {
        match self {
            Self::Supervised => 2,
            Self::Exam => 3,
        }
    }

    /// The level of a number.
    #[must_use]
    pub const fn from_value(value: i64) -> Option<Self> {
        match value {
            2 => Some(Self::Supervised),
            3 => Some(Self::Exam),
            _ => None,
        }
    }
}

/// Whether somebody says that everything on the box of a session was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was.
    All,
    /// They do not say so.
    NotSaid,
}

/// What is done with a candidate, as the trail names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// They came.
    Came,
    /// A document was seen.
    Seen,
    /// Neither family nor teacher.
    Declared,
    /// They may begin, or go on.
    Allowed,
}

impl Deed {
    /// As the trail names it.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::Came => "exams.came",
            Self::Seen => "exams.seen",
            Self::Declared => "exams.declare",
            Self::Allowed => "exams.allow",
        }
    }
}

/// Whether the time of a paper is over at `now`, with the minutes that they have more.
#[must_use]
pub const fn is_over(ends_at: Timestamp, extra_minutes: i64, now: Timestamp) -> bool {
    now.ms() > ends_at.plus_minutes(extra_minutes).ms()
}

/// Whether people are let in at `now`.
#[must_use]
pub const fn is_time((starts_at, ends_at): (Timestamp, Timestamp), extra_minutes: i64, now: Timestamp) -> bool {
    starts_at.plus_minutes(-EARLY_MINUTES).ms() <= now.ms() && !is_over(ends_at, extra_minutes, now)
}

/// How often something was answered, and how often right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers.
    pub answered: usize,
    /// Of these, right.
    pub right: usize,
}

impl Tally {
    /// Counts one more answer.
    pub const fn count(&mut self, is_right: bool) {
        self.answered += 1;
        if is_right {
            self.right += 1;
        }
    }
}

/// Whether the numbers say that somebody should look at an item: five answers or more, a fifth of them right at most, and the rest of the same
/// papers at least twice as well.
#[must_use]
pub const fn raises_a_hand(item: Tally, rest: Tally) -> bool {
    item.answered >= LEAST_ANSWERS
        && item.right * 5 <= item.answered
        && rest.right > 0
        && rest.right * item.answered >= 2 * item.right * rest.answered
}

/// One question of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Whether it was right.
    pub is_right: bool,
    /// Whether it was taken out.
    pub is_out: bool,
}

/// The share of right answers among those that count; with `all`, whatever was taken out.
#[must_use]
pub fn score(marks: &[Marked], all: bool) -> Permille {
    let counted = || marks.iter().filter(|mark| all || !mark.is_out);
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Permille::of(number(counted().filter(|mark| mark.is_right).count()), number(counted().count()))
}

/// What speaks for a person's looking at a paper: words' key.
#[must_use]
pub fn needs(marks: &[Marked], pass_permille: i64, (is_noted, form): (bool, Form)) -> Vec<&'static str> {
    let mut why = Vec::new();
    if is_noted {
        why.push("exams-need-noted");
    }
    if form != Form::Screen {
        why.push("exams-need-hand");
    }
    let out = marks.iter().filter(|mark| mark.is_out).count();
    let passes = |all: bool| score(marks, all).value() >= pass_permille;
    if out > 0 && passes(true) != passes(false) {
        why.push("exams-need-item");
    }
    if out * 5 > marks.len() {
        why.push("exams-need-items");
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(answered: usize, right: usize) -> Tally {
        Tally { answered, right }
    }

    #[test]
    fn a_hand_is_raised_by_what_few_know_who_know_the_rest() {
        let cases = [
            (tally(5, 1), tally(45, 36), true),
            (tally(4, 0), tally(36, 36), false),
            (tally(10, 3), tally(90, 90), false),
            (tally(10, 2), tally(90, 36), true),
            (tally(10, 2), tally(90, 35), false),
            (tally(6, 0), tally(54, 1), true),
            (tally(6, 0), tally(54, 0), false),
        ];
        for (item, rest, raises) in cases {
            assert_eq!(raises_a_hand(item, rest), raises, "{item:?} {rest:?}");
        }
    }

    fn marks(right: usize, wrong: usize, (out_right, out_wrong): (usize, usize)) -> Vec<Marked> {
        let some = |is_right, is_out, count| vec![Marked { is_right, is_out }; count];
        [some(true, false, right), some(false, false, wrong), some(true, true, out_right), some(false, true, out_wrong)].concat()
    }

    #[test]
    fn what_is_taken_out_counts_neither_way() {
        assert_eq!(score(&marks(7, 2, (0, 1)), false).value(), 777);
        assert_eq!(score(&marks(7, 2, (0, 1)), true).value(), 700);
        assert_eq!(score(&marks(0, 0, (5, 5)), false).value(), 0);
    }

    #[test]
    fn a_person_looks_where_it_is_noted_spoken_or_hangs_on_what_was_taken_out() {
        type Case<'a> = (Vec<Marked>, (bool, Form), &'a [&'a str]);
        let cases: [Case<'_>; 6] = [
            (marks(7, 3, (0, 0)), (false, Form::Screen), &[]),
            (marks(7, 3, (0, 0)), (true, Form::Screen), &["exams-need-noted"]),
            (marks(7, 3, (0, 0)), (false, Form::Word), &["exams-need-hand"]),
            (marks(6, 2, (0, 2)), (false, Form::Screen), &["exams-need-item"]),
            (marks(7, 2, (0, 1)), (false, Form::Screen), &[]),
            (marks(7, 0, (0, 3)), (false, Form::Screen), &["exams-need-items"]),
        ];
        for (marks, (is_noted, form), expected) in cases {
            assert_eq!(needs(&marks, 700, (is_noted, form)), expected, "{marks:?}");
        }
    }

    #[test]
    fn people_are_let_in_an_hour_before_and_until_their_own_end() {
        let (from, to) = (Timestamp::from_ms(0), Timestamp::from_ms(0).plus_minutes(60));
        for (minute, extra, is) in
            [(-61, 0, false), (-60, 0, true), (60, 0, true), (61, 0, false), (80, 20, true), (81, 20, false)]
        {
            let now = Timestamp::from_ms(0).plus_minutes(minute);
            assert_eq!(is_time((from, to), extra, now), is, "{minute} {extra}");
            assert_eq!(is_over(to, extra, now), minute > 60 + extra, "{minute} {extra}");
        }
    }
}
