//! What is asked by the VC-API, done: a credential signed by a key that nobody believes; credentials and presentations verified.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use serde_json::{Map, Value};

use super::model;
use super::problem::{Kind, Problem};
use super::proof::{self, ASSERTION, AUTHENTICATION, Expected, SUITE};
use crate::credentials::{self, KeyBook, Verified, did_key_of};
use crate::kernel::{Chance, Timestamp};

/// The key of this process: made when it is first asked for, gone with the process, written down nowhere. No agency has it, so no book of keys does.
#[derive(Clone)]
pub(super) struct Signer(Arc<SigningKey>);

impl Default for Signer {
    fn default() -> Self {
        Self(Arc::new(SigningKey::from_bytes(&Chance::secret())))
    }
}

/// What time it is, and the keys of the bank's own agencies, where it knows its own address.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub now: Timestamp,
    pub book: Option<KeyBook>,
}

/// What is asked beside the document.
#[derive(Clone, Copy, Debug, Default)]
struct Options<'a> {
    challenge: Option<&'a str>,
    domain: Option<&'a str>,
}

impl<'a> Options<'a> {
    fn read(body: &'a Value) -> Result<Self, Problem> {
        let Some(options) = body.get("options") else { return Ok(Self::default()) };
        let options = options.as_object().ok_or_else(|| Problem::malformed("options are an object"))?;
        for (name, only) in [("type", proof::TYPE), ("cryptosuite", SUITE)] {
            if options.get(name).is_some_and(|value| value != only) {
                return Err(Problem::malformed(format!("the {name} of a proof is {only} here")));
            }
        }
        let text = |name: &str| match options.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(Problem::malformed(format!("options.{name} is a text"))),
        };
        Ok(Self { challenge: text("challenge")?, domain: text("domain")? })
    }

    const fn expected(self, purpose: &'static str, now: Timestamp) -> Expected<'a> {
        Expected { purpose, challenge: self.challenge, domain: self.domain, now }
    }
}

fn document_in<'a>(body: &'a Value, name: &str) -> Result<&'a Value, Problem> {
    body.get(name).filter(|document| document.is_object()).ok_or_else(|| Problem::malformed(format!("{name} is an object")))
}

/// Signs the credential that is asked for. Whoever it names as its issuer, it leaves in the name of the key of this process: in nobody else's name is
/// anything signed here.
///
/// # Errors
/// What keeps it from being a credential, or from being signed whole.
pub(super) fn issue(body: &Value, signer: &Signer, now: Timestamp) -> Result<Value, Problem> {
    let mut credential = document_in(body, "credential")?.clone();
    Options::read(body)?;
    model::credential(&credential)?;
    if credential.get("proof").is_some() {
        return Err(Problem::malformed("what is to be issued has no proof yet"));
    }
    let did = Value::String(did_key_of(&signer.0.verifying_key()));
    match credential.get_mut("issuer") {
        Some(Value::Object(members)) => {
            members.insert("id".to_owned(), did);
        }
        Some(issuer) => *issuer = did,
        None => {}
    }
    proof::sign(&credential, &signer.0, (now, ASSERTION), Map::new())
}

/// Verifies the credential that is asked about. Given back is it, where it is one of the bank's own: how it stands is the register's to say.
///
/// # Errors
/// What is wrong with it first.
pub(super) fn verify_credential(body: &Value, known: &Known) -> Result<Vec<Verified>, Problem> {
    let expected = Options::read(body)?.expected(ASSERTION, known.now);
    let own = credential(document_in(body, "verifiableCredential")?, &expected, known)?;
    Ok(own.into_iter().collect())
}

/// Verifies the presentation that is asked about, and each credential in it. Given back are those of the bank's own.
///
/// # Errors
/// What is wrong with it first.
pub(super) fn verify_presentation(body: &Value, known: &Known) -> Result<Vec<Verified>, Problem> {
    let options = Options::read(body)?;
    let whole = document_in(body, "verifiablePresentation")?;
    let (holder, credentials) = model::presentation(whole)?;
    let (mut own, is_empty) = (Vec::new(), credentials.is_empty());
    for held in credentials {
        own.extend(credential(held, &Options::default().expected(ASSERTION, known.now), known)?);
    }
    if whole.get("proof").is_some() {
        let (proofs, bare) = proof::taken_apart(whole)?;
        for proof in &proofs {
            let controller = holder.map_or_else(|| proof::controller_of(proof), Ok)?;
            proof::verify(proof, &bare, controller, &options.expected(AUTHENTICATION, known.now))?;
        }
    } else if options.challenge.is_some() || options.domain.is_some() {
        return Err(Problem::new(
            Kind::Challenge,
            "the presentation has no proof that could answer a challenge or name a domain",
        ));
    } else if is_empty {
        return Err(Problem::proof("there is no proof, and no credential that has one"));
    }
    Ok(own)
}

