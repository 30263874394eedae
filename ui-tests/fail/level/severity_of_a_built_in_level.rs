rlog::level! { SECURITY = 30, security }

fn main() {}
