//! When a service point is open, weekday by weekday, and what is there.

use crate::i18n::Lang;
use crate::web::times_in;

/// Opening times on one day at most: three.
const MOST_SPANS: usize = 3;
const DAYS: std::ops::RangeInclusive<u32> = 1..=7;

/// One opening time on one weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Monday 1 … Sunday 7.
    pub weekday: u32,
    /// From so many minutes after midnight.
    pub from_minute: u32,
    /// Until so many.
    pub to_minute: u32,
}

/// What there is at a service point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facility {
    /// A network to use.
    WiFi,
    /// A printer.
    Printer,
    /// Computers or telephones to borrow.
    Devices,
    /// A way in for wheelchairs.
    Wheelchair,
    /// A toilet that people in wheelchairs can use.
    Toilet,
    /// Water to drink.
    Water,
}

impl Facility {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 6] = [Self::WiFi, Self::Printer, Self::Devices, Self::Wheelchair, Self::Toilet, Self::Water];

    /// The code in the table and in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WiFi => "wifi",
            Self::Printer => "printer",
            Self::Devices => "devices",
            Self::Wheelchair => "wheelchair",
            Self::Toilet => "toilet",
            Self::Water => "water",
        }
    }

    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::WiFi => "facility-wifi",
            Self::Printer => "facility-printer",
            Self::Devices => "facility-devices",
            Self::Wheelchair => "facility-wheelchair",
            Self::Toilet => "facility-toilet",
            Self::Water => "facility-water",
        }
    }

    /// The facility that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facility| facility.code() == code)
    }
}

/// What a service point offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// When it is open, in the order of weekdays; none where only words say it.
    pub spans: Vec<Span>,
    /// When it is closed otherwise, in words.
    pub closed: Option<String>,
    /// What is there.
    pub facilities: Vec<Facility>,
}

impl Service {
    /// The opening times as people read them, days of the same times together: 周一到周五 8:30–11:30、14:00–17:00.
    #[must_use]
    pub fn hours_words(&self, lang: Lang) -> Vec<String> {
        let mut lines: Vec<(u32, u32, String)> = Vec::new();
        for day in DAYS {
            let times = times_of(&self.spans, day, &lang.t("hours-and"));
            if times.is_empty() {
                continue;
            }
            match lines.last_mut().filter(|(_, last, same)| last + 1 == day && *same == times) {
                Some((_, last, _)) => *last = day,
                None => lines.push((day, day, times)),
            }
        }
        let day = |day: u32| weekday_words(lang, day);
        let words = |(from, to, times): (u32, u32, String)| match from == to {
            true => lang.fill("hours-on", &[("day", &day(from)), ("times", &times)]),
            false => lang.fill("hours-from-to", &[("from", &day(from)), ("to", &day(to)), ("times", &times)]),
        };
        lines.into_iter().map(words).collect()
    }

    /// What is typed into the field of one weekday: `8:30-11:30 14:00-17:00`.
    #[must_use]
    pub fn typed(&self, weekday: u32) -> String {
        times_of(&self.spans, weekday, " ").replace('\u{2013}', "-")
    }
}

/// A weekday in words: Monday 1 … Sunday 7.
#[must_use]
pub fn weekday_words(lang: Lang, weekday: u32) -> String {
    lang.t(match weekday {
        1 => "weekday-1",
        2 => "weekday-2",
        3 => "weekday-3",
        4 => "weekday-4",
        5 => "weekday-5",
        6 => "weekday-6",
        _ => "weekday-7",
    })
}

fn times_of(spans: &[Span], weekday: u32, and: &str) -> String {
    let clock = |minute: u32| format!("{}:{:02}", minute / 60, minute % 60);
    let of_day = spans.iter().filter(|span| span.weekday == weekday);
    let times = of_day.map(|span| format!("{}\u{2013}{}", clock(span.from_minute), clock(span.to_minute)));
    times.collect::<Vec<_>>().join(and)
}

/// The opening times typed for one weekday; `None` where they cannot be read or do not follow one another.
#[must_use]
pub fn spans_typed(weekday: u32, text: &str) -> Option<Vec<Span>> {
    let times = times_in(text)?;
    if times.is_empty() && !text.trim().is_empty() {
        return None;
    }
    let is_in_order = times.iter().zip(times.iter().skip(1)).all(|(earlier, later)| earlier < later);
    if times.len() % 2 != 0 || times.len() / 2 > MOST_SPANS || !is_in_order {
        return None;
    }
    let span = |pair: &[u32]| match pair {
        [from_minute, to_minute] => Some(Span { weekday, from_minute: *from_minute, to_minute: *to_minute }),
        _ => None,
    };
    times.chunks(2).map(span).collect()
}

/// As it is kept: `1:0830-1130,1400-1700;6:0830-1130`.
pub(super) fn kept(spans: &[Span]) -> String {
    let clock = |minute: u32| format!("{:02}{:02}", minute / 60, minute % 60);
    let day = |day: u32| {
        let times: Vec<String> = spans
            .iter()
            .filter(|span| span.weekday == day)
            .map(|span| format!("{}-{}", clock(span.from_minute), clock(span.to_minute)))
            .collect();
        (!times.is_empty()).then(|| format!("{day}:{}", times.join(",")))
    };
    DAYS.filter_map(day).collect::<Vec<_>>().join(";")
}

/// What was kept, read; what cannot be read is passed over.
pub(super) fn read(text: &str) -> Vec<Span> {
    let minute = |clock: &str| {
        let (hour, minute) = clock.split_at_checked(2)?;
        Some(hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?)
    };
    let span = |weekday: u32, times: &str| {
        let (from, to) = times.split_once('-')?;
        Some(Span { weekday, from_minute: minute(from)?, to_minute: minute(to)? })
    };
    let day = |day: &str| {
        let (weekday, times) = day.split_once(':')?;
        let weekday = weekday.parse().ok().filter(|weekday| DAYS.contains(weekday))?;
        Some(times.split(',').filter_map(|times| span(weekday, times)).collect::<Vec<_>>())
    };
    text.split(';').filter_map(day).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week() -> Service {
        let spans = (1..=5).flat_map(|day| spans_typed(day, "8:30-11:30 14:00-17:00").unwrap());
        let spans = spans.chain(spans_typed(6, "9点到11点").unwrap()).collect();
        Service { spans, ..Service::default() }
    }

    #[test]
    fn days_of_the_same_times_are_said_together() {
        let words = week().hours_words(Lang::Chinese);
        assert_eq!(words, ["周一到周五 8:30\u{2013}11:30、14:00\u{2013}17:00", "周六 9:00\u{2013}11:00"]);
        assert_eq!(week().typed(1), "8:30-11:30 14:00-17:00");
        assert!(Service::default().hours_words(Lang::English).is_empty() && week().typed(7).is_empty());
    }

    #[test]
    fn what_is_kept_is_read_back_and_what_makes_no_sense_is_refused() {
        assert_eq!(read(&kept(&week().spans)), week().spans);
        for bad in ["8:30", "11:30-8:30", "8-9 9-10", "早上", "1-2 3-4 5-6 7-8"] {
            assert_eq!(spans_typed(1, bad), None, "{bad}");
        }
        assert_eq!(spans_typed(1, ""), Some(Vec::new()));
        assert!(read("x;9:0830-1130;1:8").is_empty());
    }
}
