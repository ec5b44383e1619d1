//! /v: asking how a certificate stands, and the one screen that says it in one word.

use askama::Template;

use super::offline_views::OnPaper;
use super::service::{Answered, Evidence};
use super::{Happened, Reason, Register, Shown, Standing};
use crate::agencies::Agency;
use crate::credentials::{Facts, LineFacts, Source};
use crate::identity::masked;
use crate::kernel::Day;
use crate::ledger::seal::Proven;
use crate::web::{Filled, Page, day_words, text};

/// Levels of identity, from 0.
const IDENTITY: [&str; 4] = ["offline-identity-0", "offline-identity-1", "offline-identity-2", "offline-identity-3"];
/// Levels of supervision, from 0.
const SUPERVISION: [&str; 4] =
    ["offline-supervision-0", "offline-supervision-1", "offline-supervision-2", "offline-supervision-3"];

/// 核验证书: by long code, by number and name, by a file.
#[derive(Template)]
#[template(path = "certificates/verify.html")]
pub(super) struct VerifyPage {
    pub page: Page,
    pub form: Filled,
    /// Why nothing was answered, where it is no matter of one field.
    pub problem: String,
}

/// The answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// 有效.
    Good,
    /// 旧的一版: what is in the hand counts no more, the version in force does.
    Older,
    /// 已暂停.
    Suspended,
    /// 已撤销.
    Revoked,
    /// 查不到.
    Unknown,
}

impl Word {
    pub(super) const fn of(standing: Standing) -> Self {
        match standing {
            Standing::Active => Self::Good,
            Standing::Replaced => Self::Older,
            Standing::Suspended { .. } => Self::Suspended,
            Standing::Revoked { .. } => Self::Revoked,
        }
    }

    /// The key of the word itself.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Good => "verify-word-good",
            Self::Older => "verify-word-older",
            Self::Suspended => "verify-word-suspended",
            Self::Revoked => "verify-word-revoked",
            Self::Unknown => "verify-word-unknown",
        }
    }

    /// The word under which it is counted.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Older => "older",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }

    /// The colour of its box.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Older | Self::Suspended | Self::Unknown => "look",
            Self::Revoked => "bad",
        }
    }
}

/// How somebody came to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CameBy {
    /// By the long code.
    Code,
    /// By number and whole name.
    Name,
    /// By a file, whose signature holds.
    File,
}

/// The same, with what they have in their hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came<'a> {
    by: CameBy,
    /// What their document says.
    signed: Option<&'a Facts>,
    /// Of which version it is.
    version: Option<i64>,
}

impl<'a> Came<'a> {
    /// By the long code, with nothing that proves itself.
    pub(super) const fn by_code() -> Self {
        Self { by: CameBy::Code, signed: None, version: None }
    }

    /// By number and whole name.
    pub(super) const fn by_name() -> Self {
        Self { by: CameBy::Name, signed: None, version: None }
    }

    /// By a signed document.
    pub(super) fn by_document(facts: &'a Facts) -> Self {
        Self { by: CameBy::File, signed: Some(facts), version: Some(i64::from(facts.version)) }
    }

    /// By the picture of a code that proves itself, of this version.
    pub(super) const fn by_paper(version: i64) -> Self {
        Self { by: CameBy::File, signed: None, version: Some(version) }
    }

    /// Whether a newer version is in force than what they have in their hand.
    fn is_older(&self, register: &Register) -> bool {
        self.version.is_some_and(|version| version < register.version)
    }

    /// The word under which it is counted.
    pub(super) const fn word(&self) -> &'static str {
        match self.by {
            CameBy::Code => "code",
            CameBy::Name => "name",
            CameBy::File => "file",
        }
    }
}

/// The answer.
#[derive(Template)]
#[template(path = "certificates/answer.html")]
pub(super) struct VerifyAnswerPage {
    pub page: Page,
    pub word: Word,
    /// What it means, sentence by sentence.
    pub sentences: Vec<String>,
    /// All that was signed; empty where nothing is left of it.
    pub facts: Vec<(String, String)>,
    /// Course by course.
    pub lines: Vec<(String, String)>,
    /// 建议复习: titles of courses.
    pub refresh: Vec<String>,
    pub footer: String,
    /// Where it says for good what this kind is.
    pub kind_href: Option<String>,
    /// What proves it, and what else was signed, for whoever wants to know.
    pub proof: Vec<(String, String)>,
    /// For the script that holds the paper against it.
    pub paper: Option<OnPaper>,
    /// Where its files are: `/v/…`.
    pub files: Option<String>,
}

