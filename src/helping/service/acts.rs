//! 代办: kept with its receipt, told at once, undone. Nothing here earns anything.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::{Deed, before, note, own_organisation};
use crate::config::Keys;
use crate::db::{OnceKey, Tx, remember};
use crate::help::{self, Asked, Asker, CaseNumber, Kind, Request, Told};
use crate::helping::queries::acts as queries;
use crate::helping::rules::{self, Agreed, Errand, Outcome, Way};
use crate::helping::{Act, ActWords, Error, PLACE_WORDS};
use crate::i18n::Lang;
use crate::identity::{self, Profile, Role, Sender, StaffScope};
use crate::kernel::{ActId, Acting, Day, Digest, IdentityLevel, LearnerId, OrganisationId, SealKey};
use crate::outbox::{self, Channel, Event, Letter};
use crate::places::PlaceCode;
use crate::web::day_words;

/// Acts of one person that are shown.
const MOST_OF_ONE: u64 = 200;

/// What somebody did for a learner.
#[derive(Clone, Debug)]
pub struct NewAct {
    /// Which errand.
    pub errand: &'static Errand,
    /// At which service point of theirs.
    pub point: Option<OrganisationId>,
    /// On which day.
    pub day: Day,
    /// How the learner agreed.
    pub agreed: Agreed,
    /// What came of it.
    pub outcome: Outcome,
    /// The rest, in words.
    pub words: ActWords,
}

/// The name of an errand: its words, or what was written where it is none of the list.
#[must_use]
pub fn errand_words(errand: &str, words: &ActWords, lang: Lang) -> String {
    let name = lang.t(&format!("errand-{errand}"));
    match (errand == rules::OTHER, words.what.is_empty()) {
        (true, false) => words.what.clone(),
        _ => name,
    }
}

/// Keeps what somebody of the staff did on behalf of a learner whom they may see, and tells the learner. The same form again changes
/// nothing.
///
/// # Errors
/// [`Error::Own`], [`Error::NoSuchPerson`], [`Error::NotHere`], [`Error::SentBefore`].
pub async fn record_act(
    tx: &Tx,
    keys: &Keys,
    (scope, sender): (&StaffScope, &Sender),
    learner: LearnerId,
    new: &NewAct,
    (once, digest): (&OnceKey, &Digest),
) -> Result<CaseNumber, Error> {
    let helper = scope.actor();
    if learner == helper {
        return Err(Error::Own);
    }
    if let Some(effect) = before(tx, helper, (once, digest)).await? {
        return CaseNumber::parse(&effect).ok_or(Error::NoSuchThing);
    }
    let found = identity::show(tx, keys, scope, (learner, Role::FINDERS), "act_on_behalf").await?.ok_or(Error::NoSuchPerson)?;
    let place_code = match new.point {
        Some(point) => own_organisation(tx, &scope.areas(Role::FINDERS), point).await?.place_code,
        None => found.profile.place_code.clone().unwrap_or_else(|| found.by.area.as_str().to_owned()),
    };
    let id = ActId::fresh(tx.now);
    let number = help::draw_number(tx, learner, id.uuid()).await?;
    let key = identity::person_key(tx, keys, learner).await?;
    let words = serde_json::to_vec(&new.words).unwrap_or_default();
    let act = Act {
        learner,
        id,
        number,
        errand: new.errand.code.to_owned(),
        helper,
        organisation: new.point,
        place_code,
        day: new.day,
        agreed: new.agreed,
        outcome: new.outcome,
        recorded_at: tx.now,
        undone: None,
        words_sealed: Some(key.seal(PLACE_WORDS, &words)),
    };
    queries::insert(tx, &act).await?;
    tell_recorded(tx, keys, &found.profile, (&act, &new.words), sender).await?;
    let detail = json!({ "errand": act.errand, "outcome": act.outcome.code() });
    let object = ("act_on_behalf", id.to_string());
    note(tx, Deed { action: "helping.act", actor: helper, learner, object, place: &act.place_code, detail: detail.clone() })
        .await?;
    let standing = found.profile.standing(i64::from(tx.now.day().year()));
    outbox::emit(tx, &[Event { kind: "helping.acted", learner: Some(learner), standing: &standing, body: detail }]).await?;
    remember(tx, helper, once, digest, act.number.as_str()).await?;
    Ok(act.number)
}

async fn tell_recorded(
    tx: &Tx,
    keys: &Keys,
    person: &Profile,
    (act, words): (&Act, &ActWords),
    sender: &Sender,
) -> Result<(), Error> {
    let lang = person.lang;
    let names = identity::names_of(tx, keys, &[act.helper]).await?;
    let params = vec![
        ("day", day_words(lang, act.day)),
        ("who", names.get(&act.helper).cloned().unwrap_or_else(|| lang.t("role-volunteer"))),
        ("what", errand_words(&act.errand, words, lang)),
        ("outcome", lang.t(&format!("outcome-{}", act.outcome.code()))),
        ("number", act.number.to_string()),
        ("until", help::day_words(lang, rules::undo_until(act.recorded_at))),
        ("help_phone", sender.help_phone.clone()),
    ];
    send(tx, keys, person, "on-behalf", params).await
}

