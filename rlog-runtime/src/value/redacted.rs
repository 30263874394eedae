//! Types of which nothing is logged.

use std::boxed::Box;
use std::rc::Rc;
use std::sync::Arc;

/// A type that is declared secret: [`Secret`](crate::Secret), and what derives `Loggable` with `#[log(redact)]`.
///
/// Logged as `key = value` it is `<redacted>`. `%value`, `?value` and `{value}`, which would show its `Display` or `Debug`,
/// do not compile; in generic code, where the compiler does not know the type, they do.
///
/// Implement it beside a `Loggable` by hand that shows nothing:
///
/// ```
/// use rlog_runtime::{Encoder, Kind, Loggable, Redacted};
///
/// struct ApiKey(String);
///
/// impl Redacted for ApiKey {}
/// impl Loggable for ApiKey {
///     const KIND: Kind = Kind::Text;
///     fn encode(&self, encoder: &mut Encoder) {
///         encoder.redacted();
///     }
/// }
/// ```
pub trait Redacted {}

macro_rules! pointer {
    ($($type:ty),*) => {$(
        impl<T: Redacted + ?Sized> Redacted for $type {}
    )*};
}

pointer! { &T, &mut T, Box<T>, Rc<T>, Arc<T> }

impl<T: Redacted> Redacted for Option<T> {}

/// Has no implementation: the bound by which the compiler refuses to show a [`Redacted`] value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is declared secret and cannot be shown as text",
    label = "this would log a secret in clear",
    note = "log it as a field, without `%` or `?` and outside of the message: `key = value` writes `<redacted>`",
    note = "to log a part of it that is no secret, log that part: `key = value.part`"
)]
pub trait ShownInClear {}

/// What is written instead of a secret.
pub(crate) const REDACTED: &str = "<redacted>";