impl VerifyAnswerPage {
    /// There is none.
    pub(super) fn unknown(page: Page, keys: &[&str]) -> Self {
        let mut sentences: Vec<String> = keys.iter().map(|key| page.t(key)).collect();
        sentences.push(page.t("verify-unknown-elsewhere"));
        Self {
            word: Word::Unknown,
            sentences,
            facts: Vec::new(),
            lines: Vec::new(),
            refresh: Vec::new(),
            footer: String::new(),
            kind_href: None,
            proof: Vec::new(),
            paper: None,
            files: None,
            page,
        }
    }

    /// There is one. `title_of`: the title of a course of today; `kind`: its title where nothing is left of the document.
    pub(super) fn found(page: Page, found: &Answered, came: Came<'_>, (kind, title_of): (&str, impl Fn(&str) -> String)) -> Self {
        let shown = &found.shown;
        // Of an older version nothing is shown: what counts is the one in force.
        let is_older = came.is_older(&shown.register);
        let said = came.signed.filter(|_| !is_older).or(shown.facts.as_ref());
        let name = name_words(&page, &shown.register, if is_older { CameBy::Code } else { came.by });
        let mut facts = vec![(page.t("offline-kind"), said.map_or_else(|| kind.to_owned(), |said| said.kind.title.clone()))];
        facts.push((page.t("offline-name"), name));
        facts.push((page.t("offline-number"), shown.register.number.spaced()));
        facts.push((page.t("verify-issued"), day_words(page.lang(), shown.register.issued)));
        facts.extend(agency_facts(&page, found.agency.as_ref(), said));
        if let Some(said) = said {
            facts.extend(signed_facts(&page, said));
        }
        let document = found.evidence.as_ref().map(|evidence| evidence.document);
        // Where a file was handed in there is no paper beside it; whoever knows number and name alone is not given the long code with it.
        let paper = shown.facts.as_ref().zip(document).filter(|_| came.signed.is_none() && came.by != CameBy::Name);
        let shown_name = masked(&shown.register.name);
        Self {
            word: Word::of(standing_for(shown, came)),
            sentences: sentences_of(&page, found, came),
            facts,
            lines: said.map(|said| said.lines.iter().map(|line| line_words(&page, line)).collect()).unwrap_or_default(),
            refresh: shown.refresh.iter().map(|unit| title_of(unit)).collect(),
            footer: said.map(|said| said.kind.footer.clone()).unwrap_or_default(),
            kind_href: said.map(|said| format!("/credentials/{}/{}", said.kind.id, said.kind.edition)),
            proof: proof_of(&page, found.evidence.as_ref(), said),
            paper: paper.map(|(facts, document)| OnPaper::of(facts, &document, &shown_name)),
            files: (shown.facts.is_some() && came.by != CameBy::Name).then(|| format!("/v/{}", shown.register.code)),
            page,
        }
    }

    fn word_words(&self) -> String {
        self.page.t(self.word.key())
    }

    fn is_good(&self) -> bool {
        self.word == Word::Good
    }

    fn is_revoked(&self) -> bool {
        self.word == Word::Revoked
    }

    fn is_unknown(&self) -> bool {
        self.word == Word::Unknown
    }

    /// What is said beside the word itself: where nothing was found the way on stands next, and the rest below it.
    fn at_once(&self) -> &[String] {
        let most = if self.is_unknown() { 1 } else { self.sentences.len() };
        self.sentences.get(..most).unwrap_or_default()
    }
}

fn name_words(page: &Page, register: &Register, came: CameBy) -> String {
    let name = masked(&register.name);
    match came {
        CameBy::Code => name,
        CameBy::Name => page.t1("verify-name-same", "name", name),
        CameBy::File => page.t1("verify-name-file", "name", name),
    }
}

fn agency_facts(page: &Page, agency: Option<&Agency>, said: Option<&Facts>) -> Vec<(String, String)> {
    let name = said.map(|said| said.agency.name.clone()).or_else(|| agency.map(|agency| agency.name.clone()));
    let code = said.map(|said| said.agency.credit_code.clone()).or_else(|| agency.map(|agency| agency.credit_code.clone()));
    let facts = [(page.t("offline-agency"), name), (page.t("offline-credit-code"), code)];
    facts.into_iter().filter_map(|(what, words)| Some((what, words?))).collect()
}

