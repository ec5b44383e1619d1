//! 念给我听: the voices of a card or a question, as `components/listen.html` shows them.

use super::{Heard, Voices};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Item, Recording, Speaker};
use crate::i18n::Lang;

/// One recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Where it is.
    pub src: String,
    /// 普通话，录音，32 秒: in which language, spoken by a person or a machine, how long.
    pub says: String,
}

/// The recordings of the card `T19-c1/3`; none where nobody has read it yet.
#[must_use]
pub fn card_voices(voices: &Voices, card: &str, lang: Lang) -> Vec<Listen> {
    voices.of(card).iter().map(|voice| listen(voice, lang)).collect()
}

/// The recordings of a question. One that today's edition asks in other words than were asked has none.
#[must_use]
pub fn item_voices(voices: &Voices, shelf: &Shelf, item: &Item, lang: Lang) -> Vec<Listen> {
    let is_todays = shelf.item(&item.hash).is_some();
    if is_todays { card_voices(voices, &item.id, lang) } else { Vec::new() }
}

/// A language's name.
pub(super) fn language_words(code: &str, lang: Lang) -> String {
    if code == Recording::MANDARIN { lang.t("listen-mandarin") } else { code.to_owned() }
}

/// Language, speaker and length in words.
pub(super) fn says(code: &str, kind: Speaker, seconds: u32, lang: Lang) -> String {
    let language = language_words(code, lang);
    let speaker = lang.t(match kind {
        Speaker::Recorded => "listen-recorded",
        Speaker::Synthetic => "listen-synthetic",
    });
    let seconds = seconds.to_string();
    lang.fill("listen-says", &[("language", language.as_str()), ("speaker", speaker.as_str()), ("seconds", seconds.as_str())])
}

/// One voice in words.
pub(super) fn listen(voice: &Heard, lang: Lang) -> Listen {
    Listen { src: format!("/audio/{}", voice.name), says: says(&voice.lang, voice.kind, voice.seconds, lang) }
}
