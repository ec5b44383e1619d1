//! How somebody becomes staff, and how they get the one-time link by which they set password and second factor.
//!
//! Who has a phone gets the link there, and nowhere else: whoever holds it signs in as that person. Only of those whom nobody else
//! can reach is it shown to the administrator, or printed for whoever has the machine's shell.

use sea_orm::{ConnectionTrait, DbErr};

use super::notes::{Deed, Sender, note, tell};
use super::people::{person_key, register_as};
use super::staff::{check_grant, give, load_scope, note_access};
use super::staff_sign_in::TOTP_PLACE;
use super::{NewPerson, Profile, names_of, profile};
use crate::config::Keys;
use crate::db::Tx;
use crate::i18n::Lang;
use crate::identity::Error;
use crate::identity::queries::people;
use crate::identity::queries::sessions;
use crate::identity::queries::staff::{self as queries, Credential};
use crate::identity::roles::Role;
use crate::identity::rules;
use crate::identity::scope::{Grant, StaffScope, Whose};
use crate::identity::second_factor::{self, SECRET_BYTES, SetupCode};
use crate::identity::secrets::{self, Secret};
use crate::identity::values::{Login, PersonName, Phone};
use crate::kernel::{IdentityLevel, LearnerId, Timestamp};
use crate::places::PlaceCode;

/// How long a set-up link can be used.
const LINK_DAYS: i64 = 7;
/// The sign-in names that the first administrator may get: the first that is free.
const FIRST_LOGINS: [&str; 4] = ["admin", "admin-2", "admin-3", "admin-4"];

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

/// How a link reaches the person.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// They have no phone: whoever asked hands it over.
    Shown(SetupLink),
    /// By a text to their own phone.
    Sent,
    /// They sign in as staff already and need none.
    NotNeeded,
}

/// Somebody of the staff and their link.
#[derive(Clone, Debug)]
pub struct Added {
    /// Who.
    pub learner: LearnerId,
    /// How the link reaches them.
    pub delivery: Delivery,
}

/// Makes somebody staff, and a link for them whose secret is `token`, so that asking twice gives the same. Who signs in as staff already
/// keeps their credential: they get the role and no link.
///
/// # Errors
/// [`Error::LoginTaken`]; [`Error::NoSuchPerson`] where nobody whom the administrator may see has the phone; an unknown place or
/// organisation.
pub async fn add_staff(tx: &Tx, keys: &Keys, new: &NewStaff, token: &Secret, sender: &Sender) -> Result<Added, Error> {
    if let Some(added) = find_standing(tx, keys, token).await? {
        return Ok(added);
    }
    let scope = match new.by {
        Some(by) => Some(load_scope(tx, by).await?),
        None => None,
    };
    if scope.as_ref().is_some_and(|scope| !scope.administers_grant(&new.grant)) {
        return Err(Error::NotAllowed);
    }
    check_grant(tx, scope.as_ref(), &new.grant).await?;
    match &new.person {
        StaffPerson::WithPhone(phone) => {
            let scope = scope.ok_or(Error::NotAllowed)?;
            add_holder(tx, keys, (&scope, new), phone, (token, sender)).await
        }
        StaffPerson::Named(name) => add_named(tx, keys, new, name, (token, sender)).await,
    }
}

/// What was made under this secret, while the link can be used.
async fn find_standing(tx: &Tx, keys: &Keys, token: &Secret) -> Result<Option<Added>, Error> {
    let Some((learner, expires_at)) = queries::find_link(tx, &token.hash(), tx.now).await? else { return Ok(None) };
    let has_phone = profile(tx, keys, learner).await?.phone.is_some();
    let shown = || Delivery::Shown(SetupLink { learner, token: token.clone(), expires_at });
    Ok(Some(Added { learner, delivery: if has_phone { Delivery::Sent } else { shown() } }))
}

