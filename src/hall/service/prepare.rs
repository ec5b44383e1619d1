//! Making a box ready: whom and what it needs, and the tests that are begun for it.

use std::collections::{HashMap, HashSet};

use ed25519_dalek::SigningKey;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::exams::put_along;
use super::{give_sheet, register_box};
use crate::assessment::{self, Attempt, Entry, Question, Setting, Shown};
use crate::classes::{self, ClassSession};
use crate::config::Keys;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::exams;
use crate::hall::kit::{Kit, KitClass, KitPerson, KitQuestion, KitTest};
use crate::hall::seal::ToBank;
use crate::hall::{Error, Why};
use crate::i18n::Lang;
use crate::identity::{self, Acquaintance, StaffScope};
use crate::kernel::{Acting, AttemptId, Chance, DeviceId, ExamId, Group, LearnerId, digest_of, mac_of};
use crate::places::PlaceCode;
use crate::web::House;

/// People whom one box takes: more are no class of one hall.
const MOST_PEOPLE: usize = 300;

/// What a box is made ready for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The place.
    pub place: PlaceCode,
    /// What people will call the box.
    pub name: String,
    /// The course of which everybody on the lists gets a test.
    pub course: Option<CourseCode>,
    /// Sheets of blank cards.
    pub card_sheets: usize,
}

/// Who makes a box ready on the desk, under the key of their form: the same form once more makes the same box's kit again, and no second box.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    /// Whose places.
    pub scope: &'a StaffScope,
    /// The form's key.
    pub once: &'a OnceKey,
    /// The supervised session that goes along.
    pub exam: Option<ExamId>,
}

/// The class's password for the box that is made under this form's key. It follows from the bank's key, so that it is kept nowhere, and a form
/// sent twice has one password.
#[must_use]
pub fn password_of(keys: &Keys, maker: Maker<'_>) -> String {
    let mac =
        mac_of(&keys.for_purpose("hall-kit-passwords"), &[maker.scope.actor().uuid().as_bytes(), maker.once.as_str().as_bytes()]);
    let number = mac.bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:012}", number % 1_000_000_000_000)
}

/// A password as it is copied and read out: four digits at a time.
#[must_use]
pub fn in_fours(password: &str) -> Vec<String> {
    password.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect()
}

/// A box's signing key. It follows from the bank's, so that a kit that went astray is made again.
fn key_of(keys: &Keys, device: DeviceId) -> SigningKey {
    SigningKey::from_bytes(mac_of(&keys.for_purpose("hall-box-keys"), &[device.uuid().as_bytes()]).bytes())
}

/// Makes a box ready: keeps it with its key, begins tests for it, and gives its kit. Without a `maker` it is the bank's own keyboard.
///
/// # Errors
/// [`Error::TooMany`] where one box is too small for the place; [`Error::NeedsLook`] with [`Why::Operator`] where no volunteer works there, with [`Why::NotSo`] where there is no such place;
/// [`Error::NotAllowed`] outside of what the maker administers; what the supervised session refuses; faults.
pub async fn prepare(house: &House, shelf: &Shelf, wanted: &Wanted, maker: Option<Maker<'_>>) -> Result<Kit, Error> {
    let (db, now) = (house.db.read(), house.clock().now());
    let hosts = identity::list_hosts(db, &house.keys, &[wanted.place.as_str()]).await?;
    let Some((first, _)) = hosts.first() else { return Err(Error::NeedsLook(Why::Operator)) };
    let lists = lists_of(house, &wanted.place, maker.and_then(|maker| maker.exam)).await?;
    let for_blanks = match maker {
        Some(maker) => maker.scope.clone(),
        None => identity::load_scope(db, *first).await?,
    };
    let (keys, for_write, scope, for_draw) = (house.keys.clone(), wanted.clone(), for_blanks.clone(), shelf.clone());
    let (operators, made_by) = (hosts.iter().map(|(host, _)| *host).collect::<Vec<_>>(), maker.map(Made::of));
    let begin = async move |tx: &Tx| {
        let (id, block) = keep_box(tx, &keys, (&for_write, &operators), &scope, made_by.as_ref()).await?;
        let along = match made_by.as_ref().and_then(|made| made.exam) {
            Some(exam) => Some(exams::take_along(tx, (&for_draw, &keys), &scope, (exam, id, &for_write.name)).await?),
            None => None,
        };
        Ok::<_, Error>((id, block, along))
    };
    let (id, block, along) = house.db.write(begin).await?;
    let key = key_of(&house.keys, id);
    let mut kit = Kit::new(id, &key, (&wanted.name, wanted.place.as_str()), &ToBank::of(&house.keys), now);
    kit.bank = house.config.public_url.clone().unwrap_or_default();
    let operator = |(id, name): &(LearnerId, String)| KitPerson { id: *id, name: name.clone(), tail: String::new(), born: None };
    kit.operators = hosts.iter().map(operator).collect();
    if let Some(block) = block {
        let block = identity::find_block(db, &for_blanks, block).await?;
        let blank = block.numbers.iter().filter(|(_, is_blank)| *is_blank);
        kit.cards = blank.map(|(number, _)| number.as_str().to_owned()).collect();
    }
    let mut known = HashSet::new();
    for list in lists {
        put_in(house, shelf, (&mut kit, &mut known), list, wanted.course).await?;
    }
    if let Some(along) = along {
        put_along(house, shelf, (&mut kit, &for_blanks), along).await?;
    }
    Ok(kit)
}

