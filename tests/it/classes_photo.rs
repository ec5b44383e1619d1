//! A photograph of a card, read on the server: good ones, and everything that may come instead.

use std::io::Cursor;

use credit_bank::classes::{Unreadable, card_in};
use credit_bank::kernel::CardNumber;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use qrcodegen::{QrCode, QrCodeEcc};
use reqwest::cookie::CookieStore;

use crate::classes::Hall;
use crate::support::databases::{Engine, fresh};
use crate::support::raw::says;
use crate::support::server::{Answer, Person};

const SITE: &str = "https://xuefen.example.cn";

/// A photograph of a card that lies a little askew on a grey table, with the code of `text` on it.
fn photograph(text: &str, width: u32, format: ImageFormat) -> Vec<u8> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let height = width * 3 / 4;
    let side = f64::from(height) * 0.6;
    let module = side / f64::from(code.size() + 8);
    let (sin, cos) = (0.12_f64.sin(), 0.12_f64.cos());
    let point = |x: u32, y: u32| {
        let (x, y) = (f64::from(x) - f64::from(width) / 2.0, f64::from(y) - f64::from(height) / 2.0);
        let (x, y) = (x * cos + y * sin + side / 2.0, y * cos - x * sin + side / 2.0);
        if !(0.0..side).contains(&x) || !(0.0..side).contains(&y) {
            return Luma([150_u8]);
        }
        let (column, row) = ((x / module) as i32 - 4, (y / module) as i32 - 4);
        Luma([if code.get_module(column, row) { 40 } else { 225 }])
    };
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(GrayImage::from_fn(width, height, point)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn plain(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(GrayImage::from_pixel(width, height, Luma([200]))).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Sends a form in parts, as a browser does.
pub async fn uploads(person: &Person, shown: &Answer, path: &str, photo: Option<&[u8]>) -> Answer {
    let mut body = Vec::new();
    for name in ["csrf", "once"] {
        let value = shown.input(name);
        body.extend(format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let name = if photo.is_some() { "card.jpg" } else { "" };
    let head = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(photo.unwrap_or_default());
    body.extend(b"\r\n--xyz--\r\n");
    let request = person.client.post(format!("{}{path}", person.url));
    let response = request.header("content-type", "multipart/form-data; boundary=xyz").body(body).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let location = headers.get("location").map(|value| value.to_str().unwrap().to_owned());
    Answer { status, location, headers, body: response.text().await.unwrap() }
}

#[test]
fn a_card_is_read_in_photographs_large_and_small() {
    let card = CardNumber::from_body(123_456_789);
    let text = format!("{SITE}/c/{}", card.as_str());
    for (width, format) in [(640, ImageFormat::Jpeg), (1600, ImageFormat::Png), (4000, ImageFormat::Jpeg)] {
        assert_eq!(card_in(&photograph(&text, width, format), SITE), Ok(card.clone()), "{width} {format:?}");
    }
}

#[test]
fn what_is_not_our_card_is_told_apart() {
    let of = |text: &str| card_in(&photograph(text, 800, ImageFormat::Jpeg), SITE);
    assert_eq!(of("https://pay.example.com/c/1234567897"), Err(Unreadable::OtherHouse));
    assert_eq!(of("https://xuefen.example.cn/courses/T19"), Err(Unreadable::NoCard));
    assert_eq!(card_in(&plain(800, 600, ImageFormat::Png), SITE), Err(Unreadable::NoCode));
    assert_eq!(
        card_in(&plain(6000, 4100, ImageFormat::Png), SITE),
        Err(Unreadable::TooLarge),
        "24.6 million points in a few bytes"
    );
    let good = photograph(&format!("{SITE}/c/1234567897"), 800, ImageFormat::Jpeg);
    assert!(card_in(&good[..good.len() / 3], SITE).is_err(), "a third of a photograph");
}

async fn hall() -> (Hall, String, CardNumber) {
    let hall = Hall::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let class = hall.plans(&[]).await;
    let (_, wang) = hall.bank.learner("王桂英", 1, Some("330182001")).await;
    let card = hall.card_of(wang).await;
    hall.begins().await;
    (hall, class, card)
}

#[actix_web::test]
async fn a_photograph_leads_to_the_check_in_and_a_bad_one_says_how_to_go_on() {
    let (hall, class, card) = hall().await;
    let path = format!("{class}/photo");
    let page = hall.li.opens(&class).await;
    let text = format!("{}/c/{}", hall.bank.url, card.as_str());
    let good = uploads(&hall.li, &page, &path, Some(&photograph(&text, 900, ImageFormat::Jpeg))).await;
    let id = class.rsplit('/').next().unwrap();
    assert_eq!(good.location, Some(format!("/c/{}?way=photo&class={id}", card.as_str())), "{}", good.body);
    let confirm = hall.li.opens(good.location.as_deref().unwrap()).await;
    assert!(confirm.body.contains("王桂英 来上课") && confirm.input("way") == "photo", "{}", confirm.body);
    let fields = [("card", card.as_str()), ("class", id), ("way", "photo")];
    assert_eq!(hall.li.sends(&confirm, "/staff/check-in", &fields).await.status, 303);
    let other = photograph("https://pay.example.com/c/1234567897", 900, ImageFormat::Jpeg);
    for (photo, words) in [
        (None, "没有收到照片"),
        (Some(b"%PDF-1.4".to_vec()), "没有收到照片"),
        (Some(plain(900, 700, ImageFormat::Jpeg)), "照片里没有看到码"),
        (Some(other), "是别处的"),
        (Some(plain(6000, 4100, ImageFormat::Png)), "照片太大了"),
    ] {
        let bad = uploads(&hall.li, &page, &path, photo.as_deref()).await;
        assert!(
            bad.status == 422 && bad.body.contains(words) && bad.body.contains("写卡号"),
            "{words}: {} {}",
            bad.status,
            bad.body
        );
    }
    hall.bank.close().await;
}

#[actix_web::test]
async fn a_file_is_taken_where_one_is_asked_for_from_our_own_page_and_within_bounds() {
    let (hall, class, _) = hall().await;
    let path = format!("{class}/photo");
    let page = hall.li.opens(&class).await;
    let large = uploads(&hall.li, &page, &path, Some(&vec![7; 9 * 1024 * 1024])).await;
    assert!(large.status == 413 && large.body.contains("8 兆"), "{} {}", large.status, large.body);
    // 50 MB are refused by what the head says, before a byte of them is read.
    let cookies = hall.li.jar.cookies(&hall.bank.url.parse().unwrap()).unwrap();
    let cookies = cookies.to_str().unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: bank\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: 52428800\r\nCookie: {cookies}\r\n\r\n"
    );
    let early = says(&hall.bank.url, head.into_bytes()).await;
    assert!(early.status() == 413 && early.seconds < 1.0, "{} {}", early.status(), early.seconds);
    let elsewhere = uploads(&hall.li, &page, "/help", Some(b"x")).await;
    assert_eq!(elsewhere.status, 400, "no other form takes files");
    let strange = Person::with(&hall.bank.url, reqwest::header::HeaderMap::new());
    assert_eq!(uploads(&strange, &page, &path, Some(b"x")).await.status, 303, "not signed in");
    let (far, _) = hall.bank.staff("别人", credit_bank::identity::Role::Volunteer, "330182002").await;
    let own = far.opens("/staff/groups/add").await;
    assert_eq!(uploads(&far, &own, &path, Some(b"x")).await.status, 404);
    assert_eq!(uploads(&hall.li, &own, &path, Some(b"x")).await.status, 403, "a token of another browser");
    let broken = hall.li.client.post(format!("{}{path}", hall.bank.url));
    let broken =
        broken.header("content-type", "multipart/form-data; boundary=xyz").body("--xyz\r\nnonsense").send().await.unwrap();
    assert!(matches!(broken.status().as_u16(), 400 | 403), "{}", broken.status());
    hall.bank.close().await;
}
