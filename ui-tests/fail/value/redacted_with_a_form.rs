struct Pin(u16);

impl rlog::Redacted for Pin {}
impl std::fmt::LowerHex for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::LowerHex::fmt(&self.0, f)
    }
}

fn main() {
    let pin = Pin(4711);
    rlog::info!("entered {:x}", pin);
}
