//! Who speaks for a place: whom to call, where to go, who answers for data, in whose name records are kept.
//!
//! What a place does not say the place it lies in says, and so on up; what nobody says stands in the configuration. A process keeps
//! all of it for at most a minute, so that pages ask the database for none of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DbErr};

use super::{Error, PlaceCode, queries, rules};
use crate::config::Config;
use crate::db::Tx;
use crate::kernel::Timestamp;
use crate::web::House;

/// How long a process may go on with what it has read.
const KEPT_MS: i64 = 60_000;

/// Something that a place may settle for itself and all that lies within.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// The telephone number on every page.
    HelpPhone,
    /// The service point named on every page.
    HelpPlace,
    /// Who answers complaints about personal data.
    DataOfficer,
    /// The organisation responsible in archived records.
    OrganisationName,
    /// Texts that may go to its people in one day.
    SmsPerDay,
    /// Passes of its people that are credited in one hour before somebody is asked to look; 0: however many.
    PassesPerHour,
}

impl Setting {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 6] =
        [Self::HelpPhone, Self::HelpPlace, Self::DataOfficer, Self::OrganisationName, Self::SmsPerDay, Self::PassesPerHour];

    /// The name in the table and in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HelpPhone => "help_phone",
            Self::HelpPlace => "help_place",
            Self::DataOfficer => "data_officer",
            Self::OrganisationName => "organisation_name",
            Self::SmsPerDay => "sms_per_day",
            Self::PassesPerHour => "passes_per_hour",
        }
    }

    /// The setting that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.code() == code)
    }

    fn of_config(self, config: &Config) -> String {
        match self {
            Self::HelpPhone => config.help_phone.clone(),
            Self::HelpPlace => config.help_place.clone(),
            Self::DataOfficer => config.data_officer.clone(),
            Self::OrganisationName => config.organisation_name.clone(),
            Self::SmsPerDay => config.sms_per_day.to_string(),
            Self::PassesPerHour => config.passes_per_hour.to_string(),
        }
    }
}

/// What holds for a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    /// The telephone number to show.
    pub help_phone: String,
    /// The service point to name.
    pub help_place: String,
    /// Who answers complaints about personal data.
    pub data_officer: String,
    /// The organisation responsible in archived records.
    pub organisation_name: String,
    /// Passes that are credited in one hour before somebody is asked to look; 0: however many.
    pub passes_per_hour: u32,
}

/// Values by place and setting.
type Settings = HashMap<(String, Setting), String>;

/// What this process has read of the settings of places, and when.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    kept: Arc<Mutex<Option<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    read_at: Timestamp,
    settings: Arc<Settings>,
}

impl Authorities {
    /// Forgets what was read: who changes a setting sees it at once.
    pub fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn fresh(&self, now: Timestamp) -> Option<Arc<Settings>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { read_at, settings } = kept.as_ref()?;
        (read_at.ms()..read_at.ms() + KEPT_MS).contains(&now.ms()).then(|| Arc::clone(settings))
    }

    fn keep(&self, now: Timestamp, settings: &Arc<Settings>) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept { read_at: now, settings: Arc::clone(settings) });
    }
}

async fn settings_of(house: &House) -> Result<Arc<Settings>, DbErr> {
    let (authorities, now) = (house.rooms.get::<Authorities>(), house.clock().now());
    if let Some(settings) = authorities.fresh(now) {
        return Ok(settings);
    }
    let rows = queries::list_settings(house.db.read()).await?;
    let row = |(place, name, value): (String, String, String)| Some(((place, Setting::from_code(&name)?), value));
    let settings: Arc<Settings> = Arc::new(rows.into_iter().filter_map(row).collect());
    authorities.keep(now, &settings);
    Ok(settings)
}

/// What holds for somebody who lives at `place`: there, where this bank serves it; else at the bank's own place. Costs one statement
/// a minute and process.
///
/// # Errors
/// What the database answers.
pub async fn authority_of(house: &House, place: Option<&str>) -> Result<Authority, DbErr> {
    let home = &house.config.home_place;
    let place = place.filter(|place| place.starts_with(home.as_str())).unwrap_or(home);
    Ok(authority_at(&*settings_of(house).await?, &house.config, place))
}

