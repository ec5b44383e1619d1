//! The code on paper: a QR code that any telephone opens as an address, and whose fragment proves itself without us.
//!
//! One symbol, three segments: the address in capitals, `#`, and the payload in base32 (the alphabet of the long code, no padding). The payload is
//! 34 bytes and as many more as units and name take, then the agency's signature over host, long code and all bytes before it. What is read is
//! read in one form only: nothing beyond what it says, no bit that means nothing.

use ed25519_dalek::{Signature, VerifyingKey};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use unicode_normalization::is_nfc;

use super::book::{BookAgency, KeyBook, KeyFacts, NotVerified};
use super::code::{ALPHABET, LongCode, Number};
use super::did::fingerprint;
use super::facts::{Facts, HIGHEST_LEVEL, LineFacts, MOST_LISTS, Origin, POSITIONS, Source};
use crate::kernel::{Credits, Day, Digest};

/// The form, and four bits of nought.
const FORM: u8 = 0x10;
/// Units are `T01` to this.
const MOST_UNITS: u8 = 99;
/// Bytes of the longest list of units.
const MOST_UNIT_BYTES: usize = 13;
/// Bytes of the longest name.
pub const MOST_NAME_BYTES: usize = 150;
/// Characters of the longest payload: 34 bytes, units, name and signature.
const MOST_CHARACTERS: usize = (34 + MOST_UNIT_BYTES + MOST_NAME_BYTES + 64) * 8 / 5 + 1;
/// What is signed begins with this and a nought.
const DOMAIN: &[u8] = b"credit-bank/paper/1";
/// No symbol is larger: 65 modules of 0.54 mm in 35 mm.
const LARGEST: u8 = 12;
/// The day whose number is nought.
const FIRST_DAY: &str = "2020-01-01";

/// Which ways led to the lines of a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Some line online.
    pub online: bool,
    /// Some line under supervision.
    pub supervised: bool,
    /// Some line from elsewhere.
    pub outside: bool,
}

/// What a code on paper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The kind's `paper_code`.
    pub kind: u8,
    /// First bytes of the SHA-256 of the agency's key.
    pub key: [u8; 4],
    /// The certificate's number.
    pub number: Number,
    /// Which version.
    pub version: u8,
    /// The day on which this version was made.
    pub day: Day,
    /// Levels of identity and of supervision, 0 to 3.
    pub levels: (i64, i64),
    /// Ways of its lines.
    pub ways: Ways,
    /// Credit.
    pub credits: Credits,
    /// Standard class hours.
    pub class_hours: i64,
    /// Codes of its units, the lowest first.
    pub units: Vec<String>,
    /// First bytes of the document's SHA-256.
    pub document: [u8; 8],
    /// List and position of its status.
    pub status: (u32, u32),
    /// The whole name.
    pub name: String,
}

/// Why a certificate cannot be written in a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOnPaper {
    /// Its name has so many bytes, more than 150, or is not composed.
    #[error("a name of {0} bytes cannot stand in the code")]
    Name(usize),
    /// This field has a value that the code has no room for.
    #[error("the code has no room for this {0}")]
    Field(&'static str),
}

/// Why something is no payload of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPaper {
    /// It is no text of base32, or not in its one form.
    #[error("no base32")]
    Characters,
    /// It is longer or shorter than it says.
    #[error("longer or shorter than it says")]
    Length,
    /// It is of another form than this one knows.
    #[error("of another form")]
    Form,
    /// This field holds what no certificate has.
    #[error("no certificate has such a {0}")]
    Field(&'static str),
}

/// No symbol of version 12 holds so much, or the host has characters that are none of an address in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no code holds so much")]
pub struct TooLong;

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Row by row, whether a module is dark; without the quiet zone.
    pub modules: Vec<Vec<bool>>,
    /// 1 to 12.
    pub version: u8,
    /// How much of it may be lost: `L`, `M`, `Q` or `H`.
    pub level: char,
}

