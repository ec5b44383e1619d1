//! Samples of the pages of lists.

use super::batch_forms;
use super::batch_views::{BatchPage, BatchesPage, FormatPage};
use super::columns::Column;
use super::lines::{Problem, Said};
use super::list::{Batch, BatchState, Row, RowState};
use super::service::Shown;
use crate::i18n::Message;
use crate::identity::ConsentWay;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, filled, form, id, staff};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

fn batch(state: BatchState, total: i64, done: i64) -> Batch {
    Batch {
        id: id::<()>(1).uuid(),
        place_code: "330182".to_owned(),
        uploaded_by: id(2),
        consent: ConsentWay::Paper,
        state,
        total,
        done,
        made_at: NOW,
        decided_by: None,
        decided_at: None,
    }
}

fn line(number: i64, name: &str, state: RowState, problems: Vec<Problem>) -> (Row, Option<Said>) {
    let said = Said { name: name.to_owned(), ..Said::default() };
    (Row { number, learner: id(3), sealed: None, state, problems }, Some(said))
}

impl BatchesPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let organisations =
            vec![(String::new(), page.t("identity-organisation-none")), (id::<()>(7).to_string(), LONG_PLACE.to_owned())];
        let wrong = form(&[("organisation", "x")], |fields| batch_forms::brought(fields).map(drop));
        let formula = FieldError::new("file", Message::of("sheet-formula").with("cell", "B7"));
        let wrong = Filled::wrong(Fields::from_pairs(&[("place", PLACE)]), [vec![formula], wrong.errors().to_vec()].concat());
        let lists = vec![
            (batch(BatchState::Done, 9_999, 9_999), LONG_PLACE.to_owned()),
            (batch(BatchState::Checked, 3, 0), PLACE.to_owned()),
        ];
        drawn([
            Self { page: staff(page), form: Filled::default(), organisations: organisations.clone(), batches: Vec::new() },
            Self { page: staff(page), form: wrong, organisations, batches: lists },
        ])
    }
}

impl BatchPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |batch: Batch, counts: [u64; 5], rows: Vec<(Row, Option<Said>)>, notice: Option<&'static str>| Self {
            page: staff(page),
            form: Filled::default(),
            shown: Shown { batch, counts, rows },
            place: PLACE.to_owned(),
            who: vec![("someone".to_owned(), format!("王*英 · {LONG_PLACE}"))],
            notice: notice.map(Message::of),
            can_be_broken_off: false,
        };
        let wrong = vec![
            line(3, RARE_NAME, RowState::Wrong, vec![Problem::at(Column::Birth, "enrolment-row-future", None)]),
            line(
                9_999,
                LONG_NAME,
                RowState::Wrong,
                vec![
                    Problem::at(Column::Phone, "identity-phone-length", Some(3)),
                    Problem::at(Column::Document, "enrolment-row-same-document", Some(12)),
                ],
            ),
        ];
        let known = Problem { who: Some("someone".to_owned()), ..Problem::at(Column::Name, "enrolment-row-alike", None) };
        let alike = vec![
            line(2, NAME, RowState::Alike, vec![known]),
            line(8, NAME, RowState::Alike, vec![Problem::at(Column::Name, "enrolment-row-same-person", Some(2))]),
        ];
        let undecided = FieldError::new("decide", Message::of("enrolment-decide-choose"));
        let asked = Self {
            form: Filled::wrong(Fields::default(), vec![undecided]),
            ..state(batch(BatchState::Checked, 10, 0), [8, 0, 2, 0, 0], alike, Some("enrolment-list-known"))
        };
        let stuck = Self {
            can_be_broken_off: true,
            ..state(batch(BatchState::Decided, 10_000, 4_200), [10_000, 0, 0, 0, 0], Vec::new(), None)
        };
        drawn([
            stuck,
            state(batch(BatchState::Read, 10_000, 0), [10_000, 0, 0, 0, 0], Vec::new(), None),
            state(batch(BatchState::Checked, 10_000, 0), [9_000, 1_000, 0, 0, 0], wrong, None),
            asked,
            state(batch(BatchState::Checked, 3, 0), [3, 0, 0, 0, 0], Vec::new(), None),
            state(batch(BatchState::Decided, 10_000, 4_200), [10_000, 0, 0, 3, 0], Vec::new(), Some("enrolment-list-decided")),
            state(batch(BatchState::Done, 10_000, 10_000), [0, 0, 0, 3, 9_997], Vec::new(), None),
            state(batch(BatchState::Abandoned, 3, 0), [0, 0, 0, 0, 0], Vec::new(), None),
        ])
    }
}

impl FormatPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state =
            |name: &str, form: Filled, is_kept: bool| Self { page: staff(page), form, id: id(7), name: name.to_owned(), is_kept };
        drawn([
            state(PLACE, filled(&[("columns", "phone"), ("columns", "place")]), false),
            state(LONG_PLACE, Filled::default(), true),
        ])
    }
}
