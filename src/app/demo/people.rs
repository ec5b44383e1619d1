//! Places, organisations, staff, learners.

use super::samples::{SampleLearner, Samples};
use super::{County, Sample, acting_of, days, words};
use crate::i18n::Lang;
use crate::identity::{
    self, BirthYear, ConsentWay, Error, Grant, Login, NewPerson, NewStaff, PersonName, Phone, Pin, Role, Secret, Sender,
    StaffPerson,
};
use crate::kernel::{Chance, Group, IdentityLevel, LearnerId};
use crate::places::{self, NewOrganisation, OrganisationKind, PlaceCode, Setting, SourcePlace};

/// The reading lists that the crowd follows in turn.
const CROWD: [Group; 6] = [Group::Elder, Group::Farmer, Group::Woman, Group::CivilServant, Group::Veteran, Group::Public];

pub(super) async fn settle_places(county: &County, samples: &Samples) -> Result<(), String> {
    let rows = samples.places.clone();
    county
        .step::<places::Error, _>("places", async move |tx| places::keep_local(tx, &rows, "sample").await.map(|()| String::new()))
        .await?;
    for authority in samples.authorities.clone() {
        let read = |(name, value): (&String, &String)| Some((Setting::from_code(name)?, Some(value.clone())));
        let settings: Vec<(Setting, Option<String>)> = authority.settings.iter().filter_map(read).collect();
        let name = format!("authority-{}", authority.place);
        let settle = async move |tx: &_| places::keep_settings(tx, &authority.place, &settings).await.map(|_| String::new());
        county.step::<places::Error, _>(&name, settle).await?;
    }
    for (number, organisation) in samples.organisations.iter().enumerate() {
        let new = NewOrganisation {
            kind: OrganisationKind::from_code(&organisation.kind).ok_or_else(|| words("kind"))?,
            name: organisation.name.clone(),
            place_code: organisation.place.clone(),
            line: None,
            address: organisation.address.clone(),
            phone: organisation.phone.clone(),
            opening_hours: organisation.opening_hours.clone(),
            is_sample: true,
        };
        let add = async move |tx: &_| places::add_organisation(tx, &new).await.map(|id| id.to_string());
        county.step::<places::Error, _>(&format!("organisation-{number}"), add).await?;
    }
    Ok(())
}

pub(super) async fn settle_staff(county: &mut County, samples: &Samples) -> Result<(), String> {
    for staff in &samples.staff {
        let new = NewStaff {
            person: StaffPerson::Named(PersonName::parse(&format!("{}{}", staff.name, samples.mark)).map_err(words)?),
            login: Login::parse(&staff.login).map_err(words)?,
            grant: Grant {
                role: Role::from_code(&staff.role).ok_or_else(|| words("role"))?,
                organisation: None,
                area: PlaceCode::parse(&staff.place).ok_or_else(|| words("place"))?,
                line: staff.line.clone(),
            },
            by: None,
            is_sample: true,
        };
        let (keys, token) = (county.past.keys.clone(), Secret::fresh());
        let sender = Sender { site: String::new(), help_phone: county.past.config.help_phone.clone() };
        let add = async move |tx: &_| Ok(identity::add_staff(tx, &keys, &new, &token, &sender).await?.learner.to_string());
        let id = county.step::<Error, _>(&format!("staff-{}", staff.login), add).await?;
        county.staff.insert(staff.login.clone(), parse(&id)?);
    }
    Ok(())
}

fn parse(id: &str) -> Result<LearnerId, String> {
    id.parse().map_err(|_| words(id))
}

/// Somebody with a name in the file.
pub(super) async fn settle_named(county: &mut County, samples: &Samples, learner: &SampleLearner) -> Result<Sample, String> {
    county.turn_to(learner.since, &learner.key);
    let phone = learner.phone.as_deref().map(Phone::parse).transpose().map_err(words)?;
    let font = match learner.font.as_str() {
        "xlarge" => "xlarge",
        "large" => "large",
        _ => "normal",
    };
    let name = format!("{}{}", learner.name, samples.mark);
    let groups = learner.groups.clone();
    settle(
        county,
        samples,
        Who { key: learner.key.clone(), name, born: learner.born, place: learner.place.clone(), phone, groups, font },
    )
    .await
}

