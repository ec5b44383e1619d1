//! The binary as an operator starts it: alone in a folder, told to look after itself, with the sample county, in production.

use std::io::BufRead;
use std::process::{Child, Command, Output, Stdio};

use credit_bank::db::{self, Target};
use credit_bank::identity::{self, BirthYear, ConsentWay, Error, NewPerson, PersonName};
use credit_bank::kernel::{Clock, IdentityLevel};
use credit_bank::{i18n::Lang, ledger, places, recognition};
use entity::{certificate, help_case, ledger_transfer, person};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::binary::{BINARY, Served, copied, over, serve};
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::{Answer, Bank, Person};

/// What a production bank must be told.
const PRODUCTION: [(&str, &str); 4] = [
    ("CREDIT_BANK_PRODUCTION", "true"),
    ("CREDIT_BANK_PUBLIC_URL", "https://xuefen.example.cn"),
    ("CREDIT_BANK_SMS_URL", "http://127.0.0.1:9/sms"),
    ("CREDIT_BANK_SMTP_URL", "smtp://127.0.0.1:9"),
];

/// A running server, killed with this.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts it and waits until it says where it answers.
fn started(command: Command) -> (Server, String) {
    let Served { child, url, screen } = serve(command);
    // Its pipe stays open, as a terminal would.
    std::thread::spawn(move || screen.lines().for_each(drop));
    (Server(child), url)
}

fn visitor(url: &str) -> Person {
    Person::with(url, reqwest::header::HeaderMap::new())
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[actix_web::test]
async fn copied_alone_into_an_empty_folder_it_serves_everything_and_answers_for_its_health() {
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("credit-bank");
    std::fs::copy(BINARY, &alone).unwrap();
    let (server, url) = started(copied(&alone, folder.path()));
    let person = visitor(&url);
    let home = person.opens("/").await;
    assert!(home.status == 200 && home.body.contains("您想从哪儿学起"), "{}", home.body);
    let stylesheet = home.body.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|href| href.ends_with(".css"));
    assert_eq!(person.opens(stylesheet.unwrap()).await.status, 200);
    for (path, words) in
        [("/courses/T19", "防诈骗"), ("/courses/T19/c1/1", "下一步"), ("/help", "12345"), ("/readyz", "writer ok")]
    {
        let page = person.opens(path).await;
        assert!(page.status == 200 && page.body.contains(words), "{path}: {}", page.body);
    }
    let health =
        |address: &str| copied(&alone, folder.path()).env("CREDIT_BANK_LISTEN", address).arg("healthcheck").output().unwrap();
    let address = url.trim_start_matches("http://").to_owned();
    assert!(health(&address).status.success());
    assert!(health(&address.replace("127.0.0.1", "0.0.0.0")).status.success(), "an image listens on every address");
    drop(server);
    let gone = health(&address);
    assert!(!gone.status.success() && said(&gone).contains("没有答应"), "{}", said(&gone));
    // Places are in it too: a job loads them, and with them the file is all there is.
    let target = Target::Sqlite(folder.path().join("data/bank.sqlite"));
    let db = db::open(&target, Clock::system()).await.unwrap();
    places::import_bundled(&db).await.unwrap();
    assert!(places::is_imported(db.read()).await.unwrap());
}

async fn counts(fresh: &Fresh) -> (u64, u64, u64, u64) {
    let db = db::open(&fresh.target, Clock::system()).await.unwrap();
    let people = person::Entity::find().filter(person::Column::IsSample.eq(1)).count(db.read()).await.unwrap();
    // The first administrator, who has a link printed at each start, is real, and learns nothing.
    let learns = person::Entity::find().filter(person::Column::IsSample.eq(0)).filter(person::Column::BirthYear.is_not_null());
    let real = learns.count(db.read()).await.unwrap();
    let transfers = ledger_transfer::Entity::find().count(db.read()).await.unwrap();
    (people, real, transfers, help_case::Entity::find().count(db.read()).await.unwrap())
}

/// Signs in as somebody of the sample county by their button.
async fn being(url: &str, name: &str) -> Person {
    let person = visitor(url);
    let list = person.opens("/dev/people").await;
    let button = list.body.split("<button").find(|button| button.contains(&format!("<b>{name}·示例</b>"))).unwrap().to_owned();
    let who = button.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(person.sends(&list, "/dev/people", &[("who", who)]).await.status, 303);
    person
}

