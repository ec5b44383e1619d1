//! `credit-bank verify`: a certificate on whatever it comes, without the bank.

use std::path::Path;

use credit_bank::credentials::paper::{Fonts, Sheet, SheetWords, draw};
use credit_bank::credentials::paper_code::{self, Symbol};
use credit_bank::credentials::status::{self, ListFacts, Purpose};
use credit_bank::credentials::{
    BadgeWords, BookAgency, BookKind, BookUnit, Bundle, Facts, IssuerFacts, IssuerId, KeyBook, KeyFacts, KindFacts, LineFacts,
    LongCode, Number, Origin, ProofOptions, Source, StatusPlace, baked_png, baked_svg, bundle, hash_data, presentation,
    with_proof,
};
use credit_bank::kernel::{Clock, Credits, Digest, Timestamp, sha256_of};
use credit_bank::ledger::seal::note::{Verifier, sign_text};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::Value;

use crate::support::binary::bare;

const HOST: &str = "xuefen.example.cn";
const LOG: &str = "xuefen.example.cn/ledger";
const DAY_MS: i64 = 86_400_000;

/// Yesterday, in whole seconds.
fn yesterday() -> Timestamp {
    let now = Clock::system().now();
    Timestamp::from_ms(now.ms() - now.ms().rem_euclid(1000)).plus_days(-1)
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn sign(bytes: &[u8]) -> [u8; 64] {
    key().sign(bytes).to_bytes()
}

fn facts() -> Facts {
    let at = yesterday();
    let line = LineFacts {
        unit: "T19".to_owned(),
        title: "防诈骗，守好钱袋子".to_owned(),
        source: Source::Supervised,
        passed: at.day(),
        score: Some(90),
        identity: 2,
        supervision: 2,
        credits: Credits::from_milli(250).unwrap(),
        class_hours: 4,
        evidence: Digest::from_array([1; 32]),
    };
    Facts {
        origin: Origin::of_host(HOST).unwrap(),
        agency: IssuerFacts {
            id: "01936f00-0000-7000-8000-000000000001".parse().unwrap(),
            name: "青禾县社区学院".to_owned(),
            credit_code: "91350100M000100Y43".to_owned(),
        },
        kind: KindFacts {
            id: "unit".to_owned(),
            paper_code: 1,
            edition: "2026.11".to_owned(),
            title: "单元学习证明".to_owned(),
            footer: "本证书证明学习和考核结果，不是学历证书、职业资格证书或职业技能等级证书。".to_owned(),
            criteria: "考核合格。".to_owned(),
        },
        code: LongCode::from_chance([0x3a; 14]),
        number: Number::from_chance(12_345_678_901_u64.to_be_bytes()),
        version: 1,
        name: "王桂英".to_owned(),
        awarded: at.day(),
        signed_at: at,
        identity: 2,
        supervision: 2,
        credits: Credits::from_milli(250).unwrap(),
        class_hours: 4,
        lines: vec![line],
        receipts: Digest::from_array([5; 32]),
        place: StatusPlace { list: 1, position: 94_567 },
    }
}

fn book(facts: &Facts) -> KeyBook {
    let key =
        KeyFacts { public: key().verifying_key(), from: facts.signed_at.day().minus_days(30), until: None, distrusted_at: None };
    KeyBook {
        origin: facts.origin.clone(),
        made_at: facts.signed_at,
        agencies: vec![BookAgency {
            id: facts.agency.id,
            name: facts.agency.name.clone(),
            credit_code: facts.agency.credit_code.clone(),
            is_closed: false,
            keys: vec![key],
        }],
        kinds: vec![BookKind {
            paper_code: 1, id: "unit".to_owned(), title: "单元学习证明".to_owned(), footer: "…".to_owned()
        }],
        units: vec![BookUnit { code: "T19".to_owned(), title: "防诈骗，守好钱袋子".to_owned(), area: "A6".to_owned() }],
    }
}

/// A list of the agency, signed.
fn list(facts: &Facts, purpose: Purpose, at: Timestamp, set: &[u32], signed: impl Fn(&[u8]) -> [u8; 64]) -> String {
    let list = ListFacts { origin: facts.origin.clone(), agency: facts.agency.id, purpose, list: 1, at, set: set.to_vec() };
    let issuer = IssuerId::Web(facts.origin.clone(), facts.agency.id);
    let (document, options) = (status::document(&list), ProofOptions::new(&issuer, &key().verifying_key(), at));
    let signature = signed(&hash_data(&document, &options).unwrap());
    with_proof(document, &options, &signature).to_string()
}

/// A folder with the keys, and whatever a test puts there.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(facts: &Facts) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.put("keys.json", book(facts).to_json().to_string().as_bytes());
        desk
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    /// How it ended, and what it said.
    fn verify(&self, words: &[&str]) -> (i32, String) {
        let output = bare(self.folder.path()).arg("verify").args(words).output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.code().unwrap(), said.concat())
    }

    fn must(&self, words: &[&str], code: i32, said: &str) {
        let (ended, words_said) = self.verify(words);
        assert!(ended == code && words_said.contains(said), "{words:?}: {ended} {words_said}");
    }
}

