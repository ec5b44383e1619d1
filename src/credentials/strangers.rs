//! Software that others wrote says the same of our certificates as we do. It runs where `CREDIT_BANK_TEST_CREDENTIALS` names a folder that
//! `scripts/credentials/setup` has made, as `scripts/test` does; what is laid before it is described in `scripts/credentials/README.md`.

use std::path::{Path, PathBuf};
use std::process::Command;

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::examples::{self, key};
use super::proof::without_proof;
use super::quads::canonical;
use super::status::{self, ListFacts, Purpose};
use super::{
    BadgeWords, Facts, IssuerId, KeyFacts, ProofOptions, baked_png, baked_svg, did_document, did_of, document, hash_data,
    jwt_input, jwt_of, method_of, presentation, with_proof,
};
use crate::kernel::{Clock, Credits, Timestamp};

/// A folder of certificates with what is to be said of each.
struct Folder {
    path: PathBuf,
    now: Timestamp,
    cases: Vec<Value>,
    canonical: Vec<Value>,
    baked: Vec<Value>,
    presentations: Vec<Value>,
}

impl Folder {
    fn new(path: &Path, now: Timestamp) -> Self {
        let now = Timestamp::from_ms(now.ms().div_euclid(1000) * 1000);
        let none = Vec::new;
        Self { path: path.to_owned(), now, cases: none(), canonical: none(), baked: none(), presentations: none() }
    }

    fn write(&self, name: &str, text: &str) {
        self.put(name, text.as_bytes());
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// What the bank answers: the DID documents, and both lists of the agency as JSON and as JWT.
    fn world(&self, name: &str, keys: &[u8], lists: [(ListFacts, SigningKey); 2]) {
        let keys: Vec<KeyFacts> = keys.iter().map(|number| known(*number)).collect();
        let other = examples::OTHER_AGENCY.parse().unwrap();
        let mut addresses = serde_json::Map::new();
        for (agency, keys) in [(examples::agency(), keys), (other, vec![known(3)])] {
            let file = format!("{name}/{agency}.did.json");
            self.write(&file, &did_document(&examples::origin(), agency, &keys).to_string());
            addresses.insert(format!("{}/issuers/{agency}/did.json", examples::origin()), json!({ "json": file }));
        }
        for (list, key) in lists {
            let (as_json, as_jwt) = examples::signed_list(&list, &key);
            let file = format!("{name}/{}", list.purpose.code());
            self.write(&format!("{file}.json"), &as_json);
            self.write(&format!("{file}.jwt"), &as_jwt);
            let address = status::address_of(&list.origin, list.agency, list.purpose, list.list);
            addresses.insert(address, json!({ "json": format!("{file}.json"), "jwt": format!("{file}.jwt") }));
        }
        self.write(&format!("{name}/addresses.json"), &Value::Object(addresses).to_string());
    }

    fn lists(&self, revoked: &[u32], suspended: &[u32], by: u8) -> [(ListFacts, SigningKey); 2] {
        [(Purpose::Revocation, revoked), (Purpose::Suspension, suspended)]
            .map(|(purpose, set)| (examples::list_at(purpose, set, self.now), key(by)))
    }

    /// A file, the world it is asked in, and what is to be said.
    fn case(&mut self, name: &str, text: &str, world: &str, expect: &str) {
        self.write(name, text);
        self.again(name, world, expect);
    }

    fn again(&mut self, name: &str, world: &str, expect: &str) {
        // The lists are the agency's, never a key's: who wants equal issuers asks by the first form.
        let status = !name.contains("did-key");
        self.cases
            .push(json!({ "file": name, "addresses": format!("{world}/addresses.json"), "expect": expect, "status": status }));
    }

    fn canonical(&mut self, name: &str, document: &Value) {
        self.write(&format!("canonical/{name}.json"), &document.to_string());
        self.write(&format!("canonical/{name}.nq"), &canonical(document).unwrap());
        self.canonical.push(json!({ "document": format!("canonical/{name}.json"), "quads": format!("canonical/{name}.nq") }));
    }
}

fn known(number: u8) -> KeyFacts {
    KeyFacts { public: key(number).verifying_key(), from: examples::facts().awarded, until: None, distrusted_at: None }
}

/// Signs whatever it says: JSON and JWT, by `signer`, under the name of the key `named`.
fn forged(document: &Value, issuer: &IssuerId, at: Timestamp, (signer, named): (u8, u8)) -> (String, String) {
    let options = ProofOptions::new(issuer, &key(named).verifying_key(), at);
    let hash = hash_data(document, &options).unwrap();
    let input = jwt_input(document, &method_of(issuer, &key(named).verifying_key()));
    let jwt = jwt_of(&input, &key(signer).sign(input.as_bytes()).to_bytes());
    (with_proof(document.clone(), &options, &key(signer).sign(&hash).to_bytes()).to_string(), jwt)
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Bool(is_so) => json!(!is_so),
        Value::Number(_) => json!(7.25),
        Value::String(text) if text.ends_with('Z') && text.contains('T') => json!(text.replace("02:00:00Z", "02:00:01Z")),
        Value::String(text) if text.chars().all(|c| c.is_ascii_digit()) => json!(format!("{text}1")),
        Value::String(text) => json!(format!("{text}x")),
        other => other.clone(),
    }
}

