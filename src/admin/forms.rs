//! The form of an organisation.

use crate::i18n::Message;
use crate::places::{NewOrganisation, OrganisationKind};
use crate::web::{FieldError, FieldErrors, Fields};

/// The longest name and address, telephone number, opening hours.
const NAME: usize = 60;
const ADDRESS: usize = 100;
const PHONE: usize = 30;
const HOURS: usize = 60;

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
}
