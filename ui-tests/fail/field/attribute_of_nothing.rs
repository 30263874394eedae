fn main() {
    rlog::info!(#[cfg(unix)]);
}