/// Somebody who has an account: they must live where the administrator may see them, or nowhere yet.
async fn add_holder(
    tx: &Tx,
    keys: &Keys,
    (scope, new): (&StaffScope, &NewStaff),
    phone: &Phone,
    (token, sender): (&Secret, &Sender),
) -> Result<Added, Error> {
    let learner = people::find_by_phone(tx, secrets::phone_index(keys, phone)).await?.ok_or(Error::NoSuchPerson)?;
    people::lock_person(tx, learner).await?;
    if let Some(added) = find_standing(tx, keys, token).await? {
        return Ok(added);
    }
    let profile = profile(tx, keys, learner).await?;
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    scope.grant_for(Role::ADMINISTRATORS, whose).ok_or(Error::NoSuchPerson)?;
    note_access(tx, scope, &profile, "staff_add").await?;
    let signs_in = queries::find_login_of(tx, learner).await?.is_some();
    if !signs_in && !queries::insert_login(tx, new.login.as_str(), learner).await? {
        return Err(Error::LoginTaken);
    }
    give(tx, learner, &new.grant, scope.actor()).await?;
    if signs_in {
        return Ok(Added { learner, delivery: Delivery::NotNeeded });
    }
    deliver(tx, keys, &profile, token, sender).await
}

/// Somebody new. Their sign-in name is taken first: of one form sent twice at once the second waits there, and finds what the first made.
async fn add_named(
    tx: &Tx,
    keys: &Keys,
    new: &NewStaff,
    name: &PersonName,
    (token, sender): (&Secret, &Sender),
) -> Result<Added, Error> {
    let learner = LearnerId::fresh(tx.now);
    if !queries::insert_login(tx, new.login.as_str(), learner).await? {
        return find_standing(tx, keys, token).await?.ok_or(Error::LoginTaken);
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
    register_as(tx, keys, &person, (learner, None)).await?;
    give(tx, learner, &new.grant, new.by.unwrap_or(LearnerId::NOBODY)).await?;
    deliver(tx, keys, &profile(tx, keys, learner).await?, token, sender).await
}

async fn make_link(tx: &Tx, learner: LearnerId, token: &Secret) -> Result<SetupLink, Error> {
    queries::end_links(tx, learner).await?;
    let expires_at = tx.now.plus_days(LINK_DAYS);
    queries::insert_link(tx, &token.hash(), learner, expires_at).await?;
    Ok(SetupLink { learner, token: token.clone(), expires_at })
}

/// Makes a link and sends it to the person's own phone; where there is none it is given back to be shown.
async fn deliver(tx: &Tx, keys: &Keys, profile: &Profile, token: &Secret, sender: &Sender) -> Result<Added, Error> {
    let learner = profile.learner;
    let link = make_link(tx, learner, token).await?;
    let params = vec![("link", format!("{}{}", sender.site, link.path())), ("help_phone", sender.help_phone.clone())];
    let is_sent = tell(tx, keys, profile, "staff-link", params).await?;
    Ok(Added { learner, delivery: if is_sent { Delivery::Sent } else { Delivery::Shown(link) } })
}

/// A new link for somebody of the staff who has lost password or second factor; the links before are ended.
///
/// # Errors
/// [`Error::NoSuchPerson`] where not all their roles are within what is administered.
pub async fn renew_link(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    learner: LearnerId,
    (token, sender): (&Secret, &Sender),
) -> Result<Added, Error> {
    people::lock_person(tx, learner).await?;
    if let Some(added) = find_standing(tx, keys, token).await?.filter(|added| added.learner == learner) {
        return Ok(added);
    }
    let held = queries::list_grants(tx, learner).await?;
    if held.is_empty() || !held.iter().all(|row| scope.administers_grant(&row.grant)) {
        return Err(Error::NoSuchPerson);
    }
    let profile = profile(tx, keys, learner).await?;
    note_access(tx, scope, &profile, "staff_link").await?;
    note(tx, Deed::of("identity.renew_link", scope.actor(), learner)).await?;
    deliver(tx, keys, &profile, token, sender).await
}

/// Whoever signs in as `login`.
///
/// # Errors
/// What the database answers.
pub async fn find_by_login(db: &impl ConnectionTrait, login: &Login) -> Result<Option<LearnerId>, DbErr> {
    queries::find_login(db, login.as_str()).await
}

/// A fresh link for whoever signs in as `login`, to be printed for somebody who has the machine's shell; `None` where nobody does.
///
/// # Errors
/// What the database answers.
pub async fn link_for_login(tx: &Tx, login: &Login) -> Result<Option<SetupLink>, Error> {
    let Some(learner) = queries::find_login(tx, login.as_str()).await? else { return Ok(None) };
    note(tx, Deed::of("identity.renew_link", LearnerId::NOBODY, learner)).await?;
    make_link(tx, learner, &Secret::fresh()).await.map(Some)
}

/// The link of the first administrator, printed at the start as long as nobody can administer the whole bank: sample people do not
/// count, nor who administers a part of it. Of two processes that start at once, the last link printed opens the door.
///
/// # Errors
/// What the database answers.
pub async fn first_administrator(tx: &Tx, keys: &Keys) -> Result<Option<SetupLink>, Error> {
    let administrators = queries::list_whole_bank_administrators(tx).await?;
    let real = people::list_real(tx, &administrators).await?;
    for learner in &real {
        if queries::find_credential(tx, *learner, queries::Lock::None).await?.is_some() {
            return Ok(None);
        }
    }
    // Whoever was printed a link at an earlier start, and has not used it: that one may have scrolled away.
    if let Some(learner) = queries::find_login(tx, FIRST_LOGINS[0]).await?.filter(|learner| real.contains(learner)) {
        return make_link(tx, learner, &Secret::fresh()).await.map(Some);
    }
    if queries::has_open_link(tx, &real).await? {
        return Ok(None);
    }
    let grant = Grant { role: Role::Administrator, organisation: None, area: PlaceCode::default(), line: None };
    let name = PersonName::parse(&Lang::Chinese.t("role-administrator")).map_err(|wrong| Error::Computed(wrong.to_string()))?;
    let sender = Sender { site: String::new(), help_phone: String::new() };
    for login in FIRST_LOGINS {
        let login = Login::parse(login).map_err(|wrong| Error::Computed(wrong.to_string()))?;
        let new = NewStaff { person: StaffPerson::Named(name.clone()), login, grant: grant.clone(), by: None, is_sample: false };
        match add_staff(tx, keys, &new, &Secret::fresh(), &sender).await {
            Ok(Added { delivery: Delivery::Shown(link), .. }) => return Ok(Some(link)),
            Ok(_) | Err(Error::LoginTaken) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
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

/// Uses the link up: keeps password and second factor, which must have been tried with a code; the sessions of the person end, and they
/// are told by a text where they have a phone.
///
/// # Errors
/// [`Error::LinkUsedUp`], [`Error::SecondFactorWrong`].
pub async fn use_setup_link(
    tx: &Tx,
    keys: &Keys,
    token: &Secret,
    (password_hash, code): (&str, &str),
    help_phone: &str,
) -> Result<LearnerId, Error> {
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
    let profile = profile(tx, keys, learner).await?;
    tell(tx, keys, &profile, "staff-set", vec![("help_phone", help_phone.to_owned())]).await?;
    note(tx, Deed::of("identity.set_credential", learner, learner)).await?;
    Ok(learner)
}

/// The hash of the password that was set through this link within the last minute: a form sent twice is known by it.
///
/// # Errors
/// What the database answers.
pub async fn find_just_set(db: &impl ConnectionTrait, token: &Secret, now: Timestamp) -> Result<Option<String>, Error> {
    let used = queries::find_used_link(db, &token.hash()).await?;
    let Some((learner, _)) = used.filter(|(_, at)| rules::is_double_tap(at.ms(), now)) else { return Ok(None) };
    let credential = queries::find_credential(db, learner, queries::Lock::None).await?;
    Ok(credential.map(|credential| credential.password_hash))
}
