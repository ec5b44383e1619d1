//! The second factor of staff: time-based codes (RFC 6238), six digits, 30 seconds, one step to either side, each step used once.

use totp_rs::{Algorithm, Builder, Totp};

use super::Error;
use super::values::are_digits;
use crate::kernel::Timestamp;
use crate::web::QrPicture;

/// Bytes of the shared secret (RFC 4226 recommends 160 bits).
pub(super) const SECRET_BYTES: usize = 20;

fn totp(secret: &[u8], login: &str, issuer: &str) -> Result<Totp, Error> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret.to_vec())
        .with_account_name(login.replace(':', " "))
        .with_issuer(Some(issuer.replace(':', " ")))
        .build()
        .map_err(|error| Error::Computed(error.to_string()))
}

/// The step that `code` belongs to, if it is of now or a neighbour and after `last_step`.
///
/// # Errors
/// Where the secret cannot be used.
pub(super) fn step_of(secret: &[u8], code: &str, now: Timestamp, last_step: i64) -> Result<Option<i64>, Error> {
    if !(code.len() == 6 && are_digits(code)) {
        return Ok(None);
    }
    let seconds = u64::try_from(now.ms().div_euclid(1_000)).unwrap_or(0);
    let step = totp(secret, "x", "x")?.check(code, seconds).and_then(|step| i64::try_from(step).ok());
    Ok(step.filter(|step| *step > last_step))
}

/// What a member of staff puts into the app: the address for the QR code, and the secret as text in groups of four.
#[derive(Clone, Debug)]
pub struct SetupCode {
    /// The path of a QR code, in an SVG of `size` units.
    pub qr_path: String,
    /// Units of the picture's side, its quiet zone of four included.
    pub size: i32,
    /// The secret to type where no camera is at hand.
    pub text: String,
}

/// The picture and the text of a secret.
///
/// # Errors
/// Where the secret cannot be used.
pub(super) fn setup_code(secret: &[u8], login: &str, issuer: &str) -> Result<SetupCode, Error> {
    let totp = totp(secret, login, issuer)?;
    let address = totp.to_url().map_err(|error| Error::Computed(error.to_string()))?;
    let picture = QrPicture::of(&address).ok_or_else(|| Error::Computed("the address is too long for a QR code".to_owned()))?;
    let text = totp_rs::Secret::from(secret.to_vec()).to_base32();
    let text = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    Ok(SetupCode { qr_path: picture.path, size: picture.size, text })
}

/// The code of an instant: for tests and the set-up of sample people.
///
/// # Errors
/// Where the secret cannot be used.
pub fn code_at(secret: &[u8], now: Timestamp) -> Result<String, Error> {
    let seconds = u64::try_from(now.ms().div_euclid(1_000)).unwrap_or(0);
    Ok(totp(secret, "x", "x")?.generate(seconds).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of the SHA-1 vectors.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_the_standard_hold() {
        // The standard shows eight digits; ours are the last six.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")] {
            let now = Timestamp::from_ms(seconds * 1_000);
            assert_eq!(code_at(SECRET, now).unwrap(), code);
            assert_eq!(step_of(SECRET, code, now, 0).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn a_step_counts_with_its_neighbours_and_never_twice() {
        let now = Timestamp::from_ms(1_111_111_109_000);
        let code = code_at(SECRET, now).unwrap();
        let step = 1_111_111_109 / 30;
        for (seconds, counts) in [(-60, false), (-30, true), (0, true), (30, true), (31, false)] {
            let then = now.plus_ms(seconds * 1_000);
            assert_eq!(step_of(SECRET, &code, then, 0).unwrap().is_some(), counts, "{seconds}");
        }
        assert_eq!(step_of(SECRET, &code, now, step).unwrap(), None);
        assert_eq!(step_of(SECRET, &code, now, step - 1).unwrap(), Some(step));
    }

    #[test]
    fn a_secret_is_shown_as_picture_and_as_text() {
        let shown = setup_code(SECRET, "wang", "学分银行").unwrap();
        assert_eq!(shown.text, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(shown.size > 30 && shown.qr_path.starts_with("M4 4h7v1h-7z"));
    }
}
