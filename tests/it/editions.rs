//! Another edition while people learn: everybody goes on where they were, tests are graded as they were asked, and a folder with faults
//! changes nothing.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use credit_bank::curriculum::{self, Shelf};
use credit_bank::db::{self, Db};
use credit_bank::identity::Role;
use credit_bank::kernel::{Clock, LearnerId};
use credit_bank::learning;
use entity::{attempt, result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::assessment_pages::{answers, begins, hands_in, right_fields};
use crate::support::binary::{Served, over, serve};
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::editions::{OTHERWISE, next_spring, rewritten, versioned, written_to};
use crate::support::server::{Answer, Bank, Person, SHELF};

/// A folder with the edition in the binary, beside the database of a test.
fn folder_in(fresh: &Fresh) -> PathBuf {
    let folder = fresh.folder.path().join("curriculum");
    written_to(&folder);
    folder
}

/// A bank that takes its courses from the folder.
async fn bank_of(fresh: Fresh, folder: &Path) -> Bank {
    let folder = folder.to_owned();
    let bank = Bank::over_with(fresh, |config| config.curriculum_dir = Some(folder)).await;
    curriculum::keep(&bank.fresh.db, SHELF.edition(), "县学分银行").await.unwrap();
    bank
}

async fn presses(admin: &Person) -> Answer {
    admin.sends(&admin.opens("/staff/editions").await, "/staff/editions", &[]).await
}

/// Somebody in the middle of everything.
struct InTheMiddle {
    person: Person,
    learner: LearnerId,
    /// The last card of T19-c1, shown and not yet gone on from.
    card: Answer,
    /// The first question of that lesson, shown and not yet answered.
    quiz: Answer,
    /// The test, half answered.
    test: String,
    /// One of its items, which may be left out of the bank.
    gone: String,
}

impl InTheMiddle {
    async fn of(person: Person, learner: LearnerId, db: &Db) -> Self {
        for lesson in ["c2", "c5"] {
            let page = person.opens(&format!("/courses/T19/{lesson}/done")).await;
            assert_eq!(person.sends(&page, &format!("/courses/T19/{lesson}/done"), &[]).await.status, 303);
        }
        for card in 1..=12 {
            let page = person.opens(&format!("/courses/T19/c1/{card}")).await;
            assert_eq!(person.sends(&page, &format!("/courses/T19/c1/{card}"), &[]).await.status, 303);
        }
        let card = person.opens("/courses/T19/c1").await;
        assert!(card.body.contains("第\u{a0}13\u{a0}张"), "{}", card.body);
        let quiz = person.opens("/courses/T19/c1/quiz/1").await;
        let test = begins(&person).await;
        for position in 1..=5 {
            let fields = right_fields(db, learner, &test, position).await;
            assert_eq!(answers(&person, &format!("{test}/{position}"), &fields).await.status, 303);
        }
        let row =
            attempt::Entity::find().filter(attempt::Column::LearnerId.eq(learner.uuid())).one(db.read()).await.unwrap().unwrap();
        let shelf: &Shelf = &SHELF;
        // These three are needed for an outcome that has few.
        let needed = ["T19-i45", "T19-i46", "T19-i47"];
        let asked = |item: &&credit_bank::curriculum::model::Item| row.items.contains(&item.hash.to_string());
        let of_test = shelf.items_of("T19".parse().unwrap()).iter().filter(asked);
        let gone = of_test.map(|item| item.id.clone()).find(|id| !needed.contains(&id.as_str())).unwrap();
        Self { person, learner, card, quiz, test, gone }
    }

    /// Goes on under the edition of the next spring.
    async fn goes_on(&self, db: &Db) {
        self.reads_on(db).await;
        let person = &self.person;
        let action = action_of(&self.quiz);
        let told = person.sends(&self.quiz, &action, &[("q", "1")]).await;
        assert_eq!(told.status, 422, "{action} {:?}", told.location);
        assert!(told.body.contains("这道题刚换成新的了") && told.body.contains(OTHERWISE), "{}", told.body);
        let told = person.sends(&told, &action_of(&told), &[("q", "1")]).await;
        assert_eq!(told.status, 303, "the question that is asked now can be answered");
        self.is_graded_as_asked(db).await;
    }

    async fn reads_on(&self, db: &Db) {
        let person = &self.person;
        let last = Some("/courses/T19/c1/11");
        let here = person.opens("/courses/T19/c1").await;
        assert!(here.status == 200 && here.body.contains("第\u{a0}11\u{a0}张"), "{}", here.body);
        assert_eq!(person.opens("/courses/T19/c1/13").await.location.as_deref(), last);
        assert_eq!(person.sends(&self.card, "/courses/T19/c1/13", &[]).await.location.as_deref(), last);
        let progress = learning::progress_of(db.read(), &[self.learner]).await.unwrap();
        assert!(progress.has_finished("T19-c2") && progress.has_finished("T19-c5") && !progress.has_finished("T19-c1"));
        assert_eq!(person.opens("/courses/T19/c5").await.status, 404);
        for path in ["/", "/courses", "/courses/T19", "/me/export"] {
            assert_eq!(person.opens(path).await.status, 200, "{path}");
        }
    }

    async fn is_graded_as_asked(&self, db: &Db) {
        for position in 6..=10 {
            let page = self.person.opens(&format!("{}/{position}", self.test)).await;
            assert!(
                page.status == 200 && !page.body.contains(OTHERWISE),
                "a question is asked as it was when the test began: {}",
                page.body
            );
            let fields = right_fields(db, self.learner, &self.test, position).await;
            assert_eq!(answers(&self.person, &format!("{}/{position}", self.test), &fields).await.status, 303);
        }
        assert_eq!(hands_in(&self.person, &self.test).await.status, 303);
        let shown = self.person.opens(&format!("{}/result", self.test)).await;
        assert_eq!(shown.status, 200);
        let mine = result::Column::LearnerId.eq(self.learner.uuid());
        let row = result::Entity::find().filter(mine).one(db.read()).await.unwrap().unwrap();
        assert_eq!(
            (row.score_permille, row.edition),
            (1000, SHELF.digest().to_string()),
            "earned under the edition it was asked under"
        );
        assert_eq!(row.rule_version, "2027.03", "recognised by the rule in force");
        // The next one is drawn from the new bank.
        begins(&self.person).await;
        let mine = attempt::Column::LearnerId.eq(self.learner.uuid());
        let attempts = attempt::Entity::find().filter(mine).order_by_asc(attempt::Column::Number).all(db.read()).await.unwrap();
        let editions: Vec<bool> = attempts.iter().map(|one| one.edition == SHELF.digest().to_string()).collect();
        assert_eq!(editions, [true, false]);
    }
}

/// Where the form of the question on a page is sent.
fn action_of(page: &Answer) -> String {
    let form = page.body.split("<form class=\"task-form\"").nth(1).unwrap();
    form.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

crate::on_both! {
    async fn everybody_goes_on_when_an_administrator_puts_up_another_edition(fresh: Fresh) {
        let folder = folder_in(&fresh);
        let bank = bank_of(fresh, &folder).await;
        let db = bank.fresh.db.clone();
        let (person, learner) = bank.learner("王桂英", 1, None).await;
        let wang = InTheMiddle::of(person, learner, &db).await;
        let (admin, _) = bank.staff("赵强", Role::Administrator, "").await;
        next_spring(&folder, &wang.gone);
        let pressed = presses(&admin).await;
        assert_eq!((pressed.status, pressed.location.as_deref()), (303, Some("/staff/editions?said=put_up")), "{}", pressed.body);
        let page = admin.opens("/staff/editions?said=put_up").await;
        assert!(page.body.contains("2027.03") && page.body.contains("换上新版了"), "{}", page.body);
        wang.goes_on(&db).await;

        // The lesson comes back with the edition after that: finished for who had finished it, not begun for anybody else.
        written_to(&folder);
        versioned(&folder, "2027.09");
        assert_eq!(presses(&admin).await.status, 303);
        assert!(!wang.person.opens("/courses/T19/c5").await.body.contains("没有这一页"));
        let progress = learning::progress_of(db.read(), &[wang.learner]).await.unwrap();
        assert!(progress.has_finished("T19-c5"));
        let (li, _) = bank.learner("李建国", 2, None).await;
        assert!(li.opens("/courses/T19/c5").await.body.contains("第\u{a0}1\u{a0}张"));
        let trail = admin.opens("/staff/audit?action=curriculum.put_up").await;
        assert!(trail.body.contains("换课程版本") && trail.body.contains("赵强"), "{}", trail.body);
        bank.close().await;
    }
}

/// Tells the process that the folder has changed; waits until it says in its log that it has been read.
fn hang_up(child: &Child, log: &mut impl BufRead) -> String {
    assert!(Command::new("kill").arg("-HUP").arg(child.id().to_string()).status().unwrap().success());
    let mut said = String::new();
    while !said.contains("the folder of the curriculum was read again") {
        assert!(log.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    said
}

async fn everybody_goes_on_after_a_signal(engine: Engine) {
    let Some(fresh) = fresh(engine).await else { return };
    let clock = Clock::system();
    let db = db::open(&fresh.target, clock.clone()).await.unwrap();
    let bank = Bank::over(Fresh { db, clock, ..fresh }).await;
    let folder = folder_in(&bank.fresh);
    let mut command = over(&bank.fresh);
    command.env("CREDIT_BANK_CURRICULUM_DIR", &folder).env("CREDIT_BANK_LOG_FORMAT", "text");
    let Served { mut child, url, .. } = serve(command);
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let (person, learner) = bank.learner("王桂英", 1, None).await;
    let person = Person { url: url.clone(), ..person };
    let db = bank.fresh.db.clone();
    let wang = InTheMiddle::of(person, learner, &db).await;
    next_spring(&folder, &wang.gone);

    // A slip of the pen first: nothing changes, and the log names the place.
    rewritten(&folder, "courses/T19/core/2-names.md", |text| text.replacen("minutes = ", "minuten = ", 1));
    let said = hang_up(&child, &mut log);
    assert!(said.contains("courses/T19/core/2-names.md") && said.contains("minuten"), "{said}");
    assert!(wang.person.opens("/courses/T19/c1").await.body.contains("第\u{a0}13\u{a0}张"));
    let ready = wang.person.opens("/readyz").await;
    assert!(ready.status == 200 && ready.body.contains("faults, the last good edition is up"), "{}", ready.body);

    rewritten(&folder, "courses/T19/core/2-names.md", |text| text.replacen("minuten = ", "minutes = ", 1));
    let said = hang_up(&child, &mut log);
    assert!(said.contains("another edition is up") && said.contains("2027.03"), "{said}");
    wang.goes_on(&db).await;
    assert!(!wang.person.opens("/readyz").await.body.contains("curriculum"));
    child.kill().unwrap();
    child.wait().unwrap();
    bank.close().await;
}

#[actix_web::test]
async fn everybody_goes_on_when_the_process_is_told_by_a_signal_on_sqlite() {
    everybody_goes_on_after_a_signal(Engine::Sqlite).await;
}

#[actix_web::test]
async fn everybody_goes_on_when_the_process_is_told_by_a_signal_on_postgresql() {
    everybody_goes_on_after_a_signal(Engine::Postgres).await;
}

/// What is done to a file of the folder.
type Spoil = fn(&Path);

#[actix_web::test]
async fn a_faulty_folder_is_refused_as_a_whole_and_learners_notice_nothing() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let folder = folder_in(&fresh);
    let bank = bank_of(fresh, &folder).await;
    let (admin, _) = bank.staff("赵强", Role::Administrator, "").await;
    let cases: [(&str, Spoil, &str, &str); 4] = [
        (
            "courses/T19/items.toml",
            |file| {
                let text = std::fs::read(file).unwrap();
                std::fs::write(file, &text[..text.len() / 2]).unwrap();
            },
            "courses/T19/items.toml",
            "不对",
        ),
        // 防 in GBK.
        (
            "courses/T19/core/1-verify.md",
            |file| std::fs::write(file, b"+++\nid = \"\xb7\xc0\"\n").unwrap(),
            "courses/T19/core/1-verify.md",
            "UTF-8",
        ),
        (
            "courses/T19/core/2-names.md",
            |file| {
                let text = std::fs::read_to_string(file).unwrap();
                std::fs::write(file, text + "\n<script>alert(1)</script>\n").unwrap();
            },
            "courses/T19/core/2-names.md",
            "不许用的格式",
        ),
        (
            "glossary.toml",
            |file| std::fs::write(file, std::fs::read_to_string(file).unwrap() + "\n# 多一行\n").unwrap(),
            "manifest.toml",
            "version",
        ),
    ];
    for (path, spoil, named, words) in cases {
        let file = folder.join(path);
        let before = std::fs::read(&file).unwrap();
        spoil(&file);
        let refused = presses(&admin).await;
        assert_eq!(refused.status, 422, "{path}: {:?}", refused.location);
        assert!(refused.body.contains(named) && refused.body.contains(words), "{path}: {}", refused.body);
        assert!(refused.body.contains("没有换") && bank.visitor().opens("/courses/T19/c1/1").await.status == 200);
        let ready = bank.visitor().opens("/readyz").await;
        assert!(ready.status == 200 && ready.body.contains("the last good edition is up"), "{}", ready.body);
        assert!(!bank.house.metrics.text().contains("curriculum_faults 0"));
        std::fs::write(&file, before).unwrap();
    }
    // Mended: twice is once.
    for said in ["put_up", "same"] {
        assert_eq!(presses(&admin).await.location, Some(format!("/staff/editions?said={said}")));
    }
    let metrics = bank.house.metrics.text();
    assert!(metrics.contains("curriculum_faults 0"), "{metrics}");
    let info =
        format!("curriculum_edition_info{{digest=\"{}\",version=\"{}\"}} 1", SHELF.digest(), SHELF.edition().manifest.version);
    assert!(metrics.contains(&info), "{metrics}");
    assert_eq!(bank.visitor().opens("/readyz").await.body, "reader ok\nwriter ok\nledger ok\nsealing ok\n");
    bank.close().await;
}

#[actix_web::test]
async fn editions_are_put_up_by_administrators_of_the_whole_bank_and_only_from_a_folder() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap().with_places().await;
    let (county, _) = bank.staff("赵强", Role::Administrator, "330182").await;
    let page = county.opens("/staff/editions").await;
    assert!(page.status == 200 && !page.body.contains("action=\"/staff/editions\""), "{}", page.body);
    let form = county.opens("/staff").await;
    assert_eq!(county.sends(&form, "/staff/editions", &[]).await.status, 403);
    for role in [Role::Officer, Role::Auditor, Role::Volunteer] {
        let (other, _) = bank.staff("李敏", role, "").await;
        assert_eq!(other.opens("/staff/editions").await.status, 403);
        assert_eq!(other.sends(&other.opens("/staff").await, "/staff/editions", &[]).await.status, 403);
    }
    let (whole, _) = bank.staff("赵强", Role::Administrator, "").await;
    let told = whole.sends(&whole.opens("/staff").await, "/staff/editions", &[]).await;
    assert!(told.status == 422 && told.body.contains("程序自带"), "{}", told.body);
    bank.close().await;
}
