//! A believable county for trying things out: people of every role, half a year of learning, tests, credit and questions.
//!
//! Everybody here is made up, carries a mark in the name and `is_sample` in the row; the server refuses to run in production on a
//! database that holds one. They go through the same services as everybody else, under a clock that is turned through the half year.

use serde::Deserialize;

use super::demo_year::live_through;
use crate::curriculum::Shelf;
use crate::db::{self, Target};
use crate::i18n::Lang;
use crate::identity::{
    self, BirthYear, ConsentWay, Grant, Login, NewPerson, NewStaff, PersonName, Pin, Registered, Role, Secret, Sender,
    StaffPerson,
};
use crate::kernel::{Acting, Chance, Clock, Group, IdentityLevel, LearnerId, Seed};
use crate::places::{self, NewOrganisation, OrganisationKind, PlaceCode, SourcePlace};
use crate::web::House;

/// Learners of the sample county.
const LEARNERS: usize = 48;
/// Always the same county.
const SEED: Seed = Seed(*b"shiqiao-county-1");

#[derive(Debug, Deserialize)]
struct Samples {
    mark: String,
    pin: String,
    days: i64,
    surnames: Vec<String>,
    women: Vec<String>,
    men: Vec<String>,
    special: Vec<String>,
    place: Vec<SourcePlace>,
    organisation: Vec<SampleOrganisation>,
    staff: Vec<SampleStaff>,
}

#[derive(Debug, Deserialize)]
struct SampleOrganisation {
    kind: String,
    name: String,
    place: String,
    address: String,
}

#[derive(Debug, Deserialize)]
struct SampleStaff {
    login: String,
    name: String,
    role: String,
    place: String,
}

/// A sample learner at work.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub acting: Acting,
    pub groups: Vec<Group>,
    pub birth_year: i64,
    pub place: String,
}

/// Settles the county, once: a database that has sample people is left as it is.
pub(super) async fn settle(house: &House, shelf: &Shelf) -> Result<(), String> {
    if identity::has_samples(house.db.read()).await.map_err(words)? {
        return Ok(());
    }
    let samples: Samples = toml::from_str(include_str!("samples.toml")).map_err(words)?;
    let today = house.clock().now();
    let clock = Clock::standing_at(today.plus_days(-samples.days));
    let target = match &house.config.database_url {
        Some(url) => Target::Postgres(url.clone()),
        None => Target::Sqlite(house.config.data_dir.join("bank.sqlite")),
    };
    // A door of its own to the same database: its clock is the only thing that differs.
    let past = House { db: db::open(&target, clock.clone()).await.map_err(words)?, ..house.clone() };
    settle_places(&past, &samples).await?;
    settle_staff(&past, &samples).await?;
    let mut chance = SEED.chance("people");
    for number in 0..LEARNERS {
        let day = i64::try_from(chance.below(150)).unwrap_or(0);
        let start = today.plus_days(day - samples.days).plus_minutes(i64::try_from(chance.below(600)).unwrap_or(0));
        clock.turn_ms(start.ms() - clock.now().ms());
        let sample = settle_learner(&past, &samples, number, &mut chance).await?;
        live_through(&past, shelf, &clock, today, &sample, &mut chance).await?;
    }
    Ok(())
}

pub(super) fn words(error: impl std::fmt::Display) -> String {
    format!("示例人物没有安顿好：{error}")
}

async fn settle_places(past: &House, samples: &Samples) -> Result<(), String> {
    let rows = samples.place.clone();
    past.db.write(async move |tx| places::keep_local(tx, &rows, "sample").await).await.map_err(words)?;
    for organisation in &samples.organisation {
        let new = NewOrganisation {
            kind: OrganisationKind::from_code(&organisation.kind).ok_or("samples.toml: kind")?,
            name: organisation.name.clone(),
            place_code: organisation.place.clone(),
            line: None,
            address: Some(organisation.address.clone()),
            phone: None,
            opening_hours: None,
            is_sample: true,
        };
        past.db.write(async move |tx| places::add_organisation(tx, &new).await).await.map_err(words)?;
    }
    Ok(())
}

async fn settle_staff(past: &House, samples: &Samples) -> Result<(), String> {
    for staff in &samples.staff {
        let new = NewStaff {
            person: StaffPerson::Named(PersonName::parse(&format!("{}{}", staff.name, samples.mark)).map_err(words)?),
            login: Login::parse(&staff.login).map_err(words)?,
            grant: Grant {
                role: Role::from_code(&staff.role).ok_or("samples.toml: role")?,
                organisation: None,
                area: PlaceCode::parse(&staff.place).ok_or("samples.toml: place")?,
                line: None,
            },
            by: None,
            is_sample: true,
        };
        let (keys, token) = (past.keys.clone(), Secret::fresh());
        let sender = Sender { site: String::new(), help_phone: String::new() };
        past.db.write(async move |tx| identity::add_staff(tx, &keys, &new, &token, &sender).await).await.map_err(words)?;
    }
    Ok(())
}

/// Who they are follows from the number and the kept seed.
async fn settle_learner(past: &House, samples: &Samples, number: usize, chance: &mut Chance) -> Result<Sample, String> {
    let group = Group::LISTED.get(number % Group::LISTED.len()).copied().unwrap_or(Group::Public);
    let birth_year = match group {
        Group::Elder => 1940 + chance.below(22),
        Group::Farmer | Group::Veteran => 1955 + chance.below(40),
        _ => 1965 + chance.below(38),
    };
    let birth_year = i64::try_from(birth_year).unwrap_or(1950);
    let villages: Vec<&SourcePlace> = samples.place.iter().filter(|place| place.code.len() == 12).collect();
    let place = chance.pick(&villages).map(|place| place.code.clone()).unwrap_or_default();
    let name = format!("{}{}", draw_name(samples, number, group, chance), samples.mark);
    // That somebody is a veteran is kept only with a consent of its own; sample people have given none.
    let groups = if matches!(group, Group::Public | Group::Veteran) { Vec::new() } else { vec![group] };
    let new = NewPerson {
        name: PersonName::parse(&name).map_err(words)?,
        birth_year: BirthYear::from_value(birth_year),
        phone: None,
        place_code: Some(place.clone()),
        groups: groups.clone(),
        font: if group == Group::Elder { "large" } else { "normal" },
        lang: Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        consent: Some(ConsentWay::Spoken),
        is_sample: true,
        by: None,
    };
    let (keys, pin) = (past.keys.clone(), samples.pin.clone());
    let learner = past
        .db
        .write(async move |tx| {
            let (Registered::New { learner, .. } | Registered::Known(learner)) = identity::register(tx, &keys, &new).await?;
            let acting = acting_of(learner);
            if let Ok(pin) = Pin::parse(&pin) {
                identity::set_pin(tx, &keys, &acting, None, &pin).await?;
            }
            let pathway = Some(group.code().to_owned());
            identity::choose_start(tx, &acting, None, pathway).await.map(|()| learner)
        })
        .await
        .map_err(words)?;
    Ok(Sample { acting: acting_of(learner), groups, birth_year, place })
}

fn draw_name(samples: &Samples, number: usize, group: Group, chance: &mut Chance) -> String {
    if let Some(name) = samples.special.get(number / 15).filter(|_| number % 15 == 14) {
        return name.clone();
    }
    let given = if group == Group::Woman || number.is_multiple_of(2) { &samples.women } else { &samples.men };
    let surname = chance.pick(&samples.surnames).cloned().unwrap_or_default();
    format!("{surname}{}", chance.pick(given).cloned().unwrap_or_default())
}

const fn acting_of(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}
