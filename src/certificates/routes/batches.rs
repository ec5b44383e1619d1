//! The pages of batches: brought, looked at; how far they are; what was left out; their sheets.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use super::desk::{kinds_of, queue_path};
use super::{Said, desk_of};
use crate::agencies::{Agency, AgencyOfficer, AgencyWorker};
use crate::certificates::batches::{
    Batch, BatchColumn, BatchError, BatchFacts, BatchLineView, BatchMay, BatchPage, BatchRow, BatchSource, BatchState,
    BatchesPage, Brings, Brought, NewBatch, OfBatch, PrintView, REASON, SHEET, batch_code, bring_batch, left_out_cells,
    read_batch_head, read_batch_line, wanted, wrong_head,
};
use crate::certificates::service::batches::{self as service, Looked, PeopleList};
use crate::certificates::views::Choices;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Corrector, Officer, Role, Session, StaffScope};
use crate::kernel::{AgencyId, CertificateBatchId, LearnerId};
use crate::web::sheet::{self, MOST_FILE_BYTES, Unreadable};
use crate::web::{
    FieldError, FieldErrors, House, Page, PageOf, Posted, Tab, Table, Ui, Upload, Uploaded, html_with, id_in, redirect,
};

/// Batches on one page.
type ListPart = PageOf<50>;

/// What links to these pages carry: what was just done, which page, which lines.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BatchLink {
    #[serde(default)]
    said: String,
    #[serde(default)]
    page: u64,
    #[serde(default)]
    which: String,
}

/// Where all batches of an agency are.
pub(super) fn list_path(agency: AgencyId) -> String {
    format!("{}/batches", queue_path(agency))
}

/// Where a batch is.
pub(super) fn batch_path(agency: AgencyId, id: CertificateBatchId) -> String {
    format!("{}/{id}", list_path(agency))
}

/// Who looks at an agency's batches.
pub(super) struct Reader<'a> {
    pub house: &'a House,
    pub shelf: &'a Shelf,
    pub session: &'a Session,
    pub scope: &'a StaffScope,
    pub agency: &'a Agency,
}

