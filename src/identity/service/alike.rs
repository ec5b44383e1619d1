//! Whether somebody is registered already: by how the name sounds and when they were born, among the people of one county.
//!
//! What is kept to find them are codes that only the bank's key makes, so that a copy of the database says at most that two people of
//! one county share a sound and a year. What is shown of them is what whoever asks has before them anyway; people outside of the area in
//! which they find people are never shown, nor that there are any.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use super::profile;
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::alike::{self as queries, NameCodes, Sounding};
use crate::identity::queries::people::{self, KEY_PLACE, NAME_PLACE};
use crate::identity::roles::Role;
use crate::identity::scope::StaffScope;
use crate::identity::secrets;
use crate::identity::values::{BirthYear, PersonName, sounds};
use crate::kernel::{LearnerId, SealKey};
use crate::places::PlaceCode;

/// How it stands in the access log.
const SHOWN: &str = "alike";
/// People who are shown at once.
const MOST_SHOWN: usize = 5;
/// Digits of a county's code.
const COUNTY_DIGITS: usize = 6;

/// Somebody who may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Who.
    pub learner: LearnerId,
    /// The name, with the middle of it hidden.
    pub name: String,
    /// Where they live.
    pub place_code: String,
    /// Whether the name is written in the same way.
    pub is_same_name: bool,
    /// Whether they were born in the same year; else in the one before or after.
    pub is_same_year: bool,
}

/// Of whom a like is looked for.
#[derive(Clone, Debug)]
pub struct Likeness {
    /// The name.
    pub name: PersonName,
    /// The year of birth.
    pub year: BirthYear,
    /// Where they live.
    pub area: PlaceCode,
}

/// Among whom a like is looked for.
#[derive(Clone, Debug)]
pub enum Among {
    /// Those who are real.
    Real,
    /// Those who are staged too, but for these.
    StagedBut(HashSet<LearnerId>),
}

/// The county that a place lies in, or the place itself where that is greater.
fn county_of(place: &str) -> &str {
    place.get(..COUNTY_DIGITS).unwrap_or(place)
}

/// The codes of a name with this year of birth.
fn codes_of(keys: &Keys, name: &PersonName, year: i64) -> Vec<Vec<u8>> {
    sounds(name).iter().map(|sound| secrets::name_index(keys, sound, year)).collect()
}

/// The codes to be kept of somebody.
pub(super) fn codes_for(
    keys: &Keys,
    learner: LearnerId,
    (name, year, place): (&PersonName, BirthYear, Option<&str>),
) -> NameCodes {
    NameCodes { learner, area: county_of(place.unwrap_or_default()).to_owned(), codes: codes_of(keys, name, year.value()) }
}

/// Keeps the sounds of somebody's name.
pub(super) async fn index_name(
    tx: &Tx,
    keys: &Keys,
    learner: LearnerId,
    of: (&PersonName, BirthYear, Option<&str>),
) -> Result<(), DbErr> {
    queries::insert_names(tx, &[codes_for(keys, learner, of)]).await
}

/// Keeps the sounds of a name anew, after it or the year was put right.
pub(super) async fn keep_name(tx: &Tx, keys: &Keys, learner: LearnerId) -> Result<(), Error> {
    let kept = profile(tx, keys, learner).await?;
    queries::delete_names(tx, &[learner]).await?;
    if let (Ok(name), Some(year)) = (PersonName::parse(&kept.name), kept.birth_year.and_then(BirthYear::from_value)) {
        index_name(tx, keys, learner, (&name, year, kept.place_code.as_deref())).await?;
    }
    Ok(())
}

/// Keeps where somebody lives now beside the sounds of their name.
pub(super) async fn move_name(tx: &Tx, learner: LearnerId, place: Option<&str>) -> Result<(), DbErr> {
    queries::move_name(tx, learner, county_of(place.unwrap_or_default())).await
}

/// Those of the area of `scope` who may be one of `wanted`, in its order; the likeliest first, at most five each. Three statements.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn find_alike(
    db: &impl ConnectionTrait,
    keys: &Keys,
    scope: &StaffScope,
    (wanted, among): (&[Likeness], &Among),
) -> Result<Vec<Vec<Alike>>, Error> {
    let near = |likeness: &Likeness| {
        let year = likeness.year.value();
        [year, year - 1, year + 1].map(|year| codes_of(keys, &likeness.name, year)).concat()
    };
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<Vec<Vec<u8>>> = wanted.iter().map(near).collect();
    let mut areas: Vec<String> = wanted.iter().flat_map(|likeness| areas_of(likeness.area.as_str())).collect();
    areas.sort();
    areas.dedup();
    let states: &[&str] = if matches!(among, Among::Real) { &["active"] } else { &["active", "staged"] };
    let found = queries::list_sounding(db, &areas, (codes.concat(), wanted.len()), states).await?;
    let own = scope.areas(Role::FINDERS);
    let is_left_out = |learner: &LearnerId| matches!(among, Among::StagedBut(but) if but.contains(learner));
    let is_own = |row: &Sounding| !is_left_out(&row.learner) && own.iter().any(|area| area.covers(&row.place_code));
    let found: Vec<Sounding> = found.into_iter().filter(is_own).collect();
    wanted.iter().zip(&codes).map(|(likeness, codes)| alike_of(keys, likeness, codes, &found)).collect()
}

