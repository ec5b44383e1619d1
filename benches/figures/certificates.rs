//! Ten thousand certificates are issued as one batch, below HTTP and in this process: looked at, a sample looked at, agreed to, then reserved, signed four
//! times, verified and entered, while others write by themselves.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use credit_bank::agencies::{self, Asked, Contact, CreditCode, NewAgency, Powers};
use credit_bank::certificates::{self, BatchSaid, BatchSource, BatchState, Brought, Desk, LineVerdict, NewBatch, OfBatch};
use credit_bank::credentials::Origin;
use credit_bank::db::Tx;
use credit_bank::identity::{
    self, BirthYear, ConsentWay, Grant, Login, NewPerson, NewStaff, Newcomer, PersonName, Role, Secret, Sender, StaffPerson,
};
use credit_bank::kernel::{
    Acting, AgencyId, AttemptId, CertificateBatchId, Credits, IdentityLevel, LearnerId, OrganisationId, Permille, digest_of,
};
use credit_bank::ledger::seal::{self, Alarm, Sealer};
use credit_bank::outbox::Standing;
use credit_bank::places::{self, NewOrganisation, OrganisationKind, PlaceCode, SourcePlace};
use credit_bank::recognition::{self, Evidence, Levels, SupervisionLevel, UnitTerms};
use entity::certificate_batch_line;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::load::{Seen, all_at_once};
use crate::process::{forget_most_memory, status_mib};
use crate::reading::millis;
use crate::stock::{SHELF, Stock};
use crate::{name_of, show};

/// Certificates in the batch.
const CERTIFICATES: usize = 10_000;
/// So many at once prepare.
const AT_ONCE: usize = 100;
/// Others who write meanwhile, and how long each rests between two writes.
const OTHERS: u32 = 8;
const REST: Duration = Duration::from_millis(50);
const TOWN: &str = "330182001";
pub const UNIT: &str = "T19";

/// An agency that issues 单元学习证明, its two hands, and people who have passed the unit.
pub struct House {
    pub agency: AgencyId,
    pub officer: LearnerId,
    pub reviewer: LearnerId,
    pub people: Vec<LearnerId>,
    pub desk: Desk,
}

