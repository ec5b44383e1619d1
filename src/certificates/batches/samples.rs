//! Samples of the pages of batches.

use super::forms::{Decided, looked, wanted};
use super::views::{BatchFacts, BatchLineView, BatchMay, BatchPage, BatchRow, BatchSamplePage, BatchesPage, Compared, PrintView};
use super::{
    Batch, BatchLine, BatchLineState, BatchProblem, BatchSaid, BatchSource, BatchState, BatchTrouble, Lacks, Print, PrintPart,
    PrintState,
};
use crate::certificates::WHOLE;
use crate::certificates::service::batches::{BatchProgress, Looked, ShownLine};
use crate::certificates::views::{Choices, title_of};
use crate::curriculum::Shelf;
use crate::kernel::{Digest, LearnerId};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, staff};
use crate::web::{Fields, Filled, Page, Samples, SentFile, day_words, drawn};

const QUEUE: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/certificates";
const LIST: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/certificates/batches";
const ONE: &str = "/staff/agency/01980000-0000-7000-8000-000000000001/certificates/batches/01980000-0000-7000-8000-000000000005";

fn kind(shelf: &Shelf) -> String {
    shelf.certificates().get(1).map(|rule| rule.id.clone()).unwrap_or_default()
}

fn batch(shelf: &Shelf, state: BatchState, wrong: i64, trouble: Option<BatchTrouble>) -> Batch {
    let is_decided = matches!(state, BatchState::Agreed | BatchState::Valid | BatchState::Done | BatchState::Refused);
    let is_of_program = state == BatchState::Asked;
    Batch {
        id: id(5),
        agency: id(1),
        kind: kind(shelf),
        about: WHOLE.to_owned(),
        source: if is_of_program { BatchSource::Client } else { BatchSource::File },
        source_code: vec![0; 32],
        client: is_of_program.then(|| id(9)),
        state,
        trouble,
        total: 10_000,
        ready: 10_000 - wrong,
        wrong,
        done: 4_000,
        sample: 100,
        seed: [0; 32],
        brought_by: id(2),
        brought_at: NOW,
        asked_by: Some(id(2)),
        asked_at: Some(NOW),
        decided: is_decided.then(|| (id(3), NOW)),
        answer: (state == BatchState::Refused).then(|| WORDS.to_owned()),
        valid_at: None,
        ended_at: None,
    }
}

fn lines(page: &Page, shelf: &Shelf, state: BatchLineState) -> Vec<BatchLineView> {
    let lacks =
        Lacks { learn: vec!["T01".to_owned(), "T19".to_owned()], supervised: vec!["T05".to_owned()], document: true, more: true };
    let said = BatchSaid { who: "1234567897".to_owned(), lacks: Some(lacks), ..BatchSaid::default() };
    let line = |number: i64, problem: Option<BatchProblem>, (name, is_outside): (&str, bool)| ShownLine {
        line: BatchLine {
            number,
            learner: Some(LearnerId::NOBODY),
            sealed: None,
            state: if problem.is_some() { state } else { BatchLineState::Ready },
            problem,
            basis: None,
            is_in_sample: false,
            look: None,
            certificate: None,
        },
        said: Some(said.clone()).filter(|_| !is_outside),
        name: name.to_owned(),
        is_outside,
    };
    let problems: Vec<Option<BatchProblem>> = match state {
        BatchLineState::Wrong | BatchLineState::Passed => BatchProblem::ALL.iter().copied().map(Some).collect(),
        _ => vec![None; 3],
    };
    let names = [(NAME, false), (LONG_NAME, false), (RARE_NAME, false), ("", false), ("", true)].into_iter().cycle();
    let each = problems.into_iter().zip(names).zip(2..);
    each.map(|((problem, name), number)| BatchLineView::of(page, shelf, &line(number, problem, name))).collect()
}

fn kinds(shelf: &Shelf) -> Choices {
    shelf.certificates().iter().map(|rule| (rule.id.clone(), rule.title.clone())).collect()
}

