//! What programs get, as typed values. A member that is there stays there under `/api/v1`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clients;
use crate::curriculum::model::{self, LessonPlace, Status};
use crate::curriculum::{HitKind, Shelf};
use crate::hall::{Line, Receipt};
use crate::kernel::Digest;
use crate::ledger::seal::{SigningKeyEntry, Witnessed};
use crate::places;
use crate::recognition::{self, EntryState};

/// The edition that everything here is of.
#[derive(Serialize, ToSchema)]
pub(super) struct Edition {
    /// Its version.
    version: String,
    /// SHA-256 over all its files.
    digest: String,
}

/// One of the seven areas.
#[derive(Serialize, ToSchema)]
pub(super) struct Area {
    /// `A1` to `A7`.
    id: String,
    /// Its title in the source document.
    title: String,
}

/// A course at a glance.
#[derive(Serialize, ToSchema)]
pub(super) struct CourseLine {
    /// `T01` to `T23`.
    #[schema(pattern = "^T[0-9]{2}$")]
    code: String,
    /// Its title.
    title: String,
    /// One line about it.
    summary: String,
    /// The id of its area.
    area: String,
    /// Whether it can be learnt yet.
    is_complete: bool,
    /// Standard class hours by design.
    class_hours: i64,
    /// What passing it is worth, in thousandths of a credit.
    credit_milli: i64,
    /// The path of its page.
    path: String,
}

/// All courses.
#[derive(Serialize, ToSchema)]
pub(super) struct Catalogue {
    edition: Edition,
    areas: Vec<Area>,
    courses: Vec<CourseLine>,
}

/// A course in full.
#[derive(Serialize, ToSchema)]
pub(super) struct Course {
    edition: Edition,
    #[serde(flatten)]
    line: CourseLine,
    /// What one will be able to do.
    goals: Vec<String>,
    /// What can be checked.
    outcomes: Vec<Outcome>,
    /// The lessons, in order.
    lessons: Vec<Lesson>,
    /// The clause of the source document that it serves.
    clause: Option<Clause>,
}

/// Something that can be checked.
#[derive(Serialize, ToSchema)]
pub(super) struct Outcome {
    /// `T19-o1`.
    id: String,
    /// What one can do.
    text: String,
}

/// One lesson.
#[derive(Serialize, ToSchema)]
pub(super) struct Lesson {
    /// `T19-c1`.
    id: String,
    /// Its title.
    title: String,
    /// What one can do after it.
    goal: String,
    /// Minutes by design.
    minutes: i64,
    /// The group it is written for; none where it is for everybody.
    group: Option<String>,
}

/// A clause of the source document, word for word.
#[derive(Serialize, ToSchema)]
pub(super) struct Clause {
    /// Its number.
    number: u8,
    /// Its words.
    text: String,
    /// SHA-256 of their UTF-8 bytes, in hex.
    sha256: String,
}

fn edition_of(shelf: &Shelf) -> Edition {
    Edition { version: shelf.edition().manifest.version.clone(), digest: shelf.digest().to_string() }
}

fn line_of(shelf: &Shelf, course: &model::Course) -> CourseLine {
    CourseLine {
        code: course.code.to_string(),
        title: course.title.clone(),
        summary: course.summary.clone(),
        area: course.area.clone(),
        is_complete: course.status == Status::Complete,
        class_hours: course.hours,
        credit_milli: shelf.credits_of(course.code).map_or(0, |credits| credits.milli()),
        path: format!("/courses/{}", course.code),
    }
}

impl Catalogue {
    /// The courses on the shelf.
    pub fn of(shelf: &Shelf) -> Self {
        let areas = shelf.areas().iter().map(|area| Area { id: area.id.clone(), title: area.title.clone() });
        Self {
            edition: edition_of(shelf),
            areas: areas.collect(),
            courses: shelf.courses().iter().map(|course| line_of(shelf, course)).collect(),
        }
    }
}

impl Course {
    /// One course of the shelf.
    pub fn of(shelf: &Shelf, course: &model::Course) -> Self {
        let lessons = course.lessons.iter().map(|lesson| Lesson {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            goal: lesson.goal.clone(),
            minutes: lesson.minutes,
            group: match lesson.place {
                LessonPlace::Core(_) => None,
                LessonPlace::Group(group) => Some(group.code().to_owned()),
            },
        });
        let clause = shelf.task(course.code).map(|task| Clause {
            number: task.number,
            text: task.clause.clone(),
            sha256: task.sha256.clone(),
        });
        Self {
            edition: edition_of(shelf),
            line: line_of(shelf, course),
            goals: course.goals.clone(),
            outcomes: course.outcomes.iter().map(|one| Outcome { id: one.id.clone(), text: one.text.clone() }).collect(),
            lessons: lessons.collect(),
            clause,
        }
    }
}

