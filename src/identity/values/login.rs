//! Names by which staff sign in.

use super::Wrong;

/// 3 to 40 small letters, digits, dots, hyphens and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// The name in what was typed; capitals become small.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse(raw: &str) -> Result<Self, Wrong> {
        let login = raw.trim().to_ascii_lowercase();
        if login.is_empty() {
            return Err(Wrong::new("identity-login-empty"));
        }
        let fits = (3..=40).contains(&login.len())
            && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
        if fits { Ok(Self(login)) } else { Err(Wrong::new("identity-login-form")) }
    }

    /// The name as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_plain() {
        assert_eq!(Login::parse(" Li.Min ").unwrap().as_str(), "li.min");
        for (typed, message) in [
            ("", "identity-login-empty"),
            ("ab", "identity-login-form"),
            ("李敏", "identity-login-form"),
            ("a b c", "identity-login-form"),
        ] {
            assert_eq!(Login::parse(typed).unwrap_err().message, message, "{typed}");
        }
    }
}
