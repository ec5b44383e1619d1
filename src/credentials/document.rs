//! The document: facts written as an Open Badge of W3C's form, and read back from it.

use chrono::DateTime;
use serde_json::{Number as JsonNumber, Value, json};

use super::code::{LongCode, Number};
use super::contexts::{CREDENTIALS, OPEN_BADGES};
use super::did::key_of_multikey;
use super::facts::{
    Facts, HIGHEST_LEVEL, IssuerFacts, IssuerId, KindFacts, LineFacts, MOST_LINES, Origin, RESERVED, Source, StatusPlace,
};
use super::proof::{ProofOptions, without_proof};
use super::shape::{self, NotOurs};
use super::status::{self, Purpose};
use super::words;
use crate::kernel::{AgencyId, Credits, Day, Digest, Timestamp};

/// Multihash of SHA-256: its code and its length.
const SHA_256: [u8; 2] = [0x12, 0x20];
/// Types of the results that are no unit's, in the order of [`RESERVED`].
const RESULT_TYPES: [&str; 5] =
    ["ext:ClassHours", "ext:IdentityLevel", "ext:SupervisionLevel", "ext:AwardedOn", "ext:CertificateVersion"];

/// The credential of these facts, without a proof, in the name of this issuer. Members stand in the order of their names.
#[must_use]
pub fn document(facts: &Facts, issuer: &IssuerId) -> Value {
    let address = address_of(&facts.origin, &facts.code);
    let mut evidence: Vec<Value> = facts.lines.iter().map(evidence_of).collect();
    evidence.push(json!({
        "id": format!("{address}/receipts"),
        "type": ["Evidence"],
        "name": words::RECEIPTS,
        "genre": "ledger",
        "digestMultibase": multihash(&facts.receipts),
    }));
    json!({
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": address,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": facts.kind.title,
        "description": facts.kind.footer,
        "issuer": {
            "id": issuer.did(),
            "type": ["Profile"],
            "name": facts.agency.name,
            "url": format!("{}/agencies/{}", facts.origin, facts.agency.id),
            "otherIdentifier": [identifier(&facts.agency.credit_code, "ext:USCC")],
        },
        "validFrom": instant(facts.signed_at),
        "credentialSubject": subject_of(facts),
        "evidence": evidence,
        "credentialStatus": [entry_of(facts, Purpose::Revocation), entry_of(facts, Purpose::Suspension)],
    })
}

fn subject_of(facts: &Facts) -> Value {
    let kind = &facts.kind;
    let page = format!("{}/credentials/{}/{}", facts.origin, kind.id, kind.edition);
    let levels = ("0".to_owned(), HIGHEST_LEVEL.to_string());
    let named = RESERVED.iter().zip(words::RESULTS).zip(RESULT_TYPES).map(|((id, name), result_type)| {
        let bounds = matches!(*id, "identity" | "supervision").then_some((levels.0.as_str(), levels.1.as_str()));
        description_of(&page, id, name, result_type, bounds)
    });
    let scored: Vec<(&LineFacts, u8)> = facts.lines.iter().filter_map(|line| line.score.map(|score| (line, score))).collect();
    let units = scored.iter().map(|(line, _)| {
        description_of(&page, &line.unit, &format!("{}{}", line.unit, words::SCORE), "Percent", Some(("0", "100")))
    });
    let values = [
        facts.class_hours.to_string(),
        facts.identity.to_string(),
        facts.supervision.to_string(),
        facts.awarded.to_string(),
        facts.version.to_string(),
    ];
    let result =
        |id: &str, value: String| json!({ "type": ["Result"], "resultDescription": format!("{page}#{id}"), "value": value });
    let of_units = scored.iter().map(|(line, score)| {
        let mut result = result(&line.unit, score.to_string());
        result.as_object_mut().into_iter().for_each(|members| {
            members.insert("status".to_owned(), Value::from("Completed"));
        });
        result
    });
    json!({
        "type": ["AchievementSubject"],
        "identifier": [{ "type": "IdentityObject", "hashed": false, "identityHash": facts.name, "identityType": "name" }],
        "licenseNumber": facts.number.as_str(),
        "creditsEarned": number_of(facts.credits),
        "achievement": {
            "id": page,
            "type": ["Achievement"],
            "name": kind.title,
            "description": kind.footer,
            "achievementType": "Certificate",
            "humanCode": kind.id,
            "otherIdentifier": [identifier(&kind.paper_code.to_string(), "ext:PaperCode")],
            "inLanguage": "zh-CN",
            "version": kind.edition,
            "criteria": { "id": page, "narrative": kind.criteria },
            "resultDescription": named.chain(units).collect::<Vec<_>>(),
        },
        "result": RESERVED.iter().zip(values).map(|(id, value)| result(id, value)).chain(of_units).collect::<Vec<_>>(),
    })
}

