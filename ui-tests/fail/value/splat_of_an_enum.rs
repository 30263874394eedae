#[derive(rlog::Loggable)]
enum Payment {
    Card { cents: u64 },
    Cash(u64),
}

fn main() {
    rlog::info!(..&Payment::Card { cents: 5 }, "paid");
    rlog::info!(..Some(&Payment::Cash(5)), "paid");
}
