//! What is counted, in Prometheus' words. Labels are route patterns and status classes, never an address that names somebody.

use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

/// Upper bounds of the buckets of request times, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The counters; cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    in_flight: IntGauge,
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
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(in_flight.clone()))?;
        Ok(Self { registry, requests, seconds, in_flight })
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
