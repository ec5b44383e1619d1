//! The gallery: every view of every subject in the states its samples show, to leaf through. For trying things out only.
//!
//! Nothing of it is made before somebody asks. The pages are what readers get, but nothing on them can be sent: they carry no token, and
//! their policy forbids forms to lead anywhere.

mod routes;
mod samples;
mod views;

use super::preview;
use crate::curriculum::Shelf;
use crate::web::{Exhibit, ExhibitOf, Page, Samples};
use crate::{
    admin, agencies, aliases, api, applications, assessment, certificates, classes, closing, conversions, corrections, enrolment,
    exams, hall, hall_box, help, helping, home, identity, learning, me, open, passbook, plans, recordings, rolls, signals,
    transfers, transparency, web,
};

pub use routes::{index, sample};

/// The views of one subject.
#[derive(Clone, Copy)]
enum Wall {
    /// Made of plain words.
    Plain(&'static [Exhibit]),
    /// Made of the curriculum too.
    OfShelf(&'static [ExhibitOf<Shelf>]),
}

/// The lists that the subjects make of their views. A test holds that every view struct stands in its subject's list.
const WALLS: &[(&str, Wall)] = &[
    ("home", Wall::OfShelf(home::SAMPLES)),
    ("learning", Wall::OfShelf(learning::SAMPLES)),
    ("assessment", Wall::OfShelf(assessment::SAMPLES)),
    ("open", Wall::OfShelf(open::SAMPLES)),
    ("passbook", Wall::OfShelf(passbook::SAMPLES)),
    ("transparency", Wall::Plain(transparency::SAMPLES)),
    ("classes", Wall::Plain(classes::SAMPLES)),
    ("plans", Wall::Plain(plans::SAMPLES)),
    ("help", Wall::Plain(help::SAMPLES)),
    ("helping", Wall::Plain(helping::SAMPLES)),
    ("me", Wall::Plain(me::SAMPLES)),
    ("identity", Wall::Plain(identity::SAMPLES)),
    ("enrolment", Wall::Plain(enrolment::SAMPLES)),
    ("hall", Wall::Plain(hall::SAMPLES)),
    ("hall_box", Wall::Plain(hall_box::SAMPLES)),
    ("closing", Wall::Plain(closing::SAMPLES)),
    ("corrections", Wall::OfShelf(corrections::SAMPLES)),
    ("recordings", Wall::OfShelf(recordings::SAMPLES)),
    ("aliases", Wall::OfShelf(aliases::SAMPLES)),
    ("signals", Wall::OfShelf(signals::SAMPLES)),
    ("agencies", Wall::OfShelf(agencies::SAMPLES)),
    ("applications", Wall::OfShelf(applications::SAMPLES)),
    ("certificates", Wall::OfShelf(certificates::SAMPLES)),
    ("certificates", Wall::OfShelf(certificates::BATCH_SAMPLES)),
    ("conversions", Wall::OfShelf(conversions::SAMPLES)),
    ("rolls", Wall::Plain(rolls::SAMPLES)),
    ("transfers", Wall::Plain(transfers::SAMPLES)),
    ("exams", Wall::OfShelf(exams::SAMPLES)),
    ("admin", Wall::Plain(admin::SAMPLES)),
    ("api", Wall::Plain(api::SAMPLES)),
    ("web", Wall::Plain(web::SAMPLES)),
    ("app", Wall::Plain(samples::SAMPLES)),
    ("app", Wall::OfShelf(preview::SAMPLES)),
];

/// A view that hangs in the gallery.
#[derive(Clone, Copy)]
pub struct Hung {
    /// The subject it belongs to.
    pub subject: &'static str,
    /// The name of its struct.
    pub view: &'static str,
    draw: Draw,
}

#[derive(Clone, Copy)]
enum Draw {
    Plain(fn(&Page) -> Samples),
    OfShelf(fn(&Page, &Shelf) -> Samples),
}

impl std::fmt::Debug for Hung {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.name())
    }
}

impl Hung {
    /// Its name in addresses: `identity.PhonePage`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.subject, self.view)
    }

    /// Its samples, framed like `page`.
    #[must_use]
    pub fn samples(&self, page: &Page, shelf: &Shelf) -> Samples {
        match self.draw {
            Draw::Plain(draw) => draw(page),
            Draw::OfShelf(draw) => draw(page, shelf),
        }
    }

    /// The address of its sample `number`, from 1.
    fn href(&self, number: usize) -> String {
        format!("/dev/gallery/{}/{number}", self.name())
    }
}

/// All views, subject by subject.
#[must_use]
pub fn hung() -> Vec<Hung> {
    let of_wall = |(subject, wall): &(&'static str, Wall)| -> Vec<Hung> {
        let subject = *subject;
        match wall {
            Wall::Plain(list) => list.iter().map(|(view, draw)| Hung { subject, view, draw: Draw::Plain(*draw) }).collect(),
            Wall::OfShelf(list) => list.iter().map(|(view, draw)| Hung { subject, view, draw: Draw::OfShelf(*draw) }).collect(),
        }
    };
    WALLS.iter().flat_map(of_wall).collect()
}