/// The good ones: each kind, in each of its forms.
fn good(folder: &mut Folder) {
    folder.world("now", &[1], folder.lists(&[5, 94_566], &[94_568], 1));
    for (name, facts) in [("three", examples::facts()), ("long", examples::long_facts()), ("short", examples::short_facts())] {
        let bundle = examples::bundle_of(&facts, &key(1));
        folder.case(&format!("good/{name}.json"), &bundle.credential, "now", "good");
        folder.case(&format!("good/{name}.did-key.json"), &bundle.did_key, "now", "good");
        folder.case(&format!("good/{name}.jwt"), &bundle.jwt, "now", "good");
        folder.canonical(name, &without_proof(&serde_json::from_str(&bundle.credential).unwrap()));
    }
    for milli in (250..=20_000).step_by(250).chain([125, 1, 1_333]) {
        let facts = Facts { credits: Credits::from_milli(milli).unwrap(), ..examples::short_facts() };
        folder.canonical(&format!("credits-{milli}"), &document(&facts, &examples::issuer()));
    }
    folder.canonical("list", &status::document(&examples::list(Purpose::Revocation, &[5])));
}

/// The same certificates while the bank answers otherwise.
fn standings(folder: &mut Folder) {
    let old = folder.now.plus_days(-30);
    let expired = [(Purpose::Revocation, [5]), (Purpose::Suspension, [6])]
        .map(|(purpose, set)| (examples::list_at(purpose, &set, old), key(1)));
    let early = [Purpose::Revocation, Purpose::Suspension]
        .map(|purpose| (examples::list_at(purpose, &[], folder.now.plus_days(2)), key(1)));
    let of_others = folder.lists(&[], &[], 3);
    folder.world("revoked", &[1], folder.lists(&[94_567], &[], 1));
    folder.world("suspended", &[1], folder.lists(&[], &[94_567], 1));
    folder.world("lifted", &[1], folder.lists(&[], &[5], 1));
    folder.world("rotated", &[1, 2], folder.lists(&[], &[], 2));
    folder.world("rotated-revoked", &[1, 2], folder.lists(&[94_567], &[], 2));
    folder.world("replayed", &[1], expired);
    folder.world("early", &[1], early);
    folder.world("forged-lists", &[1], of_others);
    folder.world("distrusted", &[2], folder.lists(&[], &[], 2));
    for (world, expect) in [
        ("revoked", "revoked"),
        ("suspended", "suspended"),
        ("lifted", "good"),
        ("rotated", "good"),
        ("rotated-revoked", "revoked"),
        ("replayed", "refused"),
        ("early", "refused"),
        ("forged-lists", "refused"),
        ("distrusted", "refused"),
    ] {
        folder.again("good/three.json", world, expect);
        folder.again("good/three.jwt", world, expect);
    }
}

/// Each value of a signed document changed; members added; files cut.
fn changes(folder: &mut Folder) {
    let bundle = examples::bundle();
    let whole: Value = serde_json::from_str(&bundle.credential).unwrap();
    let places = examples::places(&whole).into_iter();
    let leaves = places.filter(|place| !matches!(whole.pointer(place), Some(Value::Object(_) | Value::Array(_))));
    for (at, place) in leaves.enumerate() {
        let mut other = whole.clone();
        let value = other.pointer_mut(&place).unwrap();
        *value = changed(value);
        assert_ne!(other, whole, "{place}");
        folder.case(&format!("changed/{at:03}.json"), &other.to_string(), "now", "refused");
    }
    for (at, place) in ["", "/issuer", "/credentialSubject", "/evidence/0", "/proof"].into_iter().enumerate() {
        let mut more = whole.clone();
        more.pointer_mut(place).unwrap().as_object_mut().unwrap().insert("unknownToAll".to_owned(), json!("x"));
        folder.case(&format!("more/{at}.json"), &more.to_string(), "now", "refused");
    }
    let cut = |text: &str| text[..text.len() / 2].to_owned();
    folder.case("cut/credential.json", &cut(&bundle.credential), "now", "refused");
    folder.case("cut/credential.jwt", &cut(&bundle.jwt), "now", "refused");
    let mut payload: Vec<char> = bundle.jwt.chars().collect();
    let middle = payload.len() / 2;
    payload[middle] = if payload[middle] == 'A' { 'B' } else { 'A' };
    folder.case("changed/payload.jwt", &payload.into_iter().collect::<String>(), "now", "refused");
}

