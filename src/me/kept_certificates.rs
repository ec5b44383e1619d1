//! What is kept of somebody's certificates: each with what became of it, what was asked for, what was shown to others. Pure.

use serde_json::Value;

use super::kept::{Reader, Record, at, list, text};
use crate::certificates::WHOLE;
use crate::web::text::grouped;

/// What a request is called that asks for a certificate, and for nothing to be done with one.
const ISSUE: &str = "issue";

impl Reader<'_> {
    /// Those that were issued, then what was asked for.
    pub(super) fn certificates(&self, kept: &Value) -> Vec<Record> {
        let own = list(kept, "certificates").iter().filter(|row| !text(row, "issued_day").is_empty());
        let asked = list(kept, "requests").iter();
        own.map(|row| self.certificate(row)).chain(asked.map(|row| self.certificate_request(row))).collect()
    }

    fn certificate_title(&self, row: &Value) -> String {
        let (kind, about) = (text(row, "kind"), text(row, "about"));
        let rule = self.shelf.certificates().iter().find(|rule| rule.id == kind);
        let title = rule.map_or(kind, |rule| rule.title.clone());
        if about.is_empty() || about == WHOLE { title } else { format!("{title} {}", self.course(&about)) }
    }

    fn certificate(&self, row: &Value) -> Record {
        let event = |event: &Value| {
            let reason = text(event, "reason");
            let reason = if reason.is_empty() { reason } else { self.coded("certificates-reason", &reason) };
            let what = self.coded("certificates-event", &text(event, "what"));
            let said = [self.day(event, "at_ms"), what, reason, text(event, "ground")];
            said.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let events: Vec<String> = list(row, "events").iter().map(event).collect();
        let pairs = [
            ("certificates-name", text(row, "name")),
            ("certificates-number", grouped(&text(row, "number"))),
            ("certificates-code", text(row, "address")),
            ("certificates-issuer", text(row, "agency")),
            ("certificates-day", self.day_of_text(row, "issued_day")),
            ("kept-state", self.coded("certificates-state", &text(row, "state"))),
            ("certificates-events", events.join("；")),
        ];
        self.record(self.certificate_title(row), &pairs)
    }

    fn certificate_request(&self, row: &Value) -> Record {
        let act = text(row, "act");
        let is_new = act == ISSUE;
        let family = if is_new { "certificates-request" } else { "certificates-change" };
        let pairs = [
            ("kept-asked-for", if is_new { String::new() } else { self.coded("certificates-act", &act) }),
            ("certificates-issuer", text(row, "agency")),
            ("help-asked-on", self.day(row, "asked_at_ms")),
            ("kept-state", self.coded(family, &text(row, "state"))),
            ("kept-ground", text(row, "ground")),
            ("certificates-answer", text(row, "answer")),
        ];
        self.record(self.certificate_title(row), &pairs)
    }

    /// What was shown to somebody, until when, and how often it was opened.
    pub(super) fn shared(&self, row: &Value) -> Record {
        let looks = at(row, "looks").as_array().map_or(0, Vec::len);
        let pairs = [
            ("kept-shared", self.day(row, "made_at_ms")),
            ("kept-shared-until", self.day(row, "until_ms")),
            ("kept-shared-ended", self.day(row, "ended_at_ms")),
            ("kept-shared-looks", looks.to_string()),
        ];
        self.record(text(row, "for"), &pairs)
    }
}
