//! The forms of an organisation, of what a place settles, and of a village.

use crate::i18n::Message;
use crate::places::{NewOrganisation, NewVillage, OrganisationKind, Setting};
use crate::web::{FieldError, FieldErrors, Fields, text};

/// The longest name and address, telephone number, opening hours.
const NAME: usize = 60;
const ADDRESS: usize = 100;
const PHONE: usize = 30;
const HOURS: usize = 60;
/// The digits of a telephone number that is answered: from a short number to one with area code.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 3..=16;
/// Texts in a day that a place may settle for itself.
const MOST_TEXTS: u32 = 1_000_000;

/// An organisation without its place, which only the database can tell.
pub(super) fn organisation(fields: &Fields) -> Result<NewOrganisation, FieldErrors> {
    let kind = OrganisationKind::from_code(fields.get("kind"))
        .ok_or_else(|| FieldError::new("kind", Message::of("admin-organisation-kind-choose")));
    let name = fields.line("name", NAME, "admin-organisation-name-empty");
    let address = fields.optional_line("address", ADDRESS);
    let phone = fields.optional_line("phone", PHONE);
    let hours = fields.optional_line("hours", HOURS);
    match (kind, name, address, phone, hours) {
        (Ok(kind), Ok(name), Ok(address), Ok(phone), Ok(hours)) => {
            let some = |text: String| Some(text).filter(|text| !text.is_empty());
            Ok(NewOrganisation {
                kind,
                name,
                place_code: String::new(),
                line: None,
                address: some(address),
                phone: some(phone),
                opening_hours: some(hours),
                is_sample: false,
            })
        }
        (kind, name, address, phone, hours) => {
            Err([kind.err(), name.err(), address.err(), phone.err(), hours.err()].into_iter().flatten().collect())
        }
    }
}

/// What a place settles; `None` where a field is empty: then the place it lies in speaks.
pub(super) fn settings(fields: &Fields) -> Result<Vec<(Setting, Option<String>)>, FieldErrors> {
    let (mut settings, mut errors) = (Vec::new(), Vec::new());
    for setting in Setting::ALL {
        match setting_of(fields, setting) {
            Ok(value) => settings.push((setting, Some(value).filter(|value| !value.is_empty()))),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(settings) } else { Err(errors) }
}

fn setting_of(fields: &Fields, setting: Setting) -> Result<String, FieldError> {
    let name = setting.code();
    let wrong = |key| Err(FieldError::new(name, Message::of(key)));
    match setting {
        Setting::HelpPhone => {
            let typed = fields.optional_line(name, PHONE)?;
            match text::digits(&typed) {
                Some(digits) if digits.is_empty() || PHONE_DIGITS.contains(&digits.len()) => Ok(text::plain_digits(&typed)),
                _ => wrong("admin-setting-phone-wrong"),
            }
        }
        Setting::SmsPerDay | Setting::PassesPerHour => match text::digits(&fields.optional_line(name, PHONE)?) {
            Some(digits) if digits.is_empty() => Ok(digits),
            Some(digits) => match digits.parse::<u32>() {
                Ok(texts) if texts <= MOST_TEXTS => Ok(texts.to_string()),
                _ => wrong("admin-setting-texts-wrong"),
            },
            None => wrong("admin-setting-texts-wrong"),
        },
        Setting::HelpPlace | Setting::DataOfficer | Setting::OrganisationName => fields.optional_line(name, NAME),
    }
}

/// A village without its town, which only the database can tell. An empty code: the bank gives one.
pub(super) fn village(fields: &Fields) -> Result<NewVillage, FieldErrors> {
    let name = fields.line("name", NAME, "admin-village-name-empty");
    let code =
        fields.optional_line("place_code", PHONE).map(|typed| text::plain_digits(&typed).replace(' ', "").to_ascii_uppercase());
    match (name, code) {
        (Ok(name), Ok(code)) => Ok(NewVillage { town: String::new(), code: Some(code).filter(|code| !code.is_empty()), name }),
        (name, code) => Err(name.err().into_iter().chain(code.err()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_needs_a_kind_and_a_name_only() {
        let errors = organisation(&Fields::from_pairs(&[("name", " ")])).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["kind", "name"]);
        let full = organisation(&Fields::from_pairs(&[("kind", "school"), ("name", " 青石镇  小学 ")])).unwrap();
        assert_eq!((full.name.as_str(), full.address), ("青石镇 小学", None));
    }

    #[test]
    fn a_place_settles_what_is_written_and_leaves_what_is_empty() {
        let typed =
            [("help_phone", "０１９９-8700001"), ("help_place", " 便民 中心 "), ("sms_per_day", "５00"), ("data_officer", "")];
        let settled = settings(&Fields::from_pairs(&typed)).unwrap();
        let said = |setting| settled.iter().find(|(one, _)| *one == setting).and_then(|(_, value)| value.as_deref());
        assert_eq!((said(Setting::HelpPhone), said(Setting::HelpPlace)), (Some("0199-8700001"), Some("便民 中心")));
        assert_eq!((said(Setting::SmsPerDay), said(Setting::DataOfficer)), (Some("500"), None));
        for (field, value) in [
            ("help_phone", "打给小李"),
            ("help_phone", "12"),
            ("help_phone", "12345678901234567"),
            ("sms_per_day", "很多"),
            ("sms_per_day", "1000001"),
            ("help_place", "\u{202e}中心"),
            (
                "organisation_name",
                "长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长",
            ),
        ] {
            let errors = settings(&Fields::from_pairs(&[(field, value)])).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field], "{value}");
        }
    }

    #[test]
    fn a_village_needs_a_name_and_its_code_is_read_however_it_is_typed() {
        assert_eq!(village(&Fields::from_pairs(&[("name", " ")])).unwrap_err()[0].field, "name");
        let code = |typed| village(&Fields::from_pairs(&[("name", "新村"), ("place_code", typed)])).unwrap().code;
        assert_eq!((code(""), code("３30182 001l01").as_deref()), (None, Some("330182001L01")));
    }
}
