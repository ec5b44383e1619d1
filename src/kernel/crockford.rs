//! Crockford's letters and digits, for what people copy, say and type: none that looks like another.

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// So many letters and digits that follow from bytes, five bits each: one from each byte.
#[must_use]
pub fn crockford_of(bytes: &[u8], length: usize) -> String {
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied().map(char::from);
    bytes.iter().take(length).filter_map(letter).collect()
}

/// Letters and digits as somebody types them: small letters, spaces, and the letters that are taken for digits.
#[must_use]
pub fn crockford_typed(text: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    text.chars().filter(char::is_ascii_alphanumeric).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_is_typed_however_it_is_grouped() {
        let code = crockford_of(&[0, 1, 31, 32, 250, 18, 20, 17], 8);
        assert_eq!(code, "01Z0TJMH");
        for typed in ["01Z0TJMH", "01z0 tjmh", "oiz0-TJMH", " OLZO tjmh "] {
            assert_eq!(crockford_typed(typed), code, "{typed}");
        }
        assert_eq!(crockford_of(&[9; 32], 3), "999");
    }
}
