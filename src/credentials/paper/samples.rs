//! Certificates of nobody, for the tests of paper.

use ed25519_dalek::{Signer as _, SigningKey};

use super::SheetWords;
use crate::credentials::book::{BookAgency, BookKind, BookUnit, KeyBook, KeyFacts};
use crate::credentials::code::{LongCode, Number};
use crate::credentials::facts::{Facts, IssuerFacts, KindFacts, LineFacts, Origin, Source, StatusPlace};
use crate::credentials::paper_code::{self, Symbol};
use crate::credentials::{IssuerId, ProofOptions, document, document_hash, hash_data, with_proof};
use crate::kernel::{Credits, Day, Digest, Timestamp};

/// 2026-11-27, ten in the morning in Shanghai.
pub(in crate::credentials) const SIGNED_AT: Timestamp = Timestamp::from_ms(1_795_744_800_000);
/// Titles of the 23 units.
pub(in crate::credentials) const TITLES: [&str; 23] = [
    "连上网，用好手机",
    "找到适合自己的学习资源",
    "用好公共数据与开放资源",
    "网上办事少跑腿",
    "智能家居轻松用",
    "我的智慧社区",
    "放心网购、支付和出行",
    "学会、帮人、求助",
    "车间里的数字技能",
    "手机成为新农具",
    "新职业新机会",
    "安全上网、科学用网、网上创业",
    "数字治理能力",
    "家校数字教育与视力健康",
    "学一门数字技能",
    "学分银行怎么用",
    "小微企业数字化起步",
    "用数据说话",
    "防诈骗，守好钱袋子",
    "保护个人信息",
    "依法上网",
    "文明上网、健康用网",
    "数字道德与人工智能",
];
const KINDS: [(&str, &str); 4] =
    [("unit", "单元学习证明"), ("foundation", "基础学习证书"), ("extension", "拓展学习证书"), ("full", "全域学习证书")];
const FOOTER: &str = "本证书证明学习和考核结果，不是学历证书、职业资格证书或职业技能等级证书。";

/// The agency's key in these tests.
pub(in crate::credentials) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A certificate of these units, the numbers of which are given.
pub(in crate::credentials) fn facts(host: &str, name: &str, kind: usize, units: &[usize]) -> Facts {
    let lines: Vec<LineFacts> = units
        .iter()
        .map(|number| {
            let source = Source::ALL[number % 3];
            LineFacts {
                unit: format!("T{number:02}"),
                title: TITLES.get(number - 1).copied().unwrap_or("一门以后才有的课").to_owned(),
                source,
                passed: Day::parse("2026-03-02").unwrap().plus_days(u32::try_from(number * 7).unwrap()),
                score: (source != Source::Outside).then_some(90),
                identity: 2,
                supervision: if source == Source::Supervised { 2 } else { 1 },
                credits: Credits::from_milli(250).unwrap(),
                class_hours: 4,
                evidence: Digest::from_array([u8::try_from(*number).unwrap(); 32]),
            }
        })
        .collect();
    let count = i64::try_from(lines.len()).unwrap();
    Facts {
        origin: Origin::of_host(host).unwrap(),
        agency: IssuerFacts {
            id: "01936f00-0000-7000-8000-000000000001".parse().unwrap(),
            name: "青禾县社区学院".to_owned(),
            credit_code: "91350100M000100Y43".to_owned(),
        },
        kind: KindFacts {
            id: KINDS[kind].0.to_owned(),
            paper_code: u8::try_from(kind + 1).unwrap(),
            edition: "2026.11".to_owned(),
            title: KINDS[kind].1.to_owned(),
            footer: FOOTER.to_owned(),
            criteria: "学完一条学习路径的必修课并考核合格。".to_owned(),
        },
        code: LongCode::from_chance([0x3a, 0x87, 0x4b, 0x9b, 0xfa, 0x76, 0x16, 0x08, 0xef, 0x91, 0x85, 0x62, 0x1f, 0x4c]),
        number: Number::from_chance(12_345_678_901_u64.to_be_bytes()),
        version: 1,
        name: name.to_owned(),
        awarded: Day::parse("2026-11-27").unwrap(),
        signed_at: SIGNED_AT,
        identity: 2,
        supervision: 2,
        credits: Credits::from_milli(250 * count).unwrap(),
        class_hours: 4 * count,
        lines,
        receipts: Digest::from_array([5; 32]),
        place: StatusPlace { list: 1, position: 94_567 },
    }
}

