//! Staff: added by administrators, set up by a one-time link, with roles that end and are never erased.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::people::{entry_of, person_key};
use super::staff_sign_in::TOTP_PLACE;
use super::{NewPerson, Registered, names_of, register};
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::queries::people;
use crate::identity::queries::sessions;
use crate::identity::queries::staff::{self as queries, Credential, GrantRow};
use crate::identity::roles::{Grant, Role, StaffScope};
use crate::identity::second_factor::{self, SECRET_BYTES, SetupCode};
use crate::identity::secrets::{self, Secret};
use crate::identity::values::{Login, PersonName, Phone};
use crate::kernel::{Acting, IdentityLevel, LearnerId, Timestamp};
use crate::places::{self, PlaceCode};

/// How long a set-up link can be used.
const LINK_DAYS: i64 = 7;
/// The sign-in name of the first administrator.
const FIRST_LOGIN: &str = "admin";

/// Who is to be staff.
#[derive(Clone, Debug)]
pub enum StaffPerson {
    /// Somebody who has an account, by their phone.
    WithPhone(Phone),
    /// Somebody new, by name.
    Named(PersonName),
}

/// Somebody to be made staff.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Who.
    pub person: StaffPerson,
    /// The name by which they will sign in.
    pub login: Login,
    /// What they will do, and where.
    pub grant: Grant,
    /// Who adds them; nobody: the command line.
    pub by: Option<LearnerId>,
    /// Whether it is a sample person.
    pub is_sample: bool,
}

/// A one-time link; shown once, kept only as a hash.
#[derive(Clone, Debug)]
pub struct SetupLink {
    /// Whose.
    pub learner: LearnerId,
    /// The secret in the link.
    pub token: Secret,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl SetupLink {
    /// The path of the page that the link leads to.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/staff/setup/{}", self.token.to_text())
    }
}

/// Makes somebody staff and gives the link by which they set password and second factor; its secret is `token`, so that asking twice
/// gives the same link. Who signs in as staff already keeps their credential: they get the role and no link.
///
/// # Errors
/// [`Error::LoginTaken`], [`Error::NoSuchPerson`] where nobody has the phone, an unknown place or organisation.
pub async fn add_staff(tx: &Tx, keys: &Keys, new: &NewStaff, token: &Secret) -> Result<Option<SetupLink>, Error> {
    if let Some(link) = standing_link(tx, token).await? {
        return Ok(Some(link));
    }
    check_grant(tx, &new.grant).await?;
    let learner = match &new.person {
        StaffPerson::WithPhone(phone) => {
            people::find_by_phone(tx, secrets::phone_index(keys, phone)).await?.ok_or(Error::NoSuchPerson)?
        }
        StaffPerson::Named(name) => register_staff(tx, keys, name, new).await?,
    };
    let has = queries::find_login_of(tx, learner).await?;
    if has.is_none() && !queries::insert_login(tx, new.login.as_str(), learner).await? {
        return Err(Error::LoginTaken);
    }
    grant(tx, learner, &new.grant, new.by).await?;
    if has.is_some() { Ok(None) } else { make_link(tx, learner, token).await.map(Some) }
}

async fn standing_link(tx: &Tx, token: &Secret) -> Result<Option<SetupLink>, Error> {
    let standing = queries::find_link(tx, &token.hash(), tx.now).await?;
    Ok(standing.map(|(learner, expires_at)| SetupLink { learner, token: token.clone(), expires_at }))
}

async fn register_staff(tx: &Tx, keys: &Keys, name: &PersonName, new: &NewStaff) -> Result<LearnerId, Error> {
    if queries::find_login(tx, new.login.as_str()).await?.is_some() {
        return Err(Error::LoginTaken);
    }
    let person = NewPerson {
        name: name.clone(),
        birth_year: None,
        phone: None,
        place_code: (!new.grant.area.as_str().is_empty()).then(|| new.grant.area.as_str().to_owned()),
        groups: Vec::new(),
        font: "normal",
        lang: Lang::Chinese,
        identity_level: IdentityLevel::KNOWN,
        consent: None,
        by: new.by,
        is_sample: new.is_sample,
    };
    Ok(match register(tx, keys, &person).await? {
        Registered::New { learner, .. } | Registered::Known(learner) => learner,
    })
}

