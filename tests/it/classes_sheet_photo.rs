//! A photograph of the paper sheet: kept for a while beside what is typed, never needed.

use credit_bank::classes::{Unreadable, copy_of};
use credit_bank::identity::Role;
use entity::{class_sheet_photo, file_use};
use image::{GenericImageView, ImageFormat};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::classes::{Hall, remind, sends};
use crate::classes_photo::{plain, uploads};
use crate::support::server::{Bank, Person};

/// A photograph that says where it was taken, as telephones' do, and that it lies on its side.
fn taken_somewhere() -> Vec<u8> {
    let photo = plain(600, 400, ImageFormat::Jpeg);
    // One entry of the first directory: the orientation, 6, a quarter turn to the right.
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(b"29.47N 119.28E");
    let mut bytes = photo[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&photo[2..]);
    bytes
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// How many photographs there are, and how many files are used.
async fn kept(bank: &Bank) -> (u64, u64) {
    let db = bank.house.db.read();
    (class_sheet_photo::Entity::find().count(db).await.unwrap(), file_use::Entity::find().count(db).await.unwrap())
}

/// Sends a photograph of the sheet from a fresh form.
async fn adds(person: &Person, class: &str, photo: Option<&[u8]>) -> crate::support::server::Answer {
    let form = person.opens(&format!("{class}/sheet")).await;
    uploads(person, &form, &format!("{class}/sheet-photo"), photo).await
}

#[test]
fn a_copy_is_upright_small_and_says_nothing_of_where_it_was_taken() {
    let bytes = taken_somewhere();
    let copy = copy_of(&bytes).unwrap();
    assert_eq!(image::load_from_memory(&copy).unwrap().dimensions(), (400, 600));
    assert!(holds(&bytes, b"119.28E") && !holds(&copy, b"119.28E") && !holds(&copy, b"Exif"));
    let large = copy_of(&plain(5000, 3000, ImageFormat::Png)).unwrap();
    assert_eq!(image::load_from_memory(&large).unwrap().dimensions(), (2000, 1200));
    assert_eq!(copy_of(&plain(6000, 4100, ImageFormat::Png)), Err(Unreadable::TooLarge));
    assert_eq!(copy_of(b"%PDF-1.4"), Err(Unreadable::NoPicture));
    assert_eq!(copy_of(&bytes[..bytes.len() / 2]).err(), Some(Unreadable::NoPicture));
}

crate::on_both! {
    async fn a_photograph_is_sealed_seen_by_hosts_of_the_place_and_gone_after_thirty_days(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        hall.begins().await;
        let form = hall.li.opens(&format!("{class}/sheet")).await;
        assert!(form.body.contains("没有也一样办"), "{}", form.body);
        for _ in 0..2 {
            let sent = uploads(&hall.li, &form, &format!("{class}/sheet-photo"), Some(&taken_somewhere())).await;
            assert_eq!(sent.location, Some(format!("{class}/sheet?said=photo")), "{}", sent.body);
        }
        assert_eq!(kept(&hall.bank).await, (1, 1), "twice is once");
        let row = class_sheet_photo::Entity::find().one(hall.bank.house.db.read()).await.unwrap().unwrap();
        let digest = credit_bank::kernel::Digest::from_slice(&row.file).unwrap();
        let lies = hall.bank.house.files.get(digest).await.unwrap().unwrap();
        assert!(image::load_from_memory(&lies).is_err(), "sealed");
        let path = format!("{class}/sheet-photo/{}", row.id);
        let page = hall.li.opens(&format!("{class}/sheet?said=photo")).await;
        assert!(page.body.contains("照片放上了") && page.body.contains(&path), "{}", page.body);
        let seen = hall.li.opens(&path).await;
        assert_eq!((seen.status, seen.headers["content-type"].to_str().unwrap(), seen.headers["cache-control"].to_str().unwrap()), (200, "image/jpeg", "no-store"));
        let (far, _) = hall.bank.staff("别人", Role::Volunteer, "330182002").await;
        assert_eq!(far.opens(&path).await.status, 404);
        assert_eq!(far.sends(&far.opens("/staff/groups/add").await, &path, &[]).await.status, 404);
        assert_eq!(hall.bank.visitor().opens(&path).await.status, 303);
        hall.turns_to(48 + 29 * 24).await;
        remind(&hall.bank).await;
        assert_eq!(kept(&hall.bank).await, (1, 1));
        hall.turns_to(48 + 31 * 24).await;
        remind(&hall.bank).await;
        assert_eq!(kept(&hall.bank).await, (0, 0));
        hall.bank.close().await;
    }

    async fn what_is_no_photograph_is_told_and_typing_goes_on(fresh: Fresh) {
        let hall = Hall::over(fresh).await;
        let class = hall.plans(&[]).await;
        hall.begins().await;
        let small = plain(60, 40, ImageFormat::Png);
        for (photo, words) in [
            (None, "没有收到照片"),
            (Some(b"%PDF-1.4".to_vec()), "没有收到照片"),
            (Some(plain(6000, 4100, ImageFormat::Png)), "照片太大了"),
        ] {
            let bad = adds(&hall.li, &class, photo.as_deref()).await;
            assert!(bad.status == 422 && bad.body.contains(words) && bad.body.contains("直接写"), "{words}: {} {}", bad.status, bad.body);
        }
        assert_eq!(adds(&hall.li, &class, Some(&vec![7; 9 * 1024 * 1024])).await.status, 413);
        let form = hall.li.opens(&format!("{class}/sheet")).await;
        let (far, _) = hall.bank.staff("别人", Role::Volunteer, "330182002").await;
        let own = far.opens("/staff/groups/add").await;
        let path = format!("{class}/sheet-photo");
        assert_eq!(uploads(&far, &own, &path, Some(&small)).await.status, 404);
        assert_eq!(uploads(&far, &form, &path, Some(&small)).await.status, 403, "a token of another browser");
        assert_eq!(uploads(&hall.bank.visitor(), &form, &path, Some(&small)).await.status, 303);
        for _ in 0..6 {
            assert_eq!(adds(&hall.li, &class, Some(&small)).await.status, 303);
        }
        let full = adds(&hall.li, &class, Some(&small)).await;
        assert!(full.status == 422 && full.body.contains("最多放 6 张"), "{} {}", full.status, full.body);
        let first = class_sheet_photo::Entity::find().one(hall.bank.house.db.read()).await.unwrap().unwrap().id;
        for _ in 0..2 {
            let dropped = sends(&hall.li, &format!("{class}/sheet"), &format!("{path}/{first}"), &[]).await;
            assert_eq!(dropped.location, Some(format!("{class}/sheet")), "twice is once");
        }
        assert_eq!(kept(&hall.bank).await.0, 5);
        let end = format!("{class}/end");
        assert_eq!(sends(&hall.li, &end, &end, &[]).await.status, 303);
        let late = uploads(&hall.li, &form, &path, Some(&small)).await;
        assert!(late.status == 422 && late.body.contains("下课"), "{} {}", late.status, late.body);
        hall.bank.close().await;
    }
}
