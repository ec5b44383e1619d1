//! What is kept of recognition by people: supervised sessions, applications, transfers out. Pure.

use serde_json::Value;

use super::kept::{Reader, Record, at, list, text};
use crate::kernel::Credits;

impl Reader<'_> {
    pub(super) fn exam(&self, row: &Value) -> Record {
        let outcome = text(row, "outcome");
        let is_void = outcome == "void";
        let outcome = if outcome.is_empty() { outcome } else { self.lang.t(&format!("exams-outcome-{outcome}")) };
        let void = if is_void { self.coded("exams-own-reason", &text(row, "void")) } else { String::new() };
        let noted = list(row, "noted").iter().map(|one| {
            let what = self.coded("exams-category", &text(one, "category"));
            format!("{what} {}", text(one, "words")).trim_end().to_owned()
        });
        let pairs = [
            ("passbook-day", self.day(row, "starts_at_ms")),
            ("exams-outcome", outcome),
            ("kept-exam-void", void),
            ("kept-exam-noted", noted.collect::<Vec<_>>().join("; ")),
            ("kept-exam-verdict", text(row, "verdict")),
            ("kept-exam-appeal", text(row, "appeal")),
            ("kept-exam-answer", text(row, "answer")),
        ];
        self.record(self.course(&text(row, "unit")), &pairs)
    }

    pub(super) fn transfer_out(&self, row: &Value) -> Record {
        let pairs = [
            ("transfers-offered", self.day(row, "offered_at_ms")),
            ("transfers-until", self.day(row, "due_at_ms")),
            ("transfers-said", text(row, "said")),
        ];
        self.record(self.course(&text(row, "unit")), &pairs)
    }

    /// What was applied for, with what was sent and said, each line in its order.
    pub(super) fn application(&self, row: &Value) -> Record {
        let coded = |family: &str, key: &str| {
            let code = text(row, key);
            if code.is_empty() { code } else { self.coded(family, &code) }
        };
        let value = at(row, "value").as_i64().and_then(Credits::from_milli).map(|value| value.to_string()).unwrap_or_default();
        let credits = at(row, "milli").as_i64().and_then(Credits::from_milli);
        let said = |step: &Value| {
            let words = [text(step, "words")].into_iter().filter(|words| !words.is_empty());
            let deed = format!("{} {}", self.day(step, "at_ms"), self.coded("applications-deed", &text(step, "deed")));
            std::iter::once(deed).chain(words).collect::<Vec<_>>().join("：")
        };
        let steps: Vec<String> = list(row, "steps").iter().map(said).collect();
        self.record(
            text(row, "title"),
            &[
                ("applications-agency", text(row, "agency")),
                ("kept-state", coded("applications-state", "state")),
                ("applications-sent", self.day(row, "sent_at_ms")),
                ("applications-number", text(row, "number")),
                ("applications-value", value),
                ("applications-passed", self.day_of_text(row, "passed_day")),
                ("applications-elsewhere", coded("applications-elsewhere", "elsewhere")),
                ("applications-files", text(row, "files")),
                (
                    "applications-gives",
                    credits
                        .map(|credits| self.lang.fill("applications-credits", &[("credits", &credits.to_string())]))
                        .unwrap_or_default(),
                ),
                ("applications-steps", steps.join("；")),
            ],
        )
    }
}
