rlog::level! { FATAL = 55, fatal_error }

fn main() {}
