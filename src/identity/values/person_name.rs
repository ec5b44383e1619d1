//! Names of people, as they are written on passbook and certificate.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::Wrong;

/// A name of 1 to 50 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The longest name in characters.
    pub const MOST: usize = 50;

    /// The name in what was typed. The middle dot and rare Han characters stay; spaces at the ends and double spaces go.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse(raw: &str) -> Result<Self, Wrong> {
        let name = raw.split_whitespace().collect::<Vec<_>>().join(" ").nfc().map(one_dot).collect::<String>();
        if name.is_empty() {
            return Err(Wrong::new("identity-name-empty"));
        }
        let length = name.chars().count();
        if length > Self::MOST {
            return Err(Wrong::counted("identity-name-length", length));
        }
        if name.chars().any(|c| !may_stand(c)) || !name.chars().any(char::is_alphabetic) {
            return Err(Wrong::new("identity-name-characters"));
        }
        Ok(Self(name))
    }

    /// The name as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keyboards offer several middle dots; the one of the household register is U+00B7.
const fn one_dot(c: char) -> char {
    if matches!(c, '•' | '‧' | '∙' | '・' | '･' | '⋅') { '·' } else { c }
}

/// Letters of any script and their marks, digits, spaces and the signs of names. No control, direction or invisible characters,
/// nothing of the private use areas (another machine would show something else).
fn may_stand(c: char) -> bool {
    let is_hidden = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..);
    let is_mark = matches!(c, '\u{300}'..='\u{36f}');
    !is_hidden && (c.is_alphanumeric() || is_mark || matches!(c, ' ' | '·' | '-' | '\'' | '’' | '.' | '\u{2ff0}'..='\u{2fff}'))
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Never shows the name.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_stay_as_they_are_written() {
        for name in
            ["王桂英", "欧阳春华", "阿卜杜热合曼·买买提", "𠮷田", "㛃", "𬭎", "Anna-Maria O'Neil", "王二", "·王·", "次仁卓玛"]
        {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name, "{name}");
        }
        let longest = "买".repeat(50);
        assert_eq!(PersonName::parse(&longest).unwrap().as_str(), longest);
    }

    #[test]
    fn spaces_and_dots_are_tidied() {
        assert_eq!(PersonName::parse(" 王\u{3000}桂英 ").unwrap().as_str(), "王 桂英");
        assert_eq!(PersonName::parse("古丽•阿依").unwrap().as_str(), "古丽·阿依");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let cases = [
            ("", "identity-name-empty"),
            (" \u{3000}\t", "identity-name-empty"),
            ("王\u{202e}英", "identity-name-characters"),
            ("王\u{200b}英", "identity-name-characters"),
            ("王\u{0}英", "identity-name-characters"),
            ("<b>王</b>", "identity-name-characters"),
            ("王\u{e863}", "identity-name-characters"),
            ("···", "identity-name-characters"),
            ("12345", "identity-name-characters"),
            ("王😀", "identity-name-characters"),
        ];
        for (typed, message) in cases {
            assert_eq!(PersonName::parse(typed).unwrap_err().message, message, "{typed:?}");
        }
        assert_eq!(PersonName::parse(&"买".repeat(51)).unwrap_err(), Wrong::counted("identity-name-length", 51));
    }
}
