//! Form fields as they came, and what is wrong with them.

use super::text;
use crate::i18n::{Lang, Message};

/// The fields of a form in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub(super) Vec<(String, String)>);

/// One thing that is wrong: where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field.
    pub field: &'static str,
    /// What to say.
    pub message: Message,
}

impl FieldError {
    /// Something wrong with `field`.
    #[must_use]
    pub const fn new(field: &'static str, message: Message) -> Self {
        Self { field, message }
    }
}

/// Everything that is wrong with one form.
pub type FieldErrors = Vec<FieldError>;

impl Fields {
    /// Fields out of name and value pairs.
    #[must_use]
    pub fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// What was typed into the field; empty where it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field that may be chosen several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the field was sent at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// One line of at most `most` characters; empty is allowed.
    ///
    /// # Errors
    /// Too long, or with characters that hide something.
    pub fn optional_line(&self, field: &'static str, most: usize) -> Result<String, FieldError> {
        Self::bounded(field, text::line(self.get(field)), most)
    }

    /// One line of 1 to `most` characters; `missing` is the message for an empty one.
    ///
    /// # Errors
    /// Empty, too long, or with characters that hide something.
    pub fn line(&self, field: &'static str, most: usize, missing: &'static str) -> Result<String, FieldError> {
        let line = self.optional_line(field, most)?;
        if line.is_empty() { Err(FieldError::new(field, Message::of(missing))) } else { Ok(line) }
    }

    /// Several lines of 1 to `most` characters; `missing` is the message for empty ones.
    ///
    /// # Errors
    /// Empty, too long, or with characters that hide something.
    pub fn lines(&self, field: &'static str, most: usize, missing: &'static str) -> Result<String, FieldError> {
        let lines = self.optional_lines(field, most)?;
        if lines.is_empty() { Err(FieldError::new(field, Message::of(missing))) } else { Ok(lines) }
    }

    /// Several lines of at most `most` characters; empty is allowed.
    ///
    /// # Errors
    /// Too long, or with characters that hide something.
    pub fn optional_lines(&self, field: &'static str, most: usize) -> Result<String, FieldError> {
        Self::bounded(field, text::lines(self.get(field)), most)
    }

    fn bounded(field: &'static str, text: String, most: usize) -> Result<String, FieldError> {
        if text.chars().any(text::is_hidden_mark) {
            return Err(FieldError::new(field, Message::of("field-hidden-marks")));
        }
        let count = text.chars().count();
        if count > most {
            return Err(FieldError::new(field, Message::of("field-too-long").with("most", most).with("count", count)));
        }
        Ok(text)
    }
}

/// A form to be shown: empty at first, later with what was typed and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    fields: Fields,
    errors: FieldErrors,
}

impl Filled {
    /// A form with these values in it and nothing wrong.
    #[must_use]
    pub const fn with(fields: Fields) -> Self {
        Self { fields, errors: Vec::new() }
    }

    /// A form to be mended.
    #[must_use]
    pub const fn wrong(fields: Fields, errors: FieldErrors) -> Self {
        Self { fields, errors }
    }

    /// What stands in the field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// Whether the field holds this choice.
    #[must_use]
    pub fn holds(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).any(|held| held == value)
    }

    /// What is wrong, all of it.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// What is wrong with one field, in words; empty where nothing is.
    #[must_use]
    pub fn error(&self, name: &str, lang: Lang) -> String {
        self.errors.iter().find(|error| error.field == name).map_or_else(String::new, |error| error.message.say(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_empty_too_long_or_hides_something_is_refused_by_name() {
        let fields =
            Fields::from_pairs(&[("a", " "), ("b", "十个字以内十个字以内"), ("c", "abc\u{202E}cba"), ("d", " 王  桂英 ")]);
        assert_eq!(fields.line("a", 9, "missing").unwrap_err().message.key, "missing");
        assert_eq!(fields.line("b", 9, "missing").unwrap_err().message.key, "field-too-long");
        assert_eq!(fields.line("c", 9, "missing").unwrap_err().message.key, "field-hidden-marks");
        assert_eq!(fields.line("d", 9, "missing").unwrap(), "王 桂英");
    }
}