fn credential(whole: &Value, expected: &Expected<'_>, known: &Known) -> Result<Option<Verified>, Problem> {
    let issuer = model::credential(whole)?;
    let [from, until] = model::span(whole)?;
    if from.is_some_and(|from| from > known.now) {
        return Err(Problem::new(Kind::Range, "validFrom is still to come"));
    }
    if until.is_some_and(|until| until < known.now) {
        return Err(Problem::new(Kind::Range, "validUntil is over"));
    }
    if issuer.starts_with("did:web:") {
        return own(whole, known).map(Some);
    }
    let (proofs, bare) = proof::taken_apart(whole)?;
    for proof in &proofs {
        proof::verify(proof, &bare, issuer, expected)?;
    }
    Ok(None)
}

/// A certificate of one of the bank's own agencies; other did:web are not looked up.
fn own(whole: &Value, known: &Known) -> Result<Verified, Problem> {
    let book = known.book.as_ref().ok_or_else(|| Problem::proof("this bank has no address, and so no did:web"))?;
    credentials::verify(whole.to_string().as_bytes(), book).map_err(|why| Problem::proof(why.to_string()))
}

/// The body of a request.
///
/// # Errors
/// Where it is no JSON, or a member stands in it twice.
pub(super) fn body(bytes: &[u8]) -> Result<Value, Problem> {
    let read = credentials::strict(bytes).filter(Value::is_object);
    read.ok_or_else(|| Problem::new(Kind::Parsing, "no JSON object, or one in which a member stands twice"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conformance::shape::FIRST_CONTEXT;

    const NOW: Timestamp = Timestamp::from_ms(1_795_744_800_000);

    fn known() -> Known {
        Known { now: NOW, book: None }
    }

    fn plain() -> Value {
        json!({
            "@context": [FIRST_CONTEXT],
            "type": ["VerifiableCredential"],
            "issuer": "https://issuer.example/1",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "urn:a", "name": "x" },
        })
    }

    fn issued(signer: &Signer) -> Value {
        issue(&json!({ "credential": plain() }), signer, NOW).unwrap()
    }

    fn kind(read: Result<Vec<Verified>, Problem>) -> Result<usize, Kind> {
        read.map(|own| own.len()).map_err(|problem| problem.kind)
    }

    #[test]
    fn what_is_issued_is_in_the_name_of_a_key_that_is_another_each_time_and_verifies() {
        let (one, other) = (Signer::default(), Signer::default());
        let (first, second) = (issued(&one), issued(&other));
        assert_ne!(first["issuer"], second["issuer"]);
        assert_eq!(first["issuer"], json!(did_key_of(&one.0.verifying_key())));
        assert_eq!(kind(verify_credential(&json!({ "verifiableCredential": first }), &known())), Ok(0));
        let mut swapped = first.clone();
        swapped["issuer"] = second["issuer"].clone();
        assert_eq!(kind(verify_credential(&json!({ "verifiableCredential": swapped }), &known())), Err(Kind::Proof));
        let mut named = plain();
        named["issuer"] = json!({ "id": "https://issuer.example/1", "name": "y" });
        let named = issue(&json!({ "credential": named, "options": {} }), &one, NOW).unwrap();
        assert_eq!((&named["issuer"]["id"], &named["issuer"]["name"]), (&first["issuer"], &json!("y")));
    }

    #[test]
    fn what_is_no_credential_is_not_issued() {
        let signer = Signer::default();
        let mut unknown = plain();
        unknown["credentialSubject"]["unknown"] = json!("x");
        for bad in [
            json!({}),
            json!({ "credential": [] }),
            json!({ "credential": issued(&signer) }),
            json!({ "credential": unknown }),
            json!({ "credential": plain(), "options": [] }),
            json!({ "credential": plain(), "options": { "cryptosuite": "eddsa-jcs-2022" } }),
        ] {
            assert!(issue(&bad, &signer, NOW).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_credential_holds_in_its_time_and_strangers_are_not_looked_up() {
        let signer = Signer::default();
        let told = |change: &dyn Fn(&mut Value)| {
            let mut credential = plain();
            change(&mut credential);
            let signed = issue(&json!({ "credential": credential }), &signer, NOW).unwrap();
            kind(verify_credential(&json!({ "verifiableCredential": signed }), &known()))
        };
        assert_eq!(told(&|credential| credential["validUntil"] = json!("2093-01-01T00:00:00Z")), Ok(0));
        assert_eq!(told(&|credential| credential["validUntil"] = json!("2024-01-01T00:00:00Z")), Err(Kind::Range));
        assert_eq!(told(&|credential| credential["validFrom"] = json!("2093-01-01T00:00:00Z")), Err(Kind::Range));
        for issuer in
            ["https://issuer.example/1", "did:web:issuer.example", "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"]
        {
            let mut strange = issued(&signer);
            strange["issuer"] = json!(issuer);
            assert_eq!(
                kind(verify_credential(&json!({ "verifiableCredential": strange }), &known())),
                Err(Kind::Proof),
                "{issuer}"
            );
        }
        assert_eq!(kind(verify_credential(&json!({ "verifiableCredential": plain() }), &known())), Err(Kind::Proof));
    }

    #[test]
    fn a_presentation_is_as_good_as_all_that_is_in_it() {
        let signer = Signer::default();
        let presents = |credentials: Value, holder: Option<&str>| {
            let mut whole =
                json!({ "@context": [FIRST_CONTEXT], "type": ["VerifiablePresentation"], "verifiableCredential": credentials });
            if let Some(holder) = holder {
                whole["holder"] = json!(holder);
            }
            whole
        };
        let asks = |whole: &Value, options: Value| {
            kind(verify_presentation(&json!({ "verifiablePresentation": whole, "options": options }), &known()))
        };
        let good = issued(&signer);
        let mut bad = good.clone();
        bad["credentialSubject"]["name"] = json!("y");
        assert_eq!(asks(&presents(json!([good, good]), None), json!({})), Ok(0));
        assert_eq!(asks(&presents(json!([good, bad]), None), json!({})), Err(Kind::Proof));
        assert_eq!(asks(&presents(json!([]), None), json!({})), Err(Kind::Proof));
        assert_eq!(asks(&presents(json!([good]), None), json!({ "challenge": "c" })), Err(Kind::Challenge));
        let holder = SigningKey::from_bytes(&[3; 32]);
        let did = did_key_of(&holder.verifying_key());
        let Value::Object(more) = json!({ "challenge": "c", "domain": "d.test" }) else { panic!() };
        let sign = |whole: &Value, purpose| proof::sign(whole, &holder, (NOW, purpose), more.clone()).unwrap();
        for named in [None, Some(did.as_str())] {
            let signed = sign(&presents(json!([good]), named), AUTHENTICATION);
            assert_eq!(asks(&signed, json!({ "challenge": "c", "domain": "d.test" })), Ok(0));
            assert_eq!(asks(&signed, json!({ "challenge": "x" })), Err(Kind::Challenge));
            assert_eq!(asks(&signed, json!({ "domain": "x" })), Err(Kind::Domain));
            let mut fewer = signed.clone();
            fewer["verifiableCredential"] = json!([]);
            assert_eq!(asks(&fewer, json!({})), Err(Kind::Proof));
        }
        assert_eq!(asks(&sign(&presents(json!([good]), None), ASSERTION), json!({})), Err(Kind::Proof));
        let strange = did_key_of(&SigningKey::from_bytes(&[4; 32]).verifying_key());
        assert_eq!(asks(&sign(&presents(json!([good]), Some(&strange)), AUTHENTICATION), json!({})), Err(Kind::Proof));
    }

    #[test]
    fn a_body_is_an_object_in_which_nothing_stands_twice() {
        assert!(body(br#"{"credential":{}}"#).is_ok());
        for bad in ["", "[]", "{", r#"{"a":1,"a":1}"#] {
            assert_eq!(body(bad.as_bytes()).map_err(|problem| problem.kind), Err(Kind::Parsing), "{bad}");
        }
    }
}
