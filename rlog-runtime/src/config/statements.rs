//! Switching single statements of the running program.

use super::service::{self, Service};
use crate::callsite::{Callsite, catalogue};
use crate::logger::selector::Selector;
use crate::logger::settings::Change;
use core::time::Duration;

/// Statements to be switched on or off by themselves, whatever the level of their logger.
///
/// They are named by place (`src/db.rs:42`, also with a column as compilers print it; the end of a path will do, and so will an
/// absolute one), by [event id](crate::EventId), by name or by template.
///
/// ```
/// use std::time::Duration;
///
/// # let _guard = rlog_runtime::init();
/// let statements = rlog_runtime::statements("src/db.rs:42");
/// if statements.count() == 0 {
///     println!("there is no such statement");
/// }
/// statements.switch_on().for_(Duration::from_secs(600));
/// ```
#[derive(Clone, Debug)]
pub struct Statements {
    selector: Selector,
}

/// The [`Statements`] that are named so.
#[must_use]
pub fn statements(name: &str) -> Statements {
    Statements { selector: Selector::parse(name) }
}

impl Statements {
    /// Those of the program that are known so far.
    pub fn callsites(&self) -> impl Iterator<Item = &'static Callsite> {
        catalogue::callsites().filter(|callsite| self.selector.selects(callsite))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.callsites().count()
    }

    /// Lets their records through, to the handlers of their loggers. Handlers keep their own levels.
    pub fn switch_on(&self) -> SwitchChange {
        self.switch(true)
    }

    /// Stops them where they stand: they cost what a statement costs that is off.
    pub fn switch_off(&self) -> SwitchChange {
        self.switch(false)
    }

    /// Goes back to what the levels say.
    pub fn reset(&self) {
        service::change(|service| service.tree.unswitch(&self.selector));
    }

    fn switch(&self, on: bool) -> SwitchChange {
        SwitchChange { change: service::change(|service| service.tree.switch(self.selector.clone(), on)) }
    }
}

/// Statements that have been switched. They stay so unless [`for_`](Self::for_) says how long.
#[derive(Debug)]
pub struct SwitchChange {
    /// Nothing if no logger is in service.
    change: Option<Change>,
}

impl SwitchChange {
    /// Takes the switch back after that time, some twenty milliseconds later at most. How they were switched before then holds
    /// again: for good, or for a while that has not passed yet. If they have been switched since, that holds, and is not taken
    /// back.
    pub fn for_(self, duration: Duration) {
        let Some(change) = self.change else { return };
        service::change(|service| service.tree.end_switch(&change, Service::after(duration)));
    }
}
