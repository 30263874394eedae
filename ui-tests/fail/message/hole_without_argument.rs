fn main() {
    let name = "ada";
    rlog::info!("{} paid {}", name);
}
