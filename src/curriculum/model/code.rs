//! The code of a course, which is also that of its task and of the unit certified: `T01` to `T99`.

use std::fmt;
use std::str::FromStr;

/// `T` and two digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CourseCode(u8);

impl CourseCode {
    /// The code written in `text`, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('T')?;
        let is_code = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|number| is_code && *number > 0)?;
        Some(Self(number))
    }

    /// The code that the id of a lesson, practice, item or outcome begins with (`T19-c1` → `T19`).
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let (code, _) = id.split_once('-')?;
        Self::parse(code)
    }

    /// The number of the task, 1 to 23.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for CourseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{:02}", self.0)
    }
}

impl fmt::Debug for CourseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for CourseCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::parse(text).ok_or(())
    }
}

impl serde::Serialize for CourseCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for CourseCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format_args!("`{text}` is no course code")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_t_and_two_digits() {
        assert_eq!(CourseCode::parse("T07").map(|code| code.to_string()), Some("T07".to_owned()));
        for text in ["", "T", "T7", "T00", "T123", "t07", "T+7", "X07"] {
            assert_eq!(CourseCode::parse(text), None, "{text}");
        }
        assert_eq!(CourseCode::of_id("T19-c1"), CourseCode::parse("T19"));
        assert_eq!(CourseCode::of_id("T19"), None);
    }
}
