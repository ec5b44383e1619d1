//! What people copy by hand: the long code, which says which of its characters is wrong, and the number.

use std::fmt;

use crate::kernel::damm;

/// Crockford's base32: digits and capitals without I, L, O and U.
pub(super) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters by chance: 105 bits.
const CHANCE: usize = 21;
/// All characters.
const LENGTH: usize = 24;
/// The generator over GF(32) (x⁵ + x² + 1) with the roots α, α², α³, the highest power first and its leading 1 left out.
const GENERATOR: [u8; 3] = [14, 29, 10];
/// More than this is never a code, whatever it is.
const MOST_TYPED: usize = 200;

/// The long code of a certificate: 21 characters by chance and 3 that check. Distance 4: one wrong character is located, two are noticed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LongCode([u8; LENGTH]);

/// What is wrong with a typed code. Places are counted from 1, without dashes. Nothing of this tells which codes exist: it is arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongCode {
    /// It has so many characters instead of 24.
    #[error("{0} characters instead of 24")]
    Length(usize),
    /// At this place stands what is no character of a code.
    #[error("no character of a code at {0}: {1}")]
    Character(usize, char),
    /// One character is wrong, at this place, if no more than one is.
    #[error("mistyped at {0}")]
    Mistyped(usize),
    /// More than one is wrong.
    #[error("mistyped at several places")]
    Several,
}

impl LongCode {
    /// The code of 105 of these bits (the last seven are left out).
    #[must_use]
    pub fn from_chance(bytes: [u8; 14]) -> Self {
        let mut values = [0; LENGTH];
        let number = bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte)) >> 7;
        for (at, value) in values.iter_mut().take(CHANCE).enumerate() {
            *value = u8::try_from((number >> (5 * (CHANCE - 1 - at))) & 31).unwrap_or(0);
        }
        let [.., a, b, c] = &mut values;
        (*a, *b, *c) = (0, 0, 0);
        let check = remainder(&values);
        values.iter_mut().skip(CHANCE).zip(check).for_each(|(to, from)| *to = from);
        Self(values)
    }

    /// The code that somebody typed or a document names: small letters and full width are taken, `O` is `0`, `I` and `L` are `1`; dashes, dots
    /// and spaces go. A mistyped one is never mended.
    ///
    /// # Errors
    /// [`WrongCode`]: what to look at again.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        let count = typed.chars().count();
        if count > MOST_TYPED {
            return Err(WrongCode::Length(count));
        }
        let mut values = Vec::with_capacity(LENGTH);
        for typed in typed.chars().map(half_width).filter(|c| !is_between(*c)) {
            let value = value_of(typed).ok_or(WrongCode::Character(values.len() + 1, typed))?;
            values.push(value);
        }
        let values: [u8; LENGTH] = values.try_into().map_err(|values: Vec<u8>| WrongCode::Length(values.len()))?;
        match error_of(&values) {
            None => Ok(Self(values)),
            Some(wrong) => Err(wrong),
        }
    }

    /// The 24 characters without dashes, as addresses have them.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.iter().map(|value| character(*value)).collect()
    }

    /// `7K3M9Q-ZT4X1B-0HVW8R-C5N2JD`, as people read it.
    #[must_use]
    pub fn dashed(&self) -> String {
        let groups: Vec<String> = self.0.chunks(6).map(|group| group.iter().map(|value| character(*value)).collect()).collect();
        groups.join("-")
    }
}

/// Without dashes.
impl fmt::Display for LongCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for LongCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LongCode({self})")
    }
}

/// The character of a value below 32.
fn character(value: u8) -> char {
    ALPHABET.get(usize::from(value)).copied().map_or('?', char::from)
}

/// The value of a character, as people write it.
fn value_of(typed: char) -> Option<u8> {
    let typed = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == typed).and_then(|at| u8::try_from(at).ok())
}

/// Full-width forms of ASCII as ASCII.
fn half_width(typed: char) -> char {
    match typed {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(typed) - 0xfee0).unwrap_or(typed),
        other => other,
    }
}

/// Whether it only stands between characters: spaces, dashes, dots.
fn is_between(typed: char) -> bool {
    typed.is_whitespace()
        || matches!(
            typed,
            '-' | '.' | '\u{b7}' | '_' | '\u{2010}'..='\u{2015}' | '\u{2022}' | '\u{2212}' | '\u{30fb}' | '\u{3002}'
        )
}

/// A product in GF(32): carry-less, modulo x⁵ + x² + 1.
fn product(a: u8, b: u8) -> u8 {
    let (mut a, mut sum) = (a, 0);
    for bit in 0..5 {
        if (b >> bit) & 1 == 1 {
            sum ^= a;
        }
        a <<= 1;
        if a & 32 != 0 {
            a ^= 0b10_0101;
        }
    }
    sum
}

