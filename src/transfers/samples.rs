//! Samples of the pages of this subject.

use super::service::Way;
use super::views::{NewTransferPage, OwnRow, ReceivedPage, ReceivingPage, TransferFacts, TransferPage, TransfersPage, WayRow};
use super::{Offer, forms};
use crate::conversions::{Rule, sample_rule};
use crate::kernel::{Credits, digest_of};
use crate::recognition::{OfferStands, OfferState};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, WORDS, form, id, learner, staff};
use crate::web::{Filled, Page, Samples, drawn};

const UNIT: &str = "用手机看病挂号";
const STATES: [OfferState; 5] =
    [OfferState::Offered, OfferState::Accepted, OfferState::Declined, OfferState::Expired, OfferState::Reversed];

fn rule(partner: &str) -> Rule {
    sample_rule(id(7), partner)
}

fn way(partner: &str) -> Way {
    let amount = Credits::from_milli(250).unwrap_or_default();
    Way { least: rule(partner).least, rule: rule(partner), account: id(1), award: id(3), amount, gives: 1500 }
}

fn offer() -> Offer {
    Offer {
        learner: id(1),
        transfer: id(5),
        rule: id(7),
        receiver: id(9),
        award: id(3),
        unit: "T05".to_owned(),
        amount: way(PLACE).amount,
        gives: 1500,
        shown: digest_of(&[b"shown"]),
        offered_at: NOW,
        due_at: NOW.plus_days(10),
        said_sealed: None,
    }
}

fn stands(state: OfferState) -> OfferStands {
    let is_over = state != OfferState::Offered;
    OfferStands {
        learner: id(1),
        transfer: id(5),
        award: id(3),
        receiver: id(9),
        state,
        asked_at: NOW,
        due_at: NOW.plus_days(10),
        answered_at: is_over.then_some(NOW),
        answer: (state == OfferState::Accepted).then(|| "ZJ-2026-7".to_owned()),
    }
}

fn facts(page: &Page, state: OfferState) -> TransferFacts {
    TransferFacts::of_offer(page, (&offer(), &stands(state)), (&rule(LONG_PLACE), UNIT.to_owned()))
}

impl TransfersPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, (is_full, is_weak): (bool, bool)| {
            let row = |state: OfferState| OwnRow::of(page, (&offer(), &stands(state)), (&rule(LONG_PLACE), UNIT.to_owned()));
            let partners: &[&str] = if is_full { &[PLACE, LONG_PLACE] } else { &[] };
            Self {
                page: learner(page, name),
                ways: partners.iter().map(|partner| WayRow::of(page, &way(partner), UNIT)).collect(),
                rows: if is_full { STATES.map(row).into() } else { Vec::new() },
                is_weak,
            }
        };
        drawn([state(NAME, (false, false)), state(LONG_NAME, (true, false)), state(NAME, (true, true))])
    }
}

impl NewTransferPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |partner: &str, (is_stale, is_helped): (bool, bool)| Self {
            page: learner(page, NAME),
            href: format!("/transfers/new/{}/{}", id::<()>(7), id::<()>(3)),
            facts: TransferFacts::of_way(page, &way(partner), UNIT.to_owned(), NOW.plus_days(10)),
            shown: "0".repeat(64),
            is_stale,
            is_helped,
        };
        drawn([state(PLACE, (false, false)), state(LONG_PLACE, (true, false)), state(PLACE, (false, true))])
    }
}

impl TransferPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let one = |state: OfferState| Self {
            page: learner(page, LONG_NAME),
            facts: facts(page, state),
            state,
            said: if state == OfferState::Declined { WORDS.to_owned() } else { String::new() },
            number: stands(state).answer.unwrap_or_default(),
            is_new: state == OfferState::Offered,
        };
        drawn(STATES.map(one))
    }
}

impl ReceivingPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |waiting: usize, ended: usize| {
            let row =
                |state: OfferState| OwnRow::received(page, (&offer(), &stands(state)), (&rule(LONG_PLACE), UNIT.to_owned()));
            Self {
                page: staff(page),
                waiting: (0..waiting).map(|_| row(OfferState::Offered)).collect(),
                ended: STATES.into_iter().skip(1).take(ended).map(row).collect(),
            }
        };
        drawn([state(0, 0), state(2, 4)])
    }
}

impl ReceivedPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let one = |state: OfferState, (is_own, is_said): (bool, bool), form: Filled| Self {
            page: staff(page),
            href: format!("/staff/receiving/{}", id::<()>(5)),
            facts: facts(page, state),
            name: if is_own { NAME.to_owned() } else { LONG_NAME.to_owned() },
            is_open: state == OfferState::Offered,
            is_own,
            number: stands(state).answer.unwrap_or_default(),
            said: if state == OfferState::Declined { WORDS.to_owned() } else { String::new() },
            is_said,
            form,
        };
        let wrong = |doing: &'static str| form(&[("doing", doing)], forms::verdict);
        drawn([
            one(OfferState::Offered, (false, false), Filled::default()),
            one(OfferState::Offered, (false, false), wrong("accept")),
            one(OfferState::Offered, (false, false), wrong("decline")),
            one(OfferState::Offered, (true, false), Filled::default()),
            one(OfferState::Accepted, (false, true), Filled::default()),
            one(OfferState::Declined, (false, true), Filled::default()),
        ])
    }
}