fn description_of(page: &str, id: &str, name: &str, result_type: &str, bounds: Option<(&str, &str)>) -> Value {
    let mut description =
        json!({ "id": format!("{page}#{id}"), "type": ["ResultDescription"], "name": name, "resultType": result_type });
    if let (Some((least, most)), Some(members)) = (bounds, description.as_object_mut()) {
        members.insert("valueMin".to_owned(), Value::from(least));
        members.insert("valueMax".to_owned(), Value::from(most));
    }
    description
}

fn evidence_of(line: &LineFacts) -> Value {
    json!({
        "type": ["Evidence"],
        "name": format!("{} {}", line.unit, line.title),
        "genre": line.source.code(),
        "digestMultibase": multihash(&line.evidence),
        "narrative": narrative_of(line),
    })
}

fn narrative_of(line: &LineFacts) -> String {
    let (between, [before, among, after], [credit, hours]) = (words::BETWEEN, words::LEVELS, words::AMOUNTS);
    format!(
        "{} {}{between}{before}{}{among}{}{after}{between}{}{credit}{}{hours}",
        line.passed,
        words::way(line.source),
        line.identity,
        line.supervision,
        line.credits,
        line.class_hours
    )
}

fn entry_of(facts: &Facts, purpose: Purpose) -> Value {
    let list = status::address_of(&facts.origin, facts.agency.id, purpose, facts.place.list);
    json!({
        "id": format!("{list}#{}", facts.place.position),
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.code(),
        "statusListIndex": facts.place.position.to_string(),
        "statusListCredential": list,
    })
}

fn identifier(identifier: &str, identifier_type: &str) -> Value {
    json!({ "type": "IdentifierEntry", "identifier": identifier, "identifierType": identifier_type })
}

/// `https://xuefen.example.cn/v/7K3M9QZT4X1B0HVW8RC5N2JD`: where a certificate stands for life.
pub(super) fn address_of(origin: &Origin, code: &LongCode) -> String {
    format!("{origin}/v/{code}")
}

/// Credits as the only number of the document, without any float on the way.
fn number_of(credits: Credits) -> Value {
    credits.to_string().parse::<JsonNumber>().map_or(Value::Null, Value::Number)
}