/// α to the `exponent`.
fn power(exponent: usize) -> u8 {
    (0..exponent % 31).fold(1, |value, _| product(value, 2))
}

/// What is left of the word, the first character being the highest power, divided by the generator.
fn remainder(values: &[u8; LENGTH]) -> [u8; 3] {
    let mut left = [0; 3];
    for value in values.iter().take(CHANCE) {
        let [first, second, third] = left;
        let lead = first ^ value;
        let [a, b, c] = GENERATOR.map(|coefficient| product(coefficient, lead));
        left = [second ^ a, third ^ b, c];
    }
    left
}

/// What is wrong with a word of the right length; nothing: it is a code.
fn error_of(values: &[u8; LENGTH]) -> Option<WrongCode> {
    // Horner: the word at the root α^i.
    let syndrome = |i: usize| {
        let root = power(i);
        values.iter().fold(0, |sum, value| product(sum, root) ^ value)
    };
    let (one, two, three) = (syndrome(1), syndrome(2), syndrome(3));
    if (one, two, three) == (0, 0, 0) {
        return None;
    }
    // An error e at the power j leaves e·α^j, e·α^2j, e·α^3j.
    let at = (0..LENGTH).find(|j| {
        let step = power(*j);
        one != 0 && product(one, step) == two && product(two, step) == three
    });
    Some(at.map_or(WrongCode::Several, |j| WrongCode::Mistyped(LENGTH - j)))
}

/// The number of a certificate: eleven digits by chance and Damm's check digit. It is no sequence, and opens nothing without the name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(String);

/// Numbers are below this.
const NUMBERS: u64 = 1_000_000_000_000;

impl Number {
    /// A number from chance.
    #[must_use]
    pub fn from_chance(bytes: [u8; 8]) -> Self {
        let body = format!("{:011}", u64::from_be_bytes(bytes) % (NUMBERS / 10));
        let check = damm(&body).unwrap_or(0);
        Self(format!("{body}{check}"))
    }

    /// The number that somebody typed: twelve digits, of whichever width, spaces and dashes between them; none where the check digit is wrong.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > MOST_TYPED {
            return None;
        }
        let digits: String = typed.chars().map(half_width).filter(|c| !is_between(*c)).collect();
        let is_twelve = digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit());
        (is_twelve && damm(&digits) == Some(0)).then_some(Self(digits))
    }

    /// The number whose twelve digits are this value, leading noughts and all; none where its check digit is wrong.
    #[must_use]
    pub fn from_value(value: u64) -> Option<Self> {
        if value < NUMBERS { Self::parse(&format!("{value:012}")) } else { None }
    }

    /// The twelve digits as one value, below 10¹².
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.bytes().fold(0, |value, digit| value * 10 + u64::from(digit.saturating_sub(b'0')))
    }

    /// The twelve digits, as stored and signed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Grouped for the eye: `1234 5678 9012`.
    #[must_use]
    pub fn spaced(&self) -> String {
        let (a, rest) = self.0.split_at_checked(4).unwrap_or((&self.0, ""));
        let (b, c) = rest.split_at_checked(4).unwrap_or((rest, ""));
        format!("{a} {b} {c}")
    }
}

