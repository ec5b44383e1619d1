//! What is kept of help: when somebody was assisted, what was done on their behalf, their own hours as a volunteer. Pure.

use serde_json::Value;

use super::kept::{Reader, Record, at, list, text};
use crate::web::text::grouped;

/// The records, kind by kind.
pub(super) fn records(reader: &Reader<'_>, helping: &Value) -> Vec<Record> {
    let assisted = |row: &Value| {
        let pairs = [
            ("kept-by", reader.person(&text(row, "helper"))),
            ("kept-from", reader.day(row, "since_ms")),
            ("kept-state", reader.coded("kept-word-aid", &text(row, "aid"))),
        ];
        reader.record(reader.lang.t("kept-assisted"), &pairs)
    };
    let act = |row: &Value| {
        let words = at(row, "words");
        let pairs = [
            ("helping-what", reader.coded("errand", &text(row, "errand"))),
            ("helping-more", text(words, "what")),
            ("helping-who", reader.person(&text(row, "helper"))),
            ("helping-when", reader.day_of_text(row, "day")),
            ("helping-why", text(words, "why")),
            ("helping-agreed", reader.coded("agreed", &text(row, "agreed"))),
            ("helping-outcome", reader.coded("outcome", &text(row, "outcome"))),
            ("helping-why-not", text(words, "why_not")),
            ("helping-undone", reader.day(row, "undone_at_ms")),
        ];
        let number = grouped(&text(row, "number"));
        reader.record(format!("{} {number}", reader.lang.t("helping-receipt")), &pairs)
    };
    let hours = |row: &Value| {
        let pairs = [("helping-day", reader.day_of_text(row, "day")), ("kept-minutes", text(row, "minutes"))];
        reader.record(text(row, "what"), &pairs)
    };
    let proof = |row: &Value| {
        let issued = [("helping-proof-day", reader.day(row, "issued_at_ms"))];
        reader.record(format!("{} {}", reader.lang.t("helping-proof"), grouped(&text(row, "number"))), &issued)
    };
    let thanked = list(helping, "thanked_on").len();
    let thanks = (thanked > 0).then(|| reader.record(reader.lang.t("kept-thanked"), &[("kept-count", thanked.to_string())]));
    let rows = |key: &str| list(helping, key).iter();
    rows("assisted")
        .map(assisted)
        .chain(rows("on_behalf").map(act))
        .chain(rows("volunteer_hours").map(hours))
        .chain(rows("proofs").map(proof))
        .chain(thanks)
        .collect()
}
