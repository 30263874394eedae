#![deny(deprecated)]

fn main() {
    let key = "s3cr3t".to_owned();
    rlog::info!("x-api-key" = key, "called");
}
