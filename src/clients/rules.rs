//! What a client may do, how long a token lives, which key signs it when.

use crate::kernel::Timestamp;

/// How long a token is good for.
pub const TOKEN_SECONDS: i64 = 600;
/// How long a key signs.
const KEY_DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;

/// Something a client may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read courses and search them.
    Catalogue,
    /// Read the tree of places.
    Places,
    /// Ask whether certificates are good, more often than anybody may.
    Verify,
    /// Bring and read its agency's certificates.
    Certificates,
    /// Bring results to be recognised by its agency.
    Recognise,
    /// Read statements that learners share with it.
    Statement,
    /// Be told of what happens at its agency.
    Webhooks,
}

impl Scope {
    /// All of them, in their order.
    pub const ALL: [Self; 7] =
        [Self::Catalogue, Self::Places, Self::Verify, Self::Certificates, Self::Recognise, Self::Statement, Self::Webhooks];

    /// The code in tokens and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Places => "places",
            Self::Verify => "verify",
            Self::Certificates => "certificates",
            Self::Recognise => "recognise",
            Self::Statement => "statement",
            Self::Webhooks => "webhooks",
        }
    }

    /// Whether it is only for programs of an agency, for which one of its people answers.
    #[must_use]
    pub const fn needs_agency(self) -> bool {
        matches!(self, Self::Certificates | Self::Recognise | Self::Statement | Self::Webhooks)
    }

    /// The scope of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// The scopes written in `text` with spaces between, each once and in order; `None` where one of them is unknown.
#[must_use]
pub fn parse_scopes(text: &str) -> Option<Vec<Scope>> {
    let mut scopes: Vec<Scope> = text.split_ascii_whitespace().map(Scope::from_code).collect::<Option<_>>()?;
    scopes.sort_unstable();
    scopes.dedup();
    Some(scopes)
}

/// The scopes as text.
#[must_use]
pub fn scopes_text(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ")
}

/// The number of the key that signs at `now`.
#[must_use]
pub const fn signing_key(now: Timestamp) -> i64 {
    now.ms().div_euclid(KEY_DAYS * DAY_MS)
}

/// Whether a token signed with the key of this number may still be good at `now`: the key signs, or signed while the youngest tokens
/// that live were given out.
#[must_use]
pub const fn is_key_good(number: i64, now: Timestamp) -> bool {
    let youngest = now.plus_ms(-TOKEN_SECONDS * 1_000);
    number == signing_key(now) || number == signing_key(youngest)
}

/// The keys that others may need: the one before, the one that signs, and the next, so that who keeps them has it in time.
#[must_use]
pub const fn shown_keys(now: Timestamp) -> [i64; 3] {
    let number = signing_key(now);
    [number - 1, number, number + 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_each_once_and_an_unknown_one_spoils_all() {
        let cases = [
            ("", Some("")),
            ("places catalogue places", Some("catalogue places")),
            ("catalogue", Some("catalogue")),
            ("webhooks recognise", Some("recognise webhooks")),
            ("catalogue passbook", None),
            ("Catalogue", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_scopes(text).map(|scopes| scopes_text(&scopes)).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_key_is_good_while_tokens_that_it_signed_may_live_and_no_longer() {
        let turn = Timestamp::from_ms(700 * KEY_DAYS * DAY_MS);
        let cases = [
            (699, -1, true),
            (700, -1, false),
            (699, 0, true),
            (700, 0, true),
            (699, TOKEN_SECONDS * 1_000 - 1, true),
            (699, TOKEN_SECONDS * 1_000, false),
            (701, 0, false),
        ];
        for (number, ms, expected) in cases {
            assert_eq!(is_key_good(number, turn.plus_ms(ms)), expected, "{number} {ms}");
        }
        assert_eq!(shown_keys(turn), [699, 700, 701]);
    }
}
