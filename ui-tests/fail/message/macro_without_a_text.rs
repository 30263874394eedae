fn main() {
    rlog::info!(env!("NO_SUCH_VARIABLE"));
    rlog::info!(include_str!("no_such_file.txt"));
    rlog::info!(format_args!("paid {}", 5));
}
