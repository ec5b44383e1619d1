//! Ten thousand results of a partner are credited by a roll, below HTTP and in this process, while others write by themselves.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use credit_bank::agencies::{self, Asked, Contact, CreditCode, NewAgency, Powers};
use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{
    self, BirthYear, ConsentWay, Grant, Login, NewPerson, NewStaff, Newcomer, PersonName, Role, Secret, Sender, StaffPerson,
};
use credit_bank::kernel::{AgencyId, CardNumber, Credits, IdentityLevel, LearnerId, OrganisationId, RuleId};
use credit_bank::places::{self, NewOrganisation, OrganisationKind, PlaceCode, SourcePlace};
use credit_bank::recognition::Levels;
use credit_bank::rolls::{self, NewRoll, Read, RollState};
use entity::conversion_rule;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::load::{Seen, all_at_once};
use crate::reading::millis;
use crate::stock::Stock;
use crate::{name_of, show};

/// Results in the roll.
const RESULTS: usize = 10_000;
/// Others who write meanwhile, and how long each rests between two writes.
const OTHERS: u32 = 8;
const REST: Duration = Duration::from_millis(50);
const TOWN: &str = "330182001";

struct House {
    agency: AgencyId,
    rule: RuleId,
    officer: LearnerId,
    reviewer: LearnerId,
    cards: Vec<CardNumber>,
}

pub async fn measure(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let house = prepare(&stock).await;
    let is_over = AtomicBool::new(false);
    let work = async {
        let took = credits(&stock, &house).await;
        is_over.store(true, Ordering::Relaxed);
        took
    };
    let number = AtomicU32::new(0);
    let others = (0..OTHERS).map(|_| async {
        let mut seen = Seen::default();
        while !is_over.load(Ordering::Relaxed) {
            seen.time(registers(&stock, number.fetch_add(1, Ordering::Relaxed))).await;
            sleep(REST).await;
        }
        seen
    });
    let ([kept, looked, booked], outcome) = futures_util::join!(work, all_at_once(others));
    let details = format!(
        "read and kept {:.1} s, looked at {:.1} s, looked at once more and booked {:.1} s",
        kept.as_secs_f64(),
        looked.as_secs_f64(),
        booked.as_secs_f64()
    );
    let rate = 10_000.0 / booked.as_secs_f64();
    let name = format!("10,000 results credited by a roll, {}", name_of(engine));
    show(&name, "≥ 1,500 a second", &format!("{rate:.0} a second"), &details);
    let p99 = format!("{:.0} ms", millis(outcome.quantile(0.99)));
    show(&format!("others' writes meanwhile, {}", name_of(engine)), "p99 ≤ 200 ms", &p99, &outcome.details("registrations"));
}

/// The whole way of a roll; how long keeping, looking and booking took.
async fn credits(stock: &Stock, house: &House) -> [Duration; 3] {
    let (db, keys) = (&stock.db, stock.keys());
    let mut text = "学员,证书编号,学分,通过日期\n".to_owned();
    for (number, card) in house.cards.iter().enumerate() {
        writeln!(text, "{},ZJ-{number:06},1,2026-01-08", card.as_str()).unwrap();
    }
    let begun = Instant::now();
    let mut lines = credit_bank::web::sheet::read(text.as_bytes()).unwrap();
    let head = rolls::read_head(&lines.remove(0).cells).unwrap();
    let levels = Levels::from_values(2, 2).unwrap();
    let new = NewRoll {
        agency: house.agency,
        rule: house.rule,
        worth: Credits::from_milli(250).unwrap(),
        levels,
        file: rolls::file_code(keys, text.as_bytes(), (house.rule, levels)),
        by: house.officer,
        client: None,
        head,
        lines,
    };
    let Read::New(id) = rolls::keep_roll(db, keys, &new).await.unwrap() else { panic!("the roll is new") };
    let kept = begun.elapsed();
    rolls::check(db, keys, id).await.unwrap();
    let looked = begun.elapsed();
    let of = |by| rolls::Deciding { agency: house.agency, roll: id, by };
    let (asking, agreeing) = (of(house.officer), of(house.reviewer));
    db.write(async move |tx: &Tx| rolls::ask(tx, asking).await).await.unwrap();
    let shown = rolls::shown_of(&rolls::find_roll(db.read(), house.agency, id).await.unwrap());
    let worth = Credits::from_milli(250).unwrap();
    db.write(async move |tx: &Tx| rolls::agree(tx, agreeing, (&shown, worth)).await).await.unwrap();
    let agreed = begun.elapsed();
    assert_eq!(rolls::run(db, keys, id).await.unwrap(), None);
    let booked = begun.elapsed();
    let roll = rolls::find_roll(db.read(), house.agency, id).await.unwrap();
    assert_eq!((roll.state, roll.wrong), (RollState::Done, 0));
    [kept, looked - kept, booked - agreed]
}