fn made(facts: &Facts) -> (Bundle, Symbol, String) {
    let bundle = bundle(facts, &key().verifying_key(), sign).unwrap();
    let (bytes, signature) = bundle.paper.split_at(bundle.paper.len() - 64);
    let signature: [u8; 64] = signature.try_into().unwrap();
    let symbol = paper_code::symbol(HOST, &facts.code, bytes, &signature).unwrap();
    let address = paper_code::address_of(HOST, &facts.code, bytes, &signature);
    (bundle, symbol, address)
}

fn on_badge() -> BadgeWords {
    BadgeWords {
        title: "单元学习证明".to_owned(), about: "防诈骗，守好钱袋子".to_owned(), bank: "学分银行".to_owned()
    }
}

fn words() -> SheetWords {
    let word = || "字".to_owned();
    SheetWords {
        lang: "zh-CN".to_owned(),
        bank: word(),
        sentence: word(),
        figures: vec![(word(), word())],
        levels: vec![word()],
        heads: [word(), word(), word(), word()],
        lines: vec![[word(), word(), word()]],
        overleaf: word(),
        courses: word(),
        credit_code: [word(), word()],
        day: word(),
        version: None,
        seal: word(),
        seal_note: word(),
        code_picture: word(),
        number: word(),
        code: word(),
        scan: word(),
        mistakes: word(),
        credential: word(),
        receipts: word(),
    }
}

