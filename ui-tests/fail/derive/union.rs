#[derive(rlog::Loggable)]
union Bits {
    integer: u32,
    float: f32,
}

fn main() {
    let bits = Bits { integer: 5 };
    rlog::info!(bits);
}