/// Other signers, other days.
fn forgeries(folder: &mut Folder) {
    let (facts, issuer) = (examples::facts(), examples::issuer());
    let plain = document(&facts, &issuer);
    let mut both = |name: &str, (json, jwt): (String, String)| {
        folder.case(&format!("forged/{name}.json"), &json, "now", "refused");
        folder.case(&format!("forged/{name}.jwt"), &jwt, "now", "refused");
    };
    both("wrong-key", forged(&plain, &issuer, facts.signed_at, (9, 1)));
    both("unknown-key", forged(&plain, &issuer, facts.signed_at, (9, 9)));
    both("key-of-another-agency", forged(&plain, &issuer, facts.signed_at, (3, 3)));
    let other = IssuerId::Web(examples::origin(), examples::OTHER_AGENCY.parse().unwrap());
    both("method-of-another-agency", forged(&plain, &other, facts.signed_at, (3, 3)));
    let mut renamed = plain.clone();
    renamed["issuer"]["id"] = json!(did_of(&examples::origin(), examples::OTHER_AGENCY.parse().unwrap()));
    both("issuer-of-another-name", forged(&renamed, &issuer, facts.signed_at, (1, 1)));
    let tomorrow = Facts { signed_at: folder.now.plus_days(2), ..facts };
    let (json, jwt) = forged(&document(&tomorrow, &issuer), &issuer, tomorrow.signed_at, (1, 1));
    folder.case("forged/not-yet.json", &json, "now", "refused");
    folder.case("forged/not-yet.jwt", &jwt, "now", "refused");
}

/// Pictures that a certificate is baked into, and several as one file: good ones, and one of which something was changed.
fn carriers(folder: &mut Folder) {
    let own =
        [examples::facts(), examples::long_facts(), examples::short_facts()].map(|facts| examples::bundle_of(&facts, &key(1)));
    for (at, bundle) in own.iter().enumerate() {
        let words =
            BadgeWords { title: "基础学习证书".to_owned(), about: "网购".to_owned(), bank: "学分银行".to_owned() };
        let changed = bundle.credential.replace("2026-04-02", "2026-04-03");
        for (name, text, expect) in [("good", &bundle.credential, "good"), ("changed", &changed, "refused")] {
            let (png, svg) = (format!("{name}/badge-{at}.png"), format!("{name}/badge-{at}.svg"));
            folder.put(&png, &baked_png(&words, text).unwrap());
            folder.write(&svg, &baked_svg(&words, text).unwrap());
            for file in [png, svg] {
                folder.baked.push(json!({ "file": file, "addresses": "now/addresses.json", "expect": expect }));
            }
        }
    }
    let all = own.map(|bundle| bundle.credential);
    let mut other = all.clone();
    other[1] = other[1].replace("2026-04-02", "2026-04-03");
    for (name, held, expect) in
        [("all", presentation(&all), "good"), ("none", presentation(&[]), "good"), ("other", presentation(&other), "refused")]
    {
        let file = format!("presentations/{name}.json");
        folder.write(&file, &held);
        folder.presentations.push(json!({ "file": file, "addresses": "now/addresses.json", "expect": expect }));
    }
}

fn fill(path: &Path, now: Timestamp) {
    let mut folder = Folder::new(path, now);
    good(&mut folder);
    carriers(&mut folder);
    standings(&mut folder);
    changes(&mut folder);
    forgeries(&mut folder);
    let all = json!({
        "cases": folder.cases,
        "canonical": folder.canonical,
        "baked": folder.baked,
        "presentations": folder.presentations,
    });
    folder.write("cases.json", &all.to_string());
}

/// What a program says of the folder; it ends well where it says what is expected.
fn asked(program: &Path, script: &Path, folder: &Path) {
    let output = Command::new(program).arg(script).arg(folder).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {said}", script.display());
}

#[test]
fn strangers_software_says_of_good_and_bad_ones_what_we_say() {
    let Some(tools) = std::env::var_os("CREDIT_BANK_TEST_CREDENTIALS").map(PathBuf::from) else { return };
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), Clock::system().now());
    asked(Path::new("node"), &tools.join("verify.mjs"), folder.path());
    asked(&tools.join("python/bin/python"), &tools.join("verify.py"), folder.path());
}

/// `docs/examples/credential` is what is written today, byte by byte; whoever changes the form sees it there.
#[test]
fn the_published_example_is_what_is_written() {
    let bundle = examples::bundle();
    let credential: Value = serde_json::from_str(&bundle.credential).unwrap();
    let keys = [known(1), known(2)];
    let examples = [
        ("credential.json", bundle.credential),
        ("credential.did-key.json", bundle.did_key),
        ("credential.jwt", bundle.jwt),
        ("credential.nq", canonical(&without_proof(&credential)).unwrap()),
        ("did.json", did_document(&examples::origin(), examples::agency(), &keys).to_string()),
        ("keys.json", examples::book().to_json().to_string()),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/credential");
    for (name, text) in examples {
        let path = folder.join(name);
        if std::env::var_os("CREDIT_BANK_WRITE_EXAMPLES").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, format!("{}\n", text.trim_end())).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim_end(), text.trim_end(), "{name}");
    }
}
