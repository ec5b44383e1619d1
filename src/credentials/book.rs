//! What a verifier knows: the keys of a bank's agencies with their days, kinds and units; and verifying against it.

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use super::code::WrongCode;
use super::did::{did_of, fingerprint, key_of_multikey, method_of, multikey};
use super::document::{self, instant, instant_of};
use super::facts::{Facts, IssuerId, Origin};
use super::jwt;
use super::proof::{MOST_BYTES, NotCanonical, ProofOptions, document_hash, hash_data, without_proof};
use super::shape::{self, NotOurs};
use crate::kernel::{AgencyId, Day, Digest, Timestamp};

/// The name of the form in which a book is published.
const FORMAT: &str = "credit-bank/keys/1";

/// A key of an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// The public half.
    pub public: VerifyingKey,
    /// The first day on which it signs.
    pub from: Day,
    /// The day on which the next one took over, the last on which it may have signed; none: it signs still, or is to.
    pub until: Option<Day>,
    /// Since when it is trusted no more, where it is not: then nothing it ever signed verifies.
    pub distrusted_at: Option<Timestamp>,
}

impl KeyFacts {
    /// SHA-256 of its 32 bytes.
    #[must_use]
    pub fn fingerprint(&self) -> Digest {
        fingerprint(&self.public)
    }

    /// Whether it may have signed on `day`. On the day on which a key takes over both may have.
    #[must_use]
    pub fn may_have_signed(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// An agency, one that has closed too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookAgency {
    /// Its id.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub credit_code: String,
    /// Whether it has closed.
    pub is_closed: bool,
    /// All of its keys, old ones too.
    pub keys: Vec<KeyFacts>,
}

/// A kind of certificate, of an older edition too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookKind {
    /// Its number on paper.
    pub paper_code: u8,
    /// `foundation`.
    pub id: String,
    /// `基础学习证书`.
    pub title: String,
    /// What it is and what it is not.
    pub footer: String,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookUnit {
    /// `T19`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The area it belongs to.
    pub area: String,
}

/// What a verifier knows of one bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBook {
    /// Where the bank is.
    pub origin: Origin,
    /// As of when, in whole seconds.
    pub made_at: Timestamp,
    /// Its agencies.
    pub agencies: Vec<BookAgency>,
    /// Kinds of certificates.
    pub kinds: Vec<BookKind>,
    /// Units.
    pub units: Vec<BookUnit>,
}

/// This text is no book of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no book of keys")]
pub struct NotABook;

/// Days for which a book that somebody has kept says whose keys are believed.
const KEPT_DAYS: i64 = 30;

impl KeyBook {
    /// Whether it is too old to say anything good of what was signed on this day: it is from before that day, or a month old. A key that nobody is to
    /// believe any more since then stands in it as if it was believed.
    #[must_use]
    pub fn is_old(&self, signed: Day, now: Timestamp) -> bool {
        self.made_at.day() < signed || self.made_at.plus_days(KEPT_DAYS) < now
    }

    /// An agency of the bank.
    #[must_use]
    pub fn agency(&self, id: AgencyId) -> Option<&BookAgency> {
        self.agencies.iter().find(|agency| agency.id == id)
    }

    /// The keys whose fingerprint begins so, with their agencies.
    pub fn keys_named(&self, begin: [u8; 4]) -> impl Iterator<Item = (&BookAgency, &KeyFacts)> {
        let keys = self.agencies.iter().flat_map(|agency| agency.keys.iter().map(move |key| (agency, key)));
        keys.filter(move |(_, key)| key.fingerprint().bytes().starts_with(&begin))
    }

    /// The kind with this number on paper.
    #[must_use]
    pub fn kind(&self, paper_code: u8) -> Option<&BookKind> {
        self.kinds.iter().find(|kind| kind.paper_code == paper_code)
    }

