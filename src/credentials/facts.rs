//! What a certificate says, before it is written as anything.

use std::fmt;

use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha256};

use super::code::{LongCode, Number};
use crate::kernel::{AgencyId, Credits, Day, Digest, Timestamp};

/// Levels of identity and of supervision are 0 to this.
pub const HIGHEST_LEVEL: i64 = 3;
/// Lists of status are 1 to this: 15 bits on paper.
pub const MOST_LISTS: u32 = 32_767;
/// Positions of a list are below this: 17 bits.
pub const POSITIONS: u32 = 131_072;
/// A certificate of more lines is none.
pub const MOST_LINES: usize = 200;

/// All that one version of a certificate says. Its writers are `document` and `paper_code`; both are read back to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Where the bank is.
    pub origin: Origin,
    /// Who issues it.
    pub agency: IssuerFacts,
    /// What it is.
    pub kind: KindFacts,
    /// Under which address it stands, for life.
    pub code: LongCode,
    /// Its number.
    pub number: Number,
    /// Which version: 1 for the first.
    pub version: u8,
    /// Whose it is: the whole name.
    pub name: String,
    /// The day of version 1.
    pub awarded: Day,
    /// When this version was signed, in whole seconds.
    pub signed_at: Timestamp,
    /// Level of identity, 0 to 3.
    pub identity: i64,
    /// Level of supervision, 0 to 3.
    pub supervision: i64,
    /// How much credit.
    pub credits: Credits,
    /// How many standard class hours.
    pub class_hours: i64,
    /// What it cites, by code, none twice.
    pub lines: Vec<LineFacts>,
    /// SHA-256 over the leaf hashes of the lines: [`receipts_of`].
    pub receipts: Digest,
    /// Where its standing is published.
    pub place: StatusPlace,
}

/// The agency that issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerFacts {
    /// Its id, on which its DID stands.
    pub id: AgencyId,
    /// Its name, as on the day of signing.
    pub name: String,
    /// Its unified social credit code.
    pub credit_code: String,
}

/// A kind of certificate, as the curriculum's edition has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindFacts {
    /// `foundation`.
    pub id: String,
    /// The kind's number on paper, 1 to 255.
    pub paper_code: u8,
    /// The edition's version.
    pub edition: String,
    /// `基础学习证书`.
    pub title: String,
    /// What it is and what it is not, in a sentence.
    pub footer: String,
    /// What it takes to earn it, in a sentence.
    pub criteria: String,
}

/// How a unit was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Alone, at home.
    Online,
    /// Under supervision.
    Supervised,
    /// Elsewhere, and recognised.
    Outside,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Online, Self::Supervised, Self::Outside];

    /// The word in documents and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Supervised => "supervised",
            Self::Outside => "outside",
        }
    }

    /// The source of a word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

/// One unit that a certificate cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFacts {
    /// `T19`.
    pub unit: String,
    /// Its title.
    pub title: String,
    /// How it was passed.
    pub source: Source,
    /// On which day.
    pub passed: Day,
    /// The score in whole percent; none where the result is from elsewhere.
    pub score: Option<u8>,
    /// Level of identity, 0 to 3.
    pub identity: i64,
    /// Level of supervision, 0 to 3.
    pub supervision: i64,
    /// How much credit.
    pub credits: Credits,
    /// How many standard class hours.
    pub class_hours: i64,
    /// Digest of the evidence.
    pub evidence: Digest,
}

/// Where in the agency's status lists a version stands: one position in both of its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusPlace {
    /// 1 for the first.
    pub list: u32,
    /// 0 to 131,071.
    pub position: u32,
}

/// Who stands in a document as its issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerId {
    /// The agency, by the bank's address: did:web.
    Web(Origin, AgencyId),
    /// The key itself: did:key, for verifiers without a network.
    Key(VerifyingKey),
}

/// Where a bank is: `https`, a host, perhaps a port.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin of an address such as `https://xuefen.example.cn` or `https://127.0.0.1:8443`: https, small letters, no path.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        Self::of_host(url.strip_prefix("https://")?)
    }

    /// The origin of a host, perhaps with a port.
    #[must_use]
    pub fn of_host(text: &str) -> Option<Self> {
        let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
        let is_label = |label: &str| {
            let inner = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            inner && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
        };
        // The default port is none: one origin has one name.
        let is_port =
            |port: &str| port.parse::<u16>().is_ok_and(|number| number != 0 && number != 443 && number.to_string() == port);
        let is_one = host.len() <= 253 && host.split('.').all(is_label) && port.is_none_or(is_port);
        is_one.then(|| Self(text.to_owned()))
    }

    /// `xuefen.example.cn`, with its port where that is not 443.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0
    }

    /// `https://xuefen.example.cn`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.0)
    }

    /// The host as a did:web names it: the port's colon is `%3A`.
    #[must_use]
    pub fn did_host(&self) -> String {
        self.0.replace(':', "%3A")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({})", self.0)
    }
}

