//! The pages of this subject.

use askama::Template;

use super::basis::{Basis, Line};
use super::changing_views::{AppealRow, AskedRow};
use super::service::Missing;
use super::{RequestState, Shown, Standing};
use crate::curriculum::{CourseCode, Shelf};
use crate::web::{Filled, Page, QrPicture, day_words};

/// Values with their words, as forms offer them.
pub(super) type Choices = Vec<(String, String)>;

/// One line of a list.
pub(super) struct Row {
    pub href: String,
    pub title: String,
    pub notes: Vec<String>,
}

/// How a certificate stands, in a sentence.
pub(super) fn standing_words(page: &Page, standing: Standing) -> String {
    let of = |key: &str, since: crate::kernel::Timestamp, reason: super::Reason| {
        let why = page.t(&format!("certificates-reason-{}", reason.code()));
        let (since, credit) = (day_words(page.lang(), since.day()), page.t(reason.credit_key()));
        page.lang().fill(key, &[("since", since.as_str()), ("why", why.as_str()), ("credit", credit.as_str())])
    };
    match standing {
        Standing::Active => page.t("certificates-standing-active"),
        Standing::Suspended { since, reason } => of("certificates-standing-suspended", since, reason),
        Standing::Revoked { since, reason } => of("certificates-standing-revoked", since, reason),
        Standing::Replaced => page.t("certificates-standing-replaced"),
    }
}

/// What a certificate is called: its kind, and the unit that it is about.
pub(super) fn title_of(page: &Page, shelf: &Shelf, (kind, about): (&str, &str)) -> String {
    let rule = shelf.certificates().iter().find(|rule| rule.id == kind);
    let title = rule.map_or_else(|| kind.to_owned(), |rule| rule.title.clone());
    if about == super::WHOLE {
        title
    } else {
        page.t2("certificates-title-of", ("title", title), ("course", shelf.title_of(about)))
    }
}

/// A certificate on its owner's list.
pub(super) fn row_of(page: &Page, shelf: &Shelf, shown: &Shown, agency: &str) -> Row {
    let register = &shown.register;
    let issued = page.t2("certificates-issued-by", ("agency", agency), ("day", day_words(page.lang(), register.issued)));
    Row {
        href: format!("/certificates/{}", shown.certificate),
        title: title_of(page, shelf, (&register.kind, &register.about)),
        notes: vec![issued, standing_words(page, shown.standing)],
    }
}

fn titles(page: &Page, shelf: &Shelf, codes: &[CourseCode]) -> String {
    codes.iter().map(|code| page.t1("learning-plan-title", "title", shelf.title_of(&code.to_string()))).collect()
}

/// What is missing, line by line, each with where it is to be had.
pub(super) fn missing_lines(page: &Page, shelf: &Shelf, missing: &Missing) -> Vec<String> {
    let what = &missing.what;
    let of = |key: &str, codes: &[CourseCode]| (!codes.is_empty()).then(|| page.t1(key, "courses", titles(page, shelf, codes)));
    let is_told = |code: &&CourseCode| !what.looked_into.contains(code) && !what.out.contains(code);
    let unwritten: Vec<CourseCode> = what.blocked.iter().filter(is_told).copied().collect();
    let place = match &missing.point {
        Some(point) => {
            let phone = point.phone.clone().unwrap_or_else(|| page.help_phone.clone());
            page.t2("certificates-missing-at", ("place", &point.name), ("phone", phone))
        }
        None => page.t1("certificates-missing-anywhere", "phone", &page.help_phone),
    };
    let session = missing.session.as_ref().map(|session| {
        let when = format!("{} {}", day_words(page.lang(), session.at.day()), session.at.to_clock_text());
        let course = shelf.title_of(&session.unit);
        let phone = session.phone.clone().unwrap_or_else(|| page.help_phone.clone());
        page.lang().fill(
            "certificates-missing-session",
            &[("when", when.as_str()), ("place", session.place.as_str()), ("course", course.as_str()), ("phone", phone.as_str())],
        )
    });
    let supervised = of("certificates-missing-supervised", &what.supervised);
    let supervised = supervised.map(|words| format!("{words}{}", session.unwrap_or_else(|| place.clone())));
    let document = what.document.then(|| format!("{}{place}", page.t("certificates-missing-document")));
    let outside = what.outside.map(|(count, most)| page.t2("learning-plan-outside", ("count", count), ("most", most)));
    let lines = [
        of("certificates-missing-learn", &what.learn),
        supervised,
        document,
        of("learning-plan-looked-into", &what.looked_into),
        of("learning-plan-out", &what.out),
        of("learning-plan-unwritten", &unwritten),
        outside,
        what.is_out_of_reach.then(|| page.t("certificates-missing-reach")),
    ];
    lines.into_iter().flatten().collect()
}

