//! Filters in service: what they stop, what they say, and that they do not allocate.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use rlog::filter::{Deduplicate, Field, RateLimit, Sample, Targets, Threshold, all, any, not, per_statement};
use rlog::{Callsite, Handler, HandlerBuilder, HandlerError, HandlerStats, Level, Record, debug, error, info, warn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use system_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Counts the records that it gets, by whether a filter has added a field to them.
#[derive(Clone, Default)]
struct Counter(Arc<[AtomicU64; 2]>);

impl Handler for Counter {
    fn emit(&mut self, record: &Record<'_>, _line: &[u8]) -> Result<(), HandlerError> {
        let keys = ["suppressed", "repeated", "sample_rate"];
        let noted = record.fields().any(|(key, _)| keys.contains(&key));
        self.0[usize::from(noted)].fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Counter {
    fn total(&self) -> u64 {
        self.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    fn noted(&self) -> u64 {
        self.0[1].load(Ordering::Relaxed)
    }
}

/// One logger at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn stopped(handler: &str) -> u64 {
    let stats: Vec<HandlerStats> = rlog::stats().handlers;
    stats
        .iter()
        .filter(|stats| stats.name == handler)
        .flat_map(|stats| &stats.filters)
        .map(|filter| filter.stopped)
        .sum()
}

const CALLS: u64 = 10_000;
/// No token comes while the test runs.
const AGES: Duration = Duration::from_secs(100_000_000);

#[test]
fn filters_that_have_seen_what_they_keep_allocate_nothing() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = Counter::default();
    let limit = || RateLimit::per_second(1_000_000);
    let handlers: Vec<(&str, HandlerBuilder)> = vec![
        ("none", handler(&counter)),
        ("rate", handler(&counter).filter(limit())),
        ("rate per callsite", handler(&counter).filter(limit().per_callsite())),
        ("rate by tenant", handler(&counter).filter(RateLimit::per_second(1).per_key("tenant").max_keys(64))),
        ("rate that stops", handler(&counter).filter(RateLimit::new(1, AGES))),
        ("sample", handler(&counter).filter(Sample::new().rate(0.5))),
        ("sticky sample", handler(&counter).filter(Sample::new().rate(0.5).sticky("tenant"))),
        ("sample by number", handler(&counter).filter(Sample::new().rate(0.5).sticky("n"))),
        ("deduplicate", handler(&counter).filter(Deduplicate::within(Duration::from_nanos(1)).max_entries(64))),
        ("consecutive", handler(&counter).filter(Deduplicate::within(Duration::from_secs(60)).consecutive())),
        ("but for n", handler(&counter).filter(Deduplicate::within(Duration::from_secs(60)).ignore(["n"]))),
        ("field", handler(&counter).filter(Field::new("tenant").one_of(["3", "5"]).contains("3").starts_with("3"))),
        ("number", handler(&counter).filter(Field::new("half").at_least(4).below(0.75e3))),
        ("combined", {
            let loud = all((Threshold::at_least(Level::DEBUG), Targets::only(["filters"]), Field::new("n").above(17)));
            handler(&counter).filter(any((
                not(loud),
                limit(),
                per_statement(|callsite: &Callsite| callsite.line() == 1),
            )))
        }),
        ("function", handler(&counter).filter(|record: &Record<'_>| record.field("n").is_some())),
    ];
    let tenants: Vec<String> = (0..200).map(|tenant| tenant.to_string()).collect();
    let call = |n: u64| {
        let tenant = tenants[n as usize % tenants.len()].as_str();
        info!(tenant, n, half = n as f64 / 2.0, "hello {}", n % 3);
    };
    // A call of a `sync` handler allocates, whatever its filters.
    let mut without = None;
    for (name, handler) in handlers {
        let handler = handler.sync();
        let _guard = rlog::builder().environment(false).handler(handler).init().unwrap();
        (0..400).for_each(call);
        let allocations = allocations(|| (0..CALLS).for_each(call));
        assert_eq!(allocations, *without.get_or_insert(allocations), "{name}: allocations in {CALLS} calls");
        let report = rlog::shutdown(Duration::from_secs(60));
        assert!(report.complete);
        let [handler] = report.stats.handlers.as_slice() else { panic!("{name}: {report:?}") };
        let stopped: u64 = handler.filters.iter().map(|filter| filter.stopped).sum();
        assert_eq!(stopped + handler.written, 400 + CALLS, "{name}: {handler:?}");
    }
    assert!(counter.noted() > 0);
}

fn handler(counter: &Counter) -> HandlerBuilder {
    HandlerBuilder::new(counter.clone())
}

#[test]
fn records_pass_or_are_counted_on_the_logger_s_thread_too() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let [limited, sampled, quiet, shared] = [(); 4].map(|()| Counter::default());
    let budget = Arc::new(RateLimit::new(100, AGES));
    let _guard = rlog::builder()
        .environment(false)
        .level(Level::DEBUG)
        .handler(handler(&limited).name("limited").filter(RateLimit::new(10, AGES).always(Level::ERROR)))
        .handler(
            handler(&sampled)
                .name("sampled")
                .filter(Sample::new().rate(0.5).level(Level::DEBUG, 0.0).sticky("n").seed(1)),
        )
        .handler(handler(&quiet).name("quiet").filter(Deduplicate::within(AGES)))
        .handler(handler(&shared).name("shared").filter(Arc::clone(&budget)))
        .handler(handler(&shared).name("shared too").filter(budget))
        .init()
        .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..1_000_u64 {
                    info!(n, "one of four");
                }
                error!("always");
                debug!("never sampled");
            });
        }
    });
    assert!(rlog::flush(Duration::from_secs(60)));
    assert_eq!((limited.total(), stopped("limited")), (10 + 4, 4 * 1_001 - 10));
    // What one thread has in the sample all have; records that have no `n` are drawn by chance.
    let of_numbers = sampled.total() - sampled.total() % 4;
    assert!((4 * 400..4 * 600).contains(&of_numbers), "{of_numbers}");
    assert_eq!(sampled.total(), sampled.noted());
    assert_eq!((quiet.total(), stopped("quiet")), (1_000 + 2, 3 * 1_002));
    assert_eq!(shared.total(), 100);
    assert_eq!(stopped("shared") + stopped("shared too"), 2 * 4 * 1_002 - 100);
    assert!(rlog::shutdown(Duration::from_secs(60)).complete);
}

#[test]
fn statements_of_which_no_filter_wants_any_are_not_asked_about() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let counter = Counter::default();
    let _guard = rlog::builder()
        .environment(false)
        .level(Level::DEBUG)
        .handler(
            handler(&counter).name("some").filter(Targets::only(["audit"])).filter(Threshold::at_most(Level::INFO)),
        )
        .init()
        .unwrap();
    info!(target: "audit::login", "passes");
    info!("of another target");
    warn!(target: "audit", "too severe");
    assert!(rlog::flush(Duration::from_secs(60)));
    assert_eq!(counter.total(), 1);
    assert_eq!(stopped("some"), 0, "none was asked about");
    assert!(rlog::shutdown(Duration::from_secs(60)).complete);
}
