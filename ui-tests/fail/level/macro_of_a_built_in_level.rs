rlog::level! { SECURITY = 35, warn }

fn main() {}
