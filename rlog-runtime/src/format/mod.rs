//! How a record becomes a line.

mod error;
mod json;
mod logfmt;
mod per_callsite;
mod pretty;
pub(crate) mod process;
#[cfg(test)]
mod sample;
mod style;
mod template;
mod text;
mod theme;
mod time;
mod zone;

pub use error::FormatError;
pub use json::{Json, JsonMember, LevelStyle};
pub use logfmt::Logfmt;
pub use pretty::Pretty;
pub use style::{Color, ColorDepth, TextStyle};
pub use template::Template;
pub use text::Text;
pub use theme::Theme;
pub use time::TimeFormat;
pub use zone::Zone;

use crate::record::Record;
use std::boxed::Box;
use std::vec::Vec;

/// Turns records into lines.
///
/// ```
/// use rlog_runtime::{Formatter, Record};
///
/// /// The message and nothing else.
/// struct Bare;
///
/// impl Formatter for Bare {
///     fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(record.message().to_string().as_bytes());
///         out.push(b'\n');
///     }
/// }
/// ```
pub trait Formatter: Send + Sync + 'static {
    /// Appends the record to `out`, with its line end. `out` is reused, so that nothing is allocated per record.
    ///
    /// Messages and values hold what users typed: escape control characters, or a value can forge a line.
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>);
}

/// For those who choose a formatter at run time.
impl Formatter for Box<dyn Formatter> {
    fn format(&self, record: &Record<'_>, out: &mut Vec<u8>) {
        (**self).format(record, out);
    }
}
