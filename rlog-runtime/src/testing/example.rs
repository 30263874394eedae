// Statements for the examples in the documentation of this folder, which cannot use the macros of the facade.
macro_rules! info {
    ($message:literal $(, $key:ident = $value:expr)*) => {
        statement!(rlog_runtime::Level::INFO, $message $(, $key = $value)*)
    };
}
macro_rules! warn {
    ($message:literal $(, $key:ident = $value:expr)*) => {
        statement!(rlog_runtime::Level::WARN, $message $(, $key = $value)*)
    };
}
macro_rules! statement {
    ($level:expr, $message:literal $(, $key:ident = $value:expr)*) => {{
        use rlog_runtime::__private::{Callsite, Probe, probes::*};
        let mut text = format!("mp{}:{}", $message.len(), $message);
        let mut arguments = 0;
        $(
            text += &format!("k{}:{}", stringify!($key).len(), stringify!($key));
            arguments += 1;
        )*
        let text: &str = Box::leak(format!("{text}.app\u{1f}app.rs").into_boxed_str());
        let callsite: &Callsite = Box::leak(Box::new(Callsite::new($level, arguments, line!(), text)));
        if callsite.is_enabled() {
            statement!(@emit callsite $(, (&&&&&Probe(&$value)).rlog_value())*);
        }
    }};
    (@emit $callsite:ident) => { rlog_runtime::__private::emit0($callsite) };
    (@emit $callsite:ident, $a:expr) => { rlog_runtime::__private::emit1($callsite, $a) };
    (@emit $callsite:ident, $a:expr, $b:expr) => { rlog_runtime::__private::emit2($callsite, $a, $b) };
}