/// SHA-256 over the leaf hashes of all lines in their order, of each its result's and then its award's, 32 bytes each.
#[must_use]
pub fn receipts_of(leaves: &[(Digest, Digest)]) -> Digest {
    let mut hasher = Sha256::new();
    for (result, award) in leaves {
        hasher.update(result.bytes());
        hasher.update(award.bytes());
    }
    Digest::from_array(hasher.finalize().into())
}

/// What no certificate says. The word is the field's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certificate has such a thing as its {0}")]
pub struct Unsound(pub &'static str);

impl Facts {
    /// Whether these are facts of a certificate: what stands in addresses is plain, texts are there and have no control characters, levels, lists
    /// and positions are within their bounds, lines by code and none twice, the instant in whole seconds.
    ///
    /// # Errors
    /// [`Unsound`].
    pub fn check(&self) -> Result<(), Unsound> {
        let hold = |is_so: bool, field: &'static str| if is_so { Ok(()) } else { Err(Unsound(field)) };
        hold(is_word(&self.kind.id) && self.kind.paper_code > 0 && is_word(&self.kind.edition), "kind")?;
        hold([&self.kind.title, &self.kind.footer, &self.kind.criteria].into_iter().all(|text| is_text(text)), "kind's texts")?;
        hold(is_text(&self.agency.name) && is_word(&self.agency.credit_code), "agency")?;
        hold(is_text(&self.name), "name")?;
        hold(self.version > 0, "version")?;
        hold(self.signed_at.ms() >= 0 && self.signed_at.ms() % 1000 == 0, "signed_at")?;
        hold([self.signed_at.day(), self.awarded].into_iter().all(is_day), "day")?;
        hold(is_level(self.identity) && is_level(self.supervision), "levels")?;
        hold(self.class_hours >= 0, "class_hours")?;
        hold((1..=MOST_LISTS).contains(&self.place.list) && self.place.position < POSITIONS, "place")?;
        hold(!self.lines.is_empty() && self.lines.len() <= MOST_LINES, "lines")?;
        hold(self.lines.windows(2).all(|pair| matches!(pair, [a, b] if a.unit < b.unit)), "order of lines")?;
        hold(self.lines.iter().all(LineFacts::is_sound), "line")
    }
}

impl LineFacts {
    fn is_sound(&self) -> bool {
        let is_scored = self.score.is_none_or(|score| score <= 100 && self.source != Source::Outside);
        is_word(&self.unit)
            && is_text(&self.title)
            && is_scored
            && is_day(self.passed)
            && is_level(self.identity)
            && is_level(self.supervision)
            && self.class_hours >= 0
            && !RESERVED.contains(&self.unit.as_str())
    }
}

/// What a result is called that is no unit's.
pub(super) const RESERVED: [&str; 5] = ["hours", "identity", "supervision", "awarded", "version"];

/// Whether it can stand in an address as it is.
fn is_word(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    !text.is_empty() && text.len() <= 64 && text.bytes().all(is_plain) && !text.starts_with('.')
}

/// Whether it is a text in one line.
fn is_text(text: &str) -> bool {
    let is_bare = text.trim() == text;
    // The last two of the plane are no characters, and canonical N-Quads of different makers disagree about them.
    let is_none = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    is_bare && !text.is_empty() && text.len() <= 4_096 && !text.chars().any(is_none)
}

/// Whether a day is written with four digits for its year.
fn is_day(day: Day) -> bool {
    (1900..=9999).contains(&day.year())
}

const fn is_level(level: i64) -> bool {
    level >= 0 && level <= HIGHEST_LEVEL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_and_a_host_and_nothing_else() {
        for (url, host, did) in [
            ("https://xuefen.example.cn", "xuefen.example.cn", "xuefen.example.cn"),
            ("https://127.0.0.1:8443", "127.0.0.1:8443", "127.0.0.1%3A8443"),
            ("https://localhost", "localhost", "localhost"),
        ] {
            let origin = Origin::parse(url).unwrap();
            assert_eq!((origin.host(), origin.did_host().as_str(), origin.url().as_str()), (host, did, url));
        }
        for url in [
            "http://xuefen.example.cn",
            "https://",
            "https://XUEFEN.cn",
            "https://a.cn/",
            "https://a.cn:443",
            "https://a.cn:0",
            "https://a.cn:08443",
            "https://a.cn:99999",
            "https://a..cn",
            "https://-a.cn",
            "https://[::1]",
            "https://王.cn",
            "https://a.cn:8443:1",
            "https://a.cn?x",
            "a.cn",
        ] {
            assert_eq!(Origin::parse(url), None, "{url}");
        }
    }

    #[test]
    fn the_receipts_are_hashed_as_sha256sum_does() {
        // printf '%64s' | tr ' ' '\1' … : 32 bytes of 1, then 32 of 2.
        let leaves = [(Digest::from_array([1; 32]), Digest::from_array([2; 32]))];
        let mut bytes = vec![1; 32];
        bytes.extend([2; 32]);
        assert_eq!(receipts_of(&leaves), crate::kernel::sha256_of(bytes.as_slice()).unwrap().0);
    }
}
