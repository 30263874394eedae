fn name() -> &'static str {
    "ada"
}

fn main() {
    rlog::info!(%name(), "paid");
    rlog::info!(?name().len());
}
