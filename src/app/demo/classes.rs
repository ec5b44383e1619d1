//! Class sessions of the county: held, on now, to come, taken back; a study group; a service point that says when it is open.

use std::collections::HashMap;

use super::samples::{SampleClass, SampleGroup, Samples};
use super::{County, words};
use crate::classes::{self, Hours, Kind, NewClass, NewGroup, Way};
use crate::curriculum::CourseCode;
use crate::db::{OnceKey, Tx};
use crate::identity::{self, StaffScope};
use crate::kernel::{ClassId, Digest, LearnerId, OrganisationId, StudyGroupId, Timestamp, digest_of};
use crate::places::{self, Facility, Organisation, PlaceCode, Service, ServiceChange, spans_typed};

/// Who holds the sessions.
const VOLUNTEER: &str = "sample-volunteer";
/// Organisations looked through for a service point.
const MOST: u64 = 100;

pub(super) async fn settle(county: &County, samples: &Samples) -> Result<(), String> {
    let scope = identity::load_scope(county.past.db.read(), county.staff(VOLUNTEER)?).await.map_err(words)?;
    let area = PlaceCode::parse("99").unwrap_or_default();
    let points = places::list_organisations(county.past.db.read(), &[area], MOST).await.map_err(words)?;
    describe(county, samples, &points).await?;
    let mut groups = HashMap::new();
    for group in &samples.groups {
        groups.insert(group.key.clone(), found(county, &scope, group, &points).await?);
    }
    for (number, class) in samples.classes.iter().enumerate() {
        hold(county, &scope, (class, number), &points, &groups).await?;
    }
    Ok(())
}

fn point_of(points: &[Organisation], name: &str) -> Result<OrganisationId, String> {
    points.iter().find(|point| point.name == name).map(|point| point.id).ok_or_else(|| words(name))
}

/// The opening hours of service points, weekday by weekday.
async fn describe(county: &County, samples: &Samples, points: &[Organisation]) -> Result<(), String> {
    for (number, open) in samples.opening.iter().enumerate() {
        let point = points.iter().find(|point| point.name == open.point).ok_or_else(|| words(&open.point))?;
        let spans = open.days.iter().zip(1..).filter_map(|(typed, day)| spans_typed(day, typed)).flatten();
        let facilities = open.facilities.iter().filter_map(|code| Facility::from_code(code)).collect();
        let service = Service { spans: spans.collect(), closed: open.closed.clone(), facilities };
        let change = ServiceChange { address: point.address.clone(), phone: point.phone.clone(), service };
        let id = point.id;
        let work = async move |tx: &Tx| places::change_service(tx, id, &change).await.map(|()| String::new());
        county.step::<places::Error, _>(&format!("opening-{number}"), work).await?;
    }
    Ok(())
}

fn once(name: &str) -> Result<(OnceKey, Digest), String> {
    let key = OnceKey::parse(&format!("sample-form-{name}")).ok_or_else(|| words(name))?;
    let digest = digest_of(&[name.as_bytes()]);
    Ok((key, digest))
}

async fn found(
    county: &County,
    scope: &StaffScope,
    group: &SampleGroup,
    points: &[Organisation],
) -> Result<StudyGroupId, String> {
    let name = format!("group-{}", group.key);
    let new = NewGroup {
        name: group.name.clone(),
        organisation: point_of(points, &group.point)?,
        timetable: group.timetable.clone(),
        is_sample: true,
    };
    county.turn_to(30, &name);
    let ((key, digest), by) = (once(&name)?, scope.clone());
    let work = async move |tx: &Tx| classes::found_group(tx, &by, &new, (&key, &digest)).await.map(|id| id.to_string());
    let id: StudyGroupId = county.step::<classes::Error, _>(&name, work).await?.parse().map_err(words)?;
    for who in &group.who {
        let learner = county.sample(who)?.acting.learner;
        let profile = identity::profile(county.past.db.read(), &county.past.keys, learner).await.map_err(words)?;
        let (keys, by, card) = (county.past.keys.clone(), scope.clone(), profile.card.ok_or_else(|| words(who))?);
        let work = async move |tx: &Tx| classes::add_member(tx, &keys, &by, (id, &card)).await.map(|_| String::new());
        county.step::<classes::Error, _>(&format!("{name}-{who}"), work).await?;
    }
    Ok(id)
}