async fn check_grant(tx: &Tx, grant: &Grant) -> Result<(), Error> {
    if !grant.area.as_str().is_empty() && places::find_place(tx, grant.area.as_str()).await?.is_none() {
        return Err(places::Error::UnknownPlace.into());
    }
    match grant.organisation {
        Some(id) if places::find_organisation(tx, id).await?.is_none_or(|organisation| organisation.is_closed) => {
            Err(places::Error::UnknownOrganisation.into())
        }
        _ => Ok(()),
    }
}

async fn grant(tx: &Tx, learner: LearnerId, grant: &Grant, by: Option<LearnerId>) -> Result<(), Error> {
    let held = queries::list_grants(tx, learner).await?;
    if held.iter().any(|row| row.grant == *grant) {
        return Ok(());
    }
    let by = by.unwrap_or(LearnerId::NOBODY);
    queries::insert_grant(tx, learner, grant, by).await?;
    let id = learner.to_string();
    let mut entry = entry_of("identity.grant_role", &id, by, learner);
    entry.place_code = Some(grant.area.as_str());
    entry.detail = serde_json::json!({ "role": grant.role.code(), "line": grant.line });
    Ok(audit::record(tx, &entry).await?)
}

/// Gives somebody of the staff one role more.
///
/// # Errors
/// [`Error::NotAllowed`] where `scope` does not administer the area; an unknown place or organisation.
pub async fn add_role(tx: &Tx, scope: &StaffScope, learner: LearnerId, new: &Grant) -> Result<(), Error> {
    if !scope.administers(&new.area) {
        return Err(Error::NotAllowed);
    }
    check_grant(tx, new).await?;
    grant(tx, learner, new, Some(scope.actor())).await
}

