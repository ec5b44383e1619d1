//! Making a box ready: whom and what it needs, and the tests that are begun for it.

use ed25519_dalek::SigningKey;
use sea_orm::ConnectionTrait;

use super::{give_sheet, register_box};
use crate::assessment::{self, Attempt, Entry, Question, Setting, Shown};
use crate::classes;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::hall::kit::{Kit, KitClass, KitPerson, KitQuestion, KitTest};
use crate::hall::seal::ToBank;
use crate::hall::{Error, Why};
use crate::i18n::Lang;
use crate::identity::{self, Acquaintance};
use crate::kernel::{Acting, AttemptId, Chance, DeviceId, Group, LearnerId};
use crate::places::PlaceCode;
use crate::web::House;

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

/// Makes a box ready: keeps it with its key, begins tests for it, and gives its kit.
///
/// # Errors
/// [`Error::NeedsLook`] with [`Why::Operator`] where no volunteer works there, with [`Why::NotSo`] where there is no such place; faults.
pub async fn prepare(house: &House, shelf: &Shelf, wanted: &Wanted) -> Result<Kit, Error> {
    let (db, now) = (house.db.read(), house.clock().now());
    let hosts = identity::list_hosts(db, &house.keys, &[wanted.place.as_str()]).await?;
    let Some((first, _)) = hosts.first() else { return Err(Error::NeedsLook(Why::Operator)) };
    let (id, key) = (DeviceId::fresh(now), SigningKey::from_bytes(&Chance::secret()));
    let (verifying, place, name) = (key.verifying_key(), wanted.place.clone(), wanted.name.clone());
    let operators: Vec<LearnerId> = hosts.iter().map(|(host, _)| *host).collect();
    let register = async move |tx: &Tx| register_box(tx, (id, verifying), (&name, &place), operators.clone(), None).await;
    house.db.write(register).await?;
    let mut kit = Kit::new(id, &key, (&wanted.name, wanted.place.as_str()), &ToBank::of(&house.keys), now);
    kit.bank = house.config.public_url.clone().unwrap_or_default();
    kit.operators = hosts.iter().map(|(id, name)| KitPerson { id: *id, name: name.clone(), tail: String::new() }).collect();
    if wanted.card_sheets > 0 {
        kit.cards = cards(house, *first, wanted).await?;
    }
    for class in classes::list_near(db, &wanted.place, now.day()).await? {
        let known = classes::list_known(db, &class).await?;
        let (all, people) = classes::people_on(db, &house.keys, &class, &known).await?;
        let mut on_it: Vec<LearnerId> =
            all.iter().map(|one| one.learner).chain(known).filter(|one| people.contains_key(one)).collect();
        on_it.sort_unstable();
        on_it.dedup();
        for learner in &on_it {
            let Some(person) = people.get(learner) else { continue };
            if kit.people.iter().all(|one| one.id != *learner) {
                kit.people.push(KitPerson { id: *learner, name: person.name.clone(), tail: person.card_tail.clone() });
                if let Some(course) = wanted.course {
                    kit.tests.extend(test(house, shelf, id, (*learner, person), course).await?);
                }
            }
        }
        kit.classes.push(KitClass {
            id: class.id,
            time: class.time_words(Lang::Chinese),
            course: class.course.clone().unwrap_or_default(),
            hours: (class.hours.starts_at.ms(), class.hours.ends_at.ms()),
            has_second: class.witness.is_some(),
            people: on_it,
            title: class.title,
        });
    }
    Ok(kit)
}

/// Blank cards of the place, kept for this box.
async fn cards(house: &House, host: LearnerId, wanted: &Wanted) -> Result<Vec<String>, Error> {
    let scope = identity::load_scope(house.db.read(), host).await?;
    let (for_keep, place, sheets) = (scope.clone(), wanted.place.clone(), wanted.card_sheets);
    let keep = async move |tx: &Tx| identity::keep_blanks(tx, &for_keep, &place, sheets).await;
    let block = house.db.write(keep).await.map_err(Error::from)?;
    let block = identity::find_block(house.db.read(), &scope, block).await?;
    Ok(block.numbers.iter().map(|(number, _)| number.as_str().to_owned()).collect())
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