/// Every screen has something on it.
async fn look_around(url: &str) {
    let looks = [
        ("王桂英", "/", "继续学"),
        ("王桂英", "/passbook", "已记入"),
        ("王桂英", "/passbook/statement", "石桥县社区教育学院（示例）"),
        ("王桂英", "/passbook/hours", "标准学时"),
        ("王桂英", "/me", "李敏·示例（志愿者）"),
        ("王桂英", "/me/sessions", "微信"),
        ("王桂英", "/help", "0199"),
        ("周长久", "/passbook", "这一笔记错了，已经改正"),
        ("李建国", "/passbook", "先停一停"),
        ("王𬭎", "/passbook", "王𬭎·示例"),
        ("赵卫国", "/me", "退役军人"),
        ("陈新来", "/passbook", "还没有学分"),
        ("阿依古丽·艾合买提·热合曼", "/courses/T04/test", "先"),
        ("何玉兰", "/courses/T07/test", "接着"),
        ("买买提·吐尔逊", "/courses/T19", "学完"),
        ("欧阳春华", "/me", "个人信息投诉"),
        ("郑敏", "/staff/cases", "存折里的一笔有疑问"),
        ("郑敏", "/staff/audit", "冲正"),
        ("郑敏", "/staff/people", "志愿者"),
        ("郑敏", "/staff/organisations", "柳湾村服务点（示例）"),
        ("郑敏", "/staff/places/990101", "石桥县便民服务中心（示例）"),
        ("郑敏", "/staff/places?at=990101001", "石桥新村"),
        ("沈静", "/staff/cases", "个人信息投诉"),
        ("李敏", "/staff/cases", "请人给您回电"),
        ("郑敏", "/staff/cases", "请社区打印"),
        ("欧阳春华", "/me", "请社区打印"),
        ("郑敏", "/staff/people", "雷鸣·示例"),
        ("王桂英", "/certificates", "单元学习证明"),
        ("王桂英", "/shares", "村委会招信息员"),
        ("孔令芳", "/certificates", "石桥县社区教育学院（示例）"),
        ("买买提·吐尔逊", "/certificates", "暂停使用"),
        ("何玉兰", "/certificates", "撤销了"),
        ("张志强", "/certificates", "单元学习证明"),
    ];
    for (name, path, words) in looks {
        let page = being(url, name).await.opens(path).await;
        assert!(page.status == 200 && page.body.contains(words), "{name} {path}: {words} is missing in\n{}", page.body);
    }
}

/// Somebody has a passbook with very many lines.
async fn longest_passbook(fresh: &Fresh) -> usize {
    let mut longest = 0;
    for row in person::Entity::find().all(fresh.db.read()).await.unwrap() {
        let learner = credit_bank::kernel::LearnerId::from_uuid(row.learner_id);
        longest = longest.max(recognition::passbook_of(fresh.db.read(), learner).await.unwrap().entries.len());
    }
    longest
}

