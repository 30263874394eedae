fn main() {
    let amount = 5;
    rlog::info!("paid {amount:width$}");
}
