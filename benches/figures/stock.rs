//! What a load needs before it begins: a database with learners, sessions and tests that are answered.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use credit_bank::assessment::{self, key_of};
use credit_bank::config::Keys;
use credit_bank::curriculum::{CourseCode, Embedded, Shelf};
use credit_bank::db::{self, Db, Target, Tx};
use credit_bank::i18n::Lang;
use credit_bank::identity::{self, Assurance, BirthYear, ConsentWay, NewPerson, Opening, Origin, PersonName, Phone, Secret};
use credit_bank::kernel::{Acting, AttemptId, Chance, Clock, Group, IdentityLevel, LearnerId};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database};

/// The curriculum in the binary.
pub static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::open(&Embedded).unwrap());
/// The courses that can be tested.
pub const COURSES: [&str; 5] = ["T01", "T04", "T07", "T19", "T20"];
/// So many at once prepare.
const BATCH: usize = 128;

/// One bank's files and rows.
pub struct Stock {
    pub db: Db,
    keys: Keys,
    pub folder: tempfile::TempDir,
    pub postgres: Option<String>,
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct Member {
    pub acting: Acting,
    /// The cookie header of their browser.
    pub cookies: String,
}

impl Stock {
    /// A fresh bank: in a folder, or in a database of its own on the PostgreSQL server at `server`.
    pub async fn fresh(server: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = match server {
            Some(server) => Some(fresh_postgres(server).await),
            None => None,
        };
        let target = postgres.clone().map_or_else(|| Target::Sqlite(sqlite_file(folder.path())), Target::Postgres);
        let db = db::open(&target, Clock::system()).await.unwrap();
        let keys = Keys::open(folder.path()).unwrap();
        Self { db, keys, folder, postgres }
    }

    /// The bank's keys.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// So many learners, each with a session.
    pub async fn members(&self, count: u32) -> Vec<Member> {
        let mut members = Vec::new();
        for start in (0..count).step_by(BATCH) {
            let batch = (start..count.min(start + 128)).map(|number| self.member(number));
            members.extend(join_all(batch).await);
        }
        members
    }

    async fn member(&self, number: u32) -> Member {
        let new = NewPerson {
            name: PersonName::parse("王桂英").unwrap(),
            birth_year: BirthYear::from_value(1951),
            phone: Some(Phone::parse(&format!("138{number:08}")).unwrap()),
            place_code: None,
            groups: vec![Group::Elder],
            font: "normal",
            lang: Lang::Chinese,
            identity_level: IdentityLevel::KNOWN,
            consent: Some(ConsentWay::Screen),
            by: None,
            is_sample: false,
        };
        let (keys, token) = (self.keys.clone(), Secret::fresh());
        let cookies = format!("session={}", token.to_text());
        let work = async move |tx: &Tx| {
            let learner = identity::register(tx, &keys, &new).await?.learner();
            let origin = Origin::default();
            let opening = Opening { learner, assurance: Assurance::Sms, origin: &origin, token: &token, replaces: None };
            identity::open_session(tx, opening).await?;
            Ok::<_, identity::Error>(learner)
        };
        let learner = self.db.write(work).await.unwrap();
        Member { acting: acting_of(learner), cookies }
    }

    /// An open test of each course for each member, all questions rightly answered where `is_answered`; first all of one course.
    pub async fn attempts(&self, members: &[Member], courses: &[&str], is_answered: bool) -> Vec<Vec<AttemptId>> {
        let mut all = vec![Vec::new(); members.len()];
        for course in courses {
            for (at, batch) in members.chunks(BATCH).enumerate() {
                let begun = batch.iter().map(|member| self.attempt(member.acting, course, is_answered));
                for (number, attempt) in join_all(begun).await.into_iter().enumerate() {
                    all[at * BATCH + number].push(attempt);
                }
            }
        }
        all
    }

    async fn attempt(&self, acting: Acting, course: &str, is_answered: bool) -> AttemptId {
        let code = CourseCode::parse(course).unwrap();
        let work = async move |tx: &Tx| {
            let attempt = assessment::start(tx, &acting, &SHELF, code, &[Group::Elder], Chance::fresh_seed()).await?;
            if is_answered {
                let sheet = assessment::get_sheet(tx, acting.learner, attempt).await?;
                let items = assessment::get_items(tx, &SHELF, &sheet.attempt).await?;
                for (position, item) in (1..).zip(&items) {
                    assessment::answer(tx, &acting, attempt, position, &key_of(item).right_answer()).await?;
                }
            }
            Ok::<_, assessment::Error>(attempt)
        };
        self.db.write(work).await.unwrap()
    }
}

/// A bank without keys or people: for what concerns the ledger alone.
pub struct Shelter {
    pub db: Db,
    pub target: Target,
    pub folder: tempfile::TempDir,
}

impl Shelter {
    /// In a folder, or in a database of its own on the PostgreSQL server at `server`.
    pub async fn fresh(server: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let target = match server {
            Some(server) => Target::Postgres(fresh_postgres(server).await),
            None => Target::Sqlite(sqlite_file(folder.path())),
        };
        let db = db::open(&target, Clock::system()).await.unwrap();
        Self { db, target, folder }
    }

    /// The database's URL, where it has one.
    pub fn url(&self) -> Option<&str> {
        match &self.target {
            Target::Postgres(url) => Some(url),
            Target::Sqlite(_) => None,
        }
    }
}

/// The database file of the bank in `folder`.
fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join("bank.sqlite")
}

const fn acting_of(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

pub async fn fresh_postgres(server: &str) -> String {
    let name = format!("bench_{}_{}", std::process::id(), Chance::fresh_seed().0[0]);
    let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await.unwrap();
    format!("{server}/{name}")
}
