//! The handler that does nothing as data.

use super::super::declare::settings;
use crate::handler::{HandlerBuilder, IntoHandler, Null};

settings! {
    /// [`Null`]: `kind = "null"`.
    #[derive(Default)]
    pub struct NullConfig, "a table" {
    }
}

impl NullConfig {
    pub(super) fn make(&self) -> HandlerBuilder {
        Null::new().into_handler()
    }
}