/// The places in which somebody who lives at `place` may have said to live: it, its county, and what that lies in.
fn areas_of(place: &str) -> Vec<String> {
    let county = county_of(place);
    [county, county.get(..4).unwrap_or(county), county.get(..2).unwrap_or(county)].map(str::to_owned).into()
}

fn alike_of(keys: &Keys, likeness: &Likeness, codes: &[Vec<u8>], found: &[Sounding]) -> Result<Vec<Alike>, Error> {
    let mut alike: Vec<Alike> = Vec::new();
    for row in found.iter().filter(|row| codes.contains(&row.index)) {
        if alike.iter().any(|known| known.learner == row.learner) {
            continue;
        }
        let key = SealKey::unwrap_with(&keys.envelope(), KEY_PLACE, &row.wrapped)?;
        let name = key.open_text(NAME_PLACE, &row.name_sealed)?;
        alike.push(Alike {
            learner: row.learner,
            is_same_name: name == likeness.name.as_str(),
            name: masked(&name),
            place_code: row.place_code.clone(),
            is_same_year: row.birth_year == Some(likeness.year.value()),
        });
    }
    alike.sort_by_key(|one| (!one.is_same_name, !one.is_same_year, one.learner.uuid()));
    alike.truncate(MOST_SHOWN);
    Ok(alike)
}

/// A name with its middle hidden: 王*英, 李*.
#[must_use]
pub fn masked(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    match characters.as_slice() {
        [] => String::new(),
        [only] => format!("{only}*"),
        [first, _] => format!("{first}*"),
        [first, .., last] => format!("{first}*{last}"),
    }
}

/// The ways in which a name may sound, in a form that is only ever compared; none where it is no name.
#[must_use]
pub fn sounds_of(name: &str) -> Vec<String> {
    PersonName::parse(name).map_or_else(|_| Vec::new(), |name| sounds(&name))
}

/// These people, as far as they live in one's area, as they are shown to whoever may mean them; that they were shown is kept.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn show_alike(tx: &Tx, keys: &Keys, scope: &StaffScope, learners: &[LearnerId]) -> Result<Vec<Alike>, Error> {
    let own = scope.areas(Role::FINDERS);
    let mut alike = Vec::new();
    for (row, wrapped) in people::list_people(tx, learners, "active").await? {
        let (Some(place_code), Some(wrapped), Some(sealed)) = (row.place_code, wrapped, row.name_sealed) else { continue };
        if own.iter().any(|area| area.covers(&place_code)) {
            let name = SealKey::unwrap_with(&keys.envelope(), KEY_PLACE, &wrapped)?.open_text(NAME_PLACE, &sealed)?;
            let (learner, name) = (row.learner, masked(&name));
            alike.push(Alike { learner, name, place_code, is_same_name: false, is_same_year: false });
        }
    }
    note_alike(tx, scope, &alike).await?;
    Ok(alike)
}

/// Keeps in the access log of each of `alike` that this much of them was shown; once a day for whoever looks.
///
/// # Errors
/// What the database answers.
pub async fn note_alike(tx: &Tx, scope: &StaffScope, alike: &[Alike]) -> Result<(), Error> {
    if alike.is_empty() {
        return Ok(());
    }
    let learners: Vec<LearnerId> = alike.iter().map(|one| one.learner).collect();
    let shown = audit::list_shown(tx, (scope.actor(), SHOWN), &learners, tx.now.day().start()).await?;
    let access = |one: &Alike| {
        let by = scope.grants().iter().find(|grant| grant.area.covers(&one.place_code) && Role::FINDERS.contains(&grant.role))?;
        Some(audit::Access {
            learner: one.learner,
            actor: scope.actor(),
            actor_role: by.role.code(),
            organisation: by.organisation,
            place_code: by.area.as_str(),
            what: SHOWN,
        })
    };
    let accesses: Vec<_> = alike.iter().filter(|one| !shown.contains(&one.learner)).filter_map(access).collect();
    Ok(audit::record_accesses(tx, &accesses).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_name_is_hidden() {
        for (name, shown) in [("王桂英", "王*英"), ("李英", "李*"), ("买买提·吐尔逊", "买*逊"), ("王", "王*"), ("", "")]
        {
            assert_eq!(masked(name), shown);
        }
    }

    #[test]
    fn a_place_lies_in_its_county_and_in_what_is_above() {
        assert_eq!(areas_of("330182001203"), ["330182", "3301", "33"]);
        assert_eq!(areas_of("3301"), ["3301", "3301", "33"]);
        assert_eq!(areas_of(""), ["", "", ""]);
        assert_eq!((county_of("330182001"), county_of("33")), ("330182", "33"));
    }
}
