//! One record to several handlers.

use super::delegates::{self, Tally};
use super::null::Unformatted;
use super::slot::Slot;
use super::{
    Handler, HandlerBuilder, HandlerError, IntoHandler, OpenError, OpenErrors, Opened, Role, handler_settings,
};
use crate::record::Record;
use std::boxed::Box;
use std::vec::Vec;

/// Hands every record to several handlers, which then share a level, filters and a place: behind a queue, in a route, or
/// as the second choice of a [`Failover`](crate::Failover).
///
/// ```
/// use rlog_runtime::{Console, FanOut, File, Json, Level};
///
/// let both = FanOut::new()
///     .to(Console::stderr().level(Level::WARN))
///     .to(File::new("app.json").formatter(Json::new()))
///     .name("everywhere");
/// ```
///
/// Each of them has its own level, filters, formatter, breaker and statistics, under names such as `everywhere > stderr`;
/// one that fails does not keep records from the others. The fan-out itself fails when none of those that wanted a record
/// could take it.
///
/// # Blocking
/// On the thread of the handler that it is, one after the other.
#[derive(Debug, Default)]
#[must_use]
pub struct FanOut {
    handlers: Vec<HandlerBuilder>,
}

impl FanOut {
    /// Without handlers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler.
    pub fn to(mut self, handler: impl IntoHandler) -> Self {
        self.handlers.push(handler.into_handler());
        self
    }

    fn open(self, name: &str) -> Result<Opened, OpenErrors> {
        if self.handlers.is_empty() {
            return Err(OpenError::new(name, "it has no handlers", "add some with `to`").into());
        }
        let (slots, delegates) = delegates::open(name, self.handlers)?;
        Ok(Opened {
            handler: Box::new(OpenFanOut { slots }),
            formatter: Box::new(Unformatted),
            delegates,
            file: None,
            rules: None,
        })
    }
}

handler_settings!(FanOut, records);

impl IntoHandler for FanOut {
    fn into_handler(mut self) -> HandlerBuilder {
        let checks = delegates::checks(&mut self.handlers);
        HandlerBuilder::of_records("fan_out", Role::HandsOn, |name| self.open(name)).checks(checks)
    }
}

/// The handler in service.
#[derive(Debug)]
struct OpenFanOut {
    slots: Vec<Slot>,
}

impl Handler for OpenFanOut {
    fn emit(&mut self, record: &Record<'_>, _: &[u8]) -> Result<(), HandlerError> {
        let mut tally = Tally::default();
        for slot in &mut self.slots {
            tally.add(slot.offer(record), slot);
        }
        tally.of_all()
    }

    fn end_of_batch(&mut self) -> Result<(), HandlerError> {
        delegates::call_all(&mut self.slots, Slot::end_of_batch)
    }

    fn flush(&mut self) -> Result<(), HandlerError> {
        let mut are_complete = true;
        delegates::call_all(&mut self.slots, |slot| are_complete &= slot.try_flush())?;
        delegates::complete(are_complete)
    }

    fn close(&mut self) -> Result<(), HandlerError> {
        let mut are_complete = true;
        delegates::call_all(&mut self.slots, |slot| are_complete &= slot.close())?;
        delegates::complete(are_complete)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::record;
    use super::super::testing::{Script, names, stats_of};
    use super::*;
    use crate::handler::Breaker;
    use crate::level::Level;

    #[test]
    fn a_handler_that_fails_or_panics_does_not_keep_records_from_the_others() {
        let [broken, panicking, whole] = [Script::failing(), Script::panicking(), Script::default()];
        let fan_out = FanOut::new()
            .to(broken.handler().name("broken").breaker(Breaker::never()))
            .to(panicking.handler().name("panicking").breaker(Breaker::never()))
            .to(whole.handler().name("whole").level(Level::WARN));
        let (mut slot, controls) = Slot::open(fan_out.into_handler()).expect("nothing has to be opened");
        for level in [Level::INFO, Level::WARN, Level::ERROR] {
            slot.offer(&record(level));
        }
        slot.end_of_batch();
        assert_eq!(whole.taken(), [Level::WARN, Level::ERROR]);
        assert_eq!(names(&controls), ["fan_out", "fan_out > broken", "fan_out > panicking", "fan_out > whole"]);
        let dropped: Vec<_> = controls.iter().map(|controls| stats_of(controls).dropped).collect();
        assert_eq!(dropped, [1, 3, 3, 0], "nobody could take the first");
    }

    #[test]
    fn a_batch_that_every_handler_loses_is_lost() {
        let scripts = [Script::default(), Script::default()];
        let fan_out = scripts.iter().fold(FanOut::new(), |fan_out, script| fan_out.to(script.handler()));
        let (mut slot, controls) = Slot::open(fan_out.into_handler()).expect("nothing has to be opened");
        scripts[0].lose_at_the_end_of_the_batch(3);
        slot.offer(&record(Level::INFO));
        slot.end_of_batch();
        assert_eq!(stats_of(&controls[0]).dropped, 0);
        scripts[0].lose_at_the_end_of_the_batch(3);
        scripts[1].lose_at_the_end_of_the_batch(2);
        slot.end_of_batch();
        assert_eq!(stats_of(&controls[0]).dropped, 2);
    }

    #[test]
    fn everything_that_is_wrong_with_the_handlers_is_told_by_their_full_names() {
        let directory = std::env::temp_dir();
        let fan_out = FanOut::new()
            .to(crate::File::new(&directory).name("file"))
            .to(FanOut::new().name("empty"))
            .to(crate::Null::new().sync())
            .name("all");
        let OpenErrors(errors) = Slot::open(fan_out).expect_err("none can be opened");
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages[0], format!("handler `all > file`: cannot open log file `{}`", directory.display()));
        assert_eq!(messages[1], "handler `all > empty`: it has no handlers");
        assert_eq!(messages[2..], ["handler `all`: its delegate `null` is `sync`"]);
    }

    #[test]
    fn a_formatter_that_nobody_would_use_is_refused() {
        let fan_out = FanOut::new().to(crate::Null::new()).name("all").formatter(crate::Json::new());
        let OpenErrors(errors) = Slot::open(fan_out).expect_err("it writes nothing");
        assert_eq!(errors[0].message, "handler `all`: a formatter is set where none is used");
    }

    #[test]
    fn a_statement_is_wanted_if_any_of_the_handlers_wants_it() {
        let quiet = FanOut::new().to(crate::Null::new().level(Level::WARN)).to(crate::Null::new().level(Level::ERROR));
        let (_slot, controls) = Slot::open(quiet.into_handler()).expect("nothing has to be opened");
        let wants = |level| controls[0].wants(record(level).callsite());
        assert!(!wants(Level::INFO) && wants(Level::WARN));
        controls[2].set_level(Level::DEBUG);
        assert!(wants(Level::INFO));
    }
}
