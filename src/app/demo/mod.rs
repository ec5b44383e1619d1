//! A believable county for trying things out: people of every role, half a year of learning, tests, credit, questions and corrections.
//!
//! Everybody here is made up, carries a mark in the name and `is_sample` in the row; the server refuses to run in production on a
//! database that holds one. They go through the same services as everybody else, under a clock that is turned through the half year.
//! Each thing they do is one step, kept under a name of its own: a start that was cut off is gone on with at the next one.

mod agencies;
mod applications;
mod certificate_batches;
mod certificates;
mod classes;
mod conversions;
mod exams;
mod helping;
mod looks;
mod people;
mod plans;
mod rolls;
mod samples;
mod stories;
mod year;

use std::collections::HashMap;
use std::fmt::Display;

use crate::config::Config;
use crate::curriculum::Shelf;
use crate::db::{self, DbFault, Once, OnceKey, Retry, Target, Tx, remember, what_was_done};
use crate::identity;
use crate::kernel::{Acting, Chance, Clock, Group, IdentityLevel, LearnerId, Seed, Timestamp, digest_of};
use crate::outbox::{Standing, age_band};
use crate::places;
use crate::web::House;

use samples::Samples;

/// The file with everybody in it.
const FILE: &str = include_str!("samples.toml");
/// Always the same county.
const SEED: Seed = Seed(*b"shiqiao-county-1");

/// The configuration of a bank for trying things out. Certificates name where the bank is reached: one that has no public address is reached where it
/// listens; at a port that is still to be drawn there is no address to name, and so nothing is issued.
pub(super) fn addressed(config: Config) -> Config {
    if config.public_url.is_some() || config.production || config.listen.port() == 0 {
        return config;
    }
    let address = format!("http://{}", config.listen);
    Config { public_url: Some(address), ..config }
}

/// Settles the county, once; a start that was cut off is gone on with.
pub(super) async fn settle(house: &House, shelf: &Shelf) -> Result<(), String> {
    if places::is_sample_imported(house.db.read()).await.map_err(words)? {
        return Ok(());
    }
    let db = house.db.read();
    let has_begun = identity::has_samples(db).await.map_err(words)?;
    if !has_begun && identity::has_real_learners(db).await.map_err(words)? {
        return Err("这个数据库里已经有人登记，不能再放示例人物。要试用，请换一个空的数据目录或数据库".to_owned());
    }
    let samples: Samples = toml::from_str(FILE).map_err(words)?;
    let mut county = County::open(house, shelf, samples.days).await?;
    people::settle_places(&county, &samples).await?;
    people::settle_staff(&mut county, &samples).await?;
    for learner in &samples.learners {
        let sample = people::settle_named(&mut county, &samples, learner).await?;
        year::live(&county, &sample, &year::plan_of(learner, shelf)).await?;
    }
    for number in 0..samples.crowd {
        let mut chance = SEED.chance(&format!("crowd {number}"));
        let (sample, since) = people::settle_one_of_the_crowd(&mut county, &samples, number, &mut chance).await?;
        year::live(&county, &sample, &year::drawn_plan(shelf, since, &mut chance)).await?;
    }
    stories::tell(&county, &samples).await?;
    if let Some(agency) = agencies::settle(&county).await? {
        conversions::settle(&county, agency).await?;
        applications::settle(&county).await?;
        rolls::settle(&county, agency).await?;
        certificates::settle(&county, house, agency).await?;
        certificate_batches::settle(&county, agency).await?;
    }
    classes::settle(&county, &samples).await?;
    looks::settle(&county).await?;
    helping::settle(&county, &samples).await?;
    plans::settle(&county, &samples).await?;
    exams::settle(&county).await?;
    let places = samples.places.len();
    house.db.write(async move |tx: &Tx| places::import_sample(tx, FILE, places).await).await.map_err(words)
}

fn words(error: impl Display) -> String {
    format!("示例人物没有安顿好：{error}")
}

/// A sample learner.
#[derive(Clone, Debug)]
struct Sample {
    key: String,
    acting: Acting,
    groups: Vec<Group>,
    born: i64,
    place: String,
}

impl Sample {
    fn standing(&self, now: Timestamp) -> Standing {
        let year = i64::from(now.day().year());
        Standing { place_code: Some(self.place.clone()), groups: self.groups.clone(), age_band: Some(age_band(self.born, year)) }
    }
}

/// The county while it is being settled: a door of its own to the database, whose clock alone differs, and who is known by now.
struct County {
    past: House,
    shelf: Shelf,
    clock: Clock,
    today: Timestamp,
    staff: HashMap<String, LearnerId>,
    learners: HashMap<String, Sample>,
}

impl County {
    async fn open(house: &House, shelf: &Shelf, days: i64) -> Result<Self, String> {
        let today = house.clock().now();
        let clock = Clock::standing_at(today.plus_days(-days));
        let target = match &house.config.database_url {
            Some(url) => Target::Postgres(url.clone()),
            None => Target::Sqlite(house.config.data_dir.join("bank.sqlite")),
        };
        let past = House { db: db::open(&target, clock.clone()).await.map_err(words)?, ..house.clone() };
        Ok(Self { past, shelf: shelf.clone(), clock, today, staff: HashMap::new(), learners: HashMap::new() })
    }

    /// Turns the clock to so many days ago, at some minute of the daytime that follows from the name of what is done then. Never into
    /// the future.
    fn turn_to(&self, days_ago: i64, what: &str) {
        let minute = i64::try_from(SEED.chance(what).below(11 * 60)).unwrap_or(0);
        let then = self.today.plus_days(-days_ago).day().start().plus_minutes(8 * 60 + minute).min(self.today);
        self.clock.turn_ms(then.ms() - self.clock.now().ms());
    }

    /// Does `work` once, under this name; gives what it gave the first time.
    async fn step<E, F>(&self, name: &str, work: F) -> Result<String, String>
    where
        F: AsyncFn(&Tx) -> Result<String, E> + Send + 'static,
        E: From<DbFault> + Retry + Display + Send + 'static,
    {
        let key = OnceKey::parse(&format!("sample-{name}")).ok_or_else(|| words(name))?;
        let digest = digest_of(&[name.as_bytes()]);
        let once = async move |tx: &Tx| {
            if let Once::Done(effect) = what_was_done(tx, LearnerId::NOBODY, &key, &digest).await? {
                return Ok(effect);
            }
            let effect = work(tx).await?;
            remember(tx, LearnerId::NOBODY, &key, &digest, &effect).await?;
            Ok(effect)
        };
        self.past.db.write(once).await.map_err(|error: E| words(format!("{name}: {error}")))
    }

    fn sample(&self, key: &str) -> Result<&Sample, String> {
        self.learners.get(key).ok_or_else(|| words(key))
    }

    fn staff(&self, login: &str) -> Result<LearnerId, String> {
        self.staff.get(login).copied().ok_or_else(|| words(login))
    }
}

const fn acting_of(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

/// Some days before `end`, drawn.
fn days(chance: &mut Chance, below: usize) -> i64 {
    i64::try_from(chance.below(below)).unwrap_or(0)
}
