use rlog::{Encoder, Kind, Loggable};

struct Celsius(f64);

impl Loggable for Celsius {
    const KIND: Kind = f64::KIND;
    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
}

fn main() {
    rlog::info!(..Celsius(36.6), "measured");
}
