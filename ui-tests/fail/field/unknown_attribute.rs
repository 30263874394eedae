fn main() {
    rlog::info!(#[serde(skip)] user = "ada", "paid");
}
