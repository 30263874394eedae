//! Our view of what the user wrote. Nothing here asks whether it makes sense: that is [`crate::check`].

pub(crate) mod event;
pub(crate) mod field;
pub(crate) mod template;
