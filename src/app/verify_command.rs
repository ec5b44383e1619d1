//! `verify`: whether a certificate is genuine, without the bank and without a network. It reads a PDF, a signed document, a JWT, a badge, a picture of
//! a printed certificate or the text of its code; it asks nobody.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::cli::say;
use crate::credentials::paper::{NoPicture, NotOne, codes_in, credentials_in};
use crate::credentials::paper_code::{self, Paper};
use crate::credentials::status::{self, Purpose};
use crate::credentials::{
    BookAgency, Facts, Form, KeyBook, KeyFacts, NotCarried, NotVerified, Source, StatusPlace, carried_in, verify,
};
use crate::i18n::Lang;
use crate::kernel::{AgencyId, Clock, Timestamp, sha256_of};
use crate::ledger::seal::key_list;
use crate::ledger::seal::note::Verifier;

/// The language of the command line.
const LANG: Lang = Lang::Chinese;
/// It is genuine, and does not hold any more or for the time being.
const NOT_IN_FORCE: u8 = 2;
/// It is signed as it should be, and the keys at hand are too old to say whether that one is believed still.
const KEYS_TOO_OLD: u8 = 3;

/// What `verify` looks at.
#[derive(Args, Clone, Debug)]
pub(super) struct Verify {
    /// The certificate: PDF, JSON, JWT, a badge (PNG or SVG), a PNG or JPEG of the printed one, or the text of its QR code in a file.
    file: PathBuf,
    /// The bank's keys, as published at /v/keys.json; without it, keys.json beside the file.
    #[arg(long)]
    keys: Option<PathBuf>,
    /// A status list of the agency, as published; it says who was revoked or suspended. May be given several times.
    #[arg(long)]
    status: Vec<PathBuf>,
    /// The key of the bank's sealed log, as published: the keys must be signed by it (keys.json.note beside them).
    #[arg(long)]
    log_key: Option<String>,
}

/// Says what the certificate says and whether it is genuine. Ends with 0 where it is, 1 where it is not, 2 where it is but was revoked or suspended,
/// 3 where the keys at hand are too old to tell.
///
/// # Errors
/// A sentence: what cannot be read, or why it is not genuine.
pub(super) fn run(what: &Verify) -> Result<ExitCode, String> {
    let file = read(&what.file)?;
    let book = book_of(what)?;
    let now = Clock::system().now();
    let seen = seen_in(&file, &book)?;
    if seen.at.day() > now.day() {
        return Err(t("verify-cli-future"));
    }
    let lists = what.status.iter().map(|path| Ok((path, read(path)?))).collect::<Result<Vec<_>, String>>()?;
    let standing = standing_of(&seen, &lists, &book, now)?;
    let is_old = book.is_old(seen.at.day(), now);
    let made = book.made_at.day().to_string();
    say(&if is_old { LANG.fill("verify-cli-old-keys", &[("day", &made)]) } else { t("verify-cli-good") });
    for (label, words) in &seen.lines {
        say(&format!("{label}：{words}"));
    }
    say(&LANG.fill(
        "verify-cli-key",
        &[
            ("key", &seen.key.fingerprint().to_string()),
            ("agency", &seen.agency.name),
            ("from", &seen.key.from.to_string()),
            ("until", &seen.key.until.map_or_else(|| t("verify-cli-still"), |day| day.to_string())),
        ],
    ));
    for line in &standing.lines {
        say(line);
    }
    Ok(match (standing.is_in_force, is_old) {
        (false, _) => ExitCode::from(NOT_IN_FORCE),
        (true, true) => ExitCode::from(KEYS_TOO_OLD),
        (true, false) => ExitCode::SUCCESS,
    })
}

/// What was found in the file, and proved itself.
struct Seen<'a> {
    /// What it says, with labels.
    lines: Vec<(String, String)>,
    agency: &'a BookAgency,
    key: KeyFacts,
    /// When this version was signed; on paper, the day.
    at: Timestamp,
    place: StatusPlace,
}

/// How it stands, as far as the lists know.
struct Standing {
    lines: Vec<String>,
    is_in_force: bool,
}

fn t(key: &str) -> String {
    LANG.t(key)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}：{error}", path.display()))
}

