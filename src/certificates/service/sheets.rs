//! A certificate on paper: what goes onto the sheet, and drawing it, two at once in a process.

use std::path::PathBuf;
use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::{OnceCell, Semaphore};

use super::evidence::leaves_of;
use super::in_hand::{InHand, in_hand};
use crate::agencies::{self, SealPicture};
use crate::certificates::{Desk, Error};
use crate::credentials::paper::{self, CannotDraw, DRAWING, Fonts, Sheet, SheetWords};
use crate::credentials::paper_code::{self, Symbol, TooLong};
use crate::credentials::{BadgeWords, Bundle, Facts, NotBaked, baked_png, baked_svg};
use crate::kernel::{CertificateId, Digest, LearnerId, Timestamp};

/// Sheets that are drawn at once in a process.
const AT_ONCE: usize = 2;
/// Bytes of a signature, the last ones of what stands on paper.
const SIGNATURE: usize = 64;

/// A certificate with all that a sheet of it needs, but for the words.
pub(in crate::certificates) struct Printable {
    pub facts: Facts,
    pub bundle: Bundle,
    /// SHA-256 of the document.
    pub document: Digest,
    /// The picture of the agency's seal on the day of this version.
    pub seal: Option<SealPicture>,
    pub symbol: Symbol,
    /// The leaves of its lines, as JSON.
    pub receipts: String,
}

impl Printable {
    /// Names what is drawn: the same name, the same file.
    pub fn mark(&self) -> String {
        let document: String = self.document.to_string().chars().take(32).collect();
        format!("{document}-{}-{DRAWING}", self.seal.as_ref().map_or(0, |seal| seal.version))
    }
}

/// A certificate of these accounts, to be printed.
///
/// # Errors
/// As [`in_hand`].
pub(in crate::certificates) async fn printable(
    db: &impl ConnectionTrait,
    desk: &Desk,
    which: (&[LearnerId], CertificateId),
    now: Timestamp,
) -> Result<Printable, Error> {
    let InHand { certificate: own, version, facts, bundle } = in_hand(db, desk, which, now).await?;
    let symbol = symbol_of(&facts, &bundle).map_err(|error| DbErr::Custom(error.to_string()))?;
    let address = facts.code.to_text();
    let receipts = leaves_of(db, &own, (&facts.origin, &address)).await?.to_string();
    let seal = agencies::seal_on(db, own.agency, version.made_at.day()).await?;
    Ok(Printable { facts, bundle, document: version.document_hash, seal, symbol, receipts })
}

/// The code on paper: with all that proves it, or the address alone where the name is too long for that.
fn symbol_of(facts: &Facts, bundle: &Bundle) -> Result<Symbol, TooLong> {
    let host = facts.origin.host();
    let whole = bundle.paper.split_last_chunk::<SIGNATURE>().filter(|(bytes, _)| !bytes.is_empty());
    let proving = whole.and_then(|(bytes, signature)| paper_code::symbol(host, &facts.code, bytes, signature).ok());
    proving.map_or_else(|| paper_code::plain_symbol(host, &facts.code), Ok)
}

/// As what a badge is baked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum BadgeKind {
    /// Points.
    Png,
    /// Shapes.
    Svg,
}

impl BadgeKind {
    fn baked(self, words: &BadgeWords, credential: &str) -> Result<Vec<u8>, NotBaked> {
        match self {
            Self::Png => baked_png(words, credential),
            Self::Svg => baked_svg(words, credential).map(String::into_bytes),
        }
    }
}

/// Draws sheets and badges: the fonts, opened once, and places for as many as are drawn at once.
#[derive(Clone)]
pub(in crate::certificates) struct Press(Arc<Inner>);

struct Inner {
    fonts: OnceCell<Arc<Fonts>>,
    places: Arc<Semaphore>,
}

impl Default for Press {
    fn default() -> Self {
        Self(Arc::new(Inner { fonts: OnceCell::new(), places: Arc::new(Semaphore::new(AT_ONCE)) }))
    }
}

/// Why nothing was drawn.
#[derive(Debug)]
pub(in crate::certificates) enum NotDrawn {
    /// Others are drawn just now.
    Busy,
    /// It cannot be.
    Cannot(CannotDraw),
    /// The drawing was cut off.
    Broken(String),
}

impl Press {
    /// Draws a badge on a thread that may take its time, and puts the signed document in it.
    pub async fn bake(&self, kind: BadgeKind, (words, credential): (BadgeWords, String)) -> Result<Vec<u8>, NotDrawn> {
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(|_| NotDrawn::Busy)?;
        let work = move || {
            let held = place;
            let baked = kind.baked(&words, &credential);
            drop(held);
            baked
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(baked) => baked.map_err(|error| NotDrawn::Broken(error.to_string())),
            Err(error) => Err(NotDrawn::Broken(error.to_string())),
        }
    }

    /// Draws a sheet on a thread that may take its time. `fallback`: fonts for what the own one has not; those that cannot be read are passed over.
    pub async fn draw(
        &self,
        fallback: Vec<PathBuf>,
        (printable, words, seal): (Printable, SheetWords, Option<Vec<u8>>),
    ) -> Result<Vec<u8>, NotDrawn> {
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(|_| NotDrawn::Busy)?;
        let fonts = self.0.fonts.get_or_try_init(|| opened(fallback)).await?;
        let fonts = Arc::clone(fonts);
        let work = move || {
            let held = place;
            let sheet = Sheet {
                facts: &printable.facts,
                words: &words,
                seal: seal.as_deref(),
                symbol: &printable.symbol,
                credential: &printable.bundle.credential,
                receipts: &printable.receipts,
            };
            let drawn = paper::draw(&sheet, &fonts);
            drop(held);
            drawn
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(drawn) => drawn.map_err(NotDrawn::Cannot),
            Err(error) => Err(NotDrawn::Broken(error.to_string())),
        }
    }
}

async fn opened(fallback: Vec<PathBuf>) -> Result<Arc<Fonts>, NotDrawn> {
    let work = move || {
        let read: Vec<Vec<u8>> = fallback.iter().filter_map(|path| std::fs::read(path).ok()).collect();
        // What is no font is passed over, and the others are taken.
        let fit = read.into_iter().filter(|bytes| Fonts::new(vec![bytes.clone()]).is_ok()).collect();
        Fonts::new(fit).map(Arc::new)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(fonts)) => Ok(fonts),
        Ok(Err(bad)) => Err(NotDrawn::Broken(bad.to_string())),
        Err(error) => Err(NotDrawn::Broken(error.to_string())),
    }
}
