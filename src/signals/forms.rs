//! What the forms of this subject say, parsed.

use super::State;
use crate::i18n::Message;
use crate::recognition::LookVerdict;
use crate::web::{FieldError, FieldErrors, Fields};

fn unknown() -> FieldErrors {
    vec![FieldError::new("doing", Message::of("signal-doing-unknown"))]
}

/// What somebody says who looked at a signal.
pub(super) fn said(fields: &Fields) -> Result<State, FieldErrors> {
    State::from_code(fields.get("doing")).filter(|state| *state != State::Open).ok_or_else(unknown)
}

/// What somebody says who looked at a pass.
pub(super) fn verdict(fields: &Fields) -> Result<LookVerdict, FieldErrors> {
    match fields.get("doing") {
        "credit" => Ok(LookVerdict::Credit),
        "doubt" => Ok(LookVerdict::Doubt),
        _ => Err(unknown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_one_of_the_buttons_is_refused() {
        let of = |doing: &str| Fields::from_pairs(&[("doing", doing)]);
        assert_eq!((said(&of("fine")).unwrap(), said(&of("asked")).unwrap()), (State::Fine, State::Asked));
        assert_eq!((verdict(&of("credit")).unwrap(), verdict(&of("doubt")).unwrap()), (LookVerdict::Credit, LookVerdict::Doubt));
        for wrong in ["", "open", "burn"] {
            assert!(said(&of(wrong)).is_err() && verdict(&of(wrong)).is_err(), "{wrong}");
        }
    }
}
