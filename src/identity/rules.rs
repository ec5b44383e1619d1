//! The rules of the doors: how many tries, how long a rest, how many texts, what a weak session may not do.

use uuid::Uuid;

use crate::kernel::{Day, Timestamp};

/// Wrong tries from one source before it rests.
const TRIES_BEFORE_REST: i64 = 5;
/// The first rest.
const REST_MINUTES: i64 = 15;
/// Wrong tries are forgotten when so long nobody tried.
const FORGOTTEN_AFTER_MS: i64 = 86_400_000;

/// Wrong tries with a code before a new one is needed.
pub const TRIES_PER_CODE: i64 = 5;
/// How often the same code goes out before a new one is made.
pub const SENDS_PER_CODE: i64 = 4;
/// How long a code can be used.
pub const CODE_MINUTES: i64 = 10;
/// How long a proven phone may wait for the end of a registration.
pub const PROVEN_MINUTES: i64 = 60;
/// How long a right code is taken again from the same browser: a double tap is one act.
const DOUBLE_TAP_MS: i64 = 60_000;
/// How long one waits for another text to the same phone.
pub const RESEND_MS: i64 = 60_000;
/// Texts to one phone in 24 hours: from all unknown sources together, from one unknown address, from one known device.
const TEXTS_FROM_UNKNOWN: i64 = 10;
const TEXTS_FROM_ONE_ADDRESS: i64 = 5;
const TEXTS_FROM_KNOWN_DEVICE: i64 = 10;

/// The wrong tries of one source at one secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub failed: i64,
    /// When the last was.
    pub last_at_ms: i64,
}

impl Tries {
    /// Seconds until this source may try again; 0: now. Five wrong tries rest for a quarter of an hour, five more for twice that, and so on.
    #[must_use]
    pub fn rest_seconds(self, now: Timestamp) -> i64 {
        let rounds = self.failed / TRIES_BEFORE_REST;
        if rounds == 0 || self.failed % TRIES_BEFORE_REST != 0 {
            return 0;
        }
        let until = self.last_at_ms.saturating_add(rounds.min(96).saturating_mul(REST_MINUTES * 60_000));
        (until - now.ms()).max(0).div_euclid(1_000) + i64::from((until - now.ms()).max(0) % 1_000 > 0)
    }

    /// The tries after one more.
    #[must_use]
    pub const fn and_one(self, now: Timestamp) -> Self {
        let failed = if now.ms() - self.last_at_ms > FORGOTTEN_AFTER_MS { 1 } else { self.failed + 1 };
        Self { failed, last_at_ms: now.ms() }
    }
}

/// Wrong tries of all unknown devices at one card in a day, before they are asked for the year of birth too: a PIN of four digits has
/// 10,000 forms, PIN and year together some 600,000.
const STRANGERS_BEFORE_YEAR: i64 = 30;
/// And before they are sent to the phone's door.
const STRANGERS_BEFORE_CLOSED: i64 = 2_000;
/// Wrong second factors after a right password from unknown devices in a day, before they rest until the next.
const WRONG_FACTORS: i64 = 10;

/// How the card door stands to devices that are not known, after what they have tried today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardDoor {
    /// It asks for the PIN.
    Open,
    /// It asks for the year of birth too.
    AsksYear,
    /// It sends them to the phone's door.
    Closed,
}

/// How the card door stands after `failed` wrong tries of unknown devices today.
#[must_use]
pub const fn card_door(failed: i64) -> CardDoor {
    match failed {
        STRANGERS_BEFORE_CLOSED.. => CardDoor::Closed,
        STRANGERS_BEFORE_YEAR.. => CardDoor::AsksYear,
        _ => CardDoor::Open,
    }
}

/// Under which source the wrong tries of all unknown devices of a day are counted.
#[must_use]
pub fn day_source(day: Day) -> String {
    format!("day:{day}")
}

/// Under which source wrong second factors after a right password are counted.
#[must_use]
pub fn factor_source(day: Day) -> String {
    format!("totp:{day}")
}

/// Seconds until unknown devices may try again after `failed` wrong second factors today; 0: now.
#[must_use]
pub fn factor_rest_seconds(failed: i64, now: Timestamp) -> i64 {
    if failed < WRONG_FACTORS { 0 } else { (now.day().plus_days(1).start().ms() - now.ms() + 999).div_euclid(1_000) }
}

/// Whether this wrong second factor was the one after which they rest: the person is told once.
#[must_use]
pub const fn is_last_factor(failed: i64) -> bool {
    failed == WRONG_FACTORS
}

