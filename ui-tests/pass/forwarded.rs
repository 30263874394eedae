//! Statements that are written by macros of the user's own.
#![deny(warnings)]

macro_rules! literal {
    ($message:literal) => {
        rlog::info!($message)
    };
    ($message:literal, $($argument:tt)*) => {
        rlog::info!($message, $($argument)*)
    };
}

macro_rules! field {
    ($key:ident, $value:expr, $message:expr) => {
        rlog::info!($key = $value, other = %$value, "user-key" = $value, $message, $value)
    };
}

macro_rules! shorthand {
    ($value:expr) => {
        rlog::info!(?$value, "shorthand")
    };
}

macro_rules! tokens {
    ($($tokens:tt)+) => {
        rlog::warn!(target: "forwarded", $($tokens)+)
    };
}

macro_rules! private_variable {
    ($value:expr) => {{
        let value = $value;
        rlog::info!("{value} {0}", value);
    }};
}

fn main() {
    let (user, value, key) = ("ada", 1, 2);
    literal!("{user} logged in");
    literal!("{} {name} {user}", 1, name = 2);
    {
        let _ = key;
        macro_rules! call {
            () => {
                rlog::info!("{}", 5)
            };
        }
        call!();
    }
    field!(value, 5, "{}");
    shorthand!(user);
    tokens!(user, value = 3, "{user} {}", value);
    private_variable!(value + 1);
}
