//! What programs of agencies get, as typed values. A member that is there stays there under `/api/v1`.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::kernel::Timestamp;
use crate::rolls::{Line, Roll};
use crate::webhooks::{Changed, Delivered, Made, Webhook};

/// Results that were brought to be recognised, and what became of them.
#[derive(Serialize, ToSchema)]
pub(super) struct Recognition {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The version of the rule.
    #[schema(format = "uuid")]
    rule: String,
    /// `reading`, `read`, `checked`, `asked`, `agreed`, `valid`, `done`, `refused` or `withdrawn`. With `checked` something must be mended and brought
    /// again; with `asked` it waits for a person of the agency.
    state: &'static str,
    /// Why it went back although it was agreed to: `stale`, `quota`, `rule`, `powers` or `people`.
    trouble: Option<&'static str>,
    /// How many lines it has.
    lines: i64,
    /// How many must be mended; once it is done, how many were passed over.
    wrong: i64,
    /// What all of it credits, in thousandths.
    gives_milli: i64,
    #[schema(format = DateTime)]
    brought_at: String,
    /// When a person of the agency was asked.
    #[schema(format = DateTime)]
    asked_at: Option<String>,
    /// When they decided.
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    /// When nothing more was to come of it.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

fn instant(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::to_rfc3339)
}

impl From<&Roll> for Recognition {
    fn from(roll: &Roll) -> Self {
        Self {
            id: roll.id.to_string(),
            rule: roll.rule.to_string(),
            state: roll.state.code(),
            trouble: roll.trouble.map(|trouble| trouble.code()),
            lines: roll.total,
            wrong: roll.wrong,
            gives_milli: roll.gives.milli(),
            brought_at: roll.brought_at.to_rfc3339(),
            asked_at: instant(roll.asked_at),
            decided_at: instant(roll.decided.map(|(_, at)| at)),
            ended_at: instant(roll.ended_at),
        }
    }
}

/// The same, with a page of the lines in which something is wrong.
#[derive(Serialize, ToSchema)]
pub(super) struct RecognitionPage {
    #[serde(flatten)]
    recognition: Recognition,
    /// Lines that must be mended, or were passed over, in their order.
    problems: Vec<LineProblem>,
    /// What to ask for `after` to get the next page of them; none on the last one.
    next: Option<String>,
}

/// What is wrong with one line.
#[derive(Serialize, ToSchema)]
pub(super) struct LineProblem {
    /// Its number, from 1.
    line: i64,
    /// `wrong` or `passed`.
    state: &'static str,
    /// `who-empty`, `who-wrong`, `nobody` (there is nobody, or nobody whom whoever answers for the program may see), `number-empty`, `number-long`,
    /// `value-wrong`, `day-wrong`, `day-future`, `same-number`, `same-person`, `held`, `taken`, `nothing`, `cap`, `over-person`, `identity`, `own`,
    /// `closed` or `gone`.
    problem: Option<&'static str>,
    /// The line that it repeats.
    other: Option<i64>,
}

impl RecognitionPage {
    pub fn of(roll: &Roll, lines: &[Line], next: Option<String>) -> Self {
        let problem = |line: &Line| LineProblem {
            line: line.number,
            state: line.state.code(),
            problem: line.problem.map(|problem| problem.code()),
            other: line.other,
        };
        Self { recognition: roll.into(), problems: lines.iter().map(problem).collect(), next }
    }
}

/// An address at which the program is told.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookLine {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The address.
    url: String,
    /// Of what.
    kinds: Vec<&'static str>,
    /// `new` until a first delivery was answered with 2xx, then `on`; `off` once it is told nothing any more.
    state: &'static str,
    /// Why it is off, or what went wrong last: `gone`, `client`, `address`, `unreachable`, `slow`, `refused` or `secret`.
    trouble: Option<&'static str>,
    #[schema(format = DateTime)]
    made_at: String,
}

impl From<&Webhook> for WebhookLine {
    fn from(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.clone(),
            kinds: webhook.kinds.iter().map(|kind| kind.code()).collect(),
            state: webhook.state.code(),
            trouble: webhook.trouble.map(|trouble| trouble.code()),
            made_at: webhook.made_at.to_rfc3339(),
        }
    }
}

/// All addresses of the program.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookList {
    webhooks: Vec<WebhookLine>,
}

impl From<Vec<Webhook>> for WebhookList {
    fn from(webhooks: Vec<Webhook>) -> Self {
        Self { webhooks: webhooks.iter().map(WebhookLine::from).collect() }
    }
}

/// A new address, with its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookMade {
    #[serde(flatten)]
    webhook: WebhookLine,
    /// What signs (Standard Webhooks 1.0): `whsec_` and base64. Shown this once.
    secret: String,
}

impl From<Made> for WebhookMade {
    fn from(made: Made) -> Self {
        Self { webhook: (&made.webhook).into(), secret: made.secret }
    }
}

/// Another secret.
#[derive(Serialize, ToSchema)]
pub(super) struct SecretChanged {
    /// The new one. Shown this once.
    secret: String,
    /// Until when the old one signs too.
    #[schema(format = DateTime)]
    old_until: String,
}

impl From<Changed> for SecretChanged {
    fn from(changed: Changed) -> Self {
        Self { secret: changed.secret, old_until: changed.old_until.to_rfc3339() }
    }
}

/// A page of what was put on its way to an address, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryPage {
    deliveries: Vec<Delivery>,
    /// What to ask for `after` to get the next page; none on the last one.
    next: Option<String>,
}

/// One event on its way.
#[derive(Serialize, ToSchema)]
pub(super) struct Delivery {
    /// Its `webhook-id`, the same in every try.
    #[schema(format = "uuid")]
    id: String,
    /// What is sent: `type`, `timestamp`, `data`.
    #[schema(value_type = Object)]
    sent: Value,
    #[schema(format = DateTime)]
    made_at: String,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried next; none where nothing more is done about it.
    #[schema(format = DateTime)]
    next_at: Option<String>,
    /// Since when nothing more is done about it.
    #[schema(format = DateTime)]
    done_at: Option<String>,
    /// The status of the last answer.
    last_status: Option<i64>,
    /// The beginning of the last answer.
    last_answer: Option<String>,
}

impl DeliveryPage {
    pub fn of(deliveries: Vec<Delivered>, next: Option<String>) -> Self {
        let line = |one: Delivered| Delivery {
            id: one.event.to_string(),
            sent: serde_json::from_str(&one.body).unwrap_or_default(),
            made_at: one.made_at.to_rfc3339(),
            attempts: one.attempts,
            next_at: instant(one.next_at),
            done_at: instant(one.done_at),
            last_status: one.last_status,
            last_answer: one.last_answer,
        };
        Self { deliveries: deliveries.into_iter().map(line).collect(), next }
    }
}