/// Somebody of the crowd: who they are follows from the number and the kept seed. Gives how many days ago they came.
pub(super) async fn settle_one_of_the_crowd(
    county: &mut County,
    samples: &Samples,
    number: usize,
    chance: &mut Chance,
) -> Result<(Sample, i64), String> {
    let group = CROWD.get(number % CROWD.len()).copied().unwrap_or(Group::Public);
    let born = match group {
        Group::Elder => 1940 + days(chance, 22),
        Group::Farmer | Group::Veteran => 1955 + days(chance, 40),
        _ => 1965 + days(chance, 38),
    };
    let villages: Vec<&SourcePlace> = samples.places.iter().filter(|place| place.code.len() == 12).collect();
    let place = chance.pick(&villages).map(|place| place.code.clone()).unwrap_or_default();
    let given = if group == Group::Woman || number.is_multiple_of(2) { &samples.women } else { &samples.men };
    let surname = chance.pick(&samples.surnames).cloned().unwrap_or_default();
    let name = format!("{surname}{}{}", chance.pick(given).cloned().unwrap_or_default(), samples.mark);
    let since = 10 + days(chance, 165);
    let key = format!("crowd-{number}");
    county.turn_to(since, &key);
    let font = if group == Group::Elder { "large" } else { "normal" };
    let groups = if group == Group::Public { Vec::new() } else { vec![group] };
    let who = Who { key, name, born, place, phone: None, groups, font };
    Ok((settle(county, samples, who).await?, since))
}

/// Somebody to be registered.
struct Who {
    key: String,
    name: String,
    born: i64,
    place: String,
    phone: Option<Phone>,
    groups: Vec<Group>,
    font: &'static str,
}

/// Registers somebody: spoken consent where a volunteer did it, a PIN for the card, a reading list; what needs a consent of its own is
/// kept with one.
async fn settle(county: &mut County, samples: &Samples, who: Who) -> Result<Sample, String> {
    let volunteer = county.staff("sample-volunteer")?;
    let (sensitive, plain): (Vec<Group>, Vec<Group>) =
        who.groups.iter().copied().partition(|group| matches!(group, Group::Veteran | Group::Disabled));
    let new = NewPerson {
        name: PersonName::parse(&who.name).map_err(words)?,
        birth_year: BirthYear::from_value(who.born),
        by: who.phone.is_none().then_some(volunteer),
        consent: Some(if who.phone.is_none() { ConsentWay::Spoken } else { ConsentWay::Screen }),
        phone: who.phone,
        place_code: Some(who.place.clone()),
        groups: plain,
        font: who.font,
        lang: Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        is_sample: true,
    };
    let (keys, pin) = (county.past.keys.clone(), Pin::parse(&samples.pin).map_err(words)?);
    let pathway = who.groups.first().map_or("public", |group| group.code()).to_owned();
    let register = async move |tx: &_| {
        let learner = identity::register(tx, &keys, &new).await?.learner();
        let acting = acting_of(learner);
        identity::set_pin(tx, &keys, &acting, None, &pin).await?;
        for group in &sensitive {
            identity::agree_to_group(tx, &acting, *group, ConsentWay::Spoken).await?;
        }
        identity::choose_start(tx, &acting, None, Some(pathway.clone())).await?;
        Ok(learner.to_string())
    };
    let id = county.step::<Error, _>(&format!("learner-{}", who.key), register).await?;
    let acting = acting_of(parse(&id)?);
    let sample = Sample { key: who.key, acting, groups: who.groups, born: who.born, place: who.place };
    county.learners.insert(sample.key.clone(), sample.clone());
    Ok(sample)
}
