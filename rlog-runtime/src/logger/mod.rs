//! Which callsites are on, and which handlers they go to.

pub(crate) mod directives;
pub(crate) mod routes;