/// A session with those on its lists who may come, each once.
struct List {
    class: ClassSession,
    on_it: Vec<LearnerId>,
    people: HashMap<LearnerId, Acquaintance>,
}

/// The sessions near a place with their lists: with those who are put down for the supervised one no more people than one box takes.
async fn lists_of(house: &House, place: &PlaceCode, exam: Option<ExamId>) -> Result<Vec<List>, Error> {
    let (db, now) = (house.db.read(), house.clock().now());
    let mut lists = Vec::new();
    let mut everybody: HashSet<LearnerId> = match exam {
        Some(exam) => exams::candidates_of(db, exam).await?.into_iter().collect(),
        None => HashSet::new(),
    };
    for class in classes::list_near(db, place, now.day()).await? {
        let known = classes::list_known(db, &class).await?;
        let (all, people) = classes::people_on(db, &house.keys, &class, &known).await?;
        let mut on_it: Vec<LearnerId> =
            all.iter().map(|one| one.learner).chain(known).filter(|one| people.contains_key(one)).collect();
        on_it.sort_unstable();
        on_it.dedup();
        everybody.extend(on_it.iter().copied());
        if everybody.len() > MOST_PEOPLE {
            return Err(Error::TooMany);
        }
        lists.push(List { class, on_it, people });
    }
    Ok(lists)
}

/// Whether one box is enough for a place and a supervised session: no more people are on their lists than it takes.
///
/// # Errors
/// What the database answers.
pub async fn is_small_enough(house: &House, place: &PlaceCode, exam: Option<ExamId>) -> Result<bool, Error> {
    match lists_of(house, place, exam).await {
        Err(Error::TooMany) => Ok(false),
        lists => lists.map(|_| true),
    }
}

/// Whether somebody works at a place who may write on a box.
///
/// # Errors
/// What the database answers.
pub async fn has_operators(house: &House, place: &PlaceCode) -> Result<bool, Error> {
    Ok(!identity::list_hosts(house.db.read(), &house.keys, &[place.as_str()]).await?.is_empty())
}

/// By whom and under which key of a form.
#[derive(Clone, Debug)]
struct Made {
    by: LearnerId,
    once: OnceKey,
    exam: Option<ExamId>,
}

impl Made {
    fn of(maker: Maker<'_>) -> Self {
        Self { by: maker.scope.actor(), once: maker.once.clone(), exam: maker.exam }
    }
}

/// Keeps the box and its blank cards, or finds those that this form has made before.
async fn keep_box(
    tx: &Tx,
    keys: &Keys,
    (wanted, operators): (&Wanted, &[LearnerId]),
    scope: &StaffScope,
    made: Option<&Made>,
) -> Result<(DeviceId, Option<Uuid>), Error> {
    let course = wanted.course.map(|course| course.to_string()).unwrap_or_default();
    let sheets = wanted.card_sheets.to_string();
    let exam = made.and_then(|made| made.exam);
    let for_exam = exam.map(|exam| exam.to_string()).unwrap_or_default();
    let asked = [wanted.place.as_str(), &wanted.name, &course, &sheets, &for_exam].map(str::as_bytes);
    let asked = digest_of(&[[b"hall.prepare".as_slice()].as_slice(), asked.as_slice()].concat());
    if let Some(made) = made {
        if !scope.administers(&wanted.place) {
            return Err(Error::NotAllowed);
        }
        match what_was_done(tx, made.by, &made.once, &asked).await? {
            Once::Done(effect) => {
                let (id, block) = parse(&effect).ok_or(Error::SentBefore)?;
                // What was taken back since goes along once more by a form of its own alone.
                if let Some(exam) = exam
                    && exams::box_of(tx, exam).await? != Some(id)
                {
                    return Err(Error::SentBefore);
                }
                return Ok((id, block));
            }
            Once::Misused => return Err(Error::SentBefore),
            Once::New => {}
        }
    }
    let id = DeviceId::fresh(tx.now);
    let (key, by) = (key_of(keys, id).verifying_key(), made.map(|made| made.by));
    register_box(tx, (id, key), (&wanted.name, &wanted.place), operators.to_vec(), by).await?;
    let block = match wanted.card_sheets {
        0 => None,
        sheets => Some(identity::keep_blanks(tx, scope, &wanted.place, sheets).await?),
    };
    if let Some(made) = made {
        let effect = block.map_or_else(|| id.to_string(), |block| format!("{id} {block}"));
        remember(tx, made.by, &made.once, &asked, &effect).await?;
    }
    Ok((id, block))
}