fn signed_facts(page: &Page, said: &Facts) -> Vec<(String, String)> {
    vec![
        (page.t("offline-credits"), said.credits.to_string()),
        (page.t("offline-hours"), said.class_hours.to_string()),
        (page.t("offline-identity"), level_words(page, &IDENTITY, said.identity)),
        (page.t("offline-supervision"), level_words(page, &SUPERVISION, said.supervision)),
        (page.t("offline-version"), said.version.to_string()),
        (page.t("offline-day"), day_words(page.lang(), said.signed_at.day())),
        (page.t("verify-kind-criteria"), said.kind.criteria.clone()),
        (page.t("verify-edition"), said.kind.edition.clone()),
    ]
}

/// The words of a level.
pub(super) fn level_words(page: &Page, keys: &[&str; 4], level: i64) -> String {
    usize::try_from(level).ok().and_then(|at| keys.get(at)).map(|key| page.t(key)).unwrap_or_default()
}

/// Both levels of a certificate, in words.
pub(super) fn both_levels(page: &Page, (identity, supervision): (i64, i64)) -> (String, String) {
    (level_words(page, &IDENTITY, identity), level_words(page, &SUPERVISION, supervision))
}

/// How a course was passed.
pub(super) fn way_words(page: &Page, source: Source) -> String {
    page.t(match source {
        Source::Online => "offline-way-online",
        Source::Supervised => "offline-way-supervised",
        Source::Outside => "offline-way-outside",
    })
}

/// A course as it was signed: title, and how, when, how much.
pub(super) fn line_words(page: &Page, line: &LineFacts) -> (String, String) {
    let (day, credits) = (day_words(page.lang(), line.passed), line.credits.to_string());
    let (identity, supervision) = both_levels(page, (line.identity, line.supervision));
    let (way, hours) = (way_words(page, line.source), line.class_hours.to_string());
    let blanks = [
        ("day", day.as_str()),
        ("way", way.as_str()),
        ("identity", identity.as_str()),
        ("supervision", supervision.as_str()),
        ("credits", credits.as_str()),
        ("hours", hours.as_str()),
    ];
    let mut words = page.lang().fill("verify-line", &blanks);
    if let Some(score) = line.score {
        words.push_str(&page.t1("verify-line-score", "score", score));
    }
    (format!("{} {}", line.unit, line.title), words)
}

/// Why it was suspended or revoked, in a sentence for everybody.
pub(super) const fn why_key(reason: Reason) -> &'static str {
    match reason {
        Reason::WrongPerson => "verify-why-wrong-person",
        Reason::WrongName => "verify-why-wrong-name",
        Reason::EvidenceWrong => "verify-why-evidence-wrong",
        Reason::Fraud => "verify-why-fraud",
        Reason::CreditReversed => "verify-why-credit-reversed",
        Reason::AccountsParted => "verify-why-accounts-parted",
        Reason::IssuedTwice => "verify-why-issued-twice",
        Reason::ByRequest => "verify-why-by-request",
        Reason::Other => "verify-why-other",
    }
}

/// How it stands, and since when and why.
pub(super) fn standing_sentences(page: &Page, standing: Standing) -> Vec<String> {
    let since = |key: &str, day: Day| page.t1(key, "day", day_words(page.lang(), day));
    match standing {
        Standing::Active => vec![page.t("verify-good")],
        Standing::Replaced => vec![page.t("verify-newer")],
        Standing::Suspended { since: at, reason } => vec![since("verify-suspended", at.day()), page.t(why_key(reason))],
        Standing::Revoked { since: at, reason } => vec![since("verify-revoked", at.day()), page.t(why_key(reason))],
    }
}

/// How what is in the hand stands: an older version of what is good is none that counts.
fn standing_for(shown: &Shown, came: Came<'_>) -> Standing {
    match shown.standing {
        Standing::Active if came.is_older(&shown.register) => Standing::Replaced,
        standing => standing,
    }
}

fn sentences_of(page: &Page, found: &Answered, came: Came<'_>) -> Vec<String> {
    let shown = &found.shown;
    let standing = standing_for(shown, came);
    let mut sentences = standing_sentences(page, standing);
    if matches!(standing, Standing::Suspended { .. } | Standing::Revoked { .. }) {
        sentences.push(whom_to_ask(page, found.agency.as_ref()));
    }
    if shown.facts.is_none() {
        sentences.push(page.t("verify-left"));
    } else if !came.is_older(&shown.register) {
        // Whoever typed code or number may have them from a sheet that says something else.
        sentences.push(page.t("verify-compare"));
    }
    sentences
}

