fn main() {
    rlog::info!("paid", target: "audit");
}