impl Reader<'_> {
    fn page(&self, ui: Ui) -> Page {
        Page::new(self.house, ui, Tab::Elsewhere).of(Some(self.session.who()))
    }

    fn brings(&self) -> bool {
        self.scope.has_any(Role::OFFICERS)
    }

    /// The lists of people that may be taken, as the form names them.
    async fn lists(&self, page: &Page) -> Result<Choices, AppError> {
        let now = self.house.clock().now();
        let offered = service::lists_for(self.house.db.read(), (self.agency, self.scope), now).await?;
        let mut lists = vec![(PeopleList::Requests.code(), page.t("certificate-batches-from-requests"))];
        lists.extend(offered.classes.iter().map(|class| {
            let (when, what) = (class.time_words(page.lang()), class.title.clone());
            (PeopleList::Class(class.id).code(), page.t2("certificate-batches-from-class", ("when", when), ("what", what)))
        }));
        lists.extend(
            offered.plans.iter().map(|plan| {
                (PeopleList::Plan(plan.id).code(), page.t1("certificate-batches-from-plan", "title", &plan.head.title))
            }),
        );
        Ok(lists)
    }

    async fn list(&self, ui: Ui, asked: u64, said: Said) -> Result<HttpResponse, AppError> {
        let (page, db) = (self.page(ui), self.house.db.read());
        let asked = ListPart::asked(asked);
        let (mut some, total) = service::list_batches(db, self.agency.id, asked.part()).await?;
        let shown = asked.within(total);
        if shown != asked {
            (some, _) = service::list_batches(db, self.agency.id, shown.part()).await?;
        }
        let row = |batch: &Batch| BatchRow::of(&page, self.shelf, batch_path(self.agency.id, batch.id), batch);
        let brings = self.brings();
        let view = BatchesPage {
            rows: some.iter().map(row).collect(),
            kinds: if brings { kinds_of(self.house, self.shelf, self.agency.id).await? } else { Vec::new() },
            lists: if brings { self.lists(&page).await? } else { Vec::new() },
            href: list_path(self.agency.id),
            back: queue_path(self.agency.id),
            agency: self.agency.name.clone(),
            brings,
            number: shown.number(),
            pages: ListPart::pages(total),
            form: said.form,
            notice: if said.notice.is_empty() { String::new() } else { page.t(said.notice) },
            page,
        };
        html_with(said.status, &view)
    }

    async fn may(&self, batch: &Batch) -> Result<BatchMay, AppError> {
        let is_first = service::is_first(self.house.db.read(), batch, self.scope).await?;
        Ok(match batch.state {
            BatchState::Checked if is_first && batch.ready > 0 => BatchMay::Ask,
            BatchState::Reading | BatchState::Checked | BatchState::Asked if is_first => BatchMay::GiveUp,
            BatchState::Asked if self.scope.has_any(Role::REVIEWERS) => BatchMay::Decide,
            _ => BatchMay::Look,
        })
    }

    /// Its sheets, for whoever brings batches.
    async fn print(&self, page: &Page, batch: &Batch) -> Result<Option<PrintView>, AppError> {
        let db = self.house.db.read();
        if !self.brings() || batch.state != BatchState::Done {
            return Ok(None);
        }
        let print = service::find_print(db, batch.id).await?;
        if print.is_none() && service::count_batch(db, batch.id).await?.issued == 0 {
            return Ok(None);
        }
        let parts = service::list_parts(db, batch.id).await?;
        Ok(Some(PrintView::of(page, print.as_ref(), &parts)))
    }

    /// One batch, with the page of its lines that is asked for.
    pub(super) async fn one(&self, ui: Ui, (batch, link): (&Batch, &BatchLink), said: Said) -> Result<HttpResponse, AppError> {
        let (page, house, db) = (self.page(ui), self.house, self.house.db.read());
        let is_troubled = batch.wrong > 0 && link.which != "all" && !batch.state.is_busy();
        // While the bank works the page is fetched again and again: nobody is shown then.
        let lines = if batch.state.is_busy() {
            None
        } else {
            let which = (batch, is_troubled, link.page);
            Some(service::page_of_batch(&house.db, &house.keys, (self.agency, self.scope), which).await?)
        };
        let (first, second) = (service::first_of(db, batch).await?, batch.decided.map(|(by, _)| by));
        let people: Vec<LearnerId> = [first, second].into_iter().flatten().collect();
        let names = identity::staff_names_of(db, &house.keys, &people).await?;
        let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
        let (first, second) = (name(first), name(second));
        let progress = service::count_batch(db, batch.id).await?;
        let may = self.may(batch).await?;
        let looked = match may {
            BatchMay::Decide => service::sample_of(db, batch.id, self.scope.actor()).await?,
            _ => Looked::default(),
        };
        let notice = said_words(batch, &link.said);
        let view = BatchPage {
            href: batch_path(self.agency.id, batch.id),
            back: list_path(self.agency.id),
            facts: BatchFacts::of(&page, self.shelf, (batch, progress), (&self.agency.name, &first, &second)),
            number: lines.as_ref().map_or(1, |of| of.number),
            pages: lines.as_ref().map_or(1, |of| of.pages),
            lines: lines
                .as_ref()
                .map(|of| of.lines.iter().map(|line| BatchLineView::of(&page, self.shelf, line)).collect())
                .unwrap_or_default(),
            is_troubled,
            brings: self.brings(),
            print: self.print(&page, batch).await?,
            shown: batch.shown().to_string(),
            notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            may,
            looked,
            form: said.form,
            problem: said.problem.map(|problem| problem.say(page.lang())).unwrap_or_default(),
            page,
        };
        html_with(said.status, &view)
    }
}

/// What was just done, where it still is so.
fn said_words(batch: &Batch, said: &str) -> &'static str {
    match said {
        "known" => "certificate-batches-said-known",
        "asked" if batch.state == BatchState::Asked => "certificate-batches-said-asked",
        "agreed" if matches!(batch.state, BatchState::Agreed | BatchState::Valid | BatchState::Done) => {
            "certificate-batches-said-agreed"
        }
        "back" if batch.state == BatchState::Refused => "certificate-batches-said-back",
        "looked" if batch.state == BatchState::Asked => "certificate-batches-said-looked",
        "print" if batch.state == BatchState::Done => "certificate-batches-said-print",
        _ => "",
    }
}