/// All bytes of the payload but the signature.
///
/// # Errors
/// [`NotOnPaper`].
pub fn bytes_of(facts: &Facts, key: &VerifyingKey, document: &Digest) -> Result<Vec<u8>, NotOnPaper> {
    let name = facts.name.as_bytes();
    if name.is_empty() || name.len() > MOST_NAME_BYTES || !is_nfc(&facts.name) {
        return Err(NotOnPaper::Name(name.len()));
    }
    let StatusField(status) = StatusField::of(facts).ok_or(NotOnPaper::Field("status"))?;
    let units = units_of(&facts.lines)?;
    let mut bytes = vec![FORM, facts.kind.paper_code];
    bytes.extend(first::<4>(&fingerprint(key)));
    bytes.extend(facts.number.value().to_be_bytes().iter().skip(3));
    bytes.push(facts.version);
    bytes.extend(number_of_day(facts.signed_at.day()).ok_or(NotOnPaper::Field("day"))?.to_be_bytes());
    bytes.push(marks_of(facts).ok_or(NotOnPaper::Field("level"))?);
    let milli = u32::try_from(facts.credits.milli()).ok().filter(|milli| *milli < 1 << 24).ok_or(NotOnPaper::Field("credits"))?;
    bytes.extend(milli.to_be_bytes().iter().skip(1));
    bytes.extend(u16::try_from(facts.class_hours).map_err(|_| NotOnPaper::Field("class hours"))?.to_be_bytes());
    bytes.push(byte(units.len()));
    bytes.extend(units);
    bytes.extend(first::<8>(document));
    bytes.extend(status.to_be_bytes());
    bytes.push(byte(name.len()));
    bytes.extend(name);
    // What would not be read back is not signed.
    match (facts.kind.paper_code, facts.version) {
        (0, _) => Err(NotOnPaper::Field("kind")),
        (_, 0) => Err(NotOnPaper::Field("version")),
        _ => Ok(bytes),
    }
}

/// What the agency signs: the domain, the host in small letters, the long code and `bytes`. A code whose address was changed verifies nowhere.
#[must_use]
pub fn signed_bytes(host: &str, code: &LongCode, bytes: &[u8]) -> Vec<u8> {
    [DOMAIN, &[0], host.to_ascii_lowercase().as_bytes(), &[0], code.to_text().as_bytes(), bytes].concat()
}

/// The payload's text: bytes and signature in base32.
#[must_use]
pub fn payload_of(bytes: &[u8], signature: &[u8; 64]) -> String {
    to_base32(&[bytes, signature.as_slice()].concat())
}

/// The whole text of a code, as its symbol has it.
#[must_use]
pub fn address_of(host: &str, code: &LongCode, bytes: &[u8], signature: &[u8; 64]) -> String {
    format!("{}#{}", plain_address_of(host, code), payload_of(bytes, signature))
}

/// The address of a certificate in capitals, without anything behind it.
#[must_use]
pub fn plain_address_of(host: &str, code: &LongCode) -> String {
    format!("HTTPS://{}/V/{}", host.to_ascii_uppercase(), code.to_text())
}

/// What a payload says, its bytes before the signature, and the signature. Nothing is verified.
///
/// # Errors
/// [`NotPaper`].
pub fn read(payload: &str) -> Result<(Paper, Vec<u8>, [u8; 64]), NotPaper> {
    let all = from_base32(payload).ok_or(NotPaper::Characters)?;
    let mut rest = Rest(&all);
    let paper = rest.paper()?;
    let signature = rest.take::<64>()?;
    if !rest.0.is_empty() {
        return Err(NotPaper::Length);
    }
    let bytes = all.get(..all.len().saturating_sub(64)).unwrap_or_default().to_vec();
    Ok((paper, bytes, signature))
}

