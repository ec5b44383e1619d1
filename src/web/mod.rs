//! The mechanics of pages: what a request says of its reader, forms and their errors, CSRF, error pages, headers, static files.
//!
//! Kept here: a POST without the page's own token or from another site is refused before anybody reads it ([`Posted`]);
//! every answer carries the security headers ([`finish`]); an error page keeps the reader's language and text size;
//! what was typed is cleaned once ([`text`]) and never lost ([`Filled`], [`Kept`]).

mod address;
mod again;
pub mod assets;
mod days;
mod fields;
mod finish;
mod gallery;
mod house;
mod ids;
mod kept;
mod list_page;
pub mod metrics;
mod page;
mod phrases;
mod posted;
mod problem;
mod qr;
mod ranges;
mod received;
mod rooms;
pub mod samples;
mod sender;
pub mod sheet;
mod spreadsheet;
pub mod text;
mod ui;
mod upload;
mod words;

pub use address::{address_of, client_address};
pub use again::Kept;
pub use days::day_words;
pub use fields::{FieldError, FieldErrors, Fields, Filled};
pub use finish::{Allowance, CookieAgain, PERMISSIONS, finish};
pub use gallery::{Exhibit, ExhibitOf, Hanging, Samples, drawn};
pub use house::House;
pub use ids::id_in;
pub use kept::KeptTables;
pub use list_page::{ListPage, PageOf};
pub use page::{Duties, Page, Tab, Who, html, html_with, redirect};
pub use phrases::phrases;
pub use posted::Posted;
pub use problem::{PROBLEM_KINDS, Problem, ProblemField};
pub use qr::QrPicture;
pub use ranges::{Part, content_range, part_asked_for, stream_of};
pub use rooms::Rooms;
pub use samples::SAMPLES;
pub use spreadsheet::{Table, plain_cell};
pub use ui::{Font, Ui, cookie_name, keep_cookie, local_path, session_cookie};
pub use upload::{SentFile, Upload, Uploaded};
pub use words::{day_in, time_in, times_in};

/// Whether a method only reads: then the address may be opened again.
fn is_read(method: &actix_web::http::Method) -> bool {
    matches!(method.as_str(), "GET" | "HEAD")
}

/// Name of the cookie that holds the session's token (with `__Host-` before it over https).
pub const SESSION_COOKIE: &str = "session";
/// Name of the cookie that ties forms to a browser.
pub const VISIT_COOKIE: &str = "visit";
/// Name of the cookie that marks a browser somebody has signed in from.
pub const DEVICE_COOKIE: &str = "device";
