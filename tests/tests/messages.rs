//! The message of a record is what `format!` makes of the same literal and the same values, whoever formats what when.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use proptest::prelude::*;
use rlog::{Handler, HandlerError, Record, info};
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

static MESSAGE: Mutex<Option<String>> = Mutex::new(None);

struct Keep;

impl Handler for Keep {
    fn emit(&mut self, record: &Record<'_>, line: &[u8]) -> Result<(), HandlerError> {
        let message = record.message().to_string();
        let json: serde_json::Value = serde_json::from_slice(line).unwrap();
        assert_eq!(json["message"], *message);
        *MESSAGE.lock().unwrap() = Some(message);
        Ok(())
    }
}

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    static START: Once = Once::new();
    START.call_once(|| {
        let handler = rlog::HandlerBuilder::new(Keep).formatter(rlog::Json::new());
        rlog::builder().environment(false).handler(handler).init().map(std::mem::forget).unwrap();
    });
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn logged(log: impl FnOnce()) -> String {
    let _turn = turn();
    log();
    assert!(rlog::flush(Duration::from_secs(60)));
    MESSAGE.lock().unwrap().take().expect("the message arrives")
}

/// Logs each, and compares.
macro_rules! same {
    ($($literal:literal $(, $argument:expr)* $(; $name:ident = $value:expr)*);* $(;)?) => {$(
        same!(@ $literal $(, $argument)* $(, $name = $value)*);
    )*};
    (@ $($tokens:tt)*) => {
        assert_eq!(logged(|| info!($($tokens)*)), format!($($tokens)*), "{}", stringify!($($tokens)*));
    };
}

/// The same literals for one value.
macro_rules! each {
    ($value:expr; $($literal:literal)*) => {$(
        assert_eq!(logged(|| info!($literal, $value)), format!($literal, $value), "{} of {:?}", $literal, $value);
    )*};
}

/// Every specification that numbers, texts and everything else share.
macro_rules! plain {
    ($value:expr) => {
        each! { $value;
            "{}" "<{}>" "{:1}" "{:12}" "{:<12}" "{:^12}" "{:>12}" "{:*<12}" "{:é^13}" "{:\"^13}" "{:\n>13}" "{:0>12}"
            "{:+}" "{:-}" "{:#}" "{:012}" "{:+012}" "{:#012}" "{:<012}" "{:*^+012}" "{:.0}" "{:.3}" "{:12.3}" "{:^12.3}"
            "{:+.2}" "{:<+12.1}" "{:012.2}" "{:+012.2}" "{{{}}}" "{0} {0:5} {0:?}"
        }
    };
}

macro_rules! debug {
    ($value:expr) => {
        each! { $value;
            "{:?}" "{:12?}" "{:<12?}" "{:*^12?}" "{:+?}" "{:#?}" "{:012?}" "{:.3?}" "{:12.3?}" "{:+012.1?}" "{:#12?}"
        }
    };
}

macro_rules! radix {
    ($value:expr) => {
        each! { $value;
            "{:x}" "{:X}" "{:o}" "{:b}" "{:#x}" "{:#X}" "{:#b}" "{:#o}" "{:010x}" "{:#010X}" "{:<#12x}" "{:*^#20b}" "{:x?}" "{:X?}"
            "{:#x?}" "{:010x?}"
        }
    };
}