async fn a_county_is_settled_whole(engine: Engine) {
    let Some(fresh) = fresh(engine).await else { return };
    // Certificates name an address: that of a bank at a port that is still to be drawn is set.
    let over = |fresh: &Fresh| {
        let mut command = over(fresh);
        command.env("CREDIT_BANK_PUBLIC_URL", "http://bank.test");
        command
    };
    let mut demo = over(&fresh);
    let mut child = Server(demo.arg("--demo").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    // Killed in the middle: some have come, not all.
    while person::Entity::find().count(fresh.db.read()).await.unwrap() < 20 {
        assert!(child.0.try_wait().unwrap().is_none(), "it ended by itself");
        tokio::task::yield_now().await;
    }
    drop(child);
    assert!(!places::is_sample_imported(fresh.db.read()).await.unwrap());
    let mut again = over(&fresh);
    again.arg("--demo");
    let (server, url) = started(again);
    assert!(places::is_sample_imported(fresh.db.read()).await.unwrap());
    let whole = counts(&fresh).await;
    assert_eq!((whole.0, whole.1), (9 + 16 + 34, 0));
    assert!(whole.2 > 80 && whole.3 == 13, "{whole:?}");
    look_around(&url).await;
    assert_eq!(longest_passbook(&fresh).await, 5 + 2 * 5 * 4);
    drop(server);
    let mut third = over(&fresh);
    third.arg("--demo");
    drop(started(third));
    assert_eq!(counts(&fresh).await, whole, "settling it again changes nothing");
    let db = db::open(&fresh.target, Clock::system()).await.unwrap();
    assert!(ledger::audit(&db, |_| ()).await.unwrap().is_sound() && recognition::audit(&db).await.unwrap().is_sound());
    assert_eq!(certificate::Entity::find().count(db.read()).await.unwrap(), 4);
    // And never in production.
    let refused = over(&fresh).envs(PRODUCTION).output().unwrap();
    assert!(!refused.status.success() && said(&refused).contains("有示例人物，不能正式运行"), "{}", said(&refused));
}

#[actix_web::test]
async fn the_sample_county_is_settled_whole_and_once_although_it_was_cut_off_on_sqlite() {
    a_county_is_settled_whole(Engine::Sqlite).await;
}

#[actix_web::test]
async fn the_sample_county_is_settled_whole_and_once_although_it_was_cut_off_on_postgresql() {
    a_county_is_settled_whole(Engine::Postgres).await;
}

async fn register(fresh: &Fresh, is_sample: bool) {
    let bank_keys = credit_bank::config::Keys::open(fresh.folder.path()).unwrap();
    let new = NewPerson {
        name: PersonName::parse("王桂英").unwrap(),
        birth_year: BirthYear::from_value(1951),
        phone: None,
        place_code: None,
        groups: Vec::new(),
        font: "normal",
        lang: Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        consent: Some(ConsentWay::Screen),
        by: None,
        is_sample,
    };
    fresh.db.write::<_, Error, _>(async move |tx| identity::register(tx, &bank_keys, &new).await).await.unwrap();
}

crate::on_both! {
    async fn sample_people_and_production_refuse_each_other(fresh: Fresh) {
        let told = over(&fresh).envs(PRODUCTION).arg("--demo").output().unwrap();
        assert!(!told.status.success() && said(&told).contains("正式运行时不能有示例人物"), "{}", said(&told));
        assert_eq!(person::Entity::find().count(fresh.db.read()).await.unwrap(), 0);
        register(&fresh, true).await;
        let held = over(&fresh).envs(PRODUCTION).output().unwrap();
        assert!(!held.status.success() && said(&held).contains("有示例人物，不能正式运行"), "{}", said(&held));
    }

    async fn no_sample_people_are_put_beside_real_ones(fresh: Fresh) {
        register(&fresh, false).await;
        let refused = over(&fresh).arg("--demo").output().unwrap();
        assert!(!refused.status.success() && said(&refused).contains("已经有人登记"), "{}", said(&refused));
        assert_eq!(person::Entity::find().count(fresh.db.read()).await.unwrap(), 1);
    }

    async fn a_sample_person_is_somebody_one_can_be_and_a_real_one_is_not(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        register(&bank.fresh, true).await;
        let (_, real) = bank.learner("李建国", 2, None).await;
        let samples = identity::list_samples(bank.fresh.db.read(), &bank.house.keys).await.unwrap();
        assert_eq!(samples.len(), 1);
        let (who, learner) = (samples[0].learner.to_string(), samples[0].learner);
        let visitor = bank.visitor();
        let list = visitor.opens("/dev/people").await;
        assert!(list.body.contains("王桂英") && list.body.contains("2580") && !list.body.contains("李建国"), "{}", list.body);
        for wrong in ["", "x", &real.to_string()] {
            assert_eq!(visitor.sends(&list, "/dev/people", &[("who", wrong)]).await.status, 404, "{wrong}");
        }
        let fields = [("who", who.as_str())];
        let taps = futures_util::future::join(
            visitor.sends(&list, "/dev/people", &fields),
            visitor.sends(&list, "/dev/people", &fields),
        );
        for entered in <[Answer; 2]>::from(taps.await) {
            assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/")));
        }
        assert!(visitor.opens("/me").await.body.contains("王桂英"));
        let open = identity::list_sessions(bank.fresh.db.read(), learner, bank.clock.now()).await.unwrap();
        assert_eq!(open.len(), 1, "a double tap is one session");
        let filter = credit_bank::audit::AuditFilter { areas: vec![String::new()], most: 50, ..Default::default() };
        let trail = credit_bank::audit::list_entries(bank.fresh.db.read(), &filter).await.unwrap();
        assert!(trail.iter().any(|row| row.action == "identity.sign_in" && row.actor == Some(learner)));
        bank.close().await;
    }

    async fn in_production_there_is_no_page_for_trials(fresh: Fresh) {
        let bank = Bank::over_with(fresh, |config| config.production = true).await;
        register(&bank.fresh, true).await;
        let who = identity::list_samples(bank.fresh.db.read(), &bank.house.keys).await.unwrap()[0].learner.to_string();
        let visitor = bank.visitor();
        for path in ["/dev/people", "/dev/mailbox"] {
            assert_eq!(visitor.opens(path).await.status, 404, "{path}");
        }
        let form = visitor.opens("/help").await;
        assert_eq!(visitor.sends(&form, "/dev/people", &[("who", &who)]).await.status, 404);
        assert!(!visitor.opens("/").await.body.contains("/dev/"));
        let trial = Bank::over_with(crate::support::databases::fresh(Engine::Sqlite).await.unwrap(), |_| ()).await;
        let home = trial.visitor().opens("/").await.body;
        assert!(home.contains("/dev/people") && home.contains("/dev/mailbox"));
        assert!(!trial.visitor().opens("/help").await.body.contains("/dev/"), "on the first page only");
        trial.close().await;
        bank.close().await;
    }
}
