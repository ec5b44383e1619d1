//! Samples of /v: the forms, and all four answers.

use super::rules::states::Reason;
use super::samples::{CRITERIA, FOOTER, facts, shown};
use super::service::Answered;
use super::verify_forms;
use super::verify_views::{Came, KindPage, VerifyAnswerPage, VerifyPage};
use super::{Shown, Standing};
use crate::agencies::{Agency, Contact};
use crate::curriculum::Shelf;
use crate::kernel::{Digest, Timestamp};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, filled, form, id};
use crate::web::{Filled, Page, Samples, drawn};

fn agency(name: &str, is_closed: bool) -> Agency {
    Agency {
        id: id(60),
        organisation: id(5),
        credit_code: "91350100M000100Y43".to_owned(),
        name: name.to_owned(),
        place_code: "330182".to_owned(),
        line: None,
        contact: Contact { phone: "0571-87000000".to_owned(), words: None },
        registered_at: NOW,
        suspended: None,
        is_closed,
        is_taken_down: false,
    }
}

impl VerifyPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let wrong = form(&[("number", "1234 5678 9010"), ("name", "")], verify_forms::typed);
        let mistyped = form(&[("by", "code"), ("code", "0123456789ABCDEFGHJKM7KB")], verify_forms::typed);
        let too_many = page.t2("verify-too-many", ("minutes", 10), ("phone", page.help_words()));
        let typed = filled(&[("number", "1234 5678 9018"), ("name", LONG_NAME)]);
        let state = |form: Filled, problem: String| Self { page: page.clone(), form, problem };
        drawn([
            state(Filled::default(), String::new()),
            state(wrong, String::new()),
            state(mistyped, String::new()),
            state(typed, too_many),
            state(Filled::default(), page.t("verify-answer-over")),
        ])
    }
}

/// The longest of proofs, in words.
fn proof(page: &Page) -> Vec<(String, String)> {
    let digest = Digest::from_array([0xab; 32]).to_string();
    let (day, when) = (crate::web::day_words(page.lang(), NOW.day()), NOW.to_minute_text());
    let blanks = [("key", digest.as_str()), ("from", day.as_str()), ("until", day.as_str())];
    let leaf = page.lang().fill("verify-leaf", &[("leaf", "123456789"), ("size", "123456790"), ("when", when.as_str())]);
    let witness = page.t2("verify-leaf-witness", ("name", "library.shuangjiang.example.cn"), ("when", &when));
    let line = page.t2("verify-proof-line", ("result", 123_456_789), ("award", 123_456_790));
    vec![
        (page.t("verify-proof-key"), page.lang().fill("verify-key-until", &blanks)),
        (page.t("verify-proof-document"), digest.clone()),
        (page.t1("verify-proof-version", "version", 255), format!("{leaf}{witness}")),
        (page.t1("verify-proof-event", "what", page.t("verify-event-reinstated")), page.t("verify-leaf-waits")),
        ("T23".to_owned(), format!("{line}{}", page.t("verify-leaf-not-witnessed"))),
    ]
}

impl VerifyAnswerPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let since = |reason| (NOW, reason);
        let suspended = |(since, reason): (Timestamp, Reason)| Standing::Suspended { since, reason };
        let revoked = |(since, reason): (Timestamp, Reason)| Standing::Revoked { since, reason };
        let of = |shown: Shown, agency: Agency, came: Came<'_>| {
            let found = Answered { shown, agency: Some(agency), evidence: None };
            let mut view = Self::found(page.clone(), &found, came, ("基础学习证书", |unit: &str| shelf.title_of(unit)));
            let mut all = proof(page);
            all.append(&mut view.proof);
            view.proof = all;
            view
        };
        let mut left = shown(LONG_NAME, LONG_PLACE, (Standing::Active, 3));
        left.facts = None;
        let mut older = facts(LONG_NAME, LONG_PLACE, 2);
        if let Some(facts) = &mut older {
            facts.version = 1;
        }
        let by_document = older.as_ref().map_or_else(Came::by_code, Came::by_document);
        let mut states = vec![
            of(shown(NAME, PLACE, (Standing::Active, 3)), agency(PLACE, false), Came::by_code()),
            of(shown(LONG_NAME, LONG_PLACE, (Standing::Active, 23)), agency(LONG_PLACE, false), Came::by_name()),
            of(shown(LONG_NAME, LONG_PLACE, (Standing::Active, 3)), agency(LONG_PLACE, false), by_document),
            of(left, agency(LONG_PLACE, true), Came::by_code()),
        ];
        for reason in Reason::ALL {
            states.push(of(shown(NAME, PLACE, (suspended(since(reason)), 1)), agency(LONG_PLACE, false), Came::by_code()));
        }
        states.push(of(
            shown(LONG_NAME, LONG_PLACE, (revoked(since(Reason::Fraud)), 23)),
            agency(LONG_PLACE, true),
            Came::by_code(),
        ));
        states.push(Self::unknown(page.clone(), &["verify-unknown", "verify-unknown-code"]));
        states.push(Self::unknown(page.clone(), &["verify-unknown", "verify-unknown-number", "verify-unknown-code-too"]));
        drawn(states)
    }
}

impl KindPage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let state = |title: &str| Self {
            page: page.clone(),
            title: title.to_owned(),
            version: "2026.11".to_owned(),
            criteria: CRITERIA.to_owned(),
            footer: FOOTER.to_owned(),
        };
        drawn([state("基础学习证书"), state("单元学习证明")])
    }
}
