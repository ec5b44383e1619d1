//! The forms of lists, checked.

use super::columns::{Column, Format, WrongHead};
use super::forms;
use super::list::RowState;
use crate::i18n::Message;
use crate::identity::ConsentWay;
use crate::kernel::OrganisationId;
use crate::web::sheet::Unreadable;
use crate::web::{FieldError, FieldErrors, Fields, SentFile};

/// What is said beside a file.
pub(super) struct Brought {
    pub organisation: Option<OrganisationId>,
    pub consent: ConsentWay,
}

/// The fields `organisation`, `consent` and `heard`.
pub(super) fn brought(fields: &Fields) -> Result<Brought, FieldErrors> {
    let organisation = match fields.get("organisation") {
        "" => Ok(None),
        id => {
            let unknown = |_| FieldError::new("organisation", Message::of("identity-organisation-unknown"));
            id.parse::<OrganisationId>().map(Some).map_err(unknown)
        }
    };
    let heard =
        if fields.get("heard") == "yes" { Ok(()) } else { Err(FieldError::new("heard", Message::of("enrolment-heard-choose"))) };
    match (organisation, forms::consent(fields), heard) {
        (Ok(organisation), Ok(consent), Ok(())) => Ok(Brought { organisation, consent }),
        (organisation, consent, heard) => Err([organisation.err(), consent.err(), heard.err()].into_iter().flatten().collect()),
    }
}

/// The field `file`: what stands in it.
pub(super) fn file(sent: SentFile) -> Result<Vec<u8>, FieldError> {
    match sent {
        SentFile::Whole(bytes) if bytes.is_empty() => Err(FieldError::new("file", Message::of("enrolment-file-choose"))),
        SentFile::Whole(bytes) => Ok(bytes),
        SentFile::TooLarge => Err(unreadable(&Unreadable::TooLarge)),
    }
}

/// What is wrong with a file, at its field.
pub(super) fn unreadable(wrong: &Unreadable) -> FieldError {
    wrong.at("file")
}

/// What is wrong with the first line of a file, at its field.
pub(super) fn wrong_head(wrong: &WrongHead) -> FieldError {
    let message = match wrong {
        WrongHead::Missing(column) => Message::of("sheet-head-missing").with("column", column.heading()),
        WrongHead::Twice(column) => Message::of("sheet-head-twice").with("column", column.heading()),
        WrongHead::Unknown(heading) => {
            // Somebody's name may stand there where the first line was forgotten: no more of it than is needed to find it.
            let short: String = heading.chars().take(6).collect();
            Message::of("enrolment-head-unknown").with("column", short)
        }
    };
    FieldError::new("file", message)
}

/// The field `decide`: what a line, or all that wait, are to be.
pub(super) fn decision(fields: &Fields) -> Option<RowState> {
    match fields.get("decide") {
        "new" => Some(RowState::New),
        "known" => Some(RowState::Known),
        _ => None,
    }
}

/// The field `columns`.
pub(super) fn format(fields: &Fields) -> Format {
    Format::with(&fields.all("columns").filter_map(Column::from_code).collect::<Vec<_>>())
}
