//! A list of ten thousand people is enrolled, below HTTP and in this process, while others register by themselves.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use credit_bank::db::Tx;
use credit_bank::enrolment::{self, Format, NewBatch, Read, RowState};
use credit_bank::identity::{
    self, BirthYear, ConsentWay, Grant, Login, NewPerson, NewStaff, PersonName, Role, Secret, Sender, StaffPerson, StaffScope,
};
use credit_bank::kernel::IdentityLevel;
use credit_bank::places::{self, PlaceCode, SourcePlace};

use crate::load::{Seen, all_at_once};
use crate::process::{forget_most_memory, most_memory_mib};
use crate::reading::millis;
use crate::stock::Stock;
use crate::{name_of, show};

/// People in the list, and people of the county who are registered before.
const PEOPLE: usize = 10_000;
const BEFORE: usize = 2_000;
/// Others who write meanwhile, and how long each rests between two writes.
const OTHERS: u32 = 8;
const REST: Duration = Duration::from_millis(50);

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
const GIVEN: &str = "桂英秀兰建国玉珍淑芳国庆美华志明春梅德福金花凤霞永强丽娟海燕文斌少云宝珠长发";

/// Given names of those who register meanwhile. None sounds like one of the list: whoever sounds alike and was not shown to whoever has
/// decided breaks a list off, as it should be.
const GIVEN_TO_OTHERS: &str = "鹏浩轩泽睿凯帆诺琪柔";

/// The `number`th made-up name, and a year.
fn somebody(number: usize) -> (String, usize) {
    named(number, GIVEN)
}

fn named(number: usize, given: &str) -> (String, usize) {
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), given.chars().collect());
    let name = [surnames[number % surnames.len()], given[number / 7 % given.len()], given[number / 131 % given.len()]];
    (name.iter().collect(), 1930 + number / 3 % 40)
}

/// The file, as somebody brings it.
fn file() -> Vec<u8> {
    let mut text = "姓名,出生年份,手机号,村（社区）\n".to_owned();
    for number in 0..PEOPLE {
        let (name, year) = somebody(number);
        writeln!(text, "{name},{year},139{number:08},青石镇").unwrap();
    }
    text.into_bytes()
}

pub async fn measure(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let scope = prepare(&stock).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let bytes = file();
    forget_most_memory();
    let memory = most_memory_mib(std::process::id()).unwrap();
    let work = async {
        let begun = Instant::now();
        let took = enrols(&stock, &scope, &bytes).await;
        is_over.store(true, Ordering::Relaxed);
        (begun.elapsed(), took)
    };
    let number = AtomicU32::new(0);
    let others = (0..OTHERS).map(|_| async {
        let mut seen = Seen::default();
        while !is_over.load(Ordering::Relaxed) {
            let next = number.fetch_add(1, Ordering::Relaxed);
            seen.time(registers(&stock, next)).await;
            sleep(REST).await;
        }
        seen
    });
    let ((whole, [read, looked, made]), outcome) = futures_util::join!(work, all_at_once(others));
    let grown = most_memory_mib(std::process::id()).unwrap() - memory;
    let details = format!(
        "read and kept {:.1} s, looked at {:.1} s, enrolled {:.1} s; memory rose by {grown:.0} MiB",
        read.as_secs_f64(),
        looked.as_secs_f64(),
        made.as_secs_f64()
    );
    let name = format!("10,000 people enrolled by a list, {}", name_of(engine));
    show(&name, "≤ 20 s", &format!("{:.1} s", whole.as_secs_f64()), &details);
    let details = outcome.details("registrations");
    let p99 = format!("{:.0} ms", millis(outcome.quantile(0.99)));
    show(&format!("others' writes meanwhile, {}", name_of(engine)), "p99 ≤ 200 ms", &p99, &details);
}

/// A county with people, and somebody who brings lists.
async fn prepare(stock: &Stock) -> StaffScope {
    let place = |code: &str, parent: &str, name: &str| SourcePlace {
        code: code.to_owned(),
        parent: parent.to_owned(),
        name: name.to_owned(),
    };
    let tree = [("33", "", "浙江省"), ("3301", "33", "杭州市"), ("330182", "3301", "建德市"), ("330182001", "330182", "青石镇")];
    let rows: Vec<SourcePlace> = tree.iter().map(|(code, parent, name)| place(code, parent, name)).collect();
    stock.db.write(async move |tx| places::keep_local(tx, &rows, "bench").await).await.unwrap();
    let staff = NewStaff {
        person: StaffPerson::Named(PersonName::parse("赵强").unwrap()),
        login: Login::parse("lists").unwrap(),
        grant: Grant { role: Role::Officer, organisation: None, area: PlaceCode::parse("330182").unwrap(), line: None },
        by: None,
        is_sample: false,
    };
    let (keys, sender) = (stock.keys().clone(), sender());
    let add = async move |tx: &Tx| identity::add_staff(tx, &keys, &staff, &Secret::fresh(), &sender).await;
    let officer = stock.db.write::<_, identity::Error, _>(add).await.unwrap().learner;
    for number in 0..BEFORE {
        let (name, year) = somebody(number * 5);
        assert!(register(stock, &name, year).await);
    }
    identity::load_scope(stock.db.read(), officer).await.unwrap()
}

fn sender() -> Sender {
    Sender { site: "http://bank.test".to_owned(), help_phone: "12345".to_owned() }
}

async fn registers(stock: &Stock, number: u32) -> bool {
    let (name, year) = named(usize::try_from(number).unwrap() * 13 + 1, GIVEN_TO_OTHERS);
    register(stock, &name, year).await
}

async fn register(stock: &Stock, name: &str, year: usize) -> bool {
    let new = NewPerson {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::from_value(i64::try_from(year).unwrap()),
        phone: None,
        place_code: Some("330182001".to_owned()),
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

/// The whole way of a list; how long reading, looking and enrolling took.
async fn enrols(stock: &Stock, scope: &StaffScope, bytes: &[u8]) -> [Duration; 3] {
    let (db, keys) = (&stock.db, stock.keys());
    let begun = Instant::now();
    let mut lines = credit_bank::web::sheet::read(bytes).unwrap();
    let head = enrolment::read_head(&Format::default(), &lines.remove(0).cells).unwrap();
    let new = NewBatch {
        organisation: None,
        area: PlaceCode::parse("330182").unwrap(),
        consent: ConsentWay::Paper,
        file: enrolment::file_code(keys, bytes, &Format::default()).to_vec(),
        head,
        lines,
    };
    let Read::New(id) = enrolment::keep_list(db, keys, scope, &new).await.unwrap() else { panic!("the list is new") };
    let read = begun.elapsed();
    enrolment::check(db, keys, id).await.unwrap();
    let looked = begun.elapsed();
    let by = scope.clone();
    db.write::<_, enrolment::Error, _>(async move |tx| enrolment::decide(tx, &by, id, Some(RowState::New)).await).await.unwrap();
    enrolment::run(db, keys, &sender(), id).await.unwrap();
    let made = begun.elapsed();
    let batch = enrolment::find_batch(db.read(), scope, id).await.unwrap();
    assert_eq!(batch.state, enrolment::BatchState::Done);
    [read, looked - read, made - looked]
}
