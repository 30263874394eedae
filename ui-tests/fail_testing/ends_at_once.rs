use rlog::testing::capture;

fn main() {
    #![deny(unused_must_use)]
    capture();
}