/// What it rests on, line by line: course, how it was passed, when, how well, how much.
pub(super) fn basis_lines(page: &Page, shelf: &Shelf, basis: &Basis) -> Vec<(String, String)> {
    let line = |line: &Line| {
        let how = page.t(&format!("certificates-source-{}", line.source.code()));
        let score = line.percent().map(|percent| page.t1("certificates-score", "percent", percent)).unwrap_or_default();
        let (day, credits) = (day_words(page.lang(), line.passed), line.credits.to_string());
        let (identity, supervision) = (line.identity.value().to_string(), line.supervision.value().to_string());
        let words = page.lang().fill(
            "certificates-line",
            &[
                ("day", day.as_str()),
                ("how", how.as_str()),
                ("score", score.as_str()),
                ("identity", identity.as_str()),
                ("supervision", supervision.as_str()),
                ("credits", credits.as_str()),
            ],
        );
        (shelf.title_of(&line.unit), words)
    };
    basis.lines.iter().map(line).collect()
}

/// 我的证书.
#[derive(Template)]
#[template(path = "certificates/list.html")]
pub(super) struct CertificatesPage {
    pub page: Page,
    pub certificates: Vec<Row>,
    /// All of them as one file.
    pub files: Vec<Row>,
    /// What was asked for, and is not issued.
    pub requests: Vec<OwnRequest>,
    /// What may be asked for.
    pub kinds: Vec<Row>,
    /// Whether they may show something to others, and see what they show.
    pub may_share: bool,
    pub notice: String,
}

/// What somebody asked for.
pub(super) struct OwnRequest {
    pub title: String,
    pub note: String,
    /// Why it was refused, and until when somebody may appeal.
    pub answer: Vec<String>,
    /// Where it is taken back, where it waits.
    pub withdraw: Option<String>,
    /// To an appeal against its refusal, or to the one that was made.
    pub ways: Vec<Row>,
}

/// Asking for one: what is missing, else by whom it is to be issued.
#[derive(Template)]
#[template(path = "certificates/ask.html")]
pub(super) struct CertificateAskPage {
    pub page: Page,
    pub form: Filled,
    pub title: String,
    pub criteria: String,
    pub footer: String,
    pub href: String,
    /// Units to choose from, where it is about one and none is chosen yet.
    pub units: Vec<Row>,
    pub is_chosen: bool,
    pub unit: String,
    pub missing: Vec<String>,
    /// The list of what is still to be learnt, where there is one.
    pub plan: Option<String>,
    pub lines: Vec<(String, String)>,
    pub agencies: Choices,
    pub has_place: bool,
    /// Of what they have, or have asked for: the sentence, where it is, the words of the way there.
    pub before: Option<(String, String, String)>,
    /// This very page, to come back to: they are signed in too weakly to ask.
    pub sign_in: Option<String>,
    pub problem: String,
}

/// One certificate, as its owner sees it.
#[derive(Template)]
#[template(path = "certificates/one.html")]
pub(super) struct CertificatePage {
    pub page: Page,
    pub title: String,
    pub standing: String,
    pub is_good: bool,
    /// This very page, to come back to: they are signed in too weakly for what could be done with it.
    pub sign_in: Option<String>,
    pub facts: Vec<(String, String)>,
    pub lines: Vec<(String, String)>,
    /// 建议复习.
    pub refresh: Vec<Row>,
    pub events: Vec<String>,
    pub footer: String,
    /// Its address, to be held out to others; none of one that was revoked.
    pub qr: Option<QrPicture>,
    /// The number by which somebody else is asked to print it; none of one that was revoked.
    pub print: Option<String>,
    /// Onto paper, to others, into a picture.
    pub ways: Vec<Row>,
}

/// Where a certificate leads: onto paper, to others, into a picture. One that was revoked goes onto paper and into a picture no more.
pub(super) fn ways_of(page: &Page, id: &str, standing: Standing) -> Vec<Row> {
    let way = |end: &str, title: &str, note: &str| Row {
        href: format!("/certificates/{id}/{end}"),
        title: page.t(title),
        notes: vec![page.t(note)],
    };
    let share = way("share", "shares-title", "shares-title-note");
    if let Standing::Revoked { .. } = standing {
        return vec![share];
    }
    vec![
        way("pdf", "paper-pdf", "paper-pdf-note"),
        way("print", "paper-print", "paper-print-note"),
        share,
        way("badge.png", "badge-png", "badge-png-note"),
        way("badge.svg", "badge-svg", "badge-svg-note"),
    ]
}

