//! One statement for each level, own ones too, with texts that occur nowhere else. What is evaluated says so on stdout; what is logged
//! goes to stderr.

use rlog::{Console, Level, critical, debug, error, info, notice, trace, warn};

/// A value that tells when somebody wants it.
macro_rules! told {
    ($what:literal) => {{
        println!($what);
        7
    }};
}

macro_rules! statements {
    ($($level:ident: $message:literal, $key:literal, $target:literal, $argument:literal, $field:literal;)*) => {
        $($level!(target: $target, $key = told!($field), $message, told!($argument));)*
    };
}

rlog::level! {
    /// Less than `TRACE`.
    CHATTER = 3, chatter
}

rlog::level! {
    /// Between `WARN` and `ERROR`.
    SECURITY = 35, security, color = "magenta"
}

rlog::level! {
    /// More than `CRITICAL`.
    DOOM = 60, doom
}

fn main() {
    let _guard = rlog::builder()
        .environment(false)
        .level(Level::new(0))
        .handler(Console::stderr())
        .init()
        .expect("nothing stands in the way");
    println!("callsites={}", rlog::callsites().filter(|callsite| !callsite.has_dynamic_level()).count());
    statements! {
        trace: "message of trace {}", "key.of.trace", "target::of::trace", "argument of trace", "field of trace";
        debug: "message of debug {}", "key.of.debug", "target::of::debug", "argument of debug", "field of debug";
        info: "message of info {}", "key.of.info", "target::of::info", "argument of info", "field of info";
        notice: "message of notice {}", "key.of.notice", "target::of::notice", "argument of notice", "field of notice";
        warn: "message of warn {}", "key.of.warn", "target::of::warn", "argument of warn", "field of warn";
        error: "message of error {}", "key.of.error", "target::of::error", "argument of error", "field of error";
        critical: "message of critical {}", "key.of.critical", "target::of::critical", "argument of critical", "field of critical";
        chatter: "message of chatter {}", "key.of.chatter", "target::of::chatter", "argument of chatter", "field of chatter";
        security: "message of security {}", "key.of.security", "target::of::security", "argument of security", "field of security";
        doom: "message of doom {}", "key.of.doom", "target::of::doom", "argument of doom", "field of doom";
    }
    for level in Level::all().into_iter().chain([CHATTER, SECURITY, DOOM]) {
        rlog::log!(level, "at.run.time" = told!("field at run time"), "decided at run time");
    }
    println!("floor={}", rlog::STATIC_MAX_LEVEL);
}
