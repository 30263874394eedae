fn main() {
    rlog::info!("100 {");
}
