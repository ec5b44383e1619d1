//! The rules of the doors: how many tries, how long a rest, how many texts, what a weak session may not do.

use crate::kernel::Timestamp;

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
