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

fn main() {
    let (__rlog_0, __rlog_1) = (1, 2.5);
    ::rlog::info!("plain");
    ::rlog::info!(__rlog_0, b = __rlog_1, "{} {__rlog_1:>5.1} {__rlog_0:x}", __rlog_1);
    ::rlog::info!(value = Named { id: 1, inner: Inner::Tuple(1, true) });
    ::rlog::info!(value = Inner::Named { encoder: 1 });
    ::rlog::info!(value = Inner::Unit);
    ::rlog::log!(::rlog::Level::INFO, ?__rlog_0, %__rlog_1, "{__rlog_0:?}");
}
