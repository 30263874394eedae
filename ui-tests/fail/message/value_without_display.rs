struct Reason;

fn main() {
    rlog::info!(message = Reason);
}
