//! 给别人看一部分: what a learner ticks, looks over, has made; and what whoever has the link sees of it.

use askama::Template;

use super::rules::shares::{Part, Shows};
use super::verify_views::{Word, both_levels, line_words, standing_sentences};
use super::{Look, Shown, Standing};
use crate::credentials::Facts;
use crate::identity::masked;
use crate::web::{Filled, Page, QrPicture, day_words};

/// Value, words.
pub(super) type Pairs = Vec<(String, String)>;

/// For how long, as choices.
pub(super) fn days_choices(page: &Page) -> Pairs {
    super::SHARE_DAYS.iter().map(|days| (days.to_string(), page.t1("shares-days", "days", days))).collect()
}

/// The key of a part's words.
pub(super) const fn part_key(part: Part) -> &'static str {
    match part {
        Part::Day => "shares-part-day",
        Part::Agency => "shares-part-agency",
        Part::Levels => "shares-part-levels",
        Part::Amounts => "shares-part-amounts",
    }
}

/// Ticking what is shown.
#[derive(Template)]
#[template(path = "certificates/share.html")]
pub(super) struct SharePage {
    pub page: Page,
    pub form: Filled,
    /// `/certificates/…`.
    pub href: String,
    pub title: String,
    /// Units of the certificate.
    pub units: Pairs,
    /// Whether they are here by themselves: with somebody's help it is not made.
    pub is_own: bool,
}

impl SharePage {
    fn names(&self) -> Pairs {
        let pair = |value: &str, key: &str| (value.to_owned(), self.page.t(key));
        vec![pair("masked", "shares-name-masked"), pair("whole", "shares-name-whole")]
    }

    fn parts(&self) -> Pairs {
        Part::ALL.iter().map(|part| (part.code().to_owned(), self.page.t(part_key(*part)))).collect()
    }

    fn days(&self) -> Pairs {
        days_choices(&self.page)
    }
}

/// The same for the statement: to which program.
#[derive(Template)]
#[template(path = "certificates/share_statement.html")]
pub(super) struct ShareStatementPage {
    pub page: Page,
    pub form: Filled,
    /// Programs that read statements.
    pub clients: Pairs,
    pub is_own: bool,
}

impl ShareStatementPage {
    fn days(&self) -> Pairs {
        days_choices(&self.page)
    }
}

/// Looking it over before it is made.
#[derive(Template)]
#[template(path = "certificates/share_check.html")]
pub(super) struct ShareCheckPage {
    pub page: Page,
    /// Where the form goes.
    pub action: String,
    pub title: String,
    /// Whether it is for one program, by characters and not by a link.
    pub is_statement: bool,
    /// What is seen.
    pub seen: Vec<String>,
    pub facts: Pairs,
    /// What was filled in, to go along.
    pub along: Vec<(&'static str, String)>,
}

/// What is shown of a certificate, in words.
pub(super) fn seen_words(page: &Page, shows: &Shows, title_of: impl Fn(&str) -> String) -> Vec<String> {
    let name = if shows.whole_name { "shares-name-whole" } else { "shares-name-masked" };
    let mut seen = vec![page.t("shares-always"), page.t(name)];
    seen.extend(shows.parts.iter().map(|part| page.t(part_key(*part))));
    seen.extend(shows.units.iter().map(|unit| format!("{unit} {}", title_of(unit))));
    seen
}

/// Something on the list.
pub(super) struct ShareRow {
    pub href: String,
    pub title: String,
    pub note: String,
}

/// 我给别人看的.
#[derive(Template)]
#[template(path = "certificates/shares.html")]
pub(super) struct SharesPage {
    pub page: Page,
    pub open: Vec<ShareRow>,
    pub over: Vec<ShareRow>,
}

/// One of them: its link, who has looked, taking it back.
#[derive(Template)]
#[template(path = "certificates/share_one.html")]
pub(super) struct ShareOnePage {
    pub page: Page,
    /// `/shares/…`.
    pub href: String,
    pub title: String,
    pub seen: Vec<String>,
    pub facts: Pairs,
    /// The link, or the characters to be given to a program; none where it is over.
    pub link: Option<(String, QrPicture)>,
    /// Whether it is for one program, by characters and not by a link.
    pub is_statement: bool,
    pub looks: Vec<String>,
    pub notice: String,
}

/// Who has looked, and when.
pub(super) fn look_words(page: &Page, look: &Look, client: Option<&str>) -> String {
    let when = look.at.to_minute_text();
    match client {
        Some(name) => page.t2("shares-look-client", ("when", when), ("name", name)),
        None => page.t1("shares-look", "when", when),
    }
}

/// Before it is opened: programs that preview links see no more than this.
#[derive(Template)]
#[template(path = "certificates/shared_door.html")]
pub(super) struct SharedDoorPage {
    pub page: Page,
    /// `/s/…`; none where there is nothing, or nothing any more.
    pub href: Option<String>,
}

/// What is shown.
#[derive(Template)]
#[template(path = "certificates/shared.html")]
pub(super) struct SharedPage {
    pub page: Page,
    pub word: Word,
    pub sentences: Vec<String>,
    pub title: String,
    pub facts: Pairs,
    pub lines: Pairs,
    /// 建议复习: titles of courses that are shown.
    pub refresh: Vec<String>,
    pub footer: String,
    /// Until when it is shown.
    pub until: String,
}

impl SharedPage {
    /// The parts of a certificate that were ticked, as it stands now; none where nothing is left of it.
    pub(super) fn of(page: Page, shown: &Shown, shows: &Shows, until: String) -> Option<Self> {
        let said = shown.facts.as_ref()?;
        let name = if shows.whole_name { shown.register.name.clone() } else { masked(&shown.register.name) };
        let mut facts = vec![(page.t("offline-name"), name)];
        facts.extend(shows.parts.iter().flat_map(|part| part_facts(&page, *part, (shown, said))));
        let lines = said.lines.iter().filter(|line| shows.units.contains(&line.unit));
        let levels = shows.has(Part::Levels);
        let line = |line| {
            let (title, words) = line_words(&page, line);
            (title, if levels { words } else { page.t("shares-line-passed") })
        };
        let refresh = lines.clone().filter(|line| shown.refresh.contains(&line.unit)).map(|line| line.title.clone()).collect();
        Some(Self {
            word: Word::of(shown.standing),
            sentences: match shown.standing {
                // It comes from the bank itself, and not from a sheet whose number was typed.
                Standing::Active => vec![page.t("shares-good")],
                standing => standing_sentences(&page, standing),
            },
            title: said.kind.title.clone(),
            lines: lines.map(line).collect(),
            refresh,
            footer: said.kind.footer.clone(),
            facts,
            until,
            page,
        })
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
}

fn part_facts(page: &Page, part: Part, (shown, said): (&Shown, &Facts)) -> Pairs {
    match part {
        Part::Day => vec![(page.t("verify-issued"), day_words(page.lang(), shown.register.issued))],
        Part::Agency => vec![(page.t("offline-agency"), said.agency.name.clone())],
        Part::Levels => {
            let (identity, supervision) = both_levels(page, (said.identity, said.supervision));
            vec![(page.t("offline-identity"), identity), (page.t("offline-supervision"), supervision)]
        }
        Part::Amounts => {
            vec![(page.t("offline-credits"), said.credits.to_string()), (page.t("offline-hours"), said.class_hours.to_string())]
        }
    }
}