/// Without spaces.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of the values 0 … 20.
    const VECTOR: &str = "0123456789ABCDEFGHJKM7KA";

    fn vector() -> LongCode {
        let number = (0_u128..21).fold(0, |number, value| (number << 5) | value) << 7;
        LongCode::from_chance(number.to_be_bytes()[2..].try_into().unwrap())
    }

    fn with(code: LongCode, at: usize, value: u8) -> String {
        let mut values = code.0;
        values[at] = value;
        LongCode(values).to_text()
    }

    #[test]
    fn the_published_code_comes_out() {
        assert_eq!(vector().to_text(), VECTOR);
        assert_eq!(vector().dashed(), "012345-6789AB-CDEFGH-JKM7KA");
        assert_eq!(LongCode::parse(VECTOR), Ok(vector()));
    }

    #[test]
    fn it_is_read_however_people_write_it() {
        for typed in [
            "012345-6789ab-cdefgh-jkm7ka",
            " O12345 6789AB.CDEFGH JKM7KA ",
            "０１２３４５－６７８９ＡＢ－ＣＤＥＦＧＨ－ＪＫＭ７ＫＡ",
            "oi2345—6789AB·CDEFGH–JKM7KA",
            "oL2345\u{3000}6789AB\nCDEFGH\tJKM7KA",
        ] {
            assert_eq!(LongCode::parse(typed), Ok(vector()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_says_why() {
        let cases = [
            ("", WrongCode::Length(0)),
            ("0123456789ABCDEFGHJKM7K", WrongCode::Length(23)),
            ("0123456789ABCDEFGHJKM7KAA", WrongCode::Length(25)),
            ("0123U56789ABCDEFGHJKM7KA", WrongCode::Character(5, 'U')),
            ("0123-王56789ABCDEFGHJKM7KA", WrongCode::Character(5, '王')),
            ("012345-6789AB-CDEFGH/JKM7KA", WrongCode::Character(19, '/')),
        ];
        for (typed, wrong) in cases {
            assert_eq!(LongCode::parse(typed), Err(wrong), "{typed}");
        }
        assert_eq!(LongCode::parse(&"0".repeat(100_000)), Err(WrongCode::Length(100_000)));
    }

    #[test]
    fn every_single_wrong_character_is_located() {
        let codes =
            [vector(), LongCode::from_chance([0; 14]), LongCode::from_chance([0xa7; 14]), LongCode::from_chance([0xff; 14])];
        for code in codes {
            for at in 0..LENGTH {
                for value in (0..32).filter(|value| *value != code.0[at]) {
                    assert_eq!(LongCode::parse(&with(code, at, value)), Err(WrongCode::Mistyped(at + 1)), "{code} {at} {value}");
                }
            }
        }
    }

    #[test]
    fn two_wrong_characters_are_noticed_and_never_taken_for_one() {
        let code = vector();
        for first in 0..LENGTH {
            for second in first + 1..LENGTH {
                for (a, b) in (1..32).flat_map(|a| (1..32).map(move |b| (a, b))) {
                    let mut values = code.0;
                    values[first] ^= a;
                    values[second] ^= b;
                    assert_eq!(error_of(&values), Some(WrongCode::Several), "{first} {second} {a} {b}");
                }
            }
        }
    }

    #[test]
    fn neighbours_that_changed_places_are_noticed() {
        let code = vector();
        for at in 0..LENGTH - 1 {
            let mut values = code.0;
            values.swap(at, at + 1);
            let expected = if values == code.0 { Ok(code) } else { Err(WrongCode::Several) };
            assert_eq!(LongCode::parse(&LongCode(values).to_text()), expected, "{at}");
        }
    }

    #[test]
    fn the_last_seven_bits_of_chance_are_left_out_and_no_other() {
        let mut bytes = [0x5c; 14];
        let code = LongCode::from_chance(bytes);
        bytes[13] ^= 0x7f;
        assert_eq!(LongCode::from_chance(bytes), code);
        for bit in 0..105 {
            let mut other = bytes;
            other[bit / 8] ^= 0x80 >> (bit % 8);
            assert_ne!(LongCode::from_chance(other), code, "{bit}");
        }
    }

    #[test]
    fn a_number_is_twelve_digits_the_last_of_which_checks() {
        let number = Number::from_chance(57_u64.to_be_bytes());
        assert_eq!(damm("00000000057"), Some(number.as_str()[11..].parse().unwrap()));
        assert_eq!((number.as_str().len(), &number.as_str()[..11]), (12, "00000000057"));
        assert_eq!(Number::parse(&number.spaced()), Some(number.clone()));
        assert_eq!(Number::from_value(number.value()), Some(number));
        assert_eq!(Number::from_chance(u64::MAX.to_be_bytes()).as_str().len(), 12);
        for typed in ["", "123", "1234 5678 901", "1234 5678 9012 3", "１２３４x6789012", "-1"] {
            assert_eq!(Number::parse(typed), None, "{typed}");
        }
        assert_eq!((Number::from_value(NUMBERS), Number::from_value(u64::MAX)), (None, None));
    }

    proptest::proptest! {
        #[test]
        fn a_code_survives_text_and_both_its_ways_of_writing(bytes in proptest::array::uniform14(0_u8..)) {
            let code = LongCode::from_chance(bytes);
            proptest::prop_assert_eq!(LongCode::parse(&code.to_text()), Ok(code));
            proptest::prop_assert_eq!(LongCode::parse(&code.dashed().to_lowercase()), Ok(code));
        }

        #[test]
        fn a_wrong_digit_and_swapped_neighbours_are_noticed(bytes in proptest::array::uniform8(0_u8..), at in 0_usize..12, digit in 0_u8..10) {
            let number = Number::from_chance(bytes);
            proptest::prop_assert_eq!(Number::parse(number.as_str()), Some(number.clone()));
            let mut wrong = number.as_str().as_bytes().to_vec();
            wrong[at] = b'0' + digit;
            let is_same = wrong == number.as_str().as_bytes();
            proptest::prop_assert_eq!(Number::parse(std::str::from_utf8(&wrong).unwrap()).is_some(), is_same);
            let mut swapped = number.as_str().as_bytes().to_vec();
            swapped.swap(at, (at + 1) % 12);
            if at < 11 && swapped != number.as_str().as_bytes() {
                proptest::prop_assert_eq!(Number::parse(std::str::from_utf8(&swapped).unwrap()), None);
            }
        }
    }
}
