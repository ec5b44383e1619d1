//! The pages of this subject.

use askama::Template;

use super::Offer;
use super::service::Way;
use crate::conversions::Rule;
use crate::kernel::{Credits, Timestamp};
use crate::recognition::{OfferStands, OfferState};
use crate::web::{Filled, Page, day_words};

/// Thousandths as a figure.
fn figure(thousandths: i64) -> String {
    Credits::from_milli(thousandths).unwrap_or_default().to_string()
}

fn state_words(page: &Page, state: OfferState) -> String {
    page.t(&format!("transfers-state-{}", state.code()))
}

/// An award that can go out by a rule.
pub(super) struct WayRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) note: String,
}

impl WayRow {
    pub(super) fn of(page: &Page, way: &Way, unit: &str) -> Self {
        let gives = page.t2("transfers-for", ("credits", way.amount), ("gives", figure(way.gives)));
        Self {
            href: format!("/transfers/new/{}/{}", way.rule.id, way.award),
            title: format!("{unit} → {}", way.rule.partner_name),
            note: gives,
        }
    }
}

/// An offer on a list.
pub(super) struct OwnRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) note: String,
}

impl OwnRow {
    pub(super) fn of(page: &Page, (offer, stands): (&Offer, &OfferStands), (rule, unit): (&Rule, String)) -> Self {
        let state = state_words(page, stands.state);
        Self {
            href: format!("/transfers/{}", offer.transfer),
            title: format!("{unit} → {}", rule.partner_name),
            note: format!("{} · {state}", day_words(page.lang(), offer.offered_at.day())),
        }
    }

    /// The same as the receiver has it.
    pub(super) fn received(page: &Page, of: (&Offer, &OfferStands), (rule, unit): (&Rule, String)) -> Self {
        let due = page.t1("transfers-due", "day", last_day(page, of.0.due_at));
        let note = if of.1.state == OfferState::Offered { due } else { state_words(page, of.1.state) };
        Self { href: format!("/staff/receiving/{}", of.0.transfer), title: format!("{unit} → {}", rule.title), note }
    }
}

/// The last day on which it is answered.
fn last_day(page: &Page, due_at: Timestamp) -> String {
    day_words(page.lang(), due_at.plus_ms(-1).day())
}

/// What goes, and what is given for it.
pub(super) struct TransferFacts {
    pub(super) unit: String,
    pub(super) amount: String,
    pub(super) receiver: String,
    pub(super) rule: String,
    pub(super) gives: String,
    pub(super) due: String,
    /// When it was offered; empty before.
    pub(super) offered: String,
    pub(super) state: String,
}

impl TransferFacts {
    pub(super) fn of_way(page: &Page, way: &Way, unit: String, due_at: Timestamp) -> Self {
        Self {
            unit,
            amount: page.t1("agencies-credits", "credits", way.amount),
            receiver: way.rule.partner_name.clone(),
            rule: way.rule.title.clone(),
            gives: page.t1("transfers-count", "gives", figure(way.gives)),
            due: last_day(page, due_at),
            offered: String::new(),
            state: String::new(),
        }
    }

    pub(super) fn of_offer(page: &Page, (offer, stands): (&Offer, &OfferStands), (rule, unit): (&Rule, String)) -> Self {
        Self {
            unit,
            amount: page.t1("agencies-credits", "credits", offer.amount),
            receiver: rule.partner_name.clone(),
            rule: rule.title.clone(),
            gives: page.t1("transfers-count", "gives", figure(offer.gives)),
            due: last_day(page, offer.due_at),
            offered: day_words(page.lang(), offer.offered_at.day()),
            state: state_words(page, stands.state),
        }
    }
}

/// Which awards can go where, and those that went.
#[derive(Template)]
#[template(path = "transfers/own.html")]
pub struct TransfersPage {
    pub(super) page: Page,
    pub(super) ways: Vec<WayRow>,
    pub(super) rows: Vec<OwnRow>,
    /// Whether the session proves too little to give credit away.
    pub(super) is_weak: bool,
}

/// What it would take, before it is done.
#[derive(Template)]
#[template(path = "transfers/new.html")]
pub struct NewTransferPage {
    pub(super) page: Page,
    pub(super) href: String,
    pub(super) facts: TransferFacts,
    pub(super) shown: String,
    /// Whether something has changed since it was shown.
    pub(super) is_stale: bool,
    /// Whether somebody helps in this session.
    pub(super) is_helped: bool,
}

/// One offer, as its learner has it.
#[derive(Template)]
#[template(path = "transfers/one.html")]
pub struct TransferPage {
    pub(super) page: Page,
    pub(super) facts: TransferFacts,
    pub(super) state: OfferState,
    pub(super) said: String,
    pub(super) number: String,
    pub(super) is_new: bool,
}

impl TransferPage {
    fn state_hint(&self) -> String {
        self.page.t(&format!("transfers-hint-{}", self.state.code()))
    }
}

/// What was offered to an organisation.
#[derive(Template)]
#[template(path = "transfers/receiving.html")]
pub struct ReceivingPage {
    pub(super) page: Page,
    pub(super) waiting: Vec<OwnRow>,
    pub(super) ended: Vec<OwnRow>,
}

/// One offer, as its receiver has it.
#[derive(Template)]
#[template(path = "transfers/received.html")]
pub struct ReceivedPage {
    pub(super) page: Page,
    pub(super) href: String,
    pub(super) facts: TransferFacts,
    pub(super) name: String,
    pub(super) is_open: bool,
    pub(super) is_own: bool,
    pub(super) number: String,
    pub(super) said: String,
    pub(super) is_said: bool,
    pub(super) form: Filled,
}
