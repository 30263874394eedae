fn main() {
    rlog::log!(20, "a number is not a level");
}
