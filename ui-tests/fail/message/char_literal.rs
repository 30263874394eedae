fn main() {
    rlog::info!('p');
}
