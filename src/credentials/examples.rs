//! Made-up certificates that the tests share, and a folder of good and bad ones for software of others.

use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;
use serde_json::Value;

use super::book::{BookAgency, BookKind, BookUnit, KeyBook, KeyFacts};
use super::bundle::{self, Bundle};
use super::code::{LongCode, Number};
use super::document::instant_of;
use super::facts::{Facts, IssuerFacts, IssuerId, KindFacts, LineFacts, Origin, Source, StatusPlace, receipts_of};
use super::jwt::{jwt_input, jwt_of};
use super::proof::{ProofOptions, hash_data, with_proof};
use super::status::{self, ListFacts, Purpose};
use crate::kernel::{AgencyId, Credits, Day, Digest, Timestamp};

/// The agency of the examples.
pub const AGENCY: &str = "01936f00-0000-7000-8000-000000000001";
/// Another one of the same bank.
pub const OTHER_AGENCY: &str = "01936f00-0000-7000-8000-000000000002";

/// A key by its number: 1 signs, 2 is to, 3 is the other agency's.
pub fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn credits(milli: i64) -> Credits {
    Credits::from_milli(milli).unwrap()
}

fn digest(byte: u8) -> Digest {
    Digest::from_array([byte; 32])
}

pub fn origin() -> Origin {
    Origin::parse("https://127.0.0.1:8443").unwrap()
}

pub fn agency() -> AgencyId {
    AGENCY.parse().unwrap()
}

pub fn issuer() -> IssuerId {
    IssuerId::Web(origin(), agency())
}

fn line(number: u8, source: Source) -> LineFacts {
    LineFacts {
        unit: format!("T{number:02}"),
        title: ["在网上办事", "识别电信诈骗", "手机支付与安全"][usize::from(number) % 3].to_owned(),
        source,
        passed: day("2026-03-02").plus_days(u32::from(number)),
        score: (source != Source::Outside).then_some(70 + number),
        identity: if source == Source::Supervised { 2 } else { 1 },
        supervision: if source == Source::Supervised { 2 } else { 1 },
        credits: credits(250),
        class_hours: 4,
        evidence: digest(number),
    }
}

/// A certificate of three lines, one of each way.
pub fn facts() -> Facts {
    Facts {
        origin: origin(),
        agency: IssuerFacts { id: agency(), name: "某县社区学院".to_owned(), credit_code: "91350100M000100Y43".to_owned() },
        kind: KindFacts {
            id: "foundation".to_owned(),
            paper_code: 2,
            edition: "2026.11".to_owned(),
            title: "基础学习证书".to_owned(),
            footer: "本证书证明学习和考核结果，不是学历证书、职业资格证书或职业技能等级证书。".to_owned(),
            criteria: "学完六门课程，其中两门在监督下考核合格。".to_owned(),
        },
        code: LongCode::from_chance(*b"made-up-chance"),
        number: Number::from_chance(*b"made-up."),
        version: 1,
        name: "王桂英".to_owned(),
        awarded: day("2026-04-02"),
        signed_at: instant_of("2026-04-02T02:00:00Z").unwrap(),
        identity: 2,
        supervision: 2,
        credits: credits(750),
        class_hours: 12,
        lines: vec![line(1, Source::Online), line(7, Source::Outside), line(19, Source::Supervised)],
        receipts: receipts_of(&[(digest(1), digest(2)), (digest(3), digest(4)), (digest(5), digest(6))]),
        place: StatusPlace { list: 1, position: 94_567 },
    }
}

/// The longest: 23 units, the longest name that paper takes, characters of the rare planes, a later version.
pub fn long_facts() -> Facts {
    let mut facts = facts();
    facts.version = 7;
    facts.name = format!("{}·{}", "\u{30edd}\u{3106c}".repeat(9), "阿卜杜热合曼".repeat(4));
    facts.agency.name = "某某省某某市某某县数字素养教育服务中心（社区学院）".to_owned();
    facts.lines = (1..=23).map(|number| line(number, Source::ALL[usize::from(number) % 3])).collect();
    facts.credits = credits(5_750);
    facts.class_hours = 92;
    facts.place.position = 131_071;
    facts
}

/// One unit, from elsewhere, a title with quotes and a name in Latin letters.
pub fn short_facts() -> Facts {
    let mut facts = facts();
    facts.kind = KindFacts { id: "unit".to_owned(), paper_code: 1, title: "单元学习证明".to_owned(), ..facts.kind };
    facts.name = "Ayşe \"O'Neill\" \\ Müller".to_owned();
    facts.lines = vec![line(7, Source::Outside)];
    facts.credits = credits(125);
    facts.place.position = 0;
    facts
}

/// What a verifier of the examples knows.
pub fn book() -> KeyBook {
    let keys = |number: u8, until: Option<&str>, next: Option<u8>| {
        let key = |number: u8, from: &str, until: Option<&str>| KeyFacts {
            public: key(number).verifying_key(),
            from: day(from),
            until: until.map(day),
            distrusted_at: None,
        };
        let mut keys = vec![key(number, "2026-01-01", until)];
        keys.extend(next.map(|next| key(next, until.unwrap(), None)));
        keys
    };
    let agency = |id: &str, name: &str, keys| BookAgency {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        credit_code: "91350100M000100Y43".to_owned(),
        is_closed: false,
        keys,
    };
    let kind = |kind: KindFacts| BookKind { paper_code: kind.paper_code, id: kind.id, title: kind.title, footer: kind.footer };
    KeyBook {
        origin: origin(),
        made_at: instant_of("2026-04-03T00:00:00Z").unwrap(),
        agencies: vec![
            agency(AGENCY, "某县社区学院", keys(1, Some("2026-10-01"), Some(2))),
            agency(OTHER_AGENCY, "另一县社区学院", keys(3, None, None)),
        ],
        kinds: vec![kind(short_facts().kind), kind(facts().kind)],
        units: vec![BookUnit { code: "T19".to_owned(), title: "识别电信诈骗".to_owned(), area: "A6".to_owned() }],
    }
}

