//! A run as a text that travels in addresses and forms: readable by nobody but us, and not to be altered.
//!
//! 16 bytes of seed, screen, steps, the action just taken, then the unwise actions; signed together with the shape of the practice,
//! so that a run of yesterday's edition is not taken for one of today's.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::run::{After, Done, Run};
use crate::curriculum::model::Practice;
use crate::kernel::{Digest, Mac, Seed, digest_of, mac_of};

/// The purpose of the key that signs runs.
pub const PURPOSE: &str = "practice";
/// Bytes of the code that are sent along: 128 bits.
const CODE_BYTES: usize = 16;
/// Seed, screen, steps (two bytes), and three bytes for the action just taken.
const HEAD_BYTES: usize = 16 + 1 + 2 + 3;
/// Where no action was just taken.
const NONE: u8 = u8::MAX;

/// The text of `run`.
#[must_use]
pub fn write_run(key: &[u8; 32], practice: &Practice, run: &Run) -> String {
    let mut bytes = Vec::with_capacity(HEAD_BYTES + 2 * run.wrong.len() + CODE_BYTES);
    bytes.extend_from_slice(&run.seed.0);
    bytes.push(run.screen);
    bytes.extend_from_slice(&run.steps.to_be_bytes());
    match run.after {
        Some(after) => bytes.extend_from_slice(&[after.screen, after.action, u8::from(after.done == Done::Mistyped)]),
        None => bytes.extend_from_slice(&[NONE, NONE, 0]),
    }
    bytes.extend(run.wrong.iter().flat_map(|(screen, action)| [*screen, *action]));
    let code = code(key, practice, &bytes);
    bytes.extend(code.bytes().iter().take(CODE_BYTES));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The run that `text` stands for; `None` where it was altered or belongs to another practice or edition.
#[must_use]
pub fn read_run(key: &[u8; 32], practice: &Practice, text: &str) -> Option<Run> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (body, given) = bytes.split_at_checked(bytes.len().checked_sub(CODE_BYTES)?)?;
    let expected: Vec<u8> = code(key, practice, body).bytes().iter().take(CODE_BYTES).copied().collect();
    // Both are of one length: compared without a short way out.
    let differs = expected.iter().zip(given).fold(0, |differs, (a, b)| differs | (a ^ b));
    if differs == 0 { parse(body).filter(|run| run.screen(practice).is_some()) } else { None }
}

fn parse(body: &[u8]) -> Option<Run> {
    let (head, wrong) = body.split_at_checked(HEAD_BYTES)?;
    let (seed, head) = head.split_at_checked(16)?;
    let [screen, steps_high, steps_low, after @ ..] = head else { return None };
    let after = match after {
        [NONE, NONE, _] => None,
        [screen, action, 0] => Some(After { screen: *screen, action: *action, done: Done::AsMeant }),
        [screen, action, _] => Some(After { screen: *screen, action: *action, done: Done::Mistyped }),
        _ => return None,
    };
    let wrong: BTreeSet<(u8, u8)> = wrong
        .chunks_exact(2)
        .filter_map(|pair| if let [screen, action] = pair { Some((*screen, *action)) } else { None })
        .collect();
    Some(Run {
        seed: Seed::from_slice(seed)?,
        screen: *screen,
        steps: u16::from_be_bytes([*steps_high, *steps_low]),
        wrong,
        after,
    })
}

fn code(key: &[u8; 32], practice: &Practice, body: &[u8]) -> Mac {
    mac_of(key, &[practice.id.as_bytes(), shape(practice).bytes(), body])
}

/// Changes where screens or actions are added, taken away or moved.
fn shape(practice: &Practice) -> Digest {
    let parts: Vec<&[u8]> = practice
        .screens
        .iter()
        .flat_map(|screen| std::iter::once(screen.id.as_bytes()).chain(screen.actions.iter().map(|action| action.to.as_bytes())))
        .collect();
    digest_of(&parts)
}
