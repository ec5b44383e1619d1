//! What every page has: its reader, its words, its place in the site; and how a template becomes an answer.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;

use super::{Font, Hanging, House, Ui, assets, text};
use crate::error::AppError;
use crate::i18n::Lang;
use crate::kernel::{Chance, LearnerId};

/// Who is led to a part of the staff desk.
type IsFor = fn(&Duties) -> bool;

/// The parts of the staff desk: address, message key, whom they are for.
const STAFF_NAV: [(&str, &str, IsFor); 14] = [
    ("/staff", "staff-nav-today", |_| true),
    ("/staff/hall", "staff-nav-hall", |duties| duties.hosts),
    ("/staff/cases", "staff-nav-cases", |duties| duties.answers),
    ("/staff/learners", "staff-nav-learners", |duties| duties.finds),
    ("/staff/corrections", "staff-nav-corrections", |duties| duties.corrects),
    ("/staff/agency", "staff-nav-agency", |duties| duties.recognises),
    ("/staff/training-plans", "staff-nav-plans", |duties| duties.plans),
    ("/staff/recordings", "staff-nav-recordings", |duties| duties.records),
    ("/staff/people", "staff-nav-people", |duties| duties.administers),
    ("/staff/organisations", "staff-nav-organisations", |duties| duties.administers),
    ("/staff/agencies", "staff-nav-agencies", |duties| duties.administers),
    ("/staff/places", "staff-nav-places", |duties| duties.administers),
    ("/staff/editions", "staff-nav-editions", |duties| duties.administers),
    ("/staff/audit", "staff-nav-audit", |duties| duties.administers),
];

/// What somebody does on the staff desk, for the ways that pages offer there. What they may do every page decides by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duties {
    /// Holding class sessions.
    pub hosts: bool,
    /// Looking up people.
    pub finds: bool,
    /// Answering what is asked.
    pub answers: bool,
    /// Asking for corrections of credit, or deciding on them.
    pub corrects: bool,
    /// Looking at what somebody should look at.
    pub looks: bool,
    /// Reading cards and questions aloud, for others to hear.
    pub records: bool,
    /// Working for an agency that recognises and issues.
    pub recognises: bool,
    /// Publishing training plans.
    pub plans: bool,
    /// Administering.
    pub administers: bool,
}

/// The three rooms of the tab bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// 学习.
    #[default]
    Learn,
    /// 存折.
    Passbook,
    /// 帮忙.
    Help,
    /// A page of none of them.
    Elsewhere,
}

/// Who is signed in, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their number: the script of the staff's pages tells by it whose notes lie on a phone.
    pub id: LearnerId,
    /// The name to greet by.
    pub name: String,
    /// Whether there is staff work to go to.
    pub is_staff: bool,
    /// Whether somebody assists them (辅助操作).
    pub is_assisted: bool,
    /// What is part of it.
    pub duties: Duties,
    /// The telephone number of the place where they live.
    pub help_phone: String,
    /// The service point of the place where they live.
    pub help_place: String,
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The reader's language, size and tokens.
    pub ui: Ui,
    /// Who is signed in.
    pub who: Option<Who>,
    /// Which tab is lit.
    pub tab: Tab,
    /// The local telephone number.
    pub help_phone: String,
    /// The service point.
    pub help_place: String,
    /// Whether this bank has sample people and a mailbox page.
    pub is_trial: bool,
    /// Where the page hangs in the gallery, if it is a sample there.
    pub hanging: Option<Hanging>,
}

impl Page {
    /// The frame for a reader who is not (known to be) signed in.
    #[must_use]
    pub fn new(house: &House, ui: Ui, tab: Tab) -> Self {
        let config = &house.config;
        Self {
            ui,
            who: None,
            tab,
            help_phone: config.help_phone.clone(),
            help_place: config.help_place.clone(),
            is_trial: !config.production,
            hanging: None,
        }
    }

    /// A frame to try templates with, for nobody in particular.
    #[must_use]
    pub fn sample(lang: Lang) -> Self {
        let ui = Ui::sample(lang);
        let help_phone = "12345".to_owned();
        Self { ui, who: None, tab: Tab::Learn, help_phone, help_place: String::new(), is_trial: true, hanging: None }
    }

    /// The frame for somebody signed in: with the telephone number and the service point of their place.
    #[must_use]
    pub fn of(mut self, who: Option<Who>) -> Self {
        if let Some(who) = &who {
            self.help_phone.clone_from(&who.help_phone);
            self.help_place.clone_from(&who.help_place);
        }
        self.who = who;
        self
    }

