//! 凭证 of one line: where it stands in the sealed book, as a page and as a file that holds without the bank.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::routes::{page_of, passbook_of};
use super::views::{Line, Words, entries, lines};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::identity::Learner;
use crate::kernel::{LearnerId, TransferId};
use crate::ledger;
use crate::ledger::seal::receipt::Receipt;
use crate::ledger::seal::{self, Proven};
use crate::web::{House, Page, QrPicture, Ui, address_of, html};

/// Where a line stands in the sealed book.
pub(super) struct Sealed {
    /// Counted from 1.
    pub number: u64,
    pub count: u64,
    pub sealed_at: String,
    pub witnesses: Vec<String>,
    pub mark: String,
    /// The receipt as a file.
    pub file: String,
    pub qr: QrPicture,
}

impl Sealed {
    fn of(proven: &Proven, line: &Line, page: &Page, address: &str) -> Option<Self> {
        let number = proven.leaf.seq + 1;
        let witnessed =
            |one: &seal::Witnessed| page.t2("transparency-witnessed", ("who", &one.name), ("when", one.seen_at.to_minute_text()));
        Some(Self {
            number,
            count: proven.size,
            sealed_at: proven.leaf.sealed_at.to_minute_text(),
            witnesses: proven.witnesses.iter().map(witnessed).collect(),
            mark: proven.leaf.hash.to_string(),
            file: format!("{}/file", line.receipt),
            qr: QrPicture::of(&format!("{address}/ledger/entry/{number}"))?,
        })
    }
}

/// 凭证.
#[derive(Template)]
#[template(path = "passbook/receipt.html")]
pub(super) struct ReceiptPage {
    pub page: Page,
    pub line: Line,
    pub amount: String,
    /// Nothing while it waits to be sealed.
    pub sealed: Option<Sealed>,
}

impl ReceiptPage {
    fn when_words(&self, sealed: &Sealed) -> String {
        self.page.t2("passbook-receipt-when", ("when", &sealed.sealed_at), ("count", sealed.count))
    }
}

fn id_of(transfer: &str) -> Result<TransferId, AppError> {
    transfer.parse().map_err(|_| AppError::NotFound)
}

async fn proven_of(house: &House, account: LearnerId, transfer: TransferId) -> Result<Option<Proven>, AppError> {
    Ok(seal::prove(house.db.read(), account, transfer.uuid()).await?)
}

/// `GET /passbook/{transfer}/receipt`: where the line stands in the sealed book, and who saw it.
///
/// # Errors
/// [`AppError::NotFound`] where the line is not the reader's.
pub async fn receipt(
    Learner(session): Learner,
    transfer: Path<String>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let about = id_of(&transfer)?;
    let passbook = passbook_of(&house, &session).await?;
    let at = passbook.entries.iter().position(|entry| entry.transfer == about).ok_or(AppError::NotFound)?;
    let entry = entries(&passbook).get(at).copied().ok_or(AppError::NotFound)?;
    let words = Words { lang: ui.lang, shelf: &shelf };
    let line = lines(&[entry], &passbook, &words, (&[], None)).pop().ok_or(AppError::NotFound)?;
    let amount = words.amount(entry.0.amount);
    let page = page_of(&house, ui, &session);
    let proven = proven_of(&house, entry.0.account, about).await?;
    let sealed = proven.and_then(|proven| Sealed::of(&proven, &line, &page, &address_of(&house, &request)));
    html(&ReceiptPage { page, line, amount, sealed })
}

/// `GET /passbook/{transfer}/receipt/file`: the receipt as JSON.
///
/// # Errors
/// [`AppError::NotFound`] where the line is not the reader's, or not sealed yet.
pub async fn receipt_file(
    Learner(session): Learner,
    transfer: Path<String>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let about = id_of(&transfer)?;
    let mut own = None;
    for account in session.accounts() {
        let found = ledger::find_transfer(house.db.read(), account, about).await;
        own = own.or(found.map_err(|error| AppError::Fault(error.to_string()))?);
    }
    let found = own.ok_or(AppError::NotFound)?;
    let proven = proven_of(&house, found.learner, about).await?.ok_or(AppError::NotFound)?;
    let name = format!("attachment; filename=\"receipt-{}.json\"", proven.leaf.seq + 1);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("application/json")
        .body(Receipt::of(&found, &proven).to_json()))
}