macro_rules! exponent {
    ($value:expr) => {
        each! { $value; "{:e}" "{:E}" "{:.2e}" "{:+e}" "{:14e}" "{:<14E}" "{:014e}" "{:+014.3E}" "{:*^14.1e}" }
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn integers(small: i8, signed in prop_oneof![any::<i64>(), -99..99_i64], unsigned: u32, large: i128, positive: u128) {
        plain!(small); debug!(small); radix!(small); exponent!(small);
        plain!(signed); debug!(signed); radix!(signed); exponent!(signed);
        plain!(unsigned); debug!(unsigned); radix!(unsigned); exponent!(unsigned);
        plain!(large); debug!(large); radix!(large); exponent!(large);
        plain!(positive); debug!(positive); radix!(positive); exponent!(positive);
        plain!(usize::MAX); debug!(isize::MIN); plain!(std::num::NonZeroU16::MAX); radix!(std::num::NonZeroU16::MIN);
    }

    // Of two shortest texts that are equally near, `{}` of std takes another than rlog (see `render::write_float`): so no
    // float here has more digits than it can show exactly.
    #[test]
    fn floats(digits in -999_999_999..999_999_999_i64, places in 0..12_i32, small in -99_999..99_999_i32, odd in 0..8_usize) {
        let float = digits as f64 / 10_f64.powi(places);
        plain!(float); debug!(float); exponent!(float);
        let float = small as f32 / 100.0;
        plain!(float); debug!(float); exponent!(float);
        let float = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1e300, 1e-300, 1e16][odd];
        plain!(float); debug!(float); exponent!(float);
    }

    #[test]
    fn texts(text in prop_oneof![any::<String>(), "[a-e\n\"\\\\é]{0,14}"], c: char, flag: bool, width in 0..40_usize, precision in 0..20_usize) {
        plain!(text); debug!(text);
        plain!(text.as_str()); debug!(&&text);
        plain!(Cow::Borrowed(text.as_str())); debug!(Box::<str>::from(text.as_str()));
        plain!(c); debug!(c); plain!(flag); debug!(flag); plain!(Rc::new(c)); debug!(&flag);
        same! {
            "{:width$}", text; width = width;
            "{:1$}", text, width;
            "{:.*}", precision, text;
            "{:>1$.2$}|", text, width, precision;
            "{:é^width$.precision$}", text; width = width; precision = precision;
            "{text}{c:?}{flag:>width$}{text:?}";
            "{text:>width$.precision$} {:+1$.2$}", 1.5, width, precision;
            "{1} {0} {} {}", text, c;
            "{:1$} {:1$?}", width, precision;
        }
    }

    #[test]
    fn what_the_caller_formats(text: String, numbers: Vec<u16>, duration: Duration, width in 0..40_usize) {
        plain!(Shown(&text)); debug!(Shown(&text));
        each! { numbers; "{:?}" "{:#?}" "{:02x?}" "{:5?}" "{:#06?}" }
        each! { duration; "{:?}" "{:.3?}" "{:>30?}" "{:+?}" }
        each! { (Some(&text), flag_of(&numbers), [1.5, 2.0]); "{:?}" "{:#?}" "{:.1?}" "{:8?}" }
        each! { "300".parse::<u8>().unwrap_err(); "{}" "{:?}" "{:40}" "{:>40}" }
        each! { std::net::Ipv4Addr::from(u32::from(*numbers.first().unwrap_or(&7))); "{}" "{:>20}" "{:?}" }
        each! { format_args!("{}-{}", numbers.len(), width); "{}" "{:?}" }
        let shown = Shown(&text);
        same! {
            "{shown:>width$} {shown} {shown:?} {0:.1$}", shown, 2;
            "{0} {0:?} {0:#?} {numbers:?}", shown;
        }
        let pointer = logged(|| info!("{:p}", &text));
        prop_assert!(pointer.starts_with("0x"), "{pointer}");
    }
}

fn flag_of(numbers: &[u16]) -> Option<bool> {
    numbers.first().map(|number| number % 2 == 0)
}

/// Honours what a specification asks for in a way of its own.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return write!(f, "[{:?} {:?} {}]", f.width(), f.precision(), f.sign_plus());
        }
        f.pad(self.0)
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = f.width();
        f.debug_struct("Shown").field("text", &self.0).field("width", &width).finish()
    }
}

#[test]
fn braces_quotes_and_line_ends_of_the_literal_stay() {
    same! {
        "";
        "{{}}";
        "{{{}}}{{", 1;
        "a\tb\n\"c\" \\ \u{1f} é 𝄞 ; , : . {}\r\n", "x\0y";
        "\u{7f}{:\u{1f}^5}{:;<4}{:,>4}", 1, 2, 3;
        r#"raw "{}" \n"#, 1;
    }
}

#[test]
fn fields_may_be_shown_and_are_the_values_behind_the_text() {
    let record = |log: &dyn Fn()| logged(log);
    assert_eq!(record(&|| info!(user = "ada", n = 7, "{user:>5}|{n:03}|{n}|{user:?}")), "  ada|007|7|\"ada\"");
    assert_eq!(record(&|| info!(user = %Shown("x"), "{user}")), "x");
    let user = Shown("y");
    assert_eq!(record(&|| info!(%user, "{user:>3}{user:?}")), format!("{user:>3}{user:?}"));
}
