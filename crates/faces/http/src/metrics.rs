//! Figures for Prometheus, none of them about a person: labels are route templates and classes of
//! status only, so the number of series is bounded by the number of routes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use parking_lot::RwLock;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::incident;

/// The upper bounds of the latency histogram, in seconds.
const BOUNDS_S: [f64; 12] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];
const CLASSES: [&str; 6] = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteClass {
    route: Arc<str>,
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteOnly {
    route: Arc<str>,
}

/// A figure that is kept elsewhere and copied in when all are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// Its name, without `candor_` and `_total`.
    pub name: &'static str,
    /// What it says.
    pub help: &'static str,
    /// How much it is now.
    pub value: u64,
    /// True when it only ever grows while the server runs.
    pub is_counter: bool,
}

/// Tells the figures that are kept elsewhere.
pub type Figures = Arc<dyn Fn() -> Vec<Figure> + Send + Sync>;

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RouteClass, Counter>,
    waits: Family<RouteOnly, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    routes: RwLock<HashMap<Arc<str>, Arc<OfRoute>>>,
    figures: Figures,
}

/// The figures of one route, found once per request without copying its name.
struct OfRoute {
    by_class: [Counter; CLASSES.len()],
    wait: Histogram,
}

impl Metrics {
    /// Makes them; `figures` tells those that are kept elsewhere.
    pub fn new(figures: Figures) -> Arc<Self> {
        let mut registry = Registry::with_prefix("candor");
        let requests = Family::default();
        let waits = Family::new_with_constructor((|| Histogram::new(BOUNDS_S)) as fn() -> Histogram);
        let in_flight = Gauge::default();
        registry.register("http_requests", "Requests by route and class of status", requests.clone());
        registry.register("http_wait_seconds", "Time until an answer began", waits.clone());
        registry.register("http_in_flight", "Requests being answered", in_flight.clone());
        Arc::new(Self { registry, requests, waits, in_flight, routes: RwLock::default(), figures })
    }

    pub(crate) fn begin(&self) {
        self.in_flight.inc();
    }

    pub(crate) fn end(&self, route: &str, status: u16, wait: Duration) {
        self.in_flight.dec();
        let figures = self.of(route);
        let class = usize::from(status / 100);
        figures.by_class.get(class).or(figures.by_class.first()).map(Counter::inc);
        figures.wait.observe(wait.as_secs_f64());
    }

    fn of(&self, route: &str) -> Arc<OfRoute> {
        if let Some(known) = self.routes.read().get(route) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(route);
        let by_class =
            CLASSES.map(|class| self.requests.get_or_create_owned(&RouteClass { route: Arc::clone(&name), class }));
        let wait = self.waits.get_or_create_owned(&RouteOnly { route: Arc::clone(&name) });
        let figures = Arc::new(OfRoute { by_class, wait });
        self.routes.write().insert(name, Arc::clone(&figures));
        figures
    }

    /// Writes all figures in the OpenMetrics text form.
    ///
    /// # Errors
    /// The encoder failed, which a `String` gives no cause for.
    pub fn write(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        let mut others = Registry::with_prefix("candor");
        for Figure { name, help, value, is_counter } in (self.figures)() {
            if is_counter {
                let counter: Counter<u64, AtomicU64> = Counter::default();
                counter.inc_by(value);
                others.register(name, help, counter);
            } else {
                let gauge: Gauge<u64, AtomicU64> = Gauge::default();
                gauge.set(value);
                others.register(name, help, gauge);
            }
        }
        let mut rest = String::new();
        encode(&mut rest, &others)?;
        // The end marker belongs at the end of both.
        let head = text.strip_suffix("# EOF\n").unwrap_or(&text);
        Ok(format!("{head}{rest}"))
    }
}

/// `GET /metrics`.
pub fn metrics_routes(metrics: Arc<Metrics>) -> Router {
    let answer = move || {
        let written = metrics.write();
        async move {
            match written {
                Ok(text) => {
                    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                    ([(header::CONTENT_TYPE, kind)], text).into_response()
                }
                Err(trouble) => incident(&trouble).into_response(),
            }
        }
    };
    Router::new().route("/metrics", get(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_counted_by_route_and_class() {
        let metrics = Metrics::new(Arc::new(|| {
            let figure = |name, value, is_counter| Figure { name, help: "a figure", value, is_counter };
            vec![figure("ledger_entries", 7, false), figure("vault_permits", 3, true)]
        }));
        metrics.begin();
        metrics.end("/v1/subjects/{id}/read", 200, Duration::from_micros(300));
        metrics.begin();
        metrics.end("/v1/subjects/{id}/read", 403, Duration::from_micros(300));
        let text = metrics.write().unwrap();
        for line in [
            r#"candor_http_requests_total{route="/v1/subjects/{id}/read",class="2xx"} 1"#,
            r#"candor_http_requests_total{route="/v1/subjects/{id}/read",class="4xx"} 1"#,
            "candor_http_in_flight 0",
            "candor_ledger_entries 7",
            "candor_vault_permits_total 3",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        assert_eq!(text.matches("# EOF").count(), 1);
    }
}