impl BatchesPage {
    pub(in crate::certificates) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let lists = || -> Choices {
            let class =
                page.t2("certificate-batches-from-class", ("when", day_words(page.lang(), NOW.day())), ("what", LONG_PLACE));
            vec![
                ("requests".to_owned(), page.t("certificate-batches-from-requests")),
                ("class 01980000-0000-7000-8000-000000000007".to_owned(), class),
            ]
        };
        let state = |name: &str, (brings, is_full): (bool, bool), form: Filled| {
            let states = if is_full { BatchState::ALL } else { &[] };
            let row = |state: &BatchState| BatchRow::of(page, shelf, ONE.to_owned(), &batch(shelf, *state, 0, None));
            Self {
                page: staff(page),
                form,
                href: LIST.to_owned(),
                back: QUEUE.to_owned(),
                agency: name.to_owned(),
                brings,
                kinds: if is_full { kinds(shelf) } else { Vec::new() },
                lists: lists(),
                rows: states.iter().map(row).collect(),
                number: 1,
                pages: if is_full { 3 } else { 1 },
                notice: if is_full && !brings { page.t("certificate-batches-said-withdrawn") } else { String::new() },
            }
        };
        let check = |fields: &Fields| wanted(fields, &[], SentFile::Whole(Vec::new()));
        drawn([
            state(PLACE, (true, false), Filled::default()),
            state(LONG_PLACE, (true, true), form(&[("what", ""), ("from", "file")], check)),
            state(LONG_PLACE, (false, true), Filled::default()),
        ])
    }
}

fn print(page: &Page, state: PrintState, (skipped, parts): (i64, i64)) -> PrintView {
    let print = Print {
        batch: id(5),
        state,
        total: 10_000,
        drawn: 4_000,
        skipped,
        after: 4_001,
        asked_at: NOW,
        ended_at: (state != PrintState::Drawing).then_some(NOW),
    };
    let part = |number| PrintPart { number, lines: (1, 100), sheets: 100, bytes: 1_000_000, file: Digest::from_array([0; 32]) };
    PrintView::of(page, Some(&print), &(1..=parts).map(part).collect::<Vec<_>>())
}

/// What somebody typed, as it is shown again.
fn typed() -> Filled {
    Filled::with(Fields::from_pairs(&[("words", WORDS)]))
}

impl BatchPage {
    fn refused(self, key: &str) -> Self {
        Self { problem: self.page.t(key), ..self }
    }

    pub(in crate::certificates) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |batch: Batch, may: BatchMay, only: Option<BatchLineState>, looked: Looked, form: Filled, notice: &str| {
            let progress = BatchProgress { waiting: 5_983, issued: 4_000, passed: 17, wrong: 0 };
            let is_done = batch.state == BatchState::Done;
            Self {
                page: staff(page),
                form,
                href: ONE.to_owned(),
                back: LIST.to_owned(),
                facts: BatchFacts::of(page, shelf, (&batch, progress), (LONG_PLACE, NAME, LONG_NAME)),
                lines: match only {
                    _ if batch.state.is_busy() => Vec::new(),
                    Some(state) => lines(page, shelf, state),
                    None => lines(page, shelf, BatchLineState::Ready),
                },
                number: 1,
                pages: 200,
                is_troubled: only.is_some(),
                brings: may != BatchMay::Decide,
                may,
                looked,
                shown: "0".repeat(64),
                print: is_done
                    .then(|| if only.is_some() { PrintView::of(page, None, &[]) } else { print(page, PrintState::Done, (2, 4)) }),
                notice: if notice.is_empty() { String::new() } else { page.t(notice) },
                problem: String::new(),
            }
        };
        let of = |state: BatchState, wrong: i64| batch(shelf, state, wrong, None);
        let (plain, none) = (Filled::default, Looked::default());
        let some = Looked { size: 100, right: 40, next: Some(77) };
        let all = Looked { size: 100, right: 100, next: None };
        let unsaid = form(&[("doing", "back")], Decided::parse);
        let troubled = batch(shelf, BatchState::Checked, 0, Some(BatchTrouble::People));
        let with_print = |mut view: Self, print: PrintView| {
            view.print = Some(print);
            view
        };
        let done = || state(of(BatchState::Done, 0), BatchMay::Look, None, none, plain(), "");
        drawn([
            state(of(BatchState::Reading, 0), BatchMay::GiveUp, None, none, plain(), ""),
            state(
                of(BatchState::Checked, 17),
                BatchMay::Ask,
                Some(BatchLineState::Wrong),
                none,
                plain(),
                "certificate-batches-said-known",
            ),
            state(of(BatchState::Checked, 0), BatchMay::Ask, None, none, plain(), ""),
            state(troubled, BatchMay::Ask, None, none, plain(), ""),
            state(of(BatchState::Asked, 0), BatchMay::GiveUp, None, none, plain(), "certificate-batches-said-asked"),
            state(of(BatchState::Asked, 17), BatchMay::Decide, Some(BatchLineState::Wrong), some, unsaid, ""),
            state(of(BatchState::Asked, 0), BatchMay::Decide, None, all, plain(), "certificate-batches-said-looked"),
            state(of(BatchState::Agreed, 0), BatchMay::Look, None, none, plain(), "certificate-batches-said-agreed"),
            state(of(BatchState::Valid, 0), BatchMay::Look, None, none, plain(), ""),
            state(of(BatchState::Done, 17), BatchMay::Look, Some(BatchLineState::Passed), none, plain(), ""),
            done(),
            with_print(done(), print(page, PrintState::Drawing, (0, 2))),
            with_print(done(), print(page, PrintState::Full, (0, 3))),
            state(of(BatchState::Refused, 0), BatchMay::Look, None, none, plain(), "certificate-batches-said-back"),
            state(of(BatchState::Withdrawn, 0), BatchMay::Look, None, none, typed(), "").refused("certificate-batches-moved"),
            state(of(BatchState::Asked, 0), BatchMay::Decide, None, all, typed(), "").refused("certificate-batches-stale"),
        ])
    }
}

