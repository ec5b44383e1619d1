//! How many there may be, how long they last, and figures as lists write them. Pure.

/// Days after which the lines of a roll that is over go, and a roll that nobody goes on with is given up.
pub const LINE_DAYS: u16 = 30;
/// Lines looked at by one question to the database each.
pub const LOOKED_AT_ONCE: u64 = 400;
/// Lines kept in one commit.
pub const KEPT_AT_ONCE: usize = 400;
/// Lines booked in one commit.
pub const BOOKED_AT_ONCE: u64 = 40;
/// Lines on one page.
pub const ON_A_PAGE: u64 = 50;
/// Rolls on one page.
pub const ROLLS_SHOWN: u64 = 50;
/// Minutes after which a roll that is halted is looked at again.
pub const AGAIN_MINUTES: i64 = 10;
/// How long a file may take to be kept before the same file begins anew: whoever kept it has died meanwhile.
pub const KEPT_WITHIN_MS: i64 = 120_000;
/// Characters of a partner's number.
pub const MOST_NUMBER: usize = 60;
/// Characters of an answer.
pub const MOST_ANSWER: usize = 500;
/// The most that one result is worth at a partner, in thousandths of its unit.
const MOST_VALUE: i64 = 1_000_000_000;

/// A figure with up to three decimals, in thousandths; none where it is no such figure, nothing, or more than a partner gives.
#[must_use]
pub fn thousandths(text: &str) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // A program that reckons in floats may write more noughts than there are.
    let rest = rest.trim_end_matches('0');
    if whole.is_empty() || whole.len() > 7 || rest.len() > 3 || !are_digits(whole) || !are_digits(rest) {
        return None;
    }
    let (whole, rest): (i64, i64) = (whole.parse().ok()?, format!("{rest:0<3}").parse().ok()?);
    Some(whole * 1000 + rest).filter(|value| (1..=MOST_VALUE).contains(value))
}

/// Thousandths as a figure, without noughts at its end.
#[must_use]
pub fn figure(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths.rem_euclid(1000));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_in_thousandths() {
        let cases = [
            ("1", Some(1000)),
            ("0.25", Some(250)),
            ("12.5", Some(12_500)),
            ("1.5000000", Some(1500)),
            ("0", None),
            ("", None),
            (".5", None),
            ("1.2345", None),
            ("-1", None),
            ("1,5", None),
            ("99999999", None),
            ("9999999", None),
            ("1000000", Some(1_000_000_000)),
        ];
        for (text, expected) in cases {
            assert_eq!(thousandths(text), expected, "{text}");
        }
        for (value, text) in [(1000, "1"), (250, "0.25"), (12_345, "12.345"), (10_000, "10")] {
            assert_eq!(figure(value), text);
        }
    }
}
