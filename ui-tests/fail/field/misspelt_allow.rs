fn main() {
    let password = String::new();
    rlog::info!(#[allow(secrets)] password, "logged in");
}
