rlog::level! { Security = 35, security }

fn main() {}