/// Ends one role. The sessions of that person end too: they sign in anew with what is left.
///
/// # Errors
/// [`Error::NoSuchPerson`] where the role is not within the area administered; ending it twice is ending it once.
pub async fn end_role(tx: &Tx, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<(), Error> {
    let held = queries::list_grants(tx, learner).await?;
    let Some(row) = held.iter().find(|row| row.id == id) else { return Err(Error::NoSuchPerson) };
    if !scope.administers(&row.grant.area) {
        return Err(Error::NoSuchPerson);
    }
    // Nobody takes the last key out of the house by mistake.
    if learner == scope.actor() {
        return Err(Error::NotAllowed);
    }
    queries::end_grants(tx, learner, Some(id)).await?;
    sessions::end_all(tx, learner, None).await?;
    let object = learner.to_string();
    let mut entry = entry_of("identity.end_role", &object, scope.actor(), learner);
    entry.place_code = Some(row.grant.area.as_str());
    entry.detail = serde_json::json!({ "role": row.grant.role.code() });
    Ok(audit::record(tx, &entry).await?)
}

async fn make_link(tx: &Tx, learner: LearnerId, token: &Secret) -> Result<SetupLink, Error> {
    queries::end_links(tx, learner).await?;
    let expires_at = tx.now.plus_days(LINK_DAYS);
    queries::insert_link(tx, &token.hash(), learner, expires_at).await?;
    Ok(SetupLink { learner, token: token.clone(), expires_at })
}

/// A new link for somebody of the staff who has lost password or second factor; the links before are ended.
///
/// # Errors
/// [`Error::NoSuchPerson`] where they are not within the area administered.
pub async fn renew_link(tx: &Tx, scope: &StaffScope, learner: LearnerId, token: &Secret) -> Result<SetupLink, Error> {
    if let Some(link) = standing_link(tx, token).await?.filter(|link| link.learner == learner) {
        return Ok(link);
    }
    let held = queries::list_grants(tx, learner).await?;
    if held.is_empty() || !held.iter().all(|row| scope.administers(&row.grant.area)) {
        return Err(Error::NoSuchPerson);
    }
    let id = learner.to_string();
    audit::record(tx, &entry_of("identity.renew_link", &id, scope.actor(), learner)).await?;
    make_link(tx, learner, token).await
}

/// The link of the first administrator, where the bank has none who has set a password: printed at the first start.
/// Of two processes that start at once, the second makes the first one's link void; the last one printed opens the door.
///
/// # Errors
/// What the database answers.
pub async fn first_administrator(tx: &Tx, keys: &Keys) -> Result<Option<SetupLink>, Error> {
    let login = Login::parse(FIRST_LOGIN).map_err(|wrong| Error::Computed(wrong.to_string()))?;
    if let Some(learner) = queries::find_login(tx, login.as_str()).await? {
        let is_set = queries::find_credential(tx, learner, queries::Lock::None).await?.is_some();
        return if is_set { Ok(None) } else { make_link(tx, learner, &Secret::fresh()).await.map(Some) };
    }
    if queries::has_role(tx, Role::Administrator).await? {
        return Ok(None);
    }
    let name = PersonName::parse(&Lang::Chinese.t("role-administrator")).map_err(|wrong| Error::Computed(wrong.to_string()))?;
    let grant = Grant { role: Role::Administrator, organisation: None, area: PlaceCode::default(), line: None };
    let new = NewStaff { person: StaffPerson::Named(name), login, grant, by: None, is_sample: false };
    add_staff(tx, keys, &new, &Secret::fresh()).await
}

/// What the set-up page shows.
#[derive(Clone, Debug)]
pub struct FirstSecrets {
    /// The name by which they will sign in.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Picture and text of the second factor's secret.
    pub code: SetupCode,
}

/// What the link's page shows: the same however often it is opened.
///
/// # Errors
/// [`Error::LinkUsedUp`].
pub async fn setup_secrets(
    db: &impl ConnectionTrait,
    keys: &Keys,
    token: &Secret,
    now: Timestamp,
    issuer: &str,
) -> Result<FirstSecrets, Error> {
    let (learner, _) = queries::find_link(db, &token.hash(), now).await?.ok_or(Error::LinkUsedUp)?;
    let login = queries::find_login_of(db, learner).await?.ok_or(Error::LinkUsedUp)?;
    let name = names_of(db, keys, &[learner]).await?.remove(&learner).ok_or(Error::LinkUsedUp)?;
    let code = second_factor::setup_code(&totp_secret(keys, token), &login, issuer)?;
    Ok(FirstSecrets { login, name, code })
}

/// The secret of the second factor follows from the link, so that the page can be opened again before it is used.
fn totp_secret(keys: &Keys, token: &Secret) -> Vec<u8> {
    let secret = Secret::derived(keys, "totp-of-link", &[token.bytes()]);
    secret.bytes().iter().take(SECRET_BYTES).copied().collect()
}

/// Uses the link up: keeps password and second factor, which must have been tried with a code; other sessions end.
///
/// # Errors
/// [`Error::LinkUsedUp`], [`Error::SecondFactorWrong`].
pub async fn use_setup_link(tx: &Tx, keys: &Keys, token: &Secret, password_hash: &str, code: &str) -> Result<LearnerId, Error> {
    let (learner, _) = queries::find_link(tx, &token.hash(), tx.now).await?.ok_or(Error::LinkUsedUp)?;
    let secret = totp_secret(keys, token);
    let step = second_factor::step_of(&secret, code, tx.now, 0)?.ok_or(Error::SecondFactorWrong)?;
    if !queries::use_link(tx, &token.hash()).await? {
        return Err(Error::LinkUsedUp);
    }
    let totp_sealed = person_key(tx, keys, learner).await?.seal(TOTP_PLACE, &secret);
    let credential = Credential { password_hash: password_hash.to_owned(), totp_sealed, totp_last_step: step };
    queries::keep_credential(tx, learner, credential).await?;
    sessions::end_all(tx, learner, None).await?;
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let id = learner.to_string();
    audit::record(tx, &entry_of("identity.set_credential", &id, acting.actor(), learner)).await?;
    Ok(learner)
}

/// What somebody of the staff may see. For the guard.
///
/// # Errors
/// What the database answers.
pub async fn load_scope(db: &impl ConnectionTrait, learner: LearnerId) -> Result<StaffScope, DbErr> {
    let rows = queries::list_grants(db, learner).await?;
    Ok(StaffScope::new(learner, rows.into_iter().map(|row| row.grant).collect()))
}

/// One role of one member of staff, for the list.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// Their name; empty where they have left.
    pub name: String,
    /// The role.
    pub row: GrantRow,
}

/// The staff within what `scope` administers, newest first, at most `most` roles.
///
/// # Errors
/// What the database answers.
pub async fn list_staff(
    db: &impl ConnectionTrait,
    keys: &Keys,
    scope: &StaffScope,
    most: u64,
) -> Result<Vec<StaffMember>, Error> {
    let areas = scope.areas(&[Role::Administrator]);
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let rows = queries::list_grants_within(db, &areas, most).await?;
    let people: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect();
    let names = names_of(db, keys, &people).await?;
    Ok(rows.into_iter().map(|row| StaffMember { name: names.get(&row.learner).cloned().unwrap_or_default(), row }).collect())
}
