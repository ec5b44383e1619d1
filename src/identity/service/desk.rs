//! What is done for people at a service point, by staff whose role lets them see the person. Everything is in the trail and in the access
//! log, and told to the person by a text where they have a phone.

use sea_orm::DbErr;

use super::alike::{keep_name, move_name};
use super::blanks::may_give;
use super::cards::{bind_blank, is_pin, issue_card, put_pin};
use super::documents::keep_sight;
use super::lookup::{Found, show};
use super::notes::{Deed, Sender, note, tell};
use super::people::{person_key, register_as, update};
use super::{NewPerson, Profile, profile};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::kinds::ConsentWay;
use crate::identity::queries::documents::{self, GUARDIAN_PLACE};
use crate::identity::queries::people::{self, NAME_PLACE, PersonUpdate};
use crate::identity::queries::sessions;
use crate::identity::roles::{Assurance, Role};
use crate::identity::scope::{StaffScope, Whose};
use crate::identity::secrets;
use crate::identity::values::{BirthYear, PersonName, Phone, Pin};
use crate::kernel::{CardNumber, Group, IdentityLevel, LearnerId};
use crate::places::{self, PlaceCode};

/// Somebody of the staff with a person before them.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Who stands behind it.
    pub scope: StaffScope,
    /// Who stands before it.
    pub learner: LearnerId,
    /// Who signs letters.
    pub sender: Sender,
}

impl Desk {
    /// The person, where one of `roles` lets the staff member see them; their row is held until the commit.
    pub(super) async fn person(&self, tx: &Tx, keys: &Keys, roles: &[Role], what: &'static str) -> Result<Profile, Error> {
        // Nobody is their own helper.
        if self.learner == self.scope.actor() {
            return Err(Error::NotAllowed);
        }
        people::lock_person(tx, self.learner).await?;
        let found = show(tx, keys, &self.scope, (self.learner, roles), what).await?;
        found.map(|Found { profile, .. }| profile).ok_or(Error::NoSuchPerson)
    }

    /// The trail and the letter; `what` names the words of what was done.
    pub(super) async fn told(
        &self,
        tx: &Tx,
        keys: &Keys,
        whom: &Profile,
        (action, what): (&'static str, &str),
    ) -> Result<(), Error> {
        note(tx, Deed::of(action, self.scope.actor(), self.learner)).await?;
        let params = vec![("what", whom.lang.t(what)), ("help_phone", self.sender.help_phone.clone())];
        tell(tx, keys, whom, "service-point", params).await?;
        Ok(())
    }
}

/// Sets the PIN that the person has chosen on the spot; it is never shown. Sessions that the card opened end.
///
/// # Errors
/// [`Error::NoSuchPerson`] where the staff member may not see them.
pub async fn reset_pin(tx: &Tx, keys: &Keys, desk: &Desk, pin: &Pin) -> Result<(), Error> {
    let person = desk.person(tx, keys, Role::FINDERS, "reset_pin").await?;
    if is_pin(tx, keys, desk.learner, pin).await? {
        return Ok(());
    }
    put_pin(tx, keys, desk.learner, None, pin).await?;
    desk.told(tx, keys, &person, ("identity.reset_pin", "identity-told-pin")).await
}

/// Gives a new card in place of a lost one, which ends with the sessions that it opened: one that was printed blank, or one of a fresh
/// number. The new one has no PIN and no pictures yet.
///
/// # Errors
/// As [`reset_pin`]; [`Error::NoSuchBlank`] where `blank` is not one to be given here.
pub async fn replace_card(tx: &Tx, keys: &Keys, desk: &Desk, blank: Option<&CardNumber>) -> Result<CardNumber, Error> {
    let person = desk.person(tx, keys, Role::FINDERS, "replace_card").await?;
    let card = match blank {
        Some(number) => {
            may_give(tx, &desk.scope, number).await?;
            bind_blank(tx, number, desk.learner).await?
        }
        None => issue_card(tx, desk.learner).await?,
    };
    for assurance in [Assurance::CardPin, Assurance::Pictures] {
        sessions::end_opened_by(tx, desk.learner, assurance, None).await?;
    }
    desk.told(tx, keys, &person, ("identity.replace_card", "identity-told-card")).await?;
    Ok(card)
}

/// Puts name and year of birth right, with the document before one's eyes: that it was seen is kept too.
///
/// # Errors
/// As [`reset_pin`].
pub async fn correct(tx: &Tx, keys: &Keys, desk: &Desk, name: &PersonName, year: BirthYear) -> Result<(), Error> {
    let person = desk.person(tx, keys, Role::CHECKERS, "correct").await?;
    if person.name == name.as_str() && person.birth_year == Some(year.value()) {
        return Ok(());
    }
    let key = person_key(tx, keys, desk.learner).await?;
    update(tx, desk.learner, PersonUpdate::Name(key.seal(NAME_PLACE, name.as_str().as_bytes()))).await?;
    update(tx, desk.learner, PersonUpdate::BirthYear(year.value())).await?;
    keep_name(tx, keys, desk.learner).await?;
    keep_sight(tx, desk.scope.actor(), &person, false).await?;
    desk.told(tx, keys, &person, ("identity.correct_with_document", "identity-told-correct")).await
}

/// Keeps where somebody lives who has not said so, as they tell it at the desk.
///
/// # Errors
/// As [`reset_pin`]; [`Error::NotAllowed`] outside of the areas in which the staff member finds people; [`Error::PlaceKnown`] where they
/// have said it meanwhile; an unknown place.
pub async fn settle(tx: &Tx, keys: &Keys, desk: &Desk, area: &PlaceCode) -> Result<(), Error> {
    let person = desk.person(tx, keys, Role::FINDERS, "settle").await?;
    match &person.place_code {
        Some(known) if known == area.as_str() => return Ok(()),
        Some(_) => return Err(Error::PlaceKnown),
        None => {}
    }
    if places::find_place(tx, area.as_str()).await?.is_none() {
        return Err(places::Error::UnknownPlace.into());
    }
    let whose = Whose { place: Some(area.as_str()), groups: &person.groups };
    desk.scope.grant_for(Role::FINDERS, whose).ok_or(Error::NotAllowed)?;
    update(tx, desk.learner, PersonUpdate::Place(Some(area.as_str().to_owned()))).await?;
    move_name(tx, desk.learner, Some(area.as_str())).await?;
    desk.told(tx, keys, &person, ("identity.settle", "identity-told-place")).await
}

/// Who agrees for a child.
#[derive(Clone, Debug)]
pub struct NewGuardian {
    /// Their name.
    pub name: PersonName,
    /// What they are to the child.
    pub relation: Relation,
}

/// What somebody is to a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// 母亲.
    Mother,
    /// 父亲.
    Father,
    /// 祖父母、外祖父母.
    Grandparent,
    /// 别的监护人.
    Other,
}

