//! The grammar of a statement: what the user wrote, taken apart, with every token where it was.

pub(crate) mod event;
pub(crate) mod field;
pub(crate) mod message;
pub(crate) mod settings;
pub(crate) mod template;