/// Origin, long code and payload of the whole text of a code; the payload is empty where there is none. Browsers write scheme and host small.
///
/// # Errors
/// [`NotVerified::NotPaper`] where it is no address of a certificate, [`NotVerified::WrongCode`] where the long code is mistyped.
pub fn parts_of(address: &str) -> Result<(Origin, LongCode, &str), NotVerified> {
    let (plain, payload) = address.trim().split_once('#').unwrap_or((address.trim(), ""));
    let (host, code) = plain_parts_of(plain).ok_or(NotVerified::NotPaper)?;
    let code = LongCode::parse(code)?;
    Ok((Origin::of_host(&host.to_ascii_lowercase()).ok_or(NotVerified::NotPaper)?, code, payload))
}

/// Host and 24 characters of an address.
fn plain_parts_of(plain: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = plain.split_at_checked(8)?;
    let (host, path) = rest.split_once('/')?;
    let (v, code) = path.split_at_checked(2)?;
    let is_ours = scheme.eq_ignore_ascii_case("https://") && v.eq_ignore_ascii_case("v/");
    (is_ours && code.len() == 24 && code.bytes().all(|b| b.is_ascii_alphanumeric())).then_some((host, code))
}

/// Whether the whole text of a code proves itself by the keys of a book, and what it says.
///
/// # Errors
/// [`NotVerified`]; `NotPaper` where it is no address of a certificate, or one with nothing behind it that is of ours.
pub fn verify(address: &str, book: &KeyBook) -> Result<(LongCode, Paper), NotVerified> {
    signed_by(address, book).map(|signed| (signed.code, signed.paper))
}

/// A code that proved itself.
#[derive(Clone, Debug)]
pub struct OnPaper<'a> {
    /// Its long code.
    pub code: LongCode,
    /// What it says.
    pub paper: Paper,
    /// Who signed it.
    pub agency: &'a BookAgency,
    /// By which key.
    pub key: &'a KeyFacts,
}

/// As [`verify`], with the key that signed and whose it is.
///
/// # Errors
/// As [`verify`].
pub fn signed_by<'a>(address: &str, book: &'a KeyBook) -> Result<OnPaper<'a>, NotVerified> {
    let (origin, code, payload) = parts_of(address)?;
    if book.origin != origin {
        return Err(NotVerified::OtherBank);
    }
    let (paper, bytes, signature) = read(payload).map_err(|_| NotVerified::NotPaper)?;
    let signed = signed_bytes(origin.host(), &code, &bytes);
    let signature = Signature::from_bytes(&signature);
    // Four bytes name a key. Where two begin alike, the one that made the signature is meant.
    let mut why = NotVerified::UnknownKey;
    for (agency, key) in book.keys_named(paper.key) {
        if key.public.verify_strict(&signed, &signature).is_err() {
            why = NotVerified::WrongSignature;
            continue;
        }
        if key.distrusted_at.is_some() {
            return Err(NotVerified::Distrusted);
        }
        if !key.may_have_signed(paper.day) {
            return Err(NotVerified::OtherDay);
        }
        return Ok(OnPaper { code, paper, agency, key });
    }
    Err(why)
}

/// The symbol of a certificate: the smallest up to version 12 at M, raised where the same version holds more; at L where M does not fit.
///
/// # Errors
/// [`TooLong`].
pub fn symbol(host: &str, code: &LongCode, bytes: &[u8], signature: &[u8; 64]) -> Result<Symbol, TooLong> {
    let segments =
        [alphanumeric(&plain_address_of(host, code))?, QrSegment::make_bytes(b"#"), alphanumeric(&payload_of(bytes, signature))?];
    drawn(&segments)
}

/// The symbol of the address alone, for a certificate that cannot be written in one.
///
/// # Errors
/// [`TooLong`].
pub fn plain_symbol(host: &str, code: &LongCode) -> Result<Symbol, TooLong> {
    drawn(&[alphanumeric(&plain_address_of(host, code))?])
}

