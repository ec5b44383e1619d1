//! The file: what it claims to be, its pages, its structure, what is attached.

use std::num::NonZeroU16;

use chrono::{DateTime as Instant, Datelike, Timelike, Utc};
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use super::fonts::{Faces, Fonts};
use super::layout::{self, First, PAGE};
use super::pen::Pen;
use super::table::Table;
use super::{CannotDraw, Sheet};
use crate::kernel::Timestamp;

/// Draws a sheet: one page, and more where it cites more than the first holds. The same sheet is the same file.
///
/// # Errors
/// [`CannotDraw`].
pub fn draw(sheet: &Sheet<'_>, fonts: &Fonts) -> Result<Vec<u8>, CannotDraw> {
    if sheet.words.lines.len() != sheet.facts.lines.len() {
        return Err(CannotDraw::Words);
    }
    let faces = fonts.open();
    let table = Table::measure(sheet, &faces)?;
    let first = First::measure(sheet, &faces, &table)?;
    let rest = if first.holds_table() { Vec::new() } else { layout::parts_of(&table) };
    let pages = 1 + rest.len();

    let mut document = Document::new_with(settings()?);
    document.set_metadata(metadata_of(sheet));
    let mut groups = Vec::new();
    let mut body = TagGroup::new(Tag::TBody);
    on_page(&mut document, &faces, |pen| first.draw(pen, (1, pages), &mut groups, &mut body))?;
    for (at, rows) in rest.into_iter().enumerate() {
        on_page(&mut document, &faces, |pen| layout::further(pen, sheet, &table, rows, (at + 2, pages), &mut groups, &mut body))?;
    }
    layout::close_table(&mut groups, body);
    document.set_tag_tree(
        TagTree::from(groups.into_iter().map(Into::into).collect::<Vec<_>>()).with_lang(Some(sheet.words.lang.clone())),
    );
    document.set_outline(outline_of(sheet));
    attach(&mut document, sheet)?;
    document.finish().map_err(|error| CannotDraw::Refused(format!("{error}: {error:?}")))
}

fn settings() -> Result<SerializeSettings, CannotDraw> {
    let configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| CannotDraw::Refused(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() })
}

fn on_page(
    document: &mut Document,
    faces: &Faces<'_>,
    draw: impl FnOnce(&mut Pen<'_, '_>) -> Result<(), CannotDraw>,
) -> Result<(), CannotDraw> {
    let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(CannotDraw::Full)?;
    let mut page = document.start_page_with(size);
    let mut surface: Surface<'_> = page.surface();
    let drawn = draw(&mut Pen { surface: &mut surface, faces });
    surface.finish();
    page.finish();
    drawn
}

/// Dates are those of the version, never of the clock; the person's name is on the page and not in what programs list.
fn metadata_of(sheet: &Sheet<'_>) -> Metadata {
    let facts = sheet.facts;
    Metadata::new()
        .title(format!("{} {}", facts.kind.title, facts.number.spaced()))
        .description(facts.kind.footer.clone())
        .authors(vec![facts.agency.name.clone()])
        .creator(sheet.words.bank.clone())
        .producer("credit-bank".to_owned())
        .language(sheet.words.lang.clone())
        .document_id(format!("{}/v/{}/{}", facts.origin, facts.code, facts.version))
        .creation_date(date_of(facts.signed_at))
}

fn date_of(at: Timestamp) -> DateTime {
    let at = Instant::<Utc>::from_timestamp_millis(at.ms()).unwrap_or(Instant::<Utc>::MIN_UTC);
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn outline_of(sheet: &Sheet<'_>) -> Outline {
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(sheet.facts.kind.title.clone(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    outline
}

/// The signed document is the source of the sheet; the receipts stand beside it.
fn attach(document: &mut Document, sheet: &Sheet<'_>) -> Result<(), CannotDraw> {
    let files = [
        ("credential.json", "application/vc", &sheet.words.credential, AssociationKind::Source, sheet.credential),
        ("receipts.json", "application/json", &sheet.words.receipts, AssociationKind::Supplement, sheet.receipts),
    ];
    for (path, mime, about, association_kind, text) in files {
        let file = EmbeddedFile {
            path: path.to_owned(),
            mime_type: MimeType::new(mime),
            description: Some(about.clone()),
            association_kind,
            data: text.as_bytes().to_vec().into(),
            modification_date: Some(date_of(sheet.facts.signed_at)),
            compress: Some(true),
            location: None,
        };
        document.embed_file(file).ok_or_else(|| CannotDraw::Refused(path.to_owned()))?;
    }
    Ok(())
}

/// The level of a heading.
pub(super) fn level(level: u16) -> NonZeroU16 {
    NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN)
}
