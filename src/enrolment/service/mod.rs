//! What is done here. Every function takes the write transaction or a reader, and never opens its own; but the work of a list, which takes
//! many commits.

mod batch;
mod checking;
mod desk;
mod formats;
mod reading;
mod work;

pub use batch::{
    Shown, can_be_broken_off, decide, decide_row, empty_given_up, empty_old, find_batch, give_up, list_batches, list_cards,
    list_rows, note_taken, page_of_batch,
};
pub use checking::{CHECK, check};
pub use desk::{
    Decided, Enrolled, cards_of_today, enrol, export, find_enrolment, forget, keep_blanks, list_enrolments, look_alike,
    remembered,
};
pub use formats::{find_format, keep_format};
pub use reading::{NewBatch, Read, file_code, keep_list};
pub use work::{RUN, run};