    /// The unit of this code.
    #[must_use]
    pub fn unit(&self, code: &str) -> Option<&BookUnit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// The book as it is published (`/v/keys.json`).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let key = |key: &KeyFacts| {
            json!({
                "key": multikey(&key.public),
                "from": key.from.to_string(),
                "until": key.until.map(|day| day.to_string()),
                "distrusted": key.distrusted_at.map(instant),
            })
        };
        let agency = |agency: &BookAgency| {
            json!({
                "id": agency.id,
                "did": did_of(&self.origin, agency.id),
                "name": agency.name,
                "credit_code": agency.credit_code,
                "closed": agency.is_closed,
                "keys": agency.keys.iter().map(key).collect::<Vec<_>>(),
            })
        };
        let kind =
            |kind: &BookKind| json!({ "paper_code": kind.paper_code, "id": kind.id, "title": kind.title, "footer": kind.footer });
        let unit = |unit: &BookUnit| json!({ "code": unit.code, "title": unit.title, "area": unit.area });
        json!({
            "format": FORMAT,
            "host": self.origin.host(),
            "made_at": instant(self.made_at),
            "agencies": self.agencies.iter().map(agency).collect::<Vec<_>>(),
            "kinds": self.kinds.iter().map(kind).collect::<Vec<_>>(),
            "units": self.units.iter().map(unit).collect::<Vec<_>>(),
        })
    }

    /// The book of a published text.
    ///
    /// # Errors
    /// [`NotABook`].
    pub fn parse(text: &[u8]) -> Result<Self, NotABook> {
        Self::read(&shape::strict(text).ok_or(NotABook)?).ok_or(NotABook)
    }

    fn read(value: &Value) -> Option<Self> {
        if text(value, "format")? != FORMAT {
            return None;
        }
        let book = Self {
            origin: Origin::of_host(text(value, "host")?)?,
            made_at: instant_of(text(value, "made_at")?)?,
            agencies: list(value, "agencies", agency_of)?,
            kinds: list(value, "kinds", kind_of)?,
            units: list(value, "units", unit_of)?,
        };
        // What is not understood is not passed over: it might be the word that a key is trusted no more.
        (book.to_json() == *value).then_some(book)
    }
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member)?.as_str()
}

fn list<T>(value: &Value, member: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.get(member)?.as_array()?.iter().map(read).collect()
}

/// What `read` makes of a member that may be null.
fn maybe<T>(value: &Value, member: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match value.get(member)? {
        Value::Null => Some(None),
        Value::String(text) => read(text).map(Some),
        _ => None,
    }
}

fn agency_of(value: &Value) -> Option<BookAgency> {
    Some(BookAgency {
        id: text(value, "id")?.parse().ok()?,
        name: text(value, "name")?.to_owned(),
        credit_code: text(value, "credit_code")?.to_owned(),
        is_closed: value.get("closed")?.as_bool()?,
        keys: list(value, "keys", key_of)?,
    })
}

fn key_of(value: &Value) -> Option<KeyFacts> {
    Some(KeyFacts {
        public: key_of_multikey(text(value, "key")?)?,
        from: Day::parse(text(value, "from")?)?,
        until: maybe(value, "until", Day::parse)?,
        distrusted_at: maybe(value, "distrusted", instant_of)?,
    })
}

fn kind_of(value: &Value) -> Option<BookKind> {
    Some(BookKind {
        paper_code: value.get("paper_code")?.as_u64()?.try_into().ok()?,
        id: text(value, "id")?.to_owned(),
        title: text(value, "title")?.to_owned(),
        footer: text(value, "footer")?.to_owned(),
    })
}

fn unit_of(value: &Value) -> Option<BookUnit> {
    let member = |name| text(value, name).map(str::to_owned);
    Some(BookUnit { code: member("code")?, title: member("title")?, area: member("area")? })
}

/// Why something does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    /// It is longer than anything of ours.
    #[error("too long")]
    TooLong,
    /// It is neither a JSON document with a proof nor a JWT of ours; a file that was cut is neither.
    #[error("neither a signed document nor a JWT")]
    Unreadable,
    /// It is a document, and none of ours.
    #[error(transparent)]
    NotOurs(#[from] NotOurs),
    /// It is the address of a code on paper, and what follows is none of ours.
    #[error("no code of ours")]
    NotPaper,
    /// The long code in an address is none.
    #[error(transparent)]
    WrongCode(#[from] WrongCode),
    /// It is of another bank than the book.
    #[error("of another bank")]
    OtherBank,
    /// The book has no such agency.
    #[error("of an unknown agency")]
    UnknownAgency,
    /// The agency that it names has no such key.
    #[error("signed by an unknown key")]
    UnknownKey,
    /// The key is the agency's, and did not sign on that day.
    #[error("signed on a day that is not the key's")]
    OtherDay,
    /// The key is trusted no more.
    #[error("signed by a key that is trusted no more")]
    Distrusted,
    /// The signature is not of these bytes.
    #[error("the signature is wrong")]
    WrongSignature,
    /// It cannot be made canonical.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
}

/// In which form something came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A document whose proof is of the agency, by the bank's address.
    Json,
    /// A document whose proof is of the key itself.
    DidKey,
    /// A JWT.
    Jwt,
}

