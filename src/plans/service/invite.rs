//! People are asked to join: by the number of a card, or from a study group, a class session or a list of people that was enrolled.

use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::{areas_of, grants_for, is_theirs, note};
use crate::classes;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::enrolment;
use crate::i18n::Lang;
use crate::identity::{self, Acquaintance, StaffScope, Whose};
use crate::kernel::{CardNumber, ClassId, LearnerId, PlanId, RequestId, StudyGroupId, Timestamp};
use crate::outbox::{self, Channel, Letter};
use crate::places;
use crate::plans::queries::{members, plans};
use crate::plans::rules::{MOST_TEXTS_OF_ONE, MOST_TEXTS_OF_PLAN, PART_OF_TEXTS};
use crate::plans::{Error, Plan};

/// People asked in one commit.
const AT_ONCE: usize = 40;
/// Lines of a list that are read at once.
const LINES: u64 = 200;
/// People of one list that are asked at most.
const MOST: usize = 10_000;
/// Sessions of so many days back whose people can be asked.
const DAYS_BACK: i64 = 120;

/// Where the people to be asked come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The members of a study group.
    Group(StudyGroupId),
    /// Those who came to a class session.
    Class(ClassId),
    /// Those of a list that was enrolled.
    Batch(Uuid),
}

impl Source {
    /// The source that `text` names: `group/…`, `class/…`, `batch/…`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('/')?;
        match kind {
            "group" => id.parse().ok().map(Self::Group),
            "class" => id.parse().ok().map(Self::Class),
            "batch" => id.parse().ok().map(Self::Batch),
            _ => None,
        }
    }
}

/// What asking many came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invited {
    /// Asked now.
    pub asked: usize,
    /// Of these, got a text.
    pub told: usize,
    /// Asked before, whatever they said.
    pub known: usize,
}

impl Invited {
    const fn and(self, more: Self) -> Self {
        Self { asked: self.asked + more.asked, told: self.told + more.told, known: self.known + more.known }
    }
}

/// The lists of people of their areas: how a form names each, and what it is.
///
/// # Errors
/// What the database answers.
pub async fn list_sources(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    (lang, now): (Lang, Timestamp),
) -> Result<Vec<(String, String)>, Error> {
    let areas = areas_of(scope);
    let mut sources = Vec::new();
    for group in classes::list_groups_within(db, &areas).await? {
        sources.push((format!("group/{}", group.id), lang.fill("plans-from-group", &[("name", &group.name)])));
    }
    for class in classes::list_before(db, &areas, (now.plus_days(-DAYS_BACK), now)).await? {
        let (when, what) = (class.time_words(lang), class.title.clone());
        sources.push((format!("class/{}", class.id), lang.fill("plans-from-class", &[("when", &when), ("what", &what)])));
    }
    for batch in enrolment::list_batches(db, scope).await? {
        let (day, count) = (batch.made_at.day().to_string(), batch.total.to_string());
        sources.push((format!("batch/{}", batch.id), lang.fill("plans-from-list", &[("day", &day), ("count", &count)])));
    }
    Ok(sources)
}

async fn people_of_source(db: &impl ConnectionTrait, scope: &StaffScope, source: Source) -> Result<Vec<LearnerId>, Error> {
    let areas = areas_of(scope);
    let covers = |place: &str| areas.iter().any(|area| area.covers(place));
    match source {
        Source::Group(id) => {
            let group = classes::find_group(db, id).await?.filter(|group| !group.has_ended && covers(&group.place_code));
            group.ok_or(Error::NoSuchList)?;
            Ok(classes::members_of(db, id).await?)
        }
        Source::Class(id) => {
            let class = match classes::find_class(db, id).await {
                Err(classes::Error::NoSuchClass) => return Err(Error::NoSuchList),
                found => found?,
            };
            if covers(&class.place_code) { Ok(classes::who_came(db, id).await?) } else { Err(Error::NoSuchList) }
        }
        Source::Batch(id) => {
            match enrolment::find_batch(db, scope, id).await {
                Err(enrolment::Error::NoSuchBatch) => return Err(Error::NoSuchList),
                found => found?,
            };
            let (mut people, mut after) = (Vec::new(), 0);
            loop {
                let rows = enrolment::list_rows(db, id, (after, LINES)).await?;
                let Some(last) = rows.last() else { return Ok(people) };
                after = last.number;
                people.extend(rows.iter().map(|row| row.learner));
                if people.len() >= MOST {
                    return Ok(people);
                }
            }
        }
    }
}

/// Texts of invitation that went out today, by one plan and by all, and how many may by all: sign-in codes need the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Texts {
    of_plan: u64,
    of_all: u64,
    most_of_all: u64,
}

impl Texts {
    /// Read once for each commit, and counted up in it.
    async fn of_today(tx: &Tx, plan: PlanId, sms_per_day: u32) -> Result<Self, Error> {
        let today = tx.now.day().start();
        let (of_plan, of_all) = (members::count_told_by(tx, plan, today).await?, members::count_told(tx, today).await?);
        Ok(Self { of_plan, of_all, most_of_all: u64::from(sms_per_day) / PART_OF_TEXTS })
    }

    const fn are_left(&self) -> bool {
        self.of_plan < MOST_TEXTS_OF_PLAN && self.of_all < self.most_of_all
    }
}

