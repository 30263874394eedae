//! What a library costs before it runs: crates to build, compile time and bytes per callsite, and what is left of a
//! call below the compile-time floor. All of it is measured on crates that are generated and built here.

pub(crate) mod build;
pub(crate) mod callsites;
pub(crate) mod derive;
pub(crate) mod errors;
pub(crate) mod floor;
mod generated;

const RLOG_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../rlog");

/// `rlog = { .. }` with the given features.
fn rlog_dependency(features: &[&str]) -> String {
    format!("rlog = {{ path = {RLOG_PATH:?}, features = {features:?} }}")
}