/// When a session is: on a day, or around now.
fn hours_of(county: &County, class: &SampleClass) -> Hours {
    match class.from {
        Some(from) => {
            let day = county.today.plus_days(class.in_days).day().start();
            Hours::on(day, from * 60, from * 60 + class.minutes)
        }
        None => {
            let starts_at = county.today.plus_minutes(-30);
            Hours { starts_at, ends_at: starts_at.plus_minutes(class.minutes) }
        }
    }
}

fn turn(county: &County, to: Timestamp) {
    county.clock.turn_ms(to.min(county.today).ms() - county.clock.now().ms());
}

async fn hold(
    county: &County,
    scope: &StaffScope,
    (class, number): (&SampleClass, usize),
    points: &[Organisation],
    groups: &HashMap<String, StudyGroupId>,
) -> Result<(), String> {
    let (name, hours) = (format!("class-{number}"), hours_of(county, class));
    let course = class.course.as_deref().and_then(CourseCode::parse).and_then(|code| county.shelf.course(code));
    let title = class.title.clone().or_else(|| course.map(|course| course.title.clone())).unwrap_or_default();
    let new = NewClass {
        kind: Kind::from_code(&class.kind).ok_or_else(|| words(&class.kind))?,
        course: course.map(|course| course.code.to_string()),
        title,
        organisation: point_of(points, &class.point)?,
        hours: vec![hours],
        seats: class.seats,
        teacher: scope.actor(),
        witness: None,
        notes: class.notes.clone(),
        group: class.group.as_ref().and_then(|group| groups.get(group)).copied(),
        is_sample: true,
    };
    turn(county, hours.starts_at.plus_days(-8));
    let ((key, digest), by) = (once(&name)?, scope.clone());
    let work = async move |tx: &Tx| classes::plan_classes(tx, &by, &new, (&key, &digest)).await.map(|id| id.to_string());
    let id: ClassId = county.step::<classes::Error, _>(&name, work).await?.parse().map_err(words)?;
    for who in &class.who {
        let acting = county.sample(who)?.acting;
        let work = async move |tx: &Tx| classes::sign_up(tx, &acting, id).await.map(|()| String::new());
        county.step::<classes::Error, _>(&format!("{name}-{who}"), work).await?;
    }
    if let Some(reason) = class.cancelled.clone() {
        let (keys, by) = (county.past.keys.clone(), scope.clone());
        let work = async move |tx: &Tx| classes::cancel_class(tx, &keys, &by, id, &reason).await.map(|()| String::new());
        county.step::<classes::Error, _>(&format!("{name}-cancelled"), work).await?;
    }
    turn(county, hours.starts_at.plus_minutes(5));
    for who in &class.came {
        let (learner, by, keys) = (county.sample(who)?.acting.learner, scope.clone(), county.past.keys.clone());
        let come = async move |tx: &Tx| {
            classes::check_in_person(tx, &keys, &by, id, (learner, Way::Number)).await.map(|_| String::new())
        };
        county.step::<classes::Error, _>(&format!("{name}-came-{who}"), come).await?;
    }
    if class.closed && course.is_some() {
        for who in &class.came {
            let (learner, by) = (county.sample(who)?.acting.learner, scope.clone());
            let seen = async move |tx: &Tx| classes::witness_task(tx, &by, id, learner).await.map(|()| String::new());
            county.step::<classes::Error, _>(&format!("{name}-task-{who}"), seen).await?;
        }
    }
    if class.closed { close(county, scope, id, (class, hours), &name).await } else { Ok(()) }
}

async fn close(
    county: &County,
    scope: &StaffScope,
    id: ClassId,
    (class, hours): (&SampleClass, Hours),
    name: &str,
) -> Result<(), String> {
    let who: Vec<LearnerId> =
        class.came.iter().map(|who| Ok(county.sample(who)?.acting.learner)).collect::<Result<_, String>>()?;
    let year = i64::from(hours.starts_at.day().year());
    let people = identity::people_of(county.past.db.read(), &county.past.keys, &who, year).await.map_err(words)?;
    turn(county, hours.ends_at);
    let by = scope.clone();
    let work = async move |tx: &Tx| classes::close_class(tx, &by, id, &people).await.map(|()| String::new());
    county.step::<classes::Error, _>(&format!("{name}-closed"), work).await.map(|_| ())
}
