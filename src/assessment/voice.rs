//! 念给我听: the recordings of a card or a question, as `components/listen.html` shows them.

use crate::curriculum::Shelf;
use crate::curriculum::model::{Item, Recording, Speaker, Voice};
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
pub fn card_voices(shelf: &Shelf, card: &str, lang: Lang) -> Vec<Listen> {
    shelf.voices_of(card).into_iter().map(|voice| listen(voice, lang)).collect()
}

/// The recordings of a question. One that today's edition asks in other words than were asked has none.
#[must_use]
pub fn item_voices(shelf: &Shelf, item: &Item, lang: Lang) -> Vec<Listen> {
    let is_todays = shelf.item(&item.hash).is_some();
    if is_todays { card_voices(shelf, &item.id, lang) } else { Vec::new() }
}

fn listen(voice: &Voice, lang: Lang) -> Listen {
    let recording = &voice.recording;
    let language = if recording.lang == Recording::MANDARIN { lang.t("listen-mandarin") } else { recording.lang.clone() };
    let speaker = lang.t(match recording.kind {
        Speaker::Recorded => "listen-recorded",
        Speaker::Synthetic => "listen-synthetic",
    });
    let seconds = recording.seconds.to_string();
    let blanks = [("language", language.as_str()), ("speaker", speaker.as_str()), ("seconds", seconds.as_str())];
    Listen { src: format!("/audio/{}", voice.name()), says: lang.fill("listen-says", &blanks) }
}
