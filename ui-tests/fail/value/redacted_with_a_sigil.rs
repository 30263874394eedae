fn main() {
    let session = Some(rlog::Secret::new(17));
    rlog::info!(?session, "logged in");
}
