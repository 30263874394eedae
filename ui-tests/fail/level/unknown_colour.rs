rlog::level! { SECURITY = 35, security, color = "magneta" }

fn main() {}