fn whom_to_ask(page: &Page, agency: Option<&Agency>) -> String {
    match agency.filter(|agency| !agency.is_closed) {
        Some(agency) => {
            let (_, phone) = text::phone_number(&agency.contact.phone);
            page.t2("verify-ask-agency", ("agency", &agency.name), ("phone", phone))
        }
        None => page.t1("verify-ask-bank", "phone", page.help_words()),
    }
}

/// What became of it last, in words.
const fn happened_key(what: Happened) -> &'static str {
    match what {
        Happened::Issued => "verify-event-issued",
        Happened::Version => "verify-event-version",
        Happened::Suspended => "verify-event-suspended",
        Happened::Confirmed => "verify-event-confirmed",
        Happened::Lifted => "verify-event-lifted",
        Happened::Revoked => "verify-event-revoked",
        Happened::Reinstated => "verify-event-reinstated",
    }
}

fn leaf_words(page: &Page, proven: Option<&Proven>) -> String {
    let Some(proven) = proven else { return page.t("verify-leaf-waits") };
    let when = proven.signed_at.to_minute_text();
    let mut words = page.lang().fill(
        "verify-leaf",
        &[("leaf", &proven.leaf.seq.to_string()), ("size", &proven.size.to_string()), ("when", when.as_str())],
    );
    if proven.witnesses.is_empty() {
        words.push_str(&page.t("verify-leaf-not-witnessed"));
    }
    for witness in &proven.witnesses {
        let seen = witness.seen_at.to_minute_text();
        words.push_str(&page.t2("verify-leaf-witness", ("name", &witness.name), ("when", seen)));
    }
    words
}

/// What proves it; and what was signed that nobody reads.
fn proof_of(page: &Page, evidence: Option<&Evidence>, said: Option<&Facts>) -> Vec<(String, String)> {
    let mut all = evidence.map(|evidence| proof_words(page, evidence)).unwrap_or_default();
    if let Some(said) = said {
        let place = page.t2("verify-place", ("list", said.place.list), ("position", said.place.position));
        all.push((page.t("offline-status"), place));
        all.push((page.t("verify-proof-receipts"), said.receipts.to_string()));
        let evidence = said.lines.iter();
        all.extend(evidence.map(|line| (page.t1("verify-proof-evidence", "unit", &line.unit), line.evidence.to_string())));
    }
    all
}

fn proof_words(page: &Page, evidence: &Evidence) -> Vec<(String, String)> {
    let key = evidence.key.as_ref().map(|key| {
        let (name, from) = (key.fingerprint.to_string(), day_words(page.lang(), key.from));
        match key.until {
            Some(until) => {
                let until = day_words(page.lang(), until);
                let blanks = [("key", name.as_str()), ("from", from.as_str()), ("until", until.as_str())];
                page.lang().fill("verify-key-until", &blanks)
            }
            None => page.t2("verify-key-from", ("key", name), ("from", from)),
        }
    });
    let mut all = vec![
        (page.t("verify-proof-key"), key.unwrap_or_else(|| page.t("verify-key-gone"))),
        (page.t("verify-proof-document"), evidence.document.to_string()),
        (page.t1("verify-proof-version", "version", evidence.version), leaf_words(page, evidence.leaf.as_ref())),
    ];
    if let Some((what, proven)) = &evidence.event {
        all.push((page.t1("verify-proof-event", "what", page.t(happened_key(*what))), leaf_words(page, proven.as_ref())));
    }
    for (unit, result, award) in &evidence.lines {
        let is_witnessed = evidence.is_witnessed(*result) && evidence.is_witnessed(*award);
        let witness = evidence.witnessed.as_ref().filter(|_| is_witnessed);
        let mut words = page.t2("verify-proof-line", ("result", result), ("award", award));
        words.push_str(&match witness {
            Some(witness) => page.t1("verify-leaf-witnessed", "name", &witness.name),
            None => page.t("verify-leaf-not-witnessed"),
        });
        all.push((unit.clone(), words));
    }
    all
}

/// A kind of certificate, as its documents name it for good.
#[derive(Template)]
#[template(path = "certificates/kind.html")]
pub(super) struct KindPage {
    pub page: Page,
    pub title: String,
    pub version: String,
    pub criteria: String,
    pub footer: String,
}
