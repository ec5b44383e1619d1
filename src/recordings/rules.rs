//! What a recording may become, and which one is heard.

use crate::kernel::LearnerId;

/// How far a recording has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Sent; nobody has listened yet who may publish it.
    Waiting,
    /// Everybody hears it.
    Shown,
    /// Taken back, by whoever spoke or by an administrator.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Shown, Self::Withdrawn];

    /// The code in tables and messages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Shown => "shown",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Who speaks, as far as it decides who may do what: the one who sent it, or somebody else, or a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How far it has come.
    pub state: State,
    /// Whoever sent it and speaks in it.
    pub speaker: Option<LearnerId>,
    /// Who changed its state last.
    pub changed_by: Option<LearnerId>,
}

impl Standing {
    /// Whether whoever speaks has taken it back: then nobody else publishes it.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        self.state == State::Withdrawn && self.speaker.is_some() && self.speaker == self.changed_by
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
            (State::Withdrawn, Some(own), Some(other), true),
            (State::Withdrawn, Some(own), Some(own), false),
            (State::Withdrawn, None, None, true),
            (State::Withdrawn, None, Some(other), true),
        ];
        for (state, speaker, changed_by, may) in cases {
            let standing = Standing { state, speaker, changed_by };
            assert_eq!(standing.may_be_published_by(other), may, "{state:?} {speaker:?} {changed_by:?}");
            assert_eq!(standing.may_be_published_by(own), state != State::Shown, "{state:?}");
        }
    }
}
