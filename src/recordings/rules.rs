//! What a recording may become, and which one is heard.

use crate::kernel::LearnerId;

/// How far a recording has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Sent; nobody has listened yet who may publish it.
    Waiting,
    /// Everybody hears it.
    Shown,
    /// Another one took its place.
    Replaced,
    /// Taken back, by whoever spoke or by an administrator.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Shown, Self::Replaced, Self::Withdrawn];

    /// The code in tables and messages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Shown => "shown",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How far a recording has come, who speaks in it, and who changed that last: what decides who may do what with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How far it has come.
    pub state: State,
    /// Whoever sent it and speaks in it; none where somebody else speaks, or a machine.
    pub speaker: Option<LearnerId>,
    /// Whether somebody else speaks, whom the bank does not know: whoever takes it back does so for them.
    pub is_anothers: bool,
    /// Who changed its state last.
    pub changed_by: Option<LearnerId>,
}

impl Standing {
    /// Whether it was taken back for good: by whoever speaks, or for somebody whom the bank does not know. Then nobody else publishes it.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        let by_speaker = self.speaker.is_some() && self.speaker == self.changed_by;
        self.state == State::Withdrawn && (by_speaker || self.is_anothers)
    }

    /// Whether it can be taken back by `actor`, who `answers` for it as its sender or an administrator of the place. Whoever speaks may
    /// do so after everybody else, and so may whoever answers for a voice that the bank does not know.
    #[must_use]
    pub fn may_be_withdrawn_by(&self, actor: LearnerId, answers: bool) -> bool {
        let is_out = matches!(self.state, State::Waiting | State::Shown);
        let for_good = self.speaker == Some(actor) || (self.is_anothers && answers);
        (answers && is_out) || (for_good && !self.is_taken_back())
    }

    /// Whether this administrator may publish it.
    #[must_use]
    pub fn may_be_published_by(&self, actor: LearnerId) -> bool {
        self.state != State::Shown && (!self.is_taken_back() || self.speaker == Some(actor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    #[test]
    fn what_its_speaker_took_back_nobody_publishes() {
        let (own, other) = (LearnerId::fresh(Timestamp::from_ms(1)), LearnerId::fresh(Timestamp::from_ms(2)));
        let cases = [
            (State::Waiting, Some(own), Some(own), true),
            (State::Shown, Some(own), Some(other), false),
            (State::Replaced, Some(own), Some(own), true),
            (State::Withdrawn, Some(own), Some(other), true),
            (State::Withdrawn, Some(own), Some(own), false),
            (State::Withdrawn, None, None, true),
            (State::Withdrawn, None, Some(other), true),
        ];
        for (state, speaker, changed_by, may) in cases {
            let standing = Standing { state, speaker, changed_by, is_anothers: false };
            assert_eq!(standing.may_be_published_by(other), may, "{state:?} {speaker:?} {changed_by:?}");
            assert_eq!(standing.may_be_published_by(own), state != State::Shown, "{state:?}");
        }
    }

    #[test]
    fn a_voice_that_the_bank_does_not_know_is_taken_back_for_good_whoever_does_it() {
        let (sender, other) = (LearnerId::fresh(Timestamp::from_ms(1)), LearnerId::fresh(Timestamp::from_ms(2)));
        for state in State::ALL {
            let standing = Standing { state, speaker: None, is_anothers: true, changed_by: Some(other) };
            let is_gone = state == State::Withdrawn;
            assert_eq!(standing.may_be_withdrawn_by(sender, true), !is_gone, "{state:?}");
            assert!(!standing.may_be_withdrawn_by(sender, false), "{state:?}");
            let may = matches!(state, State::Waiting | State::Replaced);
            assert_eq!(standing.may_be_published_by(sender), may, "{state:?}");
        }
    }

    #[test]
    fn whoever_speaks_takes_it_back_also_after_an_administrator() {
        let (own, other) = (LearnerId::fresh(Timestamp::from_ms(1)), LearnerId::fresh(Timestamp::from_ms(2)));
        let of = |state, changed_by| Standing { state, speaker: Some(own), is_anothers: false, changed_by: Some(changed_by) };
        for state in [State::Waiting, State::Shown, State::Replaced, State::Withdrawn] {
            assert!(of(state, other).may_be_withdrawn_by(own, true), "{state:?}");
        }
        assert!(!of(State::Withdrawn, own).may_be_withdrawn_by(own, true));
        assert!(!of(State::Withdrawn, other).may_be_withdrawn_by(other, true));
    }
}
