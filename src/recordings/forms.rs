//! What is filled in with a recording.

use super::sound::Unsound;
use crate::curriculum::model::{Recording, Speaker};
use crate::i18n::Message;
use crate::web::{FieldError, FieldErrors, Fields};

/// Who speaks, as the form asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever sends it.
    Own,
    /// Somebody else, who agreed.
    Other,
    /// A machine.
    Machine,
}

impl Who {
    /// All choices of an administrator; a volunteer sends their own voice.
    pub(super) const ALL: [Self; 3] = [Self::Own, Self::Other, Self::Machine];

    /// The code in the form, and the end of its words' key.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Other => "other",
            Self::Machine => "machine",
        }
    }

    /// Who speaks, in the words of recordings.
    pub(super) const fn speaker(self) -> Speaker {
        match self {
            Self::Own | Self::Other => Speaker::Recorded,
            Self::Machine => Speaker::Synthetic,
        }
    }
}

/// Whether the form asks who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// It does: an administrator sends other voices too.
    WhoSpeaks,
    /// It does not: a volunteer sends their own.
    Nothing,
}

/// What was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// `zh-CN` or a dialect.
    pub lang: String,
    /// Who speaks.
    pub who: Who,
}

/// Reads the form.
pub(super) fn sent(fields: &Fields, dialects: &[String], asks: Asks) -> Result<Sent, FieldErrors> {
    let lang = fields.get("lang");
    let is_known = lang == Recording::MANDARIN || dialects.iter().any(|dialect| dialect == lang);
    let lang = if is_known { Ok(lang.to_owned()) } else { Err(FieldError::new("lang", Message::of("recordings-lang-choose"))) };
    let chosen = Who::ALL.into_iter().find(|who| who.code() == fields.get("who"));
    let who = if asks == Asks::WhoSpeaks { chosen } else { Some(Who::Own) };
    let who = who.ok_or_else(|| FieldError::new("who", Message::of("recordings-who-choose")));
    match (lang, who) {
        (Ok(lang), Ok(who)) => Ok(Sent { lang, who }),
        (lang, who) => Err([lang.err(), who.err()].into_iter().flatten().collect()),
    }
}

/// What is wrong with a file, and how to mend it.
pub(super) fn file_error(unsound: Unsound) -> FieldError {
    let message = match unsound {
        Unsound::Empty => Message::of("recordings-file-empty"),
        Unsound::UnknownKind => Message::of("recordings-file-kind"),
        Unsound::CutOff => Message::of("recordings-file-cut-off"),
        Unsound::Broken => Message::of("recordings-file-broken"),
        Unsound::Strange => Message::of("recordings-file-strange"),
        Unsound::TooLong => Message::of("recordings-file-too-long"),
        Unsound::TooShort => Message::of("recordings-file-too-short"),
        Unsound::Silent => Message::of("recordings-file-silent"),
    };
    FieldError::new("file", message)
}

/// What is to be read says something else now than the page that was read from.
pub(super) const fn words_changed() -> FieldError {
    FieldError::new("file", Message::of("recordings-words-changed"))
}

/// A file that has more bytes than may be sent.
pub(super) const fn too_large() -> FieldError {
    FieldError::new("file", Message::of("recordings-file-too-large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volunteer_sends_their_own_voice_and_the_language_is_one_of_the_list() {
        let dialects = ["四川话".to_owned()];
        let of = |pairs: &[(&str, &str)], asks| sent(&Fields::from_pairs(pairs), &dialects, asks);
        assert_eq!(of(&[("lang", "四川话"), ("who", "machine")], Asks::Nothing).unwrap().who, Who::Own);
        assert_eq!(of(&[("lang", "zh-CN"), ("who", "machine")], Asks::WhoSpeaks).unwrap().who, Who::Machine);
        let errors = of(&[("lang", "火星话"), ("who", "")], Asks::WhoSpeaks).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["lang", "who"]);
    }
}