fn alphanumeric(text: &str) -> Result<QrSegment, TooLong> {
    if QrSegment::is_alphanumeric(text) { Ok(QrSegment::make_alphanumeric(text)) } else { Err(TooLong) }
}

fn drawn(segments: &[QrSegment]) -> Result<Symbol, TooLong> {
    let at = |level| QrCode::encode_segments_advanced(segments, level, Version::MIN, Version::new(LARGEST), None, true);
    let code = at(QrCodeEcc::Medium).or_else(|_| at(QrCodeEcc::Low)).map_err(|_| TooLong)?;
    let row = |y| (0..code.size()).map(|x| code.get_module(x, y)).collect();
    let level = match code.error_correction_level() {
        QrCodeEcc::Low => 'L',
        QrCodeEcc::Medium => 'M',
        QrCodeEcc::Quartile => 'Q',
        QrCodeEcc::High => 'H',
    };
    Ok(Symbol { modules: (0..code.size()).map(row).collect(), version: code.version().value(), level })
}

/// List in the upper 15 bits, position in the lower 17.
struct StatusField(u32);

impl StatusField {
    fn of(facts: &Facts) -> Option<Self> {
        let (list, position) = (facts.place.list, facts.place.position);
        ((1..=MOST_LISTS).contains(&list) && position < POSITIONS).then_some(Self(list << 17 | position))
    }

    fn read(value: u32) -> Option<(u32, u32)> {
        let (list, position) = (value >> 17, value & (POSITIONS - 1));
        (list > 0).then_some((list, position))
    }
}

/// The first bytes of a digest.
fn first<const N: usize>(digest: &Digest) -> [u8; N] {
    digest.bytes().first_chunk().copied().unwrap_or([0; N])
}

fn first_day() -> Option<Day> {
    Day::parse(FIRST_DAY)
}

fn number_of_day(day: Day) -> Option<u16> {
    u16::try_from(day.days_since(first_day()?)).ok()
}

/// Levels and ways in one byte.
fn marks_of(facts: &Facts) -> Option<u8> {
    let level = |level: i64| u8::try_from(level).ok().filter(|_| level <= HIGHEST_LEVEL);
    let way = |source, bit: u8| if facts.lines.iter().any(|line| line.source == source) { 1 << bit } else { 0 };
    let ways = way(Source::Online, 2) | way(Source::Supervised, 1) | way(Source::Outside, 0);
    Some(level(facts.identity)? << 6 | level(facts.supervision)? << 4 | ways)
}

/// One bit each, the highest of the first byte being `T01`; as few bytes as hold the last.
fn units_of(lines: &[LineFacts]) -> Result<Vec<u8>, NotOnPaper> {
    let mut bits = Vec::new();
    for line in lines {
        let number = unit_number(&line.unit).ok_or(NotOnPaper::Field("unit"))?;
        let (at, bit) = (usize::from((number - 1) / 8), (number - 1) % 8);
        if bits.len() <= at {
            bits.resize(at + 1, 0_u8);
        }
        if let Some(byte) = bits.get_mut(at) {
            *byte |= 0x80 >> bit;
        }
    }
    if bits.is_empty() { Err(NotOnPaper::Field("unit")) } else { Ok(bits) }
}

