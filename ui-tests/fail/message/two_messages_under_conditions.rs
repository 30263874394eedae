fn main() {
    rlog::info!(#[cfg(all())] message = "paid", #[cfg(not(any()))] message = "paid in full");
    rlog::info!(#[cfg(all())] message = "paid", "paid in full to {}", "ada");
}
