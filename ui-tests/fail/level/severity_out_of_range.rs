rlog::level! { SECURITY = 300, security }

fn main() {}