impl Relation {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 4] = [Self::Mother, Self::Father, Self::Grandparent, Self::Other];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Grandparent => "grandparent",
            Self::Other => "other",
        }
    }

    /// The relation that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.code() == code)
    }
}

/// Somebody who registers at the desk.
#[derive(Clone, Debug)]
pub struct InPerson {
    /// Their name.
    pub name: PersonName,
    /// Their year of birth.
    pub year: BirthYear,
    /// Their phone, where they have one.
    pub phone: Option<Phone>,
    /// Where they live.
    pub area: PlaceCode,
    /// What they want to learn for, where they said so.
    pub group: Option<Group>,
    /// The text size they read.
    pub font: &'static str,
    /// How they, or the guardian, agreed.
    pub consent: ConsentWay,
    /// The guardian, of a child under 14.
    pub guardian: Option<NewGuardian>,
    /// The blank card they were given.
    pub card: Option<CardNumber>,
}

/// What registering at the desk came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtDesk {
    /// A new account.
    New(LearnerId),
    /// The phone belongs to an account. Its owner sees that it was tried.
    PhoneHeld,
}

/// Registers somebody who stands before the desk: a child with a guardian, or somebody without a phone too.
///
/// # Errors
/// [`Error::NotAllowed`] outside of the areas in which `scope` finds people; an unknown place; [`Error::NoSuchBlank`].
pub async fn register_in_person(
    tx: &Tx,
    keys: &Keys,
    (scope, sender): (&StaffScope, &Sender),
    new: &InPerson,
) -> Result<AtDesk, Error> {
    if !scope.areas(Role::FINDERS).iter().any(|area| area.covers(new.area.as_str())) {
        return Err(Error::NotAllowed);
    }
    if let Some(phone) = &new.phone
        && let Some(holder) = people::find_by_phone(tx, secrets::phone_index(keys, phone)).await?
    {
        note_tried(tx, scope, &[holder], &new.area).await?;
        return Ok(AtDesk::PhoneHeld);
    }
    if places::find_place(tx, new.area.as_str()).await?.is_none() {
        return Err(places::Error::UnknownPlace.into());
    }
    if let Some(number) = &new.card {
        may_give(tx, scope, number).await?;
    }
    let person = NewPerson {
        name: new.name.clone(),
        birth_year: Some(new.year),
        phone: new.phone.clone(),
        place_code: Some(new.area.as_str().to_owned()),
        groups: new.group.into_iter().collect(),
        font: new.font,
        lang: Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        consent: Some(new.consent),
        by: Some(scope.actor()),
        is_sample: false,
    };
    let learner = LearnerId::fresh(tx.now);
    register_as(tx, keys, &person, (learner, new.card.as_ref())).await?;
    if let Some(guardian) = &new.guardian {
        let key = person_key(tx, keys, learner).await?;
        let name_sealed = key.seal(GUARDIAN_PLACE, guardian.name.as_str().as_bytes());
        documents::insert_guardian(tx, learner, name_sealed, guardian.relation.code(), scope.actor()).await?;
    }
    let whom = profile(tx, keys, learner).await?;
    let params = vec![("what", whom.lang.t("identity-told-register")), ("help_phone", sender.help_phone.clone())];
    tell(tx, keys, &whom, "service-point", params).await?;
    Ok(AtDesk::New(learner))
}

/// The owners of phones see that it was tried to register with them.
///
/// # Errors
/// What the database answers.
pub async fn note_tried(tx: &Tx, scope: &StaffScope, holders: &[LearnerId], area: &PlaceCode) -> Result<(), DbErr> {
    let access = |holder: &LearnerId| audit::Access {
        learner: *holder,
        actor: scope.actor(),
        actor_role: scope.grants().first().map_or("", |grant| grant.role.code()),
        organisation: None,
        place_code: area.as_str(),
        what: "register_phone",
    };
    let accesses: Vec<_> = holders.iter().map(access).collect();
    audit::record_accesses(tx, &accesses).await
}
