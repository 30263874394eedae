//! Variables, functions, modules and labels with names that an expansion might use.
#![deny(warnings)]
#![allow(non_snake_case, non_upper_case_globals)]

use rlog::{Level, enabled, event, info, logger};

mod shadows {
    pub mod core {}
    pub mod std {}
    pub mod rlog {}
    pub mod alloc {}
}

/// Every one of these has a method of the name that the choice of an encoding calls.
#[derive(Clone, Copy, Debug)]
struct Methods;

impl Methods {
    fn rlog_value(&self) -> u8 {
        1
    }
    fn rlog_display(&self) -> u8 {
        2
    }
    fn rlog_debug(&self) -> u8 {
        3
    }
    fn in_clear(&self) -> u8 {
        4
    }
}

impl std::fmt::Display for Methods {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("methods")
    }
}

trait Ambiguous {
    fn is_enabled(&self) -> bool {
        false
    }
    fn at(&self) -> bool {
        false
    }
}

impl<T: ?Sized> Ambiguous for T {}

fn main() {
    #[allow(unused_imports)]
    use shadows::{alloc, core, rlog, std};
    let (Probe, Callsite, site, callsite, level, value) = (1, 2, 3, 4, Level::INFO, 5);
    let (__rlog_0, __rlog_1, __rlog_level, __rlog_site, __rlog_target) = (6, 7, 8, 9, 10);
    let (__rlog_logger, __rlog_suppressed, __rlog_answer) = (11, 12, 13);
    let methods = Methods;

    info!(Probe, Callsite, site, callsite, value, "{Probe} {Callsite} {site} {callsite} {value}");
    info!(__rlog_1, __rlog_0, "{__rlog_0} {__rlog_1} {}", __rlog_1);
    event!(level, __rlog_level, __rlog_site, "{__rlog_level} {__rlog_site}");
    info!(target: format!("app::{__rlog_target}"), __rlog_target, "{__rlog_target}");
    info!(logger: logger("audit"), __rlog_logger, "{__rlog_logger}");
    info!(every: 2, __rlog_suppressed, "{__rlog_suppressed}");
    let __rlog_answer = enabled!(target: format!("{__rlog_answer}"), level) && methods.is_enabled() && methods.at();
    info!(%methods, d = ?methods, "{methods} {methods:?} {}", __rlog_answer);
    info!(value = methods.rlog_value(), d = methods.rlog_display(), e = methods.rlog_debug(), f = methods.in_clear());
    info!(nested = { info!(__rlog_0, "{__rlog_0}"); __rlog_1 }, "{}", { info!("{__rlog_1}"); __rlog_0 });
}
