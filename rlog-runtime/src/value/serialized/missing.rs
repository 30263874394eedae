//! Without the feature `serde`: the same names, which tell the feature's.

use super::encode::Encoder;
use super::kind::Kind;
use super::wire::Described;

/// Has no implementation: the bound by which the compiler tells the feature's name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be logged through serde: the feature `serde` of rlog is off",
    label = "captured with `#`, `:serde` or `#[log(serde)]`",
    note = "turn it on in Cargo.toml: `rlog = {{ version = \"0.1\", features = [\"serde\"] }}`",
    note = "or derive `rlog::Loggable`, and log the value as it is; or log its text with `%value` or `?value`"
)]
#[allow(unnameable_types, reason = "only a bound")]
pub trait NeedsTheFeatureSerde {}

pub use NeedsTheFeatureSerde as Serializable;

impl Encoder {
    /// Needs the feature `serde`.
    #[doc(hidden)]
    pub fn serialized<T: NeedsTheFeatureSerde + ?Sized>(&mut self, _value: &T) {}
}

/// Needs the feature `serde`.
pub fn serialized<T: NeedsTheFeatureSerde + ?Sized>(_value: &T) -> Described {
    Described::record(&Kind::Unit, |_| ())
}
