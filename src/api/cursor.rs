//! Where a page ended, as a text that tells nothing and fits only the list it was made for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::config::Keys;
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealKey;

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("api-cursor"))
}

/// The cursor behind a number and an id of the list named.
pub(super) fn sealed(keys: &Keys, list: &str, (number, id): (i64, Uuid)) -> String {
    let plain = [number.to_be_bytes().as_slice(), id.as_bytes()].concat();
    URL_SAFE_NO_PAD.encode(key(keys).seal(&format!("api-cursor {list}"), &plain))
}

/// What a cursor stands for, if it was made for this list.
pub(super) fn opened(keys: &Keys, list: &str, cursor: &str) -> Result<(i64, Uuid), AppError> {
    let read = || {
        let plain = key(keys).open(&format!("api-cursor {list}"), &URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (number, id) = plain.split_at_checked(8)?;
        Some((i64::from_be_bytes(number.try_into().ok()?), Uuid::from_slice(id).ok()?))
    };
    read().ok_or_else(|| AppError::Unreadable(Message::of("api-cursor-unreadable")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_the_list_it_was_made_for() {
        let (keys, at) = (Keys::fresh(), (-7, Uuid::from_u128(9)));
        let cursor = sealed(&keys, "a", at);
        assert_eq!(opened(&keys, "a", &cursor).unwrap(), at);
        for (keys, list, cursor) in
            [(&keys, "b", cursor.as_str()), (&Keys::fresh(), "a", &cursor), (&keys, "a", "AAAA"), (&keys, "a", "*")]
        {
            assert!(matches!(opened(keys, list, cursor), Err(AppError::Unreadable(_))), "{list} {cursor}");
        }
    }
}