/// The number of a unit that a code can name: `T` and two digits, from `T01`.
#[must_use]
pub fn unit_number(unit: &str) -> Option<u8> {
    let digits = unit.strip_prefix('T').filter(|digits| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().filter(|number| *number > 0)
}

/// A length that was bounded before, as one byte.
fn byte(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

/// What of a payload is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], NotPaper> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(NotPaper::Length)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn take_many(&mut self, length: u8) -> Result<&[u8], NotPaper> {
        let (taken, rest) = self.0.split_at_checked(usize::from(length)).ok_or(NotPaper::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    fn paper(&mut self) -> Result<Paper, NotPaper> {
        let [form, kind] = self.take()?;
        if form != FORM {
            return Err(NotPaper::Form);
        }
        let key = self.take()?;
        let [a, b, c, d, e] = self.take()?;
        let number = Number::from_value(u64::from_be_bytes([0, 0, 0, a, b, c, d, e])).ok_or(NotPaper::Field("number"))?;
        let [version] = self.take()?;
        if kind == 0 || version == 0 {
            return Err(NotPaper::Field(if kind == 0 { "kind" } else { "version" }));
        }
        let day = u32::from(u16::from_be_bytes(self.take()?));
        let day = first_day().ok_or(NotPaper::Field("day"))?.plus_days(day);
        let [marks] = self.take()?;
        let ways = Ways { online: marks & 4 != 0, supervised: marks & 2 != 0, outside: marks & 1 != 0 };
        if marks & 8 != 0 || ways == Ways::default() {
            return Err(NotPaper::Field("way"));
        }
        let levels = (i64::from(marks >> 6), i64::from(marks >> 4 & 3));
        let [high, middle, low] = self.take()?;
        let milli = i64::from(u32::from_be_bytes([0, high, middle, low]));
        let credits = Credits::from_milli(milli).ok_or(NotPaper::Field("credits"))?;
        let class_hours = i64::from(u16::from_be_bytes(self.take()?));
        let units = self.units()?;
        let document = self.take()?;
        let status = StatusField::read(u32::from_be_bytes(self.take()?)).ok_or(NotPaper::Field("status"))?;
        let name = self.name()?;
        Ok(Paper { kind, key, number, version, day, levels, ways, credits, class_hours, units, document, status, name })
    }

    fn units(&mut self) -> Result<Vec<String>, NotPaper> {
        let [length] = self.take()?;
        let bits = self.take_many(length)?;
        // The last byte says something, or it would not be there.
        if bits.len() > MOST_UNIT_BYTES || bits.last().is_none_or(|last| *last == 0) {
            return Err(NotPaper::Field("unit"));
        }
        let all = bits.iter().flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0));
        let units: Vec<u8> = (1_u8..).zip(all).filter(|(_, is_there)| *is_there).map(|(number, _)| number).collect();
        if units.iter().any(|number| *number > MOST_UNITS) {
            return Err(NotPaper::Field("unit"));
        }
        Ok(units.into_iter().map(|number| format!("T{number:02}")).collect())
    }

    fn name(&mut self) -> Result<String, NotPaper> {
        let [length] = self.take()?;
        let bytes = self.take_many(length)?;
        let name = std::str::from_utf8(bytes).map_err(|_| NotPaper::Field("name"))?;
        let is_one = !name.is_empty() && name.len() <= MOST_NAME_BYTES && name.trim() == name && is_nfc(name);
        if !is_one || name.chars().any(char::is_control) {
            return Err(NotPaper::Field("name"));
        }
        Ok(name.to_owned())
    }
}

/// Five bits a character, the highest first; the last character is filled up with noughts.
fn to_base32(bytes: &[u8]) -> String {
    let character = |value: u32| ALPHABET.get(usize::try_from(value & 31).unwrap_or(0)).copied().map_or('0', char::from);
    let (mut text, mut held, mut bits) = (String::with_capacity(bytes.len() * 8 / 5 + 1), 0_u32, 0);
    for byte in bytes {
        held = (held & 31) << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(character(held >> bits));
        }
    }
    if bits > 0 {
        text.push(character(held << (5 - bits)));
    }
    text
}

/// The bytes of such a text, in capitals or small letters; none where a character is none of the alphabet, one is too many, or what fills up is
/// not nought.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    if text.len() > MOST_CHARACTERS {
        return None;
    }
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len() * 5 / 8), 0_u32, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == character.to_ascii_uppercase())?;
        held = (held & 0xff) << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    (bits < 5 && held & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests;
