//! What this subject keeps, and for how long.

use crate::kernel::{DataClass, Kept, Term};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("certificate", DataClass::Record, Term::Permanent),
    Kept::new("certificate_number", DataClass::Record, Term::Permanent),
    Kept::new("certificate_code", DataClass::Record, Term::Permanent),
    Kept::new("certificate_version", DataClass::Record, Term::Permanent),
    Kept::new("certificate_cite", DataClass::Record, Term::Permanent),
    Kept::new("certificate_event", DataClass::Record, Term::Permanent),
    Kept::new("certificate_request", DataClass::Record, Term::Permanent),
    Kept::new("certificate_status", DataClass::Record, Term::Permanent),
    Kept::new("status_list", DataClass::Impersonal, Term::Permanent),
    Kept::new("certificate_batch", DataClass::Trail, Term::Permanent),
    Kept::new("certificate_batch_line", DataClass::Record, Term::Days(30)),
    Kept::new("certificate_print", DataClass::Impersonal, Term::Days(30)),
    Kept::new("certificate_print_part", DataClass::Record, Term::Days(30)),
    Kept::new("share", DataClass::Record, Term::Years(3)),
    Kept::new("share_token", DataClass::Record, Term::Years(3)),
    Kept::new("share_look", DataClass::Trail, Term::Years(3)),
    Kept::new("verify_tally", DataClass::Impersonal, Term::Days(2)),
];