/// What was found, the best first.
#[derive(Serialize, ToSchema)]
pub(super) struct Found {
    hits: Vec<Hit>,
}

/// One thing that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct Hit {
    /// `course`, `lesson` or `term`.
    kind: &'static str,
    /// Code of the course, id of the lesson, or the word itself.
    id: String,
    /// Its title.
    title: String,
    /// The course it belongs to.
    course: Option<String>,
    /// A few words around the place that was found.
    snippet: String,
}

impl Found {
    /// The best `limit` of what was found for `query`.
    pub fn of(shelf: &Shelf, query: &str, limit: usize) -> Self {
        let hits = shelf.search(query, limit).into_iter().map(|hit| Hit {
            kind: match hit.kind {
                HitKind::Course => "course",
                HitKind::Lesson => "lesson",
                HitKind::Term => "term",
            },
            id: hit.id,
            title: hit.title,
            course: hit.course.map(|code| code.to_string()),
            snippet: hit.snippet.into_iter().map(|part| part.text).collect(),
        });
        Self { hits: hits.collect() }
    }
}

/// One page of the places directly within another, in the order of their codes.
#[derive(Serialize, ToSchema)]
pub(super) struct PlacePage {
    /// The place they lie in; none of the provinces.
    parent: Option<PlaceLine>,
    places: Vec<PlaceLine>,
    /// What to ask for `after` to get the next page; none on the last one.
    next: Option<String>,
}

/// One place.
#[derive(Serialize, ToSchema)]
pub(super) struct PlaceLine {
    /// Its code: GB/T 2260 down to counties, the statistical code below.
    code: String,
    /// Its name.
    name: String,
    /// Province 1, city 2, county 3, town 4, village 5.
    level: i64,
}

impl PlacePage {
    /// The page of at most `limit` of `children` that begins behind the code `after`.
    pub fn of(parent: Option<places::Place>, children: Vec<places::Place>, after: Option<&str>, limit: usize) -> Self {
        let line = |place: places::Place| PlaceLine { code: place.code, name: place.name, level: place.level };
        let mut rest = children.into_iter().filter(|place| after.is_none_or(|after| place.code.as_str() > after)).map(line);
        let places: Vec<PlaceLine> = rest.by_ref().take(limit).collect();
        let next = rest.next().and(places.last()).map(|last| last.code.clone());
        Self { parent: parent.map(line), places, next }
    }
}

/// One's own passbook. All credits in thousandths.
#[derive(Serialize, ToSchema)]
pub(super) struct Passbook {
    /// What was earned in all; falls only where something was put right.
    total_milli: i64,
    /// What is held: less by what is frozen or on its way out.
    holding_milli: i64,
    /// Minutes of standard class hours.
    standard_minutes: i64,
    /// Minutes attended in classes; never added to the others.
    attended_minutes: i64,
    /// The lines, the newest first.
    entries: Vec<PassbookLine>,
}

/// One line of the passbook.
#[derive(Serialize, ToSchema)]
pub(super) struct PassbookLine {
    /// The transfer it shows.
    id: String,
    /// The day in Shanghai.
    #[schema(format = Date)]
    day: String,
    /// The unit whose award it is about.
    unit: Option<String>,
    /// What was done: `issue`, `reverse`, …
    code: String,
    /// How much.
    amount_milli: i64,
    /// The total after it.
    total_after_milli: i64,
    /// The version of the rule it was done under.
    rule_version: String,
    /// `stands`, `counted_once` (it stands, and another account of the same person was given the unit before), `frozen`, `going_out`, `gone_out`, `revoked` or `reversed`.
    state: &'static str,
}

impl From<recognition::Passbook> for Passbook {
    fn from(passbook: recognition::Passbook) -> Self {
        let line = |entry: recognition::PassbookEntry| PassbookLine {
            id: entry.transfer.to_string(),
            day: entry.day.to_string(),
            unit: entry.unit,
            code: entry.code.code().to_owned(),
            amount_milli: entry.amount.milli(),
            total_after_milli: entry.total_after.milli(),
            rule_version: entry.rule_version,
            state: match entry.state {
                EntryState::Stands => "stands",
                EntryState::CountedOnce => "counted_once",
                EntryState::Frozen => "frozen",
                EntryState::GoingOut => "going_out",
                EntryState::GoneOut => "gone_out",
                EntryState::Revoked => "revoked",
                EntryState::Reversed(_) => "reversed",
            },
        };
        Self {
            total_milli: passbook.total.milli(),
            holding_milli: passbook.balances.holding.milli(),
            standard_minutes: passbook.hours.standard_minutes,
            attended_minutes: passbook.hours.attended_minutes,
            entries: passbook.entries.into_iter().map(line).collect(),
        }
    }
}

