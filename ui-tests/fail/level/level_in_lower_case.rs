fn main() {
    rlog::log!(error, "not the name of a level");
}