pub fn bundle_of(facts: &Facts, key: &SigningKey) -> Bundle {
    bundle::bundle(facts, &key.verifying_key(), |bytes| key.sign(bytes).to_bytes()).unwrap()
}

/// The certificate of [`facts`], signed.
pub fn bundle() -> Bundle {
    bundle_of(&facts(), &key(1))
}

/// A list of the agency, as of the day of the certificate.
pub fn list(purpose: Purpose, set: &[u32]) -> ListFacts {
    list_at(purpose, set, instant_of("2026-04-02T02:00:00Z").unwrap())
}

pub fn list_at(purpose: Purpose, set: &[u32], at: Timestamp) -> ListFacts {
    ListFacts { origin: origin(), agency: agency(), purpose, list: 1, at, set: set.to_vec() }
}

/// A list as JSON and as a JWT.
pub fn signed_list(list: &ListFacts, key: &SigningKey) -> (String, String) {
    let issuer = IssuerId::Web(list.origin.clone(), list.agency);
    let document = status::document(list);
    let options = ProofOptions::new(&issuer, &key.verifying_key(), list.at);
    let input = jwt_input(&document, &options.verification_method);
    let jwt = jwt_of(&input, &key.sign(input.as_bytes()).to_bytes());
    let hash = hash_data(&document, &options).unwrap();
    (with_proof(document, &options, &key.sign(&hash).to_bytes()).to_string(), jwt)
}

/// The places of all values in a document, the whole first.
pub fn places(document: &Value) -> Vec<String> {
    fn walk(value: &Value, place: String, found: &mut Vec<String>) {
        found.push(place.clone());
        match value {
            Value::Object(members) => members.iter().for_each(|(key, value)| walk(value, format!("{place}/{key}"), found)),
            Value::Array(values) => values.iter().enumerate().for_each(|(at, value)| walk(value, format!("{place}/{at}"), found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(document, String::new(), &mut found);
    found
}

/// Facts of every kind that a certificate may say.
pub fn any_facts() -> impl Strategy<Value = Facts> {
    let text = || {
        "[\\PC&&[^ \u{a0}\u{3000}]]{1,20}"
            .prop_filter("in one line", |text| text.trim() == text && !text.contains(['\u{fffe}', '\u{ffff}']))
    };
    let word = || "[a-z][a-z0-9.-]{0,11}";
    let line = (
        text(),
        0..3_usize,
        0..20_000_u32,
        proptest::option::of(0..=100_u8),
        0..=3_i64,
        0..=3_i64,
        0..10_000_i64,
        0..200_i64,
        any::<[u8; 32]>(),
    );
    let lines = proptest::collection::btree_map(1..=99_u8, line, 1..24).prop_map(|lines| {
        let of = |(number, (title, source, days, score, identity, supervision, milli, class_hours, evidence))| {
            let source: Source = Source::ALL[source];
            LineFacts {
                unit: format!("T{number:02}"),
                title,
                source,
                passed: day("2000-01-01").plus_days(days),
                score: if source == Source::Outside { None } else { score },
                identity,
                supervision,
                credits: credits(milli),
                class_hours,
                evidence: Digest::from_array(evidence),
            }
        };
        lines.into_iter().map(of).collect::<Vec<LineFacts>>()
    });
    let who = (text(), text(), any::<[u8; 14]>(), any::<[u8; 8]>(), 1..=255_u8, any::<u128>());
    let kind = (word(), 1..=255_u8, word(), text(), text(), text());
    let what = (0..=3_i64, 0..=3_i64, 0..20_000_000_i64, 0..2_000_i64, 0..4_000_000_000_i64, 0..20_000_u32, any::<[u8; 32]>());
    let place = (1..=32_767_u32, 0..131_072_u32);
    (who, kind, what, lines, place).prop_map(|(who, kind, what, lines, (list, position))| Facts {
        origin: origin(),
        agency: IssuerFacts {
            id: AgencyId::from_uuid(uuid::Uuid::from_u128(who.5)),
            name: who.0,
            credit_code: "91350100M000100Y43".to_owned(),
        },
        kind: KindFacts { id: kind.0, paper_code: kind.1, edition: kind.2, title: kind.3, footer: kind.4, criteria: kind.5 },
        code: LongCode::from_chance(who.2),
        number: Number::from_chance(who.3),
        version: who.4,
        name: who.1,
        awarded: day("2000-01-01").plus_days(what.5),
        signed_at: Timestamp::from_ms(what.4 * 1000),
        identity: what.0,
        supervision: what.1,
        credits: credits(what.2),
        class_hours: what.3,
        lines,
        receipts: Digest::from_array(what.6),
        place: StatusPlace { list, position },
    })
}