/// A certificate whose signature holds. Whether it was suspended or revoked since is not asked; nor whether it was signed in the future, which is for
/// whoever knows what time it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub facts: Facts,
    /// In which form it came.
    pub form: Form,
    /// By which key.
    pub key: KeyFacts,
}

impl Verified {
    /// SHA-256 of the canonical N-Quads without proof, in the agency's name: what the register keeps and paper names, whichever form came.
    ///
    /// # Errors
    /// None that a document which verified could have; [`NotCanonical`] is the canonicaliser's.
    pub fn hash(&self) -> Result<Digest, NotCanonical> {
        let web = IssuerId::Web(self.facts.origin.clone(), self.facts.agency.id);
        document_hash(&document::document(&self.facts, &web))
    }
}

/// Verifies a certificate: JSON, JSON in the name of a did:key, or a JWT. Asked are its shape, the bank, the agency, the key and whether it may have
/// signed on that day, and the signature.
///
/// # Errors
/// [`NotVerified`].
pub fn verify(text: &[u8], book: &KeyBook) -> Result<Verified, NotVerified> {
    let (form, whole, signature) = open(text)?;
    let (facts, issuer) = document::read(&whole)?;
    let form = match (form, &issuer) {
        (Form::Json, IssuerId::Key(_)) => Form::DidKey,
        // As a JWT there is only the agency's.
        (Form::Jwt, IssuerId::Key(_)) => return Err(NotOurs::at("/issuer/id").into()),
        (form, _) => form,
    };
    let signed = Signed { origin: &facts.origin, agency: facts.agency.id, issuer: &issuer, at: facts.signed_at };
    let key = signed.check(&whole, &signature, book)?;
    Ok(Verified { facts, form, key })
}

/// How a document says that it is signed.
pub(super) enum Proven {
    /// By a proof.
    Proof(ProofOptions, [u8; 64]),
    /// As a JWT: the key it names, what was signed, the signature.
    Jwt(String, String, [u8; 64]),
}

/// Takes apart what somebody handed in: its form, the document without its proof, and how it says that it is signed.
pub(super) fn open(text: &[u8]) -> Result<(Form, Value, Proven), NotVerified> {
    if text.len() > MOST_BYTES {
        return Err(NotVerified::TooLong);
    }
    let text = text.trim_ascii();
    if text.first() == Some(&b'{') {
        let whole = shape::strict(text).ok_or(NotVerified::Unreadable)?;
        let proof = whole.get("proof").ok_or(NotVerified::Unreadable)?;
        let (options, signature) = ProofOptions::read(proof)?;
        return Ok((Form::Json, without_proof(&whole), Proven::Proof(options, signature)));
    }
    let text = std::str::from_utf8(text).map_err(|_| NotVerified::Unreadable)?;
    let jwt = jwt::read(text).ok_or(NotVerified::Unreadable)?;
    Ok((Form::Jwt, jwt.document, Proven::Jwt(jwt.kid, jwt.input.to_owned(), jwt.signature)))
}

/// Who says to have signed a document, and when.
pub(super) struct Signed<'a> {
    pub(super) origin: &'a Origin,
    pub(super) agency: AgencyId,
    pub(super) issuer: &'a IssuerId,
    pub(super) at: Timestamp,
}

impl Signed<'_> {
    /// The key that signed it.
    pub(super) fn check(&self, document: &Value, proven: &Proven, book: &KeyBook) -> Result<KeyFacts, NotVerified> {
        if *self.origin != book.origin {
            return Err(NotVerified::OtherBank);
        }
        let agency = book.agency(self.agency).ok_or(NotVerified::UnknownAgency)?;
        let (Proven::Proof(ProofOptions { verification_method: method, .. }, signature) | Proven::Jwt(method, _, signature)) =
            proven;
        let key = agency.keys.iter().find(|key| method_of(self.issuer, &key.public) == *method).ok_or(NotVerified::UnknownKey)?;
        let bytes = match proven {
            Proven::Proof(options, _) if options.created != self.at => return Err(NotOurs::at("/proof/created").into()),
            Proven::Proof(options, _) => hash_data(document, options)?.to_vec(),
            Proven::Jwt(_, input, _) => input.as_bytes().to_vec(),
        };
        if key.public.verify_strict(&bytes, &Signature::from_bytes(signature)).is_err() {
            return Err(NotVerified::WrongSignature);
        }
        if key.distrusted_at.is_some() {
            return Err(NotVerified::Distrusted);
        }
        if !key.may_have_signed(self.at.day()) {
            return Err(NotVerified::OtherDay);
        }
        Ok(key.clone())
    }
}

#[cfg(test)]
mod tests;