/// How long a device is a hall's once a volunteer has said so.
pub const HALL_MINUTES: i64 = 12 * 60;
/// How long the digits can be used by which a volunteer vouches for somebody.
pub const HALL_CODE_MINUTES: i64 = 10;
/// Wrong pictures at one card in a day, on all halls' devices together, before a volunteer lets its owner in: of 1,320 ways, these are
/// one in 44.
const WRONG_PICTURES: i64 = 30;

/// Whether pictures open a card no more today, after `failed` wrong tries.
#[must_use]
pub const fn are_pictures_closed(failed: i64) -> bool {
    failed >= WRONG_PICTURES
}

/// Wrong pictures on one hall's device in a day, at all cards together, before a volunteer lets everybody in who comes there by pictures:
/// of 1,320 ways, whoever goes from card to card opens one in thirteen days of it.
const WRONG_PICTURES_AT_A_HALL: i64 = 100;

/// Whether a hall's device takes pictures no more today, after `failed` wrong tries.
#[must_use]
pub const fn is_hall_closed_to_pictures(failed: i64) -> bool {
    failed >= WRONG_PICTURES_AT_A_HALL
}

/// Under which source the wrong tries on a hall's device are counted over the day.
#[must_use]
pub fn hall_day_source(hall: Uuid, day: Day) -> String {
    format!("hall:{hall}:{day}")
}

/// Under which source tries on a hall's device are counted.
#[must_use]
pub fn hall_source(hall: Uuid) -> String {
    format!("hall:{hall}")
}

/// How long staff can take back what they have said of somebody.
const UNDONE_WITHIN_MS: i64 = 86_400_000;

/// Whether what was said at `then` can still be taken back.
#[must_use]
pub const fn can_be_undone(then: Timestamp, now: Timestamp) -> bool {
    now.ms() - then.ms() <= UNDONE_WITHIN_MS
}

/// Texts in a day from one address to phones without an account.
pub const TEXTS_TO_STRANGERS: u64 = 200;

/// Whom a text goes to, as far as the day's reserve is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A phone without an account.
    Stranger,
    /// A phone with an account, asked for from a device that is not known.
    Holder,
    /// A phone with an account, asked for from a device known to be its owner's.
    KnownDevice,
}

impl Recipient {
    /// Of the day's texts, how many may be gone for one more to go there: the last fifth is kept for phones with an account, and
    /// half of that for their own devices, so that strangers use up neither.
    #[must_use]
    pub const fn part_of(self, limit: u32) -> u32 {
        match self {
            Self::Stranger => limit / 10 * 8 + limit % 10 * 8 / 10,
            Self::Holder => limit / 10 * 9 + limit % 10 * 9 / 10,
            Self::KnownDevice => limit,
        }
    }
}

/// Texts that went to one phone from one source.
#[derive(Clone, Debug)]
pub struct TextsSent {
    /// From where they were asked for.
    pub source: String,
    /// How many.
    pub sends: i64,
    /// When the last was.
    pub last_at_ms: i64,
}

/// Whether a text may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaySend {
    /// Yes.
    Yes,
    /// In so many seconds.
    In(i64),
    /// Not within 24 hours: another way in is offered.
    NotToday,
}

/// Whether another text may go to a phone that got `sent` in the last 24 hours, asked for from `source`.
#[must_use]
pub fn may_send(sent: &[TextsSent], source: &str, now: Timestamp) -> MaySend {
    let from_here = || sent.iter().filter(|texts| texts.source == source);
    let last = from_here().map(|texts| texts.last_at_ms).max().unwrap_or(i64::MIN / 2);
    let waited = now.ms() - last;
    if waited < RESEND_MS {
        return MaySend::In((RESEND_MS - waited + 999) / 1_000);
    }
    let here: i64 = from_here().map(|texts| texts.sends).sum();
    let unknown: i64 = sent.iter().filter(|texts| !is_device(&texts.source)).map(|texts| texts.sends).sum();
    let is_over = if is_device(source) {
        here >= TEXTS_FROM_KNOWN_DEVICE
    } else {
        here >= TEXTS_FROM_ONE_ADDRESS || unknown >= TEXTS_FROM_UNKNOWN
    };
    if is_over { MaySend::NotToday } else { MaySend::Yes }
}

/// Whether a source is a known device.
fn is_device(source: &str) -> bool {
    source.starts_with(DEVICE_SOURCE)
}

/// How the name of a known device as a source begins.
pub const DEVICE_SOURCE: &str = "device:";

/// Whether a code proven at `verified_at_ms` may be used once more by the same browser.
#[must_use]
pub fn is_double_tap(verified_at_ms: i64, now: Timestamp) -> bool {
    now.ms() - verified_at_ms <= DOUBLE_TAP_MS
}

