//! What is kept of somebody, put into words: each subject's export, section by section, with how long it is kept. Pure.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::curriculum::{CourseCode, Shelf};
use crate::i18n::Lang;
use crate::kernel::{CardNumber, Credits, Day, Group, Timestamp};
use crate::web::day_words;
use crate::web::text::grouped;

/// What the words are made with.
pub(super) struct Reader<'a> {
    pub lang: Lang,
    pub shelf: &'a Shelf,
    /// Names of people by id: who read, who did.
    pub names: HashMap<String, String>,
    /// Names of places by code.
    pub places: HashMap<String, String>,
    /// The reader's own id.
    pub own: String,
}

/// One class of things that are kept.
pub(super) struct Section {
    pub title: String,
    /// Until when.
    pub until: String,
    pub records: Vec<Record>,
}

/// One thing that is kept: what it is, and pairs of label and words.
#[derive(Default)]
pub(super) struct Record {
    pub head: String,
    pub pairs: Vec<(String, String)>,
}

const NONE: &Value = &Value::Null;

pub(super) fn at<'v>(value: &'v Value, key: &str) -> &'v Value {
    value.get(key).unwrap_or(NONE)
}

pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    at(value, key).as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn text(value: &Value, key: &str) -> String {
    match at(value, key) {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The ids of people that the page names.
pub(super) fn people_in(data: &Value) -> BTreeSet<String> {
    let audit = at(data, "audit");
    let witnesses = list(at(data, "classes"), "tasks").iter().map(|row| text(row, "witness"));
    let helpers = ["assisted", "on_behalf"].map(|key| list(at(data, "helping"), key)).into_iter().flatten();
    let readers = list(audit, "who_read").iter().map(|row| text(row, "reader")).chain(witnesses);
    let readers = readers.chain(helpers.map(|row| text(row, "helper")));
    readers.chain(list(audit, "done").iter().map(|row| text(row, "by"))).filter(|id| !id.is_empty()).collect()
}

/// The codes of places that the page names.
pub(super) fn places_in(data: &Value) -> BTreeSet<String> {
    let read = list(at(data, "audit"), "who_read").iter().map(|row| text(row, "place_code"));
    read.chain([text(at(data, "identity"), "place_code")]).filter(|code| !code.is_empty()).collect()
}

/// Everything, in the order in which one would ask for it.
pub(super) fn sections(data: &Value, reader: &Reader<'_>) -> Vec<Section> {
    let (identity, audit, outbox) = (at(data, "identity"), at(data, "audit"), at(data, "outbox"));
    let parts: [(&str, &str, Vec<Record>); 21] = [
        ("kept-who", "kept-who-until", vec![reader.who(identity)]),
        ("kept-consents", "kept-consents-until", reader.all(list(identity, "consents"), Reader::consent)),
        ("kept-doors", "kept-doors-until", reader.doors(identity)),
        ("kept-learning", "kept-learning-until", reader.learning(at(data, "learning"))),
        ("kept-tests", "kept-tests-until", reader.all(list(data, "assessment"), Reader::attempt)),
        ("kept-classes", "kept-classes-until", reader.classes(at(data, "classes"))),
        ("plans-title", "kept-plans-until", reader.all(list(data, "plans"), Reader::plan)),
        ("exams-own-title", "kept-exams-until", reader.all(list(data, "exams"), Reader::exam)),
        ("kept-hall", "kept-hall-until", reader.all(list(data, "hall"), Reader::claim)),
        ("kept-credit", "kept-credit-until", reader.credit(at(data, "recognition"))),
        ("applications-title", "kept-applications-until", reader.all(list(data, "applications"), Reader::application)),
        ("transfers-title", "kept-credit-until", reader.all(list(data, "transfers"), Reader::transfer_out)),
        ("certificates-own", "kept-certificates-until", reader.certificates(at(data, "certificates"))),
        ("shares-own", "kept-shares-until", reader.all(list(at(data, "certificates"), "shares"), Reader::shared)),
        ("kept-asked", "kept-asked-until", reader.all(list(data, "help"), Reader::case)),
        ("kept-helped", "kept-helped-until", super::kept_helping::records(reader, at(data, "helping"))),
        ("kept-voice", "kept-voice-until", reader.all(list(data, "recordings"), Reader::voice)),
        ("kept-letters", "kept-letters-until", reader.all(list(outbox, "letters"), Reader::letter)),
        ("kept-read", "kept-read-until", reader.all(list(audit, "who_read"), Reader::reading)),
        ("kept-done", "kept-done-until", reader.all(list(audit, "done"), Reader::deed)),
        ("kept-events", "kept-events-until", reader.all(list(outbox, "events"), Reader::event)),
    ];
    let section = |(title, until, records): (&str, &str, Vec<Record>)| {
        let shown = records.into_iter().filter(|record| !record.head.is_empty() || !record.pairs.is_empty());
        Section { title: reader.lang.t(title), until: reader.lang.t(until), records: shown.collect() }
    };
    parts.into_iter().map(section).collect()
}

/// A section of another account of the same person, told apart by its title.
pub(super) fn of_other_account(section: Section, lang: Lang) -> Section {
    Section { title: lang.fill("kept-other-account", &[("what", &section.title)]), ..section }
}

impl Reader<'_> {
    fn all(&self, rows: &[Value], record: fn(&Self, &Value) -> Record) -> Vec<Record> {
        rows.iter().map(|row| record(self, row)).collect()
    }

    /// A record of a head and those pairs that hold anything.
    pub(super) fn record(&self, head: String, pairs: &[(&str, String)]) -> Record {
        let said = pairs.iter().filter(|(_, words)| !words.is_empty());
        Record { head, pairs: said.map(|(key, words)| (self.lang.t(key), words.clone())).collect() }
    }

    /// The words of a code, or the code where it has none.
    pub(super) fn coded(&self, family: &str, code: &str) -> String {
        let key = format!("{family}-{}", code.replace('.', "-"));
        let words = self.lang.t(&key);
        if words == key { code.to_owned() } else { words }
    }

    pub(super) fn day(&self, value: &Value, key: &str) -> String {
        let ms = at(value, key).as_i64();
        ms.map(|ms| day_words(self.lang, Timestamp::from_ms(ms).day())).unwrap_or_default()
    }

    /// Of a time that stands as text.
    pub(super) fn day_of_text(&self, value: &Value, key: &str) -> String {
        let day = text(value, key).get(..10).and_then(Day::parse);
        day.map(|day| day_words(self.lang, day)).unwrap_or_default()
    }

    pub(super) fn course(&self, unit: &str) -> String {
        let code = CourseCode::parse(unit.get(..3).unwrap_or_default());
        let course = code.and_then(|code| self.shelf.course(code));
        course.map_or_else(|| unit.to_owned(), |course| course.title.clone())
    }

    fn lesson(&self, id: &str) -> String {
        let title = self.shelf.lesson(id).map(|lesson| lesson.title.as_str()).unwrap_or_default();
        format!("{} {title}", self.course(id)).trim().to_owned()
    }

    pub(super) fn person(&self, id: &str) -> String {
        if id == self.own {
            return self.lang.t("kept-yourself");
        }
        self.names.get(id).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| self.lang.t("me-somebody"))
    }

    fn who(&self, identity: &Value) -> Record {
        let and = self.lang.t("help-and");
        let joined = |words: Vec<String>| words.join(&and);
        let groups = list(identity, "groups").iter().filter_map(|group| group.as_str()?.parse::<Group>().ok());
        let groups = joined(groups.map(|group| self.lang.t(super::views::group_key(group))).collect());
        let roles = joined(list(identity, "roles").iter().map(|role| self.coded("role", &text(role, "role"))).collect());
        let place = text(identity, "place_code");
        let place = self.places.get(&place).cloned().unwrap_or(place);
        let pathway = text(identity, "pathway").parse::<Group>();
        let pathway = pathway.map(|group| self.lang.t(super::views::group_key(group))).unwrap_or_default();
        self.record(
            String::new(),
            &[
                ("me-name", text(identity, "name")),
                ("me-year", text(identity, "birth_year")),
                ("me-phone", grouped(&text(identity, "phone"))),
                ("kept-document", text(identity, "document_number")),
                ("kept-known", self.coded("kept-word-level", &text(identity, "identity_level"))),
                ("me-place", place),
                ("me-groups", groups),
                ("me-card", CardNumber::parse(&text(identity, "card_number")).map(|card| card.to_string()).unwrap_or_default()),
                ("text-size", self.coded("size", &text(identity, "font"))),
                ("kept-list", pathway),
                ("kept-roles", roles),
                ("kept-registered", self.day(identity, "registered_at_ms")),
            ],
        )
    }

    fn claim(&self, row: &Value) -> Record {
        let pairs = [
            ("kept-hall-made", self.day(row, "made_at_ms")),
            ("kept-hall-received", self.day(row, "received_at_ms")),
            ("kept-state", self.coded("hall-state", &text(row, "state").replace('_', "-"))),
        ];
        self.record(self.coded("hall-kind", &text(row, "kind")), &pairs)
    }

    fn voice(&self, row: &Value) -> Record {
        let of = text(row, "reads");
        let head =
            of.split_once('/').map_or_else(|| self.course(&of), |(lesson, card)| format!("{} · {card}", self.lesson(lesson)));
        let pairs =
            [("kept-sent", self.day(row, "sent_at_ms")), ("kept-state", self.coded("recordings-state", &text(row, "state")))];
        self.record(head, &pairs)
    }

    fn consent(&self, row: &Value) -> Record {
        self.record(
            self.coded("kept-word-text", &text(row, "text")),
            &[
                ("kept-version", text(row, "version")),
                ("kept-given", self.day(row, "given_at_ms")),
                ("kept-way", self.coded("kept-word-way", &text(row, "way"))),
                ("kept-withdrawn", self.day(row, "withdrawn_at_ms")),
            ],
        )
    }

    fn doors(&self, identity: &Value) -> Vec<Record> {
        let session = |row: &Value| {
            let device = self.coded("identity-device", &text(row, "device"));
            let pairs = [("kept-opened", self.day(row, "opened_at_ms")), ("kept-used", self.day(row, "seen_at_ms"))];
            self.record(device, &pairs)
        };
        let device = |row: &Value| {
            let pairs = [("kept-first", self.day(row, "first_at_ms")), ("kept-used", self.day(row, "last_at_ms"))];
            self.record(self.lang.t("kept-device"), &pairs)
        };
        list(identity, "sessions").iter().map(session).chain(list(identity, "known_devices").iter().map(device)).collect()
    }

    fn learning(&self, learning: &Value) -> Vec<Record> {
        let lesson = |row: &Value| {
            let pairs = [
                ("kept-finished", self.day_of_text(row, "finished_at")),
                ("kept-tried", self.day_of_text(row, "tried_at")),
                ("kept-card-read", text(row, "furthest_card")),
                ("kept-last", self.day_of_text(row, "updated_at")),
            ];
            self.record(self.lesson(&text(row, "lesson")), &pairs)
        };
        let practices = self.practices(list(learning, "practices"));
        let refreshers = list(learning, "refreshers").iter().map(|row| self.refresher(row));
        list(learning, "lessons").iter().map(lesson).chain(practices).chain(refreshers).collect()
    }

    fn classes(&self, classes: &Value) -> Vec<Record> {
        let session = |row: &Value| {
            let came = self.day(row, "came_at_ms");
            let minutes = if came.is_empty() { String::new() } else { text(row, "minutes") };
            let pairs = [("passbook-day", self.day_of_text(row, "day")), ("kept-came", came), ("kept-minutes", minutes)];
            self.record(self.course(&text(row, "what")), &pairs)
        };
        let task = |row: &Value| {
            let pairs = [
                ("kept-task", self.course(&text(row, "course"))),
                ("kept-by", self.person(&text(row, "witness"))),
                ("passbook-day", self.day(row, "at_ms")),
            ];
            self.record(self.lang.t("kept-witnessed"), &pairs)
        };
        let group = |row: &Value| self.record(self.lang.t("classes-groups"), &[("me-name", text(row, "name"))]);
        let rows = |key: &str| list(classes, key).iter();
        rows("sessions").map(session).chain(rows("tasks").map(task)).chain(rows("groups").map(group)).collect()
    }

    fn plan(&self, row: &Value) -> Record {
        let pairs = [
            ("plans-organisation", text(row, "organisation")),
            ("kept-state", self.coded("kept-word-plan", &text(row, "state"))),
            ("kept-asked-to-join", self.day(row, "invited_at_ms")),
            ("kept-answered", self.day(row, "answered_at_ms")),
            ("kept-plan-finished", self.day(row, "completed_at_ms")),
        ];
        self.record(text(row, "title"), &pairs)
    }

    /// Each practice once: its runs stand there one by one, in the order in which they were done.
    fn practices(&self, runs: &[Value]) -> Vec<Record> {
        let mut done: Vec<(String, Vec<&Value>)> = Vec::new();
        for run in runs {
            let practice = text(run, "practice");
            match done.iter_mut().find(|(known, _)| *known == practice) {
                Some((_, runs)) => runs.push(run),
                None => done.push((practice, vec![run])),
            }
        }
        let record = |(practice, runs): (String, Vec<&Value>)| {
            let fewest = runs.iter().filter_map(|run| at(run, "wrong").as_u64()).min();
            let pairs = [
                ("kept-practised", runs.len().to_string()),
                ("kept-fewest-wrong", fewest.map(|wrong| wrong.to_string()).unwrap_or_default()),
                ("kept-first", runs.first().map(|run| self.day_of_text(run, "done_at")).unwrap_or_default()),
            ];
            self.record(self.course(&practice), &pairs)
        };
        done.into_iter().map(record).collect()
    }

    /// One that was put away unseen, or left in the middle, is not said to have been thought about.
    fn refresher(&self, row: &Value) -> Record {
        let ends = [("kept-refreshed", "done_at"), ("kept-put-away", "put_away_at"), ("kept-half-thought", "begun_at")];
        let days = ends.map(|(key, at)| (key, self.day_of_text(row, at)));
        let came_to = days.into_iter().find(|(_, day)| !day.is_empty());
        self.record(self.course(&text(row, "course")), came_to.as_slice())
    }

    fn attempt(&self, row: &Value) -> Record {
        let percent = at(row, "score_permille").as_i64().map(|permille| format!("{}%", permille / 10));
        let missed = list(row, "missed").len();
        self.record(
            self.course(&text(row, "unit")),
            &[
                ("kept-begun", self.day(row, "started_at_ms")),
                ("kept-state", self.coded("kept-word-attempt", &text(row, "state"))),
                ("kept-score", percent.unwrap_or_default()),
                ("kept-missed", if missed > 0 { missed.to_string() } else { String::new() }),
                ("kept-answers", list(row, "answers").len().to_string()),
            ],
        )
    }

    fn credit(&self, recognition: &Value) -> Vec<Record> {
        let credits = |row: &Value, key: &str| {
            let milli = at(row, key).as_i64().and_then(Credits::from_milli);
            milli.map(|credits| self.lang.fill("passbook-credits", &[("credits", &credits.to_string())])).unwrap_or_default()
        };
        let total = self.record(self.lang.t("passbook-total"), &[("passbook-amount", credits(recognition, "total_milli"))]);
        let entry = |row: &Value| {
            let pairs = [
                ("passbook-day", self.day_of_text(row, "day")),
                ("kept-state", self.coded("kept-word-code", &text(row, "code"))),
                ("passbook-amount", credits(row, "amount_milli")),
                ("passbook-under-rule", self.lang.fill("passbook-rule", &[("version", &text(row, "rule_version"))])),
            ];
            self.record(self.course(&text(row, "unit")), &pairs)
        };
        let result = |row: &Value| {
            let percent = at(row, "score_permille").as_i64().map(|permille| format!("{}%", permille / 10)).unwrap_or_default();
            let pairs = [("kept-passed", self.day(row, "passed_at_ms")), ("kept-score", percent)];
            self.record(self.course(&text(row, "unit")), &pairs)
        };
        let hours = |row: &Value| {
            let pairs = [
                ("passbook-day", self.day_of_text(row, "day")),
                ("kept-hours", self.coded("kept-word-hours", &text(row, "kind"))),
                ("kept-minutes", text(row, "minutes")),
            ];
            self.record(self.course(&text(row, "unit")), &pairs)
        };
        let rows = |key: &str| list(recognition, key).iter();
        std::iter::once(total)
            .chain(rows("entries").map(entry))
            .chain(rows("results").map(result))
            .chain(rows("class_hours").map(hours))
            .chain(rows("transfers_out").map(|row| self.offer(row)))
            .chain(rows("conversions").map(|row| self.conversion(row)))
            .collect()
    }

    fn offer(&self, row: &Value) -> Record {
        let pairs = [
            ("kept-offered", self.day(row, "asked_at_ms")),
            ("kept-due", self.day(row, "due_at_ms")),
            ("kept-state", self.coded("kept-word-offer", &text(row, "state"))),
            ("kept-answer", text(row, "answer")),
        ];
        self.record(self.coded("kept-word-code", "transfer_out"), &pairs)
    }

    fn conversion(&self, row: &Value) -> Record {
        // What was given out rests on our own number, which says nothing to its reader.
        let kind = text(row, "kind");
        let reference = if kind == "convert_in" { text(row, "reference") } else { String::new() };
        let pairs = [
            ("passbook-day", self.day(row, "at_ms")),
            ("kept-state", self.coded("kept-word-code", &kind)),
            ("kept-reference", reference),
            ("passbook-under-rule", self.lang.fill("passbook-rule", &[("version", &text(row, "rule_version"))])),
        ];
        self.record(self.course(&text(row, "unit")), &pairs)
    }

    fn case(&self, row: &Value) -> Record {
        let told = at(row, "told");
        let and = self.lang.t("help-and");
        let coded = |key: &str| {
            list(told, key)
                .iter()
                .filter_map(Value::as_str)
                .map(|code| self.coded(&format!("kept-word-{key}"), code))
                .collect::<Vec<_>>()
        };
        let paper = text(told, "paper");
        self.record(
            self.coded("kept-word-case", &text(row, "kind")),
            &[
                ("help-number", grouped(&text(row, "number"))),
                ("help-asked-on", self.day(row, "opened_at_ms")),
                ("kept-state", self.coded("kept-word-case-state", &text(row, "state"))),
                ("help-phone", grouped(&text(row, "phone"))),
                ("help-paper", if paper.is_empty() { paper } else { self.coded("kept-word-paper", &paper) }),
                ("help-paper-number", grouped(&text(told, "certificate"))),
                ("help-when", coded("when").join(&and)),
                ("help-doubts", coded("doubts").join(&and)),
                ("help-words", text(told, "words")),
                ("help-answer", text(row, "answer")),
            ],
        )
    }

    fn letter(&self, row: &Value) -> Record {
        let pairs = [
            ("kept-sent", self.day(row, "made_at_ms")),
            ("kept-state", self.coded("kept-word-letter-state", &text(row, "state"))),
        ];
        self.record(self.coded("kept-word-letter", &text(row, "template")), &pairs)
    }

    fn reading(&self, row: &Value) -> Record {
        let place = text(row, "place_code");
        let place = if place.is_empty() {
            self.lang.t("help-staff-whole-bank")
        } else {
            self.places.get(&place).cloned().unwrap_or(place)
        };
        self.record(
            self.day(row, "at_ms"),
            &[
                ("kept-reader", self.person(&text(row, "reader"))),
                ("kept-role", self.coded("role", &text(row, "role"))),
                ("kept-place", place),
                ("kept-what", self.coded("kept-word-read", &text(row, "what"))),
            ],
        )
    }

    fn deed(&self, row: &Value) -> Record {
        let by = text(row, "by");
        let by = if by.is_empty() { self.lang.t("kept-bank") } else { self.person(&by) };
        self.record(self.day(row, "at_ms"), &[("kept-what", self.coded("action", &text(row, "action"))), ("kept-by", by)])
    }

    fn event(&self, row: &Value) -> Record {
        self.record(self.coded("kept-word-event", &text(row, "kind")), &[("kept-count", text(row, "count"))])
    }
}
