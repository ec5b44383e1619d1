//! What follows from a text slowly, so that nobody tries many texts.

use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
/// One at a time in a process, however many ask: each holds its memory for as long as it takes.
static TURN: Mutex<()> = Mutex::new(());

/// 32 bytes that follow from a text and a salt. Slow on purpose, some fifty milliseconds: not to be called where others wait. `None` where it cannot
/// be computed.
#[must_use]
pub fn slow_bytes_of(text: &str, salt: &[u8; 16]) -> Option<[u8; 32]> {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?);
    let mut bytes = [0; 32];
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    argon.hash_password_into(text.as_bytes(), salt, &mut bytes).ok()?;
    Some(bytes)
}