/// The words of a certificate, in Chinese.
pub(super) fn words(facts: &Facts) -> SheetWords {
    let way = |source| match source {
        Source::Online => "线上考核",
        Source::Supervised => "监督考核",
        Source::Outside => "成果认定",
    };
    let (year, month, day) = facts.signed_at.day().parts();
    SheetWords {
        lang: "zh-CN".to_owned(),
        bank: "数字素养学分银行".to_owned(),
        sentence: "学完以下课程，考核合格，特发此证。".to_owned(),
        figures: vec![
            (facts.lines.len().to_string(), "门课程".to_owned()),
            (facts.credits.to_string(), "学分".to_owned()),
            (facts.class_hours.to_string(), "标准学时".to_owned()),
        ],
        levels: vec![
            "身份核验 2 级：工作人员当面看过证件，或经政府平台核对".to_owned(),
            "监督考核 2 级：至少一次考核有人在场监督".to_owned(),
        ],
        heads: ["课程", "合格日期", "方式", "身份 · 监督"].map(str::to_owned),
        lines: facts
            .lines
            .iter()
            .map(|line| {
                [line.passed.to_string(), way(line.source).to_owned(), format!("{} 级 · {} 级", line.identity, line.supervision)]
            })
            .collect(),
        overleaf: format!("所学 {} 门课程，列在后页。", facts.lines.len()),
        courses: "所学课程".to_owned(),
        credit_code: ["发证机构统一社会信用代码".to_owned(), facts.agency.credit_code.clone()],
        day: format!("{year} 年 {month} 月 {day} 日"),
        version: (facts.version > 1).then(|| format!("第 {} 版", facts.version)),
        seal: format!("{}的印章图样", facts.agency.name),
        seal_note: "印章图样；数字签名用于防伪核验".to_owned(),
        code_picture: "核验用的二维码，内容与旁边的编号和核验码相同".to_owned(),
        number: "证书编号".to_owned(),
        code: "核验码".to_owned(),
        scan: format!("扫一扫核验；或打开 {}/v 输入编号和姓名", facts.origin.host()),
        mistakes: "发现有误请拨 12345".to_owned(),
        credential: "签过名的证书原文，以它为准".to_owned(),
        receipts: "每一门课在账本里的凭证".to_owned(),
    }
}

/// What a verifier knows of these certificates' bank.
pub(in crate::credentials) fn book(facts: &Facts) -> KeyBook {
    let day = |text| Day::parse(text).unwrap();
    KeyBook {
        origin: facts.origin.clone(),
        made_at: SIGNED_AT,
        agencies: vec![BookAgency {
            id: facts.agency.id,
            name: facts.agency.name.clone(),
            credit_code: facts.agency.credit_code.clone(),
            is_closed: false,
            keys: vec![KeyFacts { public: key().verifying_key(), from: day("2026-01-01"), until: None, distrusted_at: None }],
        }],
        kinds: (1_u8..)
            .zip(KINDS)
            .map(|(paper_code, (id, title))| BookKind {
                paper_code,
                id: id.to_owned(),
                title: title.to_owned(),
                footer: FOOTER.to_owned(),
            })
            .collect(),
        units: (1..)
            .zip(TITLES)
            .map(|(number, title)| BookUnit { code: format!("T{number:02}"), title: title.to_owned(), area: "A1".to_owned() })
            .collect(),
    }
}

/// The signed document.
pub(super) fn credential(facts: &Facts) -> String {
    let issuer = IssuerId::Web(facts.origin.clone(), facts.agency.id);
    let document = document(facts, &issuer);
    let options = ProofOptions::new(&issuer, &key().verifying_key(), facts.signed_at);
    let signature = key().sign(&hash_data(&document, &options).unwrap()).to_bytes();
    with_proof(document, &options, &signature).to_string()
}

/// Bytes of the code, and their signature.
pub(in crate::credentials) fn signed(facts: &Facts) -> (Vec<u8>, [u8; 64]) {
    let document = document(facts, &IssuerId::Web(facts.origin.clone(), facts.agency.id));
    let bytes = paper_code::bytes_of(facts, &key().verifying_key(), &document_hash(&document).unwrap()).unwrap();
    let signature = key().sign(&paper_code::signed_bytes(facts.origin.host(), &facts.code, &bytes)).to_bytes();
    (bytes, signature)
}

/// The symbol of the whole code.
pub(super) fn symbol(facts: &Facts) -> Symbol {
    let (bytes, signature) = signed(facts);
    paper_code::symbol(facts.origin.host(), &facts.code, &bytes, &signature).unwrap()
}

/// A round seal, red on nothing: a ring, a star, no word of any state.
pub(super) fn seal(side: u32) -> Vec<u8> {
    let middle = f64::from(side) / 2.0;
    let picture = image::RgbaImage::from_fn(side, side, |x, y| {
        let (x, y) = (f64::from(x) + 0.5 - middle, f64::from(y) + 0.5 - middle);
        let (radius, angle) = (x.hypot(y) / middle, y.atan2(x) + std::f64::consts::FRAC_PI_2);
        let fifth = 2.0 * std::f64::consts::PI / 5.0;
        let within = (angle.rem_euclid(fifth) - fifth / 2.0).abs();
        let star = 0.34 * (std::f64::consts::PI / 5.0 * 0.5).cos() / (2.6 * (fifth / 2.0 - within)).cos().max(0.55);
        let is_ring = (0.9..0.97).contains(&radius) || (0.62..0.8).contains(&radius) && ((angle * 9.0).cos() > 0.2);
        let ink = if is_ring || radius < star * 0.8 { 200 } else { 0 };
        image::Rgba([0xA1, 0x26, 0x1D, ink])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
