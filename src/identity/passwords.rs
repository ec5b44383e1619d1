//! Passwords of staff: argon2id in a small pool of its own, so that a crowd at the staff door never takes the machine from learners.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use super::Error;
use crate::kernel::Chance;

/// Passwords hashed at once: 19 MiB and one core each.
const AT_ONCE: usize = 2;
/// Passwords that may wait; one more is asked to come again.
const WAITING: usize = 32;
/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The longest password looked at.
pub(super) const MOST_BYTES: usize = 256;
/// The shortest password taken.
pub(super) const FEWEST_CHARS: usize = 10;

/// The pool. One in each process.
#[derive(Clone, Debug)]
pub struct PasswordPool {
    places: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
    /// What a password is checked against where there is no account: the work is the same.
    nobody: Arc<OnceLock<String>>,
}

impl Default for PasswordPool {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            inside: Arc::new(AtomicUsize::new(0)),
            nobody: Arc::new(OnceLock::new()),
        }
    }
}

/// A seat in the waiting room; left when dropped, also where the caller hangs up.
#[derive(Debug)]
pub struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl PasswordPool {
    /// A seat for one password. Taken before a try is counted: whoever finds none has tried nothing.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many wait.
    pub fn seat(&self) -> Result<Seat, Error> {
        let seat = Seat(Arc::clone(&self.inside));
        if self.inside.fetch_add(1, Ordering::AcqRel) >= WAITING + AT_ONCE { Err(Error::Busy) } else { Ok(seat) }
    }

    /// The hash to be kept, in the PHC string format.
    ///
    /// # Errors
    /// [`Error::Busy`] where too many wait.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.run(self.seat()?, move || hash(&password)).await?
    }

    /// Whether `password` is the one that `kept` was made of; with nothing kept the same work is done in vain.
    ///
    /// # Errors
    /// Where it cannot be computed.
    pub async fn is_right(&self, seat: Seat, password: String, kept: Option<String>) -> Result<bool, Error> {
        let nobody = Arc::clone(&self.nobody);
        self.run(seat, move || {
            let is_somebody = kept.is_some();
            let kept = match kept {
                Some(kept) => kept,
                None => match nobody.get() {
                    Some(dummy) => dummy.clone(),
                    None => nobody.get_or_init(|| hash("nobody").unwrap_or_default()).clone(),
                },
            };
            let fits = hasher()?.verify_password(password.as_bytes(), kept.as_str()).is_ok();
            Ok(fits && is_somebody)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, seat: Seat, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Error::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // The place is free when the work is done, not when the caller has gone.
            drop(place);
            done
        });
        let done = done.await.map_err(|error| Error::Computed(error.to_string()));
        drop(seat);
        done
    }
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Error::Computed(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Error> {
    let salt: [u8; 16] = Chance::secret();
    let hash =
        hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|error| Error::Computed(error.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_password_fits_its_own_hash_only_and_nobody_has_one() {
        let pool = PasswordPool::default();
        let kept = pool.hash("柳湾村的老槐树下".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        for (password, kept, is_right) in
            [("柳湾村的老槐树下", Some(kept.clone()), true), ("柳湾村的老槐树上", Some(kept), false), ("nobody", None, false)]
        {
            assert_eq!(pool.is_right(pool.seat().unwrap(), password.to_owned(), kept).await.unwrap(), is_right, "{password}");
        }
    }

    #[actix_web::test]
    async fn one_more_than_can_wait_is_asked_to_come_again() {
        let pool = PasswordPool::default();
        let mut seats: Vec<Seat> = (0..WAITING + AT_ONCE).map(|_| pool.seat().unwrap()).collect();
        assert!(matches!(pool.seat(), Err(Error::Busy)));
        assert!(matches!(pool.hash("柳湾村的老槐树下".to_owned()).await, Err(Error::Busy)));
        seats.pop();
        pool.run(pool.seat().unwrap(), || ()).await.unwrap();
        assert!(pool.seat().is_ok(), "the seat of work that is done is free again");
    }
}