fn sender() -> Sender {
    Sender { site: "http://bank.test".to_owned(), help_phone: "12345".to_owned() }
}

async fn registers(stock: &Stock, number: u32) -> bool {
    let new = NewPerson {
        name: PersonName::parse("陈秀兰").unwrap(),
        birth_year: BirthYear::from_value(i64::from(1930 + number % 40)),
        phone: None,
        place_code: Some(TOWN.to_owned()),
        groups: Vec::new(),
        font: "normal",
        lang: credit_bank::i18n::Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        consent: Some(ConsentWay::Screen),
        by: None,
        is_sample: false,
    };
    let keys = stock.keys().clone();
    stock.db.write::<_, identity::Error, _>(async move |tx| identity::register(tx, &keys, &new).await).await.is_ok()
}

async fn organisation(stock: &Stock, name: &str) -> OrganisationId {
    let new = NewOrganisation {
        kind: OrganisationKind::ServicePoint,
        name: name.to_owned(),
        place_code: TOWN.to_owned(),
        line: None,
        address: None,
        phone: None,
        opening_hours: None,
        is_sample: false,
    };
    stock.db.write(async move |tx: &Tx| places::add_organisation(tx, &new).await).await.unwrap()
}

async fn staff(stock: &Stock, login: &str, role: Role, organisation: Option<OrganisationId>) -> LearnerId {
    let staff = NewStaff {
        person: StaffPerson::Named(PersonName::parse("赵强").unwrap()),
        login: Login::parse(login).unwrap(),
        grant: Grant { role, organisation, area: PlaceCode::parse(TOWN).unwrap(), line: None },
        by: None,
        is_sample: false,
    };
    let (keys, sender) = (stock.keys().clone(), sender());
    let add = async move |tx: &Tx| identity::add_staff(tx, &keys, &staff, &Secret::fresh(), &sender).await;
    stock.db.write::<_, identity::Error, _>(add).await.unwrap().learner
}

/// A county with people, an agency with its two hands, and a rule.
async fn prepare(stock: &Stock) -> House {
    let place = |(code, parent, name): &(&str, &str, &str)| SourcePlace {
        code: (*code).to_owned(),
        parent: (*parent).to_owned(),
        name: (*name).to_owned(),
    };
    let tree = [("33", "", "浙江省"), ("3301", "33", "杭州市"), ("330182", "3301", "建德市"), (TOWN, "330182", "青石镇")];
    let rows: Vec<SourcePlace> = tree.iter().map(place).collect();
    stock.db.write(async move |tx| places::keep_local(tx, &rows, "bench").await).await.unwrap();
    let (school, partner) = (organisation(stock, "成人学校").await, organisation(stock, "省开放大学").await);
    let (first, second) =
        (staff(stock, "first", Role::Administrator, None).await, staff(stock, "second", Role::Administrator, None).await);
    let new = NewAgency {
        organisation: school,
        credit_code: CreditCode::parse("12330182MB1A234560").unwrap(),
        line: None,
        contact: Contact { phone: "0571-64000009".to_owned(), words: None },
        by: first,
    };
    let key = agencies::fresh_key(stock.keys(), AgencyId::fresh(stock.db.clock().now()));
    let agency = stock.db.write(async move |tx: &Tx| agencies::register(tx, &new, &key).await).await.unwrap();
    let today = stock.db.clock().now().day();
    let credits = |milli| Credits::from_milli(milli).unwrap();
    let asked = Asked {
        agency,
        powers: Powers {
            units: vec!["T19".to_owned()],
            kinds: Vec::new(),
            second_for: Vec::new(),
            per_learner: credits(1000),
            per_year: credits(100_000_000),
            from: today,
            until: today.plus_days(300),
        },
        ground: "发文".to_owned(),
        asker: first,
        responsible_org: "县学分银行".to_owned(),
    };
    let request = stock.db.write(async move |tx: &Tx| agencies::ask(tx, &asked).await).await.unwrap();
    let agree = async move |tx: &Tx| {
        let shown = agencies::shown_before(tx, agency, request).await?;
        agencies::agree(tx, (agency, request), second, &shown).await
    };
    stock.db.write::<_, agencies::Error, _>(agree).await.unwrap();
    let rule = has_rule(stock, agency, partner).await;
    let officer = staff(stock, "officer", Role::Officer, Some(school)).await;
    let reviewer = staff(stock, "reviewer", Role::Reviewer, Some(school)).await;
    House { agency, rule, officer, reviewer, cards: crowd(stock).await }
}

