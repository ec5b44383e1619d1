//! The sheets of a batch are drawn in the background, part by part: each part is one ZIP of PDFs.

use std::io::{Cursor, Write};
use std::time::Duration;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{BatchError, BatchLine};
use crate::certificates::service::batches::{Drawn, keep_part, lines_to_draw};
use crate::certificates::service::{NotDrawn, Press, printable};
use crate::certificates::sheet_views::sheet_words;
use crate::certificates::{Desk, Error};
use crate::i18n::Lang;
use crate::kernel::CertificateBatchId;
use crate::web::{House, Page, text};

/// Milliseconds after which is asked anew whether there is room for one more drawing.
const PAUSE_MS: u64 = 100;
/// Bytes of one part, after which no further sheet is put into it.
const MOST_BYTES: usize = 24 * 1024 * 1024;

/// Why a part cannot be drawn now.
#[derive(Debug, thiserror::Error)]
pub(in crate::certificates) enum NotPrinted {
    /// Of the batch.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Of certificates.
    #[error(transparent)]
    Certificate(#[from] Error),
    /// The file cannot be written.
    #[error(transparent)]
    Zip(#[from] zip::result::ZipError),
    /// It cannot be drawn.
    #[error("{0}")]
    Broken(String),
}

impl From<std::io::Error> for NotPrinted {
    fn from(error: std::io::Error) -> Self {
        Self::Zip(error.into())
    }
}

impl From<crate::files::Error> for NotPrinted {
    fn from(error: crate::files::Error) -> Self {
        Self::Batch(error.into())
    }
}

/// Draws the next part of a batch's sheets and keeps it; says whether there are more. However often it is broken off, it goes on behind the last part
/// that was kept.
///
/// # Errors
/// Where a sheet cannot be drawn for a reason of its own it is passed over; anything else.
pub(in crate::certificates) async fn draw_part(house: &House, desk: &Desk, id: CertificateBatchId) -> Result<bool, NotPrinted> {
    let Some((print, next)) = lines_to_draw(house.db.read(), id).await? else { return Ok(false) };
    let (mut drawn, mut sheets, mut bytes) = (Drawn::default(), Vec::new(), 0_usize);
    for line in &next {
        drawn.lines = (if drawn.lines.0 == 0 { line.number } else { drawn.lines.0 }, line.number);
        match draw_line(house, desk, line).await? {
            Some((name, pdf)) => {
                bytes = bytes.saturating_add(pdf.len());
                sheets.push((name, pdf));
                drawn.sheets += 1;
            }
            None => drawn.skipped += 1,
        }
        if bytes >= MOST_BYTES {
            break;
        }
    }
    if !sheets.is_empty() {
        drawn.file = packed(sheets)?;
    }
    Ok(keep_part(&house.db, (&house.files, &house.keys), print, drawn).await?)
}

/// One file of all these.
fn packed(sheets: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, NotPrinted> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, pdf) in sheets {
        // A PDF is packed already; one time for everything, so that the same sheets are the same file.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(name, stored.last_modified_time(DateTime::default()).unix_permissions(0o644))?;
        zip.write_all(&pdf)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A sheet with its name in the part; none where it cannot be: the certificate was revoked, its owner has left, no font has a character.
async fn draw_line(house: &House, desk: &Desk, line: &BatchLine) -> Result<Option<(String, Vec<u8>)>, NotPrinted> {
    let Some((learner, certificate)) = line.learner.zip(line.certificate) else { return Ok(None) };
    let (_, phone) = text::phone_number(&house.config.help_phone);
    loop {
        let sheet = match printable(house.db.read(), desk, (&[learner], certificate), house.clock().now()).await {
            Err(Error::NoSuch | Error::WrongState) => return Ok(None),
            sheet => sheet?,
        };
        let name = format!("{:05}-{}-{}.pdf", line.number, plain_name(&sheet.facts.name), sheet.facts.number);
        let seal = match &sheet.seal {
            Some(seal) => house.files.get(seal.file).await?,
            None => None,
        };
        // A sheet is in Chinese, and for nobody in particular who reads it.
        let words = sheet_words(&Page::sample(Lang::Chinese), &sheet, &phone);
        match house.rooms.get::<Press>().draw(house.config.fallback_fonts.clone(), (sheet, words, seal)).await {
            Ok(pdf) => return Ok(Some((name, pdf))),
            Err(NotDrawn::Busy) => tokio::time::sleep(Duration::from_millis(PAUSE_MS)).await,
            Err(NotDrawn::Cannot(error)) => {
                tracing::warn!(certificate = %certificate, %error, "a sheet of a batch cannot be drawn");
                return Ok(None);
            }
            Err(NotDrawn::Broken(error)) => return Err(NotPrinted::Broken(error)),
        }
    }
}

/// A name as files may bear it.
fn plain_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '·').take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_out_of_no_folder() {
        assert_eq!(plain_name("买买提·吐尔逊"), "买买提·吐尔逊");
        assert_eq!(plain_name("../王 桂英\\"), "王桂英");
        assert_eq!(plain_name(&"王".repeat(99)).chars().count(), 40);
    }
}
