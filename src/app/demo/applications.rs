//! One application that waits: with a picture of a certificate, sent to the county's agency.

use std::io::Cursor;

use super::{County, Sample, words};
use crate::applications::{self, Details, Elsewhere, Error};
use crate::conversions::{self, Direction};
use crate::db::{OnceKey, Tx};
use crate::kernel::{ApplicationId, digest_of};

/// Days ago that it was sent.
const SINCE: i64 = 4;
const WHO: &str = "wang";
const NUMBER: &str = "SQKD-2025-000815";

pub(super) async fn settle(county: &County) -> Result<(), String> {
    county.turn_to(SINCE, "applications");
    let today = county.clock.now().day();
    let rules = conversions::rules_in_force(county.past.db.read(), Direction::In, today).await.map_err(words)?;
    let Some(rule) = rules.into_iter().next().map(|rule| rule.id) else { return Ok(()) };
    let sample: Sample = county.sample(WHO)?.clone();
    let (acting, accounts, standing) = (sample.acting, vec![sample.acting.learner], sample.standing(county.clock.now()));
    let (of, whose) = (standing.clone(), accounts.clone());
    let begin = async move |tx: &Tx| Ok(applications::begin(tx, &acting, &of, rule).await?.to_string());
    let id: ApplicationId = county.step::<Error, _>("application-begun", begin).await?.parse().map_err(words)?;
    let file = applications::keep_file(&county.past, acting.learner, certificate()?).await.map_err(words)?;
    let add = async move |tx: &Tx| applications::add_file(tx, &whose, id, &file).await.map(|()| String::new());
    county.step::<Error, _>("application-file", add).await?;
    let details = Details { number: NUMBER.to_owned(), value: 750, passed: today.minus_days(200), elsewhere: Elsewhere::No };
    let once = OnceKey::parse("sample-form-application").ok_or_else(|| words(NUMBER))?;
    let (digest, keys) = (digest_of(&[NUMBER.as_bytes()]), county.past.keys.clone());
    let send = async move |tx: &Tx| {
        let who = (&acting, accounts.as_slice(), &standing);
        applications::send(tx, &keys, who, (id, rule, &details), (&once, &digest)).await.map(|()| String::new())
    };
    county.step::<Error, _>("application-sent", send).await.map(|_| ())
}

/// A sheet of paper with lines on it.
fn certificate() -> Result<Vec<u8>, String> {
    let picture = image::RgbImage::from_fn(640, 440, |x, y| {
        let is_line = y % 48 < 3 && (80..560).contains(&x) && y > 60;
        if is_line { image::Rgb([70, 70, 90]) } else { image::Rgb([250, 246, 232]) }
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(words)?;
    Ok(bytes.into_inner())
}
