//! Where recordings of the curriculum's files and recordings that were sent meet: what pages offer to hear.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use sea_orm::DbErr;

use super::serve::Keep;
use super::{Recording, service};
use crate::curriculum::model::{self, Sound, Speaker};
use crate::curriculum::{Shelf, Shelves};
use crate::error::AppError;
use crate::files::Files;
use crate::kernel::{Digest, RecordingId, Timestamp};
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
    /// Where it was sent: the recording.
    pub id: Option<RecordingId>,
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

/// What is known, and how often it was forgotten: what was looked up before something changed is not kept after it.
#[derive(Debug, Default)]
struct Held {
    looked_up: Option<LookedUp>,
    forgotten: u64,
}

/// What this process knows is published, and since when.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    held: Arc<Mutex<Held>>,
    /// Held by the one who looks it up; the others go by what was known before, or wait where nothing was.
    looking: Arc<tokio::sync::Mutex<()>>,
}

impl Known {
    fn held(&self) -> (Option<LookedUp>, u64) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        (held.looked_up.clone(), held.forgotten)
    }

    fn keep(&self, at: Timestamp, published: &Arc<Published>, forgotten: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.forgotten == forgotten {
            held.looked_up = Some((at, Arc::clone(published)));
        }
    }

    /// The next who asks looks it up anew.
    pub(super) fn forget(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.looked_up = None;
        held.forgotten += 1;
    }

    fn fresh(&self, now: Timestamp) -> Option<Arc<Published>> {
        let is_fresh = |(at, _): &LookedUp| now < at.plus_ms(FRESH_SECONDS * 1_000);
        self.held().0.filter(is_fresh).map(|(_, published)| published)
    }

    /// What is published, looked up by one at a time. A database that does not answer takes no page away: then what was known before is
    /// gone by.
    async fn now<F>(&self, now: Timestamp, look_up: F) -> Arc<Published>
    where
        F: AsyncFnOnce() -> Result<Vec<Recording>, DbErr>,
    {
        if let Some(published) = self.fresh(now) {
            return published;
        }
        let looking = match (self.looking.try_lock(), self.held().0) {
            (Ok(looking), _) => looking,
            (Err(_), Some((_, before))) => return before,
            (Err(_), None) => self.looking.lock().await,
        };
        // Whoever looked before may have found it meanwhile.
        if let Some(published) = self.fresh(now) {
            return published;
        }
        let (before, forgotten) = self.held();
        let published = match look_up().await {
            Ok(rows) => Arc::new(Published::of(rows)),
            Err(error) => {
                tracing::warn!(%error, "what recordings are published is not known just now");
                before.map(|(_, published)| published).unwrap_or_default()
            }
        };
        self.keep(now, &published, forgotten);
        drop(looking);
        published
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

    /// The sound served under `name`, read now, and how long a browser may keep it: `None` where there is none, or none any more.
    pub(super) async fn sound(&self, files: &Files, name: &str) -> Result<Option<(Sound, Vec<u8>, Keep)>, AppError> {
        if let Some((file, sound)) = self.published.by_name.get(name) {
            let bytes = files.get(*file).await.map_err(|error| AppError::Fault(error.to_string()))?;
            return Ok(bytes.map(|bytes| (*sound, bytes, Keep::AnHour)));
        }
        let (shelf, wanted) = (self.shelf.clone(), name.to_owned());
        // The file is read on a thread that may wait.
        let found = move || shelf.audio(&wanted).map(|(voice, bytes)| (voice.sound, bytes, Keep::ForEver));
        tokio::task::spawn_blocking(found).await.map_err(|error| AppError::Fault(error.to_string()))
    }
}

fn heard_of_file(voice: &model::Voice) -> Heard {
    let line = &voice.recording;
    Heard { lang: line.lang.clone(), kind: line.kind, seconds: line.seconds, name: voice.name(), id: None }
}

fn heard_of_sent(one: &Recording) -> Heard {
    let name = name_of(&one.file, one.sound);
    Heard { lang: one.lang.clone(), kind: one.kind, seconds: one.seconds, name, id: Some(one.id) }
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
        // The edition is taken before anything is waited for, as `Shelf` takes it: one request goes by one edition.
        let (house, shelf) =
            (request.app_data::<Data<House>>().cloned(), request.app_data::<Data<Shelves>>().map(|shelves| shelves.now()));
        Box::pin(async move {
            let missing = || AppError::Fault("no house, or no edition is up".to_owned());
            let (house, shelf) = (house.ok_or_else(missing)?, shelf.ok_or_else(missing)?);
            let published =
                house.rooms.get::<Known>().now(house.clock().now(), async || service::list_shown(house.db.read()).await).await;
            Ok(Self { shelf, published })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_crowd_that_comes_at_once_has_it_looked_up_once() {
        let (known, asked, now) = (Known::default(), AtomicUsize::new(0), Timestamp::from_ms(1));
        let looks = async || {
            asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(Vec::new())
        };
        futures_util::future::join_all((0..20).map(|_| known.now(now, looks))).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let later = now.plus_ms(FRESH_SECONDS * 1_000);
        futures_util::future::join_all((0..20).map(|_| known.now(later, looks))).await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn what_was_looked_up_before_a_change_is_not_kept_after_it() {
        let (known, now) = (Known::default(), Timestamp::from_ms(1));
        let changed_meanwhile = async || {
            known.forget();
            Ok(Vec::new())
        };
        known.now(now, changed_meanwhile).await;
        assert!(known.fresh(now).is_none());
        known.now(now, async || Ok(Vec::new())).await;
        assert!(known.fresh(now).is_some());
    }

    #[test]
    fn of_two_in_one_language_the_one_that_was_sent_is_heard_and_standard_chinese_comes_first() {
        let (kind, seconds, id) = (Speaker::Recorded, 1, None);
        let voice = |lang: &str, name: &str| Heard { lang: lang.to_owned(), kind, seconds, name: name.to_owned(), id };
        let all = [voice("四川话", "a"), voice("zh-CN", "b"), voice("粤语", "c"), voice("四川话", "d")];
        let names: Vec<String> = one_in_each_language(all.into_iter()).into_iter().map(|voice| voice.name).collect();
        assert_eq!(names, ["b", "d", "c"]);
    }
}