/// The keys that the bank has published, and whether its log says so.
fn book_of(what: &Verify) -> Result<KeyBook, String> {
    let beside = what.file.with_file_name("keys.json");
    let path = what.keys.as_ref().unwrap_or(&beside);
    if what.keys.is_none() && !path.is_file() {
        return Err(t("verify-cli-no-keys"));
    }
    let bytes = read(path)?;
    let book = KeyBook::parse(&bytes).map_err(|_| LANG.fill("verify-cli-bad-keys", &[("file", &path.display().to_string())]))?;
    if let Some(log) = &what.log_key {
        let log = Verifier::parse(log).map_err(|_| t("verify-cli-bad-log-key"))?;
        let note = String::from_utf8(read(&beside_with(path, ".note"))?).map_err(|_| t("verify-cli-bad-note"))?;
        let (digest, _) = sha256_of(bytes.as_slice()).map_err(|error| error.to_string())?;
        key_list::check(&note, &log, book.origin.host(), &digest).map_err(|_| t("verify-cli-bad-note"))?;
    }
    Ok(book)
}

/// `keys.json.note` of `keys.json`.
fn beside_with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// The certificate in a file, whatever kind of file it is.
fn seen_in<'a>(file: &[u8], book: &'a KeyBook) -> Result<Seen<'a>, String> {
    const PNG: &[u8] = b"\x89PNG";
    const JPEG: &[u8] = b"\xff\xd8\xff";
    let carried = carried_in(file).map_err(|why| match why {
        NotCarried::TooMuch => t("verify-cli-too-much"),
        NotCarried::Several => t("verify-cli-several"),
        NotCarried::Broken => t("verify-cli-broken"),
    })?;
    if let Some(document) = carried {
        return signed(document.trim().as_bytes(), book);
    }
    if file.starts_with(PNG) || file.starts_with(JPEG) {
        let codes = codes_in(file).map_err(|why| match why {
            NoPicture::Kind => t("verify-cli-no-picture"),
            NoPicture::TooLarge => t("verify-cli-large-picture"),
        })?;
        return on_paper(codes.first().ok_or_else(|| t("verify-cli-no-code"))?, book);
    }
    let found = credentials_in(file).map_err(|why| match why {
        NotOne::TooMuch => t("verify-cli-too-much"),
        NotOne::Several => t("verify-cli-several"),
    })?;
    if let Some(document) = found {
        return signed(document.to_string().as_bytes(), book);
    }
    if file.get(..1024).unwrap_or(file).windows(5).any(|window| window == b"%PDF-") {
        return Err(t("verify-cli-nothing"));
    }
    match std::str::from_utf8(file).map(str::trim) {
        Ok(text) if text.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) => on_paper(text, book),
        _ => signed(file, book),
    }
}

/// A signed document or JWT.
fn signed<'a>(text: &[u8], book: &'a KeyBook) -> Result<Seen<'a>, String> {
    let verified = verify(text, book).map_err(|why| why_not(&why))?;
    let facts = &verified.facts;
    let agency = book.agency(facts.agency.id).ok_or_else(|| why_not(&NotVerified::UnknownAgency))?;
    let form = t(match verified.form {
        Form::Json => "verify-cli-form-json",
        Form::DidKey => "verify-cli-form-did-key",
        Form::Jwt => "verify-cli-form-jwt",
    });
    Ok(Seen { lines: lines_of(facts, form), agency, key: verified.key, at: facts.signed_at, place: facts.place })
}

/// The text of a code on paper.
fn on_paper<'a>(text: &str, book: &'a KeyBook) -> Result<Seen<'a>, String> {
    if paper_code::parts_of(text).is_ok_and(|(_, _, payload)| payload.is_empty()) {
        return Err(t("verify-cli-address-alone"));
    }
    let signed = paper_code::signed_by(text, book).map_err(|why| why_not(&why))?;
    let (list, position) = signed.paper.status;
    let mut lines = lines_of_paper(&signed.paper, signed.agency, book);
    lines.insert(3, (t("verify-cli-code"), signed.code.dashed()));
    let place = StatusPlace { list, position };
    Ok(Seen { lines, agency: signed.agency, key: signed.key.clone(), at: signed.paper.day.start(), place })
}

fn lines_of(facts: &Facts, form: String) -> Vec<(String, String)> {
    let mut lines = vec![
        (t("verify-cli-form"), form),
        (t("verify-cli-name"), facts.name.clone()),
        (t("verify-cli-number"), facts.number.spaced()),
        (t("verify-cli-code"), facts.code.dashed()),
        (t("verify-cli-kind"), format!("{} {}", facts.kind.title, facts.kind.edition)),
        (t("verify-cli-agency"), format!("{} {}", facts.agency.name, facts.agency.credit_code)),
        (t("verify-cli-day"), facts.signed_at.day().to_string()),
        (t("verify-cli-version"), facts.version.to_string()),
        (t("verify-cli-credits"), facts.credits.to_string()),
        (t("verify-cli-hours"), facts.class_hours.to_string()),
        (t("verify-cli-levels"), levels(facts.identity, facts.supervision)),
    ];
    for line in &facts.lines {
        let way = t(match line.source {
            Source::Online => "verify-cli-online",
            Source::Supervised => "verify-cli-supervised",
            Source::Outside => "verify-cli-outside",
        });
        lines.push((
            line.unit.clone(),
            format!("{}，{}，{way}，{}", line.title, line.passed, levels(line.identity, line.supervision)),
        ));
    }
    lines
}