fn authority_at(settings: &Settings, config: &Config, place: &str) -> Authority {
    let say = |setting| said(settings, rules::codes_on_the_way(place), setting).unwrap_or_else(|| setting.of_config(config));
    Authority {
        help_phone: say(Setting::HelpPhone),
        help_place: say(Setting::HelpPlace),
        data_officer: say(Setting::DataOfficer),
        organisation_name: say(Setting::OrganisationName),
        // What is no number never came from our form: then the configuration speaks.
        passes_per_hour: say(Setting::PassesPerHour).parse().unwrap_or(config.passes_per_hour),
    }
}

/// What the nearest of the places on the way says.
fn said(settings: &Settings, way: Vec<String>, setting: Setting) -> Option<String> {
    way.into_iter().rev().find_map(|code| settings.get(&(code, setting)).cloned())
}

/// What the nearest of the places on the way to `place` says, and which place that is: read anew, for what must count at once.
///
/// # Errors
/// What the database answers.
pub async fn find_setting(db: &impl ConnectionTrait, place: &str, setting: Setting) -> Result<Option<(String, String)>, DbErr> {
    queries::find_setting(db, rules::codes_on_the_way(place), setting.code()).await
}

/// What `place` itself says, and what holds there otherwise.
///
/// # Errors
/// What the database answers.
pub async fn list_settings(house: &House, place: &PlaceCode) -> Result<Vec<(Setting, Option<String>, String)>, DbErr> {
    let own = queries::list_settings_of(house.db.read(), place.as_str()).await?;
    let settings = settings_of(house).await?;
    let way: Vec<String> = rules::codes_on_the_way(place.as_str()).into_iter().filter(|code| code != place.as_str()).collect();
    let line = |setting: Setting| {
        let own = own.iter().find(|(name, _)| name == setting.code()).map(|(_, value)| value.clone());
        let otherwise = said(&settings, way.clone(), setting).unwrap_or_else(|| setting.of_config(&house.config));
        (setting, own, otherwise)
    };
    Ok(Setting::ALL.into_iter().map(line).collect())
}

/// Settles for a place what is named; `None` leaves it to the place it lies in. Gives what was changed.
///
/// # Errors
/// [`Error::UnknownPlace`].
pub async fn keep_settings(tx: &Tx, place: &str, settings: &[(Setting, Option<String>)]) -> Result<Vec<Setting>, Error> {
    if queries::find_place(tx, place).await?.is_none() {
        return Err(Error::UnknownPlace);
    }
    let own = queries::list_settings_of(tx, place).await?;
    let mut changed = Vec::new();
    for (setting, value) in settings {
        let before = own.iter().find(|(name, _)| name == setting.code()).map(|(_, value)| value);
        match value {
            _ if before == value.as_ref() => continue,
            Some(value) => queries::upsert_setting(tx, place, setting.code(), value).await?,
            None => queries::delete_setting(tx, place, setting.code()).await?,
        }
        changed.push(*setting);
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_place_speaks_and_the_configuration_where_none_does() {
        let set = |place: &str, setting, value: &str| ((place.to_owned(), setting), value.to_owned());
        let settings: Settings = [
            set("330182", Setting::HelpPhone, "0571-1"),
            set("330182001", Setting::HelpPhone, "0571-2"),
            set("330182", Setting::HelpPlace, "县里"),
            set("330183", Setting::HelpPlace, "别处"),
        ]
        .into_iter()
        .collect();
        let config = Config::default();
        let phone = |place: &str| authority_at(&settings, &config, place).help_phone;
        assert_eq!(phone("330182001203"), "0571-2");
        assert_eq!(phone("330182002"), "0571-1");
        assert_eq!((phone("3301").as_str(), phone("").as_str()), ("12345", "12345"));
        let village = authority_at(&settings, &config, "330182001L01");
        assert_eq!((village.help_phone.as_str(), village.help_place.as_str()), ("0571-2", "县里"));
        assert_eq!(village.data_officer, config.data_officer);
    }

    #[test]
    fn what_was_read_is_kept_for_a_minute() {
        let (authorities, now) = (Authorities::default(), Timestamp::from_ms(1_000_000));
        assert!(authorities.fresh(now).is_none());
        authorities.keep(now, &Arc::default());
        assert!(authorities.fresh(now.plus_ms(59_999)).is_some() && authorities.fresh(now.plus_ms(60_000)).is_none());
        assert!(authorities.fresh(now.plus_ms(-1)).is_none(), "a clock that was put back");
        authorities.forget();
        assert!(authorities.fresh(now).is_none());
    }

    #[test]
    fn every_setting_has_a_name_of_its_own() {
        assert!(Setting::ALL.iter().all(|setting| Setting::from_code(setting.code()) == Some(*setting)));
    }
}