/// What a browser's name says of the device, as a code that pages put into words: never the whole string.
#[must_use]
pub fn device_label(user_agent: &str) -> &'static str {
    const KNOWN: [(&str, &str); 8] = [
        ("MicroMessenger", "wechat"),
        ("HarmonyOS", "phone"),
        ("Android", "phone"),
        ("iPhone", "phone"),
        ("iPad", "tablet"),
        ("Windows", "computer"),
        ("Macintosh", "computer"),
        ("Linux", "computer"),
    ];
    KNOWN.iter().find(|(part, _)| user_agent.contains(part)).map_or("other", |(_, label)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_772_413_200_000);

    #[test]
    fn five_wrong_tries_rest_a_quarter_of_an_hour_and_five_more_twice_that() {
        let cases =
            [(0, 0, 0), (4, 0, 0), (5, 0, 900), (5, 899_001, 1), (5, 900_000, 0), (6, 0, 0), (10, 0, 1_800), (500, 0, 86_400)];
        for (failed, ago, rest) in cases {
            let tries = Tries { failed, last_at_ms: NOW.ms() - ago };
            assert_eq!(tries.rest_seconds(NOW), rest, "{failed} wrong, {ago} ms ago");
        }
    }

    #[test]
    fn wrong_tries_are_forgotten_after_a_day() {
        let yesterday = Tries { failed: 9, last_at_ms: NOW.ms() - FORGOTTEN_AFTER_MS - 1 };
        assert_eq!(yesterday.and_one(NOW).failed, 1);
        assert_eq!(Tries { failed: 3, last_at_ms: NOW.ms() }.and_one(NOW).failed, 4);
    }

    #[test]
    fn strangers_at_a_card_are_asked_more_and_then_sent_elsewhere() {
        let cases = [
            (0, CardDoor::Open),
            (29, CardDoor::Open),
            (30, CardDoor::AsksYear),
            (1_999, CardDoor::AsksYear),
            (2_000, CardDoor::Closed),
        ];
        for (failed, door) in cases {
            assert_eq!(card_door(failed), door, "{failed}");
        }
    }

    #[test]
    fn wrong_second_factors_rest_until_midnight_in_shanghai() {
        // NOW is nine o'clock in the morning.
        for (failed, rest) in [(0, 0), (9, 0), (10, 15 * 3_600), (11, 15 * 3_600)] {
            assert_eq!(factor_rest_seconds(failed, NOW), rest, "{failed}");
        }
    }

    #[test]
    fn the_last_fifth_of_the_day_s_texts_is_kept_for_accounts_and_half_of_it_for_their_devices() {
        for (limit, parts) in [
            (5_000, [4_000, 4_500, 5_000]),
            (10, [8, 9, 10]),
            (1, [0, 0, 1]),
            (u32::MAX, [3_435_973_836, 3_865_470_565, u32::MAX]),
        ] {
            let is = [Recipient::Stranger, Recipient::Holder, Recipient::KnownDevice].map(|recipient| recipient.part_of(limit));
            assert_eq!(is, parts, "{limit}");
        }
    }

    fn sent(source: &str, sends: i64, ago_ms: i64) -> TextsSent {
        TextsSent { source: source.to_owned(), sends, last_at_ms: NOW.ms() - ago_ms }
    }

    #[test]
    fn strangers_cannot_use_up_the_texts_of_a_known_device() {
        let strangers = [sent("address:a", 5, 300_000), sent("address:b", 5, 200_000)];
        assert_eq!(may_send(&strangers, "address:c", NOW), MaySend::NotToday);
        assert_eq!(may_send(&strangers, "device:mine", NOW), MaySend::Yes);
    }

    #[test]
    fn one_address_uses_up_only_half_of_what_unknown_sources_have() {
        let one = [sent("address:a", 5, 300_000)];
        assert_eq!(may_send(&one, "address:a", NOW), MaySend::NotToday);
        assert_eq!(may_send(&one, "address:b", NOW), MaySend::Yes);
    }

    #[test]
    fn the_next_text_waits_a_minute_for_the_same_source_only() {
        let just = [sent("address:a", 1, 20_000)];
        assert_eq!(may_send(&just, "address:a", NOW), MaySend::In(40));
        assert_eq!(may_send(&just, "address:b", NOW), MaySend::Yes);
        assert_eq!(may_send(&[sent("device:x", 10, 70_000)], "device:x", NOW), MaySend::NotToday);
    }

    #[test]
    fn a_device_is_named_by_its_kind() {
        let cases = [
            ("Mozilla/5.0 (Linux; Android 10; HUAWEI) MicroMessenger/8.0", "wechat"),
            ("Mozilla/5.0 (Linux; Android 10; vivo)", "phone"),
            ("Mozilla/5.0 (Windows NT 10.0)", "computer"),
            ("", "other"),
        ];
        for (user_agent, label) in cases {
            assert_eq!(device_label(user_agent), label);
        }
    }
}
