//! Address and parameters of a waiting letter, sealed with the outbox's key for exactly this letter.

use uuid::Uuid;

use crate::config::Keys;
use crate::kernel::SealKey;

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("outbox"))
}

/// The sealed address and the sealed parameters.
pub(super) fn seal(keys: &Keys, letter: Uuid, to: &str, params: &[(&'static str, String)]) -> (Vec<u8>, Vec<u8>) {
    let key = key(keys);
    let params = serde_json::json!(params).to_string();
    (
        key.seal(&format!("message.address {letter}"), to.as_bytes()),
        key.seal(&format!("message.params {letter}"), params.as_bytes()),
    )
}

/// Address and parameters, if they were sealed for this letter.
pub(super) fn open(keys: &Keys, letter: Uuid, address: &[u8], params: &[u8]) -> Option<(String, Vec<(String, String)>)> {
    let key = key(keys);
    let address = key.open_text(&format!("message.address {letter}"), address).ok()?;
    let params = key.open(&format!("message.params {letter}"), params).ok()?;
    Some((address, serde_json::from_slice(&params).ok()?))
}