/// Box and block of what a form has made.
fn parse(effect: &str) -> Option<(DeviceId, Option<Uuid>)> {
    match effect.split_once(' ') {
        Some((id, block)) => Some((id.parse().ok()?, Some(block.parse().ok()?))),
        None => Some((effect.parse().ok()?, None)),
    }
}

/// Puts a session into the kit, with those on its lists and their tests.
async fn put_in(
    house: &House,
    shelf: &Shelf,
    (kit, known): (&mut Kit, &mut HashSet<LearnerId>),
    List { class, on_it, people }: List,
    course: Option<CourseCode>,
) -> Result<(), Error> {
    for learner in &on_it {
        let Some(person) = people.get(learner) else { continue };
        if !known.insert(*learner) {
            continue;
        }
        kit.people.push(KitPerson {
            id: *learner,
            name: person.name.clone(),
            tail: person.card_tail.clone(),
            born: person.birth_year,
        });
        if let Some(course) = course {
            kit.tests.extend(test(house, shelf, kit.device, (*learner, person), course).await?);
        }
    }
    kit.classes.push(KitClass {
        id: class.id,
        time: class.time_words(Lang::Chinese),
        course: class.course.clone().unwrap_or_default(),
        hours: (class.hours.starts_at.ms(), class.hours.ends_at.ms()),
        witnesses: witnesses_of(shelf, &class),
        people: on_it,
        title: class.title,
    });
    Ok(())
}

/// How many must have seen the real-life task of a session's course.
#[must_use]
pub fn witnesses_of(shelf: &Shelf, class: &ClassSession) -> u8 {
    let course = class.course.as_deref().and_then(CourseCode::parse).and_then(|code| shelf.course(code));
    course.map_or(1, |course| course.witnesses)
}

/// The test of a course for somebody, as it goes into a kit.
async fn test(
    house: &House,
    shelf: &Shelf,
    device: DeviceId,
    (learner, person): (LearnerId, &Acquaintance),
    course: CourseCode,
) -> Result<Option<KitTest>, Error> {
    let Some(attempt) = begin(house, shelf, device, (learner, person), course).await? else { return Ok(None) };
    let db = house.db.read();
    let sheet = assessment::get_sheet(db, learner, attempt).await?;
    let (title, questions) = (title_of(shelf, &sheet.attempt), questions_of(db, shelf, &sheet.attempt).await?);
    Ok(Some(KitTest { attempt, person: learner, course: course.to_string(), title, questions }))
}

/// Gives a device the test of a course for somebody: the one that is open, or a fresh one; none where they have passed it or a lesson comes
/// first.
pub(super) async fn begin(
    house: &House,
    shelf: &Shelf,
    device: DeviceId,
    (learner, person): (LearnerId, &Acquaintance),
    course: CourseCode,
) -> Result<Option<AttemptId>, Error> {
    let db = house.db.read();
    if assessment::state_of(db, shelf, learner, &course.to_string()).await?.passed().is_some() {
        return Ok(None);
    }
    let level = identity::profile(db, &house.keys, learner).await?.identity_level;
    let (groups, for_start, seed): (Vec<Group>, Shelf, _) = (person.standing.groups.clone(), shelf.clone(), Chance::fresh_seed());
    let begin = async move |tx: &Tx| {
        let acting = Acting { learner, helper: None, identity_level: level };
        let attempt = assessment::start(tx, &acting, &for_start, course, &groups, seed).await?;
        give_sheet(tx, learner, attempt, device).await?;
        Ok::<AttemptId, Error>(attempt)
    };
    match house.db.write(begin).await {
        Err(Error::NeedsLook(Why::NoTest)) => Ok(None),
        attempt => Ok(Some(attempt?)),
    }
}

/// The questions of a test as they are shown, in the order asked: never what is right.
///
/// # Errors
/// What the database answers.
pub async fn questions_of(db: &impl ConnectionTrait, shelf: &Shelf, attempt: &Attempt) -> Result<Vec<KitQuestion>, Error> {
    let items = assessment::get_items(db, shelf, attempt).await?;
    let question = |(position, item)| {
        let shown = Shown::of(item, attempt.seed, position);
        KitQuestion::of(&Question::new(&shown, Setting::Test, Lang::Chinese, "", Entry::Blank))
    };
    Ok((1..).zip(&items).map(question).collect())
}

/// What a test is about.
#[must_use]
pub fn title_of(shelf: &Shelf, attempt: &Attempt) -> String {
    let course = CourseCode::parse(&attempt.unit).and_then(|code| shelf.course(code));
    course.map(|course| course.title.clone()).unwrap_or_default()
}
