fn main() {
    let password = rlog::Secret::new("hunter2");
    rlog::info!("logging in with {password}");
}