/// Asks all of a list whom they may see, chunk by chunk. However often: nobody is asked twice.
///
/// # Errors
/// [`Error::NoSuchPlan`], [`Error::NoSuchList`], [`Error::Over`].
pub async fn invite_all(
    (db, keys, sms_per_day): (&Db, &Keys, u32),
    scope: &StaffScope,
    (id, source): (PlanId, Source),
    request: RequestId,
) -> Result<Invited, Error> {
    let people = people_of_source(db.read(), scope, source).await?;
    let mut all = Invited::default();
    for chunk in people.chunks(AT_ONCE) {
        let (keys, scope, chunk) = (keys.clone(), scope.clone(), chunk.to_vec());
        let done =
            db.write_for(request, async move |tx| invite_some(tx, (&keys, sms_per_day), &scope, (id, &chunk)).await).await?;
        all = all.and(done);
    }
    Ok(all)
}

async fn invite_some(
    tx: &Tx,
    (keys, sms_per_day): (&Keys, u32),
    scope: &StaffScope,
    (id, learners): (PlanId, &[LearnerId]),
) -> Result<Invited, Error> {
    let plan = open_plan(tx, scope, id).await?;
    hold(tx, learners).await?;
    let people = identity::people_of(tx, keys, learners, i64::from(tx.now.day().year())).await?;
    let grants: Vec<_> = grants_for(scope, (plan.organisation, &plan.place_code), plan.line.as_deref()).collect();
    let mut texts = Texts::of_today(tx, plan.id, sms_per_day).await?;
    let mut all = Invited::default();
    for learner in learners {
        let Some(person) = people.get(learner) else { continue };
        let whose = Whose { place: person.standing.place_code.as_deref(), groups: &person.standing.groups };
        // Who has not said where they live is asked only by the card that they hold out.
        if whose.place.is_some() && grants.iter().any(|grant| grant.sees(whose)) {
            all = all.and(ask(tx, keys, scope, &plan, (*learner, person), &mut texts).await?);
        }
    }
    Ok(all)
}

/// Holds these people until the commit, in the order of their ids: who leaves the bank at this moment is asked before that, or not at all.
async fn hold(tx: &Tx, learners: &[LearnerId]) -> Result<(), Error> {
    let primaries = identity::primaries_of(tx, learners).await?;
    let mut all: Vec<LearnerId> = learners.iter().copied().chain(primaries.into_values()).collect();
    all.sort_unstable();
    all.dedup();
    for learner in all {
        identity::hold_person(tx, learner).await?;
    }
    Ok(())
}

async fn open_plan(tx: &Tx, scope: &StaffScope, id: PlanId) -> Result<Plan, Error> {
    let plan = plans::lock(tx, id).await?.filter(|plan| is_theirs(scope, plan)).ok_or(Error::NoSuchPlan)?;
    if plan.is_open(tx.now.day()) { Ok(plan) } else { Err(Error::Over) }
}

/// Asks the owner of a card whom they may see.
///
/// # Errors
/// [`Error::NoSuchPlan`], [`Error::NoSuchPerson`], [`Error::Over`].
pub async fn invite_card(
    tx: &Tx,
    (keys, sms_per_day): (&Keys, u32),
    scope: &StaffScope,
    (id, card): (PlanId, &CardNumber),
) -> Result<Invited, Error> {
    let plan = open_plan(tx, scope, id).await?;
    let found = identity::find_by_card(tx, keys, scope, card).await?.ok_or(Error::NoSuchPerson)?;
    let learner = found.profile.learner;
    hold(tx, &[learner]).await?;
    let people = identity::people_of(tx, keys, &[learner], i64::from(tx.now.day().year())).await?;
    let person = people.get(&learner).ok_or(Error::NoSuchPerson)?;
    let mut texts = Texts::of_today(tx, plan.id, sms_per_day).await?;
    ask(tx, keys, scope, &plan, (learner, person), &mut texts).await
}

/// Asks somebody by the account that they act by, and writes to them where they have a phone and were not written to too often.
async fn ask(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    plan: &Plan,
    (learner, person): (LearnerId, &Acquaintance),
    texts: &mut Texts,
) -> Result<Invited, Error> {
    let accounts = identity::accounts_of(tx, learner).await?;
    let learner = accounts.first().copied().unwrap_or(learner);
    if members::is_known(tx, &accounts, plan.id).await?
        || !members::insert(tx, (plan.id, plan.version), learner, scope.actor()).await?
    {
        return Ok(Invited { known: 1, ..Invited::default() });
    }
    note(tx, ("plans.invite", Some(scope.actor())), plan, Value::Null).await?;
    let Some(phone) = &person.phone else { return Ok(Invited { asked: 1, ..Invited::default() }) };
    if !texts.are_left() || members::count_told_to(tx, &accounts, tx.now.day().start()).await? >= MOST_TEXTS_OF_ONE {
        return Ok(Invited { asked: 1, ..Invited::default() });
    }
    texts.of_plan += 1;
    texts.of_all += 1;
    let organisation = places::find_organisation(tx, plan.organisation).await?.map(|one| one.name).unwrap_or_default();
    let letter = Letter {
        learner: Some(learner),
        channel: Channel::Sms,
        to: phone.as_str(),
        template: "plan-invited",
        lang: person.lang,
        params: vec![("organisation", organisation)],
    };
    outbox::send(tx, keys, &letter).await?;
    members::mark_told(tx, plan.id, learner).await?;
    Ok(Invited { asked: 1, told: 1, known: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_people_is_named_by_its_kind_and_its_id() {
        let id = "01980000-0000-7000-8000-000000000000";
        assert_eq!(Source::parse(&format!("group/{id}")), id.parse().ok().map(Source::Group));
        assert_eq!(Source::parse(&format!("batch/{id}")), id.parse().ok().map(Source::Batch));
        for text in ["", "group", "group/", "all/x", "class/5"] {
            assert_eq!(Source::parse(text), None, "{text}");
        }
    }
}