/// The code as a picture, six points a module.
fn picture_of(symbol: &Symbol) -> Vec<u8> {
    let side = u32::try_from(symbol.modules.len()).unwrap() + 8;
    let picture = image::GrayImage::from_fn(side * 6, side * 6, |x, y| {
        let at = |n: u32| usize::try_from(n / 6).unwrap().checked_sub(4);
        let is_dark =
            at(y).zip(at(x)).is_some_and(|(y, x)| symbol.modules.get(y).and_then(|row| row.get(x)).copied().unwrap_or(false));
        image::Luma([if is_dark { 20 } else { 235 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn a_certificate_is_genuine_on_whatever_it_comes() {
    let facts = facts();
    let desk = Desk::new(&facts);
    let (bundle, symbol, address) = made(&facts);
    let sheet =
        Sheet { facts: &facts, words: &words(), seal: None, symbol: &symbol, credential: &bundle.credential, receipts: "[]" };
    desk.put("certificate.pdf", &draw(&sheet, &Fonts::new(Vec::new()).unwrap()).unwrap());
    desk.put("certificate.json", bundle.credential.as_bytes());
    desk.put("did-key.json", bundle.did_key.as_bytes());
    desk.put("certificate.jwt", bundle.jwt.as_bytes());
    desk.put("code.txt", format!("{address}\n").as_bytes());
    desk.put("photograph.png", &picture_of(&symbol));
    desk.put("badge.png", &baked_png(&on_badge(), &bundle.credential).unwrap());
    desk.put("badge.svg", baked_svg(&on_badge(), &bundle.credential).unwrap().as_bytes());
    desk.put("all.json", presentation(std::slice::from_ref(&bundle.credential)).as_bytes());
    let documents =
        ["certificate.pdf", "certificate.json", "did-key.json", "certificate.jwt", "badge.png", "badge.svg", "all.json"];
    for file in documents.into_iter().chain(["code.txt", "photograph.png"]) {
        for said in
            ["签名是真的", "姓名：王桂英", "证书编号：1234 5678 9018", "T19：防诈骗，守好钱袋子", "青禾县社区学院", "离线查不全"]
        {
            desk.must(&[file], 0, said);
        }
    }
    desk.must(&["photograph.png"], 0, "请核对纸上的字");
}

#[test]
fn what_was_changed_or_is_of_others_is_not_genuine() {
    let facts = facts();
    let desk = Desk::new(&facts);
    let (bundle, _, address) = made(&facts);
    desk.put("other.json", bundle.credential.replace("王桂英", "王桂兰").as_bytes());
    desk.must(&["other.json"], 1, "对不上");
    desk.put("other.txt", address.replace("XUEFEN.EXAMPLE.CN", "XUEFEN.EXAMPLE.COM").as_bytes());
    desk.must(&["other.txt"], 1, "另一家学分银行");
    desk.put("alone.txt", address.split_once('#').unwrap().0.as_bytes());
    desk.must(&["alone.txt"], 1, "只有网址");
    let badge = baked_svg(&on_badge(), &bundle.credential).unwrap();
    desk.put("other.svg", badge.replace("王桂英", "王桂兰").as_bytes());
    desk.must(&["other.svg"], 1, "对不上");
    desk.put("active.svg", badge.replace("</svg>", "<script/></svg>").as_bytes());
    desk.must(&["active.svg"], 1, "取不出来");
    desk.put("two.json", presentation(&[bundle.credential.clone(), bundle.did_key.clone()]).as_bytes());
    desk.must(&["two.json"], 1, "两张不同的证书");
    desk.put("empty.pdf", b"%PDF-1.7\n%%EOF");
    desk.must(&["empty.pdf"], 1, "里面没有证书");
    desk.put("white.png", &picture_of(&Symbol { modules: vec![vec![false; 21]; 21], version: 1, level: 'L' }));
    desk.must(&["white.png"], 1, "没有看到二维码");
    desk.put("letter.txt", "王桂英学得很好".as_bytes());
    desk.must(&["letter.txt"], 1, "不是学分银行的证书");
    desk.must(&["nothing.pdf"], 1, "nothing.pdf");
    let mut book = book(&facts);
    book.agencies[0].keys[0].distrusted_at = Some(facts.signed_at);
    desk.put("certificate.json", bundle.credential.as_bytes());
    desk.put("distrusted.json", book.to_json().to_string().as_bytes());
    desk.must(&["certificate.json", "--keys", "distrusted.json"], 1, "这把密钥已经停用");
    desk.must(&["certificate.json", "--keys", "other.txt"], 1, "不是学分银行的公钥");
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(desk.folder.path().join("certificate.json"), elsewhere.path().join("certificate.json")).unwrap();
    Desk { folder: elsewhere }.must(&["certificate.json"], 1, "/v/keys.json");
}

#[test]
fn the_lists_say_how_it_stands_and_another_end_says_it_to_programs() {
    let facts = facts();
    let desk = Desk::new(&facts);
    let (bundle, _, address) = made(&facts);
    desk.put("certificate.json", bundle.credential.as_bytes());
    desk.put("code.txt", address.as_bytes());
    let (now, old) = (yesterday(), yesterday().plus_ms(-8 * DAY_MS));
    let put = |name: &str, purpose, at, set: &[u32]| desk.put(name, list(&facts, purpose, at, set, sign).as_bytes());
    put("revoked.json", Purpose::Revocation, now, &[3, 94_567]);
    put("suspended.json", Purpose::Suspension, now, &[94_567]);
    put("r.json", Purpose::Revocation, now, &[3]);
    put("s.json", Purpose::Suspension, now, &[]);
    put("old.json", Purpose::Revocation, old, &[]);
    desk.put("forged.json", list(&facts, Purpose::Revocation, now, &[], |_| [9; 64]).as_bytes());
    for file in ["certificate.json", "code.txt"] {
        desk.must(&[file, "--status", "r.json", "--status", "s.json"], 0, "未被暂停");
        assert!(!desk.verify(&[file, "--status", "r.json", "--status", "s.json"]).1.contains("离线查不全"));
        desk.must(&[file, "--status", "r.json"], 0, "离线查不全");
        desk.must(&[file, "--status", "revoked.json", "--status", "s.json"], 2, "已撤销");
        desk.must(&[file, "--status", "suspended.json", "--status", "r.json"], 2, "已暂停");
        desk.must(&[file, "--status", "old.json", "--status", "s.json"], 0, "过期");
        desk.must(&[file, "--status", "forged.json"], 1, "forged.json");
    }
    let mut other = facts.clone();
    other.place.list = 2;
    desk.put("second.json", made(&other).0.credential.as_bytes());
    desk.must(&["second.json", "--status", "revoked.json"], 0, "无关");
}

#[test]
fn the_keys_are_held_against_the_word_of_the_log() {
    let facts = facts();
    let desk = Desk::new(&facts);
    desk.put("certificate.json", made(&facts).0.credential.as_bytes());
    let log = SigningKey::from_bytes(&[3; 32]);
    let known = Verifier::of_log(LOG, &log).to_text();
    let keys = std::fs::read(Path::new(desk.folder.path()).join("keys.json")).unwrap();
    let (digest, _) = sha256_of(keys.as_slice()).unwrap();
    desk.must(&["certificate.json", "--log-key", &known], 1, "keys.json.note");
    desk.put("keys.json.note", sign_text(&format!("credit-bank/keys/1\n{HOST}\n{digest}\n"), LOG, &log).as_bytes());
    desk.must(&["certificate.json", "--log-key", &known], 0, "签名是真的");
    let stranger = Verifier::of_log(LOG, &SigningKey::from_bytes(&[4; 32])).to_text();
    desk.must(&["certificate.json", "--log-key", &stranger], 1, "对不上");
    desk.must(&["certificate.json", "--log-key", "nonsense"], 1, "总账的公钥");
    let mut book: Value = serde_json::from_slice(&keys).unwrap();
    for (file, at) in [("month.json", yesterday().plus_days(-40)), ("before.json", yesterday().plus_days(-2))] {
        let old = KeyBook { made_at: at, ..self::book(&facts) };
        desk.put(file, old.to_json().to_string().as_bytes());
        desk.must(&["certificate.json", "--keys", file], 3, "请重新下载");
    }
    book["agencies"][0]["closed"] = Value::Bool(true);
    desk.put("keys.json", book.to_string().as_bytes());
    desk.must(&["certificate.json"], 0, "签名是真的");
    desk.must(&["certificate.json", "--log-key", &known], 1, "对不上");
}
