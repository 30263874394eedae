fn main() {
    rlog::info!(#[cfg(unix)] target: "audit", "paid");
}
