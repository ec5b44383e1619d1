//! Ids as they stand in addresses and in fields that nobody fills in.

use std::str::FromStr;

use crate::error::AppError;

/// The id in `text`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none: nothing has it.
pub fn id_in<T: FromStr>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::LearnerId;

    #[test]
    fn nothing_is_found_under_what_is_no_id() {
        let id = "01980000-0000-7000-8000-000000000000";
        assert_eq!(id_in::<LearnerId>(id).unwrap().to_string(), id);
        for text in ["", "1", "01980000-0000-7000-8000-00000000000g", "../../help"] {
            assert!(matches!(id_in::<LearnerId>(text), Err(AppError::NotFound)), "{text}");
        }
    }
}
