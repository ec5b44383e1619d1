//! A roll as long as a partner's register of a year.

use crate::agencies::TOWN;
use crate::rolls::{Rolls, crowd, lines_of, works};

const PEOPLE: usize = 10_000;

crate::on_both! {
    #[ignore = "long: ten thousand people are enrolled before their results come"]
    async fn three_wrong_lines_of_ten_thousand_are_named_and_the_mended_file_is_credited_once(fresh: Fresh) {
        let rolls = Rolls::allowed(fresh, "0.5", "2500").await;
        let people = crowd(rolls.bank(), PEOPLE, TOWN).await;
        let good = lines_of(&people);
        let mut bad = good.clone();
        bad[16] = bad[16].replace(",1,2026", ",很多,2026");
        bad[5000] = bad[5000].replace("2026-01-08", "2026-03-09");
        bad[9999] = bad[9999].replace("ZJ-09999", "zj 00003");
        let page = rolls.brings(rolls.rule, &bad).await;
        let shown = rolls.zhao.opens(&page).await;
        for words in ["有 3 行要改", ">18<", "学分不对", ">5002<", "还没到", ">10001<", "和第 5 行是同一个编号"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        assert_eq!(rolls.asks(&page).await.status, 409);
        assert_eq!((rolls.credited().await, rolls.quota_used().await), (0, 0));
        let mended = rolls.brings(rolls.rule, &good).await;
        assert_eq!((rolls.asks(&mended).await.status, rolls.agrees(&mended).await.status), (303, 303));
        works(rolls.bank()).await;
        assert_eq!((rolls.state(&mended).await.as_str(), rolls.credited().await), ("done", 10_000));
        assert_eq!(rolls.quota_used().await, 2_500_000, "exactly what was credited");
        rolls.desk.bank.close().await;
    }
}
