//! How a preview stands: what was wrong with the folder when it was read last; and reading it again when its files have settled.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use actix_web::rt::time::sleep;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::curriculum::{self, CourseCode, Fault, Preview, Shelves, Up, UpFrom};
use crate::kernel::Timestamp;

/// How often the files are looked at. After a change they must look the same twice: an editor may still be writing.
const LOOK: Duration = Duration::from_millis(500);
/// Folders within folders that are looked into, and files that are looked at.
const MOST_DEPTH: usize = 12;
const MOST_FILES: usize = 60_000;

/// How the preview stands; all clones are one.
#[derive(Clone, Debug)]
pub(super) struct Stand(watch::Sender<Arc<State>>);

/// How it stood when the folder was read last.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Another one after each reading, also of another process: pages ask by it whether they are old.
    pub number: i64,
    /// What keeps the folder from being put up.
    pub faults: Vec<Fault>,
    /// The courses that are being drafted, and what they lack.
    pub drafting: Vec<CourseCode>,
    pub lacking: Vec<Fault>,
    /// Whether the folder has been sound once since the preview began. Until then the program's own courses are shown.
    pub was_sound: bool,
}

impl Stand {
    pub(super) fn new(now: Timestamp) -> Self {
        Self(watch::channel(Arc::new(State { number: now.ms(), ..State::default() })).0)
    }

    pub(super) fn now(&self) -> Arc<State> {
        Arc::clone(&self.0.borrow())
    }

    /// Follows it from now on.
    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<State>> {
        self.0.subscribe()
    }

    /// Puts up what was read.
    fn take(&self, read: Preview, shelves: &Shelves) {
        let before = self.now();
        let was_sound = before.was_sound || read.shelf.is_some();
        if let Some(shelf) = read.shelf {
            shelves.put_up(Up { shelf, since: None, from: UpFrom::Folder });
        }
        let (number, drafting) = (before.number + 1, read.drafting);
        let state = State { number, faults: read.faults, drafting, lacking: read.lacking, was_sound };
        drop(self.0.send_replace(Arc::new(state)));
    }
}

/// Reads the folder, and gives what reads it again at each change until `stopped`.
pub(super) async fn follow(
    folder: PathBuf,
    shelves: Shelves,
    stand: Stand,
    mut stopped: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()>, String> {
    let mut known = look(&folder).await;
    stand.take(read(&folder).await?, &shelves);
    Ok(async move {
        let mut before = known.clone();
        loop {
            tokio::select! { () = sleep(LOOK) => {}, _ = stopped.changed() => return }
            let now = look(&folder).await;
            if now == before && now != known {
                known.clone_from(&now);
                match read(&folder).await {
                    Ok(read) => stand.take(read, &shelves),
                    Err(why) => tracing::error!(why, "the folder could not be read"),
                }
            }
            before = now;
        }
    })
}

async fn read(folder: &Path) -> Result<Preview, String> {
    let folder = folder.to_owned();
    spawn_blocking(move || curriculum::preview(&folder)).await.map_err(|error| error.to_string())
}

/// When each file was changed last, and its size.
type Looks = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

async fn look(folder: &Path) -> Looks {
    let folder = folder.to_owned();
    let looking = spawn_blocking(move || {
        let mut looks = Looks::new();
        look_into(&folder, 0, &mut looks);
        looks
    });
    looking.await.unwrap_or_default()
}

fn look_into(folder: &Path, depth: usize, looks: &mut Looks) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')) {
        let Ok(about) = entry.metadata() else { continue };
        if about.is_dir() && depth < MOST_DEPTH {
            look_into(&entry.path(), depth + 1, looks);
        } else if looks.len() < MOST_FILES {
            looks.insert(entry.path(), (about.modified().ok(), about.len()));
        }
    }
}