/// `GET /staff/agency/{agency}/certificates/batches`.
///
/// # Errors
/// What the database answers.
pub async fn list(
    staff: AgencyWorker,
    link: Query<BatchLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope, agency: &staff.agency };
    let notice = if link.said == "withdrawn" { "certificate-batches-said-withdrawn" } else { "" };
    reader.list(ui, link.page, Said::done(notice)).await
}

/// `GET /staff/agency/{agency}/certificates/batches/template/{kind}`: an empty form, as CSV or XLSX.
///
/// # Errors
/// [`AppError::NotFound`] for any other kind.
pub async fn template(_staff: AgencyWorker, path: Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let headings = BatchColumn::ALL.iter().map(|column| column.heading().to_owned()).collect();
    let table = Table { name: SHEET.to_owned(), headings, lines: Vec::new() };
    table.answer(&path.1, "certificates")?.ok_or(AppError::NotFound)
}

/// What a file or a list comes to: a batch to be kept, or what is wrong with the form.
async fn read_batch(
    (house, staff): (&House, &AgencyOfficer),
    (kind, about, brings): (String, String, Brings),
) -> Result<Result<NewBatch, FieldErrors>, AppError> {
    let agency = &staff.agency;
    let wrong = |field: &'static str, key: &'static str| Ok(Err(vec![FieldError::new(field, Message::of(key))]));
    let (source, content, lines) = match brings {
        Brings::File(file) => {
            let content = file.clone();
            // Unpacking and reading are work for a thread of its own; a file by which the reader fell over is none.
            let read = actix_web::web::block(move || sheet::read(&file)).await.unwrap_or(Err(Unreadable::NoList));
            let mut rows = match read {
                Ok(rows) => rows,
                Err(unreadable) => return Ok(Err(vec![unreadable.at("file")])),
            };
            let first = rows.remove(0);
            let head = match read_batch_head(&first.cells) {
                Ok(head) => head,
                Err(wrong) => return Ok(Err(vec![wrong_head(&wrong)])),
            };
            if rows.is_empty() {
                return wrong("file", "certificate-batches-file-empty");
            }
            let line = |row: &sheet::Line| (i64::try_from(row.number).unwrap_or(i64::MAX), read_batch_line(&head, &row.cells));
            (BatchSource::File, content, rows.iter().map(line).collect())
        }
        Brings::List(list) => {
            let of = (agency, &staff.scope);
            let lines = match service::people_of(house.db.read(), of, (list, &kind, &about)).await {
                Err(BatchError::NoSuchList) => return wrong("from", "certificate-batches-from-choose"),
                Err(BatchError::EmptyList) => return wrong("from", "certificate-batches-from-empty"),
                Err(BatchError::LongList) => return wrong("from", "certificate-batches-from-long"),
                lines => lines?,
            };
            // The same list on another day is another batch: people may have passed more since.
            let mut content = format!("{} {}", list.code(), house.clock().now().day()).into_bytes();
            content.extend(lines.iter().flat_map(|(_, said)| said.who.bytes()));
            (list.source(), content, lines)
        }
    };
    Ok(Ok(NewBatch {
        agency: agency.id,
        code: batch_code(&house.keys, source, (&kind, &about), &content),
        source,
        by: staff.scope.actor(),
        client: None,
        lines,
        kind,
        about,
    }))
}

/// `POST /staff/agency/{agency}/certificates/batches`: a file, or a list of people that the bank has. Where the form comes from is looked at before
/// what stands at the address.
///
/// # Errors
/// What the database answers; what the agency's delegation refuses.
pub async fn upload(
    _officer: Officer,
    request: HttpRequest,
    upload: Upload,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let Uploaded { posted, file } = upload.read("file", MOST_FILE_BYTES).await?;
    let staff = AgencyOfficer::extract(&request).await?;
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope, agency: &staff.agency };
    let again = async |errors: FieldErrors| reader.list(posted.ui.clone(), 0, Said::wrong(&posted, errors)).await;
    let kinds: Vec<String> = kinds_of(&house, &shelf, staff.agency.id).await?.into_iter().map(|(kind, _)| kind).collect();
    let wanted = match wanted(&posted.fields, &kinds, file) {
        Ok(wanted) => wanted,
        Err(errors) => return again(errors).await,
    };
    let new = match read_batch((&house, &staff), (wanted.kind, wanted.about, wanted.from)).await? {
        Ok(new) => new,
        Err(errors) => return again(errors).await,
    };
    let path = |id| batch_path(staff.agency.id, id);
    Ok(match bring_batch(&house.db, &desk_of(&house, &shelf), &new).await? {
        Brought::New(id) => redirect(&path(id)),
        Brought::Known(id) => redirect(&format!("{}?said=known", path(id))),
    })
}