    /// The words of a message.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.ui.lang.t(key)
    }

    /// The words of a message with one blank filled.
    #[must_use]
    pub fn t1(&self, key: &str, name: &'static str, value: impl ToString) -> String {
        self.ui.lang.fill(key, &[(name, &value.to_string())])
    }

    /// The words of a message with two blanks filled.
    #[must_use]
    pub fn t2(&self, key: &str, (a, b): (&'static str, impl ToString), (c, d): (&'static str, impl ToString)) -> String {
        self.ui.lang.fill(key, &[(a, &b.to_string()), (c, &d.to_string())])
    }

    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.ui.lang
    }

    /// The local telephone number as it is dialled.
    #[must_use]
    pub fn help_dial(&self) -> String {
        text::phone_number(&self.help_phone).0
    }

    /// The local telephone number as it is read: in groups, kept together.
    #[must_use]
    pub fn help_words(&self) -> String {
        text::phone_number(&self.help_phone).1
    }

    /// The text size.
    #[must_use]
    pub const fn font(&self) -> Font {
        self.ui.font
    }

    /// The three sizes with their links: code, whether it is the one shown, address.
    #[must_use]
    pub fn sizes(&self) -> Vec<(&'static str, bool, String)> {
        let here = self.here();
        Font::ALL
            .iter()
            .map(|font| (font.code(), *font == self.ui.font, format!("/font?to={}&back={here}", font.code())))
            .collect()
    }

    /// The other languages: tag, name in the language itself, and the link that turns this page into it.
    #[must_use]
    pub fn other_languages(&self) -> Vec<(&'static str, String, String)> {
        let here = self.here();
        let others = Lang::ALL.into_iter().filter(|lang| *lang != self.ui.lang);
        others.map(|lang| (lang.tag(), lang.t("language-name"), format!("/lang?to={}&back={here}", lang.tag()))).collect()
    }

    /// The address of this page, to stand in a link's query.
    fn here(&self) -> String {
        form_urlencoded::byte_serialize(self.ui.path.as_bytes()).collect()
    }

    /// The address of the stylesheet, changing with its content.
    #[must_use]
    pub fn stylesheet(&self) -> &'static str {
        assets::stylesheet_path()
    }

    /// The address of a static file by its plain name.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::path_of(name)
    }

    /// The word for a text size.
    #[must_use]
    pub fn size_word(&self, code: &str) -> String {
        self.t(&format!("size-{code}"))
    }

    /// Whether somebody of the staff is signed in.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.is_staff)
    }

    /// Who is signed in, for scripts; nobody: nothing.
    #[must_use]
    pub fn who_id(&self) -> String {
        self.who.as_ref().map(|who| who.id.to_string()).unwrap_or_default()
    }

    /// Whether somebody assists the reader.
    #[must_use]
    pub fn is_assisted(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.is_assisted)
    }

    /// What the reader does on the staff desk.
    #[must_use]
    pub fn duties(&self) -> Duties {
        self.who.as_ref().map(|who| who.duties).unwrap_or_default()
    }

    /// The parts of the staff desk that the reader may open: address, message key, whether it is the one shown.
    #[must_use]
    pub fn staff_nav(&self) -> Vec<(&'static str, &'static str, bool)> {
        let (duties, here) = (self.duties(), self.ui.path.split('?').next());
        let parts = STAFF_NAV.iter().filter(|(_, _, is_for)| is_for(&duties));
        parts.map(|(path, key, _)| (*path, *key, here == Some(*path))).collect()
    }

    /// Whether this is the first page of a bank that has sample people to try it with.
    #[must_use]
    pub fn is_trial_home(&self) -> bool {
        self.is_trial && self.ui.path.split('?').next() == Some("/")
    }

    /// A fresh key by which a form's repeats are one act.
    #[must_use]
    pub fn once(&self) -> String {
        hex::encode(Chance::secret::<16>())
    }

    /// Whether `tab` is lit: `learn`, `passbook` or `help`.
    #[must_use]
    pub fn is_tab(&self, tab: &str) -> bool {
        matches!((self.tab, tab), (Tab::Learn, "learn") | (Tab::Passbook, "passbook") | (Tab::Help, "help"))
    }
}

/// A page with status 200.
///
/// # Errors
/// Where the template fails.
pub fn html(template: &impl Template) -> Result<HttpResponse, AppError> {
    html_with(StatusCode::OK, template)
}

/// A page with the status given; 422 for a form to be mended.
///
/// # Errors
/// Where the template fails.
pub fn html_with(status: StatusCode, template: &impl Template) -> Result<HttpResponse, AppError> {
    let body = template.render()?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// 303: go and GET that page. After every POST.
#[must_use]
pub fn redirect(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}