async fn send(
    tx: &Tx,
    keys: &Keys,
    person: &Profile,
    template: &'static str,
    params: Vec<(&'static str, String)>,
) -> Result<(), Error> {
    let Some(phone) = &person.phone else { return Ok(()) };
    // Letters carry nothing unseen.
    let params = params.into_iter().map(|(name, words)| (name, words.replace('\u{a0}', " "))).collect();
    let (learner, lang) = (Some(person.learner), person.lang);
    let letter = Letter { learner, channel: Channel::Sms, to: phone.as_str(), template, lang, params };
    Ok(outbox::send(tx, keys, &letter).await?)
}

/// Who undoes an act, and how it came in.
#[derive(Clone, Copy, Debug)]
pub struct Undoing {
    /// Whose hand it is.
    pub by: LearnerId,
    /// By which way.
    pub way: Way,
}

/// What a learner says of an act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Says {
    /// That they had not agreed.
    pub not_agreed: bool,
    /// In their own words.
    pub words: String,
}

/// Undoes an act within its fifteen days, and gives the place a case: to put back what was done, or, where the learner had not agreed, to
/// find out; that one can be opened at any time. Gives the number of the case; none where it was undone before. Twice is once.
///
/// # Errors
/// [`Error::NoSuchThing`]; [`Error::TooLate`] where it is only to be undone, and the days are over.
pub async fn undo(
    tx: &Tx,
    keys: &Keys,
    (learner, id): (LearnerId, ActId),
    undoing: Undoing,
    says: &Says,
    (asked, sender): (&Asked, &Sender),
) -> Result<Option<CaseNumber>, Error> {
    let act = queries::find(tx, learner, id).await?.ok_or(Error::NoSuchThing)?;
    let in_time = rules::may_undo(act.recorded_at, tx.now);
    match (says.not_agreed, act.undone) {
        (false, Some(_)) => return Ok(None),
        (false, None) if !in_time => return Err(Error::TooLate),
        _ => {}
    }
    let is_new = in_time && queries::undo(tx, (learner, id), undoing.way, undoing.by).await?;
    let helper = Some(undoing.by).filter(|by| *by != learner);
    let asker = Asker::Learner(Acting { learner, helper, identity_level: IdentityLevel::KNOWN });
    let key = identity::person_key(tx, keys, learner).await?;
    let told = Told {
        act: Some(act.number.as_str().to_owned()),
        not_agreed: says.not_agreed,
        words: says.words.clone(),
        ..Told::default()
    };
    let request = Request {
        kind: Kind::OnBehalf,
        about: None,
        told,
        phone: None,
        place_code: act.place_code.clone(),
        // Whoever did it may put it back, but does not judge whether there was consent.
        concerns: says.not_agreed.then_some(act.helper),
        source: None,
    };
    let opened = help::open(tx, &asker, &key, &request, asked).await?;
    if is_new {
        let object = ("act_on_behalf", id.to_string());
        let detail = json!({ "way": undoing.way.code(), "not_agreed": says.not_agreed });
        note(tx, Deed { action: "helping.undo", actor: undoing.by, learner, object, place: &act.place_code, detail }).await?;
        let person = identity::profile(tx, keys, learner).await?;
        let params = vec![
            ("number", act.number.to_string()),
            ("due", help::day_words(person.lang, Kind::OnBehalf.due(tx.now).day())),
            ("help_phone", sender.help_phone.clone()),
        ];
        send(tx, keys, &person, "on-behalf-undone", params).await?;
    }
    Ok(Some(opened.number))
}

/// One act of a learner.
///
/// # Errors
/// [`Error::NoSuchThing`].
pub async fn find_act(db: &impl ConnectionTrait, learner: LearnerId, id: ActId) -> Result<Act, Error> {
    queries::find(db, learner, id).await?.ok_or(Error::NoSuchThing)
}

/// The acts on behalf of one person, in all their accounts, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_acts(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Act>, DbErr> {
    queries::list_of(db, accounts, MOST_OF_ONE).await
}

/// The keys to the words of these acts: each account has its own.
///
/// # Errors
/// What identity answers.
pub async fn keys_of(db: &impl ConnectionTrait, keys: &Keys, acts: &[Act]) -> Result<HashMap<LearnerId, SealKey>, Error> {
    let mut found = HashMap::new();
    for act in acts {
        if let Entry::Vacant(place) = found.entry(act.learner) {
            place.insert(identity::person_key(db, keys, act.learner).await?);
        }
    }
    Ok(found)
}

/// The acts that were kept within these areas, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_within(db: &impl ConnectionTrait, areas: &[PlaceCode], (skip, most): (u64, u64)) -> Result<Vec<Act>, DbErr> {
    queries::list_within(db, areas, (skip, most)).await
}

/// How many of these there are.
///
/// # Errors
/// What the database answers.
pub async fn count_within(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    queries::count_within(db, areas).await
}