/// `u` and base64url of the multihash.
fn multihash(digest: &Digest) -> String {
    use base64::Engine as _;
    let mut bytes = SHA_256.to_vec();
    bytes.extend_from_slice(digest.bytes());
    format!("u{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

fn digest_of_multihash(text: &str) -> Option<Digest> {
    use base64::Engine as _;
    if text.len() > 64 {
        return None;
    }
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text.strip_prefix('u')?).ok()?;
    Digest::from_slice(bytes.strip_prefix(&SHA_256)?)
}

/// `2026-11-27T02:00:00Z`: an instant in whole seconds.
pub(super) fn instant(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    text.split_once('.').map_or_else(|| text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

/// The instant that is written so, and in no other way.
pub(super) fn instant_of(text: &str) -> Option<Timestamp> {
    if text.len() != 20 {
        return None;
    }
    let at = Timestamp::from_ms(DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis());
    (instant(at) == text).then_some(at)
}

/// The facts of a document, with or without a proof. It must be member by member what [`document`] makes of them, for a did:web or a did:key.
/// Whether it is signed is not asked.
///
/// # Errors
/// [`NotOurs`]: where it first differs.
pub fn facts_of(document: &Value) -> Result<Facts, NotOurs> {
    if let Some(proof) = document.get("proof") {
        ProofOptions::read(proof)?;
    }
    read(&without_proof(document)).map(|(facts, _)| facts)
}

/// The facts and the issuer of a document without a proof.
pub(super) fn read(theirs: &Value) -> Result<(Facts, IssuerId), NotOurs> {
    let reader = Reader(theirs);
    let facts = reader.facts()?;
    let did = reader.text("/issuer/id")?;
    let issuer = match did.strip_prefix("did:key:") {
        Some(key) => IssuerId::Key(key_of_multikey(key).ok_or_else(|| NotOurs::at("/issuer/id"))?),
        None => IssuerId::Web(facts.origin.clone(), facts.agency.id),
    };
    shape::check(theirs, &document(&facts, &issuer))?;
    facts.check().map_err(|unsound| NotOurs::at(unsound.0))?;
    Ok((facts, issuer))
}

/// Reads what only our writer can have written; `shape::check` holds the whole against it afterwards.
struct Reader<'a>(&'a Value);

impl<'a> Reader<'a> {
    fn text(&self, place: &str) -> Result<&'a str, NotOurs> {
        self.0.pointer(place).and_then(Value::as_str).ok_or_else(|| NotOurs::at(place))
    }

    /// What `read` makes of the text at `place`.
    fn as_<T>(&self, place: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, NotOurs> {
        read(self.text(place)?).ok_or_else(|| NotOurs::at(place))
    }

    fn list(&self, place: &str) -> Result<&'a [Value], NotOurs> {
        self.0.pointer(place).and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| NotOurs::at(place))
    }

    /// The value of the result that is no unit's, by its place in the order.
    fn result<T: std::str::FromStr>(&self, at: usize) -> Result<T, NotOurs> {
        self.as_(&format!("/credentialSubject/result/{at}/value"), |text| text.parse().ok())
    }

    fn facts(&self) -> Result<Facts, NotOurs> {
        let (origin, code) = self.as_("/id", |id| {
            let (origin, code) = id.rsplit_once("/v/")?;
            Some((Origin::parse(origin)?, LongCode::parse(code).ok()?))
        })?;
        let subject = "/credentialSubject";
        Ok(Facts {
            agency: self.agency()?,
            kind: self.kind()?,
            code,
            number: self.as_(&format!("{subject}/licenseNumber"), Number::parse)?,
            version: self.result(4)?,
            name: self.text(&format!("{subject}/identifier/0/identityHash"))?.to_owned(),
            awarded: self.as_(&format!("{subject}/result/3/value"), Day::parse)?,
            signed_at: self.as_("/validFrom", instant_of)?,
            identity: self.result(1)?,
            supervision: self.result(2)?,
            credits: self.credits(&format!("{subject}/creditsEarned"))?,
            class_hours: self.result(0)?,
            lines: self.lines()?,
            receipts: self.receipts()?,
            place: StatusPlace {
                list: self.as_("/credentialStatus/0/statusListCredential", |url| url.rsplit_once('/')?.1.parse().ok())?,
                position: self.as_("/credentialStatus/0/statusListIndex", |text| text.parse().ok())?,
            },
            origin,
        })
    }

    fn agency(&self) -> Result<IssuerFacts, NotOurs> {
        Ok(IssuerFacts {
            id: self.as_("/issuer/url", |url| url.rsplit_once('/')?.1.parse::<AgencyId>().ok())?,
            name: self.text("/issuer/name")?.to_owned(),
            credit_code: self.text("/issuer/otherIdentifier/0/identifier")?.to_owned(),
        })
    }

    fn kind(&self) -> Result<KindFacts, NotOurs> {
        let achievement = "/credentialSubject/achievement";
        let text = |member: &str| self.text(&format!("{achievement}/{member}")).map(str::to_owned);
        Ok(KindFacts {
            id: text("humanCode")?,
            paper_code: self.as_(&format!("{achievement}/otherIdentifier/0/identifier"), |text| text.parse().ok())?,
            edition: text("version")?,
            title: text("name")?,
            footer: text("description")?,
            criteria: text("criteria/narrative")?,
        })
    }

    fn credits(&self, place: &str) -> Result<Credits, NotOurs> {
        let number = self.0.pointer(place).and_then(|value| match value {
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        number.and_then(|text| credits_of(&text)).ok_or_else(|| NotOurs::at(place))
    }

    fn receipts(&self) -> Result<Digest, NotOurs> {
        let last = self.list("/evidence")?.len().saturating_sub(1);
        self.as_(&format!("/evidence/{last}/digestMultibase"), digest_of_multihash)
    }

    fn lines(&self) -> Result<Vec<LineFacts>, NotOurs> {
        let count = self.list("/evidence")?.len().saturating_sub(1);
        if count > MOST_LINES {
            return Err(NotOurs::at("/evidence"));
        }
        (0..count).map(|at| self.line(&format!("/evidence/{at}"))).collect()
    }

    fn line(&self, evidence: &str) -> Result<LineFacts, NotOurs> {
        let (unit, title) = self.as_(&format!("{evidence}/name"), |name| {
            let (unit, title) = name.split_once(' ')?;
            Some((unit.to_owned(), title.to_owned()))
        })?;
        let told = self.as_(&format!("{evidence}/narrative"), Told::parse)?;
        Ok(LineFacts {
            score: self.score(&unit)?,
            source: self.as_(&format!("{evidence}/genre"), Source::parse)?,
            evidence: self.as_(&format!("{evidence}/digestMultibase"), digest_of_multihash)?,
            passed: told.passed,
            identity: told.identity,
            supervision: told.supervision,
            credits: told.credits,
            class_hours: told.class_hours,
            unit,
            title,
        })
    }

    /// The score of a unit, where it has one.
    fn score(&self, unit: &str) -> Result<Option<u8>, NotOurs> {
        let results = self.list("/credentialSubject/result")?;
        let is_its = |result: &Value| {
            let described = result.get("resultDescription").and_then(Value::as_str).and_then(|text| text.rsplit_once('#'));
            described.is_some_and(|(_, id)| id == unit)
        };
        match results.iter().position(is_its) {
            Some(at) => self.result(at).map(Some),
            None => Ok(None),
        }
    }
}

/// What the narrative of a line says.
struct Told {
    passed: Day,
    identity: i64,
    supervision: i64,
    credits: Credits,
    class_hours: i64,
}

impl Told {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(words::BETWEEN);
        let (passed, levels, amounts) = (parts.next()?, parts.next()?, parts.next()?);
        let ([before, among, after], [credit, hours]) = (words::LEVELS, words::AMOUNTS);
        let (identity, supervision) = levels.strip_prefix(before)?.strip_suffix(after)?.split_once(among)?;
        let (credits, class_hours) = amounts.strip_suffix(hours)?.split_once(credit)?;
        Some(Self {
            passed: Day::parse(passed.split_once(' ')?.0)?,
            identity: identity.parse().ok()?,
            supervision: supervision.parse().ok()?,
            credits: credits_of(credits)?,
            class_hours: class_hours.parse().ok()?,
        })
    }
}

/// The amount written `0.25` or `4`, at most three digits behind the point.
fn credits_of(text: &str) -> Option<Credits> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || rest.len() > 3 || !is_plain(whole) || !is_plain(rest) {
        return None;
    }
    Credits::from_milli(format!("{whole}{rest:0<3}").parse().ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credentials::examples;

    #[test]
    fn a_certificate_is_written_and_read_back_for_both_issuers() {
        let facts = examples::facts();
        for issuer in [IssuerId::Web(facts.origin.clone(), facts.agency.id), IssuerId::Key(examples::key(1).verifying_key())] {
            let document = document(&facts, &issuer);
            assert_eq!(read(&document), Ok((facts.clone(), issuer)));
            assert_eq!(facts_of(&document), Ok(facts.clone()));
        }
    }

    #[test]
    fn a_member_added_anywhere_is_refused() {
        let whole = document(&examples::facts(), &examples::issuer());
        let mut added = 0;
        for place in examples::places(&whole) {
            let mut more = whole.clone();
            match more.pointer_mut(&place).unwrap() {
                Value::Object(members) => drop(members.insert("extra".to_owned(), Value::from("x"))),
                Value::Array(values) => values.push(Value::from("x")),
                _ => continue,
            }
            added += 1;
            assert!(facts_of(&more).is_err(), "{place}");
        }
        assert!(added > 40);
    }

    #[test]
    fn a_member_that_is_gone_or_is_no_text_is_refused() {
        let whole = document(&examples::facts(), &examples::issuer());
        for place in examples::places(&whole) {
            for value in [Value::Null, json!(7), json!("x"), json!([]), json!({})] {
                let mut other = whole.clone();
                let member = other.pointer_mut(&place).unwrap();
                if *member != value {
                    *member = value;
                    let facts = facts_of(&other);
                    // What is the certificate's own to say may be `x`; then `x` is what it says.
                    assert!(facts.is_err() || facts != Ok(examples::facts()), "{place}");
                }
            }
        }
    }

    #[test]
    fn instants_are_written_in_one_way() {
        let at = instant_of("2026-11-27T02:00:00Z").unwrap();
        assert_eq!(instant(at), "2026-11-27T02:00:00Z");
        for text in [
            "",
            "2026-11-27T02:00:00",
            "2026-11-27t02:00:00Z",
            "2026-11-27T02:00:60Z",
            "2026-11-27 02:00:00Z",
            "2026-11-27T10:00:00+08:00",
        ] {
            assert_eq!(instant_of(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for milli in (0..=20_000).step_by(250).chain([1, 10, 125, 999, 1_001, 123_456_789]) {
            let credits = Credits::from_milli(milli).unwrap();
            assert_eq!(credits_of(&credits.to_string()), Some(credits));
            assert_eq!(number_of(credits).to_string(), credits.to_string());
        }
        for text in ["", ".", ".5", "-1", "+1", "1.0001", "1e3", "1,5", "１"] {
            assert_eq!(credits_of(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_is_written_is_read_back(facts in examples::any_facts(), by_key in any::<bool>()) {
            prop_assert_eq!(facts.check(), Ok(()));
            let issuer = if by_key {
                IssuerId::Key(examples::key(3).verifying_key())
            } else {
                IssuerId::Web(facts.origin.clone(), facts.agency.id)
            };
            let document = document(&facts, &issuer);
            prop_assert_eq!(read(&document), Ok((facts, issuer)));
        }
    }
}
