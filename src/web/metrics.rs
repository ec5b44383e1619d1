//! What is counted, in Prometheus' words. Labels are route patterns and status classes, never an address that names somebody.

use prometheus::core::Collector;
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

/// Upper bounds of the buckets of request times, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The counters; cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    in_flight: IntGauge,
    jobs: IntCounterVec,
    letters: IntCounterVec,
    verifications: IntCounterVec,
    missing_glyphs: IntCounterVec,
    ledger_differences: IntGauge,
    ledger_audited: IntGauge,
    edition: IntGaugeVec,
    curriculum_faults: IntGauge,
}

impl Metrics {
    /// Fresh counters.
    ///
    /// # Errors
    /// Never in practice: the names are fixed and differ.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(Opts::new("http_requests_total", "Requests answered."), &["route", "status"])?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("http_request_seconds", "Time from request to answer.").buckets(BUCKETS.to_vec()),
            &["route"],
        )?;
        let in_flight = IntGauge::new("http_requests_in_flight", "Requests being answered.")?;
        let jobs = IntCounterVec::new(Opts::new("jobs_total", "Jobs that ended."), &["kind", "outcome"])?;
        let letters = IntCounterVec::new(Opts::new("letters_total", "Letters handed over."), &["channel", "outcome"])?;
        let verifications = IntCounterVec::new(Opts::new("verifications_total", "Certificates asked for."), &["way", "answer"])?;
        let missing_glyphs = Opts::new("certificates_missing_glyph_total", "Certificates whose name no font could draw.");
        let missing_glyphs = IntCounterVec::new(missing_glyphs, &["form"])?;
        let ledger_differences = IntGauge::new("ledger_differences", "Differences that the last audit of the ledger found.")?;
        let ledger_audited = IntGauge::new("ledger_audited_timestamp_seconds", "When the ledger was audited last.")?;
        let edition = IntGaugeVec::new(Opts::new("curriculum_edition_info", "The edition that is up."), &["version", "digest"])?;
        let curriculum_faults =
            IntGauge::new("curriculum_faults", "Faults of the folder of the curriculum when it was read last.")?;
        let metrics = Self {
            registry,
            requests,
            seconds,
            in_flight,
            jobs,
            letters,
            verifications,
            missing_glyphs,
            ledger_differences,
            ledger_audited,
            edition,
            curriculum_faults,
        };
        metrics.adopt(vec![
            Box::new(metrics.requests.clone()),
            Box::new(metrics.seconds.clone()),
            Box::new(metrics.in_flight.clone()),
            Box::new(metrics.jobs.clone()),
            Box::new(metrics.letters.clone()),
            Box::new(metrics.verifications.clone()),
            Box::new(metrics.missing_glyphs.clone()),
            Box::new(metrics.ledger_differences.clone()),
            Box::new(metrics.ledger_audited.clone()),
            Box::new(metrics.edition.clone()),
            Box::new(metrics.curriculum_faults.clone()),
        ])?;
        Ok(metrics)
    }

    /// Shows counters of others too.
    ///
    /// # Errors
    /// Where one of the same name is shown already.
    pub fn adopt(&self, collectors: Vec<Box<dyn Collector>>) -> Result<(), prometheus::Error> {
        collectors.into_iter().try_for_each(|collector| self.registry.register(collector))
    }

    /// Counts that somebody has verified: by which way, and which of the four answers it was. Nothing stays of whom.
    pub fn verified(&self, way: &'static str, answer: &'static str) {
        self.verifications.with_label_values(&[way, answer]).inc();
    }

    /// Counts a certificate that could not be drawn, since no font has a character of it.
    pub fn glyph_missing(&self) {
        self.missing_glyphs.with_label_values(&["pdf"]).inc();
    }

    /// Counts a job that ended: `done` or `failed`.
    pub fn job_ended(&self, kind: &'static str, outcome: &'static str) {
        self.jobs.with_label_values(&[kind, outcome]).inc();
    }

    /// Counts a letter: `sent`, `later` or `given_up`.
    pub fn letter_ended(&self, channel: &'static str, outcome: &'static str) {
        self.letters.with_label_values(&[channel, outcome]).inc();
    }

    /// Shows what the last audit of the ledger found, and when.
    pub fn ledger_audited(&self, differences: u64, at_ms: i64) {
        self.ledger_differences.set(i64::try_from(differences).unwrap_or(i64::MAX));
        self.ledger_audited.set(at_ms.div_euclid(1_000));
    }

    /// Shows which edition is up, and how many faults the folder had that was read last.
    pub fn curriculum(&self, version: &str, digest: &str, faults: usize) {
        self.edition.reset();
        self.edition.with_label_values(&[version, digest]).set(1);
        self.curriculum_faults.set(i64::try_from(faults).unwrap_or(i64::MAX));
    }

    /// Counts one more request in hand until what is given back is dropped: also where the client hangs up and the work is given up.
    #[must_use]
    pub fn take_in_hand(&self) -> InHand {
        self.in_flight.inc();
        InHand { in_flight: self.in_flight.clone() }
    }

    /// Counts one answer.
    pub fn answered(&self, route: &str, status: u16, seconds: f64) {
        let class = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[route, class]).inc();
        self.seconds.with_label_values(&[route]).observe(seconds);
    }

    /// Everything, as Prometheus reads it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut bytes = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut bytes) {
            Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

/// A request in hand.
#[derive(Debug)]
pub struct InHand {
    in_flight: IntGauge,
}

impl InHand {
    /// How many are in hand now, this one among them.
    #[must_use]
    pub fn how_many(&self) -> u64 {
        u64::try_from(self.in_flight.get()).unwrap_or(0)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.in_flight.dec();
    }
}
