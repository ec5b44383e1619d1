//! Sample readers, words and forms for the views of all subjects, and the samples of this subject's own two pages.

use super::again::{AgainPage, Kept, Why};
use super::problem::{ProblemPage, Ways};
use super::{Duties, Exhibit, FieldErrors, Fields, Filled, Page, Samples, Who, drawn};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{Id, Timestamp};

/// An ordinary name.
pub const NAME: &str = "王桂英";
/// A name as long as they come.
pub const LONG_NAME: &str = "买买提·吐尔逊·阿不都热依木江";
/// A name of characters that many fonts have not.
pub const RARE_NAME: &str = "𬭚㼆";
/// An ordinary place.
pub const PLACE: &str = "青山县柳河镇";
/// A place whose name is long.
pub const LONG_PLACE: &str = "双江拉祜族佤族布朗族傣族自治县沙河乡邦木村民委员会党群服务中心";
/// What somebody wrote: long, in several lines, with an address that does not break.
pub const WORDS: &str = "上个月考过的那门课，存折里没有记上。\n我在镇上的服务点做的，志愿者小李在旁边看着的。\n\n\
    网址是 https://example.cn/courses/T19?card=12&from=weixin_group_message_forwarded_many_times，麻烦您查查<这一笔>。";

/// When all samples are looked at: in September 2026.
pub const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);

/// The views of this subject.
pub const SAMPLES: &[Exhibit] = &[("AgainPage", AgainPage::samples), ("ProblemPage", ProblemPage::samples)];

/// `page` as somebody called `name` sees it, who learns.
#[must_use]
pub fn learner(page: &Page, name: &str) -> Page {
    page.clone().of(Some(who(name, false, Duties::default())))
}

/// `page` as somebody of the staff sees it, who does everything.
#[must_use]
pub fn staff(page: &Page) -> Page {
    page.clone().of(Some(who(
        NAME,
        true,
        Duties {
            hosts: true,
            finds: true,
            answers: true,
            corrects: true,
            looks: true,
            records: true,
            recognises: true,
            plans: true,
            administers: true,
        },
    )))
}

/// Some id, the same for the same number.
#[must_use]
pub const fn id<T>(number: u128) -> Id<T> {
    Id::from_uuid(uuid::Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number))
}

/// A form filled in so, with everything that `check` finds wrong with it.
pub fn form<T>(pairs: &[(&str, &str)], check: impl FnOnce(&Fields) -> Result<T, FieldErrors>) -> Filled {
    let fields = Fields::from_pairs(pairs);
    let errors = check(&fields).err().unwrap_or_default();
    Filled::wrong(fields, errors)
}

/// A form filled in so, with nothing wrong.
#[must_use]
pub fn filled(pairs: &[(&str, &str)]) -> Filled {
    Filled::with(Fields::from_pairs(pairs))
}

fn who(name: &str, is_staff: bool, duties: Duties) -> Who {
    let (help_phone, help_place) = ("0571-87000000".to_owned(), PLACE.to_owned());
    Who { id: id(1), name: name.to_owned(), is_staff, is_assisted: false, duties, help_phone, help_place }
}

impl AgainPage {
    fn samples(page: &Page) -> Samples {
        let written = Fields::from_pairs(&[("once", "0"), ("words", WORDS), ("pin", "2580")]);
        let kept = |path: &str, fields: &Fields| Kept::of(path, fields, Timestamp::from_ms(0));
        let whys = [Why::Expired, Why::Busy, Why::TooFast, Why::Fault];
        let mut states: Vec<Self> = whys.map(|why| Self::new(page.clone(), kept("/help", &Fields::default()), why)).into();
        states.push(Self::new(learner(page, NAME), kept("/me/complaint", &written), Why::SignedIn));
        drawn(states)
    }
}

impl ProblemPage {
    fn samples(page: &Page) -> Samples {
        let of = |status: u16, error: Option<&AppError>, came_from: Option<&str>| {
            Self::new(page.clone(), status, error, Ways { here: "/me", came_from })
        };
        let refused = AppError::Refused(Message::of("field-too-long").with("most", 500).with("count", 99_999));
        let mut states: Vec<Self> = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503]
            .map(|status| of(status, None, Some("/help")))
            .into();
        states.push(of(404, Some(&AppError::NotFound), None));
        states.push(of(403, Some(&AppError::FormExpired), Some("/me/phone")));
        states.push(of(403, Some(&AppError::TooWeak), None));
        states.push(of(422, Some(&refused), Some("/me/complaint")));
        drawn(states)
    }
}
