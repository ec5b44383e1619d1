//! Service points: where they are, when they are open, what is there.

use askama::Template;

use super::{ClassRow, kept_together};
use crate::classes::forms::DAY_FIELDS;
use crate::places::{Facility, Organisation, weekday_words};
use crate::web::text::phone_number;
use crate::web::{Filled, Page};

/// A service point.
#[derive(Clone, Debug)]
pub(in crate::classes) struct PointRow {
    pub href: String,
    pub name: String,
    pub place: String,
    pub address: Option<String>,
    pub hours: Vec<String>,
    /// As it is dialled, and as it is read.
    pub phone: Option<(String, String)>,
    pub facilities: Vec<String>,
}

impl PointRow {
    pub(in crate::classes) fn of(point: &Organisation, place: String, page: &Page) -> Self {
        Self {
            href: format!("/points/{}", point.id),
            name: point.name.clone(),
            place,
            address: point.address.clone(),
            hours: point.open_words(page.lang()).iter().map(|line| kept_together(line)).collect(),
            phone: point.phone.as_deref().map(phone_number).filter(|(dial, _)| !dial.is_empty()),
            facilities: point.service.facilities.iter().map(|facility| page.t(facility.key())).collect(),
        }
    }
}

/// Service points, the nearest first.
#[derive(Template)]
#[template(path = "classes/points.html")]
pub(in crate::classes) struct PointsPage {
    pub page: Page,
    /// Those of one's own town.
    pub near: Vec<PointRow>,
    pub others: Vec<PointRow>,
}

/// One service point, with what is on there.
#[derive(Template)]
#[template(path = "classes/point.html")]
pub(in crate::classes) struct PointPage {
    pub page: Page,
    pub point: PointRow,
    pub classes: Vec<ClassRow>,
    /// Whether the reader may change what stands here.
    pub may_change: bool,
}

impl PointPage {
    fn form(&self) -> String {
        format!("/staff{}", self.point.href)
    }
}

/// What a service point offers, to be written by its administrators.
#[derive(Template)]
#[template(path = "classes/point_form.html")]
pub(in crate::classes) struct PointFormPage {
    pub page: Page,
    pub form: Filled,
    pub id: String,
    pub name: String,
    pub is_kept: bool,
}

impl PointFormPage {
    fn days(&self) -> Vec<(&'static str, String)> {
        DAY_FIELDS.into_iter().zip(1..).map(|(field, day)| (field, weekday_words(self.page.lang(), day))).collect()
    }

    fn facilities(&self) -> Vec<(&'static str, String)> {
        Facility::ALL.iter().map(|facility| (facility.code(), self.page.t(facility.key()))).collect()
    }
}
