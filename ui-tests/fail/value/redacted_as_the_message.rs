#[derive(rlog::Loggable)]
#[log(redact)]
struct Pin(u16);

impl std::fmt::Display for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn main() {
    rlog::info!(message = Pin(1234));
    rlog::info!(message = Some(Pin(1234)));
}
