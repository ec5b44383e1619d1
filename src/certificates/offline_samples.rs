//! Samples of the page that keeps working.

use super::offline_views::OfflinePage;
use crate::curriculum::Shelf;
use crate::web::{Filled, Page, Samples, drawn};

impl OfflinePage {
    pub(super) fn samples(page: &Page, _: &Shelf) -> Samples {
        let hosts = ["", "xuefen.example.cn", "xuefenyinhang.shuangjiang.lincang.yn.example.cn"];
        drawn(hosts.map(|host| Self { page: page.clone(), form: Filled::default(), host: host.to_owned() }))
    }
}