impl BatchSamplePage {
    pub(in crate::certificates) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let title = title_of(page, shelf, (&kind(shelf), WHOLE));
        let criteria = shelf.certificates().get(1).map(|rule| rule.criteria.clone()).unwrap_or_default();
        let level = |key: &str| page.t(&format!("{key}-2"));
        let sum = page.t2("certificate-batches-draft-sum", ("credits", "1.75"), ("hours", 14));
        let how = page.t("certificates-source-supervised");
        let score = page.t1("certificates-score", "percent", 100);
        let day = day_words(page.lang(), NOW.day());
        let basis = page.lang().fill(
            "certificates-line",
            &[("day", &day), ("how", &how), ("score", &score), ("identity", "2"), ("supervision", "2"), ("credits", "0.25")],
        );
        let rows = |name: &str| {
            let row = |what: String, basis: String, draft: String| Compared { what, basis, draft };
            let mut rows = vec![
                row(page.t("certificates-name"), format!("{name} · {}", level("certificates-identity")), name.to_owned()),
                row(page.t("certificate-batches-kind"), criteria.clone(), title.clone()),
                row(page.t("certificate-batches-sum"), page.t1("certificate-batches-sum-courses", "count", 7), sum.clone()),
            ];
            let courses = shelf.courses().iter().take(7);
            rows.extend(courses.map(|course| row(course.title.clone(), basis.clone(), format!("{} · {sum}", course.code))));
            rows
        };
        let state = |name: &str, (may_decide, is_as_it_was, is_right): (bool, bool, bool), form: Filled, notice: &str| Self {
            page: staff(page),
            form,
            href: format!("{ONE}/sample/77"),
            back: ONE.to_owned(),
            title: title.clone(),
            name: name.to_owned(),
            place: 41,
            size: 100,
            is_right,
            may_decide,
            is_as_it_was,
            rows: rows(name),
            shown: "0".repeat(64),
            next: Some(format!("{ONE}/sample/80")).filter(|_| !is_right),
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            problem: if may_decide { String::new() } else { page.t("certificate-batches-moved") },
        };
        let unsaid = form(&[("doing", "wrong")], looked);
        drawn([
            state(NAME, (true, true, false), Filled::default(), ""),
            state(LONG_NAME, (true, true, false), unsaid, ""),
            state(RARE_NAME, (true, true, true), Filled::default(), "certificate-batches-said-looked"),
            state(NAME, (true, false, false), Filled::default(), ""),
            state(LONG_NAME, (false, true, false), typed(), ""),
        ])
    }
}