async fn has_rule(stock: &Stock, agency: AgencyId, partner: OrganisationId) -> RuleId {
    let now = stock.db.clock().now();
    let id = RuleId::fresh(now);
    let row = conversion_rule::Model {
        id: id.uuid(),
        agency_id: agency.uuid(),
        partner_id: partner.uuid(),
        partner_name: "省开放大学".to_owned(),
        direction: "in".to_owned(),
        unit: "T19".to_owned(),
        version: 1,
        title: "智能手机入门".to_owned(),
        numerator: 1,
        denominator: 4,
        step: 250,
        least_identity: 1,
        least_supervision: 1,
        evidence: "证书".to_owned(),
        from_day: now.day().to_string(),
        until_day: None,
        deciders: 2,
        most_milli: None,
        promised_days: 10,
        tests: String::new(),
        copied_from: None,
        state: "published".to_owned(),
        drafted_by: uuid::Uuid::from_u128(1),
        drafted_at_ms: now.ms(),
        published_by: Some(uuid::Uuid::from_u128(2)),
        published_at_ms: Some(now.ms()),
        run_digest: Some(vec![0; 32]),
        ended_day: None,
        ended_at_ms: None,
        ended_by: None,
        ended_why: None,
        record_class: "recognition".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        formed_at_ms: now.ms(),
        retention: "permanent".to_owned(),
        openness: "open".to_owned(),
        format_version: 1,
    };
    let insert = async move |tx: &Tx| {
        let row = row.clone().into_active_model().reset_all();
        conversion_rule::Entity::insert(row).exec_without_returning(tx).await?;
        Ok::<_, DbFault>(())
    };
    stock.db.write(insert).await.unwrap();
    id
}

async fn crowd(stock: &Stock) -> Vec<CardNumber> {
    let mut all = Vec::with_capacity(RESULTS);
    while all.len() < RESULTS {
        let of = |_| Newcomer {
            learner: LearnerId::fresh(stock.db.clock().now()),
            name: PersonName::parse("王桂英").unwrap(),
            year: BirthYear::from_value(1951).unwrap(),
            phone: None,
            place_code: TOWN.to_owned(),
            group: None,
            font: "normal",
            document: None,
        };
        let newcomers: Vec<Newcomer> = (0..identity::STAGED_AT_ONCE).map(of).collect();
        let (keys, some) = (stock.keys().clone(), newcomers.clone());
        let settle = async move |tx: &Tx| {
            identity::stage(tx, &keys, &some, ConsentWay::Paper).await?;
            identity::activate(tx, &keys, (LearnerId::NOBODY, &sender()), &some).await
        };
        stock.db.write(settle).await.unwrap();
        let ids: Vec<LearnerId> = newcomers.iter().map(|one| one.learner).collect();
        let area = [PlaceCode::parse(TOWN).unwrap()];
        let cards = identity::cards_of(stock.db.read(), stock.keys(), &area, &ids).await.unwrap();
        all.extend(cards.into_iter().map(|(_, _, card)| card));
    }
    all
}
