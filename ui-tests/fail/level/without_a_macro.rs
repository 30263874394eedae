rlog::level! { SECURITY = 35 }

fn main() {}