pub async fn measure(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let house = prepare(&stock, CERTIFICATES).await;
    forget_most_memory();
    let me = std::process::id();
    let before = status_mib(me, "VmRSS:").unwrap();
    let is_over = AtomicBool::new(false);
    let work = async {
        let took = issues(&stock, &house).await;
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
    let ([kept, looked, issued], outcome) = futures_util::join!(work, all_at_once(others));
    let details = format!(
        "read and kept {:.1} s, looked at {:.1} s, issued {:.1} s; {before:.0} MiB before, {:.0} MiB at most",
        kept.as_secs_f64(),
        looked.as_secs_f64(),
        issued.as_secs_f64(),
        status_mib(me, "VmHWM:").unwrap(),
    );
    let rate = 10_000.0 / issued.as_secs_f64();
    let name = format!("10,000 certificates decided and signed as a batch, {}", name_of(engine));
    show(&name, "≥ 300 a second, ≤ 256 MiB", &format!("{rate:.0} a second"), &details);
    let p99 = format!("{:.0} ms", millis(outcome.quantile(0.99)));
    show(&format!("others' writes meanwhile, {}", name_of(engine)), "p99 ≤ 200 ms", &p99, &outcome.details("registrations"));
}

/// The whole way of a batch; how long keeping, looking and issuing took.
async fn issues(stock: &Stock, house: &House) -> [Duration; 3] {
    let (db, desk) = (&stock.db, &house.desk);
    let content: Vec<u8> = house.people.iter().flat_map(|learner| *learner.uuid().as_bytes()).collect();
    let new = NewBatch {
        agency: house.agency,
        kind: "unit".to_owned(),
        about: UNIT.to_owned(),
        source: BatchSource::File,
        code: certificates::batch_code(stock.keys(), BatchSource::File, ("unit", UNIT), &content),
        by: house.officer,
        client: None,
        lines: (2..).zip(house.people.iter().copied().map(BatchSaid::of)).collect(),
    };
    let begun = Instant::now();
    let Brought::New(id) = certificates::bring_batch(db, desk, &new).await.unwrap() else { panic!("the batch is new") };
    let kept = begun.elapsed();
    while certificates::check_batch(db, desk, id).await.unwrap() {}
    let looked = begun.elapsed();
    agrees(stock, house, id).await;
    let agreed = begun.elapsed();
    while certificates::run_batch(db, desk, (id, "12345")).await.unwrap().is_some() {}
    let issued = begun.elapsed();
    let batch = certificates::find_batch(db.read(), house.agency, id).await.unwrap();
    assert_eq!((batch.state, batch.wrong), (BatchState::Done, 0));
    [kept, looked - kept, issued - agreed]
}

/// The officer asks; the reviewer looks at the sample and agrees.
async fn agrees(stock: &Stock, house: &House, id: CertificateBatchId) {
    let db = &stock.db;
    let of = |by| OfBatch { agency: house.agency, batch: id, by };
    let (asking, deciding) = (of(house.officer), of(house.reviewer));
    let keys = stock.keys().clone();
    db.write(async move |tx: &Tx| certificates::ask_for_batch(tx, &keys, asking).await).await.unwrap();
    let sample = certificate_batch_line::Entity::find()
        .filter(certificate_batch_line::Column::BatchId.eq(id.uuid()))
        .filter(certificate_batch_line::Column::InSample.eq(1))
        .all(db.read())
        .await
        .unwrap();
    for line in sample {
        let shown = credit_bank::kernel::Digest::from_slice(&line.basis_hash.unwrap()).unwrap();
        let (desk, verdict) = (house.desk.clone(), LineVerdict::Right(shown));
        let look = async move |tx: &Tx| certificates::look_at_line(tx, &desk, deciding, (line.number, &verdict)).await;
        db.write(look).await.unwrap();
    }
    let shown = certificates::find_batch(db.read(), house.agency, id).await.unwrap().shown();
    db.write(async move |tx: &Tx| certificates::agree_to_batch(tx, deciding, &shown).await).await.unwrap();
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

async fn school(stock: &Stock) -> OrganisationId {
    let place = |(code, parent, name): &(&str, &str, &str)| SourcePlace {
        code: (*code).to_owned(),
        parent: (*parent).to_owned(),
        name: (*name).to_owned(),
    };
    let tree = [("33", "", "浙江省"), ("3301", "33", "杭州市"), ("330182", "3301", "建德市"), (TOWN, "330182", "青石镇")];
    let rows: Vec<SourcePlace> = tree.iter().map(place).collect();
    stock.db.write(async move |tx| places::keep_local(tx, &rows, "bench").await).await.unwrap();
    let new = NewOrganisation {
        kind: OrganisationKind::ServicePoint,
        name: "成人学校".to_owned(),
        place_code: TOWN.to_owned(),
        line: None,
        address: None,
        phone: None,
        opening_hours: None,
        is_sample: false,
    };
    stock.db.write(async move |tx: &Tx| places::add_organisation(tx, &new).await).await.unwrap()
}

/// An agency that issues 单元学习证明, its two hands, and so many people who have passed the unit, sealed.
pub async fn prepare(stock: &Stock, count: usize) -> House {
    let school = school(stock).await;
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
    let asked = Asked {
        agency,
        powers: Powers {
            units: vec![UNIT.to_owned()],
            kinds: vec!["unit".to_owned()],
            second_for: Vec::new(),
            per_learner: Credits::from_milli(1_000).unwrap(),
            per_year: Credits::from_milli(100_000_000).unwrap(),
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
    let officer = staff(stock, "officer", Role::Officer, Some(school)).await;
    let reviewer = staff(stock, "reviewer", Role::Reviewer, Some(school)).await;
    let people = crowd(stock, count).await;
    for some in people.chunks(AT_ONCE) {
        join_all(some.iter().map(|learner| passes(stock, *learner))).await;
    }
    seals(stock).await;
    let origin = Origin::parse("https://bank.example.cn");
    let desk = Desk { shelf: SHELF.clone(), keys: stock.keys().clone(), origin };
    House { agency, officer, reviewer, people, desk }
}

async fn crowd(stock: &Stock, count: usize) -> Vec<LearnerId> {
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
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
        let most = identity::STAGED_AT_ONCE.min(count - all.len());
        let newcomers: Vec<Newcomer> = (0..most).map(of).collect();
        let (keys, some) = (stock.keys().clone(), newcomers.clone());
        let settle = async move |tx: &Tx| {
            identity::stage(tx, &keys, &some, ConsentWay::Paper).await?;
            identity::activate(tx, &keys, (LearnerId::NOBODY, &sender()), &some).await
        };
        stock.db.write(settle).await.unwrap();
        all.extend(newcomers.iter().map(|one| one.learner));
    }
    all
}

async fn passes(stock: &Stock, learner: LearnerId) {
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let evidence = Evidence::UnitTest {
        attempt: AttemptId::fresh(stock.db.clock().now()),
        unit: UNIT.to_owned(),
        edition: "e1".to_owned(),
        score: Permille::of(8, 10),
        supervision_level: SupervisionLevel::RANDOM_ITEMS,
        evidence_hash: digest_of(&[b"answers"]),
    };
    let terms = UnitTerms {
        unit: UNIT.to_owned(),
        credits: Credits::from_milli(250).unwrap(),
        minutes_per_class_hour: 45,
        class_hours: 4,
        least: Levels::from_values(1, 1).unwrap(),
        rule_version: "2026.1".to_owned(),
        responsible_org: "县学分银行".to_owned(),
        most_per_hour: None,
    };
    let work =
        async move |tx: &Tx| recognition::recognise(tx, &acting, &evidence, &terms, &Standing::default(), &[]).await.map(|_| ());
    stock.db.write::<_, recognition::Error, _>(work).await.unwrap();
}

/// Everything waits for its leaf no longer.
async fn seals(stock: &Stock) {
    let keys = stock.folder.path().join("keys");
    let signer = seal::open_log(&stock.db, &keys, "bench.invalid/ledger").await.unwrap();
    let mut sealer = Sealer::new(stock.db.clone(), keys, signer, Alarm::default());
    while seal::count_waiting(stock.db.read()).await.unwrap() > 0 {
        sealer.seal_waiting().await.unwrap();
    }
}
