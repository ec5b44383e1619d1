//! Decoding in a small pool of its own, so that no crowd of recordings takes the machine from learners.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::sound::{self, Checked, Unsound};

/// Sounds decoded at once: a core each, and up to 90 MB: the file twice, three minutes at 48,000 numbers of four bytes a second (35 MB),
/// those once more with silence around them where they are packed, and what was packed.
const AT_ONCE: usize = 2;
/// Sounds that may wait; one more is asked to come again.
const WAITING: usize = 8;

/// The pool. One in each process.
#[derive(Clone, Debug)]
pub(super) struct Decoders {
    places: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
}

impl Default for Decoders {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), inside: Arc::new(AtomicUsize::new(0)) }
    }
}

/// A seat in the waiting room; left when dropped, also where the caller hangs up.
struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Why nothing was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Too many wait.
    Busy,
    /// What is wrong with the sound.
    Unsound(Unsound),
}

impl Decoders {
    /// Checks a sound, on a thread that may take its time.
    pub(super) async fn check(&self, bytes: Vec<u8>) -> Result<Checked, Refusal> {
        let seat = Seat(Arc::clone(&self.inside));
        if self.inside.fetch_add(1, Ordering::AcqRel) >= WAITING + AT_ONCE {
            return Err(Refusal::Busy);
        }
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Refusal::Busy)?;
        let work = move || {
            // Held until the work is done, also where nobody waits for it any more.
            let held = (seat, place);
            let checked = sound::check(bytes);
            drop(held);
            checked
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(checked) => checked.map_err(Refusal::Unsound),
            // A decoder that gave up on what it was given.
            Err(_) => Err(Refusal::Unsound(Unsound::Broken)),
        }
    }
}