/// All that are valid now as one file, where there is one.
pub(super) fn all_of(page: &Page, is_any_valid: bool) -> Vec<Row> {
    let row = || Row {
        href: "/certificates/all.json".to_owned(),
        title: page.t("certificates-all"),
        notes: vec![page.t("certificates-all-note")],
    };
    is_any_valid.then(row).into_iter().collect()
}

/// What waits for an agency.
#[derive(Template)]
#[template(path = "certificates/queue.html")]
pub(super) struct CertificateQueuePage {
    pub page: Page,
    pub form: Filled,
    pub agency: String,
    pub back: String,
    pub href: String,
    /// Appeals that wait, what is promised first on top. They name nobody.
    pub appeals: Vec<AskedRow>,
    pub rows: Vec<QueueRow>,
    /// What an officer may ask for; nothing for a reviewer.
    pub kinds: Choices,
    /// What is looked for: the state and the kind of what waits.
    pub sought: Filled,
    pub states: Choices,
    pub all_kinds: Choices,
    pub total: u64,
    pub number: u64,
    pub pages: u64,
    pub notice: String,
    pub problem: String,
}

/// A request in the queue. It names nobody.
pub(super) struct QueueRow {
    pub href: String,
    pub title: String,
    pub waits: String,
    /// By when it has to be decided; empty where it waits for as long as it takes.
    pub due: String,
    pub state: String,
    pub asked: String,
}

/// In which states something can wait, to be chosen from.
pub(super) fn states_offered(page: &Page) -> Choices {
    let state = |code: &str, key: &str| (code.to_owned(), page.t(key));
    vec![
        state("", "certificates-all-states"),
        state(RequestState::Open.code(), "certificates-waits-officer"),
        state(RequestState::Proposed.code(), "certificates-waits-reviewer"),
    ]
}

/// Of which kinds something can wait, to be chosen from.
pub(super) fn kinds_offered(page: &Page, shelf: &Shelf) -> Choices {
    let kinds = shelf.certificates().iter().map(|rule| (rule.id.clone(), rule.title.clone()));
    std::iter::once((String::new(), page.t("certificates-all-kinds"))).chain(kinds).collect()
}

impl CertificateQueuePage {
    /// Whether only some of what waits is looked for.
    fn is_part(&self) -> bool {
        !self.sought.value("state").is_empty() || !self.sought.value("kind").is_empty()
    }

    /// Whether there is anything to choose from.
    fn has_choice(&self) -> bool {
        self.total > 1 || self.is_part()
    }

    /// What the addresses of its pages begin with.
    fn query(&self) -> String {
        let part = |name: &str| match self.sought.value(name) {
            "" => String::new(),
            value => format!("{name}={value}&"),
        };
        ["state", "kind"].map(part).concat()
    }

    fn which_page(&self) -> String {
        self.page.t2("admin-page-of", ("number", self.number), ("pages", self.pages))
    }
}

/// What the reader of a request may do with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum May {
    /// Nothing.
    #[default]
    Look,
    /// It is about themselves, or they helped, or proposed it.
    Barred,
    /// Issue it, or refuse.
    Issue,
    /// Propose it, or refuse.
    Propose,
    /// Agree, or refuse.
    Agree,
}

/// One request on one page.
#[derive(Template)]
#[template(path = "certificates/request.html")]
pub(super) struct CertificateRequestPage {
    pub page: Page,
    pub form: Filled,
    pub href: String,
    pub back: String,
    /// Whether the agency works: else nothing is opened anew, and the way back is to what it has issued.
    pub is_working: bool,
    pub title: String,
    pub name: String,
    pub state: String,
    pub facts: Vec<(String, String)>,
    pub missing: Vec<String>,
    pub lines: Vec<(String, String)>,
    /// Digest of what it rests on; empty where something is missing.
    pub shown: String,
    pub answer: String,
    /// Appeals against its refusal.
    pub appeals: Vec<AppealRow>,
    pub may: May,
    /// What waits next for the reader.
    pub next: Option<String>,
    pub notice: String,
    pub problem: String,
}

impl CertificateRequestPage {
    fn back_words(&self) -> String {
        self.page.t(if self.is_working { "certificates-queue" } else { "certificates-issued" })
    }

    fn is_barred(&self) -> bool {
        self.may == May::Barred
    }

    fn decides(&self) -> bool {
        matches!(self.may, May::Issue | May::Propose | May::Agree)
    }

    /// The one button: what is done by it, and its words.
    fn go(&self) -> Option<(&'static str, String)> {
        let (doing, key) = match self.may {
            May::Issue => ("issue", "certificates-issue-go"),
            May::Propose => ("propose", "certificates-propose-go"),
            May::Agree => ("agree", "certificates-agree-go"),
            May::Look | May::Barred => return None,
        };
        if self.shown.is_empty() { None } else { Some((doing, self.page.t(key))) }
    }
}
