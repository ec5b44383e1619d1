//! What the question about a line says, parsed.

use crate::help::{Doubt, MOST_WORDS, Told};
use crate::i18n::Message;
use crate::web::{FieldError, FieldErrors, Fields};

/// Reads the question: at least one doubt, or words of one's own.
pub(super) fn question(fields: &Fields) -> Result<Told, FieldErrors> {
    let words = fields.optional_lines("more", MOST_WORDS).map_err(|error| vec![error])?;
    let doubts: Vec<Doubt> =
        Doubt::ALL.into_iter().filter(|doubt| fields.all("why").any(|value| value == doubt.code())).collect();
    if doubts.is_empty() && words.is_empty() {
        return Err(vec![FieldError::new("why", Message::of("passbook-why-empty"))]);
    }
    Ok(Told { doubts, words, ..Told::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_or_words_are_enough_and_nothing_is_not() {
        let told = |pairs: &[(&str, &str)]| question(&Fields::from_pairs(pairs));
        let both = told(&[("why", "wrong_day"), ("why", "other"), ("why", "nonsense"), ("more", " 是 10 月 ")]).unwrap();
        assert_eq!((both.doubts, both.words.as_str()), (vec![Doubt::WrongDay, Doubt::Other], "是 10 月"));
        assert!(told(&[("why", "too_little")]).is_ok() && told(&[("more", "少了")]).is_ok());
        assert_eq!(told(&[("why", "nonsense"), ("more", " ")]).unwrap_err()[0].field, "why");
        assert_eq!(told(&[("more", &"长".repeat(501))]).unwrap_err()[0].field, "more");
    }
}
