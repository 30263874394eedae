//! Every name that an expansion could have meant is something else here.
#![no_implicit_prelude]
#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types, unused_macros)]

mod core {}
mod std {}
mod alloc {}
mod rlog {}
mod __private {}

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct Level;
struct Callsite;
struct Probe;
struct usize;
struct u8;
struct str;
struct bool;
struct u64;
struct i64;
struct Secret;
struct Text;
struct Part;
struct Logger;
struct Limit;
struct Target;
struct T;
trait Redacted {}
trait Sized {}
trait Drop {}
trait AsRef {}
trait From {}
trait Loggable {}
trait Display {}
trait Debug {}
trait Clone {}
trait Deref {}

macro_rules! concat {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! format_args {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! line {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! file {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! panic {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! include_bytes {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! info {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}
macro_rules! module_path {
    ($($t:tt)*) => {
        compile_error!("shadowed")
    };
}

#[derive(::rlog::Loggable)]
struct Named {
    id: ::core::primitive::u64,
    inner: Inner,
}

#[derive(::rlog::Loggable)]
enum Inner {
    Unit,
    Tuple(::core::primitive::u8, ::core::primitive::bool),
    Named { encoder: ::core::primitive::i32 },
}

// Names that an expansion might have for its constants.
const TEXT: &::core::primitive::str = "text";
const PARTS: &::core::primitive::str = "parts";
const BYTES: &::core::primitive::str = "bytes";
const SITE: &::core::primitive::str = "site";
const RLOG_LINT: &::core::primitive::str = "lint";

fn emit1() {}
fn target() {}
fn binding() {}

fn main() {
    emit1();
    target();
    binding();
    let (__rlog_0, __rlog_1) = (1, 2.5);
    ::rlog::info!("plain");
    ::rlog::info!(__rlog_0, b = __rlog_1, "{} {__rlog_1:>5.1} {__rlog_0:x}", __rlog_1);
    ::rlog::info!(value = Named { id: 1, inner: Inner::Tuple(1, true) });
    ::rlog::info!(value = Inner::Named { encoder: 1 });
    ::rlog::info!(value = Inner::Unit);
    ::rlog::log!(::rlog::Level::INFO, ?__rlog_0, %__rlog_1, "{__rlog_0:?}");
    ::rlog::info!({ TEXT } = 1, { PARTS } = 2, { BYTES } = 3, { SITE } = 4, { RLOG_LINT } = 5);
    ::rlog::info!(self::TEXT);
    ::rlog::info!(target: TEXT, name: BYTES, self::PARTS);
    ::rlog::info!(target: ::core::convert::identity("at run time"), "a target");
    ::rlog::info!(logger: ::rlog::logger("audit"), "a logger");
    ::rlog::info!(first: 1, every: 10, at_most: "10/s", "limited");
    ::rlog::info!(#[cfg(unix)] a = 1, #[cfg(not(unix))] a = 2, b = 3, "conditional");
    ::rlog::info!(#[cfg(unix)] message = "one", #[cfg(not(unix))] message = "the other", b = 3);
    ::rlog::info!(value = ::core::option::Option::<::core::primitive::u64>::None, "nothing");
    ::rlog::info!(err = ::core::fmt::Error, "an error {}", ::core::fmt::Error);
    ::rlog::info!(is_secret = true, password = false, "no secrets");
    ::rlog::info!(#[allow(secret)] api_key = __rlog_0);
    ::rlog::info!(message = %__rlog_0);
    ::rlog::info!(__rlog_0);
    let _: ::core::primitive::bool = ::rlog::enabled!(::rlog::Level::INFO);
    let _: ::core::primitive::bool = ::rlog::enabled!(target: TEXT, ::rlog::Level::INFO);
    let level = ::rlog::Level::new(35);
    ::rlog::event!(level, __rlog_0, "{__rlog_1:>0$.2}", 7_usize);
}
