//! Every view in every state that its samples show: what is drawn is sound, and the gallery leads through all of it.

use std::collections::BTreeSet;

use credit_bank::app::hung;
use credit_bank::i18n::Lang;
use credit_bank::web::{Font, Page};

use crate::support::databases::{Engine, fresh};
use crate::support::markup::faults;
use crate::support::server::{Answer, Bank, SHELF};

/// A page for a reader of this language and text size.
fn frame(lang: Lang, font: Font) -> Page {
    let mut page = Page::sample(lang);
    page.ui.font = font;
    page
}

#[test]
fn every_view_is_sound_in_every_state_language_and_text_size() {
    let mut found = BTreeSet::new();
    for view in hung() {
        for lang in Lang::ALL {
            for font in Font::ALL {
                let samples = view.samples(&frame(lang, font), &SHELF);
                assert!(!samples.is_empty(), "{view:?} shows nothing");
                for (number, sample) in (1..).zip(samples) {
                    let page = sample.unwrap_or_else(|error| panic!("{view:?} {number}: {error}"));
                    let of_sample = faults(&page, lang, font).into_iter();
                    found.extend(of_sample.map(|fault| format!("{view:?} {number} ({}): {fault}", lang.tag())));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The addresses of samples that `page` links to, in order.
fn ways(page: &Answer) -> Vec<String> {
    let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|href| href.starts_with("/dev/gallery/")).map(str::to_owned).collect()
}

#[actix_web::test]
async fn the_gallery_leads_from_each_view_to_the_next_and_back() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let reader = bank.visitor();
    let index = reader.opens("/dev/gallery").await;
    assert_eq!(index.status, 200);
    let all = ways(&index);
    assert!(all.len() > hung().len() * 2, "{}", all.len());
    let firsts: Vec<usize> = (0..all.len()).filter(|at| all[*at].ends_with("/1")).collect();
    assert_eq!(firsts.len(), hung().len());
    for at in firsts {
        let beside = [at.checked_sub(1), Some(at + 1)];
        let beside: Vec<String> = beside.iter().flatten().filter_map(|at| all.get(*at).cloned()).collect();
        let sample = reader.opens(&all[at]).await;
        assert_eq!((sample.status, ways(&sample)), (200, beside), "{}", all[at]);
    }
    let last = reader.opens(all.last().unwrap()).await;
    assert_eq!(ways(&last), [all[all.len() - 2].clone()]);
    bank.close().await;
}

#[actix_web::test]
async fn a_sample_is_shown_in_the_readers_own_language_and_text_size() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let path = "/dev/gallery/identity.NamePage/2";
    for (font, lang) in [(Font::Normal, Lang::Chinese), (Font::Xlarge, Lang::English)] {
        let reader = bank.visitor_with("10.0.0.1", &[("font", font.code()), ("lang", lang.tag())]);
        let page = reader.opens(path).await;
        assert_eq!((page.status, faults(&page.body, lang, font)), (200, Vec::new()));
        assert!(page.body.contains(&lang.t("gallery-after")), "{}", page.body);
        // A reader who changes the size comes back to the same sample.
        assert!(page.body.contains("/font?to=large&#38;back=%2Fdev%2Fgallery%2Fidentity.NamePage%2F2"), "{}", page.body);
    }
    bank.close().await;
}

#[actix_web::test]
async fn nothing_that_a_sample_shows_can_be_sent() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let reader = bank.visitor();
    let sample = reader.opens("/dev/gallery/help.HelpPage/1").await;
    let policies: Vec<&str> = sample.headers.get_all("content-security-policy").iter().map(|one| one.to_str().unwrap()).collect();
    assert_eq!(policies.len(), 2);
    assert!(policies.contains(&"form-action 'none'") && policies.iter().any(|policy| policy.contains("default-src 'none'")));
    assert_eq!(sample.input("csrf"), "");
    let sent = reader.sends(&sample, "/help", &[("phone", "13800000000"), ("when", "morning")]).await;
    assert_eq!(sent.status, 403);
    let plain = reader.opens("/help").await;
    assert_eq!(plain.headers.get_all("content-security-policy").iter().count(), 1);
    bank.close().await;
}

#[actix_web::test]
async fn a_sample_that_hangs_nowhere_is_not_found_and_in_production_none_is() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    for path in ["identity.NamePage/0", "identity.NamePage/99", "identity.Nothing/1", "identity.NamePage/x"] {
        assert_eq!(bank.visitor().opens(&format!("/dev/gallery/{path}")).await.status, 404, "{path}");
    }
    bank.close().await;
    let bank = Bank::over_with(fresh(Engine::Sqlite).await.unwrap(), |config| config.production = true).await;
    for path in ["/dev/gallery", "/dev/gallery/identity.NamePage/1"] {
        assert_eq!(bank.visitor().opens(path).await.status, 404, "{path}");
    }
    bank.close().await;
}
