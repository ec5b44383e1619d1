//! Results that programs of agencies bring to be recognised: the first of two acts, as rolls that people bring are.

use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::agency_forms::{PageQuery, RecognitionWish};
use super::agency_views::{Recognition, RecognitionPage};
use super::guard::{OfAgency, Recognise};
use super::input::{Asked, Room, answered, asked_once, canonical, json_of, read_from};
use super::{cursor, describe};
use crate::clients;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::RollId;
use crate::rolls::{self, Column, NewRoll, Read};
use crate::web::{House, id_in, sheet};

type Answer = Result<HttpResponse, AppError>;

/// Five thousand lines, over a thin line.
const ROOM: Room = Room { bytes: 2 * 1024 * 1024, seconds: 60 };
/// The columns of every line.
const HEAD: [Column; 4] = [Column::Who, Column::Number, Column::Value, Column::Day];

/// Brings results of a partner to be recognised by one rule: at most 5,000 lines. The bank looks at them; what is in order waits for a person of the
/// agency, who agrees or not. The same lines by the same rule are the same results, however often they are brought.
#[utoipa::path(post, path = "/api/v1/recognitions", tag = "agency", security(("client" = ["recognise"])),
    params(("Idempotency-Key" = String, Header, description = "8 to 128 printable characters", min_length = 8, max_length = 128)),
    request_body(content = RecognitionWish, content_type = "application/json"),
    responses((status = 202, description = "They are looked at", body = Recognition), describe::OfAgencies))]
pub async fn bring_recognition(
    who: OfAgency<Recognise>,
    request: HttpRequest,
    payload: web::Payload,
    house: Data<House>,
    shelf: Shelf,
) -> Answer {
    let body = json_of(&request, payload, ROOM).await?;
    let asked = asked_once(&request, who.client, &body)?;
    let work = async || bring(&house, &shelf, &who, &body).await;
    Ok(answered(clients::once_over(&house.db, &house.keys, &asked, work).await?))
}

async fn bring(house: &House, shelf: &Shelf, who: &OfAgency<Recognise>, body: &Value) -> Result<(u16, Recognition), AppError> {
    let wish: RecognitionWish = read_from(body)?;
    let levels = wish.check()?;
    let invalid = |field: &str, key: &'static str| AppError::Invalid(vec![(field.to_owned(), Message::of(key))]);
    let rules = rolls::open_rules(house.db.read(), who.agency.id, house.clock().now().day()).await?;
    let rule = rules.into_iter().find(|rule| rule.id == wish.rule).ok_or_else(|| invalid("rule", "rolls-rule-choose"))?;
    let worth = shelf.worth_of(&rule.unit).ok_or_else(|| invalid("rule", "rolls-rule-choose"))?;
    if levels.identity < rule.least.identity {
        return Err(invalid("identity_level", "rolls-level-low"));
    }
    if levels.supervision < rule.least.supervision {
        return Err(invalid("supervision_level", "rolls-level-low"));
    }
    let lines = wish.lines.into_iter().enumerate();
    let lines = lines.map(|(at, line)| sheet::Line { number: at + 1, cells: vec![line.who, line.number, line.value, line.day] });
    let new = NewRoll {
        agency: who.agency.id,
        rule: rule.id,
        worth,
        levels,
        file: rolls::file_code(&house.keys, canonical(body).as_bytes(), (rule.id, levels)),
        by: who.officer,
        client: Some(who.client),
        head: HEAD.map(Some).to_vec(),
        lines: lines.collect(),
    };
    let (Read::New(id) | Read::Known(id)) = rolls::keep_roll(&house.db, &house.keys, &new).await?;
    let roll = rolls::find_roll(house.db.read(), who.agency.id, id).await?;
    Ok((202, Recognition::from(&roll)))
}

/// What became of results that were brought: how far they are, and the lines in which something is wrong, page by page.
#[utoipa::path(get, path = "/api/v1/recognitions/{id}", tag = "agency", security(("client" = ["recognise"])),
    params(("id" = String, Path, description = "Its id", format = "uuid"), PageQuery),
    responses((status = 200, description = "How far they are", body = RecognitionPage), describe::OfAgencies))]
pub async fn recognition(who: OfAgency<Recognise>, id: Path<String>, asked: Asked<PageQuery>, house: Data<House>) -> Answer {
    let (db, id) = (house.db.read(), id_in::<RollId>(&id)?);
    let roll = rolls::find_roll(db, who.agency.id, id).await?;
    let list = format!("recognition {id}");
    let after = match &asked.0.after {
        Some(after) => cursor::opened(&house.keys, &list, after)?.0,
        None => 0,
    };
    // One more tells whether there is another page.
    let mut lines = rolls::list_troubled(db, id, (after, asked.0.limit + 1)).await?;
    let has_more = lines.len() > usize::try_from(asked.0.limit).unwrap_or(usize::MAX);
    if has_more {
        lines.pop();
    }
    let last = lines.last().filter(|_| has_more).map(|line| cursor::sealed(&house.keys, &list, (line.number, id.uuid())));
    Ok(HttpResponse::Ok().json(RecognitionPage::of(&roll, &lines, last)))
}