/// The client that asks, as its token says.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientLine {
    /// Its id.
    #[schema(format = "uuid")]
    client_id: String,
    /// Whose program it is.
    name: String,
    /// What the token is good for, with spaces between.
    scope: String,
    /// When the token ends.
    #[schema(format = DateTime)]
    until: String,
    /// The agency whose program it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", required = false)]
    agency: Option<String>,
}

impl From<clients::Client> for ClientLine {
    fn from(client: clients::Client) -> Self {
        let scope: Vec<&str> = client.scopes.iter().map(|scope| scope.code()).collect();
        Self {
            client_id: client.id.to_string(),
            name: client.name,
            scope: scope.join(" "),
            until: client.until.to_rfc3339(),
            agency: client.agency.map(|(agency, _)| agency.to_string()),
        }
    }
}

/// A token (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// To be shown as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds it is good for.
    pub expires_in: i64,
    /// What it is good for, with spaces between.
    pub scope: String,
}

/// Why there is no token (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
pub(super) struct TokenRefusal {
    /// `invalid_request`, `invalid_client`, `unsupported_grant_type` or `invalid_scope`.
    pub error: &'static str,
    /// The same in a sentence; ASCII, as the standard wants it.
    pub error_description: &'static str,
}

/// A set of public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub(super) struct KeySet {
    keys: Vec<PublicKey>,
}

/// A public key (RFC 8037).
#[derive(Serialize, ToSchema)]
pub(super) struct PublicKey {
    /// Always `OKP`.
    kty: &'static str,
    /// Always `Ed25519`.
    crv: &'static str,
    /// Always `EdDSA`.
    alg: &'static str,
    /// Always `sig`.
    r#use: &'static str,
    /// Its name in tokens.
    kid: String,
    /// The key, base64url.
    x: String,
}

impl From<Vec<clients::PublicKey>> for KeySet {
    fn from(keys: Vec<clients::PublicKey>) -> Self {
        let key = |key: clients::PublicKey| PublicKey {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            r#use: "sig",
            kid: key.name,
            x: key.x,
        };
        Self { keys: keys.into_iter().map(key).collect() }
    }
}

/// A proof about the sealed book.
#[derive(Serialize, ToSchema)]
pub(super) struct LogProof {
    /// SHA-256 hashes in hex.
    proof: Vec<String>,
}

impl From<Vec<Digest>> for LogProof {
    fn from(proof: Vec<Digest>) -> Self {
        Self { proof: proof.iter().map(ToString::to_string).collect() }
    }
}

/// The keys of the sealed book.
#[derive(Serialize, ToSchema)]
pub(super) struct LogKeys {
    keys: Vec<LogKey>,
}

/// One key.
#[derive(Serialize, ToSchema)]
struct LogKey {
    /// `name+id+key`, as C2SP's signed notes have it.
    verifier: String,
    /// Signs from this size of the book on.
    from_size: u64,
    /// RFC 3339.
    made_at: String,
    /// The word of the key before, as a signed note; none for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    endorsed: Option<String>,
}

impl From<Vec<SigningKeyEntry>> for LogKeys {
    fn from(keys: Vec<SigningKeyEntry>) -> Self {
        let line = |key: SigningKeyEntry| LogKey {
            verifier: key.verifier.to_text(),
            from_size: key.from_size,
            made_at: key.made_at.to_rfc3339(),
            endorsed: key.endorsed,
        };
        Self { keys: keys.into_iter().map(line).collect() }
    }
}

/// A witness's line that was taken.
#[derive(Serialize, ToSchema)]
pub(super) struct WitnessLine {
    /// Who.
    witness: String,
    /// The checkpoint's size.
    size: u64,
}

impl From<Witnessed> for WitnessLine {
    fn from(witnessed: Witnessed) -> Self {
        Self { witness: witnessed.name, size: witnessed.size }
    }
}

/// What became of a pack that a box of a hall handed over.
#[derive(Serialize, ToSchema)]
pub(super) struct HandedOver {
    /// The pack.
    pack: String,
    /// How many of its rows came for the first time.
    fresh: usize,
    /// What became of each row.
    rows: Vec<HandedRow>,
    /// From which row to which are missing: what comes after waits.
    gaps: Vec<(i64, i64)>,
}

/// One row of a pack.
#[derive(Serialize, ToSchema)]
pub(super) struct HandedRow {
    /// Its number on the box.
    seq: i64,
    /// Its id.
    id: String,
    /// `waits`, `accepted`, `duplicate`, `needs_look` or `dropped`.
    state: &'static str,
}

impl From<Receipt> for HandedOver {
    fn from(receipt: Receipt) -> Self {
        let row = |line: &Line| HandedRow { seq: line.seq, id: line.id.to_string(), state: line.state.code() };
        Self {
            pack: receipt.pack.to_string(),
            fresh: receipt.fresh,
            rows: receipt.lines.iter().map(row).collect(),
            gaps: receipt.gaps,
        }
    }
}
