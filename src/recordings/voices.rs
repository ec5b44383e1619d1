//! Where recordings of the curriculum's files and recordings that were sent meet: what pages offer to hear.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::{Recording, service};
use crate::curriculum::model::{self, Sound, Speaker};
use crate::curriculum::{Shelf, Shelves};
use crate::error::AppError;
use crate::files::Files;
use crate::kernel::{Digest, Timestamp};
use crate::web::House;

/// How long a process goes by what it knows is published.
pub const FRESH_SECONDS: i64 = 15;

/// The name under which a file that was sent is served: it changes with every byte.
pub(super) fn name_of(file: &Digest, sound: Sound) -> String {
    let digest = file.to_string();
    format!("{}.{}", digest.get(..32).unwrap_or(&digest), sound.ending())
}

/// Something to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// `zh-CN` or a dialect.
    pub lang: String,
    /// A person or a machine.
    pub kind: Speaker,
    /// How long it takes.
    pub seconds: u32,
    /// The name under which it is served.
    pub name: String,
}

/// What is published, by card and by name.
#[derive(Debug, Default)]
struct Published {
    by_card: HashMap<String, Vec<Recording>>,
    by_name: HashMap<String, (Digest, Sound)>,
}

impl Published {
    fn of(rows: Vec<Recording>) -> Self {
        let mut published = Self::default();
        for row in rows {
            published.by_name.insert(name_of(&row.file, row.sound), (row.file, row.sound));
            published.by_card.entry(row.of.clone()).or_default().push(row);
        }
        published
    }
}

/// What was published when it was looked up.
type LookedUp = (Timestamp, Arc<Published>);

/// What this process knows is published, and since when.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<Mutex<Option<LookedUp>>>);

impl Known {
    fn held(&self) -> Option<LookedUp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, at: Timestamp, published: Arc<Published>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, published));
    }

    /// The next who asks looks it up anew.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What is published. A database that does not answer takes no page away: then what was known before is gone by.
    async fn now(&self, house: &House) -> Arc<Published> {
        let (now, held) = (house.clock().now(), self.held());
        if let Some((at, published)) = &held
            && now < at.plus_ms(FRESH_SECONDS * 1_000)
        {
            return Arc::clone(published);
        }
        match service::list_shown(house.db.read()).await {
            Ok(rows) => {
                let published = Arc::new(Published::of(rows));
                self.keep(now, Arc::clone(&published));
                published
            }
            Err(error) => {
                tracing::warn!(%error, "what recordings are published is not known just now");
                held.map(|(_, published)| published).unwrap_or_default()
            }
        }
    }
}

/// The voices that a page may offer.
#[derive(Clone, Debug)]
pub struct Voices {
    shelf: Shelf,
    published: Arc<Published>,
}

impl Voices {
    /// Those of the curriculum's files alone.
    #[must_use]
    pub fn of_files(shelf: &Shelf) -> Self {
        Self { shelf: shelf.clone(), published: Arc::default() }
    }

    /// The voices of a card or a question, one in each language: standard Chinese first. Of two in one language the one that was sent is
    /// heard. One whose words have changed since is not.
    #[must_use]
    pub fn of(&self, of: &str) -> Vec<Heard> {
        let files = self.shelf.voices_of(of).into_iter().map(heard_of_file);
        let words = self.shelf.reading(of).map(|reading| reading.digest());
        let sent = self.published.by_card.get(of).into_iter().flatten();
        let sent = sent.filter(|one| Some(one.words) == words).map(heard_of_sent);
        one_in_each_language(files.chain(sent))
    }

    /// The sound served under `name`, read now: `None` where there is none, or none any more.
    ///
    /// # Errors
    /// Where the file store fails.
    pub async fn sound(&self, files: &Files, name: &str) -> Result<Option<(Sound, Vec<u8>)>, AppError> {
        if let Some((file, sound)) = self.published.by_name.get(name) {
            let bytes = files.get(*file).await.map_err(|error| AppError::Fault(error.to_string()))?;
            return Ok(bytes.map(|bytes| (*sound, bytes)));
        }
        let (shelf, wanted) = (self.shelf.clone(), name.to_owned());
        // The file is read on a thread that may wait.
        let found = move || shelf.audio(&wanted).map(|(voice, bytes)| (voice.sound, bytes));
        tokio::task::spawn_blocking(found).await.map_err(|error| AppError::Fault(error.to_string()))
    }
}

fn heard_of_file(voice: &model::Voice) -> Heard {
    let line = &voice.recording;
    Heard { lang: line.lang.clone(), kind: line.kind, seconds: line.seconds, name: voice.name() }
}

fn heard_of_sent(one: &Recording) -> Heard {
    Heard { lang: one.lang.clone(), kind: one.kind, seconds: one.seconds, name: name_of(&one.file, one.sound) }
}

/// The last of each language; standard Chinese first, then as they come.
fn one_in_each_language(voices: impl Iterator<Item = Heard>) -> Vec<Heard> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut heard: Vec<Heard> = Vec::new();
    for voice in voices {
        match places.get(&voice.lang).and_then(|at| heard.get_mut(*at)) {
            Some(before) => *before = voice,
            None => {
                places.insert(voice.lang.clone(), heard.len());
                heard.push(voice);
            }
        }
    }
    heard.sort_by_key(|voice| voice.lang != model::Recording::MANDARIN);
    heard
}

impl FromRequest for Voices {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (house, shelves) = (request.app_data::<Data<House>>().cloned(), request.app_data::<Data<Shelves>>().cloned());
        Box::pin(async move {
            let missing = || AppError::Fault("no house, or no edition is up".to_owned());
            let (house, shelves) = (house.ok_or_else(missing)?, shelves.ok_or_else(missing)?);
            let published = house.rooms.get::<Known>().now(&house).await;
            Ok(Self { shelf: shelves.now(), published })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_in_one_language_the_one_that_was_sent_is_heard_and_standard_chinese_comes_first() {
        let voice =
            |lang: &str, name: &str| Heard { lang: lang.to_owned(), kind: Speaker::Recorded, seconds: 1, name: name.to_owned() };
        let all = [voice("四川话", "a"), voice("zh-CN", "b"), voice("粤语", "c"), voice("四川话", "d")];
        let names: Vec<String> = one_in_each_language(all.into_iter()).into_iter().map(|voice| voice.name).collect();
        assert_eq!(names, ["b", "d", "c"]);
    }
}