fn lines_of_paper(paper: &Paper, agency: &BookAgency, book: &KeyBook) -> Vec<(String, String)> {
    let kind = book.kind(paper.kind).map_or_else(|| paper.kind.to_string(), |kind| kind.title.clone());
    let mut lines = vec![
        (t("verify-cli-form"), t("verify-cli-form-paper")),
        (t("verify-cli-name"), paper.name.clone()),
        (t("verify-cli-number"), paper.number.spaced()),
        (t("verify-cli-kind"), kind),
        (t("verify-cli-agency"), format!("{} {}", agency.name, agency.credit_code)),
        (t("verify-cli-day"), paper.day.to_string()),
        (t("verify-cli-version"), paper.version.to_string()),
        (t("verify-cli-credits"), paper.credits.to_string()),
        (t("verify-cli-hours"), paper.class_hours.to_string()),
        (t("verify-cli-levels"), levels(paper.levels.0, paper.levels.1)),
    ];
    for unit in &paper.units {
        lines.push((unit.clone(), book.unit(unit).map_or_else(String::new, |known| known.title.clone())));
    }
    lines
}

fn levels(identity: i64, supervision: i64) -> String {
    LANG.fill("verify-cli-level", &[("identity", &identity.to_string()), ("supervision", &supervision.to_string())])
}

/// What the lists say of a place. A list whose signature is wrong ends it; one of others is passed over, and said.
fn standing_of(seen: &Seen<'_>, lists: &[(&PathBuf, Vec<u8>)], book: &KeyBook, now: Timestamp) -> Result<Standing, String> {
    let (mut standing, mut clear) = (Standing { lines: Vec::new(), is_in_force: true }, Vec::new());
    for (path, bytes) in lists {
        let file = path.display().to_string();
        let read = status::verify(bytes, book);
        let list = read.map_err(|why| LANG.fill("verify-cli-bad-list", &[("file", &file), ("why", &why_not(&why))]))?.list;
        let when = list.at.to_minute_text();
        let said = list.says(seen.place).filter(|_| is_of(list.agency, seen.agency));
        let key = match (said, list.purpose) {
            (None, _) => "verify-cli-other-list",
            // A list may be old: what was taken back then is so still, or was lifted since, which it cannot know.
            (Some(true), Purpose::Revocation) => "verify-cli-revoked",
            (Some(true), Purpose::Suspension) => "verify-cli-suspended",
            (Some(false), _) if !list.holds(now) => "verify-cli-old-list",
            (Some(false), Purpose::Revocation) => "verify-cli-not-revoked",
            (Some(false), Purpose::Suspension) => "verify-cli-not-suspended",
        };
        if said == Some(true) {
            standing.is_in_force = false;
        } else if said == Some(false) && list.holds(now) {
            clear.push(list.purpose);
        }
        standing.lines.push(LANG.fill(key, &[("file", &file), ("when", &when)]));
    }
    if standing.is_in_force && !Purpose::ALL.iter().all(|purpose| clear.contains(purpose)) {
        standing.lines.push(t("verify-cli-not-known"));
    }
    Ok(standing)
}

fn is_of(list: AgencyId, agency: &BookAgency) -> bool {
    list == agency.id
}

fn why_not(why: &NotVerified) -> String {
    t(match why {
        NotVerified::TooLong | NotVerified::Unreadable | NotVerified::NotOurs(_) | NotVerified::NotCanonical(_) => {
            "verify-cli-not-ours"
        }
        NotVerified::NotPaper => "verify-cli-not-paper",
        NotVerified::WrongCode(_) => "verify-cli-wrong-code",
        NotVerified::OtherBank => "verify-cli-other-bank",
        NotVerified::UnknownAgency | NotVerified::UnknownKey => "verify-cli-unknown-key",
        NotVerified::OtherDay => "verify-cli-other-day",
        NotVerified::Distrusted => "verify-cli-distrusted",
        NotVerified::WrongSignature => "verify-cli-wrong-signature",
    })
}