/// `GET /staff/agency/{agency}/certificates/batches/{batch}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of this agency's.
pub async fn one(
    staff: AgencyWorker,
    path: Path<(String, String)>,
    link: Query<BatchLink>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let batch = service::find_batch(house.db.read(), staff.agency.id, id_in(&path.1)?).await?;
    let reader = Reader { house: &house, shelf: &shelf, session: &staff.session, scope: &staff.scope, agency: &staff.agency };
    reader.one(ui, (&batch, &link), Said::default()).await
}

/// `GET /staff/agency/{agency}/certificates/batches/{batch}/progress`: how far it is, in figures.
///
/// # Errors
/// As [`one`].
pub async fn progress(staff: AgencyWorker, path: Path<(String, String)>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let batch = service::find_batch(db, staff.agency.id, id_in(&path.1)?).await?;
    let counts = service::count_batch(db, batch.id).await?;
    let print = service::find_print(db, batch.id).await?;
    let body = json!({
        "state": batch.state.code(), "lines": batch.total, "waiting": counts.waiting, "issued": counts.issued,
        "left_out": counts.wrong + counts.passed, "percent": service::progress_of(&batch),
        "sheets": print.map(|print| json!({ "state": print.state.code(), "done": print.drawn, "of": print.total })),
    });
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body))
}

/// `GET /staff/agency/{agency}/certificates/batches/{batch}/left-out`: the lines that could not be issued or were passed over, as whoever brought them
/// wrote them, with why: to be mended and brought again.
///
/// # Errors
/// As [`one`]; also where there is no such line.
pub async fn left_out(
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let batch = service::find_batch(house.db.read(), staff.agency.id, id_in(&path.1)?).await?;
    let of = (&staff.agency, &staff.scope);
    let lines = service::take_troubled(&house.db, &house.keys, of, (&batch, ui.request)).await?;
    if lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let headings = BatchColumn::ALL.iter().map(|column| column.heading()).chain([REASON]);
    let table = Table {
        name: SHEET.to_owned(),
        headings: headings.map(str::to_owned).collect(),
        lines: lines.iter().map(|(line, said)| left_out_cells(ui.lang, &shelf, line, said)).collect(),
    };
    table.answer("csv", "certificates-left-out")?.ok_or(AppError::NotFound)
}

/// Which batch, and whose hand.
pub(super) fn of(staff: (&Agency, &StaffScope), batch: &str) -> Result<OfBatch, AppError> {
    Ok(OfBatch { agency: staff.0.id, batch: id_in(batch)?, by: staff.1.actor() })
}

/// `POST /staff/agency/{agency}/certificates/batches/{batch}/print`: the sheets of all its certificates, drawn in the background.
///
/// # Errors
/// As [`one`]; where it is not done.
pub async fn print(
    _: Corrector,
    posted: Posted,
    staff: AgencyOfficer,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let of = of((&staff.agency, &staff.scope), &path.1)?;
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::start_print(tx, of).await).await?;
    Ok(redirect(&format!("{}?said=print", batch_path(of.agency, of.batch))))
}

/// `GET /staff/agency/{agency}/certificates/batches/{batch}/sheets/{part}`: a part of the sheets, as one ZIP.
///
/// # Errors
/// As [`one`]; where there is no such part, or whoever takes it may not see everybody on it.
pub async fn sheets(
    staff: AgencyOfficer,
    path: Path<(String, String, String)>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let batch = service::find_batch(house.db.read(), staff.agency.id, id_in(&path.1)?).await?;
    let number: i64 = path.2.parse().map_err(|_| AppError::NotFound)?;
    let by = (&staff.agency, &staff.scope, ui.request);
    let taken = service::take_part(&house.db, (&house.files, &house.keys), by, (&batch, number)).await?;
    let name = format!("attachment; filename=\"certificates-{}-{}.zip\"", batch.brought_at.day(), taken.number);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(taken.file))
}
